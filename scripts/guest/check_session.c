// SPDX-License-Identifier: GPL-2.0-only
/*
 * session: a whole NFSv4.1 conversation on the wire, its back channel and its errors, and then the
 * kernel's own client.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "check.h"
#include "kclient.h"
#include "nfs4_client.h"
#include "server.h"

#define DATA_LEN	10001		/* no multiple of anything */
#define WIRE_FILE	"wire"
#define DELEG_FILE	"delegated"
#define KERNEL_FILE	"kernel"
#define LOCAL_FILE	"local"
#define MOUNT		"/mnt"
#define TRY_MS		20		/* between tries of what the server puts off */
#define TRIES		250

struct session {
	struct rpc_loop loop;
	struct nfs4_client cl;
	struct nfs4_client other;	/* who wants what @cl holds a delegation of */
	struct nfs4_compound c;
	struct nfs4_reply r;
	struct nfs4_fh fh;
	struct nfs4_open_res open;
	struct nfs4_verifier write_verifier;
	bool mounted;
	uint8_t data[DATA_LEN];
};

/* Ends a step that came to @err: 0, an NFS status or a negative errno. */
static int end(struct session *s, int err, const char *what)
{
	nfs4_reply_free(&s->r);
	return err ? check_fail("%s: %s", what, nfs4_strerror(err)) : STEP_OK;
}

/* Ends a step that must have come to the status @want. */
static int end_with(struct session *s, int err, enum nfs4_status want, const char *what)
{
	nfs4_reply_free(&s->r);
	if (err == (int)want)
		return STEP_OK;
	if (!err)
		return check_fail("%s: done, not refused", what);
	return check_fail("%s: the error is %s", what, nfs4_strerror(err));
}

/* Sends @s->c, and takes the results of SEQUENCE and of @op behind it. */
static int call(struct session *s, struct nfs4_client *cl, enum nfs4_op op)
{
	int err = nfs4_client_call(cl, &s->c, &s->r);

	return err ? err : nfs4_get_op(&s->r, op);
}

static int connects(void *state)
{
	struct session *s = state;
	struct sockaddr_in to = server_address();
	int err = nfs4_client_connect(&s->cl, &s->loop, &to);

	for (size_t i = 0; i < DATA_LEN; i++)
		s->data[i] = (uint8_t)(i * 7 + i / 256);
	return end(s, err, "connection");
}

static int exchange_id(void *state)
{
	static const struct nfs4_verifier verifier = { "session" };
	struct session *s = state;

	return end(s, nfs4_client_exchange_id(&s->cl, "stableq session", &verifier), "EXCHANGE_ID");
}

static int create_session(void *state)
{
	struct session *s = state;
	int err = nfs4_client_create_session(&s->cl, CREATE_SESSION4_FLAG_CONN_BACK_CHAN);

	if (err)
		return end(s, err, "CREATE_SESSION");
	check_note("%u slots, back channel %u slots", s->cl.session.fore.max_requests,
		   s->cl.session.back.max_requests);
	if (!(s->cl.session.flags & CREATE_SESSION4_FLAG_CONN_BACK_CHAN))
		return check_fail("the server takes no back channel");
	return STEP_OK;
}

static int reclaim_complete(void *state)
{
	struct session *s = state;
	int err;

	nfs4_client_compound(&s->cl, &s->c, "reclaim_complete", false);
	nfs4_put_reclaim_complete(&s->c, false);
	err = call(s, &s->cl, OP_RECLAIM_COMPLETE);
	return end(s, err, "RECLAIM_COMPLETE");
}

/* Opens a file in the export's root. Leaves @s->open and @s->fh. */
static int open_file(struct session *s, struct nfs4_client *cl, const struct nfs4_open_args *args)
{
	int err;

	nfs4_client_compound(cl, &s->c, "open", false);
	nfs4_put_op(&s->c, OP_PUTROOTFH);
	nfs4_put_open(&s->c, args);
	nfs4_put_op(&s->c, OP_GETFH);
	err = call(s, cl, OP_PUTROOTFH);
	if (!err)
		err = nfs4_get_open(&s->r, &s->open);
	if (!err)
		err = nfs4_get_getfh(&s->r, &s->fh);
	nfs4_reply_free(&s->r);
	return err;
}

