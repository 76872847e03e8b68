// SPDX-License-Identifier: GPL-2.0-only
/* ONC RPC version 2 (RFC 5531), calls and replies in both directions of a connection. */
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "rpc.h"

#define SERVE_MAX	(64u << 10)	/* longest reply to a call that came in */
#define AUTH_MAX	400		/* longest credential or verifier (RFC 5531 section 8.2) */

int64_t rpc_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void rpc_put_call(struct xdr *x, const struct rpc_conn *conn, const struct rpc_call *call)
{
	static const char machine[] = "stableq";

	xdr_put_u32(x, call->xid);
	xdr_put_u32(x, RPC_CALL);
	xdr_put_u32(x, RPC_VERSION);
	xdr_put_u32(x, call->prog);
	xdr_put_u32(x, call->vers);
	xdr_put_u32(x, call->proc);
	xdr_put_u32(x, conn->flavor);
	if (conn->flavor == RPC_AUTH_SYS) {
		size_t len = xdr_pos(x), start;

		xdr_put_u32(x, 0);
		start = xdr_pos(x);
		xdr_put_u32(x, 0);		/* stamp */
		xdr_put_string(x, machine);
		xdr_put_u32(x, conn->uid);
		xdr_put_u32(x, conn->gid);
		xdr_put_u32(x, 0);		/* further groups */
		xdr_set_u32(x, len, (uint32_t)(xdr_pos(x) - start));
	} else {
		xdr_put_u32(x, 0);
	}
	xdr_put_u32(x, RPC_AUTH_NONE);		/* verifier */
	xdr_put_u32(x, 0);
}

int rpc_get_reply(struct xdr *x)
{
	uint32_t stat = xdr_get_u32(x), len;

	if (x->err)
		return -EBADMSG;
	if (stat == RPC_MSG_DENIED)
		return -EACCES;
	if (stat != RPC_MSG_ACCEPTED)
		return -EBADMSG;
	xdr_get_u32(x);				/* the verifier's flavor */
	xdr_get_opaque(x, AUTH_MAX, &len);
	stat = xdr_get_u32(x);
	if (x->err)
		return -EBADMSG;
	switch (stat) {
	case RPC_SUCCESS:
		return 0;
	case RPC_PROG_UNAVAIL:
	case RPC_PROG_MISMATCH:
	case RPC_PROC_UNAVAIL:
		return -EPROTONOSUPPORT;
	case RPC_GARBAGE_ARGS:
		return -EINVAL;
	case RPC_SYSTEM_ERR:
		return -EREMOTEIO;
	default:
		return -EBADMSG;
	}
}

int rpc_dispatch(struct xdr *in, struct xdr *out, rpc_serve_fn serve, void *arg)
{
	struct rpc_call call;
	uint32_t vers, len;
	size_t stat_pos, body;
	int stat;

	call.xid = xdr_get_u32(in);
	if (xdr_get_u32(in) != RPC_CALL)
		return -EBADMSG;
	vers = xdr_get_u32(in);
	call.prog = xdr_get_u32(in);
	call.vers = xdr_get_u32(in);
	call.proc = xdr_get_u32(in);
	call.flavor = xdr_get_u32(in);
	xdr_get_opaque(in, AUTH_MAX, &len);
	xdr_get_u32(in);
	xdr_get_opaque(in, AUTH_MAX, &len);
	if (in->err)
		return -EBADMSG;

	xdr_put_u32(out, call.xid);
	xdr_put_u32(out, RPC_REPLY);
	if (vers != RPC_VERSION) {
		xdr_put_u32(out, RPC_MSG_DENIED);
		xdr_put_u32(out, 0);		/* RPC_MISMATCH: from version 2 to version 2 */
		xdr_put_u32(out, RPC_VERSION);
		xdr_put_u32(out, RPC_VERSION);
		return out->err;
	}
	xdr_put_u32(out, RPC_MSG_ACCEPTED);
	xdr_put_u32(out, RPC_AUTH_NONE);
	xdr_put_u32(out, 0);
	stat_pos = xdr_pos(out);
	xdr_put_u32(out, RPC_SUCCESS);
	body = xdr_pos(out);

	stat = serve ? serve(arg, &call, in, out) : RPC_PROG_UNAVAIL;
	if (stat < 0)
		return stat;
	if (out->err)
		return out->err;
	if (stat != RPC_SUCCESS) {
		out->p = out->start + body;
		xdr_set_u32(out, stat_pos, (uint32_t)stat);
		if (stat == RPC_PROG_MISMATCH) {
			xdr_put_u32(out, call.vers);
			xdr_put_u32(out, call.vers);
		}
	}
	return out->err;
}

