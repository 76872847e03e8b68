// SPDX-License-Identifier: GPL-2.0-only
/* NFSv4.1 operations on files: arguments and results (RFC 8881 section 18, XDR in RFC 5662). */
#include <errno.h>
#include <string.h>

#include "nfs4.h"

static int done(const struct nfs4_reply *r)
{
	return r->x->err ? -EBADMSG : 0;
}

void nfs4_put_stateid(struct xdr *x, const struct nfs4_stateid *stateid)
{
	xdr_put_u32(x, stateid->seqid);
	xdr_put_fixed(x, stateid->other, sizeof(stateid->other));
}

void nfs4_get_stateid(struct xdr *x, struct nfs4_stateid *stateid)
{
	stateid->seqid = xdr_get_u32(x);
	xdr_get_fixed(x, stateid->other, sizeof(stateid->other));
}

void nfs4_put_putfh(struct nfs4_compound *c, const struct nfs4_fh *fh)
{
	nfs4_put_op(c, OP_PUTFH);
	xdr_put_opaque(&c->x, fh->data, fh->len);
}

int nfs4_get_getfh(struct nfs4_reply *r, struct nfs4_fh *fh)
{
	int err = nfs4_get_op(r, OP_GETFH);
	const uint8_t *p;

	memset(fh, 0, sizeof(*fh));
	if (err)
		return err;
	p = xdr_get_opaque(r->x, NFS4_FHSIZE, &fh->len);
	if (p)
		memcpy(fh->data, p, fh->len);
	return done(r);
}

void nfs4_put_lookup(struct nfs4_compound *c, const char *name)
{
	nfs4_put_op(c, OP_LOOKUP);
	xdr_put_string(&c->x, name);
}

void nfs4_put_getattr(struct nfs4_compound *c, const uint32_t *mask, uint32_t nr)
{
	nfs4_put_op(c, OP_GETATTR);
	xdr_put_bitmap(&c->x, mask, nr);
}

/* Decodes the attribute @nr; attributes come in the order of their numbers. */
static int get_attr(struct xdr *x, uint32_t nr, struct nfs4_attrs *res)
{
	uint32_t bitmap[NFS4_BITMAP_WORDS];

	switch (nr) {
	case FATTR4_SUPPORTED_ATTRS:
		xdr_get_bitmap(x, bitmap, NFS4_BITMAP_WORDS);
		break;
	case FATTR4_TYPE:
		res->type = xdr_get_u32(x);
		break;
	case FATTR4_CHANGE:
		res->change = xdr_get_u64(x);
		break;
	case FATTR4_SIZE:
		res->size = xdr_get_u64(x);
		break;
	case FATTR4_FSID:
		res->fsid_major = xdr_get_u64(x);
		res->fsid_minor = xdr_get_u64(x);
		break;
	case FATTR4_LEASE_TIME:
		res->lease_time = xdr_get_u32(x);
		break;
	case FATTR4_FILEID:
		res->fileid = xdr_get_u64(x);
		break;
	case FATTR4_MODE:
		res->mode = xdr_get_u32(x);
		break;
	case FATTR4_NUMLINKS:
		res->nlink = xdr_get_u32(x);
		break;
	default:
		/* Its length is not known, so what follows can't be found. */
		return -EBADMSG;
	}
	return 0;
}

int nfs4_get_getattr(struct nfs4_reply *r, struct nfs4_attrs *res)
{
	int err = nfs4_get_op(r, OP_GETATTR);
	struct xdr x;
	uint32_t len;
	const uint8_t *p;

	memset(res, 0, sizeof(*res));
	if (err)
		return err;
	xdr_get_bitmap(r->x, res->mask, NFS4_BITMAP_WORDS);
	p = xdr_get_opaque(r->x, RECORD_MAX, &len);
	if (!p)
		return -EBADMSG;
	xdr_init(&x, (void *)p, len);
	for (uint32_t nr = 0; nr < NFS4_BITMAP_WORDS * 32; nr++) {
		if (!(res->mask[nr / 32] & 1u << nr % 32))
			continue;
		err = get_attr(&x, nr, res);
		if (err)
			return err;
	}
	/* The server must have sent these attributes, and nothing behind them. */
	return x.err || xdr_left(&x) ? -EBADMSG : done(r);
}

void nfs4_put_open(struct nfs4_compound *c, const struct nfs4_open_args *args)
{
	static const uint32_t mode_mask[] = { 0, 1u << (FATTR4_MODE - 32) };

	nfs4_put_op(c, OP_OPEN);
	xdr_put_u32(&c->x, 0);			/* seqid: for NFSv4.0 only */
	xdr_put_u32(&c->x, args->access);
	xdr_put_u32(&c->x, args->deny);
	xdr_put_u64(&c->x, args->clientid);
	xdr_put_string(&c->x, args->owner);
	xdr_put_u32(&c->x, args->type);
	if (args->type == OPEN4_CREATE) {
		xdr_put_u32(&c->x, args->mode);
		xdr_put_bitmap(&c->x, mode_mask, 2);
		xdr_put_u32(&c->x, 4);		/* length of the attributes */
		xdr_put_u32(&c->x, args->file_mode);
	}
	xdr_put_u32(&c->x, args->claim);
	if (args->claim == CLAIM_NULL)
		xdr_put_string(&c->x, args->name);
}

