/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The back channel of an NFSv4.1 session: what the server calls on our connection (RFC 8881
 * section 20). It is a service for rpc_conn's @serve.
 */
#ifndef GUEST_NFS4_CB_H
#define GUEST_NFS4_CB_H

#include "nfs4.h"

#define NFS4_CB_SLOTS		16
#define NFS4_CB_REPLY_MAX	4096	/* as CREATE_SESSION says for the back channel */
#define NFS4_CB_TAG_MAX		128

struct nfs4_cb_slot {
	bool used;			/* there was a compound */
	uint32_t seqid;			/* of the last one, 0 before (section 2.10.6.1) */
	size_t reply_len;
	uint8_t reply[NFS4_CB_REPLY_MAX];	/* to it, for a server that sends it again */
};

struct nfs4_cb {
	uint32_t program;		/* as CREATE_SESSION says */
	bool have_session;
	struct nfs4_sessionid session;
	uint32_t nr_slots;		/* as CREATE_SESSION came to, at most NFS4_CB_SLOTS */
	struct nfs4_cb_slot slots[NFS4_CB_SLOTS];

	/* What has come in, to be looked at by a check. */
	unsigned int nulls;		/* CB_NULL */
	unsigned int sequences;		/* CB_SEQUENCE that was accepted */
	unsigned int replays;		/* answered from a slot's cache */
	unsigned int recalls;		/* CB_RECALL */
	unsigned int refused;		/* compounds with an error for an answer */
	struct nfs4_stateid recall_stateid;	/* of the last CB_RECALL */
	struct nfs4_fh recall_fh;
};

/**
 * nfs4_cb_init() - a back channel without a session
 * @cb: the back channel
 * @program: the program that the server is to call
 */
void nfs4_cb_init(struct nfs4_cb *cb, uint32_t program);

/**
 * nfs4_cb_session() - accept compounds of a session from now on
 * @cb: the back channel
 * @session: what CREATE_SESSION came to
 */
void nfs4_cb_session(struct nfs4_cb *cb, const struct nfs4_create_session_res *session);

/**
 * nfs4_cb_serve() - serve one call of the server; an rpc_serve_fn
 * @arg: the struct nfs4_cb
 * @call: the call
 * @args: its arguments
 * @res: its results
 *
 * Return: an enum rpc_accept_stat.
 */
int nfs4_cb_serve(void *arg, const struct rpc_call *call, struct xdr *args, struct xdr *res);

#endif
