/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch/gnu.h - files as GNU patch sees them while it reads a patch that touches some twice
 *
 * In a git diff the names mean the state before it. So GNU patch keeps back what it makes of a file
 * until the next diff changes that file, or a plain diff follows, or the end; only a new file is
 * written at once. What is to be deleted goes at the end, unless it was written anew. A file is
 * known by its inode, so a name can mean another file later on (main, output_file, output_files and
 * delete_files in GNU patch 2.7.6's src/patch.c, intuit_diff_type in its src/pch.c).
 */
#ifndef STABLEQ_PATCH_GNU_H
#define STABLEQ_PATCH_GNU_H

#include "patch/pick.h"

/** gnu_new() - @disk: the files; written to as GNU patch writes them */
struct gnu *gnu_new(struct fileset *disk);
void gnu_free(struct gnu *g);

/**
 * gnu_find() - the files that the next diff of the patch reads and writes
 * @a: its @gnu is told that the diff begins
 * @t: its content is held by the caller
 *
 * Return: 0, also when @t->error says why it can't be applied; or an error of load.
 */
int gnu_find(struct applying *a, const struct file_patch *f, struct target *t);

/** gnu_put() - what came of a file; @c is taken over. */
void gnu_put(struct gnu *g, const struct file_patch *f, const struct target *t, struct content *c,
	     unsigned int mode);

/** gnu_remove() - it is to go. */
void gnu_remove(struct gnu *g, const struct target *t);

/** gnu_end() - the patch is read: write and delete what is left to. */
void gnu_end(struct gnu *g);

#endif
