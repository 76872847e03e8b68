/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kunit.c is told of each look at "somebody has reclaimed", be it a bit or, as long as it isn't
 * one, a bool.
 */
static bool stableq_grace_looked(long nr, const volatile unsigned long *addr, bool was);
static int __maybe_unused stableq_grace_access(void);

static inline bool stableq_test_bit(long nr, const volatile unsigned long *addr)
{
	return stableq_grace_looked(nr, addr, test_bit(nr, addr));
}

static inline bool stableq_test_and_clear_bit(long nr, volatile unsigned long *addr)
{
	return stableq_grace_looked(nr, addr, test_and_clear_bit(nr, addr));
}

#undef test_bit
#undef test_and_clear_bit
#undef somebody_reclaimed
#define test_bit stableq_test_bit
#define test_and_clear_bit stableq_test_and_clear_bit
#define somebody_reclaimed somebody_reclaimed_at[stableq_grace_access()]
