// SPDX-License-Identifier: GPL-2.0-only
#include "gen_doc.h"

static void doc_insert(struct doc *d, size_t at, const char *line)
{
	d->l = xrealloc(d->l, (d->n + 1) * sizeof(*d->l));
	memmove(&d->l[at + 1], &d->l[at], (d->n - at) * sizeof(*d->l));
	d->l[at] = xstrdup(line);
	d->n++;
}

static void doc_delete(struct doc *d, size_t at)
{
	free(d->l[at]);
	memmove(&d->l[at], &d->l[at + 1], (d->n - at - 1) * sizeof(*d->l));
	d->n--;
}

void doc_free(struct doc *d)
{
	while (d->n)
		free(d->l[--d->n]);
	free(d->l);
	*d = (struct doc){ 0 };
}

struct doc doc_copy(const struct doc *d)
{
	struct doc c = { 0 };

	for (size_t i = 0; i < d->n; i++)
		doc_insert(&c, i, d->l[i]);
	return c;
}

struct doc doc_split(struct span s)
{
	struct doc d = { 0 };
	struct span line;

	while (span_line(&s, &line)) {
		_cleanup_free_ char *t = xasprintf(SPAN_FMT "%s", SPAN_ARG(line),
						   line.p + line.len < s.p ? "\n" : "");

		doc_insert(&d, d.n, t);
	}
	return d;
}

void doc_join(const struct doc *d, struct str *to)
{
	for (size_t i = 0; i < d->n; i++)
		str_adds(to, d->l[i]);
}

/* Few different lines, so that a hunk's context stands in more than one place. */
static char *some_line(struct rng *r, bool crlf)
{
	/* Hunks at both ends of a file of three lines: where context rules show. */
	static const char *const few[] = { "a", "b", "" };
	static const char *const text[] = {
		"", "}", "\t}", "\treturn 0;", "\tif (x)", "\t\tgoto out;", "{", "\tlock(&a);",
		"\tunlock(&a);", "\tx = y;",
	};
	const char *nl = crlf ? "\r\n" : "\n";

	if (r->few)
		return xasprintf("%s%s", few[rng_below(r, ARRAY_SIZE(few))], nl);
	if (rng_chance(r, 45))
		return xasprintf("%s%s", text[rng_below(r, ARRAY_SIZE(text))], nl);
	if (rng_chance(r, 2))
		return xasprintf("-- %u%s", rng_below(r, 9), nl);
	return xasprintf("\tcall_%u(%u);%s", rng_below(r, 6), rng_below(r, 30), nl);
}

static void chop_newline(struct doc *d)
{
	char *last = d->n ? d->l[d->n - 1] : NULL;
	size_t n = last ? strlen(last) : 0;

	/* An empty last line without a newline is no line. */
	if (n > 1 && last[n - 1] == '\n')
		last[n - 1] = '\0';
}

struct doc doc_some(struct rng *r, unsigned int max, bool crlf)
{
	unsigned int n = 1 + rng_below(r, r->few || rng_chance(r, 20) ? 6 : max);
	struct doc d = { 0 };

	for (unsigned int i = 0; i < n; i++) {
		_cleanup_free_ char *l = some_line(r, crlf);

		doc_insert(&d, d.n, l);
	}
	/* A near-duplicate of a region, as kernel code has them. */
	if (rng_chance(r, 40) && d.n > 6) {
		size_t from = rng_below(r, (unsigned int)d.n - 5);
		size_t len = 2 + rng_below(r, 8);
		size_t to = rng_below(r, (unsigned int)d.n);

		for (size_t i = 0; i < len && from + i < d.n; i++) {
			_cleanup_free_ char *l = xstrdup(d.l[from + i]);

			doc_insert(&d, MIN(to + i, d.n), l);
		}
	}
	if (rng_chance(r, 15))
		chop_newline(&d);
	return d;
}

void script_add(struct script *s, char kind, const char *line)
{
	s->v = xrealloc(s->v, (s->n + 1) * sizeof(*s->v));
	s->v[s->n++] = (struct op){ kind, xstrdup(line) };
}

void script_free(struct script *s)
{
	while (s->n)
		free(s->v[--s->n].line);
	free(s->v);
	*s = (struct script){ 0 };
}

static bool ends_line(const char *l)
{
	size_t n = strlen(l);

	return n && l[n - 1] == '\n';
}

void doc_edit(struct rng *r, const struct doc *old, bool crlf, struct doc *new,
	      struct script *s)
{
	unsigned int rate = 3 + rng_below(r, 20);
	bool first = rng_chance(r, 15), last = rng_chance(r, 15), changed = false;
	bool chop = rng_chance(r, 8);
	size_t must = rng_below(r, (unsigned int)old->n + 1);

