// SPDX-License-Identifier: GPL-2.0-only
/*
 * rpc and nfs4_cb, over a socket pair: replies in any order, calls that come in between, the slots
 * of the back channel.
 */
#include "guest_test.h"
#include "nfs4_cb.h"

struct wire {
	int peer;
	struct rpc_loop loop;
	struct rpc_conn conn;
	struct nfs4_cb cb;
	uint8_t got[8192];	/* the last record that the peer received */
	size_t len;
};

static const struct nfs4_create_session_res session = {
	.id = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 } },
	.back = { .max_requests = 4 },
};

static int setup(void **state)
{
	struct wire *w = calloc(1, sizeof(*w));
	int fd[2];

	if (!w || socketpair(AF_UNIX, SOCK_STREAM, 0, fd) ||
	    rpc_attach(&w->loop, &w->conn, fd[0])) {
		free(w);
		return -1;
	}
	w->peer = fd[1];
	w->conn.flavor = RPC_AUTH_NONE;
	w->conn.timeout_ms = 200;
	nfs4_cb_init(&w->cb, NFS4_CB_PROGRAM);
	w->conn.serve = nfs4_cb_serve;
	w->conn.serve_arg = &w->cb;
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct wire *w = *state;

	rpc_close(&w->conn);
	if (w->peer >= 0)
		close(w->peer);
	free(w);
	return 0;
}

/* The peer receives one record; its words are then at word(). */
static void peer_recv(struct wire *w)
{
	struct record r;

	record_init(&r, sizeof(w->got));
	assert_int_equal(record_recv(&r, w->peer), 1);
	w->len = r.len;
	memcpy(w->got, r.buf, r.len);
	record_free(&r);
}