static int open_create(void *state)
{
	struct session *s = state;
	struct nfs4_open_args args = {
		.access = OPEN4_SHARE_ACCESS_BOTH | OPEN4_SHARE_ACCESS_WANT_NO_DELEG,
		.clientid = s->cl.clientid, .owner = "owner", .type = OPEN4_CREATE,
		.mode = GUARDED4, .file_mode = 0644, .claim = CLAIM_NULL, .name = WIRE_FILE,
	};

	return end(s, open_file(s, &s->cl, &args), "OPEN");
}

static int lookup(void *state)
{
	static const uint32_t mask[] = { 1u << FATTR4_TYPE | 1u << FATTR4_SIZE };
	struct session *s = state;
	struct nfs4_attrs attrs;
	struct nfs4_fh fh;
	int err;

	nfs4_client_compound(&s->cl, &s->c, "lookup", false);
	nfs4_put_op(&s->c, OP_PUTROOTFH);
	nfs4_put_lookup(&s->c, WIRE_FILE);
	nfs4_put_op(&s->c, OP_GETFH);
	nfs4_put_getattr(&s->c, mask, 1);
	err = call(s, &s->cl, OP_PUTROOTFH);
	if (!err)
		err = nfs4_get_op(&s->r, OP_LOOKUP);
	if (!err)
		err = nfs4_get_getfh(&s->r, &fh);
	if (!err)
		err = nfs4_get_getattr(&s->r, &attrs);
	if (err)
		return end(s, err, "LOOKUP");
	nfs4_reply_free(&s->r);
	if (fh.len != s->fh.len || memcmp(fh.data, s->fh.data, fh.len) != 0)
		return check_fail("another file handle than OPEN's");
	if (attrs.type != NF4REG || attrs.size != 0)
		return check_fail("type %u, size %llu", attrs.type, (unsigned long long)attrs.size);
	return STEP_OK;
}

static int write_data(void *state)
{
	struct session *s = state;
	struct nfs4_write_res res;
	int err;

	nfs4_client_compound(&s->cl, &s->c, "write", false);
	nfs4_put_putfh(&s->c, &s->fh);
	nfs4_put_write(&s->c, &s->open.stateid, 0, UNSTABLE4, s->data, DATA_LEN);
	err = call(s, &s->cl, OP_PUTFH);
	if (!err)
		err = nfs4_get_write(&s->r, &res);
	if (err)
		return end(s, err, "WRITE");
	nfs4_reply_free(&s->r);
	if (res.count != DATA_LEN)
		return check_fail("%u of %d bytes written", res.count, DATA_LEN);
	s->write_verifier = res.verifier;
	return STEP_OK;
}

static int commit(void *state)
{
	struct session *s = state;
	struct nfs4_verifier verifier;
	int err;

	nfs4_client_compound(&s->cl, &s->c, "commit", false);
	nfs4_put_putfh(&s->c, &s->fh);
	nfs4_put_commit(&s->c, 0, 0);
	err = call(s, &s->cl, OP_PUTFH);
	if (!err)
		err = nfs4_get_commit(&s->r, &verifier);
	if (err)
		return end(s, err, "COMMIT");
	nfs4_reply_free(&s->r);
	if (memcmp(&verifier, &s->write_verifier, sizeof(verifier)) != 0)
		return check_fail("another verifier than WRITE's");
	return STEP_OK;
}

static int read_back(void *state)
{
	struct session *s = state;
	struct nfs4_read_res res;
	int err, same;

	nfs4_client_compound(&s->cl, &s->c, "read", false);
	nfs4_put_putfh(&s->c, &s->fh);
	nfs4_put_read(&s->c, &s->open.stateid, 0, DATA_LEN + 1000);
	err = call(s, &s->cl, OP_PUTFH);
	if (!err)
		err = nfs4_get_read(&s->r, &res);
	if (err)
		return end(s, err, "READ");
	same = res.len == DATA_LEN && !memcmp(res.data, s->data, DATA_LEN);
	nfs4_reply_free(&s->r);
	if (!same)
		return check_fail("%u bytes, and not those that were written", res.len);
	return res.eof ? STEP_OK : check_fail("no end of file");
}

/* The same with a request in fragments of 24 bytes, as record marking allows. */
static int fragments(void *state)
{
	struct session *s = state;
	int res;

	s->cl.conn.frag = 24;
	res = read_back(s);
	s->cl.conn.frag = 0;
	return res;
}

