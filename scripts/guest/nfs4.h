/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * NFSv4.1 on the wire (RFC 8881): a compound is built op by op, sent, and its reply taken apart op
 * by op, in the same order. Nothing is done behind the caller's back, so that a check can send what
 * no client would.
 *
 * What decodes returns 0, a positive NFS status of the server, or a negative errno when the reply
 * is not what the protocol says; nfs4_strerror() names all three.
 */
#ifndef GUEST_NFS4_H
#define GUEST_NFS4_H

#include "nfs4_proto.h"
#include "rpc.h"

#define NFS4_BITMAP_WORDS	3
#define NFS4_COMPOUND_MAX	(72u << 10)	/* longest arguments: 64 KiB of data and its ops */

struct nfs4_sessionid { uint8_t data[NFS4_SESSIONID_SIZE]; };
struct nfs4_verifier { uint8_t data[NFS4_VERIFIER_SIZE]; };
struct nfs4_stateid { uint32_t seqid; uint8_t other[NFS4_OTHER_SIZE]; };
struct nfs4_fh { uint32_t len; uint8_t data[NFS4_FHSIZE]; };

/* Arguments of a COMPOUND on their way. */
struct nfs4_compound {
	struct xdr x;
	size_t nr_pos;		/* where the number of ops stands */
	uint32_t nr;		/* ops so far */
	uint8_t buf[NFS4_COMPOUND_MAX];
};

/* The results of one. Opaque data that was decoded stays valid until nfs4_reply_free(). */
struct nfs4_reply {
	struct rpc_reply rpc;
	struct xdr *x;
	uint32_t status;	/* of the compound: that of its last op */
	uint32_t nr;		/* results in the reply */
	uint32_t seen;		/* taken apart so far */
};

struct nfs4_channel_attrs {
	uint32_t headerpad, max_request, max_response, max_cached, max_ops, max_requests;
};

struct nfs4_exchange_id_res {
	uint64_t clientid;
	uint32_t seqid;		/* for CREATE_SESSION */
	uint32_t flags;
};

struct nfs4_create_session_args {
	uint64_t clientid;
	uint32_t seqid;
	uint32_t flags;
	struct nfs4_channel_attrs fore, back;
	uint32_t cb_program;
	enum rpc_auth cb_flavor;	/* what the server calls back with */
};

struct nfs4_create_session_res {
	struct nfs4_sessionid id;
	uint32_t seqid;
	uint32_t flags;
	struct nfs4_channel_attrs fore, back;
};

struct nfs4_sequence_res {
	struct nfs4_sessionid id;
	uint32_t seqid, slot, highest, target_highest, status_flags;
};

struct nfs4_open_args {
	uint32_t access, deny;
	uint64_t clientid;
	const char *owner;
	enum nfs4_opentype type;
	enum nfs4_createmode mode;		/* UNCHECKED4 or GUARDED4 */
	uint32_t file_mode;			/* permissions of a file that is created */
	enum nfs4_claim claim;			/* CLAIM_NULL or CLAIM_FH */
	const char *name;			/* for CLAIM_NULL */
};

struct nfs4_open_res {
	struct nfs4_stateid stateid;
	uint32_t rflags;
	enum nfs4_deleg deleg;
	struct nfs4_stateid deleg_stateid;
	uint32_t why_none;			/* for OPEN_DELEGATE_NONE_EXT */
};

struct nfs4_read_res { bool eof; uint32_t len; const uint8_t *data; };
struct nfs4_write_res { uint32_t count, committed; struct nfs4_verifier verifier; };

struct nfs4_attrs {
	uint32_t mask[NFS4_BITMAP_WORDS];	/* what the server sent */
	uint32_t type, mode, nlink, lease_time;
	uint64_t change, size, fsid_major, fsid_minor, fileid;
};

