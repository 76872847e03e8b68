// SPDX-License-Identifier: GPL-2.0-only
#include "tree/push.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/fs.h"
#include "base/parallel.h"
#include "patch/fileset.h"
#include "tree/io.h"
#include "tree/undo.h"
#include "tree/tree.h"

/* Backups that wait to be written, which several threads then do. */
#define BATCH 256

/* A file to be written below .pc. */
struct job {
	char *path;
	struct content *content;	/* held; NULL for an empty file */
	unsigned int mode;
	int error;			/* errno */
};

/* A file of the tree that some patch touches. */
struct touched {
	char *path;
	size_t patch;		/* the first that does */
	bool existed;
};

struct push {
	const char *root;
	int root_fd, pc_fd;
	bool own_pc;			/* .pc was not there */
	const char *const *files;
	size_t nfiles, done;
	struct fileset *now;
	struct touched *touched;
	size_t ntouched;
	struct job *jobs;
	size_t njobs;
	struct timespec stamp;		/* of all that is written: quilt takes newer files for edited */
	mode_t mask;
	bool begun, ended;
};

static void step(void)
{
	if (tree_before_step)
		tree_before_step();
}

static bool write_all(int fd, struct span text)
{
	while (text.len) {
		ssize_t n = write(fd, text.p, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text = span_skip(text, (size_t)n);
	}
	return true;
}

static bool write_content(const struct push *p, int fd, const struct job *j)
{
	struct timespec times[2] = { p->stamp, p->stamp };
	_cleanup_str_ struct str text = STR_INIT;

	if (j->content)
		content_copy(j->content, &text);
	/* A file keeps the mode that it has, whatever the umask. */
	if ((j->mode & p->mask) && fchmod(fd, j->mode) < 0)
		return false;
	return write_all(fd, str_span(&text)) && futimens(fd, times) == 0;
}

/* One of several threads. */
static void write_job(void *ctx, size_t i)
{
	const struct push *p = ctx;
	struct job *j = &p->jobs[i];
	int fd = beneath_create(p->pc_fd, j->path, j->mode);

	if (fd < 0 || !write_content(p, fd, j))
		j->error = errno;
	if (fd >= 0 && close(fd) < 0 && !j->error)
		j->error = errno;
	content_put(j->content);
}

static int flush(struct push *p, struct err *err)
{
	int ret = 0;

	step();
	parallel_each(p->njobs, write_job, p);
	for (size_t i = 0; i < p->njobs; i++) {
		if (p->jobs[i].error && !ret) {
			errno = p->jobs[i].error;
			ret = err_sys(err, "%s/.pc/%s", p->root, p->jobs[i].path);
		}
		free(p->jobs[i].path);
	}
	p->njobs = 0;
	return ret;
}

static void add_job(struct push *p, char *path, struct content *c, unsigned int mode)
{
	struct job *j = &ARRAY_PUSH(p->jobs, p->njobs);

	*j = (struct job){ .path = path, .content = c ? content_get(c) : NULL, .mode = mode };
}

struct push *push_begin(const char *root, struct err *err)
{
	struct push *p = xcalloc(1, sizeof(*p));

	p->root = root;
	p->pc_fd = -1;
	p->mask = umask(0);
	umask(p->mask);
	p->root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (p->root_fd < 0)
		err_sys(err, "%s", root);
	else if (!undo_all(root, err))
		return p;
	push_free(p);
	return NULL;
}

int push_expect(struct push *p, const char *const *files, size_t n, struct err *err)
{
	int ret;

	p->files = files;
	p->nfiles = n;
	p->now = tree_fileset(p->root);
	clock_gettime(CLOCK_REALTIME, &p->stamp);
	step();
	p->own_pc = mkdirat(p->root_fd, ".pc", 0777) == 0;
	if (!p->own_pc && errno != EEXIST)
		return err_sys(err, "%s/.pc", p->root);
	p->begun = true;
	p->pc_fd = beneath_open(p->root_fd, ".pc", O_PATH | O_DIRECTORY, 0);
	if (p->pc_fd < 0)
		return err_sys(err, "%s/.pc", p->root);
	ret = undo_write(p->root, files, n, NULL, 0, err);
	return ret;
}

/* A folder of its own in .pc. What stands there is left of a push without a journal. */
static int make_folder(struct push *p, const char *file, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/.pc/%s", p->root, file);
	const char *base;
	int fd, ret = 0;

	step();
	fd = beneath_parents(p->pc_fd, file) ? -1 : beneath_parent(p->pc_fd, file, &base);
	if (fd < 0)
		return err_sys(err, "%s", path);
	if (mkdirat(fd, base, 0777) < 0) {
		ret = errno == EEXIST ? fs_remove_tree(path, err) : err_sys(err, "%s", path);
		if (!ret && mkdirat(fd, base, 0777) < 0)
			ret = err_sys(err, "%s", path);
	}
	close(fd);
	return ret;
}

static int add_backup(void *ctx, const struct fileset_file *f)
{
	struct push *p = ctx;

	if (!fileset_touched(p->now, f->path)) {
		ARRAY_PUSH(p->touched, p->ntouched) = (struct touched){
			xstrdup(f->path), p->done, f->old != NULL,
		};
		/* The file itself becomes the backup, when another takes its place. */
		if (f->old)
			return 0;
	}
	add_job(p, xasprintf("%s/%s", p->files[p->done], f->path), f->old,
		f->old ? f->old_mode : 0666 & ~p->mask);
	return 0;
}

int push_patch(struct push *p, const struct patch *patch, const struct patch_apply_opts *opts,
	       struct err *err)
{
	struct fileset *layer = fileset_over(p->now);
	int ret = patch_apply(layer, patch, opts, NULL, err);

	ret = ret ? ret : make_folder(p, p->files[p->done], err);
	ret = ret ? ret : fileset_each_file(layer, add_backup, p);
	if (!ret) {
		add_job(p, xasprintf("%s/.timestamp", p->files[p->done]), NULL, 0666 & ~p->mask);
		ret = fileset_commit(layer, p->now);
	}
	fileset_free(layer);
	p->done++;
	return ret || p->njobs < BATCH ? ret : flush(p, err);
}

/* The new files are complete before the first of the old ones goes. */
static int write_new(struct push *p, struct err *err)
{
	int ret = flush(p, err);

	for (size_t i = 0; i < p->ntouched && !ret; i++) {
		const struct touched *t = &p->touched[i];
		struct content *c;
		unsigned int mode;

		if (fileset_content(p->now, t->path, &c, &mode, NULL))
			continue;
		/* Only a file that was there can have a mode that the umask would not have left it. */
		add_job(p, xasprintf(UNDO_DIR "/%zu", i), c, t->existed ? mode : mode & ~p->mask);
		if (p->njobs == BATCH)
			ret = flush(p, err);
	}
	return ret ? ret : flush(p, err);
}

static int copy_backup(struct push *p, const struct touched *t, const char *to, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	unsigned int mode;
	int ret = tree_read(p->root, t->path, &text, &mode, err);

	if (ret)
		return ret;
	add_job(p, xstrdup(to), NULL, mode);
	p->jobs[0].content = content_take(&text);
	return flush(p, err);
}

/*
 * The file that is there is its own backup. One that has other names, too, is copied, since quilt
 * gives backups a time of theirs.
 */
static int keep_old(struct push *p, const struct touched *t, struct err *err)
{
	_cleanup_free_ char *to = xasprintf("%s/%s", p->files[t->patch], t->path);
	const struct timespec times[2] = { p->stamp, p->stamp };
	const char *base, *to_base;
	_cleanup_(closep) int dir = beneath_parent(p->root_fd, t->path, &base), to_dir = -1;
	struct stat st;

	step();
	if (dir < 0 || fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    beneath_parents(p->pc_fd, to) < 0)
		return err_sys(err, "%s/%s", p->root, t->path);
	to_dir = beneath_parent(p->pc_fd, to, &to_base);
	if (st.st_nlink > 1 || to_dir < 0 || linkat(dir, base, to_dir, to_base, 0) < 0)
		return copy_backup(p, t, to, err);
	if (st.st_size)
		utimensat(to_dir, to_base, times, AT_SYMLINK_NOFOLLOW);
	return 0;
}

static int put_new(struct push *p, size_t i, struct err *err)
{
	const struct touched *t = &p->touched[i];
	_cleanup_free_ char *from = xasprintf(UNDO_DIR "/%zu", i);
	const char *base;
	_cleanup_(closep) int dir = -1;

	step();
	dir = beneath_parents(p->root_fd, t->path) ? -1 : beneath_parent(p->root_fd, t->path, &base);
	if (dir < 0 || renameat(p->pc_fd, from, dir, base) < 0)
		return err_sys(err, "%s/%s", p->root, t->path);
	return 0;
}

static bool stays(struct push *p, const struct touched *t)
{
	struct err err = ERR_INIT;
	int ret = fileset_content(p->now, t->path, NULL, NULL, &err);

	err_clear(&err);
	return !ret;
}

/* What goes, goes first: a file may come where a folder was. */
static int put_in_place(struct push *p, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < p->ntouched && !ret; i++)
		if (p->touched[i].existed)
			ret = keep_old(p, &p->touched[i], err);
	for (size_t i = 0; i < p->ntouched && !ret; i++)
		if (p->touched[i].existed && !stays(p, &p->touched[i]))
			ret = tree_remove(p->root, p->touched[i].path, err);
	for (size_t i = 0; i < p->ntouched && !ret; i++)
		if (stays(p, &p->touched[i]))
			ret = put_new(p, i, err);
	return ret;
}