static int local_path(void *state)
{
	struct session *s = state;

	return end(s, file_compare(SERVER_EXPORT "/" WIRE_FILE, s->data, DATA_LEN),
		   "the file at the server");
}

static int close_file(void *state)
{
	struct session *s = state;
	struct nfs4_stateid stateid;
	int err;

	nfs4_client_compound(&s->cl, &s->c, "close", false);
	nfs4_put_putfh(&s->c, &s->fh);
	nfs4_put_close(&s->c, &s->open.stateid);
	err = call(s, &s->cl, OP_PUTFH);
	if (!err)
		err = nfs4_get_close(&s->r, &stateid);
	return end(s, err, "CLOSE");
}

/*
 * REMOVE can't be done twice. So a second request with the sequence id of the first is answered
 * well only from the slot's cache (RFC 8881 section 2.10.6.1).
 */
static int replay(void *state)
{
	struct session *s = state;
	int err = 0;

	for (int i = 0; i < 2 && !err; i++) {
		if (i)
			s->cl.seqid[0]--;
		nfs4_client_compound(&s->cl, &s->c, "remove", true);
		nfs4_put_op(&s->c, OP_PUTROOTFH);
		nfs4_put_remove(&s->c, WIRE_FILE);
		err = call(s, &s->cl, OP_PUTROOTFH);
		if (!err)
			err = nfs4_get_remove(&s->r);
		nfs4_reply_free(&s->r);
		if (err && !i)
			return end(s, err, "REMOVE");
	}
	return end(s, err, "REMOVE sent again");
}

/* Sends a SEQUENCE alone, and returns what it comes to. */
static int sequence(struct session *s, const struct nfs4_sessionid *id, uint32_t seqid,
		    uint32_t slot)
{
	struct nfs4_sequence_res res;
	int err;

	nfs4_compound(&s->c, 1, "sequence");
	nfs4_put_sequence(&s->c, id, seqid, slot, slot, false);
	err = nfs4_call(&s->cl.conn, &s->c, &s->r);
	return err ? err : nfs4_get_sequence(&s->r, &res);
}

static int misordered(void *state)
{
	struct session *s = state;

	return end_with(s, sequence(s, &s->cl.session.id, s->cl.seqid[0] + 7, 0),
			NFS4ERR_SEQ_MISORDERED, "a sequence id too high");
}

static int bad_slot(void *state)
{
	struct session *s = state;

	return end_with(s, sequence(s, &s->cl.session.id, 1, s->cl.session.fore.max_requests + 1),
			NFS4ERR_BADSLOT, "a slot that the session lacks");
}

static int bad_session(void *state)
{
	struct session *s = state;
	struct nfs4_sessionid id = s->cl.session.id;

	id.data[0] ^= 0xff;
	return end_with(s, sequence(s, &id, 1, 0), NFS4ERR_BADSESSION, "an unknown session");
}

static int not_in_session(void *state)
{
	struct session *s = state;
	int err;

	nfs4_compound(&s->c, 1, "no sequence");
	nfs4_put_op(&s->c, OP_PUTROOTFH);
	err = nfs4_call(&s->cl.conn, &s->c, &s->r);
	if (!err)
		err = nfs4_get_op(&s->r, OP_PUTROOTFH);
	return end_with(s, err, NFS4ERR_OP_NOT_IN_SESSION, "PUTROOTFH without SEQUENCE");
}

/* The server gives delegations once it knows the back channel to work, which it finds out late. */
static int delegation(void *state)
{
	struct session *s = state;
	struct nfs4_open_args args = {
		.access = OPEN4_SHARE_ACCESS_READ | OPEN4_SHARE_ACCESS_WANT_READ_DELEG,
		.clientid = s->cl.clientid, .owner = "owner", .claim = CLAIM_NULL,
		.name = DELEG_FILE,
	};
	int err = file_write(SERVER_EXPORT "/" DELEG_FILE, s->data, DATA_LEN);

	for (int i = 0; !err && i < TRIES; i++) {
		if (i)
			rpc_loop_run(&s->loop, TRY_MS);
		err = open_file(s, &s->cl, &args);
		if (!err && s->open.deleg == OPEN_DELEGATE_READ)
			return STEP_OK;
		if (!err && close_file(s))
			return STEP_FAILED;
	}
	if (err)
		return end(s, err, "OPEN");
	return check_fail("none after %d tries, the last one for the reason %u", TRIES,
			  s->open.why_none);
}

