/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * backchannel.h - a client with sessions and a backchannel to it, and what rpciod would do with one
 * callback
 *
 * DESTROY_SESSION is the real one. Nothing is ever sent: what the calls of nfs4callback_hooks.h
 * come to is told by cb_session_hook.
 */
#ifndef STABLEQ_BACKCHANNEL_H
#define STABLEQ_BACKCHANNEL_H

#include "stableq.h"
#include "stableq_state.h"

#define CB_SEQ_NR	5
#define CB_BUF_WORDS	64

struct cb_session_test {
	struct nfs4_client	*clp;
	struct svc_xprt_class	xcl;
	struct svc_xprt		xprt;
	struct svc_rqst		*rqstp;
	union nfsd4_op_u	op;
	struct nfsd4_callback	cb;
	struct rpc_task		task;
	int			cb_released;
	/* an XDR buffer */
	struct xdr_stream	xdr;
	struct xdr_buf		buf;
	__be32			words[CB_BUF_WORDS];
};

/* what the stand-ins below are asked to do */
static struct {
	struct nfsd4_session	*put_in_xdr;
	int			create_error;
	unsigned long		delay;
} cb_session_hook;

/* A client that could send somewhere, made from any arguments: no test sends. */
static struct rpc_clnt *stableq_rpc_create(struct rpc_create_args *args)
{
	struct sockaddr_in sin = {
		.sin_family		= AF_INET,
		.sin_addr.s_addr	= htonl(INADDR_LOOPBACK),
		.sin_port		= htons(1),
	};

	if (cb_session_hook.create_error)
		return ERR_PTR(cb_session_hook.create_error);
	args->bc_xprt = NULL;
	args->protocol = XPRT_TRANSPORT_TCP;
	args->address = (struct sockaddr *)&sin;
	args->addrsize = sizeof(sin);
	args->saddress = NULL;
	return rpc_create(args);
}

static void stableq_rpc_delay(struct rpc_task *task, unsigned long delay)
{
	cb_session_hook.delay = delay;
}

/* The readers of cl_cb_session come by here between taking the pointer and following it. */
static void cb_session_put_in_reader(void)
{
	struct nfsd4_session *ses = cb_session_hook.put_in_xdr;

	if (!ses)
		return;
	cb_session_hook.put_in_xdr = NULL;
	RCU_INIT_POINTER(ses->se_client->cl_cb_session, NULL);
	stableq_session_put_dead(ses);
}

static __be32 *stableq_xdr_reserve_space(struct xdr_stream *xdr, size_t nbytes)
{
	cb_session_put_in_reader();
	return xdr_reserve_space(xdr, nbytes);
}

static __be32 *stableq_xdr_inline_decode(struct xdr_stream *xdr, size_t nbytes)
{
	cb_session_put_in_reader();
	return xdr_inline_decode(xdr, nbytes);
}

/* The pointer itself, for comparing only. */
static void *cb_session_field(struct cb_session_test *t)
{
	return *(void **)&t->clp->cl_cb_session;
}

static bool cb_session_in_rcu(void)
{
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	return lock_is_held(&rcu_lock_map) == LOCK_STATE_HELD;
#else
	return false;
#endif
}

static int cb_session_cb_done(struct nfsd4_callback *cb, struct rpc_task *task)
{
	return 1;
}

static void cb_session_cb_release(struct nfsd4_callback *cb)
{
	container_of(cb, struct cb_session_test, cb)->cb_released++;
}

static const struct nfsd4_callback_ops cb_session_cb_ops = {
	.done		= cb_session_cb_done,
	.release	= cb_session_cb_release,
};

static int cb_session_init(struct kunit *test)
{
	struct cb_session_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct nfs4_client *clp;

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->clp = clp = kunit_kzalloc(test, sizeof(*clp), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, clp);
	t->rqstp = kunit_kzalloc(test, sizeof(*t->rqstp), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->rqstp);
	KUNIT_ASSERT_EQ(test, stableq_state_create(&init_net), 0);

	clp->net = &init_net;
	clp->cl_minorversion = 1;
	/* a compound in progress, lest a renewal in the first second after boot be at time 0 */
	clp->cl_time = 1;
	atomic_set(&clp->cl_rpc_users, 1);
	clp->cl_state = NFSD4_ACTIVE;
	clp->cl_cb_state = NFSD4_CB_UNKNOWN;
	clp->cl_clientid.cl_boot = 1;
	clp->cl_clientid.cl_id = 2;
	INIT_LIST_HEAD(&clp->cl_lru);
	INIT_LIST_HEAD(&clp->cl_sessions);
	spin_lock_init(&clp->cl_lock);
	rpc_init_wait_queue(&clp->cl_cb_waitq, "Backchannel slot table");
	nfsd4_init_cb(&clp->cl_cb_null, clp, NULL, NFSPROC4_CLNT_CB_NULL);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	clp->cl_callback_wq = alloc_ordered_workqueue("stableq_callbacks", 0);
	KUNIT_ASSERT_NOT_NULL(test, clp->cl_callback_wq);
#else
	KUNIT_ASSERT_EQ(test, nfsd4_create_callback_queue(), 0);
#endif

	t->xcl.xcl_ident = XPRT_TRANSPORT_TCP;
	t->xprt.xpt_class = &t->xcl;
	t->xprt.xpt_net = &init_net;
	kref_init(&t->xprt.xpt_ref);
	spin_lock_init(&t->xprt.xpt_lock);
	INIT_LIST_HEAD(&t->xprt.xpt_users);
	t->rqstp->rq_xprt = &t->xprt;

	nfsd4_init_cb(&t->cb, clp, &cb_session_cb_ops, NFSPROC4_CLNT_CB_RECALL);
	t->task.tk_ops = &nfsd4_cb_ops;
	memset(&cb_session_hook, 0, sizeof(cb_session_hook));
	test->priv = t;
	return 0;
}