static uint32_t word(const struct wire *w, size_t nr)
{
	const uint8_t *p = w->got + 4 * nr;

	assert_true(4 * nr + 4 <= w->len);
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void peer_reply(struct wire *w, uint32_t xid, uint32_t stat, uint32_t value)
{
	uint8_t buf[64];
	struct xdr x;

	xdr_init(&x, buf, sizeof(buf));
	xdr_put_u32(&x, xid);
	xdr_put_u32(&x, RPC_REPLY);
	xdr_put_u32(&x, RPC_MSG_ACCEPTED);
	xdr_put_u32(&x, RPC_AUTH_NONE);
	xdr_put_u32(&x, 0);
	xdr_put_u32(&x, stat);
	xdr_put_u32(&x, value);
	assert_int_equal(record_send(w->peer, buf, xdr_pos(&x), 20), 0);
}

static void call_header(struct xdr *x, uint32_t xid, uint32_t prog, uint32_t vers, uint32_t proc)
{
	const uint32_t words[] = { xid, RPC_CALL, 2, prog, vers, proc, RPC_AUTH_NONE, 0, 0, 0 };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		xdr_put_u32(x, words[i]);
}

/* Sends what was encoded as a call of the peer's, lets it be served, receives the reply. */
static void serve(struct wire *w, struct xdr *x)
{
	assert_int_equal(x->err, 0);
	assert_int_equal(record_send(w->peer, x->start, xdr_pos(x), 0), 0);
	assert_int_equal(rpc_loop_run(&w->loop, 100), 1);
	peer_recv(w);
}

static void cb_header(struct xdr *x, uint32_t xid, uint32_t minor, uint32_t ops)
{
	call_header(x, xid, NFS4_CB_PROGRAM, NFS4_CB_VERSION, NFS4_CB_PROC_COMPOUND);
	xdr_put_string(x, "");
	xdr_put_u32(x, minor);
	xdr_put_u32(x, 0);
	xdr_put_u32(x, ops);
}

static void cb_sequence(struct xdr *x, uint8_t first, uint32_t seqid, uint32_t slot)
{
	struct nfs4_sessionid id = session.id;

	id.data[0] = first;
	xdr_put_u32(x, OP_CB_SEQUENCE);
	xdr_put_fixed(x, id.data, sizeof(id.data));
	xdr_put_u32(x, seqid);
	xdr_put_u32(x, slot);
	xdr_put_u32(x, slot);
	xdr_put_u32(x, 0);	/* cachethis */
	xdr_put_u32(x, 1);	/* one list of referring calls, with one call */
	xdr_put_fixed(x, id.data, sizeof(id.data));
	xdr_put_u32(x, 1);
	xdr_put_u64(x, 0);
}

static void cb_recall(struct xdr *x, uint8_t other)
{
	struct nfs4_stateid stateid = { .seqid = 1, .other = { other } };

	xdr_put_u32(x, OP_CB_RECALL);
	nfs4_put_stateid(x, &stateid);
	xdr_put_u32(x, 0);
	xdr_put_opaque(x, "handle", 6);
}

static void call_bytes(void **state)
{
	struct wire *w = *state;
	uint32_t xid;

	w->conn.flavor = RPC_AUTH_SYS;
	w->conn.uid = 5;
	assert_int_equal(rpc_send(&w->conn, 100003, 4, 1, "body", 4, &xid), 0);
	peer_recv(w);
	assert_int_equal(word(w, 0), xid);
	assert_int_equal(word(w, 1), RPC_CALL);
	assert_int_equal(word(w, 2), 2);
	assert_int_equal(word(w, 3), 100003);
	assert_int_equal(word(w, 5), 1);
	assert_int_equal(word(w, 6), RPC_AUTH_SYS);
	assert_int_equal(word(w, 7), 28);		/* stamp, "stableq", uid, gid, no groups */
	assert_int_equal(word(w, 12), 5);
	assert_int_equal(word(w, 15), RPC_AUTH_NONE);
	assert_memory_equal(&w->got[68], "body", 4);
	assert_int_equal(w->len, 18 * 4);
}

static void replies_in_any_order(void **state)
{
	struct wire *w = *state;
	struct rpc_reply reply;
	uint32_t a, b;

	assert_int_equal(rpc_send(&w->conn, 1, 1, 1, NULL, 0, &a), 0);
	assert_int_equal(rpc_send(&w->conn, 1, 1, 1, NULL, 0, &b), 0);
	peer_reply(w, b, RPC_SUCCESS, 22);
	peer_reply(w, a, RPC_SUCCESS, 11);
	assert_int_equal(rpc_wait(&w->conn, a, &reply), 0);
	assert_int_equal(xdr_get_u32(&reply.body), 11);
	rpc_reply_free(&reply);
	assert_int_equal(rpc_wait(&w->conn, b, &reply), 0);
	assert_int_equal(xdr_get_u32(&reply.body), 22);
	rpc_reply_free(&reply);
}

static void errors_of_replies(void **state)
{
	static const struct { uint32_t stat; int err; } cases[] = {
		{ RPC_PROG_UNAVAIL, -EPROTONOSUPPORT }, { RPC_PROG_MISMATCH, -EPROTONOSUPPORT },
		{ RPC_PROC_UNAVAIL, -EPROTONOSUPPORT }, { RPC_GARBAGE_ARGS, -EINVAL },
		{ RPC_SYSTEM_ERR, -EREMOTEIO }, { 77, -EBADMSG },
	};
	struct wire *w = *state;
	struct rpc_reply reply;
	uint32_t xid;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(rpc_send(&w->conn, 1, 1, 1, NULL, 0, &xid), 0);
		peer_reply(w, xid, cases[i].stat, 0);
		assert_int_equal(rpc_wait(&w->conn, xid, &reply), cases[i].err);
		assert_null(reply.buf);
	}
}

static void no_reply(void **state)
{
	struct wire *w = *state;
	struct rpc_reply reply;

	assert_int_equal(rpc_call(&w->conn, 1, 1, 1, NULL, 0, &reply), -ETIMEDOUT);
	peer_recv(w);	/* or it would be a reset, not an end */
	close(w->peer);
	w->peer = -1;
	assert_int_equal(rpc_wait(&w->conn, w->conn.xid, &reply), -ENOTCONN);
	assert_int_equal(rpc_call(&w->conn, 1, 1, 1, NULL, 0, &reply), -ENOTCONN);
}

static void rubbish(void **state)
{
	struct wire *w = *state;
	struct rpc_reply reply;

	assert_int_equal(record_send(w->peer, "rubbish", 7, 0), 0);
	assert_int_equal(rpc_wait(&w->conn, 1, &reply), -EBADMSG);
}

static void unasked_replies_are_bounded(void **state)
{
	struct wire *w = *state;

	for (uint32_t i = 0; i < RPC_PENDING_MAX + 1; i++)
		peer_reply(w, 1000 + i, RPC_SUCCESS, 0);
	while (!w->conn.err)
		assert_true(rpc_loop_run(&w->loop, 100) >= 0);
	assert_int_equal(w->conn.err, -ENOSPC);
}

