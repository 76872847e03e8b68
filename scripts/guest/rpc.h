/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ONC RPC version 2 (RFC 5531) over TCP, both ways on one connection: calls that are sent and
 * their replies, calls that come in (an NFSv4.1 back channel) and the replies to them.
 *
 * Connections are kept in a loop: whoever waits for a reply on one of them serves all of them
 * meanwhile. A recall is answered while another client's call is what is waited for.
 */
#ifndef GUEST_RPC_H
#define GUEST_RPC_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"
#include "xdr.h"

enum { RPC_VERSION = 2 };
enum rpc_type { RPC_CALL = 0, RPC_REPLY = 1 };
enum rpc_reply_stat { RPC_MSG_ACCEPTED = 0, RPC_MSG_DENIED = 1 };
enum rpc_auth { RPC_AUTH_NONE = 0, RPC_AUTH_SYS = 1 };
enum rpc_accept_stat {
	RPC_SUCCESS = 0, RPC_PROG_UNAVAIL = 1, RPC_PROG_MISMATCH = 2, RPC_PROC_UNAVAIL = 3,
	RPC_GARBAGE_ARGS = 4, RPC_SYSTEM_ERR = 5,
};

#define RPC_LOOP_MAX	16		/* connections in a loop */
#define RPC_PENDING_MAX	32		/* replies kept for later on one connection */
#define RPC_HEADER_MAX	512		/* room for the header of a call with AUTH_SYS */
#define RPC_TIMEOUT_MS	10000		/* a reply is waited for this long, unless told otherwise */

/* A call that came in. */
struct rpc_call {
	uint32_t xid;
	uint32_t prog;
	uint32_t vers;
	uint32_t proc;
	uint32_t flavor;	/* of the credential */
};

/*
 * Serves a call: takes its arguments from @args, puts its results to @res. Returns an
 * enum rpc_accept_stat, or a negative number: the call is left without a reply.
 */
typedef int (*rpc_serve_fn)(void *arg, const struct rpc_call *call, struct xdr *args,
			    struct xdr *res);

/* A reply; @body stands behind the RPC header. The buffer is the reply's own. */
struct rpc_reply {
	uint32_t xid;
	uint8_t *buf;
	struct xdr body;
};

struct rpc_loop;

struct rpc_conn {
	int fd;
	int err;			/* why the connection can no longer be used, or 0 */
	uint32_t xid;			/* of the last call sent */
	enum rpc_auth flavor;		/* credential to call with */
	uint32_t uid, gid;		/* for AUTH_SYS */
	size_t frag;			/* longest fragment to send, 0: as long as the record */
	int timeout_ms;			/* longest wait for a reply */
	struct record in;		/* what is being received */
	rpc_serve_fn serve;		/* who answers calls; NULL: PROG_UNAVAIL */
	void *serve_arg;
	struct rpc_reply pending[RPC_PENDING_MAX];	/* replies not asked for yet */
	size_t nr_pending;
	struct rpc_loop *loop;
};

struct rpc_loop {
	struct rpc_conn *conns[RPC_LOOP_MAX];
	size_t nr;
};

/**
 * rpc_attach() - make a connection of a socket and put it into a loop
 * @loop: the loop
 * @conn: the connection
 * @fd: the socket, owned by @conn from now on, closed on error too
 *
 * Return: 0 or -EMFILE.
 */
int rpc_attach(struct rpc_loop *loop, struct rpc_conn *conn, int fd);

/**
 * rpc_connect() - connect to a server over TCP
 * @loop: the loop that the connection joins
 * @conn: the connection
 * @to: the server
 *
 * Return: 0 or a negative errno.
 */
int rpc_connect(struct rpc_loop *loop, struct rpc_conn *conn, const struct sockaddr_in *to);

/**
 * rpc_close() - close a connection and take it out of its loop
 * @conn: the connection; may be closed already, or never opened
 */
void rpc_close(struct rpc_conn *conn);

/**
 * rpc_loop_run() - wait until something comes in on any connection, and handle it
 * @loop: the loop
 * @timeout_ms: longest wait
 *
 * A connection that fails is left with its error in @err and is no longer waited for.
 *
 * Return: how many messages were handled, or -ETIMEDOUT, or -ENOTCONN when no connection is left,
 * or another negative errno.
 */
int rpc_loop_run(struct rpc_loop *loop, int timeout_ms);

/**
 * rpc_send() - send a call without waiting for its reply
 * @conn: the connection
 * @prog: program
 * @vers: version
 * @proc: procedure
 * @args: encoded arguments
 * @len: their length
 * @xid: set to the call's xid, for rpc_wait()
 *
 * Return: 0 or a negative errno.
 */
int rpc_send(struct rpc_conn *conn, uint32_t prog, uint32_t vers, uint32_t proc,
	     const void *args, size_t len, uint32_t *xid);

/**
 * rpc_wait() - wait for the reply to a call, serving all connections of the loop meanwhile
 * @conn: the connection that the call was sent on
 * @xid: the call
 * @reply: set to the reply, to be freed with rpc_reply_free(); left at its results
 *
 * Return: 0, or -ETIMEDOUT, or what rpc_get_reply() returns, or why the connection failed.
 */
int rpc_wait(struct rpc_conn *conn, uint32_t xid, struct rpc_reply *reply);

/**
 * rpc_call() - send a call and wait for its reply
 * @conn: the connection
 * @prog: program
 * @vers: version
 * @proc: procedure
 * @args: encoded arguments
 * @len: their length
 * @reply: as in rpc_wait()
 *
 * Return: 0 or a negative errno.
 */
int rpc_call(struct rpc_conn *conn, uint32_t prog, uint32_t vers, uint32_t proc,
	     const void *args, size_t len, struct rpc_reply *reply);

/**
 * rpc_reply_free() - let go of a reply
 * @reply: the reply; may be empty
 */
void rpc_reply_free(struct rpc_reply *reply);

/** rpc_now_ms() - milliseconds of the monotonic clock. */
int64_t rpc_now_ms(void);

/**
 * rpc_put_call() - encode the header of a call (RFC 5531 section 9; AUTH_SYS: appendix A)
 * @x: where to
 * @conn: whose credential to use
 * @call: xid, program, version and procedure
 */
void rpc_put_call(struct xdr *x, const struct rpc_conn *conn, const struct rpc_call *call);

/**
 * rpc_get_reply() - decode the header of a reply, the xid and the message type excepted
 * @x: the message, left at the results
 *
 * Return: 0 when the call was accepted and carried out, -EBADMSG for a malformed header,
 * -EACCES for a denied call, -EPROTONOSUPPORT for PROG_UNAVAIL and its kin, -EINVAL for
 * GARBAGE_ARGS, -EREMOTEIO for SYSTEM_ERR.
 */
int rpc_get_reply(struct xdr *x);

/**
 * rpc_dispatch() - serve one call
 * @in: the call, from its xid on
 * @out: where to put the reply
 * @serve: who serves it, or NULL
 * @arg: for @serve
 *
 * Return: 0 when @out is to be sent, a negative errno when there is nothing to send.
 */
int rpc_dispatch(struct xdr *in, struct xdr *out, rpc_serve_fn serve, void *arg);

#endif
