/* SPDX-License-Identifier: GPL-2.0-only */
/* The handler's way from a filehandle to the object. */
static __be32 stableq_fh_verify(struct svc_rqst *rqstp, struct svc_fh *fhp, umode_t type, int acc);

#define fh_verify(rqstp, fhp, type, acc) stableq_fh_verify(rqstp, fhp, type, acc)