static int delegreturn(struct session *s, const struct nfs4_fh *fh,
		       const struct nfs4_stateid *stateid)
{
	int err;

	nfs4_client_compound(&s->cl, &s->c, "delegreturn", false);
	nfs4_put_putfh(&s->c, fh);
	nfs4_put_delegreturn(&s->c, stateid);
	err = call(s, &s->cl, OP_PUTFH);
	if (!err)
		err = nfs4_get_op(&s->r, OP_DELEGRETURN);
	nfs4_reply_free(&s->r);
	return err;
}

/* Another client wants to write: the server calls back, and lets it once the delegation is back. */
static int recall(void *state)
{
	struct session *s = state;
	struct sockaddr_in to = server_address();
	struct nfs4_stateid deleg = s->open.deleg_stateid;
	struct nfs4_fh fh = s->fh;
	struct nfs4_open_args args = {
		.access = OPEN4_SHARE_ACCESS_WRITE | OPEN4_SHARE_ACCESS_WANT_NO_DELEG,
		.owner = "other", .claim = CLAIM_NULL, .name = DELEG_FILE,
	};
	bool returned = false;
	int err = nfs4_client_establish(&s->other, &s->loop, &to, "stableq other");

	if (err)
		return end(s, err, "a second client");
	args.clientid = s->other.clientid;
	for (int i = 0; i < TRIES; i++) {
		err = open_file(s, &s->other, &args);
		if (err != NFS4ERR_DELAY)
			break;
		while (!s->cl.cb.recalls && i++ < TRIES)
			rpc_loop_run(&s->loop, TRY_MS);
		if (!s->cl.cb.recalls || returned)
			continue;
		if (memcmp(s->cl.cb.recall_stateid.other, deleg.other, sizeof(deleg.other)) != 0)
			return check_fail("CB_RECALL of another delegation");
		err = delegreturn(s, &fh, &s->cl.cb.recall_stateid);
		if (err)
			return end(s, err, "DELEGRETURN");
		returned = true;
	}
	if (err)
		return end(s, err, "OPEN of the second client");
	if (!returned)
		return check_fail("the second client may write, and there was no CB_RECALL");
	check_note("back channel: %u CB_NULL, %u CB_SEQUENCE, %u CB_RECALL, %u replays",
		   s->cl.cb.nulls, s->cl.cb.sequences, s->cl.cb.recalls, s->cl.cb.replays);
	return s->cl.cb.refused ? check_fail("%u callbacks refused", s->cl.cb.refused) : STEP_OK;
}

/* Closes what the two clients still have open, so that they can be destroyed. */
static int close_all(void *state)
{
	struct session *s = state;
	struct nfs4_client *clients[] = { &s->cl, &s->other };
	const char *const owners[] = { "owner", "other" };

	for (int i = 0; i < 2; i++) {
		struct nfs4_open_args args = {
			.access = OPEN4_SHARE_ACCESS_READ | OPEN4_SHARE_ACCESS_WANT_NO_DELEG,
			.clientid = clients[i]->clientid, .owner = owners[i],
			.claim = CLAIM_NULL, .name = DELEG_FILE,
		};
		struct nfs4_stateid stateid;
		/* An open more of the same owner gives the stateid that it has already. */
		int err = open_file(s, clients[i], &args);

		if (err)
			return end(s, err, "OPEN");
		nfs4_client_compound(clients[i], &s->c, "close", false);
		nfs4_put_putfh(&s->c, &s->fh);
		nfs4_put_close(&s->c, &s->open.stateid);
		err = call(s, clients[i], OP_PUTFH);
		if (!err)
			err = nfs4_get_close(&s->r, &stateid);
		if (err)
			return end(s, err, "CLOSE");
		nfs4_reply_free(&s->r);
	}
	return end(s, nfs4_client_destroy(&s->other), "the second client");
}

