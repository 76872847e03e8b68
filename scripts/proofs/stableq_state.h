/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stableq_state.h - the NFSv4 state of a namespace, for suites outside of nfs4state.c
 */
#ifndef STABLEQ_STATE_H
#define STABLEQ_STATE_H

#include "state.h"
#include "netns.h"

int stableq_state_create(struct net *net);
void stableq_state_destroy(struct net *net);

struct nfsd4_session *stableq_session_create(struct nfs4_client *clp, u32 nr);
void stableq_session_put_dead(struct nfsd4_session *ses);

void stableq_put_deleg_file(struct nfs4_file *fp);

#endif
