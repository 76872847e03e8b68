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

int rpc_attach(struct rpc_loop *loop, struct rpc_conn *conn, int fd);
int rpc_connect(struct rpc_loop *loop, struct rpc_conn *conn, const struct sockaddr_in *to);
void rpc_close(struct rpc_conn *conn);
int rpc_loop_run(struct rpc_loop *loop, int timeout_ms);

int rpc_send(struct rpc_conn *conn, uint32_t prog, uint32_t vers, uint32_t proc,
	     const void *args, size_t len, uint32_t *xid);
int rpc_wait(struct rpc_conn *conn, uint32_t xid, struct rpc_reply *reply);
int rpc_call(struct rpc_conn *conn, uint32_t prog, uint32_t vers, uint32_t proc,
	     const void *args, size_t len, struct rpc_reply *reply);
void rpc_reply_free(struct rpc_reply *reply);

int64_t rpc_now_ms(void);
void rpc_put_call(struct xdr *x, const struct rpc_conn *conn, const struct rpc_call *call);
int rpc_get_reply(struct xdr *x);
int rpc_dispatch(struct xdr *in, struct xdr *out, rpc_serve_fn serve, void *arg);

#endif
