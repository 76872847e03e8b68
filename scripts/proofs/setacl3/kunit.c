// SPDX-License-Identifier: GPL-2.0-only
/* SETACL of NFSACL version 3. */
#define STABLEQ_SETACL		nfsd3_proc_setacl
#define STABLEQ_SETACL_RES	struct nfsd3_attrstat
#define STABLEQ_SETACL_RELEASE	nfs3svc_release_setacl
#define STABLEQ_SETACL_FHSIZE	NFS3_FHSIZE

#include "setacl.h"
