// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kconfig's expressions: ||, &&, !, parentheses, comparisons (Documentation/kbuild/
 * kconfig-language.rst).
 */
#include <ctype.h>

#include "kbuild/kconfig.h"

#define DEPTH_MAX 100

struct parser {
	struct span rest;
	const struct kconfig *result;
	struct strv *seen;	/* the symbols met, or NULL */
	unsigned int depth;
};

static enum tristate parse_or(struct parser *p);

static void blanks(struct parser *p)
{
	while (p->rest.len && isspace((unsigned char)p->rest.p[0])) {
		p->rest.p++;
		p->rest.len--;
	}
}

static bool take(struct parser *p, const char *token)
{
	blanks(p);
	if (!span_starts(p->rest, token))
		return false;
	p->rest.p += strlen(token);
	p->rest.len -= strlen(token);
	return true;
}

/* A symbol, a constant, a "text" or a $(macro). */
static struct span operand(struct parser *p)
{
	struct span s = { p->rest.p, 0 };
	int open = 0;

	blanks(p);
	s.p = p->rest.p;
	if (p->rest.len && (p->rest.p[0] == '"' || p->rest.p[0] == '\'')) {
		const char *end = memchr(p->rest.p + 1, p->rest.p[0], p->rest.len - 1);

		s.len = end ? (size_t)(end - s.p) + 1 : p->rest.len;
	} else if (span_starts(p->rest, "$(")) {
		do {
			open += s.p[s.len] == '(';
			open -= s.p[s.len] == ')';
			s.len++;
		} while (s.len < p->rest.len && (open || s.len < 2));
	} else {
		while (s.len < p->rest.len &&
		       (isalnum((unsigned char)s.p[s.len]) || strchr("_.-", s.p[s.len])))
			s.len++;
	}
	p->rest.p += s.len;
	p->rest.len -= s.len;
	return s;
}

static bool constant(struct span s)
{
	return !s.len || s.p[0] == '"' || s.p[0] == '\'' || s.p[0] == '$' || span_is(s, "y") ||
	       span_is(s, "m") || span_is(s, "n") || isdigit((unsigned char)s.p[0]);
}

/* What an operand stands for, without quotes; owned by the caller. */
static char *text_of(struct parser *p, struct span s)
{
	_cleanup_free_ char *name = span_dup(s);
	const char *value = name;
	size_t n;

	if (!constant(s)) {
		value = kconfig_get(p->result, name);
		if (p->seen && !strv_has(p->seen, name))
			strv_add(p->seen, name);
	}
	n = strlen(value);
	if (n > 1 && (value[0] == '"' || value[0] == '\''))
		return xstrndup(value + 1, n - 2);
	return xstrdup(value);
}

static enum tristate tristate_of(const char *text)
{
	/* What a macro of the compiler comes to can't be told from here: it is no obstacle. */
	if (text[0] == '$' || !strcmp(text, "y"))
		return TRI_Y;
	return !strcmp(text, "m") ? TRI_M : TRI_N;
}

static int compare(const char *a, const char *b)
{
	char *end_a, *end_b;
	long long x = strtoll(a, &end_a, 0), y = strtoll(b, &end_b, 0);

	if (*a && *b && !*end_a && !*end_b)
		return (x > y) - (x < y);
	return strcmp(a, b);
}

static enum tristate parse_operand(struct parser *p)
{
	static const char *const signs[] = { "!=", "<=", ">=", "=", "<", ">" };
	_cleanup_free_ char *left = text_of(p, operand(p));

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		_cleanup_free_ char *right = NULL;
		int c;

		if (!take(p, signs[i]))
			continue;
		right = text_of(p, operand(p));
		c = compare(left, right);
		switch (i) {
		case 0:
			return c ? TRI_Y : TRI_N;
		case 1:
			return c <= 0 ? TRI_Y : TRI_N;
		case 2:
			return c >= 0 ? TRI_Y : TRI_N;
		case 3:
			return c ? TRI_N : TRI_Y;
		case 4:
			return c < 0 ? TRI_Y : TRI_N;
		default:
			return c > 0 ? TRI_Y : TRI_N;
		}
	}
	return tristate_of(left);
}

static enum tristate parse_not(struct parser *p)
{
	enum tristate v;

	if (++p->depth > DEPTH_MAX)
		return TRI_Y;
	blanks(p);
	if (!span_starts(p->rest, "!=") && take(p, "!"))
		return TRI_Y - parse_not(p);
	if (!take(p, "("))
		return parse_operand(p);
	v = parse_or(p);
	take(p, ")");
	return v;
}

static enum tristate parse_and(struct parser *p)
{
	enum tristate v = parse_not(p);

	while (take(p, "&&")) {
		enum tristate w = parse_not(p);

		v = MIN(v, w);
	}
	return v;
}

static enum tristate parse_or(struct parser *p)
{
	enum tristate v = parse_and(p);

	while (take(p, "||")) {
		enum tristate w = parse_and(p);

		v = MAX(v, w);
	}
	return v;
}

enum tristate kconfig_eval(struct span expr, const struct kconfig *result)
{
	struct parser p = { .rest = expr, .result = result };

	return parse_or(&p);
}

/* One part of an AND: "FSNOTIFY (=n)", "(A || B) (A=n, B=n)". */
static void add_unmet(struct span part, const struct kconfig *result, struct strv *unmet)
{
	_cleanup_strv_ struct strv seen = STRV_INIT;
	_cleanup_str_ struct str text = STR_INIT;
	struct parser p = { .rest = part, .result = result, .seen = &seen };

	parse_or(&p);
	str_addf(&text, SPAN_FMT " (", SPAN_ARG(part));
	for (size_t i = 0; i < seen.n; i++) {
		bool alone = span_is(part, seen.v[i]);

		str_addf(&text, "%s%s=%s", i ? ", " : "", alone ? "" : seen.v[i],
			 kconfig_get(result, seen.v[i]));
	}
	str_addc(&text, ')');
	if (!strv_has(unmet, text.s))
		strv_add(unmet, text.s);
}

void kconfig_unmet(struct span expr, const struct kconfig *result, enum tristate wanted,
		   struct strv *unmet)
{
	size_t start = 0;
	int open = 0;

	/* An OR binds less than the ANDs in it: then the whole is one part. */
	for (size_t i = 0; i + 1 < expr.len; i++) {
		open += (expr.p[i] == '(') - (expr.p[i] == ')');
		if (!open && expr.p[i] == '|' && expr.p[i + 1] == '|') {
			if (kconfig_eval(expr, result) < wanted)
				add_unmet(span_trim(expr), result, unmet);
			return;
		}
	}
	open = 0;
	for (size_t i = 0; i <= expr.len; i++) {
		bool end = i == expr.len;
		struct span part = { expr.p + start, i - start };

		if (!end)
			open += (expr.p[i] == '(') - (expr.p[i] == ')');
		if (!end && (open || i + 1 >= expr.len || expr.p[i] != '&' || expr.p[i + 1] != '&'))
			continue;
		part = span_trim(part);
		if (part.len && kconfig_eval(part, result) < wanted)
			add_unmet(part, result, unmet);
		start = i + 2;
		i++;
	}
}
