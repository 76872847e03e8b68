// SPDX-License-Identifier: GPL-2.0-only
#include "patch/apply.h"
#include "patch/gnu.h"
#include "patch/hunk.h"

/* The one file that a diff with two names means. Return: 0, or an error of load. */
static int pick_name(struct applying *a, const struct file_patch *f, const char **path)
{
	int old, new;

	if (!strcmp(f->old_path, f->new_path)) {
		*path = f->old_path;
		return 0;
	}
	old = pick_exists(a, a->now, f->old_path);
	new = pick_exists(a, a->now, f->new_path);
	if (old < 0 || new < 0)
		return MIN(old, new);
	*path = old == new ? pick_better(f->old_path, f->new_path) :
		old ? f->old_path : f->new_path;
	return 0;
}

/* Did a file before @f make @path? Renames may go round in a circle. */
static bool made_before(const struct patch *p, const struct file_patch *f, const char *path)
{
	for (const struct file_patch *o = p->files; o < f; o++)
		if (o->change != FILE_DELETED && !strcmp(o->new_path, path))
			return true;
	return false;
}

/* The content of what is read stays as it is, whatever becomes of the file. */
static int hold(struct applying *a, struct fileset *fs, struct target *t)
{
	int ret = fileset_content(fs, t->from, &t->content, &t->mode, a->err);

	if (!ret)
		content_get(t->content);
	return ret;
}

static int find_moved(struct applying *a, const struct file_patch *f, struct target *t)
{
	int before, ret;

	t->from = f->old_path;
	t->to = f->new_path;
	/* All of a git diff's sources are meant as they were before it. */
	before = pick_exists(a, a->before, t->from);
	if (before < 0)
		return before;
	ret = pick_exists(a, a->now, t->to);
	if (ret < 0)
		return ret;
	if (ret && !pick_removes(a->p, t->to)) {
		t->error = "exists already";
		return 0;
	}
	ret = before ? 1 : pick_exists(a, a->now, t->from);
	if (ret <= 0) {
		t->error = "the file that it is made from does not exist";
		return ret;
	}
	t->existed = true;
	t->error = pick_blocked(a, t->to);
	return t->error ? 0 : hold(a, before ? a->before : a->now, t);
}

static int find_target(struct applying *a, const struct file_patch *f, struct target *t)
{
	int ret = 0;

	*t = (struct target){ .mode = 0644 };
	switch (f->change) {
	case FILE_RENAMED:
	case FILE_COPIED:
		return find_moved(a, f, t);
	case FILE_NEW:
		t->from = f->new_path;
		break;
	case FILE_DELETED:
		t->from = f->old_path;
		break;
	case FILE_MODIFIED:
		ret = pick_name(a, f, &t->from);
		break;
	}
	if (ret)
		return ret;
	t->to = t->from;
	ret = pick_exists(a, a->now, t->from);
	if (ret < 0)
		return ret;
	t->existed = ret;
	if (t->existed) {
		ret = hold(a, a->now, t);
		if (!ret && f->change == FILE_NEW && !content_empty(t->content))
			t->error = "exists already";
		return ret;
	}
	if (f->change != FILE_NEW && !(f->change == FILE_MODIFIED && f->old_empty))
		t->error = fileset_folder(a->now, t->from) ? "is a folder" : "does not exist";
	else
		t->error = pick_blocked(a, t->from);
	return 0;
}

/* Is what the hunk makes in the file already? @st is left as it is. */
static bool is_reversed(const struct hunk_state *st, const struct hunk *h)
{
	struct hunk_state probe = *st;
	struct hunk r = *h;
	bool yes;

	if (!h->new_len)
		return false;
	r.lines = xcalloc(h->nlines, sizeof(*r.lines));
	memcpy(r.lines, h->lines, h->nlines * sizeof(*r.lines));
	hunk_reverse(&r);
	yes = hunk_locate(&probe, &r, 0) > 0;
	free(r.lines);
	return yes;
}

/* @refuse: NULL, or why no hunk may go in. */
static bool apply_hunk(struct applying *a, struct hunk_state *st, const struct hunk *h,
		       const char *refuse, struct hunk_outcome *o)
{
	long max = MIN((long)a->opts->max_fuzz, hunk_context(h));
	long where = 0, fuzz = 0;

	for (; !refuse && !where && fuzz <= max; fuzz += !where)
		where = hunk_locate(st, h, fuzz);
	if (where > 0 && hunk_put(st, h, where)) {
		o->result = fuzz ? HUNK_FUZZ : st->offset ? HUNK_OFFSET : HUNK_CLEAN;
		o->fuzz = (unsigned int)fuzz;
		o->offset = st->offset;
		o->at = (size_t)where;
		return true;
	}
	o->result = is_reversed(st, h) ? HUNK_REVERSED : HUNK_FAILED;
	if (o->result == HUNK_FAILED && refuse)
		o->detail = xasprintf("the file %s", refuse);
	else if (o->result == HUNK_FAILED)
		hunk_explain(st, h, o);
	return false;
}

