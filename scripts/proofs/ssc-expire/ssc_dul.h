/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ssc_dul.h - what a COPY does to the list of mounted source servers, for nfs4state.c's suite
 */
#ifndef STABLEQ_SSC_DUL_H
#define STABLEQ_SSC_DUL_H

#include "netns.h"

/* nfs_ssc.h has no guard against being included twice */
struct nfsd4_ssc_umount_item;
struct vfsmount;

/**
 * stableq_ssc_begin() - an item for a source that is about to be mounted, or the one that is; or
 * NULL.
 */
struct nfsd4_ssc_umount_item *stableq_ssc_begin(struct nfsd_net *nn, char *ipaddr);

/** stableq_ssc_mounted() - the source of an item is mounted. */
void stableq_ssc_mounted(struct nfsd_net *nn, struct nfsd4_ssc_umount_item *ni,
			 struct vfsmount *mnt);

/** stableq_ssc_cancel() - it could not be mounted. */
void stableq_ssc_cancel(struct nfsd_net *nn, struct nfsd4_ssc_umount_item *ni);

#endif
