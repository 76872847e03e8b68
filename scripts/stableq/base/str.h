/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/str.h - strings that carry their length: a borrowed span and a growing buffer
 *
 * Files under test hold any byte, NUL included, so nothing here relies on a terminator. A struct
 * str is still always terminated, so that its text can be given to C functions when it is text.
 */
#ifndef STABLEQ_STR_H
#define STABLEQ_STR_H

#include <string.h>

#include "base/base.h"

/* Borrowed bytes; not terminated. */
struct span {
	const char *p;
	size_t len;
};

#define SPAN_EMPTY ((struct span){ "", 0 })
#define SPAN_FMT "%.*s"
#define SPAN_ARG(s) (int)(s).len, (s).p

static inline struct span span_of(const char *s)
{
	return (struct span){ s, strlen(s) };
}

static inline bool span_eq(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline bool span_is(struct span a, const char *s)
{
	return span_eq(a, span_of(s));
}

static inline bool span_starts(struct span a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.len >= n && memcmp(a.p, prefix, n) == 0;
}

/** span_starts_nocase() - letters of either case are the same, as in mail headers. */
bool span_starts_nocase(struct span a, const char *prefix);

bool span_ends(struct span a, const char *suffix);

/** span_is_nocase() - are they the same but for the case of letters? */
bool span_is_nocase(struct span a, const char *s);

/** span_has() - does @text stand anywhere in it? span_has_c() - the byte @c, which may be NUL? */
bool span_has(struct span s, const char *text);
bool span_has_c(struct span s, char c);

/** span_last() - its last byte; 0 when there is none. */
static inline char span_last(struct span s)
{
	return s.len ? s.p[s.len - 1] : '\0';
}

/* Parts of it. Whoever asks for more than there is gets what there is. */

/** span_head() - its first @n bytes. */
static inline struct span span_head(struct span s, size_t n)
{
	return (struct span){ s.p, MIN(n, s.len) };
}

/** span_skip() - without its first @n bytes. */
static inline struct span span_skip(struct span s, size_t n)
{
	n = MIN(n, s.len);
	return (struct span){ s.p + n, s.len - n };
}

/** span_chop() - without its last @n bytes. */
static inline struct span span_chop(struct span s, size_t n)
{
	return span_head(s, s.len - MIN(n, s.len));
}

/** span_run() - how many bytes at its beginning are of a kind: isdigit() and the like. */
size_t span_run(struct span s, int (*is)(int c));

/** span_past() - without those. */
static inline struct span span_past(struct span s, int (*is)(int c))
{
	return span_skip(s, span_run(s, is));
}

/**
 * span_take() - take @prefix off its beginning, span_take_end() @suffix off its end, if it is
 * there.
 */
bool span_take(struct span *s, const char *prefix);
bool span_take_end(struct span *s, const char *suffix);

/**
 * span_cut() - cut it at the first @sep
 * @head: what is before; all when there is no @sep
 * @tail: what is behind; or nothing, at the end of @s. Either may be where @s itself is
 *
 * Return: whether there is one.
 */
bool span_cut(struct span s, const char *sep, struct span *head, struct span *tail);

/** span_behind_last() - what is behind its last @c; all of it when there is none. */
struct span span_behind_last(struct span s, char c);

/**
 * span_word() - take the next word off @rest, up to white space. Return: false when there is none.
 */
bool span_word(struct span *rest, struct span *word);

/** span_trim() - without blanks, tabs, CR and LF at both ends. */
struct span span_trim(struct span s);

/**
 * span_line() - take the next line off @rest
 * @rest: the text still to be read; advanced past the line and its newline
 * @line: the line without its newline (a CR stays)
 *
 * Return: false when @rest was empty.
 */
bool span_line(struct span *rest, struct span *line);

/** span_dup() - a terminated copy, owned by the caller. */
char *span_dup(struct span s);

/* A growing buffer; s is NULL or terminated. */
struct str {
	char *s;
	size_t len;
	size_t cap;
};

#define STR_INIT { NULL, 0, 0 }

void str_add(struct str *b, const void *p, size_t n);
void str_adds(struct str *b, const char *s);
void str_addc(struct str *b, char c);
void str_addf(struct str *b, const char *fmt, ...) __printf(2, 3);
/** str_reserve() - room for @n more bytes and a terminator. Return: where they go. */
char *str_reserve(struct str *b, size_t n);
/** str_exact() - the same, with hardly more. */
char *str_exact(struct str *b, size_t n);
void str_trunc(struct str *b, size_t len);
void str_free(struct str *b);
/** str_take() - the text, terminated, now owned by the caller; @b is empty. Never NULL. */
char *str_take(struct str *b);

static inline struct span str_span(const struct str *b)
{
	return (struct span){ b->s ? b->s : "", b->len };
}

#define _cleanup_str_ _cleanup_(str_free)

/* A list of owned strings. */
struct strv {
	char **v;	/* NULL or n pointers followed by a NULL, as execv() wants it */
	size_t n;
};

#define STRV_INIT { NULL, 0 }

void strv_add(struct strv *v, const char *s);
void strv_addf(struct strv *v, const char *fmt, ...) __printf(2, 3);
bool strv_has(const struct strv *v, const char *s);
/** strv_sort() - as strcmp(). strv_unique() - and what is there twice, once. */
void strv_sort(struct strv *v);
void strv_unique(struct strv *v);
/** strv_add_lines() - every line of a text. */
void strv_add_lines(struct strv *v, const char *text);
/** strv_lines() - one text, each string on a line of its own; owned by the caller. */
char *strv_lines(const struct strv *v);
void strv_free(struct strv *v);

#define _cleanup_strv_ _cleanup_(strv_free)

#endif
