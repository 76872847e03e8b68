/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stableq_cld.h - a namespace that tracks its clients with nfsdcld, played by the suites
 */
#ifndef STABLEQ_CLD_H
#define STABLEQ_CLD_H

#include <linux/nfsd/cld.h>
#include "state.h"
#include "netns.h"

#ifdef STABLEQ_NET_FLAGS
#define stableq_flag(nn, BIT, field)		test_bit(NFSD_NET_##BIT, &(nn)->flags)
#define stableq_set_flag(nn, BIT, field, on)	assign_bit(NFSD_NET_##BIT, &(nn)->flags, on)
#else
#define stableq_flag(nn, BIT, field)		((nn)->field)
#define stableq_set_flag(nn, BIT, field, on)	((nn)->field = (on))
#endif

/**
 * stableq_cld_start() - track the clients of a namespace with nfsdcld, which answers at once
 * @version: of its protocol; 2 knows clients by their principals, too
 *
 * Return: 0 or a negative errno.
 */
int stableq_cld_start(struct net *net, int version);

/** stableq_cld_stop() - no longer; the records of clients are released. */
void stableq_cld_stop(struct net *net);

/** stableq_cld_upcalls() - how often nfsdcld was told that since the start. */
int stableq_cld_upcalls(enum cld_command cmd);

/**
 * stableq_reclaim_add() - what nfsdcld's message about a client comes down to when grace begins
 * @name: eight bytes at least: that many are hashed, whatever the length
 */
struct nfs4_client_reclaim *stableq_reclaim_add(struct nfsd_net *nn, const char *name);

#endif
