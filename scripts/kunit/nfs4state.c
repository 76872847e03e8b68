// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfs4state.c with its suites. The moment in which the end of the grace period is traced is a hook
 * of grace_kunit.c.
 */
/* before nfsd.h, which takes its ifdebug() away */
#include <linux/nfs_fs.h>
#include "nfsd.h"
#include "state.h"
#include "netns.h"
#include "trace.h"

static void stableq_grace_complete(struct nfsd_net *nn);

#define trace_nfsd_grace_complete stableq_grace_complete
#include "../nfs4state.c"
#undef trace_nfsd_grace_complete

#include "stableq.h"
#include "state_kunit.c"
#include "ssc_expire_kunit.c"
#include "grace_kunit.c"
