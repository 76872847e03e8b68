// SPDX-License-Identifier: GPL-2.0-only
/*
 * cl_cb_session and the life of the session it points to. DESTROY_SESSION is the real one; what
 * rpciod would do with a callback is called from here, at the moments that matter.
 */
#include "state_kunit.h"

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

/* The last session with a backchannel is destroyed: what do callbacks find? */
static void cb_session_gone(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	struct nfs4_sessionid sid = cb_session_up(test)->se_sessionid;

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

static void cb_session_reply_of(struct cb_session_test *t, const struct nfsd4_session *ses)
{
	memset(t->words, 0, sizeof(t->words));
	memcpy(t->words, ses->se_sessionid.data, NFS4_MAX_SESSIONID_LEN);
	t->words[4] = cpu_to_be32(ses->se_cb_seq_nr);
}

static void destroyed_session_leaves_no_pointer_to_it(struct kunit *test)
{
	struct cb_session_test *t = test->priv;

	cb_session_gone(test);
	KUNIT_EXPECT_TRUE_MSG(test, !cb_session_field(t),
			      "cl_cb_session points to a session that was destroyed and freed");
}

static void reply_after_the_session_is_gone(struct kunit *test)
{
	struct cb_session_test *t = test->priv;

	cb_session_gone(test);
	cb_session_hold_slot(t);
	t->cb.cb_seq_status = 0;
	KUNIT_EXPECT_FALSE(test, nfsd4_cb_sequence_done(&t->task, &t->cb));
	KUNIT_EXPECT_TRUE(test, t->cb.cb_need_restart);
	KUNIT_EXPECT_FALSE(test, cb_session_in_rcu());
	nfsd41_cb_release_slot(&t->cb);
}

static void encoding_after_the_session_is_gone(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	struct nfs4_cb_compound_hdr hdr = { .minorversion = 1 };

	cb_session_gone(test);
	cb_session_encode_to(t);
	encode_cb_sequence4args(&t->xdr, &t->cb, &hdr);
	KUNIT_EXPECT_EQ(test, hdr.nops, 0);
	KUNIT_EXPECT_EQ(test, t->buf.len, 0);
	KUNIT_EXPECT_FALSE(test, cb_session_in_rcu());
}

static void decoding_after_the_session_is_gone(struct kunit *test)
{
	struct cb_session_test *t = test->priv;

	cb_session_gone(test);
	memset(t->words, 0, sizeof(t->words));
	cb_session_decode_from(t, CB_BUF_WORDS);
	t->cb.cb_seq_status = 1;
	KUNIT_EXPECT_LT(test, decode_cb_sequence4resok(&t->xdr, &t->cb), 0);
	/* 1 would mean that no reply came */
	KUNIT_EXPECT_NE(test, t->cb.cb_seq_status, 1);
	KUNIT_EXPECT_FALSE(test, cb_session_in_rcu());
}

/* The pointer is replaced and the session put while a reader is between load and use. */
static void session_is_put_while_a_callback_is_encoded(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	struct nfs4_cb_compound_hdr hdr = { .minorversion = 1 };
	struct nfsd4_session *ses = cb_session_up(test);
	struct nfs4_sessionid sid = ses->se_sessionid;

	cb_session_encode_to(t);
	cb_session_hook.put_in_xdr = ses;
	encode_cb_sequence4args(&t->xdr, &t->cb, &hdr);
	KUNIT_EXPECT_PTR_EQ(test, cb_session_hook.put_in_xdr, NULL);
	KUNIT_EXPECT_EQ(test, hdr.nops, 1);
	KUNIT_EXPECT_EQ(test, memcmp(&t->words[1], sid.data, NFS4_MAX_SESSIONID_LEN), 0);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(t->words[5]), CB_SEQ_NR);
}

static void session_is_put_while_a_reply_is_decoded(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	struct nfsd4_session *ses = cb_session_up(test);

	cb_session_reply_of(t, ses);
	cb_session_decode_from(t, CB_BUF_WORDS);
	cb_session_hook.put_in_xdr = ses;
	KUNIT_EXPECT_EQ(test, decode_cb_sequence4resok(&t->xdr, &t->cb), 0);
	KUNIT_EXPECT_PTR_EQ(test, cb_session_hook.put_in_xdr, NULL);
}

struct cb_session_slot_param {
	const char	*name;
	bool		held;
};

