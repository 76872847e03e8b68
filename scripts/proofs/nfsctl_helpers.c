// SPDX-License-Identifier: GPL-2.0-only
/*
 * A service with one thread, requests for it to work on, and the dump of its status
 *
 * Service, thread and arguments are made by the functions that make them in earnest. The kernel
 * thread itself returns at once: what a request does next is up to the suite. Of the branches only
 * 6.12 has the dump, it came with 6.7.
 */
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <kunit/test.h>
#include <linux/genetlink.h>
#include <linux/sunrpc/svc.h>
#include <net/genetlink.h>
#include <net/netlink.h>

#include "cache.h"
#include "xdr4.h"
#include "stableq.h"
#include "watch.h"
#include "reader.h"

struct rpc_status {
	struct kunit *test;
	struct nfsd_net *nn;
	struct svc_serv *serv;
	struct svc_rqst *rqstp;
	struct sk_buff *request, *reply;
	struct nlmsghdr nlh;
	__be32 xdr[3 + NFSD_MAX_OPS_PER_COMPOUND];
	struct svc_pool *pool;	/* the service's own, while others stand in its place */

	struct stableq_watch watch;
	struct stableq_reader reader;
	unsigned int fired;
};

struct rpc_status_msg {
	const struct nlattr *tb[NFSD_A_RPC_STATUS_MAX + 1];
	unsigned int opcnt;	/* how many there are, however few opnum has room for */
	u32 opnum[NFSD_MAX_OPS_PER_COMPOUND];
};

/* Operations without arguments, so that a compound may be of any length */
static inline u32 rpc_status_opnum(unsigned int i)
{
	static const u32 opnum[] = { OP_PUTROOTFH, OP_GETFH, OP_SAVEFH, OP_LOOKUPP, OP_RESTOREFH };

	return opnum[i % ARRAY_SIZE(opnum)];
}

static int rpc_status_threadfn(void *rqstp)
{
	svc_thread_init_status(rqstp, 0);
	return 0;
}

static struct svc_rqst *rpc_status_first(struct rpc_status *rs)
{
	return list_first_entry_or_null(&rs->serv->sv_pools[0].sp_all_threads, struct svc_rqst,
					rq_all);
}

/* Back from pools that a suite made to the service's own */
static void rpc_status_join_pools(struct rpc_status *rs)
{
	struct svc_rqst *rqstp, *next;
	unsigned int i;

	if (!rs->pool)
		return;
	for (i = 0; i < rs->serv->sv_nrpools; i++)
		list_for_each_entry_safe(rqstp, next, &rs->serv->sv_pools[i].sp_all_threads, rq_all)
			list_move_tail(&rqstp->rq_all, &rs->pool->sp_all_threads);
	rs->serv->sv_pools = rs->pool;
	rs->serv->sv_nrpools = 1;
	rs->pool = NULL;
}

static void rpc_status_exit(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct svc_rqst *rqstp;

	stableq_watch(NULL);
	if (!rs)
		return;
	if (rs->nn) {
		mutex_lock(&nfsd_mutex);
		rs->nn->nfsd_serv = NULL;
		rpc_status_join_pools(rs);
		while ((rqstp = rpc_status_first(rs)))
			svc_exit_thread(rqstp);
		svc_destroy(&rs->serv);
		mutex_unlock(&nfsd_mutex);
	}
	if (rs->reply)
		rs->reply->sk = NULL;
	kfree_skb(rs->reply);
	kfree_skb(rs->request);
	rcu_barrier();
}

