// SPDX-License-Identifier: GPL-2.0-only
/*
 * patch/body.c - the lines of one file in a diff: its two names and its hunks
 */
#include "patch/body.h"

#include <ctype.h>

bool parse_peek(const struct parser *ps, struct span *line)
{
	struct span rest = ps->rest;

	return span_line(&rest, line);
}

bool parse_next(struct parser *ps, struct span *line)
{
	if (!span_line(&ps->rest, line))
		return false;
	ps->line++;
	return true;
}

static bool number(struct span *s, size_t *out)
{
	size_t digits = span_run(*s, isdigit);

	*out = 0;
	for (size_t i = 0; i < digits && digits < 10; i++)
		*out = *out * 10 + (size_t)(s->p[i] - '0');
	*s = span_skip(*s, digits);
	return digits && digits < 10;
}

static bool range(struct span *s, size_t *start, size_t *len)
{
	*len = 1;
	if (!number(s, start) || (span_take(s, ",") && !number(s, len)))
		return false;
	/* Line 0 is what an empty side begins at, and nothing else. */
	return *start || !*len;
}

static int hunk_header(struct parser *ps, struct hunk *h)
{
	struct span line, s;

	parse_next(ps, &line);
	h->line = ps->line;
	s = line;
	if (!span_take(&s, "@@ -") || !range(&s, &h->old_start, &h->old_len) ||
	    !span_take(&s, " +") ||
	    !range(&s, &h->new_start, &h->new_len) || !span_take(&s, " @@") ||
	    (s.len && s.p[0] != ' ' && s.p[0] != '\r'))
		return parse_error(ps, ps->line, "malformed hunk line, expected "
				   "\"@@ -LINE,COUNT +LINE,COUNT @@\": " SPAN_FMT, SPAN_ARG(line));
	if (!h->old_len && !h->new_len)
		return parse_error(ps, ps->line, "a hunk of no lines");
	h->section = span_trim(s);
	return 0;
}

/*
 * "\ No newline at end of file" takes the newline off the line before it. That one has to be the
 * last of its side: no file goes on behind it.
 */
static int no_newline(struct parser *ps, struct hunk *h, size_t old_left, size_t new_left)
{
	struct hunk_line *l = h->nlines ? &h->lines[h->nlines - 1] : NULL;
	struct span line;

	parse_next(ps, &line);
	if (!l || l->no_newline || (l->kind != '+' && old_left) || (l->kind != '-' && new_left))
		return parse_error(ps, ps->line, "\"\\ No newline at end of file\" before the last "
				   "line of the hunk");
	l->no_newline = true;
	l->text.len--;
	return 0;
}

/* Editors cut blank lines off at the end of a file. GNU patch puts up to three back as context. */
static bool may_be_chopped(const struct parser *ps, size_t old_left, size_t new_left)
{
	return patch_allows(ps->p->reading, ALLOW_CHOPPED) && old_left == new_left && old_left <= 3;
}

static void add_blanks(struct hunk *h, size_t n)
{
	while (n--)
		ARRAY_PUSH(h->lines, h->nlines) =
			(struct hunk_line){ .kind = ' ', .text = { "\n", 1 } };
}

