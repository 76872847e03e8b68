/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks: what they are made of, and how they are run.
 *
 * A check is a list of steps over one piece of state. It runs in a process of its own, within a
 * time limit. After a step that failed the following ones are skipped, unless they say otherwise.
 */
#ifndef GUEST_CHECK_H
#define GUEST_CHECK_H

#include <stddef.h>

enum {
	CHECK_SERVER	= 1 << 0,	/* needs the NFS server: check_server() is its first step */
	CHECK_IN_INIT	= 1 << 1,	/* runs as process 1 itself, with no time limit */
};

enum {
	STEP_ALWAYS	= 1 << 0,	/* runs after a failure too, as what cleans up */
};

/* What a step returns; a failure by check_fail(), a skip by check_skip(). */
enum { STEP_FAILED = -1, STEP_OK = 0, STEP_SKIPPED = 1 };

struct check_step {
	const char *name;
	int (*run)(void *state);
	unsigned int flags;
};

struct check {
	const char *name;
	const char *about;		/* one line */
	unsigned int seconds;		/* time limit on the fastest cell */
	unsigned int flags;
	const struct check_step *steps;
	size_t nr_steps;
	size_t state_size;		/* of the steps' @state, which starts as zeroes */
};

#define CHECK_STEPS(s)	.steps = (s), .nr_steps = sizeof(s) / sizeof((s)[0])

/* one file a check */
extern const struct check check_boot;
extern const struct check check_session;
extern const struct check check_stop;
/* check_misbehave.c: for the tests of the host's side */
extern const struct check check_hang, check_wedge, check_panic, check_garbage, check_flood,
	check_crash;

int check_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int check_skip(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void check_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The first step of a check that needs the NFS server: starts it, unless it is up. */
int check_server(void *state);

void checks_run(char *names, unsigned int scale);
void checks_list(void);

#endif
