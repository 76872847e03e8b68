// SPDX-License-Identifier: GPL-2.0-only
/*
 * verdict/weigh.c - a patch that can be taken out of a file: is it in there, or its double?
 *
 * Kernel code repeats itself. Of two functions alike one may have the lines that a fix brings to
 * the other: then it "can be taken out" of a release that lacks it. So where the hunks fit is held
 * against where they belong: the patch's line numbers, and the function that it names behind @@.
 */
#include "verdict/private.h"

#include <ctype.h>

/* How a patch goes in, or comes out. */
struct way {
	bool fits;
	size_t moved;		/* hunks at other lines than the patch says, or with fuzz */
	size_t away;		/* hunks in another function than the patch says */
	struct str said;	/* of those */
};

/* What diff takes for the head of a function: a line that begins with a name, and is no label. */
static bool is_head(struct span line)
{
	size_t n = 0;

	if (!line.len ||
	    !(isalpha((unsigned char)line.p[0]) || line.p[0] == '_' || line.p[0] == '$'))
		return false;
	while (n < line.len && (isalnum((unsigned char)line.p[n]) || line.p[n] == '_'))
		n++;
	return n == line.len || line.p[n] != ':';
}

/* The head nearest above line @at, from 1; @there: does a line anywhere begin with @section? */
static struct span head_above(struct span text, size_t at, struct span section, bool *there)
{
	struct span line, head = { "", 0 };

	*there = false;
	for (size_t n = 1; span_line(&text, &line); n++) {
		if (n < at && is_head(line))
			head = line;
		*there |= line.len >= section.len && !memcmp(line.p, section.p, section.len);
	}
	return head;
}

/* A hunk that begins above a function's head, and reaches into it, names the function before. */
static bool has_own_head(const struct hunk *h)
{
	for (size_t i = 0; i < h->nlines && h->lines[i].kind == ' '; i++)
		if (is_head(h->lines[i].text))
			return true;
	return false;
}

/* Is it in another function, while the one that the patch names is there, too? */
static bool is_away(const struct hunk *h, size_t at, struct span text)
{
	struct span head;
	bool there;

	if (!is_head(h->section) || has_own_head(h))
		return false;
	head = head_above(text, at, h->section, &there);
	return there &&
	       (head.len < h->section.len || memcmp(head.p, h->section.p, h->section.len) != 0);
}

static void look_at_hunk(struct way *w, const char *path, const struct file_outcome *o, size_t k,
			 bool away)
{
	const struct hunk_outcome *h = &o->hunks[k];

	w->moved += h->result != HUNK_CLEAN;
	w->away += away;
	if (h->result == HUNK_CLEAN && !away)
		return;
	str_addf(&w->said, "\n%s: hunk %zu: ", path, k + 1);
	if (h->result != HUNK_CLEAN)
		str_addf(&w->said, "offset %ld", h->offset);
	if (h->result == HUNK_FUZZ)
		str_addf(&w->said, ", fuzz %u", h->fuzz);
	if (away)
		str_addf(&w->said, "%snot in \"" SPAN_FMT "\"", h->result != HUNK_CLEAN ? ", " : "",
			 SPAN_ARG(o->fp->hunks[k].section));
}

/*
 * One that moved as far as a hunk that is where it belongs is so, too: a function was put in above
 * it, or its own was renamed.
 */
static bool moved_along(const struct file_outcome *o, const bool *away, size_t k)
{
	for (size_t i = 0; i < o->nhunks; i++)
		if (!away[i] && o->hunks[i].offset == o->hunks[k].offset)
			return true;
	return false;
}

static void look_at_file(struct way *w, const char *path, const struct file_outcome *o,
			 struct span text)
{
	_cleanup_free_ bool *away = xcalloc(o->nhunks + 1, sizeof(*away));

	for (size_t k = 0; k < o->nhunks; k++)
		away[k] = is_away(&o->fp->hunks[k], o->hunks[k].at, text);
	for (size_t k = 0; k < o->nhunks; k++)
		look_at_hunk(w, path, o, k, away[k] && !moved_along(o, away, k));
}

