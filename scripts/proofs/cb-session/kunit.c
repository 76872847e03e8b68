// SPDX-License-Identifier: GPL-2.0-only
/*
 * cl_cb_session and the life of the session it points to: what rpciod does with a callback is
 * called from here, at the moments that matter.
 */
#include "backchannel.h"

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

	/* The reply is the right one: decoding goes on behind the comparison of ids. */
	cb_session_gone(test);
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
	.name = STABLEQ_SUITE,
	.init = cb_session_init,
	.exit = cb_session_exit,
	.test_cases = cb_session_cases,
};
kunit_test_suite(cb_session_suite);
