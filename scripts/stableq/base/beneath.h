/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/beneath.h - one system call for a file below a directory, through no symbolic link
 *
 * Where the kernel lacks openat2() the components are opened one after the other.
 */
#ifndef STABLEQ_BENEATH_H
#define STABLEQ_BENEATH_H

#include <sys/types.h>

#include "base/base.h"

/**
 * beneath_open() - open a file below a directory
 * @dir: descriptor of the directory
 * @path: below it; a component that is a link, or leaves it, is an error
 * @flags: as for open(); O_CLOEXEC and O_NOFOLLOW are added
 * @mode: of a file that is made, less what the umask takes away
 *
 * Return: a descriptor, or -1 and errno: ELOOP for a link, others as open() has them.
 */
int beneath_open(int dir, const char *path, int flags, mode_t mode);

/** beneath_parents() - make the folders that @path stands in. Return: 0, or -1 and errno. */
int beneath_parents(int dir, const char *path);

/** beneath_create() - open a new file for writing, with the folders it needs. As beneath_open(). */
int beneath_create(int dir, const char *path, mode_t mode);

/** beneath_parent() - descriptor of the folder of @path, whose last part is then @base. */
int beneath_parent(int dir, const char *path, const char **base);

#endif
