/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stableq_state.h - the NFSv4 state of a namespace, for suites outside of nfs4state.c
 */
#ifndef STABLEQ_STATE_H
#define STABLEQ_STATE_H

#include "state.h"
#include "netns.h"

/* Newer kernels have other names for the kinds of stateids. */
#ifdef SC_TYPE_DELEG
#define STABLEQ_STID_DELEG	SC_TYPE_DELEG
#define STABLEQ_STID_OPEN	SC_TYPE_OPEN
#else
#define STABLEQ_STID_DELEG	NFS4_DELEG_STID
#define STABLEQ_STID_OPEN	NFS4_OPEN_STID
#endif

/**
 * stableq_state_create() - the NFSv4 state of a namespace, without a server. Return: 0 or an errno.
 */
int stableq_state_create(struct net *net);

/** stableq_state_destroy() - all of it, and what works on it. */
void stableq_state_destroy(struct net *net);

/**
 * stableq_session_create() - a hashed session with one slot, number @nr of @clp; NULL: no memory.
 */
struct nfsd4_session *stableq_session_create(struct nfs4_client *clp, u32 nr);

/**
 * stableq_session_put_dead() - what DESTROY_SESSION does to a session
 *
 * It doesn't wait for the callback queue in the middle. A session in use stays.
 */
void stableq_session_put_dead(struct nfsd4_session *ses);

/** stableq_put_deleg_file() - the last delegation of a file is returned. */
void stableq_put_deleg_file(struct nfs4_file *fp);

#endif
