/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch.h - run a function just before a unit loads from a given address
 *
 * KASAN's outline instrumentation calls __asan_loadN_noabort() before every load. A unit that
 * includes this file has these calls come here first, so that a suite can let something happen
 * between two loads of a function that calls nothing in between, and always between the same two.
 * One watch at a time; it is off while its function runs.
 */
#ifndef STABLEQ_WATCH_H
#define STABLEQ_WATCH_H

#include <linux/kasan.h>
#include <linux/types.h>

struct stableq_watch {
	unsigned long from;
	unsigned long len;
	void (*fn)(struct stableq_watch *watch, unsigned long addr);
};

#ifdef CONFIG_KASAN_OUTLINE
/* What __asan_loadN() does, for a caller that is named */
bool kasan_check_range(const void *addr, size_t size, bool write, unsigned long ret_ip);

/* Whether memory is there; says nothing in the log */
bool kasan_byte_accessible(const void *addr);

static struct stableq_watch *stableq_watched;

static noinline __used __no_sanitize_address void stableq_load(unsigned long addr, size_t size,
							       unsigned long ip)
{
	struct stableq_watch *watch = READ_ONCE(stableq_watched);

	if (watch && addr - watch->from < watch->len) {
		WRITE_ONCE(stableq_watched, NULL);
		watch->fn(watch, addr);
	}
	kasan_check_range((void *)addr, size, false, ip);
}

#define STABLEQ_LOAD(n)									\
	static noinline __used __no_sanitize_address					\
	void stableq_load##n(unsigned long addr)					\
	{										\
		stableq_load(addr, n, _RET_IP_);					\
	}										\
	asm(".set __asan_load" #n "_noabort, stableq_load" #n)

STABLEQ_LOAD(1);
STABLEQ_LOAD(2);
STABLEQ_LOAD(4);
STABLEQ_LOAD(8);
STABLEQ_LOAD(16);

static noinline __used __no_sanitize_address void stableq_loadN(unsigned long addr, size_t size)
{
	stableq_load(addr, size, _RET_IP_);
}
asm(".set __asan_loadN_noabort, stableq_loadN");

/* Arms @watch until its function is called, which may arm it again. NULL: none. */
static __no_sanitize_address void stableq_watch(struct stableq_watch *watch)
{
	WRITE_ONCE(stableq_watched, watch);
}

#define stableq_can_watch true
#else
static inline void stableq_watch(struct stableq_watch *watch)
{
}

static inline bool kasan_byte_accessible(const void *addr)
{
	return true;
}

#define stableq_can_watch false
#endif

#endif
