// SPDX-License-Identifier: GPL-2.0-only
/*
 * tree/quilt.c - patches applied to a directory the way quilt push leaves it
 *
 * What quilt keeps in .pc (database version 2; scripts/patchfns, push and scripts/backup-files of
 * quilt 0.66): which patches are applied, where they come from, and for each patch the files it
 * touches as they were before it. A file that the patch adds has an empty backup; so quilt pop
 * takes a file that was empty before for one that was not there, and removes it.
 */
#include <limits.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "tree/tree.h"
#include "tree/io.h"

struct push {
	const char *root;
	const struct queue *q;
	struct strv applied;		/* file names, in order */
	size_t first, end;		/* patches of the queue that are pushed now */
	struct fileset **step;		/* the state after each of them; step[0] is before all */
	struct timespec now;
	struct err *err;
};

/* A file of .pc as text; none is as good as an empty one. */
static int read_pc(struct push *p, const char *name, struct str *to)
{
	_cleanup_free_ char *path = fs_join(".pc", name);
	_cleanup_err_ struct err err = ERR_INIT;
	int ret = tree_read(p->root, path, to, NULL, &err);

	return !ret || ret == ERR_NOTFOUND ? 0 : err_move(p->err, &err);
}

static int write_pc(struct push *p, const char *name, struct span text)
{
	_cleanup_free_ char *path = fs_join(".pc", name);

	return tree_write(p->root, path, text, 0644, p->err);
}

static int read_applied(struct push *p)
{
	_cleanup_str_ struct str version = STR_INIT, text = STR_INIT;
	struct span rest, line;
	int ret = read_pc(p, ".version", &version);

	if (!ret)
		ret = read_pc(p, "applied-patches", &text);
	if (ret)
		return ret;
	if (version.len && !span_is(span_trim(str_span(&version)), "2"))
		return err_set(p->err, ERR_INPUT,
			       "%s/.pc/.version: expected 2, the version of quilt's "
			       "database since 2010",
			       p->root);
	rest = str_span(&text);
	while (span_line(&rest, &line)) {
		_cleanup_free_ char *name = span_dup(line);

		if (p->applied.n >= p->q->n ||
		    strcmp(p->q->patches[p->applied.n].file, name) != 0)
			return err_set(p->err, ERR_INPUT,
				       "%s: %s is applied, but not in that place of "
				       "%s; pop it first (quilt pop -a)",
				       p->root, name, p->q->series);
		strv_add(&p->applied, name);
	}
	return 0;
}

/* Where quilt finds the patches from the root: a path inside it, or an absolute one. */
static char *patches_dir(const struct push *p)
{
	_cleanup_free_ char *dir = realpath(p->q->dir, NULL);
	_cleanup_free_ char *root = realpath(p->root, NULL);
	size_t n = root ? strlen(root) : 0;

	if (dir && n && !strncmp(dir, root, n) && dir[n] == '/')
		return xstrdup(dir + n + 1);
	return xstrdup(dir ? dir : p->q->dir);
}

static int write_once(struct push *p, const char *name, const char *text)
{
	_cleanup_free_ char *line = xasprintf("%s\n", text);
	_cleanup_str_ struct str have = STR_INIT;
	int ret = read_pc(p, name, &have);

	return ret || have.len ? ret : write_pc(p, name, span_of(line));
}

static int write_database(struct push *p)
{
	const char *series = strrchr(p->q->series, '/');
	_cleanup_free_ char *dir = patches_dir(p);
	int ret = write_once(p, ".version", "2");

	if (!ret)
		ret = write_once(p, ".quilt_patches", dir);
	if (!ret)
		ret = write_once(p, ".quilt_series", series ? series + 1 : p->q->series);
	return ret;
}

static int write_applied(struct push *p)
{
	_cleanup_str_ struct str text = STR_INIT;

	for (size_t i = 0; i < p->applied.n; i++)
		str_addf(&text, "%s\n", p->applied.v[i]);
	return write_pc(p, "applied-patches", str_span(&text));
}

/* One file of one patch. */
struct pushing {
	struct push *p;
	const char *patch;		/* its file name */
	struct fileset *before;
	bool undo;
};

static char *backup_path(const struct pushing *w, const char *path)
{
	return xasprintf(".pc/%s/%s", w->patch, path);
}

