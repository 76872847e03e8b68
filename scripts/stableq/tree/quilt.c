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

#include "base/fs.h"
#include "tree/tree.h"
#include "tree/io.h"
#include "tree/push.h"

struct pushing {
	const char *root;
	const struct queue *q;
	struct strv applied;		/* file names, in order */
	size_t first, end;		/* patches of the queue that are pushed now */
	struct err *err;
};

/* A file of .pc as text; none is as good as an empty one. */
static int read_pc(struct pushing *p, const char *name, struct str *to)
{
	_cleanup_free_ char *path = fs_join(".pc", name);
	_cleanup_err_ struct err err = ERR_INIT;
	int ret = tree_read(p->root, path, to, NULL, &err);

	return !ret || ret == ERR_NOTFOUND ? 0 : err_move(p->err, &err);
}

static int write_pc(struct pushing *p, const char *name, struct span text)
{
	_cleanup_free_ char *path = fs_join(".pc", name);

	return tree_write(p->root, path, text, 0644, p->err);
}

static int read_applied(struct pushing *p)
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
static char *patches_dir(const struct pushing *p)
{
	_cleanup_free_ char *dir = realpath(p->q->dir, NULL);
	_cleanup_free_ char *root = realpath(p->root, NULL);
	size_t n = root ? strlen(root) : 0;

	if (dir && n && !strncmp(dir, root, n) && dir[n] == '/')
		return xstrdup(dir + n + 1);
	return xstrdup(dir ? dir : p->q->dir);
}

static int write_once(struct pushing *p, const char *name, const char *text)
{
	_cleanup_free_ char *line = xasprintf("%s\n", text);
	_cleanup_str_ struct str have = STR_INIT;
	int ret = read_pc(p, name, &have);

	return ret || have.len ? ret : write_pc(p, name, span_of(line));
}

static int write_database(struct pushing *p)
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

static int write_applied(struct pushing *p)
{
	_cleanup_str_ struct str text = STR_INIT;

	for (size_t i = 0; i < p->applied.n; i++)
		str_addf(&text, "%s\n", p->applied.v[i]);
	return write_pc(p, "applied-patches", str_span(&text));
}

/* One after the other; those that fit only in part are named in @odd. */
static int push_each(struct pushing *p, struct push *push, const struct patch_apply_opts *opts,
		     struct strv *odd)
{
	for (size_t i = p->first; i < p->end; i++) {
		int ret = push_next(push, opts, p->err);

		if (ret == ERR_FINDING && opts->keep_partial) {
			strv_add(odd, p->q->patches[i].file);
			if (p->err)
				err_clear(p->err);
		} else if (ret) {
			return ret;
		}
		strv_add(&p->applied, p->q->patches[i].file);
	}
	return 0;
}

static int tell_odd(const struct pushing *p, const struct strv *odd)
{
	_cleanup_str_ struct str names = STR_INIT;

	for (size_t i = 0; i < odd->n; i++)
		str_addf(&names, "%s%s", i ? ", " : "", odd->v[i]);
	return err_set(p->err, ERR_FINDING,
		       "%zu of %zu patches did not fit whole, and are to be refreshed; "
		       "what is left of them is in .rej files: %s", odd->n, p->end - p->first,
		       names.s);
}

static int push_all(struct pushing *p, struct push *push, const struct push_item *items,
		    const struct patch_apply_opts *opts)
{
	_cleanup_strv_ struct strv odd = STRV_INIT;
	int ret = push_expect(push, items, p->end - p->first, p->err);

	ret = ret ? ret : push_each(p, push, opts, &odd);
	ret = ret ? ret : push_end(push, p->err);
	ret = ret ? ret : push_rejects(push, p->err);
	ret = ret ? ret : write_database(p);
	ret = ret ? ret : write_applied(p);
	ret = ret ? ret : push_done(push, p->err);
	return ret || !odd.n ? ret : tell_odd(p, &odd);
}

int tree_push_quilt(const char *root, const struct queue *q, size_t upto,
		    const struct patch_apply_opts *opts, struct err *err)
{
	struct pushing p = { .root = root, .q = q, .err = err };
	static const struct patch_apply_opts strict = { .max_fuzz = 0 };
	_cleanup_free_ struct push_item *items = xcalloc(q->n, sizeof(*items));
	struct push *push;
	int ret = push_begin(&push, root, err);

	ret = ret ? ret : read_applied(&p);

	p.first = p.applied.n;
	p.end = MIN(upto, q->n);
	for (size_t i = p.first; i < p.end; i++)
		items[i - p.first] = (struct push_item){ q->patches[i].file, &q->patches[i].patch };
	if (!ret && p.first < p.end)
		ret = push_all(&p, push, items, opts ? opts : &strict);
	push_free(push);
	strv_free(&p.applied);
	return ret;
}
