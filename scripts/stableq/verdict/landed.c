// SPDX-License-Identifier: GPL-2.0-only
#include "verdict/landed.h"

#include "queue/fact.h"

#define QUOTE_MAX 72

static bool is_c(const char *path)
{
	return span_ends(span_of(path), ".c") || span_ends(span_of(path), ".h");
}

/* How a scan goes on in the next line. */
enum scan {
	IN_CODE,
	IN_COMMENT,
};

/* One line without its comments; what is left of one is a blank. A string ends with its line. */
static enum scan strip_line(struct span line, enum scan at, struct str *to)
{
	char quote = 0;

	for (size_t i = 0; i < line.len; i++) {
		char c = line.p[i], next = i + 1 < line.len ? line.p[i + 1] : 0;

		if (at == IN_COMMENT) {
			if (c == '*' && next == '/') {
				at = IN_CODE;
				str_addc(to, ' ');
				i++;
			}
		} else if (quote) {
			str_addc(to, c);
			if (c == '\\' && next)
				str_addc(to, line.p[++i]);
			else if (c == quote)
				quote = 0;
		} else if (c == '/' && next == '*') {
			at = IN_COMMENT;
			i++;
		} else if (c == '/' && next == '/') {
			break;
		} else {
			quote = c == '"' || c == '\'' ? c : 0;
			str_addc(to, c);
		}
	}
	str_addc(to, '\n');
	return at;
}

void landed_text(const char *path, struct span text, struct str *to)
{
	enum scan at = IN_CODE;
	struct span line;

	if (!is_c(path)) {
		str_add(to, text.p, text.len);
		return;
	}
	while (span_line(&text, &line))
		at = strip_line(line, at, to);
}

/* One side of a hunk, line by line and stripped. */
struct side {
	struct str *text;
	bool *changed;
	size_t n;
};

static long find_text(struct span s, const char *what)
{
	const char *p = memmem(s.p, s.len, what, strlen(what));

	return p ? (long)(p - s.p) : -1;
}

/* A hunk can begin in the middle of a comment: then that ends before one begins. */
static enum scan first_state(const struct hunk *h, char kind)
{
	for (size_t i = 0; i < h->nlines; i++) {
		struct span line = span_trim(h->lines[i].text);
		long opens = find_text(line, "/*"), ends = find_text(line, "*/");

		if (h->lines[i].kind != ' ' && h->lines[i].kind != kind)
			continue;
		if (ends >= 0 && (opens < 0 || ends < opens))
			return IN_COMMENT;
		if (opens >= 0)
			return IN_CODE;
	}
	/* Nor is there an end to see: kernel style begins such lines with an asterisk. */
	for (size_t i = 0; i < h->nlines; i++) {
		struct span line = span_trim(h->lines[i].text);

		if (line.len && (h->lines[i].kind == ' ' || h->lines[i].kind == kind))
			return span_is(line, "*") || span_starts(line, "* ") ? IN_COMMENT : IN_CODE;
	}
	return IN_CODE;
}

static void side_init(struct side *s, const char *path, const struct hunk *h, char kind)
{
	enum scan at = first_state(h, kind);

	s->text = xcalloc(h->nlines + 1, sizeof(*s->text));
	s->changed = xcalloc(h->nlines + 1, sizeof(*s->changed));
	s->n = 0;
	for (size_t i = 0; i < h->nlines; i++) {
		const struct hunk_line *l = &h->lines[i];

		if (l->kind != ' ' && l->kind != kind)
			continue;
		s->changed[s->n] = l->kind == kind;
		if (is_c(path))
			at = strip_line(l->text, at, &s->text[s->n]);
		else
			str_add(&s->text[s->n], l->text.p, l->text.len);
		s->n++;
	}
}

static void side_free(struct side *s)
{
	for (size_t i = 0; i < s->n; i++)
		str_free(&s->text[i]);
	free(s->text);
	free(s->changed);
}

static bool blank(const struct side *s, size_t i)
{
	return !span_trim(str_span(&s->text[i])).len;
}

/* Lines @from to before @to, as one text; does it say anything at all? */
static bool join(const struct side *s, size_t from, size_t to, struct str *text)
{
	str_trunc(text, 0);
	for (size_t i = from; i < to; i++)
		str_add(text, str_span(&s->text[i]).p, s->text[i].len);
	return span_trim(str_span(text)).len > 0;
}

