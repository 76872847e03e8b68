// SPDX-License-Identifier: GPL-2.0-only
/* One NFSv4.1 client and its session. */
#include <errno.h>
#include <string.h>

#include "nfs4_client.h"

static const struct nfs4_channel_attrs fore_channel = {
	.max_request = 128u << 10, .max_response = 128u << 10, .max_cached = 4096,
	.max_ops = 16, .max_requests = NFS4_CLIENT_SLOTS,
};

static const struct nfs4_channel_attrs back_channel = {
	.max_request = NFS4_CB_REPLY_MAX, .max_response = NFS4_CB_REPLY_MAX, .max_cached = 0,
	.max_ops = 4, .max_requests = NFS4_CB_SLOTS,
};

int nfs4_client_connect(struct nfs4_client *cl, struct rpc_loop *loop,
			const struct sockaddr_in *to)
{
	int err;

	memset(cl, 0, sizeof(*cl));
	cl->minor = 1;
	err = rpc_connect(loop, &cl->conn, to);
	if (err)
		return err;
	nfs4_cb_init(&cl->cb, NFS4_CB_PROGRAM);
	cl->conn.serve = nfs4_cb_serve;
	cl->conn.serve_arg = &cl->cb;
	return 0;
}

int nfs4_client_exchange_id(struct nfs4_client *cl, const char *owner,
			    const struct nfs4_verifier *verifier)
{
	struct nfs4_exchange_id_res res;
	struct nfs4_compound c;
	struct nfs4_reply r;
	int err;

	nfs4_compound(&c, cl->minor, "exchange_id");
	nfs4_put_exchange_id(&c, verifier, owner, 0);
	err = nfs4_call(&cl->conn, &c, &r);
	if (!err)
		err = nfs4_get_exchange_id(&r, &res);
	nfs4_reply_free(&r);
	if (err)
		return err;
	cl->clientid = res.clientid;
	cl->create_seqid = res.seqid;
	return 0;
}

int nfs4_client_create_session(struct nfs4_client *cl, uint32_t flags)
{
	struct nfs4_create_session_args args = {
		.clientid = cl->clientid, .seqid = cl->create_seqid, .flags = flags,
		.fore = fore_channel, .back = back_channel,
		.cb_program = cl->cb.program, .cb_flavor = RPC_AUTH_SYS,
	};
	struct nfs4_compound c;
	struct nfs4_reply r;
	int err;

	nfs4_compound(&c, cl->minor, "create_session");
	nfs4_put_create_session(&c, &args);
	err = nfs4_call(&cl->conn, &c, &r);
	if (!err)
		err = nfs4_get_create_session(&r, &cl->session);
	nfs4_reply_free(&r);
	if (err)
		return err;
	cl->create_seqid++;
	memset(cl->seqid, 0, sizeof(cl->seqid));
	nfs4_cb_session(&cl->cb, &cl->session);
	return 0;
}

void nfs4_client_compound(struct nfs4_client *cl, struct nfs4_compound *c, const char *tag,
			  bool cache)
{
	nfs4_compound(c, cl->minor, tag);
	nfs4_put_sequence(c, &cl->session.id, cl->seqid[0] + 1, 0, 0, cache);
}

int nfs4_client_begin(struct nfs4_client *cl, struct nfs4_reply *r)
{
	struct nfs4_sequence_res res;
	int err = nfs4_get_sequence(r, &res);

	if (err)
		return err;
	if (memcmp(&res.id, &cl->session.id, sizeof(res.id)) != 0 || res.slot != 0 ||
	    res.seqid != cl->seqid[0] + 1)
		return -EBADMSG;
	cl->seqid[0] = res.seqid;
	return 0;
}

int nfs4_client_call(struct nfs4_client *cl, struct nfs4_compound *c, struct nfs4_reply *r)
{
	int err = nfs4_call(&cl->conn, c, r);

	return err ? err : nfs4_client_begin(cl, r);
}

int nfs4_client_establish(struct nfs4_client *cl, struct rpc_loop *loop,
			  const struct sockaddr_in *to, const char *owner)
{
	static const struct nfs4_verifier verifier;
	struct nfs4_compound c;
	struct nfs4_reply r;
	int err = nfs4_client_connect(cl, loop, to);

	if (!err)
		err = nfs4_client_exchange_id(cl, owner, &verifier);
	if (!err)
		err = nfs4_client_create_session(cl, CREATE_SESSION4_FLAG_CONN_BACK_CHAN);
	if (err)
		return err;
	nfs4_client_compound(cl, &c, "reclaim_complete", false);
	nfs4_put_reclaim_complete(&c, false);
	err = nfs4_client_call(cl, &c, &r);
	if (!err)
		err = nfs4_get_op(&r, OP_RECLAIM_COMPLETE);
	nfs4_reply_free(&r);
	return err;
}

int nfs4_client_destroy(struct nfs4_client *cl)
{
	struct nfs4_compound c;
	struct nfs4_reply r;
	int err;

	nfs4_compound(&c, cl->minor, "destroy_session");
	nfs4_put_destroy_session(&c, &cl->session.id);
	err = nfs4_call(&cl->conn, &c, &r);
	if (!err)
		err = nfs4_get_op(&r, OP_DESTROY_SESSION);
	nfs4_reply_free(&r);
	if (!err) {
		nfs4_compound(&c, cl->minor, "destroy_clientid");
		nfs4_put_destroy_clientid(&c, cl->clientid);
		err = nfs4_call(&cl->conn, &c, &r);
		if (!err)
			err = nfs4_get_op(&r, OP_DESTROY_CLIENTID);
		nfs4_reply_free(&r);
	}
	rpc_close(&cl->conn);
	return err;
}
