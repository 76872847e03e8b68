// SPDX-License-Identifier: GPL-2.0-only
/* NFSv4.1 COMPOUND (RFC 8881 section 16.2): arguments put together, results taken apart. */
#include <errno.h>
#include <string.h>

#include "nfs4.h"

void nfs4_compound(struct nfs4_compound *c, uint32_t minor, const char *tag)
{
	xdr_init(&c->x, c->buf, sizeof(c->buf));
	c->nr = 0;
	xdr_put_string(&c->x, tag);
	xdr_put_u32(&c->x, minor);
	c->nr_pos = xdr_pos(&c->x);
	xdr_put_u32(&c->x, 0);
}

void nfs4_put_op(struct nfs4_compound *c, enum nfs4_op op)
{
	xdr_put_u32(&c->x, op);
	xdr_set_u32(&c->x, c->nr_pos, ++c->nr);
}

int nfs4_send(struct rpc_conn *conn, struct nfs4_compound *c, uint32_t *xid)
{
	if (c->x.err)
		return c->x.err;
	return rpc_send(conn, NFS4_PROGRAM, NFS4_VERSION, NFS4_PROC_COMPOUND, c->buf,
			xdr_pos(&c->x), xid);
}

int nfs4_wait(struct rpc_conn *conn, uint32_t xid, struct nfs4_reply *r)
{
	int err;

	memset(r, 0, sizeof(*r));
	err = rpc_wait(conn, xid, &r->rpc);
	if (!err)
		err = nfs4_reply_begin(r, &r->rpc.body);
	if (err)
		nfs4_reply_free(r);
	return err;
}

int nfs4_call(struct rpc_conn *conn, struct nfs4_compound *c, struct nfs4_reply *r)
{
	uint32_t xid;
	int err = nfs4_send(conn, c, &xid);

	memset(r, 0, sizeof(*r));
	return err ? err : nfs4_wait(conn, xid, r);
}

int nfs4_reply_begin(struct nfs4_reply *r, struct xdr *x)
{
	uint32_t len;

	r->x = x;
	r->status = xdr_get_u32(x);
	xdr_get_opaque(x, NFS4_OPAQUE_LIMIT, &len);
	r->nr = xdr_get_u32(x);
	r->seen = 0;
	return x->err ? -EBADMSG : 0;
}

int nfs4_get_op(struct nfs4_reply *r, enum nfs4_op op)
{
	uint32_t got, status;

	/* An op before this one failed, or the server refused the compound as a whole. */
	if (r->seen == r->nr)
		return r->status ? (int)r->status : -ENODATA;
	r->seen++;
	got = xdr_get_u32(r->x);
	status = xdr_get_u32(r->x);
	if (r->x->err || got != op || status > INT32_MAX)
		return -EBADMSG;
	return (int)status;
}

void nfs4_reply_free(struct nfs4_reply *r)
{
	rpc_reply_free(&r->rpc);
	memset(r, 0, sizeof(*r));
}
