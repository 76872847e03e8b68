/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/below.h - files below a directory, never through a symbolic link
 *
 * Paths come from archives and patches, and what stands in the directory may too. So a path is
 * walked step by step from the directory, and a link on the way ends it, wherever it leads.
 */
#ifndef STABLEQ_BELOW_H
#define STABLEQ_BELOW_H

#include <sys/types.h>

#include "base/str.h"

/** below_inside() - is @path relative, without "..", not empty? */
bool below_inside(const char *path);

/**
 * below_dir() - open a directory
 * @root: descriptor of the one that it is below
 * @path: "fs/nfsd"; "" for @root itself
 * @mode: what isn't there is made with it, less the umask; 0: nothing is made
 * @made: how many were made is added; may be NULL
 * @step: on failure, the step in @path that could not be taken; may be NULL
 *
 * Return: a descriptor for openat() and its like; or -1 with errno: ELOOP for a link, ENOTDIR,
 * EXDEV when @path would leave @root, others.
 */
int below_dir(int root, struct span path, mode_t mode, uint64_t *made, const char **step);

/**
 * below_open() - open a file
 * @flags: as for open(); O_CLOEXEC and O_NOFOLLOW are added
 * @mode: of a file that is made, less the umask
 *
 * One system call where the kernel has openat2(). Return: as below_dir().
 */
int below_open(int root, const char *path, int flags, mode_t mode);

/**
 * below_parent() - open the directory that a file stands in
 * @base: the file's name in there, the end of @path; on failure as @step of below_dir()
 *
 * Return: as below_dir().
 */
int below_parent(int root, const char *path, mode_t mode, uint64_t *made, const char **base);

#endif
