// SPDX-License-Identifier: GPL-2.0-only
/*
 * patch/twice.c - patch_apply(), and what becomes of a patch that touches a file twice
 *
 * A file of several commits (git log -p, git format-patch into one) is read in two ways. GNU patch
 * takes it for one diff, as far as it can; git applies one commit after the other. Where both come
 * to the same, that is done. Where they don't, nothing is: whichever were taken, somebody's edit
 * would be lost without a word.
 */
#include "patch/apply.h"
#include "patch/gnu.h"

/* What a path of a file patch is to it. */
struct touch {
	const char *path;
	size_t file;
};

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct touch *)a)->path, ((const struct touch *)b)->path);
}

static bool touched_twice(const struct patch *p)
{
	_cleanup_free_ struct touch *t = xcalloc(2 * p->nfiles + 1, sizeof(*t));
	size_t n = 0;
	bool twice = false;

	for (size_t i = 0; i < p->nfiles; i++) {
		if (p->files[i].old_path)
			t[n++] = (struct touch){ p->files[i].old_path, i };
		if (p->files[i].new_path)
			t[n++] = (struct touch){ p->files[i].new_path, i };
	}
	if (p->nfiles > 1)
		qsort(t, n, sizeof(*t), by_path);
	for (size_t i = 1; i < n && p->nfiles > 1; i++)
		twice |= t[i].file != t[i - 1].file && !strcmp(t[i].path, t[i - 1].path);
	return twice;
}

/* Diffs that can be one diff of git's: what is made by one isn't changed by another. */
struct group {
	const struct file_patch *files;
	size_t n;
	struct fileset *before;
};

static bool makes(const struct file_patch *f, const char *path)
{
	return f->new_path && !strcmp(f->new_path, path);
}

static bool takes(const struct file_patch *f, const char *path)
{
	return (f->change == FILE_RENAMED || f->change == FILE_DELETED) &&
	       !strcmp(f->old_path, path);
}

/* Can @f be in one diff with @other, which comes before it? */
static bool goes_with(const struct group *g, const struct file_patch *f,
		      const struct file_patch *other)
{
	bool moved = f->change == FILE_RENAMED || f->change == FILE_COPIED;

	if (!f->git || !other->git)
		return false;
	/* One writer a file. */
	if (f->new_path && makes(other, f->new_path))
		return false;
	if (!f->old_path)
		return true;
	/* Taken away once; and what is taken away isn't changed. */
	if (f->change != FILE_COPIED && takes(other, f->old_path))
		return false;
	if (!makes(other, f->old_path))
		return true;
	/* The source is meant as it was before, which can't be what was made since. */
	if (!moved || (f->change == FILE_RENAMED && other->change == FILE_MODIFIED))
		return false;
	return !fileset_content(g->before, f->old_path, NULL, NULL, NULL);
}

static bool in_group(const struct group *g, const struct file_patch *f)
{
	if (f->apart)
		return false;
	for (size_t i = 0; i < g->n; i++)
		if (!goes_with(g, f, &g->files[i]))
			return false;
	return true;
}

/*
 * One commit after the other: @now has what git makes of the files. @each: every diff is a commit
 * of its own, else only where it can't be in one with those before it.
 */
static int read_as_git(const struct applying *gnu, bool each, struct fileset *now,
		       struct err *first)
{
	const struct patch *p = gnu->p;
	int ret = 0;

	for (size_t i = 0; i < p->nfiles && !ret;) {
		struct group g = { &p->files[i], 1, now };
		struct patch part = { .name = p->name, .files = &p->files[i] };
		struct applying a = { &part, gnu->opts, now, fileset_over(now), NULL, gnu->err,
				      first };
		struct file_outcome *out;

		while (!each && i + g.n < p->nfiles && in_group(&g, &p->files[i + g.n]))
			g.n++;
		part.nfiles = g.n;
		out = xcalloc(g.n, sizeof(*out));
		ret = apply_files(&a, out);
		if (!ret)
			ret = fileset_commit(a.now, now);
		file_outcomes_free(out, g.n);
		fileset_free(a.now);
		i += g.n;
	}
	return ret;
}

/* A file in the one and in the other reading. Return: NULL when it is the same. */
static const char *differs(struct fileset *gnu, struct fileset *git, const char *path)
{
	struct content *x, *y;
	unsigned int mode_x = 0, mode_y = 0;
	bool in_gnu = !fileset_content(gnu, path, &x, &mode_x, NULL);
	bool in_git = !fileset_content(git, path, &y, &mode_y, NULL);

	if (in_gnu != in_git)
		return in_gnu ? "GNU patch leaves such a file" : "GNU patch leaves no such file";
	if (in_gnu && !content_eq(x, y))
		return "GNU patch leaves other lines in it";
	return in_gnu && mode_x != mode_y ? "GNU patch gives it another mode" : NULL;
}