static int destroy_session(void *state)
{
	struct session *s = state;
	int err;

	nfs4_compound(&s->c, 1, "destroy_session");
	nfs4_put_destroy_session(&s->c, &s->cl.session.id);
	err = nfs4_call(&s->cl.conn, &s->c, &s->r);
	if (!err)
		err = nfs4_get_op(&s->r, OP_DESTROY_SESSION);
	if (err)
		return end(s, err, "DESTROY_SESSION");
	nfs4_reply_free(&s->r);
	return end_with(s, sequence(s, &s->cl.session.id, s->cl.seqid[0] + 1, 0),
			NFS4ERR_BADSESSION, "the session that was destroyed");
}

static int destroy_clientid(void *state)
{
	struct session *s = state;
	int err;

	nfs4_compound(&s->c, 1, "destroy_clientid");
	nfs4_put_destroy_clientid(&s->c, s->cl.clientid);
	err = nfs4_call(&s->cl.conn, &s->c, &s->r);
	if (!err)
		err = nfs4_get_op(&s->r, OP_DESTROY_CLIENTID);
	if (err)
		return end(s, err, "DESTROY_CLIENTID");
	nfs4_reply_free(&s->r);
	return end_with(s, nfs4_client_create_session(&s->cl, 0), NFS4ERR_STALE_CLIENTID,
			"CREATE_SESSION of the client that was destroyed");
}

static int kernel_mount(void *state)
{
	struct session *s = state;
	char why[200];

	if (kclient_mount(MOUNT, 1, why, sizeof(why)))
		return check_fail("%s", why);
	s->mounted = true;
	return STEP_OK;
}

static int kernel_write(void *state)
{
	struct session *s = state;
	int err = file_write(MOUNT "/" KERNEL_FILE, s->data, DATA_LEN);

	if (err)
		return end(s, err, "the file through the mount");
	return end(s, file_compare(SERVER_EXPORT "/" KERNEL_FILE, s->data, DATA_LEN),
		   "the file at the server");
}

static int kernel_read(void *state)
{
	struct session *s = state;
	int err = file_write(SERVER_EXPORT "/" LOCAL_FILE, s->data, DATA_LEN);

	if (err)
		return end(s, err, "the file at the server");
	return end(s, file_compare(MOUNT "/" LOCAL_FILE, s->data, DATA_LEN),
		   "the file through the mount");
}

static int kernel_remove(void *state)
{
	struct session *s = state;

	if (unlink(MOUNT "/" KERNEL_FILE) || unlink(MOUNT "/" LOCAL_FILE))
		return end(s, -errno, "unlink");
	return access(SERVER_EXPORT "/" KERNEL_FILE, F_OK) ? STEP_OK :
		check_fail("the file is still there at the server");
}

static int kernel_unmount(void *state)
{
	struct session *s = state;

	if (!s->mounted)
		return check_skip("nothing is mounted");
	return umount(MOUNT) ? end(s, -errno, "umount") : STEP_OK;
}

static const struct check_step steps[] = {
	{ "server", check_server, 0 },
	{ "connect", connects, 0 },
	{ "exchange_id", exchange_id, 0 },
	{ "create_session", create_session, 0 },
	{ "reclaim_complete", reclaim_complete, 0 },
	{ "open_create", open_create, 0 },
	{ "lookup", lookup, 0 },
	{ "write", write_data, 0 },
	{ "commit", commit, 0 },
	{ "read", read_back, 0 },
	{ "fragments", fragments, 0 },
	{ "local_path", local_path, 0 },
	{ "close", close_file, 0 },
	{ "replay", replay, 0 },
	{ "misordered", misordered, 0 },
	{ "bad_slot", bad_slot, 0 },
	{ "bad_session", bad_session, 0 },
	{ "not_in_session", not_in_session, 0 },
	{ "delegation", delegation, 0 },
	{ "recall", recall, 0 },
	{ "close_all", close_all, 0 },
	{ "destroy_session", destroy_session, 0 },
	{ "destroy_clientid", destroy_clientid, 0 },
	{ "kernel_mount", kernel_mount, 0 },
	{ "kernel_write", kernel_write, 0 },
	{ "kernel_read", kernel_read, 0 },
	{ "kernel_remove", kernel_remove, 0 },
	{ "kernel_unmount", kernel_unmount, STEP_ALWAYS },
};

GUEST_CHECK(session) = {
	.about = "an NFSv4.1 conversation on the wire, and the kernel's own client",
	.seconds = 20,
	.flags = CHECK_SERVER,
	CHECK_STEPS(steps),
	.state_size = sizeof(struct session),
};
