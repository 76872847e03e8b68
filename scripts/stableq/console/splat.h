/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * console/splat.h - finds the kernel's reports among its messages; private to the console room
 */
#ifndef STABLEQ_SPLAT_H
#define STABLEQ_SPLAT_H

#include "console/console.h"

/* How the end of a report is told. */
enum splat_end {
	END_LINE,	/* its first line is all */
	END_RULE,	/* a line of "=" as long as the one before it: KASAN, older UBSAN */
	END_CUT,	/* "---[ end trace": WARNING, BUG, Oops, newer UBSAN */
	END_HEAD,	/* lockdep: anything up to "stack backtrace:", then as END_TRACE */
	END_TRACE,	/* the last line of its stack trace */
	END_NEVER,	/* panic: nothing follows */
};

struct splat_start {
	enum splat_kind kind;
	enum splat_end end;
};

/**
 * splat_match() - does a report begin with this line?
 * @line: kernel message without time stamp
 * @rule: length of the line of "=" right before it; 0: there was none
 * @start: what begins
 */
bool splat_match(struct span line, size_t rule, struct splat_start *start);

/** splat_refine() - what a message inside "cut here" says about the kind. Return: if anything. */
bool splat_refine(struct span line, enum splat_kind *kind);

/** splat_belongs() - is it a line as stack traces and register dumps have them? */
bool splat_belongs(struct span line);

/** splat_is_trace() - is it the heading of a stack trace? */
bool splat_is_trace(struct span line);

/** splat_symbol() - "name" if @s begins with "name+0x"; owned by the caller; or NULL. */
char *splat_symbol(struct span s);

/**
 * splat_is_helper() - does a function report other functions' errors? Then its caller tells more.
 */
bool splat_is_helper(const char *function);

/**
 * splat_is_printing() - does a function print the report, so that all above it is of the printing?
 */
bool splat_is_printing(const char *function);

/**
 * splat_is_stale() - does a function say nothing where it stands on user-mode Linux' stack?
 *
 * It can't tell a return address from what lies there since before: of that most is of lockdep, of
 * the clock and of the suites' own stand-ins.
 */
bool splat_is_stale(const char *function);

struct splats;

struct splats *splats_new(void);
/**
 * splats_line() - the next line
 * @line: without time stamp
 * @nr: its number on the console
 * @check: the check that is running, or NULL
 * @raw: it isn't a kernel message (a program printed it)
 */
void splats_line(struct splats *s, struct span line, size_t nr, const char *check, bool raw);
void splats_end(struct splats *s);
const struct splat *splats_get(const struct splats *s, size_t *n, size_t *lost);
void splats_free(struct splats *s);

#endif
