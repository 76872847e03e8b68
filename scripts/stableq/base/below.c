// SPDX-License-Identifier: GPL-2.0-only
#include "base/below.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Take one step off @rest. Return: false when there is none left. */
static bool next_step(struct span *rest, struct span *step)
{
	while (span_take(rest, "/"))
		;
	span_cut(*rest, "/", step, rest);
	return step->len > 0;
}

static bool climbs(const char *path)
{
	struct span rest = span_of(path), step;

	while (next_step(&rest, &step))
		if (span_is(step, ".."))
			return true;
	return false;
}

bool below_inside(const char *path)
{
	return *path && *path != '/' && !climbs(path);
}

static bool is_link(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
}

static int enter(int dir, const char *name, mode_t mode, uint64_t *made)
{
	int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(dir, name, flags);

	if (fd < 0 && errno == ENOENT && mode) {
		if (mkdirat(dir, name, mode) == 0)
			*made += 1;
		else if (errno != EEXIST)
			return -1;
		fd = openat(dir, name, flags);
	}
	if (fd < 0 && errno == ENOTDIR)
		errno = is_link(dir, name) ? ELOOP : ENOTDIR;
	return fd;
}

static int take_step(int dir, struct span step, mode_t mode, uint64_t *made)
{
	char name[NAME_MAX + 1];

	if (span_is(step, "..")) {
		errno = EXDEV;
		return -1;
	}
	if (step.len > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name, step.p, step.len);
	name[step.len] = '\0';
	return enter(dir, name, mode, made);
}

/* All steps in one, or none. */
static int at_once(int root, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC | O_NOFOLLOW),
		.mode = flags & O_CREAT ? mode & 07777 : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	/* It would let a path climb as long as that stays below. */
	if (climbs(path)) {
		errno = EXDEV;
		return -1;
	}
	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

static int dir_at_once(int root, struct span path)
{
	char name[PATH_MAX] = ".";

	if (path.len >= sizeof(name))
		return -1;
	if (path.len) {
		memcpy(name, path.p, path.len);
		name[path.len] = '\0';
	}
	return at_once(root, name, O_PATH | O_DIRECTORY, 0);
}

int below_dir(int root, struct span path, mode_t mode, uint64_t *made, const char **step)
{
	int dir = dir_at_once(root, path);
	uint64_t uncounted = 0;
	struct span s;

	if (step)
		*step = path.p;
	if (dir >= 0)
		return dir;
	dir = fcntl(root, F_DUPFD_CLOEXEC, 0);
	if (dir >= 0 && span_starts(path, "/")) {
		close(dir);
		errno = EXDEV;
		return -1;
	}
	while (dir >= 0 && next_step(&path, &s)) {
		int next = take_step(dir, s, mode, made ? made : &uncounted), saved = errno;

		if (step)
			*step = s.p;
		close(dir);
		errno = saved;
		dir = next;
	}
	return dir;
}

int below_parent(int root, const char *path, mode_t mode, uint64_t *made, const char **base)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	struct span parent = span_head(span_of(path), (size_t)(name - path));
	int dir;

	*base = name;
	if (!strcmp(name, "..")) {
		errno = EXDEV;
		return -1;
	}
	dir = below_dir(root, parent, mode, made, base);
	if (dir >= 0)
		*base = name;
	return dir;
}

int below_open(int root, const char *path, int flags, mode_t mode)
{
	int fd = at_once(root, path, flags, mode), dir, saved;
	const char *base;

	/* An older kernel, or what guards a container and doesn't know the call. */
	if (fd >= 0 || (errno != ENOSYS && errno != EPERM && errno != EAGAIN))
		return fd;
	dir = below_parent(root, path, 0, NULL, &base);
	if (dir < 0)
		return -1;
	fd = openat(dir, base, flags | O_CLOEXEC | O_NOFOLLOW, mode);
	saved = errno;
	close(dir);
	errno = saved;
	return fd;
}
