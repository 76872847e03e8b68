// SPDX-License-Identifier: GPL-2.0-only
#include "tree/push.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/below.h"
#include "base/fs.h"
#include "base/names.h"
#include "base/parallel.h"
#include "patch/fileset.h"
#include "patch/reject.h"
#include "tree/io.h"
#include "tree/undo.h"
#include "tree/tree.h"

/* Files that wait to be written, which several threads then do. */
#define BATCH 256
/* As many of the tree's new ones are one thread's work. */
#define SHARE 16

/* A file to be written below a folder of .pc. */
struct job_file {
	char *path;
	struct content *content;	/* held; NULL for an empty file */
	unsigned int mode;
	bool later;			/* only its own folder is made; it comes by link */
};

/* The files of one folder of .pc, in order. */
struct job {
	const char *dir;
	struct job_file *v;
	size_t n, at;			/* @at: where it ended, with an @error */
	int error;			/* errno */
};

/* A file of the tree that some patch touches. */
struct touched {
	char *path;
	size_t id;		/* the new one waits under this number */
	size_t patch;		/* the first that touches it */
	bool existed, stays, settled;
};

/* The hunks that didn't go into a file. */
struct reject {
	char *path;		/* the file's */
	struct str text;
	size_t patch;		/* whose they are, from 1 */
};

struct push {
	const char *root;
	int root_fd, pc_fd;
	bool own_pc;			/* .pc was not there */
	const struct push_item *items;
	size_t nitems, done;
	struct fileset *now;
	struct names last;		/* the last patch that names a path */
	struct touched *touched;
	size_t ntouched;
	struct names index;		/* of @touched, by path */
	struct job *jobs;
	size_t njobs, waiting;		/* @waiting: files of all jobs */
	/* index of the job of new files that isn't full, or SIZE_MAX */
	size_t share;
	struct reject *rejects;
	size_t nrejects;
	struct names reject_index;	/* of @rejects, by path */
	struct strv marks;		/* what quilt marks patches by that are to be refreshed */
	/* of all that is written: quilt takes newer files for edited */
	struct timespec stamp;
	mode_t mask;
	char *parent;			/* folder of the file that was put in place last */
	int parent_fd;
	bool begun, ended;
};

static void step(void)
{
	if (tree_before_step)
		tree_before_step();
}

/*
 * The folders of @path that @before, which was made earlier, does not have; all in a folder of
 * ours.
 */
