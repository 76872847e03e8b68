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
	const char *about;		/* one line */
	unsigned int seconds;		/* time limit on the fastest cell */
	unsigned int flags;
	const struct check_step *steps;
	size_t nr_steps;
	size_t state_size;		/* of the steps' @state, which starts as zeroes */
};

#define CHECK_STEPS(s)	.steps = (s), .nr_steps = sizeof(s) / sizeof((s)[0])

/*
 * Declares a check and puts it on the list that checks_run() and checks_list() know:
 *
 *	GUEST_CHECK(boot) = { .about = "…", .seconds = 10, CHECK_STEPS(steps) };
 *
 * One file a check, check_NAME.c, and no other place names it.
 */
#define GUEST_CHECK(id)							\
	static const struct check check_##id;					\
	static const struct check_entry check_entry_##id			\
		__attribute__((section("guest_checks"), used,			\
			       aligned(__alignof__(void *)))) =			\
		{ #id, &check_##id };						\
	static const struct check check_##id

struct check_entry {
	const char *name;
	const struct check *check;
};

/**
 * check_fail() - say why a step fails
 * @fmt: as for printf
 *
 * Return: what the step is to return.
 */
int check_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * check_skip() - say why a step is skipped
 * @fmt: as for printf
 *
 * Return: what the step is to return.
 */
int check_skip(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * check_note() - say something that a reader of the log may want to know
 * @fmt: as for printf
 */
void check_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * check_server() - start the NFS server unless it is up: the first step of a check that needs it
 * @state: not used
 *
 * The kernel starts it within the time limit and the frame of the first check that needs it, so
 * that what goes wrong there is put down to a check.
 *
 * Return: what the step is to return.
 */
int check_server(void *state);

/**
 * checks_run() - run checks one after another
 * @names: their names, with commas between; is cut up
 * @scale: what their time limits are multiplied with
 */
void checks_run(char *names, unsigned int scale);

/** checks_list() - print the names of all checks, for the host and for who writes a matrix. */
void checks_list(void);

#endif
