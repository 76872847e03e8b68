// SPDX-License-Identifier: GPL-2.0-only
/* NFSv4.1 operations on clients and sessions: arguments and results (RFC 8881 section 18). */
#include <errno.h>
#include <string.h>

#include "nfs4.h"

static int done(const struct nfs4_reply *r)
{
	return r->x->err ? -EBADMSG : 0;
}

void nfs4_put_exchange_id(struct nfs4_compound *c, const struct nfs4_verifier *verifier,
			  const char *owner, uint32_t flags)
{
	nfs4_put_op(c, OP_EXCHANGE_ID);
	xdr_put_fixed(&c->x, verifier->data, sizeof(verifier->data));
	xdr_put_string(&c->x, owner);
	xdr_put_u32(&c->x, flags);
	xdr_put_u32(&c->x, 0);			/* SP4_NONE */
	xdr_put_u32(&c->x, 0);			/* no implementation id */
}

int nfs4_get_exchange_id(struct nfs4_reply *r, struct nfs4_exchange_id_res *res)
{
	int err = nfs4_get_op(r, OP_EXCHANGE_ID);
	uint32_t len;

	memset(res, 0, sizeof(*res));
	if (err)
		return err;
	res->clientid = xdr_get_u64(r->x);
	res->seqid = xdr_get_u32(r->x);
	res->flags = xdr_get_u32(r->x);
	if (xdr_get_u32(r->x) != 0)		/* SP4_NONE is what was asked for */
		return -EBADMSG;
	xdr_get_u64(r->x);			/* server owner: minor id */
	xdr_get_opaque(r->x, NFS4_OPAQUE_LIMIT, &len);
	xdr_get_opaque(r->x, NFS4_OPAQUE_LIMIT, &len);	/* server scope */
	if (xdr_get_u32(r->x)) {		/* implementation id: domain, name, date */
		xdr_get_opaque(r->x, NFS4_OPAQUE_LIMIT, &len);
		xdr_get_opaque(r->x, NFS4_OPAQUE_LIMIT, &len);
		xdr_get_u64(r->x);
		xdr_get_u32(r->x);
	}
	return done(r);
}

static void put_channel(struct xdr *x, const struct nfs4_channel_attrs *a)
{
	xdr_put_u32(x, a->headerpad);
	xdr_put_u32(x, a->max_request);
	xdr_put_u32(x, a->max_response);
	xdr_put_u32(x, a->max_cached);
	xdr_put_u32(x, a->max_ops);
	xdr_put_u32(x, a->max_requests);
	xdr_put_u32(x, 0);			/* RDMA */
}

static void get_channel(struct xdr *x, struct nfs4_channel_attrs *a)
{
	a->headerpad = xdr_get_u32(x);
	a->max_request = xdr_get_u32(x);
	a->max_response = xdr_get_u32(x);
	a->max_cached = xdr_get_u32(x);
	a->max_ops = xdr_get_u32(x);
	a->max_requests = xdr_get_u32(x);
	if (xdr_get_u32(x))
		xdr_get_u32(x);
}

void nfs4_put_create_session(struct nfs4_compound *c, const struct nfs4_create_session_args *args)
{
	nfs4_put_op(c, OP_CREATE_SESSION);
	xdr_put_u64(&c->x, args->clientid);
	xdr_put_u32(&c->x, args->seqid);
	xdr_put_u32(&c->x, args->flags);
	put_channel(&c->x, &args->fore);
	put_channel(&c->x, &args->back);
	xdr_put_u32(&c->x, args->cb_program);
	xdr_put_u32(&c->x, 1);			/* one callback_sec_parms4 */
	xdr_put_u32(&c->x, args->cb_flavor);
	if (args->cb_flavor == RPC_AUTH_SYS) {
		xdr_put_u32(&c->x, 0);		/* stamp */
		xdr_put_string(&c->x, "stableq");
		xdr_put_u32(&c->x, 0);		/* uid */
		xdr_put_u32(&c->x, 0);		/* gid */
		xdr_put_u32(&c->x, 0);		/* further groups */
	}
}

int nfs4_get_create_session(struct nfs4_reply *r, struct nfs4_create_session_res *res)
{
	int err = nfs4_get_op(r, OP_CREATE_SESSION);

	memset(res, 0, sizeof(*res));
	if (err)
		return err;
	xdr_get_fixed(r->x, res->id.data, sizeof(res->id.data));
	res->seqid = xdr_get_u32(r->x);
	res->flags = xdr_get_u32(r->x);
	get_channel(r->x, &res->fore);
	get_channel(r->x, &res->back);
	return done(r);
}

void nfs4_put_destroy_session(struct nfs4_compound *c, const struct nfs4_sessionid *id)
{
	nfs4_put_op(c, OP_DESTROY_SESSION);
	xdr_put_fixed(&c->x, id->data, sizeof(id->data));
}

void nfs4_put_destroy_clientid(struct nfs4_compound *c, uint64_t clientid)
{
	nfs4_put_op(c, OP_DESTROY_CLIENTID);
	xdr_put_u64(&c->x, clientid);
}

void nfs4_put_sequence(struct nfs4_compound *c, const struct nfs4_sessionid *id, uint32_t seqid,
		       uint32_t slot, uint32_t highest, bool cache)
{
	nfs4_put_op(c, OP_SEQUENCE);
	xdr_put_fixed(&c->x, id->data, sizeof(id->data));
	xdr_put_u32(&c->x, seqid);
	xdr_put_u32(&c->x, slot);
	xdr_put_u32(&c->x, highest);
	xdr_put_bool(&c->x, cache);
}

int nfs4_get_sequence(struct nfs4_reply *r, struct nfs4_sequence_res *res)
{
	int err = nfs4_get_op(r, OP_SEQUENCE);

	memset(res, 0, sizeof(*res));
	if (err)
		return err;
	xdr_get_fixed(r->x, res->id.data, sizeof(res->id.data));
	res->seqid = xdr_get_u32(r->x);
	res->slot = xdr_get_u32(r->x);
	res->highest = xdr_get_u32(r->x);
	res->target_highest = xdr_get_u32(r->x);
	res->status_flags = xdr_get_u32(r->x);
	return done(r);
}

void nfs4_put_reclaim_complete(struct nfs4_compound *c, bool one_fs)
{
	nfs4_put_op(c, OP_RECLAIM_COMPLETE);
	xdr_put_bool(&c->x, one_fs);
}