static int make_folders(int dir, const char *before, const char *path)
{
	_cleanup_free_ char *copy = xstrdup(path);
	size_t same = 0;

	for (size_t i = 0; before[i] && before[i] == path[i]; i++)
		if (path[i] == '/')
			same = i + 1;
	for (char *slash = strchr(copy + same, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdirat(dir, copy, 0777) < 0 && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return 0;
}

static int write_file(const struct push *p, int dir, const struct job_file *f)
{
	const struct timespec times[2] = { p->stamp, p->stamp };
	int fd = openat(dir, f->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			f->mode);
	int saved;
	bool ok;

	if (fd < 0)
		return -1;
	/* A file keeps the mode that it has, whatever the umask. */
	ok = (!(f->mode & p->mask) || fchmod(fd, f->mode) == 0) &&
	     (!f->content || content_write(f->content, fd) == 0) && futimens(fd, times) == 0;
	saved = errno;
	/* A full disk may show only here. */
	if (close(fd) < 0 && ok)
		return -1;
	errno = saved;
	return ok ? 0 : -1;
}

/* One of several threads. */
static void write_job(void *ctx, size_t i)
{
	const struct push *p = ctx;
	struct job *j = &p->jobs[i];
	_cleanup_close_ int dir = below_open(p->pc_fd, j->dir, O_PATH | O_DIRECTORY, 0);
	const char *before = "";

	j->error = dir < 0 ? errno : 0;
	for (j->at = 0; j->at < j->n && !j->error; j->at++) {
		const struct job_file *f = &j->v[j->at];

		if (make_folders(dir, before, f->path) || (!f->later && write_file(p, dir, f))) {
			j->error = errno;
			return;
		}
		before = f->path;
	}
}

static void drop_jobs(struct push *p)
{
	for (size_t i = 0; i < p->njobs; i++) {
		for (size_t k = 0; k < p->jobs[i].n; k++) {
			free(p->jobs[i].v[k].path);
			content_put(p->jobs[i].v[k].content);
		}
		free(p->jobs[i].v);
	}
	p->njobs = p->waiting = 0;
	p->share = SIZE_MAX;
}

static int flush(struct push *p, struct err *err)
{
	int ret = 0;

	step();
	parallel_each(p->njobs, write_job, p);
	for (size_t i = 0; i < p->njobs && !ret; i++) {
		const struct job *j = &p->jobs[i];

		if (!j->error)
			continue;
		errno = j->error;
		ret = err_sys(err, "%s/.pc/%s/%s", p->root, j->dir,
			      j->at < j->n ? j->v[j->at].path : "");
	}
	drop_jobs(p);
	return ret;
}

static struct job *add_job(struct push *p, const char *dir)
{
	struct job *j = &ARRAY_PUSH(p->jobs, p->njobs);

	j->dir = dir;
	return j;
}

/* @path is taken over. */
static struct job_file *add_file(struct push *p, struct job *j, char *path, struct content *c,
				 unsigned int mode)
{
	struct job_file *f = &ARRAY_PUSH(j->v, j->n);

	p->waiting++;
	*f = (struct job_file){ path, c ? content_get(c) : NULL, mode, false };
	return f;
}

int push_begin(struct push **to, const char *root, struct err *err)
{
	struct push *p = xcalloc(1, sizeof(*p));
	int ret;

	*to = p;
	p->root = root;
	p->pc_fd = p->parent_fd = -1;
	p->share = SIZE_MAX;
	p->mask = umask(0);
	umask(p->mask);
	p->root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	ret = p->root_fd < 0 ? err_sys(err, "%s", root) : 0;
	return ret ? ret : undo_all(root, err);
}

static void note_last(struct push *p)
{
	for (size_t i = 0; i < p->nitems; i++) {
		const struct patch *patch = p->items[i].patch;

		for (size_t k = 0; k < patch->nfiles; k++) {
			if (patch->files[k].old_path)
				names_set(&p->last, patch->files[k].old_path, i);
			if (patch->files[k].new_path)
				names_set(&p->last, patch->files[k].new_path, i);
		}
	}
}

static int write_undo(struct push *p, struct err *err)
{
	_cleanup_free_ const char **patches = xcalloc(p->nitems, sizeof(*patches));
	_cleanup_free_ struct undo_file *files = xcalloc(p->ntouched, sizeof(*files));

	for (size_t i = 0; i < p->nitems; i++)
		patches[i] = p->items[i].file;
	for (size_t i = 0; i < p->ntouched; i++) {
		const struct touched *t = &p->touched[i];

		files[i] = (struct undo_file){ t->path, t->existed ? patches[t->patch] : NULL };
	}
	step();
	return undo_write(p->root, patches, p->nitems, files, p->ntouched, err);
}

int push_expect(struct push *p, const struct push_item *items, size_t n, struct err *err)
{
	p->items = items;
	p->nitems = n;
	note_last(p);
	p->now = tree_fileset(p->root);
	clock_gettime(CLOCK_REALTIME, &p->stamp);
	step();
	p->own_pc = mkdirat(p->root_fd, ".pc", 0777) == 0;
	if (!p->own_pc && errno != EEXIST)
		return err_sys(err, "%s/.pc", p->root);
	p->begun = true;
	p->pc_fd = below_open(p->root_fd, ".pc", O_PATH | O_DIRECTORY, 0);
	return p->pc_fd < 0 ? err_sys(err, "%s/.pc", p->root) : write_undo(p, err);
}

/* A folder of its own in .pc. What stands there is left of a push without a journal. */
static int make_folder(struct push *p, const char *file, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/.pc/%s", p->root, file);
	const char *base;
	int fd, ret = 0;

	step();
	fd = below_parent(p->pc_fd, file, 0777, NULL, &base);
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

/* What a patch touches, on the way to its backups. */
struct backups {
	struct push *p;
	struct job *job;
};

static int add_backup(void *ctx, const struct fileset_file *f)
{
	struct backups *b = ctx;
	struct push *p = b->p;
	struct job_file *to;
	struct touched *t;
	bool first = !fileset_touched(p->now, f->path);

	to = add_file(p, b->job, xstrdup(f->path), first ? NULL : f->old,
		      f->old ? f->old_mode : 0666 & ~p->mask);
	if (!first)
		return 0;
	/* The file itself becomes the backup, when another takes its place. */
	to->later = f->old;
	t = &ARRAY_PUSH(p->touched, p->ntouched);
	*t = (struct touched){ .path = xstrdup(f->path), .id = p->ntouched, .patch = p->done,
			       .existed = f->old };
	names_set(&p->index, t->path, p->ntouched - 1);
	return 0;
}

/* No more patch is going to ask for @path: what it became can be written, and leave the memory. */
static void settle(struct push *p, const char *path)
{
	struct content *c = NULL;
	struct touched *t;
	unsigned int mode;
	size_t at;

	if (!path || !names_find(&p->last, path, &at) || at != p->done)
		return;
	t = names_find(&p->index, path, &at) ? &p->touched[at] : NULL;
	if (t && !t->settled) {
		t->settled = true;
		t->stays = !fileset_content(p->now, path, &c, &mode, NULL);
	}
	if (c) {
		if (p->share == SIZE_MAX || p->jobs[p->share].n >= SHARE) {
			p->share = p->njobs;
			add_job(p, UNDO_DIR);
		}
		/* Only a file that was there can have a mode that the umask would not leave it. */
		add_file(p, &p->jobs[p->share], xasprintf("%zu", t->id), c,
			 t->existed ? mode : mode & ~p->mask);
	}
	fileset_forget(p->now, path);
}

static int push_layer(struct push *p, struct fileset *layer, struct err *err)
{
	const struct push_item *item = &p->items[p->done];
	struct backups b = { p, NULL };
	int ret = make_folder(p, item->file, err);

	if (ret)
		return ret;
	b.job = add_job(p, item->file);
	ret = fileset_each_file(layer, add_backup, &b);
	add_file(p, b.job, xstrdup(".timestamp"), NULL, 0666 & ~p->mask);
	ret = ret ? ret : fileset_commit(layer, p->now);
	for (size_t k = 0; k < item->patch->nfiles; k++) {
		settle(p, item->patch->files[k].old_path);
		settle(p, item->patch->files[k].new_path);
	}
	return ret;
}

/* Rejects of a later patch take the place of an earlier one's, those of one patch come together. */
static struct str *reject_of(struct push *p, const char *path, size_t first)
{
	size_t at;

	if (!names_find(&p->reject_index, path, &at)) {
		at = p->nrejects;
		ARRAY_PUSH(p->rejects, p->nrejects).path = xstrdup(path);
		names_set(&p->reject_index, p->rejects[at].path, at);
	}
	if (p->rejects[at].patch != first + 1)
		str_trunc(&p->rejects[at].text, 0);
	p->rejects[at].patch = first + 1;
	return &p->rejects[at].text;
}

static void add_rejects(struct push *p, const struct file_outcome *out)
{
	const struct push_item *item = &p->items[p->done];
	_cleanup_free_ char *mark = xasprintf("%s~refresh", item->file);

	for (size_t i = 0; i < item->patch->nfiles; i++) {
		_cleanup_str_ struct str text = STR_INIT;

		if (out[i].path)
			reject_add(item->patch, &out[i], &text);
		if (text.len)
			str_add(reject_of(p, out[i].path, p->done), text.s, text.len);
	}
	strv_add(&p->marks, mark);
}

int push_next(struct push *p, const struct patch_apply_opts *opts, struct err *err)
{
	struct fileset *layer = fileset_over(p->now);
	struct file_outcome *out = NULL;
	int fits = patch_apply(layer, p->items[p->done].patch, opts, &out, err), ret = fits;

	if (fits == ERR_FINDING && opts->keep_partial) {
		add_rejects(p, out);
		ret = 0;
	}
	file_outcomes_free(out, p->items[p->done].patch->nfiles);
	ret = ret ? ret : push_layer(p, layer, err);
	fileset_free(layer);
	p->done++;
	ret = ret || p->waiting < BATCH ? ret : flush(p, err);
	return ret ? ret : fits;
}

/* The folder that @path stands in, for the files that come one behind the other in it. */
static int enter(struct push *p, const char *path, const char **base)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	*base = slash ? slash + 1 : path;
	if (p->parent && strlen(p->parent) == len && !strncmp(p->parent, path, len))
		return p->parent_fd;
	if (p->parent_fd >= 0)
		close(p->parent_fd);
	free(p->parent);
	p->parent = NULL;
	p->parent_fd = below_parent(p->root_fd, path, 0777, NULL, base);
	if (p->parent_fd >= 0)
		p->parent = xstrndup(path, len);
	return p->parent_fd;
}

static void leave(struct push *p)
{
	if (p->parent_fd >= 0)
		close(p->parent_fd);
	p->parent_fd = -1;
	free(p->parent);
	p->parent = NULL;
}

static int copy_backup(struct push *p, const struct touched *t, struct err *err)
{
	struct job *j = add_job(p, p->items[t->patch].file);
	_cleanup_str_ struct str text = STR_INIT;
	struct job_file *f = add_file(p, j, xstrdup(t->path), NULL, 0);
	int ret = tree_read(p->root, t->path, &text, &f->mode, err);

	if (ret)
		return ret;
	f->content = content_take(&text);
	return flush(p, err);
}

/*
 * The file that is there is its own backup. One that has other names, too, is copied, since quilt
 * gives backups a time of theirs.
 */
static int keep_old(struct push *p, const struct touched *t, struct err *err)
{
	_cleanup_free_ char *to = xasprintf("%s/%s", p->items[t->patch].file, t->path);
	const struct timespec times[2] = { p->stamp, p->stamp };
	const char *base;
	int dir = enter(p, t->path, &base);
	struct stat st;

	step();
	if (dir < 0 || fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "%s/%s", p->root, t->path);
	if (st.st_nlink > 1 || linkat(dir, base, p->pc_fd, to, 0) < 0)
		return copy_backup(p, t, err);
	if (st.st_size)
		utimensat(p->pc_fd, to, times, AT_SYMLINK_NOFOLLOW);
	return 0;
}

static int put_new(struct push *p, const struct touched *t, struct err *err)
{
	_cleanup_free_ char *from = xasprintf(UNDO_DIR "/%zu", t->id);
	const char *base;
	int dir = enter(p, t->path, &base);

	step();
	if (dir < 0 || renameat(p->pc_fd, from, dir, base) < 0)
		return err_sys(err, "%s/%s", p->root, t->path);
	return 0;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct touched *)a)->path, ((const struct touched *)b)->path);
}