static int rpc_status_init(struct kunit *test)
{
	struct nfsd_net *nn = net_generic(&init_net, nfsd_net_id);
	struct rpc_status *rs;
	int err;

	if (!stableq_can_watch)
		kunit_skip(test, "needs KASAN_OUTLINE");
	rs = kunit_kzalloc(test, sizeof(*rs), GFP_KERNEL);
	if (!rs)
		return -ENOMEM;
	test->priv = rs;
	rs->test = test;
	rs->request = alloc_skb(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	rs->reply = alloc_skb(8192, GFP_KERNEL);
	if (!rs->request || !rs->reply)
		return -ENOMEM;
	rs->reply->sk = init_net.genl_sock;
	NETLINK_CB(rs->request).portid = 1;

	rs->serv = svc_create_pooled(nfsd_programs, 1, &nn->nfsd_svcstats, PAGE_SIZE,
				     rpc_status_threadfn);
	if (!rs->serv)
		return -ENOMEM;
	rs->nn = nn;
	mutex_lock(&nfsd_mutex);
	err = svc_set_num_threads(rs->serv, NULL, 1);
	nn->nfsd_serv = rs->serv;
	mutex_unlock(&nfsd_mutex);
	rs->rqstp = rpc_status_first(rs);
	return err;
}

/* More threads; rs->rqstp stays the one that it was */
static void rpc_status_threads(struct rpc_status *rs, unsigned int n)
{
	int err;

	mutex_lock(&nfsd_mutex);
	err = svc_set_num_threads(rs->serv, NULL, n);
	mutex_unlock(&nfsd_mutex);
	KUNIT_ASSERT_EQ(rs->test, err, 0);
	KUNIT_ASSERT_EQ(rs->test, rs->serv->sv_nrthreads, n);
}

static struct nfsd4_compoundargs *rpc_status_args(struct rpc_status *rs)
{
	return rs->rqstp->rq_argp;
}

/* What svc_process() and nfsd_dispatch() have done when a request is about to be executed */
static void rpc_status_begin(struct rpc_status *rs, u32 vers, u32 proc)
{
	struct svc_rqst *rqstp = rs->rqstp;

	rqstp->rq_xid = cpu_to_be32(0x5eed0001);
	rqstp->rq_prog = NFS_PROGRAM;
	rqstp->rq_vers = vers;
	rqstp->rq_proc = proc;
	rqstp->rq_stime = ms_to_ktime(1234);
	smp_store_release(&rqstp->rq_status_counter, rqstp->rq_status_counter | 1);
}

/*
 * The bytes of a compound of @opcnt operations, ready to be decoded; decoding asks for the flavor
 */
static void rpc_status_receive_compound(struct rpc_status *rs, unsigned int opcnt)
{
	static struct auth_ops authop = { .flavour = RPC_AUTH_UNIX };
	struct svc_rqst *rqstp = rs->rqstp;
	struct kvec *head = &rqstp->rq_arg.head[0];
	unsigned int i;

	rs->xdr[0] = 0; /* no tag */
	rs->xdr[1] = 0; /* minor version */
	rs->xdr[2] = cpu_to_be32(opcnt);
	for (i = 0; i < opcnt; i++)
		rs->xdr[3 + i] = cpu_to_be32(rpc_status_opnum(i));
	head->iov_base = rs->xdr;
	head->iov_len = (3 + opcnt) * sizeof(rs->xdr[0]);
	rqstp->rq_arg.len = head->iov_len;
	xdr_init_decode(&rqstp->rq_arg_stream, &rqstp->rq_arg, rs->xdr, NULL);
	rqstp->rq_authop = &authop;
	memset(rqstp->rq_argp, 0, sizeof(struct nfsd4_compoundargs));
}

/* A compound of @opcnt operations, decoded */
static void rpc_status_begin_compound(struct rpc_status *rs, unsigned int opcnt)
{
	struct svc_rqst *rqstp = rs->rqstp;

	rpc_status_receive_compound(rs, opcnt);
	KUNIT_ASSERT_TRUE(rs->test, nfs4svc_decode_compoundargs(rqstp, &rqstp->rq_arg_stream));
	KUNIT_ASSERT_EQ(rs->test, rpc_status_args(rs)->opcnt, opcnt);
	rpc_status_begin(rs, 4, NFSPROC4_COMPOUND);
}

/* What nfsd_dispatch() does when the reply is encoded */
static void rpc_status_done(struct rpc_status *rs)
{
	struct svc_rqst *rqstp = rs->rqstp;

	smp_store_release(&rqstp->rq_status_counter, rqstp->rq_status_counter + 1);
}

/* Has @fn called when the dump, or whatever is called next, is about to load from @addr */
static void rpc_status_before_load(struct rpc_status *rs, const void *addr, unsigned long len,
				   void (*fn)(struct stableq_watch *watch, unsigned long addr))
{
	rs->watch.from = (unsigned long)addr;
	rs->watch.len = len;
	rs->watch.fn = fn;
	stableq_watch(&rs->watch);
}

/*
 * One call of a dump that may take several. Returns the length of what is in rs->reply, or an error
 */
static int rpc_status_dump_part(struct rpc_status *rs, struct netlink_callback *cb)
{
	int ret;

	cb->skb = rs->request;
	cb->nlh = &rs->nlh;
	skb_trim(rs->reply, 0);
	ret = nfsd_nl_rpc_status_get_dumpit(rs->reply, cb);
	stableq_watch(NULL);
	return ret;
}

/* Returns the number of messages, or an error */
static int rpc_status_dump(struct rpc_status *rs)
{
	struct netlink_callback cb = { .skb = rs->request };
	int ret = rpc_status_dump_part(rs, &cb), len, n = 0;
	struct nlmsghdr *nlh;

	if (ret < 0)
		return ret;
	len = rs->reply->len;
	for (nlh = nlmsg_hdr(rs->reply); nlmsg_ok(nlh, len); nlh = nlmsg_next(nlh, &len))
		n++;
	return n;
}

/* The one message of the dump */
static void rpc_status_parse(struct rpc_status *rs, struct rpc_status_msg *msg)
{
	const struct nlmsghdr *nlh = nlmsg_hdr(rs->reply);
	const struct nlattr *attr;
	int rem;

	memset(msg, 0, sizeof(*msg));
	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem) {
		KUNIT_ASSERT_LE(rs->test, nla_type(attr), NFSD_A_RPC_STATUS_MAX);
		msg->tb[nla_type(attr)] = attr;
		if (nla_type(attr) != NFSD_A_RPC_STATUS_COMPOUND_OPS)
			continue;
		if (msg->opcnt < ARRAY_SIZE(msg->opnum))
			msg->opnum[msg->opcnt] = nla_get_u32(attr);
		msg->opcnt++;
	}
}

static struct rpc_status_msg *rpc_status_parsed(struct rpc_status *rs)
{
	struct rpc_status_msg *msg = kunit_kzalloc(rs->test, sizeof(*msg), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(rs->test, msg);
	rpc_status_parse(rs, msg);
	return msg;
}

/*
 * The operations of a compound are reported in order and from the first on: as far as the dump has
 * room, which is for those at least that are kept inline.
 */
static void rpc_status_expect_ops(struct rpc_status *rs, unsigned int opcnt)
{
	const unsigned int least = min_t(unsigned int, opcnt,
					 ARRAY_SIZE(((struct nfsd4_compoundargs *)NULL)->iops));
	struct rpc_status_msg *msg = rpc_status_parsed(rs);
	unsigned int i;

	KUNIT_ASSERT_LE(rs->test, msg->opcnt, opcnt);
	KUNIT_ASSERT_GE(rs->test, msg->opcnt, least);
	for (i = 0; i < min_t(unsigned int, msg->opcnt, ARRAY_SIZE(msg->opnum)); i++)
		KUNIT_EXPECT_EQ(rs->test, msg->opnum[i], rpc_status_opnum(i));
}

#endif