/* the slot is still held when a task starts again after NFS4ERR_BADSLOT */
static const struct cb_session_slot_param cb_session_slot_params[] = {
	{ "first_try", false },
	{ "next_try", true },
};

static void cb_session_slot_desc(const struct cb_session_slot_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(cb_session_slot, cb_session_slot_params, cb_session_slot_desc);

/* A callback that finds no session is queued again, not sent, not lost, not completed. */
static void callback_without_a_session_is_requeued(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	const struct cb_session_slot_param *p = test->param_value;

	if (p->held)
		cb_session_hold_slot(t);
	nfsd4_cb_prepare(&t->task, &t->cb);
	KUNIT_EXPECT_LT_MSG(test, t->task.tk_status, 0, "a callback starts without a session");
	KUNIT_EXPECT_EQ(test, t->cb.cb_holds_slot, p->held);
	if (!t->task.tk_status)
		return;

	nfsd4_cb_done(&t->task, &t->cb);
	KUNIT_EXPECT_TRUE(test, t->cb.cb_need_restart);
	KUNIT_EXPECT_EQ(test, t->task.tk_status, 0);
	KUNIT_EXPECT_EQ(test, t->cb_released, 0);

	/* there is no backchannel to send it on again, so that's its end */
	nfsd41_cb_inflight_begin(t->clp);
	nfsd4_cb_release(&t->cb);
	nfsd4_probe_callback_sync(t->clp);
	KUNIT_EXPECT_EQ(test, t->cb_released, 1);
	KUNIT_EXPECT_FALSE(test, test_bit(0, &t->clp->cl_cb_slot_busy));
}

struct cb_session_reply_param {
	const char	*name;
	int		seq_status;
	u32		seq_nr;		/* before */
	u32		seq_nr_after;
	bool		ret;
	bool		holds_slot;	/* afterwards, like the next ones */
	bool		need_restart;
	bool		fault;
	bool		delayed;
};

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define LOST_RESTARTS	true
#else
#define LOST_RESTARTS	false
#endif

static const struct cb_session_reply_param cb_session_reply_params[] = {
	{ "ok", 0, 5, 6, .ret = true },
	{ "looney", -ESERVERFAULT, 5, 6, .fault = true },
	{ "no_reply", 1, 5, 5, .fault = true,
	  .holds_slot = LOST_RESTARTS, .need_restart = LOST_RESTARTS },
	{ "badsession", -NFS4ERR_BADSESSION, 5, 5, .fault = true,
	  .holds_slot = LOST_RESTARTS, .need_restart = LOST_RESTARTS },
	{ "delay", -NFS4ERR_DELAY, 5, 5, .holds_slot = true, .delayed = true },
	{ "badslot", -NFS4ERR_BADSLOT, 5, 5, .holds_slot = true },
	{ "misordered", -NFS4ERR_SEQ_MISORDERED, 5, 1, .holds_slot = true },
	{ "misordered_at_1", -NFS4ERR_SEQ_MISORDERED, 1, 1, .ret = true },
	{ "stale", -NFS4ERR_STALE, 5, 5, .ret = true, .fault = true },
};

static void cb_session_reply_desc(const struct cb_session_reply_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(cb_session_reply, cb_session_reply_params, cb_session_reply_desc);

static void status_of_a_reply(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	const struct cb_session_reply_param *p = test->param_value;
	struct nfsd4_session *ses = cb_session_up(test);

	ses->se_cb_seq_nr = p->seq_nr;
	cb_session_hold_slot(t);
	t->cb.cb_seq_status = p->seq_status;
	KUNIT_EXPECT_EQ(test, nfsd4_cb_sequence_done(&t->task, &t->cb), p->ret);
	KUNIT_EXPECT_FALSE(test, cb_session_in_rcu());
	KUNIT_EXPECT_EQ(test, ses->se_cb_seq_nr, p->seq_nr_after);
	KUNIT_EXPECT_EQ(test, t->cb.cb_holds_slot, p->holds_slot);
	KUNIT_EXPECT_EQ(test, test_bit(0, &t->clp->cl_cb_slot_busy), p->holds_slot);
	KUNIT_EXPECT_EQ(test, t->cb.cb_need_restart, p->need_restart);
	KUNIT_EXPECT_EQ(test, t->clp->cl_cb_state, p->fault ? NFSD4_CB_FAULT : NFSD4_CB_UP);
	KUNIT_EXPECT_EQ(test, cb_session_hook.delay, p->delayed ? 2 * HZ : 0);
	if (p->delayed)
		KUNIT_EXPECT_EQ(test, t->cb.cb_seq_status, 1);
	nfsd41_cb_release_slot(&t->cb);
}

static void reply_without_a_slot_restarts(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	struct nfsd4_session *ses = cb_session_up(test);

	t->cb.cb_seq_status = 0;
	KUNIT_EXPECT_FALSE(test, nfsd4_cb_sequence_done(&t->task, &t->cb));
	KUNIT_EXPECT_TRUE(test, t->cb.cb_need_restart);
	KUNIT_EXPECT_EQ(test, ses->se_cb_seq_nr, CB_SEQ_NR);

	/* but not for a client that is being destroyed */
	t->cb.cb_need_restart = false;
	set_bit(NFSD4_CLIENT_CB_KILL, &t->clp->cl_flags);
	KUNIT_EXPECT_FALSE(test, nfsd4_cb_sequence_done(&t->task, &t->cb));
	KUNIT_EXPECT_FALSE(test, t->cb.cb_need_restart);
}

static void minor_version_0_knows_no_sessions(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	struct nfs4_cb_compound_hdr hdr = {};

	t->clp->cl_minorversion = 0;
	KUNIT_EXPECT_TRUE(test, nfsd4_cb_sequence_done(&t->task, &t->cb));
	KUNIT_EXPECT_EQ(test, decode_cb_sequence4res(&t->xdr, &t->cb), 0);
	cb_session_encode_to(t);
	encode_cb_sequence4args(&t->xdr, &t->cb, &hdr);
	KUNIT_EXPECT_EQ(test, t->buf.len, 0);
	nfsd4_cb_prepare(&t->task, &t->cb);
	KUNIT_EXPECT_EQ(test, t->task.tk_status, 0);
	KUNIT_EXPECT_FALSE(test, t->cb.cb_holds_slot);
	t->clp->cl_minorversion = 1;
}

static void encoding_names_session_and_sequence(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	struct nfs4_cb_compound_hdr hdr = { .minorversion = 1 };
	struct nfsd4_session *ses = cb_session_up(test);
	int i;

	cb_session_encode_to(t);
	encode_cb_sequence4args(&t->xdr, &t->cb, &hdr);
	KUNIT_EXPECT_FALSE(test, cb_session_in_rcu());
	KUNIT_EXPECT_EQ(test, hdr.nops, 1);
	KUNIT_EXPECT_EQ(test, t->buf.len, 10 * sizeof(__be32));
	KUNIT_EXPECT_EQ(test, be32_to_cpu(t->words[0]), OP_CB_SEQUENCE);
	KUNIT_EXPECT_EQ(test, memcmp(&t->words[1], ses->se_sessionid.data,
				     NFS4_MAX_SESSIONID_LEN), 0);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(t->words[5]), CB_SEQ_NR);
	for (i = 6; i < 10; i++)
		KUNIT_EXPECT_EQ(test, be32_to_cpu(t->words[i]), 0);
}

struct cb_session_decode_param {
	const char	*name;
	int		status;
	unsigned int	words;
	int		wrong;		/* word that the client gets wrong */
};

static const struct cb_session_decode_param cb_session_decode_params[] = {
	{ "ok", 0, 8, -1 },
	{ "short", -EIO, 7, -1 },
	{ "session_id", -ESERVERFAULT, 8, 3 },
	{ "sequence", -ESERVERFAULT, 8, 4 },
	{ "slot", -ESERVERFAULT, 8, 5 },
};

static void cb_session_decode_desc(const struct cb_session_decode_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(cb_session_decode, cb_session_decode_params, cb_session_decode_desc);

static void decoding_compares_with_the_session(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	const struct cb_session_decode_param *p = test->param_value;
	struct nfsd4_session *ses = cb_session_up(test);

	cb_session_reply_of(t, ses);
	if (p->wrong >= 0)
		t->words[p->wrong] ^= cpu_to_be32(1);
	cb_session_decode_from(t, p->words);
	t->cb.cb_seq_status = 1;
	KUNIT_EXPECT_EQ(test, decode_cb_sequence4resok(&t->xdr, &t->cb), p->status);
	KUNIT_EXPECT_EQ(test, t->cb.cb_seq_status, p->status);
	KUNIT_EXPECT_FALSE(test, cb_session_in_rcu());
}

static void another_session_takes_over(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	struct nfsd4_session *first = cb_session_up(test);
	struct nfsd4_session *fore = cb_session_add(test, false);
	struct nfsd4_session *second = cb_session_add(test, true);
	struct nfs4_sessionid sid = first->se_sessionid;

	KUNIT_EXPECT_EQ(test, cb_session_destroy(t, &sid), NFS4_OK);
	KUNIT_EXPECT_PTR_EQ(test, cb_session_field(t), (void *)second);
	KUNIT_EXPECT_NOT_NULL(test, t->clp->cl_cb_client);
	KUNIT_EXPECT_EQ(test, t->clp->cl_cb_state, NFSD4_CB_UP);

	KUNIT_EXPECT_EQ(test, cb_session_destroy(t, &sid), NFS4ERR_BADSESSION);
	KUNIT_EXPECT_PTR_EQ(test, cb_session_field(t), (void *)second);

	/* one without a backchannel changes nothing */
	sid = fore->se_sessionid;
	KUNIT_EXPECT_EQ(test, cb_session_destroy(t, &sid), NFS4_OK);
	KUNIT_EXPECT_PTR_EQ(test, cb_session_field(t), (void *)second);

	/* and after the last one a new one brings callbacks back */
	sid = second->se_sessionid;
	KUNIT_EXPECT_EQ(test, cb_session_destroy(t, &sid), NFS4_OK);
	KUNIT_EXPECT_EQ(test, t->clp->cl_cb_state, NFSD4_CB_DOWN);
	cb_session_up(test);
}

static void session_in_use_stays(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	struct nfsd4_session *ses = cb_session_up(test);

	atomic_inc(&ses->se_ref);
	KUNIT_EXPECT_EQ(test, cb_session_destroy(t, &ses->se_sessionid), NFS4ERR_DELAY);
	KUNIT_EXPECT_PTR_EQ(test, cb_session_field(t), (void *)ses);
	KUNIT_EXPECT_NOT_NULL(test, t->clp->cl_cb_client);
	atomic_dec(&ses->se_ref);
}

/* There is never an RPC client for callbacks without a session they could go to. */
static void failing_setup_leaves_no_backchannel(struct kunit *test)
{
	struct cb_session_test *t = test->priv;
	struct nfsd4_session *ses = cb_session_up(test);

	cb_session_hook.create_error = -ENOMEM;
	nfsd4_probe_callback_sync(t->clp);
	KUNIT_EXPECT_PTR_EQ(test, t->clp->cl_cb_client, NULL);
	KUNIT_EXPECT_EQ(test, t->clp->cl_cb_state, NFSD4_CB_DOWN);

	cb_session_hook.create_error = 0;
	nfsd4_probe_callback_sync(t->clp);
	KUNIT_EXPECT_NOT_NULL(test, t->clp->cl_cb_client);
	KUNIT_EXPECT_PTR_EQ(test, cb_session_field(t), (void *)ses);
	KUNIT_EXPECT_EQ(test, t->clp->cl_cb_state, NFSD4_CB_UP);
}

static struct kunit_case cb_session_cases[] = {
	KUNIT_CASE_PARAM(status_of_a_reply, cb_session_reply_gen_params),
	KUNIT_CASE(reply_without_a_slot_restarts),
	KUNIT_CASE(minor_version_0_knows_no_sessions),
	KUNIT_CASE(encoding_names_session_and_sequence),
	KUNIT_CASE_PARAM(decoding_compares_with_the_session, cb_session_decode_gen_params),
	KUNIT_CASE(another_session_takes_over),
	KUNIT_CASE(session_in_use_stays),
	KUNIT_CASE(failing_setup_leaves_no_backchannel),
	KUNIT_CASE_PARAM(callback_without_a_session_is_requeued, cb_session_slot_gen_params),
	KUNIT_CASE(destroyed_session_leaves_no_pointer_to_it),
	KUNIT_CASE(session_is_put_while_a_callback_is_encoded),
	KUNIT_CASE(session_is_put_while_a_reply_is_decoded),
	KUNIT_CASE(encoding_after_the_session_is_gone),
	KUNIT_CASE(decoding_after_the_session_is_gone),
	KUNIT_CASE(reply_after_the_session_is_gone),
	{}
};

static struct kunit_suite cb_session_suite = {
	.name = "nfsd-cb-session",
	.init = cb_session_init,
	.exit = cb_session_exit,
	.test_cases = cb_session_cases,
};
kunit_test_suite(cb_session_suite);
