// SPDX-License-Identifier: GPL-2.0-only
#include "base/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One component after the other. */
static int walk(int dir, const char *path, int flags, mode_t mode)
{
	_cleanup_free_ char *copy = xstrdup(path);
	char *name = copy, *slash;
	int at = dir;

	while ((slash = strchr(name, '/'))) {
		int next, saved;

		*slash = '\0';
		next = !strcmp(name, "..") || !*name ? -1 :
		       openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		saved = !strcmp(name, "..") || !*name ? EXDEV : errno;
		if (at != dir)
			close(at);
		if (next < 0) {
			errno = saved;
			return -1;
		}
		at = next;
		name = slash + 1;
	}
	flags = openat(at, name, flags, mode);
	if (at != dir) {
		int saved = errno;

		close(at);
		errno = saved;
	}
	return flags;
}

int beneath_open(int dir, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC | O_NOFOLLOW),
		.mode = flags & O_CREAT ? mode & 07777 : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));

	/* What guards a container may not know the call, and says EPERM. */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == EAGAIN))
		return walk(dir, path, flags | O_CLOEXEC | O_NOFOLLOW, mode);
	return (int)fd;
}

int beneath_parent(int dir, const char *path, const char **base)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *parent = slash ? xstrndup(path, (size_t)(slash - path)) : NULL;

	*base = slash ? slash + 1 : path;
	return beneath_open(dir, parent ? parent : ".", O_PATH | O_DIRECTORY, 0);
}

int beneath_parents(int dir, const char *path)
{
	const char *slash = strrchr(path, '/'), *base;
	_cleanup_free_ char *parent = NULL;
	int fd, ret, saved;

	if (!slash)
		return 0;
	parent = xstrndup(path, (size_t)(slash - path));
	fd = beneath_parent(dir, parent, &base);
	if (fd < 0 && errno == ENOENT && !beneath_parents(dir, parent))
		fd = beneath_parent(dir, parent, &base);
	if (fd < 0)
		return -1;
	ret = mkdirat(fd, base, 0777);
	saved = errno;
	close(fd);
	errno = saved;
	return ret < 0 && saved == EEXIST ? 0 : ret;
}

int beneath_create(int dir, const char *path, mode_t mode)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL;
	int fd = beneath_open(dir, path, flags, mode);

	if (fd >= 0 || errno != ENOENT || beneath_parents(dir, path))
		return fd;
	return beneath_open(dir, path, flags, mode);
}
