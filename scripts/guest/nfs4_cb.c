// SPDX-License-Identifier: GPL-2.0-only
/* The back channel service of the wire client (RFC 8881 section 20). */
#include <errno.h>
#include <string.h>

#include "nfs4_cb.h"

/* A CB_COMPOUND that is being served. */
struct compound {
	struct nfs4_cb *cb;
	struct xdr *args, *res;
	struct nfs4_cb_slot *slot;	/* that it goes on, once CB_SEQUENCE was accepted */
	bool replay;			/* the slot's cached reply is the answer */
};

void nfs4_cb_init(struct nfs4_cb *cb, uint32_t program)
{
	memset(cb, 0, sizeof(*cb));
	cb->program = program;
}

void nfs4_cb_session(struct nfs4_cb *cb, const struct nfs4_create_session_res *session)
{
	cb->session = session->id;
	cb->nr_slots = session->back.max_requests;
	if (cb->nr_slots > NFS4_CB_SLOTS)
		cb->nr_slots = NFS4_CB_SLOTS;
	memset(cb->slots, 0, sizeof(cb->slots));
	cb->have_session = true;
}

/* The referring calls name calls of ours that the server's answers to may still be on their way. */
static void skip_referring_calls(struct xdr *x)
{
	uint32_t lists = xdr_get_u32(x);

	for (uint32_t i = 0; i < lists && !x->err; i++) {
		uint32_t calls;

		xdr_skip(x, NFS4_SESSIONID_SIZE);
		calls = xdr_get_u32(x);
		for (uint32_t j = 0; j < calls && !x->err; j++)
			xdr_get_u64(x);		/* sequence id and slot */
	}
}

/* CB_SEQUENCE (RFC 8881 section 20.9) */
static uint32_t cb_sequence(struct compound *c)
{
	struct nfs4_cb *cb = c->cb;
	struct nfs4_sessionid id;
	struct nfs4_cb_slot *slot;
	uint32_t seqid, nr, highest;

	xdr_get_fixed(c->args, id.data, sizeof(id.data));
	seqid = xdr_get_u32(c->args);
	nr = xdr_get_u32(c->args);
	highest = xdr_get_u32(c->args);
	xdr_get_bool(c->args);			/* cachethis: every reply is cached */
	skip_referring_calls(c->args);
	if (c->args->err)
		return NFS4ERR_BADXDR;
	if (!cb->have_session || memcmp(&id, &cb->session, sizeof(id)) != 0)
		return NFS4ERR_BADSESSION;
	if (nr >= cb->nr_slots)
		return NFS4ERR_BADSLOT;
	if (highest >= cb->nr_slots)
		return NFS4ERR_BAD_HIGH_SLOT;
	slot = &cb->slots[nr];
	if (seqid == slot->seqid && slot->used) {
		if (!slot->reply_len)
			return NFS4ERR_RETRY_UNCACHED_REP;
		c->slot = slot;
		c->replay = true;
		return NFS4_OK;
	}
	if (seqid != slot->seqid + 1)
		return NFS4ERR_SEQ_MISORDERED;
	slot->seqid = seqid;
	slot->used = true;
	slot->reply_len = 0;
	c->slot = slot;
	cb->sequences++;
	return NFS4_OK;
}

static void put_cb_sequence(struct compound *c)
{
	struct nfs4_cb *cb = c->cb;

	xdr_put_fixed(c->res, cb->session.data, sizeof(cb->session.data));
	xdr_put_u32(c->res, c->slot->seqid);
	xdr_put_u32(c->res, (uint32_t)(c->slot - cb->slots));
	xdr_put_u32(c->res, cb->nr_slots - 1);	/* highest slot, */
	xdr_put_u32(c->res, cb->nr_slots - 1);	/* and what it may become */
}

