/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/archive.h - kernels in archives: what may be read, and how paths in them are named
 */
#ifndef STABLEQ_SOURCE_ARCHIVE_H
#define STABLEQ_SOURCE_ARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#include "base/err.h"
#include "base/str.h"

static inline void archive_closep(struct archive **a)
{
	if (*a)
		archive_read_free(*a);
}

#define _cleanup_archive_ _cleanup_(archive_closep)

/** tar_damaged() - ERR_INPUT with libarchive's reason, and what to do. */
int tar_damaged(struct archive *a, const char *tarball, struct err *err);

/**
 * source_filters() - let an archive be compressed by xz, gzip, bzip2 and zstd, by nothing else
 *
 * Return: 0, or ERR_MISSING when libarchive would run a program for one of them.
 */
int source_filters(struct archive *a, const char *path, struct err *err);

/** source_one_filter() - once opened: compressed once at most? Else ERR_INPUT. */
int source_one_filter(struct archive *a, const char *path, struct err *err);

/**
 * tar_path() - an entry's path without its first component
 * Return: 0; ERR_NOTFOUND for the first component itself; ERR_INPUT when it would leave the folder.
 */
int tar_path(const char *tarball, const char *name, struct str *path, struct err *err);

#endif
