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

/**
 * nfs4_client_connect() - connect, and be ready for callbacks
 * @cl: the client
 * @loop: the loop that its connection joins
 * @to: the server
 *
 * Return: 0 or a negative errno.
 */
int nfs4_client_connect(struct nfs4_client *cl, struct rpc_loop *loop,
			const struct sockaddr_in *to);

/**
 * nfs4_client_exchange_id() - EXCHANGE_ID, the only op of its compound (RFC 8881 section 18.35)
 * @cl: the client; its client id is set
 * @owner: its name
 * @verifier: of its instance
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_client_exchange_id(struct nfs4_client *cl, const char *owner,
			    const struct nfs4_verifier *verifier);

/**
 * nfs4_client_create_session() - CREATE_SESSION, the only op of its compound (section 18.36)
 * @cl: the client; its session is set, and begins afresh
 * @flags: CREATE_SESSION4_FLAG_*
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_client_create_session(struct nfs4_client *cl, uint32_t flags);

/**
 * nfs4_client_establish() - all from the connection to RECLAIM_COMPLETE, with a back channel
 * @cl: the client
 * @loop: the loop that its connection joins
 * @to: the server
 * @owner: the client's name
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_client_establish(struct nfs4_client *cl, struct rpc_loop *loop,
			  const struct sockaddr_in *to, const char *owner);

/**
 * nfs4_client_destroy() - DESTROY_SESSION, DESTROY_CLIENTID, and close the connection
 * @cl: the client
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_client_destroy(struct nfs4_client *cl);

/**
 * nfs4_client_compound() - begin a compound with SEQUENCE on slot 0
 * @cl: the client
 * @c: the compound
 * @tag: as for nfs4_compound()
 * @cache: whether the server is to keep the reply
 */
void nfs4_client_compound(struct nfs4_client *cl, struct nfs4_compound *c, const char *tag,
			  bool cache);

/**
 * nfs4_client_begin() - take the result of SEQUENCE, and count the slot on
 * @cl: the client
 * @r: the reply, left at the result behind it
 *
 * Return: 0, an NFS status or a negative errno.
 */
int nfs4_client_begin(struct nfs4_client *cl, struct nfs4_reply *r);

/**
 * nfs4_client_call() - send a compound of nfs4_client_compound(), and take the result of SEQUENCE
 * @cl: the client
 * @c: the compound
 * @r: the reply, left at the result behind; to be freed with nfs4_reply_free() in any case
 *
 * Return: 0, the NFS status of SEQUENCE, or a negative errno.
 */
int nfs4_client_call(struct nfs4_client *cl, struct nfs4_compound *c, struct nfs4_reply *r);

#endif