int rpc_attach(struct rpc_loop *loop, struct rpc_conn *conn, int fd)
{
	memset(conn, 0, sizeof(*conn));
	conn->fd = fd;
	conn->flavor = RPC_AUTH_SYS;
	conn->timeout_ms = RPC_TIMEOUT_MS;
	/* Different in every connection, the same in every run. */
	conn->xid = 0x53510000u + (uint32_t)loop->nr * 0x1000;
	record_init(&conn->in, RECORD_MAX);
	if (loop->nr == RPC_LOOP_MAX) {
		close(fd);
		conn->fd = -1;
		return -EMFILE;
	}
	loop->conns[loop->nr++] = conn;
	conn->loop = loop;
	return 0;
}

int rpc_connect(struct rpc_loop *loop, struct rpc_conn *conn, const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	memset(conn, 0, sizeof(*conn));
	conn->fd = -1;
	if (fd < 0)
		return -errno;
	/* A request in several fragments must not wait for delayed acknowledgements. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0) {
		int err = -errno;

		close(fd);
		return err;
	}
	return rpc_attach(loop, conn, fd);
}

void rpc_close(struct rpc_conn *conn)
{
	struct rpc_loop *loop = conn->loop;

	for (size_t i = 0; loop && i < loop->nr; i++) {
		if (loop->conns[i] == conn) {
			loop->conns[i] = loop->conns[--loop->nr];
			break;
		}
	}
	conn->loop = NULL;
	for (size_t i = 0; i < conn->nr_pending; i++)
		rpc_reply_free(&conn->pending[i]);
	conn->nr_pending = 0;
	record_free(&conn->in);
	if (conn->fd >= 0)
		close(conn->fd);
	conn->fd = -1;
	if (!conn->err)
		conn->err = -ENOTCONN;
}

static int keep_reply(struct rpc_conn *conn, uint32_t xid)
{
	struct rpc_reply *reply;

	if (conn->nr_pending == RPC_PENDING_MAX)
		return -ENOSPC;
	reply = &conn->pending[conn->nr_pending];
	reply->buf = malloc(conn->in.len);
	if (!reply->buf)
		return -ENOMEM;
	memcpy(reply->buf, conn->in.buf, conn->in.len);
	reply->xid = xid;
	xdr_init(&reply->body, reply->buf, conn->in.len);
	xdr_skip(&reply->body, 8);
	conn->nr_pending++;
	return 0;
}

static int serve_call(struct rpc_conn *conn, struct xdr *in)
{
	uint8_t *buf = malloc(SERVE_MAX);
	struct xdr out;
	int err;

	if (!buf)
		return -ENOMEM;
	xdr_init(&out, buf, SERVE_MAX);
	err = rpc_dispatch(in, &out, conn->serve, conn->serve_arg);
	if (!err)
		err = record_send(conn->fd, buf, xdr_pos(&out), conn->frag);
	else if (err != -EBADMSG)
		err = 0;		/* served, with no reply to send */
	free(buf);
	return err;
}