static size_t group_end(const struct side *s, size_t from)
{
	while (from < s->n && s->changed[from])
		from++;
	return from;
}

static void say(struct str *said, const char *what, struct span line, const char *more)
{
	_cleanup_free_ char *quoted = NULL;

	line = span_trim(line);
	quoted = span_dup((struct span){ line.p, MIN(line.len, (size_t)QUOTE_MAX) });
	for (char *p = quoted; *p; p++)
		*p = *p == '\t' ? ' ' : *p;
	err_clean(quoted);
	str_addf(said, "%s%s '%s%s'%s", said->len ? "; " : "", what, quoted,
		 line.len > QUOTE_MAX ? "…" : "", more);
}

/* Of a group that isn't there as it is, the first line that isn't there at all tells most. */
static void say_lacking(const struct side *s, size_t from, size_t to, struct span file,
			struct str *said)
{
	for (size_t i = from; i < to; i++) {
		if (blank(s, i) || text_count(file, s->text[i].s))
			continue;
		say(said, "lacks", str_span(&s->text[i]), "");
		return;
	}
	while (blank(s, from))
		from++;
	say(said, "has", str_span(&s->text[from]), " and what follows it, but not together");
}

static bool added_are_there(const char *path, const struct hunk *h, struct span file,
			    struct str *said)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct side s;
	bool all = true;

	side_init(&s, path, h, '+');
	for (size_t i = 0, end; i < s.n; i = end + 1) {
		end = group_end(&s, i);
		if (!join(&s, i, end, &text) || text_count(file, text.s))
			continue;
		say_lacking(&s, i, end, file, said);
		all = false;
	}
	side_free(&s);
	return all;
}

static bool deleted_are_gone(const char *path, const struct hunk *h, struct span file,
			     struct str *said)
{
	_cleanup_str_ struct str text = STR_INIT, new = STR_INIT;
	struct side s;
	bool all = true;

	side_init(&s, path, h, '+');
	join(&s, 0, s.n, &new);
	side_free(&s);
	side_init(&s, path, h, '-');
	for (size_t i = 0, end; i < s.n; i = end + 1) {
		size_t from = i, to;

		end = to = group_end(&s, i);
		if (!join(&s, i, end, &text))
			continue;
		while (from && blank(&s, --from))
			;
		while (to < s.n && blank(&s, to++))
			;
		join(&s, from, to, &text);
		/* What the patch puts back in the same place is there anyway. */
		if (!text_count(file, text.s) || text_count(str_span(&new), text.s))
			continue;
		while (blank(&s, i))
			i++;
		say(said, "still has", str_span(&s.text[i]), "");
		all = false;
	}
	side_free(&s);
	return all;
}

bool landed_hunk(const char *path, const struct hunk *h, struct span text, struct str *said)
{
	bool there = added_are_there(path, h, text, said);

	return deleted_are_gone(path, h, text, said) && there;
}

/* How many of them say anything. */
static size_t filled(const struct side *s, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += !blank(s, i);
	return n;
}

/* One group with what stands before it, or behind it, or alone if it is long enough. */
static bool group_is_there(const struct side *s, size_t from, size_t to, struct span file)
{
	_cleanup_str_ struct str text = STR_INIT;
	size_t before = from, behind = to;

	while (before && blank(s, --before))
		;
	while (behind < s->n && blank(s, behind++))
		;
	join(s, before, to, &text);
	if (filled(s, before, from) && text_count(file, text.s))
		return true;
	join(s, from, behind, &text);
	if (filled(s, to, behind) && text_count(file, text.s))
		return true;
	join(s, from, to, &text);
	return filled(s, from, to) >= 3 && text_count(file, text.s);
}

void landed_before(const char *path, const struct hunk *h, struct span text,
		   struct landed_groups *g)
{
	_cleanup_str_ struct str old = STR_INIT, new = STR_INIT;
	struct side s;

	side_init(&s, path, h, '+');
	join(&s, 0, s.n, &new);
	side_free(&s);
	side_init(&s, path, h, '-');
	for (size_t i = 0, end; i < s.n; i = end + 1) {
		end = group_end(&s, i);
		if (!join(&s, i, end, &old) || text_count(str_span(&new), old.s))
			continue;
		g->total++;
		g->there += group_is_there(&s, i, end, text);
	}
	side_free(&s);
}
