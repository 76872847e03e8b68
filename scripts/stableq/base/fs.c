// SPDX-License-Identifier: GPL-2.0-only
#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

int fs_read_fd(int fd, const struct stat *st, struct str *to)
{
	/* One byte more than its size, so that a file which grew is read on. */
	size_t want = st->st_size ? (size_t)st->st_size + 1 : 4096;
	char *at = str_exact(to, want);
	ssize_t n;

	while ((n = read(fd, at, want)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		to->len += (size_t)n;
		to->s[to->len] = '\0';
		/* Files of the kernel's own say that they are empty, and come in pieces. */
		if (n == (ssize_t)st->st_size)
			break;
		want = 4096;
		at = str_reserve(to, want);
	}
	return 0;
}

int fs_read(const char *path, size_t max, struct str *to, struct err *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "%s: %s, expected a regular file", path,
			       S_ISDIR(st.st_mode) ? "is a directory" : "is a special file");
	if (max && (size_t)st.st_size > max)
		return err_set(err, ERR_INPUT, "%s: %lld bytes, more than the %zu allowed here",
			       path, (long long)st.st_size, max);
	return fs_read_fd(fd, &st, to) < 0 ? err_sys(err, "%s", path) : 0;
}

int fs_write_fd(int fd, const void *p, size_t n)
{
	const char *c = p;

	while (n) {
		ssize_t done = write(fd, c, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		c += done;
		n -= (size_t)done;
	}
	return 0;
}

mode_t fs_umask(mode_t mode)
{
	/* It can only be read by setting it. */
	mode_t mask = umask(077);

	umask(mask);
	return mode & ~mask;
}

int fs_write(const char *path, const void *p, size_t n, mode_t mode, struct err *err)
{
	_cleanup_free_ char *tmp = xasprintf("%s.tmp-XXXXXX", path);
	int fd = mkostemp(tmp, O_CLOEXEC);
	int saved;

	if (fd < 0)
		return err_sys(err, "%s", path);
	if (fchmod(fd, fs_umask(mode)) < 0 || fs_write_fd(fd, p, n) < 0)
		goto fail;
	/* Delayed allocation reports a full disk only here or in close(). */
	if (close(fd) < 0) {
		fd = -1;
		goto fail;
	}
	fd = -1;
	if (rename(tmp, path) == 0)
		return 0;
fail:
	saved = errno;
	if (fd >= 0)
		close(fd);
	unlink(tmp);
	errno = saved;
	return err_sys(err, "%s", path);
}

/* The cache, which is made by whoever needs it first; see fs_own_dir(). */
static char *own_dir;

static int make_dir(const char *path)
{
	return mkdir(path, own_dir && !strcmp(path, own_dir) ? 0700 : 0777);
}

int fs_mkdirs(const char *path, struct err *err)
{
	_cleanup_free_ char *p = xstrdup(path);

	for (char *s = p + 1; *p && *s; s++) {
		if (*s != '/')
			continue;
		*s = '\0';
		if (make_dir(p) < 0 && errno != EEXIST)
			return err_sys(err, "%s", p);
		*s = '/';
	}
	if (make_dir(p) < 0 && errno != EEXIST)
		return err_sys(err, "%s", p);
	if (!fs_is_dir(p)) {
		errno = ENOTDIR;
		return err_sys(err, "%s", p);
	}
	return 0;
}

int fs_mkparents(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *dir = NULL;

	if (!slash || slash == path)
		return 0;
	dir = xstrndup(path, (size_t)(slash - path));
	return fs_mkdirs(dir, err);
}

/* What is being removed. */
struct removal {
	const char *path;
	int root;
	bool again;		/* something was moved up into the root */
	unsigned int moved;
};

static int removal_failed(const struct removal *r, const char *name, struct err *err)
{
	return err_sys(err, "%s: cannot remove '%s' in it", r->path, name);
}

/*
 * Directories below this are moved up, so that neither names nor descriptors grow with the depth.
 */
#define REMOVE_DEPTH 64

static int move_up(struct removal *r, int dir, const char *name, struct err *err)
{
	char to[32];

	do {
		snprintf(to, sizeof(to), ".removed-%u", r->moved++);
		if (!renameat2(dir, name, r->root, to, RENAME_NOREPLACE)) {
			r->again = true;
			return 0;
		}
	} while (errno == EEXIST);
	return removal_failed(r, name, err);
}

static int empty_dir(struct removal *r, int fd, unsigned int depth, struct err *err);

static int remove_entry(struct removal *r, int dir, const char *name, unsigned int depth,
			struct err *err)
{
	int fd, ret;

	if (!unlinkat(dir, name, 0) || errno == ENOENT)
		return 0;
	if (errno != EISDIR)
		return removal_failed(r, name, err);
	if (depth >= REMOVE_DEPTH)
		return move_up(r, dir, name, err);
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return removal_failed(r, name, err);
	ret = empty_dir(r, fd, depth + 1, err);
	if (!ret && unlinkat(dir, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		ret = removal_failed(r, name, err);
	return ret;
}

/* Takes @fd over. */
static int empty_dir(struct removal *r, int fd, unsigned int depth, struct err *err)
{
	DIR *d = fdopendir(fd);
	struct dirent *e;
	int ret = 0;

	if (!d) {
		close(fd);
		return err_sys(err, "%s", r->path);
	}
	while (!ret && (e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			ret = remove_entry(r, dirfd(d), e->d_name, depth, err);
	closedir(d);
	return ret;
}

int fs_remove_tree(const char *path, struct err *err)
{
	struct removal r = { .path = path, .root = -1 };
	int ret = 0;

	if (!unlink(path) || errno == ENOENT)
		return 0;
	if (errno != EISDIR)
		return err_sys(err, "%s", path);
	r.root = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (r.root < 0)
		return err_sys(err, "%s", path);
	do {
		int fd = openat(r.root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		r.again = false;
		ret = fd < 0 ? err_sys(err, "%s", path) : empty_dir(&r, fd, 0, err);
	} while (!ret && r.again);
	close(r.root);
	if (!ret && rmdir(path) < 0 && errno != ENOENT)
		ret = err_sys(err, "%s", path);
	return ret;
}

int fs_list(const char *dir, struct strv *names, struct err *err)
{
	_cleanup_strv_ struct strv own = STRV_INIT;
	DIR *d = opendir(dir);
	struct dirent *e;

	if (!d && errno == ENOTDIR)
		return err_set(err, ERR_NOTFOUND, "%s: not a directory", dir);
	if (!d)
		return err_sys(err, "%s", dir);
	while ((e = readdir(d)))
		if (e->d_name[0] != '.' && !span_ends(span_of(e->d_name), "~"))
			strv_add(&own, e->d_name);
	closedir(d);
	strv_sort(&own);
	for (size_t i = 0; i < own.n; i++)
		strv_add(names, own.v[i]);
	return 0;
}

int fs_regular(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_sys(err, "%s", path);
	return S_ISREG(st.st_mode) ? 0 :
	       err_set(err, ERR_INPUT, "%s: is no regular file, expected one", path);
}

/* Links count by their own owner, too: whoever can change one chooses the directory. */
static bool is_ours(const char *path, struct stat *st)
{
	struct stat link;

	return lstat(path, &link) == 0 && stat(path, st) == 0 && link.st_uid == geteuid() &&
	       st->st_uid == geteuid();
}

int fs_own_dir(const char *path, struct err *err)
{
	struct stat st = { 0 };

	free(own_dir);
	own_dir = xstrdup(path);
	if (!fs_exists(path))
		return 0;
	if (!is_ours(path, &st))
		return err_set(err, ERR_INPUT,
			       "%s: belongs to somebody else, who would decide what is built "
			       "and run here; name a directory of your own by --cache or "
			       "STABLEQ_CACHE", path);
	if (S_ISDIR(st.st_mode) && (st.st_mode & 077) && chmod(path, 0700) < 0)
		return err_sys(err, "%s", path);
	return 0;
}

bool fs_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

bool fs_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

char *fs_join(const char *dir, const char *name)
{
	size_t n = strlen(dir);

	if (!strcmp(dir, "."))
		return xstrdup(name);
	return xasprintf("%s%s%s", dir, n && dir[n - 1] == '/' ? "" : "/", name);
}

char *fs_cache_dir(struct err *err)
{
	const char *own = getenv("STABLEQ_CACHE");
	const char *xdg = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");

	if (own && own[0] == '/')
		return xstrdup(own);
	if (own && own[0]) {
		err_set(err, ERR_INPUT, "STABLEQ_CACHE=%s: expected an absolute path", own);
		return NULL;
	}
	/* The specification says to ignore a relative XDG_CACHE_HOME. */
	if (xdg && xdg[0] == '/')
		return fs_join(xdg, "stableq");
	if (home && home[0] == '/')
		return fs_join(home, ".cache/stableq");
	err_set(err, ERR_INPUT,
		"no place for the cache: set STABLEQ_CACHE, XDG_CACHE_HOME or HOME");
	return NULL;
}

int fs_lock(const char *path, bool wait, int *fd, struct err *err)
{
	int op = LOCK_EX | (wait ? 0 : LOCK_NB);

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (*fd < 0)
		return err_sys(err, "%s", path);
	while (flock(*fd, op) < 0) {
		int saved = errno;

		if (saved == EINTR && wait)
			continue;
		close(*fd);
		*fd = -1;
		errno = saved;
		if (saved == EWOULDBLOCK)
			return err_set(err, ERR_MISSING,
				       "%s: held by another stableq; wait for it to end", path);
		return err_sys(err, "%s", path);
	}
	return 0;
}

uint64_t fs_free_bytes(const char *path)
{
	struct statvfs v;

	return statvfs(path, &v) == 0 ? (uint64_t)v.f_bavail * v.f_frsize : 0;
}
