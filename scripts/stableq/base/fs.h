/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/fs.h - files: read whole, written whole, never half
 */
#ifndef STABLEQ_FS_H
#define STABLEQ_FS_H

#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"

static inline void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define _cleanup_close_ _cleanup_(closep)

/**
 * fs_read() - read a regular file into @to (appended)
 * @path: the file
 * @max: refuse a file of more bytes than this; 0 for no limit
 * @to: buffer, cleared by the caller if it wants just this file
 * @err: message names the path
 *
 * Return: 0, ERR_NOTFOUND, ERR_INPUT (not a regular file, too large), ERR_SYSTEM.
 */
int fs_read(const char *path, size_t max, struct str *to, struct err *err);

/** fs_read_fd() - what can still be read from a regular file. Return: 0, or -1 with errno. */
int fs_read_fd(int fd, const struct stat *st, struct str *to);

/** fs_write_fd() - write all of it, whatever interrupts. Return: 0, or -1 with errno. */
int fs_write_fd(int fd, const void *p, size_t n);

/**
 * fs_write() - replace a file in one step
 * @path: the file; its directory must exist
 * @p: bytes
 * @n: how many
 * @mode: permissions of the result, less what the umask takes away
 * @err: message names the path
 *
 * Written to a temporary name beside @path, then renamed: a reader (or a kill) sees the old file
 * or the new one. Return: 0 or ERR_SYSTEM.
 */
int fs_write(const char *path, const void *p, size_t n, mode_t mode, struct err *err);

/** fs_umask() - what the process's umask leaves of @mode. */
mode_t fs_umask(mode_t mode);

/** fs_mkdirs() - mkdir -p. */
int fs_mkdirs(const char *path, struct err *err);

/** fs_mkparents() - mkdir -p of everything before the last slash of @path. */
int fs_mkparents(const char *path, struct err *err);

/**
 * fs_list() - the names in a directory, sorted, added to @names
 *
 * Without those that begin with a dot or end in ~. Return: 0, ERR_NOTFOUND (there is no such
 * directory), ERR_SYSTEM.
 */
int fs_list(const char *dir, struct strv *names, struct err *err);

/**
 * fs_remove_tree() - rm -rf; never follows a link, a missing @path is fine, however deep it is.
 */
int fs_remove_tree(const char *path, struct err *err);

/**
 * fs_regular() - 0 for a regular file (links are followed); ERR_INPUT, ERR_NOTFOUND, ERR_SYSTEM.
 */
int fs_regular(const char *path, struct err *err);

/**
 * fs_own_dir() - say which directory nobody else may enter: the cache
 *
 * If it is there it is closed to others (0700); if not, fs_mkdirs() makes it so when it is needed.
 * Return: 0; ERR_INPUT when it, or a link by its name, belongs to another user; ERR_SYSTEM.
 */
int fs_own_dir(const char *path, struct err *err);

/** fs_exists() - is there anything by that name (links are not followed)? */
bool fs_exists(const char *path);

/** fs_is_dir() - is it a directory (links are followed)? */
bool fs_is_dir(const char *path);

/** fs_join() - "a/b", owned by the caller; just "b" when @dir is ".". */
char *fs_join(const char *dir, const char *name);

/**
 * fs_cache_dir() - where things that can be made again are kept
 *
 * $STABLEQ_CACHE, else $XDG_CACHE_HOME/stableq, else ~/.cache/stableq (XDG Base Directory
 * Specification). Return: owned by the caller, or NULL with @err set when neither is known.
 */
char *fs_cache_dir(struct err *err);

/**
 * fs_lock() - take an exclusive lock on a file, made if need be
 * @path: the lock file
 * @wait: wait for the holder instead of failing
 * @fd: closed by the caller to release it
 *
 * The kernel drops it when the holder dies, however it dies.
 * Return: 0, ERR_MISSING when held by somebody else and !@wait, ERR_SYSTEM.
 */
int fs_lock(const char *path, bool wait, int *fd, struct err *err);

/** fs_free_bytes() - bytes a user may still write on the file system of @path; 0 if unknown. */
uint64_t fs_free_bytes(const char *path);

#endif