/* compounds (nfs4.c) */
void nfs4_compound(struct nfs4_compound *c, uint32_t minor, const char *tag);
void nfs4_put_op(struct nfs4_compound *c, enum nfs4_op op);
int nfs4_send(struct rpc_conn *conn, struct nfs4_compound *c, uint32_t *xid);
int nfs4_wait(struct rpc_conn *conn, uint32_t xid, struct nfs4_reply *r);
int nfs4_call(struct rpc_conn *conn, struct nfs4_compound *c, struct nfs4_reply *r);
int nfs4_reply_begin(struct nfs4_reply *r, struct xdr *x);
int nfs4_get_op(struct nfs4_reply *r, enum nfs4_op op);
void nfs4_reply_free(struct nfs4_reply *r);

/* ops (nfs4_session.c, nfs4_ops.c): for each what puts its arguments and what gets its results */
void nfs4_put_exchange_id(struct nfs4_compound *c, const struct nfs4_verifier *verifier,
			  const char *owner, uint32_t flags);
int nfs4_get_exchange_id(struct nfs4_reply *r, struct nfs4_exchange_id_res *res);
void nfs4_put_create_session(struct nfs4_compound *c, const struct nfs4_create_session_args *args);
int nfs4_get_create_session(struct nfs4_reply *r, struct nfs4_create_session_res *res);
void nfs4_put_destroy_session(struct nfs4_compound *c, const struct nfs4_sessionid *id);
void nfs4_put_destroy_clientid(struct nfs4_compound *c, uint64_t clientid);
void nfs4_put_sequence(struct nfs4_compound *c, const struct nfs4_sessionid *id, uint32_t seqid,
		       uint32_t slot, uint32_t highest, bool cache);
int nfs4_get_sequence(struct nfs4_reply *r, struct nfs4_sequence_res *res);
void nfs4_put_reclaim_complete(struct nfs4_compound *c, bool one_fs);
void nfs4_put_putfh(struct nfs4_compound *c, const struct nfs4_fh *fh);
int nfs4_get_getfh(struct nfs4_reply *r, struct nfs4_fh *fh);
void nfs4_put_lookup(struct nfs4_compound *c, const char *name);
void nfs4_put_getattr(struct nfs4_compound *c, const uint32_t *mask, uint32_t nr);
int nfs4_get_getattr(struct nfs4_reply *r, struct nfs4_attrs *res);
void nfs4_put_open(struct nfs4_compound *c, const struct nfs4_open_args *args);
int nfs4_get_open(struct nfs4_reply *r, struct nfs4_open_res *res);
void nfs4_put_close(struct nfs4_compound *c, const struct nfs4_stateid *stateid);
int nfs4_get_close(struct nfs4_reply *r, struct nfs4_stateid *stateid);
void nfs4_put_delegreturn(struct nfs4_compound *c, const struct nfs4_stateid *stateid);
void nfs4_put_read(struct nfs4_compound *c, const struct nfs4_stateid *stateid, uint64_t offset,
		   uint32_t count);
int nfs4_get_read(struct nfs4_reply *r, struct nfs4_read_res *res);
void nfs4_put_write(struct nfs4_compound *c, const struct nfs4_stateid *stateid, uint64_t offset,
		    enum nfs4_stable stable, const void *data, uint32_t len);
int nfs4_get_write(struct nfs4_reply *r, struct nfs4_write_res *res);
void nfs4_put_commit(struct nfs4_compound *c, uint64_t offset, uint32_t count);
int nfs4_get_commit(struct nfs4_reply *r, struct nfs4_verifier *verifier);
void nfs4_put_remove(struct nfs4_compound *c, const char *name);
int nfs4_get_remove(struct nfs4_reply *r);

void nfs4_put_stateid(struct xdr *x, const struct nfs4_stateid *stateid);
void nfs4_get_stateid(struct xdr *x, struct nfs4_stateid *stateid);

/* names for messages (nfs4_names.c) */
const char *nfs4_strerror(int status);
const char *nfs4_op_name(uint32_t op);
const char *nfs4_cb_op_name(uint32_t op);

#endif
