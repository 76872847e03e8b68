// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfs4state.c with its suites. The moment in which the end of the grace period is traced is a hook
 * of grace_kunit.c, and so is that right after a look at "somebody has reclaimed", be it a bit or,
 * as long as it isn't one, a bool: an array of one has the layout of the bool, and its index can be
 * a call. find_file_kunit.c is told when the file of a stateid is taken.
 */
#define somebody_reclaimed somebody_reclaimed_at[1]
/* before nfsd.h, which takes its ifdebug() away */
#include <linux/nfs_fs.h>
#include "nfsd.h"
#include "state.h"
#include "netns.h"
#include "filecache.h"
#include "trace.h"
#undef somebody_reclaimed

static void stableq_grace_complete(struct nfsd_net *nn);
static bool stableq_grace_looked(long nr, const volatile unsigned long *addr, bool was);
static int __maybe_unused stableq_grace_access(void);
static struct nfsd_file *stableq_find_file_get(struct nfsd_file *nf);

static inline bool stableq_test_bit(long nr, const volatile unsigned long *addr)
{
	return stableq_grace_looked(nr, addr, test_bit(nr, addr));
}

static inline bool stableq_test_and_clear_bit(long nr, volatile unsigned long *addr)
{
	return stableq_grace_looked(nr, addr, test_and_clear_bit(nr, addr));
}

#pragma push_macro("test_bit")
#pragma push_macro("test_and_clear_bit")
#undef test_bit
#undef test_and_clear_bit
#define test_bit stableq_test_bit
#define test_and_clear_bit stableq_test_and_clear_bit
#define somebody_reclaimed somebody_reclaimed_at[stableq_grace_access()]
#define trace_nfsd_grace_complete stableq_grace_complete
#define nfsd_file_get stableq_find_file_get
#include "../nfs4state.c"
#undef nfsd_file_get
#undef trace_nfsd_grace_complete
#pragma pop_macro("test_bit")
#pragma pop_macro("test_and_clear_bit")

#include "stableq.h"
#include "state_kunit.c"
#include "ssc_expire_kunit.c"
#include "grace_kunit.c"
#include "find_file_kunit.c"