static int parse_hunk(struct parser *ps, struct hunk *h, bool strip_cr)
{
	size_t old_left, new_left;
	bool changes = false;
	struct span line;
	int ret = hunk_header(ps, h);

	if (ret)
		return ret;
	old_left = h->old_len;
	new_left = h->new_len;
	while (old_left || new_left) {
		struct hunk_line *l;
		bool whole;
		char kind;

		if (!parse_peek(ps, &line) && may_be_chopped(ps, old_left, new_left)) {
			add_blanks(h, old_left);
			break;
		}
		if (!parse_peek(ps, &line))
			return parse_error(ps, ps->line,
					   "the patch ends in the middle of the hunk of "
					   "line %u: %zu old and %zu new lines are missing",
					   h->line, old_left, new_left);
		if (line.len && line.p[0] == '\\') {
			ret = no_newline(ps, h, old_left, new_left);
			if (ret)
				return ret;
			continue;
		}
		parse_next(ps, &line);
		whole = ps->rest.p > line.p + line.len;
		if (!whole)
			return parse_error(ps, ps->line, "the patch ends in the middle of a line");
		if (strip_cr && span_take_end(&line, "\r")) {
			/* Spans hold their newline, so it moves over the CR, in our own copy. */
			ps->p->text[line.p + line.len - ps->p->text] = '\n';
		}
		line.len++;
		kind = line.p[0];
		if (kind == '\n' || kind == '\t') {
			kind = ' ';	/* a mailer ate the blank, as GNU patch guesses too */
		} else if (kind == ' ' || kind == '+' || kind == '-') {
			line = span_skip(line, 1);
		} else {
			return parse_error(ps, ps->line,
					   "expected a line of the hunk of line %u (%zu "
					   "old and %zu new lines are missing), found: " SPAN_FMT,
					   h->line, old_left, new_left, (int)line.len - 1, line.p);
		}
		if ((kind != '+' && !old_left) || (kind != '-' && !new_left))
			return parse_error(ps, ps->line,
					   "too many %s lines for the hunk of line %u",
					   kind == '-'	 ? "old"
					   : kind == '+' ? "new"
							 : "context",
					   h->line);
		l = &ARRAY_PUSH(h->lines, h->nlines);
		l->kind = kind;
		l->text = line;
		old_left -= kind != '+';
		new_left -= kind != '-';
		changes |= kind != ' ';
	}
	if (parse_peek(ps, &line) && line.len && line.p[0] == '\\')
		ret = no_newline(ps, h, 0, 0);
	if (!ret && !changes)
		return parse_error(ps, h->line, "a hunk that changes nothing");
	return ret;
}

static int name_line(struct parser *ps, struct diff_name *n, bool *cr)
{
	struct span line;
	const char *why;

	parse_next(ps, &line);
	*cr = span_last(line) == '\r';
	why = diff_name_parse(n, span_skip(line, 4), ps->strip);
	if (why)
		return parse_error(ps, ps->line, "%s: " SPAN_FMT, why, SPAN_ARG(line));
	return 0;
}

int parse_hunks(struct parser *ps, struct file_patch *f, struct diff_name *old,
		struct diff_name *new)
{
	struct span line;
	bool cr;
	int ret;

	ret = name_line(ps, old, &cr);
	if (!ret)
		ret = name_line(ps, new, &cr);
	if (ret)
		return ret;
	while (parse_peek(ps, &line) && span_starts(line, "@@")) {
		ret = parse_hunk(ps, &ARRAY_PUSH(f->hunks, f->nhunks), cr);
		if (ret)
			return ret;
	}
	if (!f->nhunks)
		return parse_error(ps, ps->line + 1,
				   "expected a hunk (\"@@ -\") behind the +++ line");
	f->old_empty = !f->hunks[0].old_start;
	f->new_empty = !f->hunks[0].new_start;
	return 0;
}

int parse_check_whole(struct parser *ps, const struct file_patch *f)
{
	if (f->change == FILE_NEW && f->nhunks && (f->nhunks > 1 || !f->old_empty))
		return parse_error(ps, f->hunks[0].line,
				   "a new file's only hunk has to be \"-0,0\"");
	if (f->change == FILE_DELETED && f->nhunks && (f->nhunks > 1 || !f->new_empty))
		return parse_error(ps, f->hunks[0].line,
				   "a deleted file's only hunk has to be \"+0,0\"");
	return 0;
}

int parse_check_path(struct parser *ps, unsigned int line, const char *path)
{
	const char *why;

	if (!path || patch_path_ok(path, &why))
		return 0;
	return parse_error(ps, line, "refused to change \"%s\": %s", path, why);
}
