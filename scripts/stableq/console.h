/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * console.h - a guest's console: lines, kernel splats and the guest's own markers
 *
 * Fed with bytes as they come, any bytes. Keeps every splat whole and attributes it to the check
 * between whose markers it stands.
 */
#ifndef STABLEQ_CONSOLE_H
#define STABLEQ_CONSOLE_H

#include "str.h"

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
	char *text;		/* the whole report, without time stamps */
	char *check;		/* check it happened in; NULL: outside any */
	size_t line;		/* of the console, from 1 */
};

struct console;

/**
 * console_new() - a parser
 * @ktap: gets every line that isn't a kernel message (time stamp and level removed); may be NULL
 *
 * Lines are cut at 4096 bytes; other than printing characters are shown as \xNN.
 */
typedef void (*console_line_fn)(void *ctx, struct span line);
struct console *console_new(console_line_fn ktap, void *ctx);
void console_feed(struct console *c, const char *p, size_t n);
/** console_end() - no more will come: closes an open splat. */
void console_end(struct console *c);
void console_free(struct console *c);

const struct splat *console_splats(const struct console *c, size_t *n);
/** console_done() - did the guest say "stableq: done"? */
bool console_done(const struct console *c);
/** console_last() - the last lines seen, for reports of hangs; owned by @c. */
const char *console_last(const struct console *c);
/** console_check_seen() - did the guest begin (and end) this check? */
bool console_check_seen(const struct console *c, const char *check, bool *ended);

const char *splat_kind_name(enum splat_kind kind);

#endif