/* Takes every whole message that the socket has. */
static int receive(struct rpc_conn *conn)
{
	int handled = 0, err;

	while ((err = record_recv(&conn->in, conn->fd)) == 1) {
		struct xdr x;
		uint32_t xid, type;

		xdr_init(&x, conn->in.buf, conn->in.len);
		xid = xdr_get_u32(&x);
		type = xdr_get_u32(&x);
		if (x.err || type > RPC_REPLY) {
			err = -EBADMSG;
		} else if (type == RPC_REPLY) {
			err = keep_reply(conn, xid);
		} else {
			x.p = x.start;
			err = serve_call(conn, &x);
		}
		record_next(&conn->in);
		if (err < 0)
			break;
		handled++;
	}
	if (err != -EAGAIN)
		conn->err = err;
	return handled;
}

int rpc_loop_run(struct rpc_loop *loop, int timeout_ms)
{
	struct pollfd pfd[RPC_LOOP_MAX];
	struct rpc_conn *conns[RPC_LOOP_MAX];
	nfds_t nr = 0;
	int handled = 0, ready;

	for (size_t i = 0; i < loop->nr; i++) {
		if (loop->conns[i]->err)
			continue;
		conns[nr] = loop->conns[i];
		pfd[nr++] = (struct pollfd){ .fd = loop->conns[i]->fd, .events = POLLIN };
	}
	if (!nr)
		return -ENOTCONN;
	ready = poll(pfd, nr, timeout_ms);
	if (ready < 0)
		return errno == EINTR ? 0 : -errno;
	if (!ready)
		return -ETIMEDOUT;
	for (nfds_t i = 0; i < nr; i++) {
		if (pfd[i].revents)
			handled += receive(conns[i]);
	}
	return handled;
}

int rpc_send(struct rpc_conn *conn, uint32_t prog, uint32_t vers, uint32_t proc,
	     const void *args, size_t len, uint32_t *xid)
{
	struct rpc_call call = { .xid = ++conn->xid, .prog = prog, .vers = vers, .proc = proc };
	uint8_t *buf;
	struct xdr x;
	int err;

	*xid = call.xid;
	if (conn->err)
		return conn->err;
	buf = malloc(RPC_HEADER_MAX + len);
	if (!buf)
		return -ENOMEM;
	xdr_init(&x, buf, RPC_HEADER_MAX + len);
	rpc_put_call(&x, conn, &call);
	xdr_put_fixed(&x, args, len);
	err = x.err;
	if (!err)
		err = record_send(conn->fd, buf, xdr_pos(&x), conn->frag);
	free(buf);
	return err;
}

int rpc_wait(struct rpc_conn *conn, uint32_t xid, struct rpc_reply *reply)
{
	int64_t deadline = rpc_now_ms() + conn->timeout_ms;

	memset(reply, 0, sizeof(*reply));
	for (;;) {
		int64_t left;
		int err;

		for (size_t i = 0; i < conn->nr_pending; i++) {
			if (conn->pending[i].xid != xid)
				continue;
			*reply = conn->pending[i];
			conn->pending[i] = conn->pending[--conn->nr_pending];
			err = rpc_get_reply(&reply->body);
			if (err)
				rpc_reply_free(reply);
			return err;
		}
		if (conn->err)
			return conn->err;
		left = deadline - rpc_now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		err = rpc_loop_run(conn->loop, (int)left);
		if (err < 0)
			return err;
	}
}

int rpc_call(struct rpc_conn *conn, uint32_t prog, uint32_t vers, uint32_t proc,
	     const void *args, size_t len, struct rpc_reply *reply)
{
	uint32_t xid;
	int err = rpc_send(conn, prog, vers, proc, args, len, &xid);

	memset(reply, 0, sizeof(*reply));
	return err ? err : rpc_wait(conn, xid, reply);
}

void rpc_reply_free(struct rpc_reply *reply)
{
	free(reply->buf);
	memset(reply, 0, sizeof(*reply));
}
