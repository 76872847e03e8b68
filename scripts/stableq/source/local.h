/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/local.h - sources that stand on this machine: a directory that is used as it is, or a
 * tarball
 *
 * A provider whose sources end so has local_read() and local_extract() for its own.
 */
#ifndef STABLEQ_SOURCE_LOCAL_H
#define STABLEQ_SOURCE_LOCAL_H

#include "source/provider.h"

/** local_dirs() - where trees and tarballs are looked for: the search path, <cache>/sources */
void local_dirs(const struct source_set *set, struct strv *dirs);

/** local_tarball() - a tarball of @src's release in @dir, by any name it may have; the caller's */
char *local_tarball(const char *dir, const struct source *src);

/** local_name() - read a tree's or tarball's name: linux-6.12_6.12.107.orig.tar.xz is 6.12.107 */
bool local_name(const char *name, bool is_dir, struct release *r);

/** local_release() - the release that the Makefile in @dir names; ERR_NOTFOUND without one */
int local_release(const char *dir, struct str *text, struct release *r, struct err *err);

/** local_take_tree() - let @src be a directory; ERR_INPUT when it isn't its release's */
int local_take_tree(struct source *src, const char *dir, struct err *err);

/** local_take_tar() - let @src be a tarball; whether it is its release's shows when it is read */
void local_take_tar(struct source *src, const char *path);

/** local_read() - as source_read() */
int local_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
	       struct err *err);

/** local_extract() - all that is in a tarball */
int local_extract(struct source *src, struct sink *sink, struct err *err);

#endif