static void call_while_waiting(void **state)
{
	struct wire *w = *state;
	struct rpc_reply reply;
	uint8_t buf[256];
	struct xdr x;
	uint32_t xid;

	assert_int_equal(rpc_send(&w->conn, 1, 1, 1, NULL, 0, &xid), 0);
	peer_recv(w);
	xdr_init(&x, buf, sizeof(buf));
	/* The same xid as ours: the directions have nothing to do with each other. */
	call_header(&x, xid, NFS4_CB_PROGRAM, NFS4_CB_VERSION, NFS4_CB_PROC_NULL);
	assert_int_equal(record_send(w->peer, buf, xdr_pos(&x), 3), 0);
	peer_reply(w, xid, RPC_SUCCESS, 33);
	assert_int_equal(rpc_wait(&w->conn, xid, &reply), 0);
	assert_int_equal(xdr_get_u32(&reply.body), 33);
	rpc_reply_free(&reply);
	assert_int_equal(w->cb.nulls, 1);
	peer_recv(w);
	assert_int_equal(w->len, 24);
	assert_int_equal(word(w, 0), xid);
	assert_int_equal(word(w, 1), RPC_REPLY);
	assert_int_equal(word(w, 5), RPC_SUCCESS);
}

static void what_is_not_served(void **state)
{
	static const struct { uint32_t prog, vers, proc, stat; } cases[] = {
		{ 5, 1, 0, RPC_PROG_UNAVAIL },
		{ NFS4_CB_PROGRAM, 9, 0, RPC_PROG_MISMATCH },
		{ NFS4_CB_PROGRAM, 1, 2, RPC_PROC_UNAVAIL },
		{ NFS4_CB_PROGRAM, 1, 1, RPC_GARBAGE_ARGS },	/* no arguments */
	};
	struct wire *w = *state;
	uint8_t buf[256];
	struct xdr x;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		xdr_init(&x, buf, sizeof(buf));
		call_header(&x, 9, cases[i].prog, cases[i].vers, cases[i].proc);
		serve(w, &x);
		assert_int_equal(word(w, 5), cases[i].stat);
	}
}

static void recall_and_replay(void **state)
{
	struct wire *w = *state;
	uint8_t buf[512], first[512];
	size_t len;
	struct xdr x;

	nfs4_cb_session(&w->cb, &session);
	xdr_init(&x, buf, sizeof(buf));
	cb_header(&x, 1, 1, 2);
	cb_sequence(&x, 1, 1, 3);
	cb_recall(&x, 42);
	serve(w, &x);
	assert_int_equal(word(w, 6), NFS4_OK);		/* behind the RPC header: status, */
	assert_int_equal(word(w, 7), 0);		/* tag, */
	assert_int_equal(word(w, 8), 2);		/* results */
	assert_int_equal(word(w, 9), OP_CB_SEQUENCE);
	assert_int_equal(word(w, 10), NFS4_OK);
	assert_int_equal(word(w, 15), 1);		/* behind the session: sequence id, */
	assert_int_equal(word(w, 16), 3);		/* slot, */
	assert_int_equal(word(w, 17), 3);		/* highest slot twice */
	assert_int_equal(word(w, 18), 3);
	assert_int_equal(word(w, 19), OP_CB_RECALL);
	assert_int_equal(word(w, 20), NFS4_OK);
	assert_int_equal(w->len, 21 * 4);
	assert_int_equal(w->cb.recalls, 1);
	assert_int_equal(w->cb.recall_stateid.other[0], 42);
	assert_int_equal(w->cb.recall_fh.len, 6);

	/* Sent again: the same answer, and nothing done. */
	len = w->len;
	memcpy(first, w->got, len);
	serve(w, &x);
	assert_int_equal(w->len, len);
	assert_memory_equal(w->got, first, len);
	assert_int_equal(w->cb.recalls, 1);
	assert_int_equal(w->cb.replays, 1);
	assert_int_equal(w->cb.sequences, 1);
}

