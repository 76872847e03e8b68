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

/**
 * out_open() - direct all output to the kernel's log
 *
 * Falls back on standard output, which the kernel has opened on the console.
 */
void out_open(void);

/**
 * out_line() - say one line
 * @fmt: as for printf
 */
void out_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * out_ktap() - begin a KTAP document, or a nested one
 * @level: 0 for the checks, 1 for the steps of one
 * @subtest: the check, for level 1
 * @plan: how many results will follow
 */
void out_ktap(unsigned int level, const char *subtest, size_t plan);

/**
 * out_result() - say what a check or a step came to
 * @level: 0 for a check, 1 for a step
 * @ok: whether it passed; true for what was skipped
 * @nr: its number, from 1
 * @name: its name
 * @skip: why it was skipped, or NULL
 * @why: why it failed, or NULL
 */
void out_result(unsigned int level, bool ok, size_t nr, const char *name, const char *skip,
		const char *why);

/**
 * out_diag() - say a diagnostic line of KTAP
 * @level: 0 or 1, as for out_result()
 * @fmt: as for printf
 */
void out_diag(unsigned int level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
