/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree/tree.h - working trees: flipped in place between states, or handed over to quilt
 */
#ifndef STABLEQ_TREE_H
#define STABLEQ_TREE_H

#include "queue/queue.h"

/**
 * tree_fileset() - a fileset over a directory
 * @root: directory; must outlive the fileset
 *
 * Refuses to read through symbolic links and anything but regular files.
 */
struct fileset *tree_fileset(const char *root);

/* What a working tree is made from. */
struct tree_origin {
	const char *tree;		/* pristine: never written to */
	const char *memory;		/* the file that remembers its manifest, or NULL */
	const char *fingerprint;	/* that it must have, or NULL for any */
};

/**
 * tree_prepare() - make a working tree, or bring it up to date with what it is made from
 * @from: looked at each time
 * @work: its files share nothing with those of @from but, where the file system can do that, the
 *	blocks on the disk, until one of the two is written to
 * @updated: how many files were added, replaced or removed in a tree that was there; may be NULL
 *
 * All but the files that the last tree_flip() changed then has the content that @from has, whatever
 * a build wrote there. What is written gets the time of writing, so make builds what hangs on it
 * anew; other files keep theirs. @work.manifest remembers the tree; one without it is made anew. A
 * kill at any moment leaves a tree that the next call puts right.
 *
 * Return: 0; ERR_FINDING when @from isn't what the fingerprint says, with the file that differs;
 * ERR_NOTFOUND, ERR_INTERRUPTED, ERR_SYSTEM.
 */
int tree_prepare(const struct tree_origin *from, const char *work, size_t *updated,
		 struct err *err);

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
 * quilt applied, pop, refresh and push go on from there. The tree is as it was unless all apply;
 * after a kill the next call makes it so first. With @opts->keep_partial all that fits goes in, and
 * the rest is left as quilt push -f leaves it: ERR_FINDING then names the patches.
 */
int tree_push_quilt(const char *root, const struct queue *q, size_t upto,
		    const struct patch_apply_opts *opts, struct err *err);

#endif