/*
 * What goes, goes before what comes: a file may come where a folder was, and the other way round.
 */
static int put_in_place(struct push *p, struct err *err)
{
	const struct touched *t = p->touched, *end = t + p->ntouched;
	int ret = 0;

	for (; t < end && !ret; t++) {
		if (t->existed)
			ret = keep_old(p, t, err);
		if (!ret && t->existed && t->stays)
			ret = put_new(p, t, err);
	}
	leave(p);
	for (t = p->touched; t < end && !ret; t++)
		if (t->existed && !t->stays)
			ret = tree_remove(p->root, t->path, err);
	for (t = p->touched; t < end && !ret; t++)
		if (!t->existed && t->stays)
			ret = put_new(p, t, err);
	return ret;
}

int push_end(struct push *p, struct err *err)
{
	int ret = flush(p, err);

	if (p->ntouched)
		qsort(p->touched, p->ntouched, sizeof(*p->touched), by_path);
	/* No longer in that order. */
	names_free(&p->index);
	ret = ret ? ret : write_undo(p, err);
	return ret ? ret : put_in_place(p, err);
}

int push_rejects(struct push *p, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < p->nrejects && !ret; i++) {
		_cleanup_free_ char *path = xasprintf("%s.rej", p->rejects[i].path);

		ret = tree_write(p->root, path, str_span(&p->rejects[i].text), 0666, err);
	}
	for (size_t i = 0; i < p->marks.n && !ret; i++) {
		_cleanup_free_ char *path = fs_join(".pc", p->marks.v[i]);

		ret = tree_write(p->root, path, span_of(""), 0666, err);
	}
	return ret;
}

int push_done(struct push *p, struct err *err)
{
	p->ended = true;
	step();
	return undo_forget(p->root, err);
}

void push_free(struct push *p)
{
	if (p->begun && !p->ended)
		undo_all(p->root, NULL);
	if (p->own_pc)
		unlinkat(p->root_fd, ".pc", AT_REMOVEDIR);
	drop_jobs(p);
	leave(p);
	free(p->jobs);
	for (size_t i = 0; i < p->ntouched; i++)
		free(p->touched[i].path);
	free(p->touched);
	for (size_t i = 0; i < p->nrejects; i++) {
		free(p->rejects[i].path);
		str_free(&p->rejects[i].text);
	}
	free(p->rejects);
	names_free(&p->reject_index);
	strv_free(&p->marks);
	names_free(&p->index);
	names_free(&p->last);
	fileset_free(p->now);
	if (p->pc_fd >= 0)
		close(p->pc_fd);
	if (p->root_fd >= 0)
		close(p->root_fd);
	free(p);
}
