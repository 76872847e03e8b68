/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/sink.h - files made below one directory, and never anywhere else
 *
 * Each step of a path is opened without following links, whatever was written before.
 */
#ifndef STABLEQ_SOURCE_SINK_H
#define STABLEQ_SOURCE_SINK_H

#include <time.h>

#include "base/err.h"

/* A tree of 6.12 has 1.6 GB, 5,000 directories of at most 11 steps and names of 100 bytes. */
#define SOURCE_TREE_MAX (8LL << 30)
#define SOURCE_DEPTH_MAX 64
#define SOURCE_PATH_MAX 1024

struct sink;

struct sink_count {
	uint64_t files;		/* regular files and links */
	uint64_t dirs;
	uint64_t bytes;		/* of regular files */
	uint64_t left_out;	/* of a git repository that lacks them */
};

/** sink_new() - @root is there, and empty. Return: freed by sink_free(); NULL with @err set. */
struct sink *sink_new(const char *root, struct err *err);
void sink_free(struct sink *s);

/** sink_count() - what was made so far; borrowed. */
const struct sink_count *sink_count(const struct sink *s);

/** sink_left_out() - count a file that could not be had. */
void sink_left_out(struct sink *s);

/*
 * Each of these refuses a @path that would leave the directory, goes through a link, is longer or
 * deeper than a kernel's, or is there already: ERR_INPUT. ERR_SYSTEM when it can't be made.
 */

/** sink_dir() - a directory; one that is there gets @mode. */
int sink_dir(struct sink *s, const char *path, unsigned int mode, struct err *err);

/** sink_open() - a new file; @fd is closed by sink_close(), which also sets mode and time. */
int sink_open(struct sink *s, const char *path, int *fd, struct err *err);
int sink_write(struct sink *s, int fd, const char *path, const void *p, size_t n,
	       struct err *err);
int sink_close(struct sink *s, int fd, const char *path, unsigned int mode, time_t mtime,
	       struct err *err);

/** sink_symlink() - a link that leads to somewhere in the directory. */
int sink_symlink(struct sink *s, const char *path, const char *target, struct err *err);

/** sink_hardlink() - one more name for a file that was made. */
int sink_hardlink(struct sink *s, const char *path, const char *target, struct err *err);

#endif