/* Of a patch that fits: where its hunks are. @new: by what name the files are there. */
static int look_at(const struct file_outcome *out, size_t n, bool new, struct fileset *fs,
		   struct way *w, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct file_patch *f = out[i].fp;
		const char *path = (new && f->new_path) || !f->old_path ? f->new_path : f->old_path;
		struct span text = { "", 0 };
		unsigned int mode;
		int ret = fileset_get(fs, path, &text, &mode, err);

		if (ret && ret != ERR_NOTFOUND)
			return ret;
		if (ret)
			err_clear(err);
		look_at_file(w, path, &out[i], text);
	}
	return 0;
}

static int way_in(const struct queue_patch *p, struct fileset *fs, struct way *w, struct err *err)
{
	struct patch_apply_opts opts = { .max_fuzz = 2 };
	struct fileset *copy = fileset_over(fs);
	struct file_outcome *out = NULL;
	int ret = patch_apply(copy, &p->patch, &opts, &out, err);

	w->fits = !ret;
	if (ret == ERR_FINDING) {
		err_clear(err);
		ret = 0;
	} else if (!ret) {
		ret = look_at(out, p->patch.nfiles, false, fs, w, err);
	}
	file_outcomes_free(out, p->patch.nfiles);
	fileset_free(copy);
	return ret;
}

static int way_out(const struct queue_patch *p, struct fileset *fs, struct way *w, struct err *err)
{
	struct file_outcome *out = NULL;
	size_t total = 0;
	int ret = verdict_take_out(p, fs, &out, err);

	w->fits = !ret;
	for (size_t i = 0; i < p->patch.nfiles && w->fits; i++) {
		total += out[i].nhunks;
		w->fits = !out[i].error;
		for (size_t k = 0; k < out[i].nhunks; k++)
			w->fits &= out[i].hunks[k].result == HUNK_CLEAN ||
				   out[i].hunks[k].result == HUNK_OFFSET;
	}
	w->fits &= total > 0;
	if (w->fits)
		ret = look_at(out, p->patch.nfiles, true, fs, w, err);
	file_outcomes_free(out, p->patch.nfiles);
	return ret;
}

/* Is there something that speaks for @a, and not for @b? */
static bool speaks_for(const struct way *a, const struct way *b)
{
	return (!a->moved && b->moved) || (!a->away && b->away);
}

static enum verdict_scale decide(const struct way *in, const struct way *out)
{
	if (!in->fits)
		return out->away && out->moved ? SCALE_BOTH : SCALE_OUT;
	if (speaks_for(out, in) == speaks_for(in, out))
		return SCALE_BOTH;
	return speaks_for(out, in) ? SCALE_OUT : SCALE_IN;
}

static char *in_words(enum verdict_scale scale, const struct way *in, const struct way *out)
{
	const char *what = scale == SCALE_IN ? "its double can be taken out, it itself goes in" :
			   in->fits ? "it can be taken out, and it goes in" :
				      "it can be taken out, but not where it belongs";
	const char *where_out = out->said.len ? str_span(&out->said).p : " in its place";
	const char *where_in = in->said.len ? str_span(&in->said).p : " in its place";

	return xasprintf("%s\ntaken out:%s%s%s", what, where_out, in->fits ? "\nput in:" : "",
			 in->fits ? where_in : "");
}

int verdict_weigh(const struct queue_patch *p, struct fileset *fs, enum verdict_scale *scale,
		  char **said, struct err *err)
{
	struct way in = { false }, out = { false };
	int ret = way_out(p, fs, &out, err);

	*scale = SCALE_IN;
	*said = NULL;
	if (!ret && out.fits) {
		ret = way_in(p, fs, &in, err);
		*scale = decide(&in, &out);
		*said = *scale == SCALE_OUT ? NULL : in_words(*scale, &in, &out);
	}
	str_free(&in.said);
	str_free(&out.said);
	return ret;
}
