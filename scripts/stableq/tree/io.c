// SPDX-License-Identifier: GPL-2.0-only
#include "tree/io.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/below.h"
#include "base/fs.h"

void (*tree_before_step)(void);

static void step(void)
{
	if (tree_before_step)
		tree_before_step();
}

/* Why a step could not be taken: a link gets its own message. */
static int enter_failed(const char *step, const char *root, const char *path, struct err *err)
{
	if (errno == ELOOP)
		return err_set(err, ERR_INPUT,
			       "%s/%s: refused to go through the symbolic link \"%.*s\"", root,
			       path, (int)strcspn(step, "/"), step);
	return err_sys(err, "%s/%s", root, path);
}

int tree_open_parent(const char *root, const char *path, bool create, int *fd, const char **base,
		     struct err *err)
{
	_cleanup_close_ int top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (top < 0)
		return err_sys(err, "%s", root);
	*fd = below_parent(top, path, create ? 0777 : 0, NULL, base);
	if (*fd >= 0)
		return 0;
	/* A file where a folder would have to be: nothing is below it. */
	if (!create && errno == ENOTDIR)
		return err_set(err, ERR_NOTFOUND, "%s/%s: no such file", root, path);
	return enter_failed(*base, root, path, err);
}

/* Why a file could not be opened; the walk tells which step is a link. */
static int open_failed(int root_fd, const char *root, const char *path, struct err *err)
{
	int saved = errno;
	const char *base = path;
	_cleanup_close_ int dir = saved == ENOENT ? -1 :
				  below_parent(root_fd, path, 0, NULL, &base);

	if (saved == ENOTDIR)
		return err_set(err, ERR_NOTFOUND, "%s/%s: no such file", root, path);
	errno = saved;
	return enter_failed(base, root, path, err);
}

int tree_read_at(int root_fd, const char *root, const char *path, struct str *to,
		 unsigned int *mode, struct err *err)
{
	_cleanup_close_ int fd = below_open(root_fd, path, O_RDONLY | O_NONBLOCK, 0);
	struct stat st;

	if (fd < 0)
		return open_failed(root_fd, root, path, err);
	if (fstat(fd, &st) < 0)
		return err_sys(err, "%s/%s", root, path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, S_ISDIR(st.st_mode) ? ERR_FOLDER : ERR_INPUT,
			       "%s/%s: not a regular file", root, path);
	if (fs_read_fd(fd, &st, to) < 0)
		return err_sys(err, "%s/%s", root, path);
	if (mode)
		*mode = st.st_mode & 0777;
	return 0;
}

int tree_read(const char *root, const char *path, struct str *to, unsigned int *mode,
	      struct err *err)
{
	_cleanup_close_ int top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (top < 0)
		return err_sys(err, "%s", root);
	return tree_read_at(top, root, path, to, mode, err);
}

/* The name under which @base is written. Long names keep their head: one writer at a time. */
static char *temp_name(const char *base)
{
	return xasprintf(".%.200s.sq~", base);
}

static int write_at(int dir, const char *base, const char *temp, struct span text,
		    unsigned int mode)
{
	int fd = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	bool ok;

	if (!f)
		return -1;
	ok = fchmod(fd, fs_umask(mode)) == 0 && fwrite(text.p, 1, text.len, f) == text.len;
	/* A full disk may show only when the buffer is written out. */
	ok = fclose(f) == 0 && ok;
	if (ok) {
		step();
		ok = renameat(dir, temp, dir, base) == 0;
	}
	if (!ok) {
		int saved = errno;

		unlinkat(dir, temp, 0);
		errno = saved;
	}
	return ok ? 0 : -1;
}

int tree_write(const char *root, const char *path, struct span text, unsigned int mode,
	       struct err *err)
{
	_cleanup_free_ char *temp = NULL;
	struct stat st;
	const char *base = path;
	int dir = -1;
	int ret = tree_open_parent(root, path, true, &dir, &base, err);

	if (ret)
		return ret;
	temp = temp_name(base);
	if (fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(st.st_mode)) {
		close(dir);
		return err_set(err, ERR_INPUT, "%s/%s: not a regular file", root, path);
	}
	step();
	unlinkat(dir, temp, 0);
	if (write_at(dir, base, temp, text, mode) < 0)
		ret = err_sys(err, "%s/%s", root, path);
	close(dir);
	return ret;
}

int tree_remove(const char *root, const char *path, struct err *err)
{
	_cleanup_free_ char *copy = xstrdup(path);
	const char *base = path;
	char *slash;
	int dir = -1;
	int ret = tree_open_parent(root, path, false, &dir, &base, err);

	if (ret)
		return ret;
	step();
	if (unlinkat(dir, base, 0) < 0)
		ret = err_sys(err, "%s/%s", root, path);
	close(dir);
	while (!ret && (slash = strrchr(copy, '/'))) {
		int gone;

		*slash = '\0';
		if (tree_open_parent(root, copy, false, &dir, &base, NULL))
			break;
		gone = unlinkat(dir, base, AT_REMOVEDIR);
		close(dir);
		if (gone < 0)
			break;
	}
	return ret;
}

void tree_sweep(const char *root, const char *path)
{
	_cleanup_free_ char *temp = NULL;
	const char *base = path;
	int dir = -1;

	if (tree_open_parent(root, path, false, &dir, &base, NULL))
		return;
	temp = temp_name(base);
	unlinkat(dir, temp, 0);
	close(dir);
}

int tree_touch(const char *root, const char *path, const struct timespec *when, struct err *err)
{
	struct timespec times[2] = { *when, *when };
	const char *base = path;
	int dir = -1;
	int ret = tree_open_parent(root, path, false, &dir, &base, err);

	if (ret)
		return ret;
	if (utimensat(dir, base, times, AT_SYMLINK_NOFOLLOW) < 0)
		ret = err_sys(err, "%s/%s", root, path);
	close(dir);
	return ret;
}
