/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/child.h - every other program that is run
 *
 * Always an argv array, never a shell. A child leads a process group of its own; on a time limit
 * or an interrupt the whole group gets SIGTERM and, two seconds later, SIGKILL, so no compiler or
 * guest outlives us. Should we die ourselves, the kernel ends the child (PR_SET_PDEATHSIG).
 */
#ifndef STABLEQ_CHILD_H
#define STABLEQ_CHILD_H

#include "base/err.h"
#include "base/str.h"

enum child_end {
	CHILD_EXITED,		/* status is the exit status */
	CHILD_SIGNALED,		/* status is the signal */
	CHILD_TIMEOUT,		/* ended by us at its limit */
	CHILD_STOPPED,		/* ended by us because on_data asked for it */
	CHILD_INTERRUPTED,	/* ended by us because the user asked to stop */
};

/*
 * Called with each piece of output as it arrives; @fd is 1 or 2.
 * Return: 0 to go on, anything else to end the child (CHILD_STOPPED).
 */
typedef int (*child_data_fn)(void *ctx, int fd, const char *p, size_t n);

struct child {
	/* in */
	const char *const *argv;	/* NULL terminated; argv[0] is looked up in PATH */
	const char *cwd;		/* NULL: ours */
	const char *const *env;		/* "NAME=value" to add, "NAME" to remove; NULL terminated */
	const char *input;		/* standard input's bytes; NULL: /dev/null */
	size_t input_len;
	unsigned int timeout_ms;	/* 0: none */
	/* ended likewise when that long nothing came; on_data may set 0 */
	unsigned int idle_ms;
	/* bytes kept of each stream; 0: 1 MiB; the rest is dropped */
	size_t capture_max;
	/* file that gets both streams too, truncated first; or NULL */
	const char *log;
	bool merge;			/* standard error goes where standard output goes */
	child_data_fn on_data;
	void *ctx;

	/* out */
	enum child_end end;
	int status;
	double seconds;
	struct str out;			/* owned by the caller: child_free() */
	struct str errout;
	bool truncated;			/* more than capture_max came */
};

/**
 * child_run() - run a program to its end
 * @c: see above
 * @err: set when it could not be started or did not end by itself
 *
 * Return: 0 when the child ended by itself, whatever its status (see @c->end and @c->status);
 * ERR_MISSING when there is no such program (the message names it), ERR_TIMEOUT,
 * ERR_INTERRUPTED, ERR_SYSTEM. CHILD_STOPPED returns 0.
 */
int child_run(struct child *c, struct err *err);

/**
 * child_check() - child_run() for programs that have to succeed
 *
 * Return: as child_run(), and ERR_SYSTEM with the last line of standard error when the status
 * isn't 0.
 */
int child_check(struct child *c, struct err *err);

void child_free(struct child *c);

/** child_have() - is @name in PATH and executable? */
bool child_have(const char *name);

/**
 * child_catch_signals() - SIGINT, SIGTERM and SIGHUP set a flag; running children are ended.
 *
 * A second signal ends the program at once, after killing the running group. So does the first
 * when a second later no child is running and nobody has asked child_interrupted().
 */
void child_catch_signals(void);

/** child_on_wait() - have @fn called about once a second while a child is waited for. */
void child_on_wait(void (*fn)(void *ctx), void *ctx);

/** child_interrupted() - has the user asked to stop? Long loops of ours ask it too. */
bool child_interrupted(void);

#endif