static int write_backup(void *ctx, const struct fileset_change *c)
{
	struct pushing *w = ctx;
	_cleanup_free_ char *path = backup_path(w, c->path);
	struct span old = { "", 0 };
	unsigned int mode = 0644;
	int ret = 0;

	if (c->existed)
		ret = fileset_get(w->before, c->path, &old, &mode, w->p->err);
	return ret ? ret : tree_write(w->p->root, path, old, mode, w->p->err);
}

/* quilt push gives all backups that aren't empty the time of the patch's .timestamp. */
static int touch_backup(void *ctx, const struct fileset_change *c)
{
	struct pushing *w = ctx;
	_cleanup_free_ char *path = backup_path(w, c->path);
	struct span old = { "", 0 };

	if (c->existed)
		fileset_get(w->before, c->path, &old, NULL, NULL);
	return old.len ? tree_touch(w->p->root, path, &w->p->now, w->p->err) : 0;
}

static int write_file(void *ctx, const struct fileset_change *c)
{
	struct pushing *w = ctx;
	struct span text = c->text;
	unsigned int mode = c->mode;
	bool exists = c->exists;
	int ret = 0;

	if (w->undo) {
		exists = c->existed;
		if (exists)
			ret = fileset_get(w->before, c->path, &text, &mode, NULL);
		/* What was not written yet needs no undoing, and cannot be removed. */
		if (!ret && exists)
			tree_write(w->p->root, c->path, text, mode, NULL);
		else if (!ret)
			tree_remove(w->p->root, c->path, NULL);
		tree_sweep(w->p->root, c->path);
		return 0;
	}
	return exists ? tree_write(w->p->root, c->path, text, mode, w->p->err) :
			tree_remove(w->p->root, c->path, w->p->err);
}

static int push_one(struct push *p, size_t i)
{
	const char *file = p->q->patches[i].file;
	struct fileset *before = p->step[i - p->first], *after = p->step[i - p->first + 1];
	_cleanup_free_ char *dir = xasprintf("%s/.pc/%s", p->root, file);
	_cleanup_free_ char *stamp = xasprintf(".pc/%s/.timestamp", file);
	struct pushing w = { p, file, before, false };
	int ret;

	/* Left behind by a push that was killed: the patch isn't among the applied ones. */
	ret = fs_remove_tree(dir, p->err);
	if (!ret)
		ret = fileset_each_touched(after, write_backup, &w);
	if (!ret)
		ret = fileset_each_touched(after, write_file, &w);
	/* quilt pop trusts files that are older than .timestamp not to have been edited. */
	clock_gettime(CLOCK_REALTIME, &p->now);
	if (!ret)
		ret = fileset_each_touched(after, touch_backup, &w);
	if (!ret)
		ret = tree_write(p->root, stamp, span_of(""), 0644, p->err);
	if (!ret)
		ret = tree_touch(p->root, stamp, &p->now, p->err);
	if (!ret) {
		strv_add(&p->applied, file);
		ret = write_applied(p);
	}
	if (ret) {
		w.undo = true;
		fileset_each_touched(after, write_file, &w);
		fs_remove_tree(dir, NULL);
	}
	return ret;
}

/* All in memory, one layer a patch, before the first byte is written. */
static int apply_all(struct push *p, const struct patch_apply_opts *opts)
{
	p->step = xcalloc(p->end - p->first + 1, sizeof(struct fileset *));
	p->step[0] = tree_fileset(p->root);
	for (size_t i = p->first; i < p->end; i++) {
		struct fileset **s = &p->step[i - p->first];
		int ret;

		s[1] = fileset_over(s[0]);
		ret = patch_apply(s[1], &p->q->patches[i].patch, opts, NULL, p->err);
		if (ret)
			return ret;
	}
	return 0;
}

int tree_push_quilt(const char *root, const struct queue *q, size_t upto,
		    const struct patch_apply_opts *opts, struct err *err)
{
	struct push p = { .root = root, .q = q, .err = err };
	struct patch_apply_opts whole = { .max_fuzz = opts ? opts->max_fuzz : 0 };
	int ret = read_applied(&p);

	p.first = p.applied.n;
	p.end = MIN(upto, q->n);
	if (!ret && p.first < p.end) {
		ret = apply_all(&p, &whole);
		if (!ret)
			ret = write_database(&p);
		for (size_t i = p.first; !ret && i < p.end; i++)
			ret = push_one(&p, i);
		/* Layers go before what they lie on. */
		for (size_t i = p.end - p.first + 1; i-- > 0;)
			fileset_free(p.step[i]);
		free(p.step);
	}
	strv_free(&p.applied);
	return ret;
}
