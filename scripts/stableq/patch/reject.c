// SPDX-License-Identifier: GPL-2.0-only
#include "patch/reject.h"

/* The line @back lines before @at, which points into the patch. */
static struct span line_before(const struct patch *p, const char *at, unsigned int back)
{
	struct span line = { at, 0 };

	for (; back && at > p->text; back--) {
		at--;
		while (at > p->text && at[-1] != '\n')
			at--;
	}
	span_line(&(struct span){ at, (size_t)(p->text + p->len - at) }, &line);
	return line;
}

/* "--- NAME", stripped, with the date that the patch had there. */
static void name_line(struct str *to, const char *mark, struct span raw, const char *path)
{
	const char *tab = memchr(raw.p, '\t', raw.len);
	struct span date = { tab, tab ? (size_t)(raw.p + raw.len - tab) : 0 };
	struct span name = raw;
	bool none = (span_take(&name, "--- ") || span_take(&name, "+++ ")) &&
		    span_take(&name, "/dev/null");

	str_addf(to, "%s %s", mark, none ? "/dev/null" : path);
	if (!none)
		str_add(to, date.p, date.len);
	str_addc(to, '\n');
}

static void put_range(struct str *to, char side, long start, size_t len)
{
	str_addf(to, "%c%ld", side, start);
	if (len != 1)
		str_addf(to, ",%zu", len);
}

static void put_line(struct str *to, const struct hunk_line *l)
{
	str_addc(to, l->kind);
	/* Of a line without its newline GNU patch says nothing more. */
	str_add(to, l->text.p, l->text.len);
}

/* What goes before what comes, between each two lines of context. */
static void put_lines(struct str *to, const struct hunk *h)
{
	for (size_t i = 0; i < h->nlines;) {
		size_t end = i;

		if (h->lines[i].kind == ' ') {
			put_line(to, &h->lines[i++]);
			continue;
		}
		while (end < h->nlines && h->lines[end].kind != ' ')
			end++;
		for (size_t k = i; k < end; k++)
			if (h->lines[k].kind == '-')
				put_line(to, &h->lines[k]);
		for (size_t k = i; k < end; k++)
			if (h->lines[k].kind == '+')
				put_line(to, &h->lines[k]);
		i = end;
	}
}

/* @grown: how many lines longer the hunks before it that went in have made the file. */
static void put_hunk(struct str *to, const struct hunk *h, long grown)
{
	str_adds(to, "@@ ");
	put_range(to, '-', (long)h->old_start + grown, h->old_len);
	str_addc(to, ' ');
	put_range(to, '+', (long)h->new_start + grown, h->new_len);
	str_adds(to, " @@");
	if (h->section.len) {
		str_addc(to, ' ');
		str_add(to, h->section.p, h->section.len);
	}
	str_addc(to, '\n');
	put_lines(to, h);
}

static void put_names(struct str *to, const struct patch *p, const struct file_patch *f)
{
	/* The hunk's own line is the one before its first. */
	const char *at = f->hunks[0].lines[0].text.p - 1;
	struct span old = line_before(p, at, p->reversed ? 2 : 3);
	struct span new = line_before(p, at, p->reversed ? 3 : 2);

	name_line(to, "---", old, f->old_path ? f->old_path : f->new_path);
	name_line(to, "+++", new, f->new_path ? f->new_path : f->old_path);
}

void reject_add(const struct patch *p, const struct file_outcome *o, struct str *to)
{
	const struct file_patch *f = o->fp;
	bool named = false;
	long grown = 0;

	for (size_t k = 0; k < o->nhunks; k++) {
		const struct hunk *h = &f->hunks[k];

		if (o->hunks[k].result != HUNK_FAILED && o->hunks[k].result != HUNK_REVERSED) {
			grown += (long)h->new_len - (long)h->old_len;
			continue;
		}
		if (!named)
			put_names(to, p, f);
		named = true;
		put_hunk(to, h, grown);
	}
}
