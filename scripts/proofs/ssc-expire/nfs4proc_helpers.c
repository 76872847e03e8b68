// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfs4proc.c's side of the list of mounted source servers
 */
#include "stableq.h"
#include "ssc_dul.h"

struct nfsd4_ssc_umount_item *stableq_ssc_begin(struct nfsd_net *nn, char *ipaddr)
{
	struct nfsd4_ssc_umount_item *ni = NULL;
	__be32 status;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	/* only looked at when it would have to wait */
	status = nfsd4_ssc_setup_dul(nn, ipaddr, &ni, NULL);
#else
	status = nfsd4_ssc_setup_dul(nn, ipaddr, &ni);
#endif
	return status ? NULL : ni;
}

void stableq_ssc_mounted(struct nfsd_net *nn, struct nfsd4_ssc_umount_item *ni,
			 struct vfsmount *mnt)
{
	nfsd4_ssc_update_dul(nn, ni, mnt);
}

void stableq_ssc_cancel(struct nfsd_net *nn, struct nfsd4_ssc_umount_item *ni)
{
	nfsd4_ssc_cancel_dul(nn, ni);
}
