/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/err.h - one error convention for the whole program
 *
 * A function that can fail takes `struct err *err` as its last parameter and returns 0 or one of
 * the negative codes below; the message for people is then in @err. The code decides the exit
 * status of the program, the message says file, line, what was expected and what to do.
 */
#ifndef STABLEQ_ERR_H
#define STABLEQ_ERR_H

#include "base/base.h"

enum err_code {
	ERR_FINDING = -1,	/* the work was done, and something is not as it should be */
	ERR_INPUT = -2,		/* usage, configuration, a queue or patch that is malformed */
	ERR_MISSING = -3,	/* this machine lacks something: a tool, a source, space, network */
	ERR_INTERRUPTED = -4,	/* the user asked to stop */
	ERR_SYSTEM = -5,	/* an I/O or system call failed; exits like ERR_MISSING */
	ERR_NOTFOUND = -6,	/* what was asked for isn't there; callers often handle it */
	ERR_TIMEOUT = -7,	/* a time limit was reached */
	/* a directory stands where a file was looked for; exits like ERR_INPUT */
	ERR_FOLDER = -8,
};

enum {
	EXIT_OK = 0,
	EXIT_FINDINGS = 1,
	EXIT_USAGE = 2,
	EXIT_MISSING = 3,
	EXIT_INTERRUPTED = 4,
};

struct err {
	int code;	/* 0 or an enum err_code */
	char *msg;	/* owned; NULL when code is 0 */
};

#define ERR_INIT { 0, NULL }

/**
 * err_set() - record an error
 * @err: where to; may be NULL when the caller wants only the code
 * @code: an enum err_code
 * @fmt: message without a final newline; a message already in @err is replaced
 *
 * Return: @code, so that callers can write `return err_set(...)`.
 */
int err_set(struct err *err, int code, const char *fmt, ...) __printf(3, 4);

/**
 * err_sys() - record a failed system call; appends strerror(errno)
 * @err: where to
 * @fmt: what was being done, usually a path
 *
 * ENOSPC and EDQUOT say what to do. Return: ERR_SYSTEM (ERR_NOTFOUND for ENOENT).
 */
int err_sys(struct err *err, const char *fmt, ...) __printf(2, 3);

/**
 * err_clean() - make text of somebody else's, of any length and bytes, fit to be shown, in place.
 */
void err_clean(char *s);

/** err_line() - "name:line: message" about a file of somebody else's. Return: ERR_INPUT. */
int err_line(struct err *err, const char *name, unsigned int line, const char *fmt, ...)
	__printf(4, 5);

/* For a parser: a struct with the @err to fill and the @name of what it reads. */
#define parse_error(parser, line, ...) err_line((parser)->err, (parser)->name, (line), __VA_ARGS__)

/** err_prefix() - put context before the message that is already there. Return: its code. */
int err_prefix(struct err *err, const char *fmt, ...) __printf(2, 3);

/** err_clear() - forget the error and free its message; also the cleanup function. */
void err_clear(struct err *err);

/** err_move() - give the error in @from to @to, which must be clear. Return: its code. */
int err_move(struct err *to, struct err *from);

/**
 * err_also() - one more fault, in a line of its own
 * @to: gets it behind those that it has; its code stays that of the first
 * @more: clear afterwards; nothing if it is clear
 */
void err_also(struct err *to, struct err *more);

/** err_exit_code() - the documented exit status for an error code or 0. */
int err_exit_code(int code);

#define _cleanup_err_ _cleanup_(err_clear)

#endif
