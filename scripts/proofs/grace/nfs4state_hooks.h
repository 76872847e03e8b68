/* SPDX-License-Identifier: GPL-2.0-only */
/* The moment in which the end of the grace period is traced is kunit.c's. */
static void stableq_grace_complete(struct nfsd_net *nn);

#define trace_nfsd_grace_complete stableq_grace_complete
