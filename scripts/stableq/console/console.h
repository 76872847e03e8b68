/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * console/console.h - a guest's console: lines, kernel splats and the guest's own markers
 *
 * Fed with bytes as they come, any bytes. Keeps every splat whole and attributes it to the check
 * between whose markers it stands.
 */
#ifndef STABLEQ_CONSOLE_H
#define STABLEQ_CONSOLE_H

#include "base/str.h"

enum splat_kind {
	SPLAT_KASAN,
	SPLAT_UBSAN,
	SPLAT_LOCKDEP,		/* circular, recursive, invalid context, bad unlock balance … */
	SPLAT_RCU,		/* suspicious usage, stalls */
	SPLAT_WARNING,
	SPLAT_BUG,
	SPLAT_OOPS,
	SPLAT_STALL,		/* soft and hard lockup, hung task */
	SPLAT_LEAK,		/* kmemleak, objects remaining in a cache */
	SPLAT_REFCOUNT,
	SPLAT_LIST,		/* list_add/list_del corruption */
	SPLAT_DEBUGOBJ,
	SPLAT_PANIC,
};

struct splat {
	enum splat_kind kind;
	char *title;		/* its first telling line, without time stamp */
	char *function;		/* where, if the report says: "nfsd4_cb_sequence_done"; or NULL */
	char *text;		/* the whole report, without time stamps; at most 64 KiB */
	char *check;		/* check it began in; NULL: outside any */
	size_t line;		/* of the console, from 1 */
	bool nested;		/* began while another was being printed, often its consequence */
};

struct console;

typedef void (*console_line_fn)(void *ctx, struct span line);

/**
 * console_new() - a parser
 * @ktap: gets every line that isn't a kernel message, and the kernel messages that are KTAP (KUnit
 *	prints its results by printk(), and a guest may write its own to /dev/kmsg), all without
 *	time stamp, level and caller; never the guest's markers; may be NULL
 * @ctx: for @ktap
 *
 * Lines are cut at 4096 bytes; other than printing characters are shown as \xNN, terminal escape
 * sequences are dropped. The guest's markers are "stableq: check NAME begin", "stableq: check NAME
 * end" and "stableq: done", printed or written to /dev/kmsg.
 */
struct console *console_new(console_line_fn ktap, void *ctx);
void console_feed(struct console *c, const char *p, size_t n);
/** console_end() - no more will come: closes an open splat. */
void console_end(struct console *c);
void console_free(struct console *c);

/** console_splats() - in the order in which they began, 200 at most; valid until more is fed. */
const struct splat *console_splats(const struct console *c, size_t *n);
/** console_splats_lost() - how many more there were. */
size_t console_splats_lost(const struct console *c);
/** console_done() - did the guest say "stableq: done"? */
bool console_done(const struct console *c);
/** console_spoke() - has the guest's init said anything, or a test of the kernel's its results? */
bool console_spoke(const struct console *c);
/** console_booted() - did a kernel say anything (a line with a time stamp)? */
bool console_booted(const struct console *c);
/** console_last() - the last lines seen, for reports of hangs; owned by @c. */
const char *console_last(const struct console *c);
/** console_check_seen() - did the guest begin (and end) this check? */
bool console_check_seen(const struct console *c, const char *check, bool *ended);

const char *splat_kind_name(enum splat_kind kind);
extern const char *const splat_kind_names[];	/* by kind, NULL at the end */

/**
 * splat_mentions() - does a function stand where the report is about?
 * @function: its plain name; the compiler's suffixes (.isra.0, .cold) don't matter
 *
 * The title, the registers and the stack of the error itself count; the stacks of an object's
 * allocation and freeing don't. @s->function is only what the report names, and that may be a
 * helper such as do_raw_spin_lock(); User-mode Linux marks all of a stack trace as uncertain.
 */
bool splat_mentions(const struct splat *s, const char *function);

/**
 * splat_digest() - a report in the few lines that a changelog has of it
 *
 * @until: the function below which the reader knows the stack, say a test case; or NULL
 *
 * Its title, what was accessed, the functions on the stack of the error and the one that freed the
 * object; without addresses, offsets and process numbers, so that it is the same on the next boot.
 * Return: lines of at most 70 columns, owned by the caller.
 */
char *splat_digest(const struct splat *s, const char *until);

/** splat_digest_words() - the same of what a KUnit case said, at most @lines of it, each once. */
char *splat_digest_words(const char *said, size_t lines);

#endif
