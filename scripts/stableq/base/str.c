// SPDX-License-Identifier: GPL-2.0-only
#include "base/str.h"

#include <stdarg.h>
#include <strings.h>

bool span_starts_nocase(struct span a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.len >= n && !strncasecmp(a.p, prefix, n);
}

bool span_ends(struct span a, const char *suffix)
{
	size_t n = strlen(suffix);

	return a.len >= n && memcmp(a.p + a.len - n, suffix, n) == 0;
}

bool span_is_nocase(struct span a, const char *s)
{
	return a.len == strlen(s) && span_starts_nocase(a, s);
}

bool span_has(struct span s, const char *text)
{
	return s.len && memmem(s.p, s.len, text, strlen(text));
}

bool span_has_c(struct span s, char c)
{
	return s.len && memchr(s.p, c, s.len);
}

size_t span_run(struct span s, int (*is)(int c))
{
	size_t n = 0;

	while (n < s.len && is((unsigned char)s.p[n]))
		n++;
	return n;
}

bool span_take(struct span *s, const char *prefix)
{
	if (!span_starts(*s, prefix))
		return false;
	*s = span_skip(*s, strlen(prefix));
	return true;
}

bool span_take_end(struct span *s, const char *suffix)
{
	if (!span_ends(*s, suffix))
		return false;
	*s = span_chop(*s, strlen(suffix));
	return true;
}

bool span_cut(struct span s, const char *sep, struct span *head, struct span *tail)
{
	const char *at = s.len ? memmem(s.p, s.len, sep, strlen(sep)) : NULL;
	size_t n = at ? (size_t)(at - s.p) : s.len;

	*head = span_head(s, n);
	*tail = span_skip(s, at ? n + strlen(sep) : n);
	return at != NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span span_trim(struct span s)
{
	while (s.len && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

struct span span_behind_last(struct span s, char c)
{
	size_t i = s.len;

	while (i && s.p[i - 1] != c)
		i--;
	return span_skip(s, i);
}

bool span_word(struct span *rest, struct span *word)
{
	size_t n = 0;

	*rest = span_trim(*rest);
	while (n < rest->len && !is_blank(rest->p[n]))
		n++;
	*word = span_head(*rest, n);
	*rest = span_skip(*rest, n);
	return n > 0;
}

bool span_line(struct span *rest, struct span *line)
{
	const char *nl;

	if (!rest->len)
		return false;
	nl = memchr(rest->p, '\n', rest->len);
	line->p = rest->p;
	line->len = nl ? (size_t)(nl - rest->p) : rest->len;
	rest->len -= line->len + (nl ? 1 : 0);
	rest->p += line->len + (nl ? 1 : 0);
	return true;
}

char *span_dup(struct span s)
{
	char *d = xmalloc(s.len + 1);

	if (s.len)
		memcpy(d, s.p, s.len);
	d[s.len] = '\0';
	return d;
}

char *str_reserve(struct str *b, size_t n)
{
	size_t want = b->len + n + 1;

	if (want > b->cap) {
		size_t cap = b->cap ? b->cap : 64;

		while (cap < want)
			cap *= 2;
		b->s = xrealloc(b->s, cap);
		b->cap = cap;
		b->s[b->len] = '\0';
	}
	return b->s + b->len;
}

char *str_exact(struct str *b, size_t n)
{
	if (b->len + n + 1 > b->cap) {
		b->cap = size_class(b->len + n + 1);
		b->s = xrealloc(b->s, b->cap);
		b->s[b->len] = '\0';
	}
	return b->s + b->len;
}

void str_add(struct str *b, const void *p, size_t n)
{
	char *to = str_reserve(b, n);

	if (n)
		memcpy(to, p, n);
	b->len += n;
	b->s[b->len] = '\0';
}

void str_adds(struct str *b, const char *s)
{
	str_add(b, s, strlen(s));
}

void str_addc(struct str *b, char c)
{
	str_add(b, &c, 1);
}

static void str_addv(struct str *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n <= 0)
		return;
	vsnprintf(str_reserve(b, (size_t)n), (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void str_addf(struct str *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_addv(b, fmt, ap);
	va_end(ap);
}

void str_trunc(struct str *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->s[len] = '\0';
}

void str_free(struct str *b)
{
	free(b->s);
	*b = (struct str)STR_INIT;
}

char *str_take(struct str *b)
{
	char *s = b->s ? b->s : xstrdup("");

	*b = (struct str)STR_INIT;
	return s;
}

static void strv_push(struct strv *v, char *owned)
{
	v->v = xrealloc(v->v, (v->n + 2) * sizeof(*v->v));
	v->v[v->n++] = owned;
	v->v[v->n] = NULL;
}

void strv_add(struct strv *v, const char *s)
{
	strv_push(v, xstrdup(s));
}

void strv_addf(struct strv *v, const char *fmt, ...)
{
	struct str b = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_addv(&b, fmt, ap);
	va_end(ap);
	strv_push(v, str_take(&b));
}

bool strv_has(const struct strv *v, const char *s)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->v[i], s))
			return true;
	return false;
}

void strv_add_lines(struct strv *v, const char *text)
{
	struct span rest = span_of(text), line;

	while (span_line(&rest, &line))
		strv_addf(v, SPAN_FMT, SPAN_ARG(line));
}

char *strv_lines(const struct strv *v)
{
	struct str s = STR_INIT;

	for (size_t i = 0; i < v->n; i++)
		str_addf(&s, "%s\n", v->v[i]);
	return str_take(&s);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strv_sort(struct strv *v)
{
	if (v->n)
		qsort(v->v, v->n, sizeof(*v->v), by_bytes);
}

void strv_unique(struct strv *v)
{
	size_t n = 0;

	strv_sort(v);
	for (size_t i = 0; i < v->n; i++) {
		if (n && !strcmp(v->v[i], v->v[n - 1]))
			free(v->v[i]);
		else
			v->v[n++] = v->v[i];
	}
	if (v->n)
		v->v[n] = NULL;
	v->n = n;
}

void strv_free(struct strv *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->v[i]);
	free(v->v);
	*v = (struct strv)STRV_INIT;
}
