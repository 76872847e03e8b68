// SPDX-License-Identifier: GPL-2.0-only
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "fs.h"
#include "tree_io.h"

static int load(void *ctx, const char *path, struct str *to, unsigned int *mode, struct err *err)
{
	return tree_read(ctx, path, to, mode, err);
}

struct fileset *tree_fileset(const char *root)
{
	/* Only read from there. */
	return fileset_new(load, (void *)root);
}

static int copy_data(int in, int out, off_t left)
{
	while (left > 0) {
		ssize_t n = sendfile(out, in, NULL, (size_t)MIN(left, (off_t)1 << 30));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -1 : 0;
		left -= n;
	}
	return 0;
}

/* For file systems without hard links, or across two of them: time and mode are kept. */
static int copy_file(int from, int to, const char *name, const struct stat *st)
{
	struct timespec times[2] = { st->st_atim, st->st_mtim };
	int in = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int out = in < 0 ? -1 : openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int ret = -1;

	if (out >= 0 && copy_data(in, out, st->st_size) == 0 &&
	    fchmod(out, st->st_mode & 07777) == 0 && futimens(out, times) == 0)
		ret = 0;
	if (in >= 0)
		close(in);
	if (out >= 0 && close(out) < 0)
		ret = -1;
	return ret;
}

static int copy_link(int from, int to, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(from, name, target, sizeof(target) - 1);

	if (n < 0)
		return -1;
	target[n] = '\0';
	return symlinkat(target, to, name);
}

static int link_entry(int from, int to, const char *name, struct stat *st)
{
	if (fstatat(from, name, st, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	if (S_ISDIR(st->st_mode))
		return mkdirat(to, name, (st->st_mode & 07777) | S_IRWXU);
	if (S_ISLNK(st->st_mode))
		return copy_link(from, to, name);
	if (!S_ISREG(st->st_mode))
		return 0;	/* a source tree has no sockets */
	if (linkat(from, name, to, name, 0) == 0)
		return 0;
	return errno == EXDEV || errno == EPERM || errno == EMLINK || errno == ENOTSUP ?
	       copy_file(from, to, name, st) : -1;
}

/* Both descriptors are closed. @at is for messages. */
static int link_tree(int from, int to, const char *at, struct err *err)
{
	DIR *d = from < 0 || to < 0 ? NULL : fdopendir(from);
	struct dirent *e;
	int ret = 0;

	if (!d) {
		ret = err_sys(err, "%s", at);
		if (from >= 0)
			close(from);
	}
	while (!ret && d && (e = readdir(d))) {
		_cleanup_free_ char *path = NULL;
		struct stat st;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		path = fs_join(at, e->d_name);
		if (child_interrupted())
			ret = err_set(err, ERR_INTERRUPTED, "interrupted while linking %s", path);
		else if (link_entry(from, to, e->d_name, &st) < 0)
			ret = err_sys(err, "%s", path);
		else if (S_ISDIR(st.st_mode))
			ret = link_tree(openat(from, e->d_name,
					       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
					openat(to, e->d_name,
					       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
					path, err);
	}
	if (d)
		closedir(d);
	if (to >= 0)
		close(to);
	return ret;
}

int tree_prepare(const char *pristine, const char *work, struct err *err)
{
	_cleanup_free_ char *lock = xasprintf("%s.lock", work);
	_cleanup_free_ char *temp = xasprintf("%s.new", work);
	_cleanup_free_ char *journal = xasprintf("%s.journal", work);
	int fd, ret;

	if (fs_is_dir(work))
		return 0;
	ret = fs_mkparents(work, err);
	if (!ret)
		ret = fs_lock(lock, true, &fd, err);
	if (ret)
		return ret;
	/* Somebody else may have made it while we waited. */
	if (!fs_is_dir(work)) {
		ret = fs_remove_tree(temp, err);
		if (!ret && mkdir(temp, 0777) < 0)
			ret = err_sys(err, "%s", temp);
		if (!ret)
			ret = link_tree(open(pristine, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
					open(temp, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
					pristine, err);
		/* A journal of an earlier tree by that name says nothing about this one. */
		if (!ret && unlink(journal) < 0 && errno != ENOENT)
			ret = err_sys(err, "%s", journal);
		if (!ret && rename(temp, work) < 0)
			ret = err_sys(err, "%s", work);
		if (ret)
			fs_remove_tree(temp, NULL);
	}
	close(fd);
	return ret;
}
