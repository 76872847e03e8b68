/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
/*
 * Tell a suite of barriers for reads, and of loads that order themselves before what follows. On
 * the processors that suites run on both are for the compiler.
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