/* CB_RECALL (RFC 8881 section 20.2): noted; a check returns the delegation when it sees fit. */
static uint32_t cb_recall(struct compound *c)
{
	struct nfs4_cb *cb = c->cb;
	struct nfs4_stateid stateid;
	const uint8_t *fh;
	uint32_t len;

	nfs4_get_stateid(c->args, &stateid);
	xdr_get_bool(c->args);			/* truncate */
	fh = xdr_get_opaque(c->args, NFS4_FHSIZE, &len);
	if (c->args->err)
		return NFS4ERR_BADXDR;
	cb->recalls++;
	cb->recall_stateid = stateid;
	cb->recall_fh.len = len;
	memcpy(cb->recall_fh.data, fh, len);
	return NFS4_OK;
}

/* Serves the op @nr of the compound, its result number excepted; puts status and results. */
static uint32_t serve_op(struct compound *c, uint32_t nr, uint32_t op)
{
	size_t status_pos = xdr_pos(c->res);
	uint32_t status;

	xdr_put_u32(c->res, NFS4_OK);
	if (op == OP_CB_SEQUENCE)
		status = nr ? NFS4ERR_SEQUENCE_POS : cb_sequence(c);
	else if (op == OP_CB_ILLEGAL)
		status = NFS4ERR_OP_ILLEGAL;
	else if (!c->slot)
		status = NFS4ERR_OP_NOT_IN_SESSION;
	else if (op == OP_CB_RECALL)
		status = cb_recall(c);
	else
		status = NFS4ERR_NOTSUPP;
	xdr_set_u32(c->res, status_pos, status);
	if (status == NFS4_OK && op == OP_CB_SEQUENCE && !c->replay)
		put_cb_sequence(c);
	return status;
}

static bool known(uint32_t op)
{
	return (op >= OP_CB_GETATTR && op <= OP_CB_OFFLOAD);
}

static int serve_compound(struct nfs4_cb *cb, struct xdr *args, struct xdr *res)
{
	struct compound c = { .cb = cb, .args = args, .res = res };
	size_t start = xdr_pos(res), nr_pos;
	uint32_t tag_len, minor, nr, done = 0, status = NFS4_OK;
	const uint8_t *tag = xdr_get_opaque(args, NFS4_CB_TAG_MAX, &tag_len);

	minor = xdr_get_u32(args);
	xdr_get_u32(args);			/* callback_ident: NFSv4.0's */
	nr = xdr_get_u32(args);
	if (args->err)
		return RPC_GARBAGE_ARGS;

	xdr_put_u32(res, NFS4_OK);
	xdr_put_opaque(res, tag, tag_len);
	nr_pos = xdr_pos(res);
	xdr_put_u32(res, 0);
	if (minor < 1 || minor > 2)
		status = NFS4ERR_MINOR_VERS_MISMATCH;
	while (done < nr && status == NFS4_OK) {
		uint32_t op = xdr_get_u32(args);

		if (args->err)
			return RPC_GARBAGE_ARGS;
		if (!known(op))
			op = OP_CB_ILLEGAL;
		xdr_put_u32(res, op);
		status = serve_op(&c, done++, op);
		if (c.replay)
			break;
	}
	if (c.replay) {
		res->p = res->start + start;
		xdr_put_fixed(res, c.slot->reply, c.slot->reply_len);
		cb->replays++;
		return RPC_SUCCESS;
	}
	xdr_set_u32(res, start, status);
	xdr_set_u32(res, nr_pos, done);
	if (status)
		cb->refused++;
	if (c.slot && !res->err && xdr_pos(res) - start <= sizeof(c.slot->reply)) {
		c.slot->reply_len = xdr_pos(res) - start;
		memcpy(c.slot->reply, res->start + start, c.slot->reply_len);
	}
	return RPC_SUCCESS;
}

int nfs4_cb_serve(void *arg, const struct rpc_call *call, struct xdr *args, struct xdr *res)
{
	struct nfs4_cb *cb = arg;

	if (call->prog != cb->program)
		return RPC_PROG_UNAVAIL;
	if (call->vers != NFS4_CB_VERSION)
		return RPC_PROG_MISMATCH;
	switch (call->proc) {
	case NFS4_CB_PROC_NULL:
		cb->nulls++;
		return RPC_SUCCESS;
	case NFS4_CB_PROC_COMPOUND:
		return serve_compound(cb, args, res);
	default:
		return RPC_PROC_UNAVAIL;
	}
}
