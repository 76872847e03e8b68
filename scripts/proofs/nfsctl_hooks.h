// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfsctl.c with its suites. The dump of the requests in progress came with 6.7; of the branches
 * only 6.12 has it.
 */
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/fs_context.h>
#include <linux/fsnotify.h>
#include <linux/lockd/lockd.h>
#include <linux/namei.h>
#include <linux/nfslocalio.h>
#include <linux/slab.h>
#include <linux/sunrpc/addr.h>
#include <linux/sunrpc/gss_api.h>
#include <linux/sunrpc/rpc_pipe_fs.h>
#include <linux/sunrpc/svc.h>
#include <linux/sunrpc/svcsock.h>
#include "nfsd.h"
#include "cache.h"
#include "netlink.h"
#include "netns.h"
#include "pnfs.h"
#include "state.h"
#include "trace.h"
#include "xdr4.h"
#include "rpc_status.h"

/*
 * Tell a suite of barriers for reads, and of loads that order themselves before what follows. On the
 * processors that suites run on both are for the compiler.
 */
static void (*stableq_read_barrier)(void);
static void (*stableq_load_acquired)(void);

static void __maybe_unused stableq_smp_rmb(void)
{
	barrier();
	if (stableq_read_barrier)
		stableq_read_barrier();
}

static void __maybe_unused stableq_acquired(void)
{
	barrier();
	if (stableq_load_acquired)
		stableq_load_acquired();
}

#undef smp_rmb
#define smp_rmb() stableq_smp_rmb()
#undef smp_mb
#define smp_mb() stableq_smp_rmb()
#undef rmb
#define rmb() stableq_smp_rmb()
#undef mb
#define mb() stableq_smp_rmb()
#undef smp_load_acquire
#define smp_load_acquire(p)			\
({						\
	typeof(*(p)) __loaded = READ_ONCE(*(p));	\
	stableq_acquired();			\
	__loaded;				\
})
#endif

#include "../nfsctl.c"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include "rpc_status_addr_kunit.c"
#include "rpc_status_clamp_kunit.c"
#include "rpc_status_counter_kunit.c"
#include "rpc_status_exit_kunit.c"
#include "rpc_status_full_kunit.c"
#include "rpc_status_opcnt_kunit.c"
#include "rpc_status_ops_kunit.c"
#include "rpc_status_retry_kunit.c"
#include "rpc_status_order_kunit.c"
#endif