/* nfsace4 (RFC 8881 section 6.2.1): who may use the delegation. */
static void skip_ace(struct xdr *x)
{
	uint32_t len;

	xdr_get_u32(x);
	xdr_get_u32(x);
	xdr_get_u32(x);
	xdr_get_opaque(x, NFS4_OPAQUE_LIMIT, &len);
}

static void get_delegation(struct xdr *x, struct nfs4_open_res *res)
{
	res->deleg = xdr_get_u32(x);
	switch (res->deleg) {
	case OPEN_DELEGATE_NONE:
		break;
	case OPEN_DELEGATE_READ:
		nfs4_get_stateid(x, &res->deleg_stateid);
		xdr_get_bool(x);		/* recalled already */
		skip_ace(x);
		break;
	case OPEN_DELEGATE_WRITE:
		nfs4_get_stateid(x, &res->deleg_stateid);
		xdr_get_bool(x);
		xdr_get_u32(x);			/* space limit: a size, or blocks and their size */
		xdr_get_u64(x);
		skip_ace(x);
		break;
	case OPEN_DELEGATE_NONE_EXT:
		res->why_none = xdr_get_u32(x);
		if (res->why_none == 1 || res->why_none == 2)	/* contention, resource */
			xdr_get_bool(x);
		break;
	default:
		x->err = -EBADMSG;
	}
}

/* change_info4: whether it is atomic, change before and after. */
static void skip_change_info(struct xdr *x)
{
	xdr_get_bool(x);
	xdr_get_u64(x);
	xdr_get_u64(x);
}

int nfs4_get_open(struct nfs4_reply *r, struct nfs4_open_res *res)
{
	uint32_t set[NFS4_BITMAP_WORDS];
	int err = nfs4_get_op(r, OP_OPEN);

	memset(res, 0, sizeof(*res));
	if (err)
		return err;
	nfs4_get_stateid(r->x, &res->stateid);
	skip_change_info(r->x);
	res->rflags = xdr_get_u32(r->x);
	xdr_get_bitmap(r->x, set, NFS4_BITMAP_WORDS);
	get_delegation(r->x, res);
	return done(r);
}

void nfs4_put_close(struct nfs4_compound *c, const struct nfs4_stateid *stateid)
{
	nfs4_put_op(c, OP_CLOSE);
	xdr_put_u32(&c->x, 0);			/* seqid: for NFSv4.0 only */
	nfs4_put_stateid(&c->x, stateid);
}

int nfs4_get_close(struct nfs4_reply *r, struct nfs4_stateid *stateid)
{
	int err = nfs4_get_op(r, OP_CLOSE);

	if (err)
		return err;
	nfs4_get_stateid(r->x, stateid);
	return done(r);
}

void nfs4_put_delegreturn(struct nfs4_compound *c, const struct nfs4_stateid *stateid)
{
	nfs4_put_op(c, OP_DELEGRETURN);
	nfs4_put_stateid(&c->x, stateid);
}

void nfs4_put_read(struct nfs4_compound *c, const struct nfs4_stateid *stateid, uint64_t offset,
		   uint32_t count)
{
	nfs4_put_op(c, OP_READ);
	nfs4_put_stateid(&c->x, stateid);
	xdr_put_u64(&c->x, offset);
	xdr_put_u32(&c->x, count);
}

int nfs4_get_read(struct nfs4_reply *r, struct nfs4_read_res *res)
{
	int err = nfs4_get_op(r, OP_READ);

	memset(res, 0, sizeof(*res));
	if (err)
		return err;
	res->eof = xdr_get_bool(r->x);
	res->data = xdr_get_opaque(r->x, RECORD_MAX, &res->len);
	return done(r);
}

void nfs4_put_write(struct nfs4_compound *c, const struct nfs4_stateid *stateid, uint64_t offset,
		    enum nfs4_stable stable, const void *data, uint32_t len)
{
	nfs4_put_op(c, OP_WRITE);
	nfs4_put_stateid(&c->x, stateid);
	xdr_put_u64(&c->x, offset);
	xdr_put_u32(&c->x, stable);
	xdr_put_opaque(&c->x, data, len);
}

int nfs4_get_write(struct nfs4_reply *r, struct nfs4_write_res *res)
{
	int err = nfs4_get_op(r, OP_WRITE);

	memset(res, 0, sizeof(*res));
	if (err)
		return err;
	res->count = xdr_get_u32(r->x);
	res->committed = xdr_get_u32(r->x);
	xdr_get_fixed(r->x, res->verifier.data, sizeof(res->verifier.data));
	return done(r);
}

void nfs4_put_commit(struct nfs4_compound *c, uint64_t offset, uint32_t count)
{
	nfs4_put_op(c, OP_COMMIT);
	xdr_put_u64(&c->x, offset);
	xdr_put_u32(&c->x, count);
}

int nfs4_get_commit(struct nfs4_reply *r, struct nfs4_verifier *verifier)
{
	int err = nfs4_get_op(r, OP_COMMIT);

	memset(verifier, 0, sizeof(*verifier));
	if (err)
		return err;
	xdr_get_fixed(r->x, verifier->data, sizeof(verifier->data));
	return done(r);
}

void nfs4_put_remove(struct nfs4_compound *c, const char *name)
{
	nfs4_put_op(c, OP_REMOVE);
	xdr_put_string(&c->x, name);
}

int nfs4_get_remove(struct nfs4_reply *r)
{
	int err = nfs4_get_op(r, OP_REMOVE);

	if (err)
		return err;
	skip_change_info(r->x);
	return done(r);
}
