// SPDX-License-Identifier: GPL-2.0-only
/* NFSv4.1 COMPOUND (RFC 8881 section 16.2): arguments put together, results taken apart. */
#include <errno.h>
#include <string.h>

#include "nfs4.h"

/**
 * nfs4_compound - begin the arguments of a COMPOUND (RFC 8881 section 16.2.1)
 * @c: the compound
 * @minor: minor version
 * @tag: shows in traces of the network; may be empty
 */
void nfs4_compound(struct nfs4_compound *c, uint32_t minor, const char *tag)
{
	xdr_init(&c->x, c->buf, sizeof(c->buf));
	c->nr = 0;
	xdr_put_string(&c->x, tag);
	xdr_put_u32(&c->x, minor);
	c->nr_pos = xdr_pos(&c->x);
	xdr_put_u32(&c->x, 0);
}

/**
 * nfs4_put_op - add an operation, without its arguments
 * @c: the compound
 * @op: the operation; its arguments, if any, are to be put to @c->x next
 */
void nfs4_put_op(struct nfs4_compound *c, enum nfs4_op op)
{
	xdr_put_u32(&c->x, op);
	xdr_set_u32(&c->x, c->nr_pos, ++c->nr);
}

/**
 * nfs4_send - send a compound without waiting for its reply
 * @conn: the connection
 * @c: the compound
 * @xid: set to the call's xid, for nfs4_wait()
 *
 * Return: 0 or a negative errno.
 */
int nfs4_send(struct rpc_conn *conn, struct nfs4_compound *c, uint32_t *xid)
{
	if (c->x.err)
		return c->x.err;
	return rpc_send(conn, NFS4_PROGRAM, NFS4_VERSION, NFS4_PROC_COMPOUND, c->buf,
			xdr_pos(&c->x), xid);
}

/**
 * nfs4_wait - wait for the reply to a compound
 * @conn: the connection
 * @xid: the call
 * @r: the reply, left at its first result; to be freed with nfs4_reply_free()
 *
 * Return: 0 when there is a reply, whatever its status, or a negative errno.
 */
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

/**
 * nfs4_call - send a compound and wait for its reply
 * @conn: the connection
 * @c: the compound
 * @r: the reply, as with nfs4_wait()
 *
 * Return: 0 when there is a reply, whatever its status, or a negative errno.
 */
int nfs4_call(struct rpc_conn *conn, struct nfs4_compound *c, struct nfs4_reply *r)
{
	uint32_t xid;
	int err = nfs4_send(conn, c, &xid);

	memset(r, 0, sizeof(*r));
	return err ? err : nfs4_wait(conn, xid, r);
}

/**
 * nfs4_reply_begin - decode what stands in front of the results (RFC 8881 section 16.2.2)
 * @r: the reply
 * @x: its bytes, behind the RPC header
 *
 * Return: 0 or -EBADMSG.
 */
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

/**
 * nfs4_get_op - go on to the next result
 * @r: the reply
 * @op: the operation that it must be for
 *
 * Return: 0, leaving the reply at the op's results; its NFS status; -ENODATA when the reply has no
 * further result and says no error either; -EBADMSG for another op's result.
 */
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

/**
 * nfs4_reply_free - let go of a reply
 * @r: the reply; may be empty
 */
void nfs4_reply_free(struct nfs4_reply *r)
{
	rpc_reply_free(&r->rpc);
	memset(r, 0, sizeof(*r));
}