static uint32_t status_of(struct wire *w, uint8_t first, uint32_t seqid, uint32_t slot)
{
	uint8_t buf[512];
	struct xdr x;

	xdr_init(&x, buf, sizeof(buf));
	cb_header(&x, 1, 1, 1);
	cb_sequence(&x, first, seqid, slot);
	serve(w, &x);
	assert_int_equal(word(w, 6), word(w, 10));
	return word(w, 6);
}

static void slots(void **state)
{
	struct wire *w = *state;

	assert_int_equal(status_of(w, 1, 1, 0), NFS4ERR_BADSESSION);	/* none yet */
	nfs4_cb_session(&w->cb, &session);
	assert_int_equal(status_of(w, 2, 1, 0), NFS4ERR_BADSESSION);
	assert_int_equal(status_of(w, 1, 1, 4), NFS4ERR_BADSLOT);
	assert_int_equal(status_of(w, 1, 0, 0), NFS4ERR_SEQ_MISORDERED);
	assert_int_equal(status_of(w, 1, 2, 0), NFS4ERR_SEQ_MISORDERED);
	assert_int_equal(status_of(w, 1, 1, 0), NFS4_OK);
	assert_int_equal(status_of(w, 1, 2, 0), NFS4_OK);
	assert_int_equal(status_of(w, 1, 1, 0), NFS4ERR_SEQ_MISORDERED);
	assert_int_equal(status_of(w, 1, 1, 3), NFS4_OK);
	/* After the highest sequence id comes 0 (RFC 8881 section 2.10.6.1). */
	w->cb.slots[2].seqid = UINT32_MAX;
	assert_int_equal(status_of(w, 1, 0, 2), NFS4_OK);
	assert_int_equal(status_of(w, 1, 0, 2), NFS4_OK);
	assert_int_equal(w->cb.replays, 1);
	assert_int_equal(w->cb.refused, 6);
}

static void compounds_that_are_refused(void **state)
{
	struct wire *w = *state;
	uint8_t buf[512];
	struct xdr x;

	nfs4_cb_session(&w->cb, &session);
	xdr_init(&x, buf, sizeof(buf));
	cb_header(&x, 1, 0, 1);
	cb_recall(&x, 1);
	serve(w, &x);
	assert_int_equal(word(w, 6), NFS4ERR_MINOR_VERS_MISMATCH);
	assert_int_equal(word(w, 8), 0);

	xdr_init(&x, buf, sizeof(buf));
	cb_header(&x, 2, 1, 1);
	cb_recall(&x, 1);
	serve(w, &x);
	assert_int_equal(word(w, 6), NFS4ERR_OP_NOT_IN_SESSION);

	xdr_init(&x, buf, sizeof(buf));
	cb_header(&x, 3, 1, 2);
	cb_sequence(&x, 1, 1, 0);
	cb_sequence(&x, 1, 2, 0);
	serve(w, &x);
	assert_int_equal(word(w, 6), NFS4ERR_SEQUENCE_POS);
	assert_int_equal(word(w, 8), 2);

	xdr_init(&x, buf, sizeof(buf));
	cb_header(&x, 4, 1, 2);
	cb_sequence(&x, 1, 2, 0);
	xdr_put_u32(&x, 4711);
	serve(w, &x);
	assert_int_equal(word(w, 6), NFS4ERR_OP_ILLEGAL);
	assert_int_equal(word(w, 19), OP_CB_ILLEGAL);

	xdr_init(&x, buf, sizeof(buf));
	cb_header(&x, 5, 1, 2);
	cb_sequence(&x, 1, 3, 0);
	xdr_put_u32(&x, OP_CB_NOTIFY);
	serve(w, &x);
	assert_int_equal(word(w, 6), NFS4ERR_NOTSUPP);

	/* Cut within CB_RECALL. */
	xdr_init(&x, buf, sizeof(buf));
	cb_header(&x, 6, 1, 2);
	cb_sequence(&x, 1, 4, 0);
	xdr_put_u32(&x, OP_CB_RECALL);
	xdr_put_u32(&x, 1);
	serve(w, &x);
	assert_int_equal(word(w, 6), NFS4ERR_BADXDR);
	assert_int_equal(w->cb.recalls, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(call_bytes), TEST(replies_in_any_order), TEST(errors_of_replies),
		TEST(no_reply), TEST(rubbish), TEST(unasked_replies_are_bounded),
		TEST(call_while_waiting), TEST(what_is_not_served), TEST(recall_and_replay),
		TEST(slots), TEST(compounds_that_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
