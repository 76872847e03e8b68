// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfs4layouts.c with its suite, layout_kunit.c, which is told when the file of a delegation is
 * taken, and may ask that a BUG_ON() be noted instead of obeyed.
 */
#include <linux/blkdev.h>
#include <linux/kmod.h>
#include <linux/file.h>
#include <linux/jhash.h>
#include <linux/sched.h>
#include <linux/sunrpc/addr.h>
#include "pnfs.h"
#include "netns.h"
#include "trace.h"

static struct nfsd_file *stableq_file_get(struct nfsd_file *nf);
static bool stableq_bug_is_noted(void);

#define nfsd_file_get stableq_file_get
#undef BUG_ON
#define BUG_ON(cond)						\
do {								\
	if (unlikely(cond) && !stableq_bug_is_noted())		\
		BUG();						\
} while (0)
#include "../nfs4layouts.c"
#undef nfsd_file_get

#include "stableq.h"
#include "layout_kunit.c"
