// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dump of the requests in progress reports both addresses in full, and
 * beside them what it did before
 */

#include <linux/inet.h>

struct rpc_status_addr {
	const char *name;
	const char *saddr, *daddr;
	u16 sport, dport;
};

static const struct rpc_status_addr rpc_status_addr6[] = {
	{ "global", "2001:db8:1122:3344:5566:7788:99aa:bbcc", "2001:db8::f00d", 700, 2049 },
	{ "link-local", "fe80::5054:ff:fe12:3456", "fe80::1", 1023, 2049 },
	{ "mapped", "::ffff:192.0.2.1", "::ffff:198.51.100.7", 65535, 1 },
	{ "loopback", "::1", "::1", 0, 2049 },
};

static const struct rpc_status_addr rpc_status_addr4[] = {
	{ "unicast", "192.0.2.1", "198.51.100.7", 700, 2049 },
	{ "loopback", "127.0.0.1", "127.0.0.1", 65535, 1 },
};

static void rpc_status_addr_desc(const struct rpc_status_addr *addr, char *desc)
{
	strscpy(desc, addr->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(rpc_status_addr6, rpc_status_addr6, rpc_status_addr_desc);
KUNIT_ARRAY_PARAM(rpc_status_addr4, rpc_status_addr4, rpc_status_addr_desc);

/* Every byte of the request's flags tells itself from an address */
static const unsigned long rpc_status_flags = 0xf1f2f3f4f5f6f7f8;

static const struct nlattr *rpc_status_attr(struct rpc_status *rs, struct rpc_status_msg *msg,
					    int type, int len)
{
	KUNIT_ASSERT_NOT_NULL_MSG(rs->test, msg->tb[type], "no attribute %d", type);
	KUNIT_ASSERT_EQ(rs->test, nla_len(msg->tb[type]), len);
	return msg->tb[type];
}

static struct rpc_status_msg *rpc_status_dump_one(struct rpc_status *rs)
{
	struct rpc_status_msg *msg = kunit_kzalloc(rs->test, sizeof(*msg), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(rs->test, msg);
	rs->rqstp->rq_flags = rpc_status_flags;
	rpc_status_begin(rs, 3, 1);
	KUNIT_ASSERT_EQ(rs->test, rpc_status_dump(rs), 1);
	rpc_status_done(rs);
	rpc_status_parse(rs, msg);
	return msg;
}

static void rpc_status_expect_ports(struct rpc_status *rs, struct rpc_status_msg *msg,
				    const struct rpc_status_addr *addr)
{
	KUNIT_EXPECT_EQ(rs->test, addr->sport, be16_to_cpu(nla_get_be16(
			rpc_status_attr(rs, msg, NFSD_A_RPC_STATUS_SPORT, 2))));
	KUNIT_EXPECT_EQ(rs->test, addr->dport, be16_to_cpu(nla_get_be16(
			rpc_status_attr(rs, msg, NFSD_A_RPC_STATUS_DPORT, 2))));
}

static void ipv6_addresses_are_reported_in_full(struct kunit *test)
{
	const struct rpc_status_addr *addr = test->param_value;
	struct rpc_status *rs = test->priv;
	struct sockaddr_in6 *src = (void *)&rs->rqstp->rq_addr;
	struct sockaddr_in6 *dst = (void *)&rs->rqstp->rq_daddr;
	struct rpc_status_msg *msg;

	memset(src, 0xa5, sizeof(rs->rqstp->rq_addr));
	memset(dst, 0x5a, sizeof(rs->rqstp->rq_daddr));
	src->sin6_family = AF_INET6;
	src->sin6_port = cpu_to_be16(addr->sport);
	KUNIT_ASSERT_EQ(test, in6_pton(addr->saddr, -1, (u8 *)&src->sin6_addr, -1, NULL), 1);
	dst->sin6_family = AF_INET6;
	dst->sin6_port = cpu_to_be16(addr->dport);
	KUNIT_ASSERT_EQ(test, in6_pton(addr->daddr, -1, (u8 *)&dst->sin6_addr, -1, NULL), 1);

	msg = rpc_status_dump_one(rs);
	KUNIT_EXPECT_MEMEQ(test, nla_data(rpc_status_attr(rs, msg, NFSD_A_RPC_STATUS_SADDR6, 16)),
			   &src->sin6_addr, 16);
	KUNIT_EXPECT_MEMEQ(test, nla_data(rpc_status_attr(rs, msg, NFSD_A_RPC_STATUS_DADDR6, 16)),
			   &dst->sin6_addr, 16);
	rpc_status_expect_ports(rs, msg, addr);
	KUNIT_EXPECT_NULL(test, msg->tb[NFSD_A_RPC_STATUS_SADDR4]);
	KUNIT_EXPECT_NULL(test, msg->tb[NFSD_A_RPC_STATUS_DADDR4]);
}

static void ipv4_addresses_are_reported(struct kunit *test)
{
	const struct rpc_status_addr *addr = test->param_value;
	struct rpc_status *rs = test->priv;
	struct sockaddr_in *src = svc_addr_in(rs->rqstp), *dst = svc_daddr_in(rs->rqstp);
	struct rpc_status_msg *msg;

	src->sin_family = AF_INET;
	src->sin_port = cpu_to_be16(addr->sport);
	src->sin_addr.s_addr = in_aton(addr->saddr);
	dst->sin_family = AF_INET;
	dst->sin_port = cpu_to_be16(addr->dport);
	dst->sin_addr.s_addr = in_aton(addr->daddr);

	msg = rpc_status_dump_one(rs);
	KUNIT_EXPECT_EQ(test, src->sin_addr.s_addr,
			nla_get_in_addr(rpc_status_attr(rs, msg, NFSD_A_RPC_STATUS_SADDR4, 4)));
	KUNIT_EXPECT_EQ(test, dst->sin_addr.s_addr,
			nla_get_in_addr(rpc_status_attr(rs, msg, NFSD_A_RPC_STATUS_DADDR4, 4)));
	rpc_status_expect_ports(rs, msg, addr);
	KUNIT_EXPECT_NULL(test, msg->tb[NFSD_A_RPC_STATUS_SADDR6]);
	KUNIT_EXPECT_NULL(test, msg->tb[NFSD_A_RPC_STATUS_DADDR6]);
}

static void another_family_has_no_address(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct rpc_status_msg *msg;
	int type;

	rs->rqstp->rq_addr.ss_family = AF_UNIX;
	rs->rqstp->rq_daddr.ss_family = AF_UNIX;
	msg = rpc_status_dump_one(rs);
	for (type = NFSD_A_RPC_STATUS_SADDR4; type <= NFSD_A_RPC_STATUS_DPORT; type++)
		KUNIT_EXPECT_NULL(test, msg->tb[type]);
}

static void the_other_fields_are_reported(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct rpc_status_msg *msg = rpc_status_dump_one(rs);

	KUNIT_EXPECT_EQ(test, nla_get_be32(rpc_status_attr(rs, msg, NFSD_A_RPC_STATUS_XID, 4)),
			rs->rqstp->rq_xid);
	KUNIT_EXPECT_EQ(test, nla_get_u32(rpc_status_attr(rs, msg, NFSD_A_RPC_STATUS_FLAGS, 4)),
			(u32)rpc_status_flags);
	KUNIT_EXPECT_EQ(test, nla_get_u32(rpc_status_attr(rs, msg, NFSD_A_RPC_STATUS_PROG, 4)),
			NFS_PROGRAM);
	KUNIT_EXPECT_EQ(test, nla_get_u32(rpc_status_attr(rs, msg, NFSD_A_RPC_STATUS_PROC, 4)), 1);
	KUNIT_EXPECT_EQ(test, nla_get_u8(rpc_status_attr(rs, msg, NFSD_A_RPC_STATUS_VERSION, 1)),
			3);
	KUNIT_EXPECT_EQ(test, nla_get_s64(rpc_status_attr(rs, msg, NFSD_A_RPC_STATUS_SERVICE_TIME,
							  8)), 1234000);
	KUNIT_EXPECT_EQ(test, msg->opcnt, 0);
}

static void an_idle_thread_is_left_out(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rpc_status_dump(test->priv), 0);
}

static void without_a_service_there_is_an_error(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rs->nn->nfsd_serv = NULL;
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), -ENODEV);
}

static struct kunit_case rpc_status_addr_cases[] = {
	KUNIT_CASE_PARAM(ipv6_addresses_are_reported_in_full, rpc_status_addr6_gen_params),
	KUNIT_CASE_PARAM(ipv4_addresses_are_reported, rpc_status_addr4_gen_params),
	KUNIT_CASE(another_family_has_no_address),
	KUNIT_CASE(the_other_fields_are_reported),
	KUNIT_CASE(an_idle_thread_is_left_out),
	KUNIT_CASE(without_a_service_there_is_an_error),
	{}
};

static struct kunit_suite rpc_status_addr_suite = {
	.name = STABLEQ_SUITE,
	.init = rpc_status_init,
	.exit = rpc_status_exit,
	.test_cases = rpc_status_addr_cases,
};
kunit_test_suite(rpc_status_addr_suite);
