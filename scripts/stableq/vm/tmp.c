// SPDX-License-Identifier: GPL-2.0-only
/* Directories for the files that emulators make. */
#include "vm/private.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"

#define TMPFS_MAGIC 0x01021994	/* linux/magic.h */
#define PREFIX "stableq-vm-"
#define DAY 86400

/* UML maps its memory from a file, executable too; in /dev/shm nobody writes that to a disk. */
static bool memory_has_room(const char *dir, uint64_t bytes)
{
	struct statfs fs;
	struct statvfs v;

	return statfs(dir, &fs) == 0 && fs.f_type == TMPFS_MAGIC && statvfs(dir, &v) == 0 &&
	       !(v.f_flag & (ST_NOEXEC | ST_RDONLY)) && access(dir, W_OK | X_OK) == 0 &&
	       fs_free_bytes(dir) > bytes;
}

/*
 * A run that was killed by SIGKILL could not remove its own. The name holds the process id and,
 * since /dev/shm may be shared by containers, the directory belongs to somebody dead only when
 * it is a day old too.
 */
static void remove_stale(const char *base)
{
	DIR *d = opendir(base);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		_cleanup_free_ char *path = NULL;
		struct stat st;
		long pid;

		if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		pid = strtol(e->d_name + strlen(PREFIX), NULL, 10);
		if (pid <= 0 || pid > INT_MAX)
			continue;
		path = fs_join(base, e->d_name);
		if (lstat(path, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
			continue;
		if (kill((pid_t)pid, 0) < 0 && errno == ESRCH && time(NULL) - st.st_mtime > DAY)
			fs_remove_tree(path, NULL);
	}
	if (d)
		closedir(d);
}

int vm_tmp_make(char **dir, uint64_t bytes, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	const char *base;

	if (bytes && memory_has_room("/dev/shm", bytes))
		base = "/dev/shm";
	else
		/* The path goes into lists that are split at blanks, commas and colons. */
		base = tmp && *tmp == '/' && !strpbrk(tmp, " \t\n,:") ? tmp : "/tmp";
	remove_stale(base);
	*dir = xasprintf("%s/" PREFIX "%d-XXXXXX", base, (int)getpid());
	if (mkdtemp(*dir))
		return 0;
	err_sys(err, "cannot make a directory in %s", base);
	free(*dir);
	*dir = NULL;
	return ERR_SYSTEM;
}

void vm_tmp_remove(char **dir)
{
	if (!*dir)
		return;
	fs_remove_tree(*dir, NULL);
	free(*dir);
	*dir = NULL;
}