static const char *find_difference(const struct applying *a, struct fileset *git, size_t *file,
				   const char **path)
{
	for (size_t i = 0; i < a->p->nfiles; i++) {
		const struct file_patch *f = &a->p->files[a->p->nfiles - 1 - i];
		const char *names[] = { f->new_path, f->old_path };

		*file = a->p->nfiles - 1 - i;
		for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
			const char *how = names[k] ? differs(a->now, git, names[k]) : NULL;

			*path = names[k];
			if (how)
				return how;
		}
	}
	return NULL;
}

/* Neither of the two is done, then. */
static int refuse(struct applying *a, struct file_outcome *o, const char *path, const char *gnu,
		  const char *git)
{
	_cleanup_free_ char *what =
		xasprintf("the patch touches it twice: %s, git %s; split it by its "
					      "commits", gnu, git);

	free(o->error);
	o->error = xasprintf("%s: %s", path, what);
	pick_note(a, o->fp->line, path, what);
	return ERR_FINDING;
}

/*
 * Where a file is copied that was changed, no more than the commits' order tells whether it was the
 * same commit that changed it. GNU patch may take it for either.
 */
static bool is_as_each(struct applying *a)
{
	_cleanup_err_ struct err why = ERR_INIT;
	struct fileset *git = fileset_over(a->before);
	const char *path;
	size_t file;
	bool same = !read_as_git(a, true, git, &why) && !find_difference(a, git, &file, &path);

	fileset_free(git);
	return same;
}

static int compare(struct applying *a, struct fileset *git, struct file_outcome *out)
{
	_cleanup_err_ struct err why = ERR_INIT;
	struct file_outcome *last = &out[a->p->nfiles - 1];
	const char *path = NULL, *how = NULL;
	_cleanup_free_ char *fails = NULL;
	size_t file;
	int ret = read_as_git(a, false, git, &why);

	if (ret && ret != ERR_FINDING)
		return ret;
	if (!ret)
		how = find_difference(a, git, &file, &path);
	if ((!ret && !how) || is_as_each(a))
		return 0;
	if (how)
		return refuse(a, &out[file], path, how,
			      "does otherwise, one commit after the other");
	path = last->fp->new_path ? last->fp->new_path : last->fp->old_path;
	fails = xasprintf("can't, one commit after the other (%s)", why.msg);
	return refuse(a, last, path, "GNU patch applies all of it", fails);
}

/* GNU patch can't. If git can, that is worth a word: the commits are fine, the file isn't. */
static int only_git(struct applying *a, struct fileset *git)
{
	_cleanup_err_ struct err why = ERR_INIT;
	int ret = read_as_git(a, false, git, &why);

	if (!ret)
		err_set(a->first, ERR_FINDING,
			"%s, for GNU patch and so for quilt, since the patch touches "
			"it twice; git goes one commit after the other: split it by its commits",
			a->first->msg);
	return ret && ret != ERR_FINDING ? ret : ERR_FINDING;
}

static int apply_twice_touched(struct applying *a, struct file_outcome *out)
{
	struct fileset *git = fileset_over(a->before);
	int ret;

	a->gnu = gnu_new(a->now);
	ret = apply_files(a, out);
	gnu_end(a->gnu);
	gnu_free(a->gnu);
	a->gnu = NULL;
	if (!ret)
		ret = compare(a, git, out);
	else if (ret == ERR_FINDING)
		ret = only_git(a, git);
	fileset_free(git);
	return ret;
}

int patch_apply(struct fileset *fs, const struct patch *p, const struct patch_apply_opts *opts,
		struct file_outcome **out, struct err *err)
{
	static const struct patch_apply_opts defaults = { 0 };
	_cleanup_err_ struct err first = ERR_INIT;
	struct applying a = { p, opts ? opts : &defaults, fs, fileset_over(fs), NULL, err, &first };
	struct file_outcome *all = xcalloc(p->nfiles, sizeof(*all));
	int ret = touched_twice(p) ? apply_twice_touched(&a, all) : apply_files(&a, all);

	if (!ret || (ret == ERR_FINDING && a.opts->keep_partial)) {
		int committed = fileset_commit(a.now, fs);

		ret = committed ? committed : ret;
	}
	if (ret == ERR_FINDING && err)
		err_move(err, &first);
	fileset_free(a.now);
	if (out)
		*out = all;
	else
		file_outcomes_free(all, p->nfiles);
	return ret;
}
