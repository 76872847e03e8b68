/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * out/out.h - everything a person or program reads goes through one context
 *
 * Results go to standard output, everything else (progress, warnings) to standard error, so that
 * `--format json` prints exactly one object. Tests point both at memory.
 *
 * Subjects, names and messages come from files that others wrote. Whatever is given for %s is made
 * visible (text.h), so that no terminal obeys it, and widths and precisions count columns.
 */
#ifndef STABLEQ_OUT_H
#define STABLEQ_OUT_H

#include "base/err.h"
#include "base/str.h"

enum out_format {
	OUT_TEXT,
	OUT_JSON,
	OUT_MARKDOWN,		/* verbs that have it say so in struct cmd */
};

enum out_color {
	OUT_PLAIN,
	OUT_BOLD,
	OUT_DIM,
	OUT_RED,
	OUT_GREEN,
	OUT_YELLOW,
};

struct out {
	FILE *res;		/* results */
	FILE *log;		/* progress and messages */
	enum out_format format;
	bool res_color;		/* res is a terminal and NO_COLOR is not set */
	bool log_tty;		/* log is a terminal that can redraw a line */
	bool log_color;
	bool quiet;		/* no progress */
	bool status_shown;	/* an unfinished progress line stands on the terminal */
	unsigned int warnings;	/* printed so far */
	double tick;		/* seconds of silence on a log that is no terminal; 0: no limit */
	double spoke;		/* when its last line was printed, monotonic seconds */
	char status[512];	/* what is being done, should it be asked for; "" for nothing */
	double since;		/* when that was last said to out_status() */
	int lost;		/* errno of the first result that could not be written, or 0 */
};

/**
 * out_init() - standard streams, terminals detected, NO_COLOR (no-color.org) respected
 *
 * $STABLEQ_TICK is the tick in seconds; a minute without it.
 */
void out_init(struct out *out);

/**
 * out_on()/out_off() - escape sequences for results, or ""; only they pass through a %s as they
 * are.
 */
const char *out_on(const struct out *out, enum out_color color);
const char *out_off(const struct out *out);

/** out_printf() - a piece of the result; a newline in text given for %s is shown as \n. */
void out_printf(struct out *out, const char *fmt, ...) __printf(2, 3);

/**
 * out_lines() - a piece of the result whose arguments may have lines of their own
 *
 * Each but the first begins with two blanks at least, as in the messages below.
 */
void out_lines(struct out *out, const char *fmt, ...) __printf(2, 3);

/** out_raw() - a piece of the result, byte for byte: JSON, say, which has made its text safe. */
void out_raw(struct out *out, struct span s);

/** out_note() - a plain line on the log; silent with quiet. */
void out_note(struct out *out, const char *fmt, ...) __printf(2, 3);

/** out_warn() - "warning: …" on the log. */
void out_warn(struct out *out, const char *fmt, ...) __printf(2, 3);

/** out_error() - "stableq: …" on the log. */
void out_error(struct out *out, const char *fmt, ...) __printf(2, 3);

/**
 * out_status() - redraw the one progress line
 *
 * On a terminal the line is replaced by the next one or by any other output. Elsewhere steps that
 * matter are said by out_note(), and the line is printed only when nothing was for a minute.
 */
void out_status(struct out *out, const char *fmt, ...) __printf(2, 3);

/**
 * out_tick() - say what is being done, if the log has been silent for a tick
 * @ctx: the struct out
 *
 * For child_on_wait(): what a silent program is doing isn't known, that it is being waited for is.
 */
void out_tick(void *ctx);

/** out_status_clear() - take the progress line away. */
void out_status_clear(struct out *out);

/**
 * out_finish() - see that all results are written
 *
 * Return: 0 or ERR_SYSTEM; @out->lost is EPIPE when the reader went away, which isn't worth a word.
 */
int out_finish(struct out *out, struct err *err) __must_check;

#endif
