/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree/io.h - files below a root, never through a symbolic link, never half written
 */
#ifndef STABLEQ_TREE_IO_H
#define STABLEQ_TREE_IO_H

#include <time.h>

#include "base/err.h"
#include "base/str.h"

/**
 * tree_read() - read a regular file
 * @root: the directory
 * @path: below it; no component may be a symbolic link
 * @to: appended to
 * @mode: permissions; may be NULL
 *
 * Return: 0, ERR_NOTFOUND, ERR_FOLDER, ERR_INPUT (a link, not a regular file), ERR_SYSTEM.
 */
int tree_read(const char *root, const char *path, struct str *to, unsigned int *mode,
	      struct err *err);

/** tree_read_at() - the same with the directory open; @root is its name for messages. */
int tree_read_at(int root_fd, const char *root, const char *path, struct str *to,
		 unsigned int *mode, struct err *err);

/**
 * tree_write() - replace or make a file, with the folders it needs
 *
 * Written beside it under a name that is always the same for one @path, then renamed. What a kill
 * leaves of the former is replaced by the next write, or removed by tree_sweep().
 */
int tree_write(const char *root, const char *path, struct span text, unsigned int mode,
	       struct err *err);

/**
 * tree_open_parent() - the folder that a file stands in
 * @create: make what isn't there
 * @fd: for openat() and its like, closed by the caller
 * @base: the file's name in there, part of @path
 *
 * Opened one component after the other, so that no link is followed. Return: as tree_read().
 */
int tree_open_parent(const char *root, const char *path, bool create, int *fd, const char **base,
		     struct err *err);

/**
 * tree_journal() - the paths in which a working tree may differ from its pristine tree
 * @work: the tree
 *
 * Return: 0, also when there is no journal; ERR_INPUT when it is damaged; ERR_SYSTEM.
 */
int tree_journal(const char *work, struct strv *to, struct err *err);

/** tree_remove() - delete a file, and the folders that are empty then, as patch does. */
int tree_remove(const char *root, const char *path, struct err *err);

/** tree_sweep() - remove what an interrupted tree_write() of @path left. */
void tree_sweep(const char *root, const char *path);

/** tree_touch() - set a file's modification time. */
int tree_touch(const char *root, const char *path, const struct timespec *when, struct err *err);

/*
 * For tests: called before each step of a flip that changes something on disk, so that a test can
 * die there. NULL otherwise.
 */
extern void (*tree_before_step)(void);

#endif
