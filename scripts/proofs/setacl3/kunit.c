// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfs3acl.c - unit of the server's file of that name, with the suite for its SETACL
 */
#include "../nfsd.h"
#include <linux/nfsacl.h>
#include <linux/gfp.h>
#include <linux/posix_acl.h>
#include "../cache.h"
#include "../xdr3.h"
#include "../vfs.h"

/* the handler's way from a filehandle to the object */
static __be32 stableq_fh_verify(struct svc_rqst *rqstp, struct svc_fh *fhp, umode_t type, int acc);
#define fh_verify(rqstp, fhp, type, acc) stableq_fh_verify(rqstp, fhp, type, acc)

#include "../nfs3acl.c"
#include "stableq_fh.h"

#define STABLEQ_SETACL		nfsd3_proc_setacl
#define STABLEQ_SETACL_RES	struct nfsd3_attrstat
#define STABLEQ_SETACL_RELEASE	nfs3svc_release_setacl
#define STABLEQ_SETACL_FHSIZE	NFS3_FHSIZE
#define STABLEQ_SETACL_SUITE	"nfsd-setacl3"

#include "setacl_kunit.c"
