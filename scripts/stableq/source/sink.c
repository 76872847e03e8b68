// SPDX-License-Identifier: GPL-2.0-only
#include "source/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/below.h"
#include "base/fs.h"

struct sink {
	int root;
	char *name;		/* of root, for messages */
	int parent;		/* of the last entry: archives go on in the same directory */
	char *parent_path;
	struct sink_count count;
};

struct sink *sink_new(const char *root, struct err *err)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct sink *s;

	if (fd < 0) {
		err_sys(err, "%s", root);
		return NULL;
	}
	s = xcalloc(1, sizeof(*s));
	s->root = fd;
	s->name = xstrdup(root);
	s->parent = -1;
	return s;
}

void sink_free(struct sink *s)
{
	if (!s)
		return;
	closep(&s->root);
	closep(&s->parent);
	free(s->parent_path);
	free(s->name);
	free(s);
}

const struct sink_count *sink_count(const struct sink *s)
{
	return &s->count;
}

void sink_left_out(struct sink *s)
{
	s->count.left_out++;
}

static int refuse(struct sink *s, const char *path, const char *why, struct err *err)
{
	return err_set(err, ERR_INPUT, "entry '%s' %s: refused", path, why);
}

static int failed(struct sink *s, const char *path, struct err *err)
{
	if (errno == ENOTDIR || errno == ELOOP)
		return refuse(s, path, "goes through a link or a file", err);
	if (errno == EEXIST)
		return refuse(s, path, "is there twice", err);
	return err_sys(err, "%s/%s", s->name, path);
}

static size_t depth(const char *path)
{
	size_t n = 0;

	for (; (path = strchr(path, '/')); path++)
		n++;
	return n;
}

/* The directory that @path stands in, and its name there. */
static int enter(struct sink *s, const char *path, int *dir, const char **base, struct err *err)
{
	const char *slash = strrchr(path, '/');
	struct span parent = span_head(span_of(path), slash ? (size_t)(slash - path) : 0);

	if (!below_inside(path))
		return refuse(s, path, "would leave the folder", err);
	if (strlen(path) > SOURCE_PATH_MAX || depth(path) > SOURCE_DEPTH_MAX)
		return err_set(err, ERR_INPUT, "entry '%.60s…' is longer or deeper than any "
			       "kernel's (%d bytes, %d directories): refused", path,
			       SOURCE_PATH_MAX, SOURCE_DEPTH_MAX);
	*base = slash ? slash + 1 : path;
	if (!s->parent_path || !span_is(parent, s->parent_path)) {
		closep(&s->parent);
		free(s->parent_path);
		s->parent_path = NULL;
		s->parent = below_dir(s->root, parent, 0755, &s->count.dirs, NULL);
		if (s->parent < 0)
			return failed(s, path, err);
		s->parent_path = span_dup(parent);
	}
	*dir = s->parent;
	return 0;
}

int sink_dir(struct sink *s, const char *path, unsigned int mode, struct err *err)
{
	const char *base = "";
	int dir = -1, ret;
	struct stat st;

	ret = enter(s, path, &dir, &base, err);
	if (ret)
		return ret;
	/* Ours to write and enter in any case: files are still to go there. */
	mode = fs_umask(mode & 0777) | 0700;
	if (mkdirat(dir, base, mode) < 0) {
		if (errno != EEXIST || fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISDIR(st.st_mode))
			return failed(s, path, err);
	} else {
		s->count.dirs++;
	}
	/* Now a real directory stands there, so that this cannot follow a link. */
	if (fchmodat(dir, base, mode, 0) < 0)
		return failed(s, path, err);
	return 0;
}

int sink_open(struct sink *s, const char *path, int *fd, struct err *err)
{
	const char *base = "";
	int dir = -1, ret;

	ret = enter(s, path, &dir, &base, err);
	if (ret)
		return ret;
	*fd = openat(dir, base, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (*fd < 0)
		return failed(s, path, err);
	s->count.files++;
	return 0;
}

int sink_write(struct sink *s, int fd, const char *path, const void *p, size_t n, struct err *err)
{
	s->count.bytes += n;
	if (s->count.bytes > SOURCE_TREE_MAX)
		return refuse(s, path, "comes after more bytes than any kernel's tree has", err);
	return fs_write_fd(fd, p, n) < 0 ? failed(s, path, err) : 0;
}

int sink_close(struct sink *s, int fd, const char *path, unsigned int mode, time_t mtime,
	       struct err *err)
{
	struct timespec times[2] = { { mtime, 0 }, { mtime, 0 } };
	int ret = 0;

	if (fchmod(fd, fs_umask(mode & 0777) | 0600) < 0 || futimens(fd, times) < 0)
		ret = failed(s, path, err);
	/* Delayed allocation reports a full disk only here. */
	if (close(fd) < 0 && !ret)
		ret = failed(s, path, err);
	return ret;
}

/*
 * A link may only climb at its beginning, and not above the root. Its own directory is a real one,
 * so those steps are what they seem; what follows goes down, through links of the same kind.
 */
static bool target_inside(const char *path, const char *target)
{
	size_t up = depth(path), n;
	bool down = false;

	if (!*target || *target == '/')
		return false;
	for (const char *p = target; *p; p += n, p += strspn(p, "/")) {
		n = strcspn(p, "/");
		if (n == 1 && p[0] == '.')
			continue;
		if (n != 2 || p[0] != '.' || p[1] != '.') {
			down = true;
			continue;
		}
		if (down || !up)
			return false;
		up--;
	}
	return true;
}

int sink_symlink(struct sink *s, const char *path, const char *target, struct err *err)
{
	const char *base = "";
	int dir = -1, ret;

	ret = enter(s, path, &dir, &base, err);
	if (ret)
		return ret;
	if (!target_inside(path, target))
		return err_set(err, ERR_INPUT,
			       "entry '%s' is a link to '%s', which leaves the folder: refused",
			       path, target);
	if (symlinkat(target, dir, base) < 0)
		return failed(s, path, err);
	s->count.files++;
	return 0;
}

int sink_hardlink(struct sink *s, const char *path, const char *target, struct err *err)
{
	_cleanup_close_ int from = -1;
	const char *base = "", *name;
	struct stat st;
	int dir = -1, ret;

	ret = enter(s, path, &dir, &base, err);
	if (ret)
		return ret;
	if (!below_inside(target))
		return err_set(err, ERR_INPUT,
			       "entry '%s' is a hard link to '%s', which leaves the folder: "
			       "refused", path, target);
	from = below_parent(s->root, target, 0, NULL, &name);
	if (from < 0 || linkat(from, name, dir, base, 0) < 0 ||
	    fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return failed(s, path, err);
	/* Whoever counts the tree later sees its bytes once for each name. */
	s->count.bytes += S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	s->count.files++;
	return 0;
}
