/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run/result.h - what a check of a state came to: computed from facts whenever it is asked for
 */
#ifndef STABLEQ_RESULT_H
#define STABLEQ_RESULT_H

#include "base/base.h"

enum result_kind {
	RESULT_PASS,
	RESULT_FAIL,
	RESULT_ERROR,		/* could not be found out: build, boot, tool */
	RESULT_TIMEOUT,
	RESULT_SKIP,
	RESULT_HOST,		/* the machine's doing, not the kernel's: no fact about it */
};

#define RESULT_BUILD "build"		/* the check that building itself is */
#define RESULT_SHUTDOWN "shutdown"	/* what went wrong behind a boot's last check */

struct result {
	char *release;		/* "6.12.107" */
	char *cell;		/* "um-kasan" */
	char *state;		/* "base", "patched" */
	char *check;		/* "build", "boot", "session" */
	enum result_kind kind;
	char *reason;		/* for people; "" when there is nothing to say */
	char *detail;		/* splat, compiler output, failed subtests; "" */
	double seconds;
	bool reused;		/* what it was computed from was seen by an earlier run */
};

void result_clear(struct result *r);
const char *result_name(enum result_kind kind);	/* pass, fail, error, timeout, skip, error: host */

/**
 * result_set() - kind, reason and detail
 * @reason: taken over
 * @detail: taken over; NULL: nothing
 */
void result_set(struct result *r, enum result_kind kind, char *reason, char *detail);

#endif
