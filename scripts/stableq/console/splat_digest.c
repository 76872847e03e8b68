// SPDX-License-Identifier: GPL-2.0-only
/*
 * console/splat_digest.c - a report in the few lines that a changelog has of it
 */
#include <ctype.h>

#include "console/splat.h"

#define TRACE_MAX 5		/* functions of a stack that are named */
#define WIDTH_MAX 70
#define ADDRESS_DIGITS 12	/* fewer may be a number that means something */

/* Where in the report we are: which stack, and how much of it is said. */
struct digest {
	struct str *to;
	const char *until;	/* the function that the reader knows anyway; or NULL */
	struct strv named;	/* functions of this stack */
	size_t max;
	const char *heading;	/* said before the first of them */
	size_t begun;		/* where in @to this stack begins */
	bool titled;
};

static size_t hex_behind(struct span s, size_t n)
{
	return n + span_run(span_skip(s, n), isxdigit);
}

/* Addresses, offsets and process numbers differ from boot to boot, and say nothing to a reader. */
static void add_line(struct str *to, struct span s, const char *indent)
{
	size_t start = to->len;

	str_adds(to, indent);
	for (size_t i = 0; i < s.len;) {
		struct span rest = span_skip(s, i);
		size_t skip = 0, digits;

		if (span_starts(rest, "+0x") || span_starts(rest, "/0x"))
			skip = hex_behind(rest, 3);
		else if (span_starts(rest, " at addr "))
			skip = hex_behind(rest, 9);
		else if (span_starts(rest, "/") && rest.len > 1 &&
			 isdigit((unsigned char)rest.p[1]) && hex_behind(rest, 1) == rest.len)
			skip = rest.len;
		digits = i && isalnum((unsigned char)s.p[i - 1]) ? 0 : span_run(rest, isxdigit);
		if (digits >= ADDRESS_DIGITS) {
			str_adds(to, "ADDRESS");
			skip = digits;
		}
		if (!skip)
			str_addc(to, s.p[i]);
		i += skip ? skip : 1;
	}
	if (to->len - start > WIDTH_MAX) {
		str_trunc(to, start + WIDTH_MAX - 2);
		str_adds(to, "..");
	}
	str_addc(to, '\n');
}

/* "[<60402f4e>] ? nfsd_file_gc+0x102/0x150": the function that was called; or NULL. */
static char *called(struct span line)
{
	struct span address, rest;
	char *symbol;

	line = span_trim(line);
	if (span_starts(line, "[<") && span_cut(line, "]", &address, &rest))
		line = span_trim(rest);
	span_take(&line, "? ");
	symbol = splat_symbol(line);
	/* An address at a function's very beginning lies on the stack for another reason. */
	if (symbol && span_has(span_skip(line, strlen(symbol)), "+0x0/")) {
		free(symbol);
		return NULL;
	}
	return symbol;
}

static void begin_stack(struct digest *d, const char *heading, size_t max)
{
	d->heading = heading;
	d->max = max;
	strv_free(&d->named);
	d->begun = d->to->len;
}

static void on_stack(struct digest *d, struct span line)
{
	_cleanup_free_ char *fn = called(line);
	bool skip = !fn || !d->max || splat_is_helper(fn) || splat_is_stale(fn) ||
		strv_has(&d->named, fn);

	if (fn && d->max && splat_is_printing(fn)) {
		str_trunc(d->to, d->begun);
		begin_stack(d, d->heading, d->max);
	}
	if (fn && d->until && !strcmp(fn, d->until)) {
		d->max = 0;
		skip = true;
	}
	if (skip || d->named.n >= d->max)
		return;
	if (!d->named.n)
		str_addf(d->to, "%s\n", d->heading);
	add_line(d->to, span_of(fn), " ");
	strv_add(&d->named, fn);
}

static void digest_line(struct digest *d, const struct splat *s, struct span line)
{
	struct span text = span_trim(line);

	if (!d->titled && span_has(text, s->title)) {
		add_line(d->to, span_of(s->title), "");
		d->titled = true;
	} else if (span_starts(text, "Read of size ") || span_starts(text, "Write of size ")) {
		add_line(d->to, text, "");
	} else if (splat_is_trace(text)) {
		begin_stack(d, "Call Trace:", TRACE_MAX);
	} else if (span_starts(text, "Freed by task")) {
		begin_stack(d, "Freed by:", 1);
	} else if (span_starts(text, "Allocated by task") ||
		   span_starts(text, "The buggy address") ||
		   span_starts(text, "Last potentially related")) {
		d->max = 0;
	} else {
		on_stack(d, line);
	}
}

char *splat_digest(const struct splat *s, const char *until)
{
	struct str to = STR_INIT;
	struct digest d = { .to = &to, .until = until };
	struct span rest = span_of(s->text), line;

	while (span_line(&rest, &line))
		digest_line(&d, s, line);
	if (!d.titled)
		add_line(&to, span_of(s->title), "");
	strv_free(&d.named);
	return str_take(&to);
}

/* Where in the suite that is changes with the suite; how many parameters it has does, too. */
static bool tells(struct span line)
{
	static const char *const not[] = {
		"EXPECTATION FAILED at", "ASSERTION FAILED at", ": pass:",
	};

	for (size_t i = 0; i < ARRAY_SIZE(not); i++)
		if (span_has(line, not[i]))
			return false;
	return line.len > 0;
}

/* What a case with parameters says of each is told once. */
static void add_once(struct strv *lines, struct span said)
{
	_cleanup_str_ struct str line = STR_INIT;

	add_line(&line, said, "");
	if (!strv_has(lines, line.s))
		strv_add(lines, line.s);
}

char *splat_digest_words(const char *said, size_t lines)
{
	_cleanup_strv_ struct strv told = STRV_INIT;
	struct str to = STR_INIT;
	struct span rest = span_of(said), line;

	while (told.n < lines && span_line(&rest, &line)) {
		line = span_trim(line);
		if (tells(line))
			add_once(&told, line);
	}
	for (size_t i = 0; i < told.n; i++)
		str_adds(&to, told.v[i]);
	return str_take(&to);
}
