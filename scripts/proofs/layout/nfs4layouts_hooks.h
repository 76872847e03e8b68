/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kunit.c is told when the file of a delegation is taken, and may ask that a BUG_ON() be noted
 * instead of obeyed.
 */
static struct nfsd_file *stableq_file_get(struct nfsd_file *nf);
static bool stableq_bug_is_noted(void);

#define nfsd_file_get stableq_file_get
#undef BUG_ON
#define BUG_ON(cond)						\
do {								\
	if (unlikely(cond) && !stableq_bug_is_noted())		\
		BUG();						\
} while (0)
