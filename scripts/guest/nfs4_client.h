/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of one NFSv4.1 client: connection, client id, session, and the sequence ids of its
 * slots. It saves a check the common part of a conversation; what is to be wrong on purpose is
 * built with nfs4.h.
 */
#ifndef GUEST_NFS4_CLIENT_H
#define GUEST_NFS4_CLIENT_H

#include "nfs4.h"
#include "nfs4_cb.h"

#define NFS4_CLIENT_SLOTS	16	/* asked for */

struct nfs4_client {
	struct rpc_conn conn;
	uint32_t minor;				/* 1, unless changed */
	uint64_t clientid;
	uint32_t create_seqid;			/* for the next CREATE_SESSION */
	struct nfs4_create_session_res session;
	uint32_t seqid[NFS4_CLIENT_SLOTS];	/* of the last request of a slot that was taken */
	struct nfs4_cb cb;
};

int nfs4_client_connect(struct nfs4_client *cl, struct rpc_loop *loop,
			const struct sockaddr_in *to);
int nfs4_client_exchange_id(struct nfs4_client *cl, const char *owner,
			    const struct nfs4_verifier *verifier);
int nfs4_client_create_session(struct nfs4_client *cl, uint32_t flags);
int nfs4_client_establish(struct nfs4_client *cl, struct rpc_loop *loop,
			  const struct sockaddr_in *to, const char *owner);
int nfs4_client_destroy(struct nfs4_client *cl);

void nfs4_client_compound(struct nfs4_client *cl, struct nfs4_compound *c, const char *tag,
			  bool cache);
int nfs4_client_begin(struct nfs4_client *cl, struct nfs4_reply *r);
int nfs4_client_call(struct nfs4_client *cl, struct nfs4_compound *c, struct nfs4_reply *r);

#endif