static int write_undo(struct push *p, struct err *err)
{
	struct undo_file *v = xcalloc(p->ntouched, sizeof(*v));
	int ret;

	for (size_t i = 0; i < p->ntouched; i++)
		v[i] = (struct undo_file){ p->touched[i].path,
					      p->touched[i].existed ? p->files[p->touched[i].patch]
								    : NULL };
	step();
	ret = undo_write(p->root, p->files, p->nfiles, v, p->ntouched, err);
	free(v);
	return ret;
}

int push_end(struct push *p, struct err *err)
{
	int ret = write_new(p, err);

	ret = ret ? ret : write_undo(p, err);
	return ret ? ret : put_in_place(p, err);
}

int push_done(struct push *p, struct err *err)
{
	p->ended = true;
	step();
	return undo_forget(p->root, err);
}

void push_free(struct push *p)
{
	if (!p)
		return;
	if (p->begun && !p->ended)
		undo_all(p->root, NULL);
	if (p->own_pc)
		unlinkat(p->root_fd, ".pc", AT_REMOVEDIR);
	for (size_t i = 0; i < p->njobs; i++) {
		free(p->jobs[i].path);
		content_put(p->jobs[i].content);
	}
	free(p->jobs);
	for (size_t i = 0; i < p->ntouched; i++)
		free(p->touched[i].path);
	free(p->touched);
	fileset_free(p->now);
	if (p->pc_fd >= 0)
		close(p->pc_fd);
	if (p->root_fd >= 0)
		close(p->root_fd);
	free(p);
}
