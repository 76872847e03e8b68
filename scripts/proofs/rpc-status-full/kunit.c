// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dump that needs several buffers has each request once and whole
 */

#define RPC_STATUS_THREADS 7

/* A reply with room for @room bytes */
static void rpc_status_set_room(struct rpc_status *rs, unsigned int room)
{
	struct sk_buff *skb = alloc_skb(8192, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(rs->test, skb);
	KUNIT_ASSERT_LE(rs->test, room, skb_tailroom(skb));
	skb_reserve(skb, skb_tailroom(skb) - room);
	skb->sk = rs->reply->sk;
	rs->reply->sk = NULL;
	kfree_skb(rs->reply);
	rs->reply = skb;
}

/* Enough for all */
#define RPC_STATUS_ROOM 8000

/* Rooms differ by this, so that the padding of a 64-bit attribute is the same in all of them */
#define RPC_STATUS_STEP 8

/* A request in progress; what kind is told by what fills its message */
enum rpc_status_kind {
	RPC_STATUS_PLAIN,
	RPC_STATUS_IPV4,
	RPC_STATUS_IPV6,
	RPC_STATUS_COMPOUND,
};

static const struct rpc_status_filling {
	const char *name;
	enum rpc_status_kind kind;
} rpc_status_fillings[] = {
	{ "no address", RPC_STATUS_PLAIN },
	{ "IPv4", RPC_STATUS_IPV4 },
	{ "IPv6", RPC_STATUS_IPV6 },
	{ "compound", RPC_STATUS_COMPOUND },
};

static void rpc_status_filling_desc(const struct rpc_status_filling *f, char *desc)
{
	strscpy(desc, f->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(rpc_status_filling, rpc_status_fillings, rpc_status_filling_desc);

static void rpc_status_begin_kind(struct rpc_status *rs, enum rpc_status_kind kind)
{
	const int family = kind == RPC_STATUS_IPV4 ? AF_INET :
			   kind == RPC_STATUS_IPV6 ? AF_INET6 : AF_UNSPEC;

	rs->rqstp->rq_addr.ss_family = family;
	rs->rqstp->rq_daddr.ss_family = family;
	if (kind == RPC_STATUS_COMPOUND)
		rpc_status_begin_compound(rs, 8);
	else
		rpc_status_begin(rs, 3, 1);
}

static void rpc_status_end_kind(struct rpc_status *rs, enum rpc_status_kind kind)
{
	rpc_status_done(rs);
	if (kind == RPC_STATUS_COMPOUND)
		nfsd4_release_compoundargs(rs->rqstp);
}

/* The length of the message on the one request in progress */
static unsigned int rpc_status_len(struct rpc_status *rs)
{
	rpc_status_set_room(rs, RPC_STATUS_ROOM);
	KUNIT_ASSERT_EQ(rs->test, rpc_status_dump(rs), 1);
	return rs->reply->len;
}

/* Wherever the buffer ends, also between two attributes */
static void without_room_for_one_there_is_an_error(struct kunit *test)
{
	const struct rpc_status_filling *f = test->param_value;
	struct rpc_status *rs = test->priv;
	unsigned int room, len;

	rpc_status_begin_kind(rs, f->kind);
	len = rpc_status_len(rs);
	for (room = 0; room < len; room += RPC_STATUS_STEP) {
		struct netlink_callback cb = { };

		rpc_status_set_room(rs, room);
		KUNIT_EXPECT_LT(test, rpc_status_dump_part(rs, &cb), 0);
		KUNIT_EXPECT_EQ_MSG(test, rs->reply->len, 0, "a part of a message is left");
		if (rs->reply->len)
			break;
	}
	rpc_status_end_kind(rs, f->kind);
}

/* Two requests: there is room for the first that is reported, and some for the other */
static void a_message_that_does_not_fit_waits_for_the_next_buffer(struct kunit *test)
{
	const struct rpc_status_filling *f = test->param_value;
	struct rpc_status *rs = test->priv;
	struct svc_rqst *last, *rqstp = rs->rqstp;
	unsigned int room, one, other;
	int ret;

	/* Whichever of the threads is reported first: the other one has the message that is cut */
	rpc_status_threads(rs, 2);
	last = list_last_entry(&rs->serv->sv_pools[0].sp_all_threads, struct svc_rqst, rq_all);
	rs->rqstp = rpc_status_first(rs);
	rpc_status_begin_kind(rs, RPC_STATUS_PLAIN);
	one = rpc_status_len(rs);
	rpc_status_end_kind(rs, RPC_STATUS_PLAIN);
	rs->rqstp = last;
	rpc_status_begin_kind(rs, f->kind);
	other = rpc_status_len(rs);
	rs->rqstp = rpc_status_first(rs);
	rpc_status_begin_kind(rs, RPC_STATUS_PLAIN);

	for (room = round_up(one, RPC_STATUS_STEP); room < one + other; room += RPC_STATUS_STEP) {
		struct netlink_callback cb = { };

		rpc_status_set_room(rs, room);
		ret = rpc_status_dump_part(rs, &cb);
		KUNIT_EXPECT_EQ_MSG(test, ret, one, "a dump of more than fits");
		KUNIT_EXPECT_EQ(test, rs->reply->len, one);
		if (ret != one || rs->reply->len != one)
			break;
		rpc_status_set_room(rs, RPC_STATUS_ROOM);
		KUNIT_EXPECT_EQ(test, rpc_status_dump_part(rs, &cb), other);
		KUNIT_EXPECT_EQ(test, rpc_status_dump_part(rs, &cb), 0);
	}
	rpc_status_end_kind(rs, RPC_STATUS_PLAIN);
	rs->rqstp = last;
	rpc_status_end_kind(rs, f->kind);
	rs->rqstp = rqstp;
}

/* Threads in pools: how many stand in each, and how many messages a buffer has room for */
static const struct rpc_status_layout {
	const char *name;
	unsigned int npools;
	unsigned int threads[4];
} rpc_status_layouts[] = {
	{ "one pool", 1, { 7 } },
	{ "the last is small", 2, { 5, 2 } },
	{ "the first is small", 3, { 1, 4, 2 } },
	{ "some are empty", 4, { 0, 3, 0, 4 } },
};

static void rpc_status_layout_desc(const struct rpc_status_layout *l, char *desc)
{
	strscpy(desc, l->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(rpc_status_layout, rpc_status_layouts, rpc_status_layout_desc);

/* rpc_status_exit() undoes it */
static void rpc_status_split_pools(struct rpc_status *rs, const struct rpc_status_layout *l)
{
	struct svc_pool *pools = kunit_kcalloc(rs->test, l->npools, sizeof(*pools), GFP_KERNEL);
	unsigned int i, k;

	KUNIT_ASSERT_NOT_NULL(rs->test, pools);
	for (i = 0; i < l->npools; i++) {
		INIT_LIST_HEAD(&pools[i].sp_all_threads);
		for (k = 0; k < l->threads[i]; k++)
			list_move_tail(&rpc_status_first(rs)->rq_all, &pools[i].sp_all_threads);
	}
	rs->pool = rs->serv->sv_pools;
	rs->serv->sv_pools = pools;
	rs->serv->sv_nrpools = l->npools;
}

/* Every thread with a number of its own works on something, but for each third if @idle */
static unsigned int rpc_status_begin_all(struct rpc_status *rs, const struct rpc_status_layout *l,
					 bool idle)
{
	unsigned int i, xid = 0, busy = 0;
	struct svc_rqst *rqstp;

	for (i = 0; i < l->npools; i++) {
		list_for_each_entry(rqstp, &rs->serv->sv_pools[i].sp_all_threads, rq_all) {
			rs->rqstp = rqstp;
			rpc_status_begin(rs, 3, 1);
			rqstp->rq_xid = cpu_to_be32(xid++);
			if (idle && xid % 3 == 1)
				rpc_status_done(rs);
			else
				busy |= 1 << (xid - 1);
		}
	}
	return busy;
}

/* Notes in @seen who is reported; false if one is for the second time, or nobody we know. */
static bool rpc_status_note(struct rpc_status *rs, unsigned int *seen)
{
	int len = rs->reply->len, rem;
	const struct nlattr *attr;
	struct nlmsghdr *nlh;
	bool good = true;

	for (nlh = nlmsg_hdr(rs->reply); nlmsg_ok(nlh, len); nlh = nlmsg_next(nlh, &len)) {
		nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem) {
			u32 xid;

			if (nla_type(attr) != NFSD_A_RPC_STATUS_XID)
				continue;
			xid = be32_to_cpu(nla_get_be32(attr));
			good &= xid < RPC_STATUS_THREADS && !(*seen & (1 << xid));
			*seen |= xid < RPC_STATUS_THREADS ? 1 << xid : 0;
		}
	}
	return good && !len;
}

static void rpc_status_expect_each_once(struct rpc_status *rs, unsigned int busy, unsigned int room)
{
	struct netlink_callback cb = { };
	unsigned int seen = 0, calls = 0;
	int ret;

	rpc_status_set_room(rs, room);
	while ((ret = rpc_status_dump_part(rs, &cb)) > 0 && ++calls <= 2 * RPC_STATUS_THREADS) {
		KUNIT_EXPECT_EQ(rs->test, ret, rs->reply->len);
		KUNIT_EXPECT_TRUE_MSG(rs->test, rpc_status_note(rs, &seen),
				      "a request is reported twice");
	}
	KUNIT_EXPECT_EQ_MSG(rs->test, ret, 0, "a dump of more than fits");
	KUNIT_EXPECT_EQ_MSG(rs->test, seen, busy, "not every request is reported");
}

static void rpc_status_try_layout(struct kunit *test, unsigned int messages)
{
	const struct rpc_status_layout *l = test->param_value;
	struct rpc_status *rs = test->priv;
	unsigned int one, busy;
	bool idle;

	rpc_status_begin(rs, 3, 1);
	one = rpc_status_len(rs);
	rpc_status_done(rs);
	rpc_status_threads(rs, RPC_STATUS_THREADS);
	rpc_status_split_pools(rs, l);
	for (idle = false;; idle = true) {
		busy = rpc_status_begin_all(rs, l, idle);
		rpc_status_expect_each_once(rs, busy, messages ? round_up(messages * one + one / 2,
							      RPC_STATUS_STEP) :
						      RPC_STATUS_ROOM);
		if (idle)
			break;
	}
	rpc_status_begin_all(rs, l, true);
}

static void one_buffer_has_them_all(struct kunit *test)
{
	rpc_status_try_layout(test, 0);
}

static void each_is_in_a_buffer_of_its_own(struct kunit *test)
{
	rpc_status_try_layout(test, 1);
}

static void a_buffer_has_two(struct kunit *test)
{
	rpc_status_try_layout(test, 2);
}

static void a_buffer_has_three(struct kunit *test)
{
	rpc_status_try_layout(test, 3);
}

static struct kunit_case rpc_status_full_cases[] = {
	KUNIT_CASE_PARAM(one_buffer_has_them_all, rpc_status_layout_gen_params),
	KUNIT_CASE_PARAM(without_room_for_one_there_is_an_error, rpc_status_filling_gen_params),
	KUNIT_CASE_PARAM(a_message_that_does_not_fit_waits_for_the_next_buffer,
			 rpc_status_filling_gen_params),
	KUNIT_CASE_PARAM(each_is_in_a_buffer_of_its_own, rpc_status_layout_gen_params),
	KUNIT_CASE_PARAM(a_buffer_has_two, rpc_status_layout_gen_params),
	KUNIT_CASE_PARAM(a_buffer_has_three, rpc_status_layout_gen_params),
	{}
};

static struct kunit_suite rpc_status_full_suite = {
	.name = STABLEQ_SUITE,
	.init = rpc_status_init,
	.exit = rpc_status_exit,
	.test_cases = rpc_status_full_cases,
};
kunit_test_suite(rpc_status_full_suite);
