/* SPDX-License-Identifier: GPL-2.0-only */
/* kunit.c is told when the file of a stateid is taken. */
static struct nfsd_file *stableq_find_file_get(struct nfsd_file *nf);

#define nfsd_file_get stableq_find_file_get
