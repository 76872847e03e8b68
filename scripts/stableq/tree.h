/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree.h - working trees: flipped in place between states, or handed over to quilt
 */
#ifndef STABLEQ_TREE_H
#define STABLEQ_TREE_H

#include "queue.h"

/**
 * tree_fileset() - a fileset over a directory
 * @root: directory; must outlive the fileset
 *
 * Refuses to read through symbolic links and anything but regular files.
 */
struct fileset *tree_fileset(const char *root);

/**
 * tree_prepare() - make sure a working tree of hard links to a pristine tree exists
 * @pristine: never written to
 * @work: made under a temporary name and renamed; later calls return at once
 *
 * Every write into @work goes through a rename, so the pristine file behind a link stays as it is.
 */
int tree_prepare(const char *pristine, const char *work, struct err *err);

/**
 * tree_flip() - bring a working tree into the state of @fs
 * @pristine: the tree that @fs was made over
 * @work: prepared by tree_prepare()
 * @fs: the state; NULL for pristine
 * @changed: how many files were written or removed; may be NULL
 *
 * Only files whose bytes differ are written, so make rebuilds just what they touch. The paths of
 * earlier states stand in a journal beside @work, written before the first file: a kill at any
 * moment leaves a tree that the next flip puts right.
 */
int tree_flip(const char *pristine, const char *work, struct fileset *fs, size_t *changed,
	      struct err *err);

/**
 * tree_push_quilt() - apply patches 1..@upto to a directory as quilt push would
 * @root: the tree
 * @q: the queue
 * @upto: number of patches; SIZE_MAX for all
 *
 * Leaves quilt's .pc/ (version 2: .version, .quilt_patches, .quilt_series, applied-patches, a
 * backup of every file a patch touches, an empty one for files it adds, .timestamp), so that
 * quilt applied, pop, refresh and push go on from there. Nothing is written unless all apply.
 */
int tree_push_quilt(const char *root, const struct queue *q, size_t upto,
		    const struct patch_apply_opts *opts, struct err *err);

#endif
