/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the guest says: KTAP version 1 (Documentation/dev-tools/ktap.rst) and marker lines.
 *
 *	KTAP version 1
 *	1..2
 *	stableq: check boot begin
 *	    KTAP version 1
 *	    # Subtest: boot
 *	    1..7
 *	    ok 1 server
 *	    not ok 2 threads # why
 *	    ok 3 grace_over # SKIP an earlier step failed
 *	    ...
 *	not ok 1 boot # threads: why
 *	stableq: check boot end
 *	not ok 2 nonesuch # no such check
 *	stableq: done
 *
 * A check that was asked for and has no result has not been run to its end: the guest died in the
 * one that has begun. "stableq: done" is the last line before the power goes off.
 *
 * Everything goes to /dev/kmsg, a line a write. So the lines stand on the console in one order with
 * the kernel's own messages, never within one another, and a splat can be attributed to the check
 * it happened in. They carry the kernel's time stamp in front, as KUnit's do. The kernel limits
 * the rate of such lines unless told otherwise on its command line: printk.devkmsg=on.
 */
#ifndef GUEST_OUT_H
#define GUEST_OUT_H

#include <stdbool.h>
#include <stdio.h>

#define OUT_LINE_MAX	900	/* the kernel takes 976 bytes a record */

void out_open(void);
void out_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void out_ktap(unsigned int level, const char *subtest, size_t plan);
void out_result(unsigned int level, bool ok, size_t nr, const char *name, const char *skip,
		const char *why);
void out_diag(unsigned int level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
