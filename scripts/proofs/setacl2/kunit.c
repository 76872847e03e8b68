// SPDX-License-Identifier: GPL-2.0-only
/* SETACL of NFSACL version 2. */
#define STABLEQ_SETACL		nfsacld_proc_setacl
#define STABLEQ_SETACL_RES	struct nfsd_attrstat
#define STABLEQ_SETACL_RELEASE	nfsaclsvc_release_setacl
#define STABLEQ_SETACL_FHSIZE	NFS_FHSIZE

#include "setacl.h"