	for (size_t i = 0; i <= old->n; i++) {
		bool here = rng_chance(r, rate) || (first && !i) || (last && i + 1 >= old->n) ||
			    (!changed && i >= must);
		bool kill = here && i < old->n && rng_chance(r, 60);
		unsigned int add = here && (!kill || rng_chance(r, 60)) ? 1 + rng_below(r, 3) : 0;

		for (unsigned int k = 0; k < add; k++) {
			_cleanup_free_ char *l = some_line(r, crlf);

			/* Behind a last line without newline nothing can be added. */
			if (i == old->n && new->n && !ends_line(new->l[new->n - 1]))
				break;
			script_add(s, '+', l);
			doc_insert(new, new->n, l);
			changed = true;
		}
		if (i == old->n)
			break;
		script_add(s, kill ? '-' : ' ', old->l[i]);
		changed |= kill;
		if (!kill)
			doc_insert(new, new->n, old->l[i]);
	}
	/* The newline at the end comes or goes: the last line changes. */
	if (chop && new->n && s->n && s->v[s->n - 1].kind != '-') {
		struct op *o = &s->v[s->n - 1];
		_cleanup_free_ char *was = xstrdup(new->l[new->n - 1]);
		size_t n = strlen(was);

		if (ends_line(was) && n > 1) {
			if (o->kind == ' ') {
				o->kind = '-';
				script_add(s, '+', was);
				o = &s->v[s->n - 1];
			}
			o->line[n - 1] = '\0';
			new->l[new->n - 1][n - 1] = '\0';
		}
	}
}

bool script_sane(const struct script *s)
{
	size_t last_old = s->n, last_new = s->n;
	bool change = false;

	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].kind != '+')
			last_old = i;
		if (s->v[i].kind != '-')
			last_new = i;
		change |= s->v[i].kind != ' ';
	}
	for (size_t i = 0; i < s->n; i++) {
		if (ends_line(s->v[i].line))
			continue;
		if ((s->v[i].kind != '+' && i != last_old) ||
		    (s->v[i].kind != '-' && i != last_new))
			return false;
	}
	return change;
}

static void emit_line(struct str *to, const struct op *o)
{
	str_addc(to, o->kind);
	str_adds(to, o->line);
	if (!ends_line(o->line))
		str_adds(to, "\n\\ No newline at end of file\n");
}

static void emit_range(struct str *to, char sign, long start, size_t len)
{
	/* Of no lines, the number is that of the line before. */
	if (!len)
		start--;
	if (len == 1)
		str_addf(to, " %c%ld", sign, start);
	else
		str_addf(to, " %c%ld,%zu", sign, start, len);
}

void script_emit(struct rng *r, struct str *to, const struct script *s, bool odd)
{
	size_t i = 0, done = 0;
	long old = 1, new = 1;	/* of op @done */

	while (i < s->n) {
		size_t before = rng_chance(r, odd ? 60 : 95) ? 3 : rng_below(r, 6);
		size_t after = rng_chance(r, odd ? 70 : 100) ? before : rng_below(r, 6);
		size_t start, end, old_len = 0, new_len = 0, last;
		long shift = 0;

		while (i < s->n && s->v[i].kind == ' ')
			i++;
		if (i == s->n)
			break;
		start = i - done > before ? i - before : done;
		for (last = i, end = i; end < s->n && end - last <= before + after + 1; end++)
			if (s->v[end].kind != ' ')
				last = end;
		end = MIN(last + 1 + after, s->n);
		for (; done < start; done++) {
			old += s->v[done].kind != '+';
			new += s->v[done].kind != '-';
		}
		for (size_t k = start; k < end; k++) {
			old_len += s->v[k].kind != '+';
			new_len += s->v[k].kind != '-';
		}
		if (odd && rng_chance(r, 15) && old > 6 && old_len)
			shift = (long)rng_below(r, 9) - 4;
		str_adds(to, "@@");
		emit_range(to, '-', old + shift, old_len);
		emit_range(to, '+', new + shift, new_len);
		str_adds(to, rng_chance(r, 30) ? " @@ static int f(void)\n" : " @@\n");
		for (size_t k = start; k < end; k++)
			emit_line(to, &s->v[k]);
		for (; done < end; done++) {
			old += s->v[done].kind != '+';
			new += s->v[done].kind != '-';
		}
		i = end;
	}
}

void doc_drift(struct rng *r, struct doc *d, bool crlf)
{
	unsigned int times = rng_chance(r, 30) ? 0 : 1 + rng_below(r, 3);

	for (unsigned int t = 0; t < times && d->n; t++) {
		size_t at = rng_below(r, (unsigned int)d->n);
		size_t len = 1 + rng_below(r, rng_chance(r, 30) ? 20 : 4);
		size_t from = rng_below(r, (unsigned int)d->n);
		unsigned int what = rng_below(r, 10);

		for (size_t i = 0; i < len; i++) {
			_cleanup_free_ char *l = what < 4 || from + i >= d->n ?
				some_line(r, crlf) : xstrdup(d->l[from + i]);

			if (what < 7 && ends_line(l)) {
				doc_insert(d, MIN(at + i, d->n), l);	/* new lines, or a copy */
			} else if (what < 8) {
				if (at < d->n && (at + 1 < d->n || d->n > 1))
					doc_delete(d, at);
			} else if (at < d->n && ends_line(d->l[at]) && ends_line(l)) {
				free(d->l[at]);			/* one changed line */
				d->l[at] = xstrdup(l);
				break;
			}
		}
	}
}