static u32 cb_session_destroy(struct cb_session_test *t, const struct nfs4_sessionid *sid)
{
	struct nfsd4_compound_state cstate = {};

	t->op.destroy_session.sessionid = *sid;
	return be32_to_cpu(nfsd4_destroy_session(t->rqstp, &cstate, &t->op));
}

static void cb_session_exit(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	struct nfsd4_session *ses;

	if (!t)
		return;
	while ((ses = list_first_entry_or_null(&t->clp->cl_sessions, struct nfsd4_session,
					       se_perclnt))) {
		if (cb_session_destroy(t, &ses->se_sessionid) != NFS4_OK) {
			KUNIT_FAIL(test, "a session can't be destroyed");
			break;
		}
	}
	nfsd4_shutdown_callback(t->clp);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->clp->cl_cb_inflight), 0);
	KUNIT_EXPECT_PTR_EQ(test, t->clp->cl_cb_client, NULL);
	KUNIT_EXPECT_FALSE(test, cb_session_in_rcu());
	/* every connection that was taken has been put */
	KUNIT_EXPECT_EQ(test, kref_read(&t->xprt.xpt_ref), 1);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	destroy_workqueue(t->clp->cl_callback_wq);
#else
	nfsd4_destroy_callback_queue();
#endif
	rpc_destroy_wait_queue(&t->clp->cl_cb_waitq);
	stableq_state_destroy(&init_net);
	rcu_barrier();
}

/* A session, with a connection for callbacks if @back. */
static struct nfsd4_session *cb_session_add(struct kunit *test, bool back)
{
	struct cb_session_test *t = test->priv;
	static u32 nr;
	struct nfsd4_session *ses = stableq_session_create(t->clp, ++nr);
	struct nfsd4_conn *conn = kzalloc(sizeof(*conn), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ses);
	KUNIT_ASSERT_NOT_NULL(test, conn);
	ses->se_cb_seq_nr = CB_SEQ_NR;
	ses->se_cb_prog = 0x40000000;
	ses->se_cb_sec.flavor = RPC_AUTH_UNIX;
	ses->se_cb_sec.uid = GLOBAL_ROOT_UID;
	ses->se_cb_sec.gid = GLOBAL_ROOT_GID;

	svc_xprt_get(&t->xprt);
	conn->cn_xprt = &t->xprt;
	conn->cn_flags = back ? NFS4_CDFC4_FORE_OR_BOTH : NFS4_CDFC4_FORE;
	conn->cn_session = ses;
	INIT_LIST_HEAD(&conn->cn_xpt_user.list);
	spin_lock(&t->clp->cl_lock);
	list_add(&conn->cn_persession, &ses->se_conns);
	spin_unlock(&t->clp->cl_lock);
	return ses;
}

/* A session whose backchannel is in use. */
static struct nfsd4_session *cb_session_up(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	struct nfsd4_session *ses = cb_session_add(test, true);

	nfsd4_probe_callback_sync(t->clp);
	KUNIT_ASSERT_EQ(test, t->clp->cl_cb_state, NFSD4_CB_UP);
	KUNIT_ASSERT_NOT_NULL(test, t->clp->cl_cb_client);
	KUNIT_ASSERT_PTR_EQ(test, cb_session_field(t), (void *)ses);
	return ses;
}

static void cb_session_reply_of(struct cb_session_test *t, const struct nfsd4_session *ses)
{
	memset(t->words, 0, sizeof(t->words));
	memcpy(t->words, ses->se_sessionid.data, NFS4_MAX_SESSIONID_LEN);
	t->words[4] = cpu_to_be32(ses->se_cb_seq_nr);
}

/* The last session with a backchannel is destroyed: what do callbacks find? */
static void cb_session_gone(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	struct nfsd4_session *ses = cb_session_up(test);
	struct nfs4_sessionid sid = ses->se_sessionid;

	cb_session_reply_of(t, ses);
	KUNIT_ASSERT_EQ(test, cb_session_destroy(t, &sid), NFS4_OK);
	KUNIT_ASSERT_PTR_EQ(test, t->clp->cl_cb_client, NULL);
	rcu_barrier();
}

static void cb_session_hold_slot(struct cb_session_test *t)
{
	t->cb.cb_holds_slot = true;
	set_bit(0, &t->clp->cl_cb_slot_busy);
	t->cb.cb_need_restart = false;
}

static void cb_session_encode_to(struct cb_session_test *t)
{
	memset(t->words, 0, sizeof(t->words));
	memset(&t->buf, 0, sizeof(t->buf));
	t->buf.head[0].iov_base = t->words;
	t->buf.buflen = sizeof(t->words);
	xdr_init_encode(&t->xdr, &t->buf, t->words, NULL);
}

static void cb_session_decode_from(struct cb_session_test *t, unsigned int words)
{
	memset(&t->buf, 0, sizeof(t->buf));
	t->buf.head[0].iov_base = t->words;
	t->buf.head[0].iov_len = t->buf.buflen = t->buf.len = words * sizeof(__be32);
	xdr_init_decode(&t->xdr, &t->buf, t->words, NULL);
}

#endif
