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

/**
 * nfs4_compound() - begin the arguments of a COMPOUND (RFC 8881 section 16.2.1)
 * @c: the compound
 * @minor: minor version
 * @tag: shows in traces of the network; may be empty
 */
void nfs4_compound(struct nfs4_compound *c, uint32_t minor, const char *tag);

/**
 * nfs4_put_op() - add an operation, without its arguments
 * @c: the compound
 * @op: the operation; its arguments, if any, are to be put to @c->x next
 */
void nfs4_put_op(struct nfs4_compound *c, enum nfs4_op op);

/**
 * nfs4_send() - send a compound without waiting for its reply
 * @conn: the connection
 * @c: the compound
 * @xid: set to the call's xid, for nfs4_wait()
 *
 * Return: 0 or a negative errno.
 */
int nfs4_send(struct rpc_conn *conn, struct nfs4_compound *c, uint32_t *xid);

/**
 * nfs4_wait() - wait for the reply to a compound
 * @conn: the connection
 * @xid: the call
 * @r: the reply, left at its first result; to be freed with nfs4_reply_free()
 *
 * Return: 0 when there is a reply, whatever its status, or a negative errno.
 */
int nfs4_wait(struct rpc_conn *conn, uint32_t xid, struct nfs4_reply *r);

/**
 * nfs4_call() - send a compound and wait for its reply
 * @conn: the connection
 * @c: the compound
 * @r: the reply, as with nfs4_wait()
 *
 * Return: 0 when there is a reply, whatever its status, or a negative errno.
 */
int nfs4_call(struct rpc_conn *conn, struct nfs4_compound *c, struct nfs4_reply *r);

/**
 * nfs4_reply_begin() - decode what stands in front of the results (RFC 8881 section 16.2.2)
 * @r: the reply
 * @x: its bytes, behind the RPC header
 *
 * Return: 0 or -EBADMSG.
 */
int nfs4_reply_begin(struct nfs4_reply *r, struct xdr *x);

/**
 * nfs4_get_op() - go on to the next result
 * @r: the reply
 * @op: the operation that it must be for
 *
 * Return: 0, leaving the reply at the op's results; its NFS status; -ENODATA when the reply has no
 * further result and says no error either; -EBADMSG for another op's result.
 */
int nfs4_get_op(struct nfs4_reply *r, enum nfs4_op op);

/**
 * nfs4_reply_free() - let go of a reply
 * @r: the reply; may be empty
 */
void nfs4_reply_free(struct nfs4_reply *r);

/* ops (nfs4_session.c, nfs4_ops.c): for each what puts its arguments and what gets its results */

/**
 * nfs4_put_exchange_id() - EXCHANGE_ID without state protection (RFC 8881 section 18.35)
 * @c: the compound
 * @verifier: of the client's instance; another one is a client that rebooted
 * @owner: the client's name
 * @flags: EXCHGID4_FLAG_*
 */
void nfs4_put_exchange_id(struct nfs4_compound *c, const struct nfs4_verifier *verifier,
			  const char *owner, uint32_t flags);

/**
 * nfs4_get_exchange_id() - the results of EXCHANGE_ID
 * @r: the reply
 * @res: what the server gave
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_get_exchange_id(struct nfs4_reply *r, struct nfs4_exchange_id_res *res);

/**
 * nfs4_put_create_session() - CREATE_SESSION (RFC 8881 section 18.36)
 * @c: the compound
 * @args: what to ask for
 */
void nfs4_put_create_session(struct nfs4_compound *c, const struct nfs4_create_session_args *args);

/**
 * nfs4_get_create_session() - the results of CREATE_SESSION
 * @r: the reply
 * @res: what the server gave
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_get_create_session(struct nfs4_reply *r, struct nfs4_create_session_res *res);

/**
 * nfs4_put_destroy_session() - DESTROY_SESSION (RFC 8881 section 18.37)
 * @c: the compound
 * @id: the session
 */
void nfs4_put_destroy_session(struct nfs4_compound *c, const struct nfs4_sessionid *id);

/**
 * nfs4_put_destroy_clientid() - DESTROY_CLIENTID (RFC 8881 section 18.50)
 * @c: the compound
 * @clientid: the client
 */
void nfs4_put_destroy_clientid(struct nfs4_compound *c, uint64_t clientid);

/**
 * nfs4_put_sequence() - SEQUENCE (RFC 8881 section 18.46)
 * @c: the compound
 * @id: the session
 * @seqid: one more than the slot's last
 * @slot: the slot
 * @highest: highest slot in use
 * @cache: whether the server is to keep the reply
 */
void nfs4_put_sequence(struct nfs4_compound *c, const struct nfs4_sessionid *id, uint32_t seqid,
		       uint32_t slot, uint32_t highest, bool cache);

/**
 * nfs4_get_sequence() - the results of SEQUENCE
 * @r: the reply
 * @res: what the server gave
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_get_sequence(struct nfs4_reply *r, struct nfs4_sequence_res *res);

/**
 * nfs4_put_reclaim_complete() - RECLAIM_COMPLETE (RFC 8881 section 18.51)
 * @c: the compound
 * @one_fs: whether it is for the current file system only
 */
void nfs4_put_reclaim_complete(struct nfs4_compound *c, bool one_fs);

/**
 * nfs4_put_putfh() - PUTFH (RFC 8881 section 18.19)
 * @c: the compound
 * @fh: the file handle
 */
void nfs4_put_putfh(struct nfs4_compound *c, const struct nfs4_fh *fh);

