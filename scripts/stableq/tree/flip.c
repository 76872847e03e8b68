// SPDX-License-Identifier: GPL-2.0-only
/*
 * tree/flip.c - a working tree goes from one state to another
 *
 * The journal holds the paths that may differ from the pristine tree. It is only added to before
 * the first write and only cut back behind the last one, so whatever a kill leaves, the next flip
 * looks at every file that could be wrong.
 */
#include <unistd.h>

#include "base/fs.h"
#include "tree/tree.h"
#include "tree/io.h"

struct flip {
	const char *pristine, *work;
	struct fileset *fs;
	struct strv paths;	/* sorted, each once */
	size_t changed;
};

static int collect(void *ctx, const struct fileset_change *c)
{
	strv_add(ctx, c->path);
	return 0;
}

int tree_journal(const char *work, struct strv *to, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s.journal", work);
	_cleanup_str_ struct str text = STR_INIT;
	struct err missing = ERR_INIT;
	struct span rest, line;
	int ret = fs_read(path, 0, &text, &missing);

	if (ret == ERR_NOTFOUND) {
		err_clear(&missing);
		return 0;
	}
	if (ret)
		return err_move(err, &missing);
	rest = str_span(&text);
	while (span_line(&rest, &line)) {
		_cleanup_free_ char *name = span_dup(line);
		const char *why;

		if (!patch_path_ok(name, &why))
			return err_set(err, ERR_INPUT,
				       "%s: damaged (%s); remove it together with the "
				       "tree beside it",
				       path, why);
		strv_add(to, name);
	}
	return 0;
}

static int journal_write(const char *path, const struct strv *v, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;

	for (size_t i = 0; i < v->n; i++)
		str_addf(&text, "%s\n", v->v[i]);
	if (tree_before_step)
		tree_before_step();
	return fs_write(path, text.s ? text.s : "", text.len, 0644, err);
}

/* Like tree_read(), with a file that isn't there as a state of its own. */
static int read_state(const char *root, const char *path, struct str *text, unsigned int *mode,
		      bool *exists, struct err *err)
{
	struct err missing = ERR_INIT;
	int ret = tree_read(root, path, text, mode, &missing);

	*exists = !ret;
	if (ret == ERR_NOTFOUND || ret == ERR_FOLDER) {
		err_clear(&missing);
		return 0;
	}
	return ret ? err_move(err, &missing) : 0;
}

static int want_state(struct flip *f, const char *path, struct str *text, unsigned int *mode,
		      bool *exists, struct err *err)
{
	struct err missing = ERR_INIT;
	struct span s;
	int ret;

	if (!f->fs)
		return read_state(f->pristine, path, text, mode, exists, err);
	ret = fileset_get(f->fs, path, &s, mode, &missing);
	*exists = !ret;
	if (ret == ERR_NOTFOUND) {
		err_clear(&missing);
		return 0;
	}
	if (ret)
		return err_move(err, &missing);
	str_add(text, s.p, s.len);
	return 0;
}

/* @write: those that should be there, else those that shouldn't. */
static int flip_one(struct flip *f, const char *path, bool write, struct err *err)
{
	_cleanup_str_ struct str have = STR_INIT, want = STR_INIT;
	unsigned int have_mode = 0, want_mode = 0;
	bool is, should;
	int ret = want_state(f, path, &want, &want_mode, &should, err);

	tree_sweep(f->work, path);
	if (!ret)
		ret = read_state(f->work, path, &have, &have_mode, &is, err);
	if (ret)
		return ret;
	if (should != write || (!should && !is))
		return 0;
	/*
	 * A file that is right is left alone: its time says to make that nothing happened. Of the
	 * mode git knows no more than whether it is a program, and the umask has its say in the
	 * rest.
	 */
	if (should && is && !(have_mode & 0100) == !(want_mode & 0100) &&
	    span_eq(str_span(&have), str_span(&want)))
		return 0;
	f->changed++;
	return should ? tree_write(f->work, path, str_span(&want), want_mode, err) :
			tree_remove(f->work, path, err);
}

static int flip_all(struct flip *f, const char *journal, struct err *err)
{
	_cleanup_strv_ struct strv mine = STRV_INIT, before = STRV_INIT;
	int ret = tree_journal(f->work, &before, err);

	if (ret)
		return ret;
	if (f->fs)
		ret = fileset_each(f->fs, collect, &mine);
	if (ret)
		return err_set(err, ret, "%s: cannot read the files that a state changes",
			       f->pristine);
	for (size_t i = 0; i < before.n; i++)
		strv_add(&f->paths, before.v[i]);
	for (size_t i = 0; i < mine.n; i++)
		strv_add(&f->paths, mine.v[i]);
	strv_unique(&f->paths);
	if (f->paths.n)
		ret = journal_write(journal, &f->paths, err);
	/* A file may have to go before a folder can take its place, or the other way round. */
	for (size_t i = 0; !ret && i < 2 * f->paths.n; i++)
		ret = flip_one(f, f->paths.v[i % f->paths.n], i >= f->paths.n, err);
	if (!ret && f->paths.n)
		ret = journal_write(journal, &mine, err);
	return ret;
}

int tree_flip(const char *pristine, const char *work, struct fileset *fs, size_t *changed,
	      struct err *err)
{
	_cleanup_free_ char *journal = xasprintf("%s.journal", work);
	_cleanup_free_ char *lock = xasprintf("%s.lock", work);
	struct flip f = { .pristine = pristine, .work = work, .fs = fs };
	int fd;
	int ret = fs_lock(lock, true, &fd, err);

	if (ret)
		return ret;
	ret = flip_all(&f, journal, err);
	strv_free(&f.paths);
	close(fd);
	if (changed)
		*changed = f.changed;
	return ret;
}