static void note_hunk(struct applying *a, const struct file_outcome *o, size_t k, const char *path)
{
	const struct hunk_outcome *h = &o->hunks[k];
	_cleanup_free_ char *what = NULL;

	if (h->result == HUNK_REVERSED)
		what = xasprintf("hunk #%zu is in the file already", k + 1);
	else
		what = xasprintf("hunk #%zu does not apply: %s", k + 1, h->detail);
	pick_note(a, o->fp->hunks[k].line, path, what);
}

static bool sets_mode(const struct file_patch *f)
{
	return f->new_mode && f->new_mode != f->old_mode;
}

/* What is left of a file goes where the patch wants it. */
static void put_result(struct applying *a, const struct file_patch *f, const struct target *t,
		       struct content *c)
{
	unsigned int mode = sets_mode(f) ? f->new_mode : t->mode;

	if (a->gnu) {
		gnu_put(a->gnu, f, t, content_get(c), mode);
		return;
	}
	fileset_set(a->now, t->to, content_get(c), mode);
	if (f->change == FILE_RENAMED && !made_before(a->p, f, t->from))
		fileset_remove(a->now, t->from);
}

static void take_away(struct applying *a, const struct target *t)
{
	if (a->gnu)
		gnu_remove(a->gnu, t);
	else
		fileset_remove(a->now, t->from);
}

/* Return: how many hunks didn't go in. @made: held by the caller. */
static size_t apply_hunks(struct applying *a, const struct file_patch *f, const struct target *t,
			  struct file_outcome *o, struct content **made)
{
	struct hunk_state st;
	size_t failed = 0;

	if (!f->nhunks) {
		*made = content_get(t->content);
		return 0;
	}
	hunk_state_init(&st, t->content, f);
	o->hunks = xcalloc(f->nhunks, sizeof(*o->hunks));
	o->nhunks = f->nhunks;
	for (size_t k = 0; k < f->nhunks; k++) {
		if (apply_hunk(a, &st, &f->hunks[k], t->error, &o->hunks[k]))
			continue;
		failed++;
		note_hunk(a, o, k, t->to);
	}
	*made = hunk_finish(&st, t->content);
	hunk_state_free(&st);
	return failed;
}

/* A file that no hunk fits is written anew, too, if it is there: quilt has a backup of it then. */
static void set_again(struct applying *a, const char *path)
{
	struct content *c = NULL;
	unsigned int mode;

	if (!fileset_content(a->now, path, &c, &mode, NULL))
		fileset_set(a->now, path, content_get(c), mode);
}

/* Return: 1 when the file went in whole, 0 when not. */
static int apply_target(struct applying *a, const struct file_patch *f, const struct target *t,
			struct file_outcome *o)
{
	struct content *made;
	size_t failed = apply_hunks(a, f, t, o, &made);
	bool left = !content_empty(made), whole = !failed && !t->error;

	if (f->change == FILE_DELETED && left && !failed) {
		o->error = xasprintf("%s has more in it than the patch deletes", t->from);
		pick_note(a, f->line, t->from, "has more in it than the patch deletes");
		whole = false;
	}
	if (whole || (a->opts->keep_partial && (!t->error || t->existed || f->new_empty))) {
		if (f->change == FILE_DELETED && !left)
			take_away(a, t);
		else if (failed < f->nhunks || f->change == FILE_RENAMED ||
			 f->change == FILE_COPIED || sets_mode(f) || whole)
			put_result(a, f, t, made);
		else
			set_again(a, t->to);
	}
	content_put(made);
	return whole;
}

/* Return: 1 when the file went in whole, 0 when not, or an error of load. */
static int apply_file(struct applying *a, const struct file_patch *f, struct file_outcome *o)
{
	struct target t;
	int ret = a->gnu ? gnu_find(a, f, &t) : find_target(a, f, &t);

	o->fp = f;
	if (!ret && t.error) {
		o->error = xasprintf("%s %s",
				     f->change == FILE_RENAMED || f->change == FILE_COPIED ? t.to
											   : t.from,
				     t.error);
		pick_note(a, f->line, t.to, t.error);
	}
	if (!ret)
		o->path = xstrdup(t.to);
	/* GNU patch tries the hunks of a file that is not as new or deleted ones should be. */
	if (!ret && (!t.error || f->change == FILE_NEW || f->new_empty)) {
		if (!t.content)
			t.content = content_new((struct span){ "", 0 });
		ret = apply_target(a, f, &t, o);
	}
	content_put(t.content);
	return ret;
}

int apply_files(struct applying *a, struct file_outcome *out)
{
	bool whole = true;

	for (size_t i = 0; i < a->p->nfiles; i++) {
		int ret = apply_file(a, &a->p->files[i], &out[i]);

		if (ret < 0)
			return ret;
		whole &= ret == 1;
	}
	return whole ? 0 : ERR_FINDING;
}