/**
 * nfs4_get_getfh() - the results of GETFH (RFC 8881 section 18.8)
 * @r: the reply
 * @fh: the file handle
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_get_getfh(struct nfs4_reply *r, struct nfs4_fh *fh);

/**
 * nfs4_put_lookup() - LOOKUP (RFC 8881 section 18.13)
 * @c: the compound
 * @name: one component
 */
void nfs4_put_lookup(struct nfs4_compound *c, const char *name);

/**
 * nfs4_put_getattr() - GETATTR (RFC 8881 section 18.7)
 * @c: the compound
 * @mask: the attributes; nfs4_get_getattr() knows those in enum nfs4_attr_nr
 * @nr: words in @mask
 */
void nfs4_put_getattr(struct nfs4_compound *c, const uint32_t *mask, uint32_t nr);

/**
 * nfs4_get_getattr() - the results of GETATTR
 * @r: the reply
 * @res: the attributes
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_get_getattr(struct nfs4_reply *r, struct nfs4_attrs *res);

/**
 * nfs4_put_open() - OPEN (RFC 8881 section 18.16)
 * @c: the compound; the current file handle is the folder, or the file for CLAIM_FH
 * @args: what to ask for
 */
void nfs4_put_open(struct nfs4_compound *c, const struct nfs4_open_args *args);

/**
 * nfs4_get_open() - the results of OPEN
 * @r: the reply
 * @res: what the server gave
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_get_open(struct nfs4_reply *r, struct nfs4_open_res *res);

/**
 * nfs4_put_close() - CLOSE (RFC 8881 section 18.2)
 * @c: the compound
 * @stateid: of the open
 */
void nfs4_put_close(struct nfs4_compound *c, const struct nfs4_stateid *stateid);

/**
 * nfs4_get_close() - the results of CLOSE
 * @r: the reply
 * @stateid: what is to be used no more
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_get_close(struct nfs4_reply *r, struct nfs4_stateid *stateid);

/**
 * nfs4_put_delegreturn() - DELEGRETURN (RFC 8881 section 18.6)
 * @c: the compound; the current file handle is the file
 * @stateid: of the delegation
 */
void nfs4_put_delegreturn(struct nfs4_compound *c, const struct nfs4_stateid *stateid);

/**
 * nfs4_put_read() - READ (RFC 8881 section 18.22)
 * @c: the compound
 * @stateid: of the open
 * @offset: where from
 * @count: how much
 */
void nfs4_put_read(struct nfs4_compound *c, const struct nfs4_stateid *stateid, uint64_t offset,
		   uint32_t count);

/**
 * nfs4_get_read() - the results of READ
 * @r: the reply, which the data stay in
 * @res: what was read
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_get_read(struct nfs4_reply *r, struct nfs4_read_res *res);

/**
 * nfs4_put_write() - WRITE (RFC 8881 section 18.32)
 * @c: the compound
 * @stateid: of the open
 * @offset: where to
 * @stable: whether it may wait for COMMIT
 * @data: the bytes
 * @len: how many
 */
void nfs4_put_write(struct nfs4_compound *c, const struct nfs4_stateid *stateid, uint64_t offset,
		    enum nfs4_stable stable, const void *data, uint32_t len);

/**
 * nfs4_get_write() - the results of WRITE
 * @r: the reply
 * @res: how much was written, how safely
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_get_write(struct nfs4_reply *r, struct nfs4_write_res *res);

/**
 * nfs4_put_commit() - COMMIT (RFC 8881 section 18.3)
 * @c: the compound
 * @offset: where from
 * @count: how much, 0 for all
 */
void nfs4_put_commit(struct nfs4_compound *c, uint64_t offset, uint32_t count);

/**
 * nfs4_get_commit() - the results of COMMIT
 * @r: the reply
 * @verifier: of the server's instance; as WRITE's, or the data may be lost
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_get_commit(struct nfs4_reply *r, struct nfs4_verifier *verifier);

/**
 * nfs4_put_remove() - REMOVE (RFC 8881 section 18.25)
 * @c: the compound; the current file handle is the folder
 * @name: one component
 */
void nfs4_put_remove(struct nfs4_compound *c, const char *name);

/**
 * nfs4_get_remove() - the results of REMOVE
 * @r: the reply
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_get_remove(struct nfs4_reply *r);

/**
 * nfs4_put_stateid() - encode a stateid4 (RFC 8881 section 8.2)
 * @x: where to
 * @stateid: the stateid
 */
void nfs4_put_stateid(struct xdr *x, const struct nfs4_stateid *stateid);

/**
 * nfs4_get_stateid() - decode a stateid4
 * @x: where from
 * @stateid: the stateid
 */
void nfs4_get_stateid(struct xdr *x, struct nfs4_stateid *stateid);

/* names for messages (nfs4_names.c) */

/**
 * nfs4_strerror() - the name of what an operation came to
 * @status: 0, an NFS status, or a negative errno
 *
 * Return: the name; that of a number without one lasts until the next call.
 */
const char *nfs4_strerror(int status);

/**
 * nfs4_op_name() - the name of an operation
 * @op: its number
 *
 * Return: the name; that of a number without one lasts until the next call.
 */
const char *nfs4_op_name(uint32_t op);

/**
 * nfs4_cb_op_name() - the name of an operation of the back channel
 * @op: its number
 *
 * Return: the name; that of a number without one lasts until the next call.
 */
const char *nfs4_cb_op_name(uint32_t op);

#endif
