/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree/push.h - patches on their way into a directory, with quilt's backups
 *
 * Each file is read once and written once, however many patches change it; what it was before each
 * of them goes to .pc as they are applied. The tree itself changes when all is written that can
 * fail for want of room: then the files are put in place by link and rename. A journal says what
 * was begun, so that a kill at any moment is undone by the next push.
 */
#ifndef STABLEQ_TREE_PUSH_H
#define STABLEQ_TREE_PUSH_H

#include "patch/patch.h"

struct push;

struct push_item {
	const char *file;		/* the patch's name in .pc */
	const struct patch *patch;
};

/**
 * push_begin() - open a directory
 * @p: push_free() also after an error
 * @root: the directory; outlives the push
 *
 * What an interrupted push left is taken back first.
 */
int push_begin(struct push **p, const char *root, struct err *err);

/**
 * push_expect() - the patches that are going to be applied, in order
 * @items: outlive the push
 *
 * Called once, before the first push_next(): a file is kept in memory only until the last of its
 * patches is applied.
 */
int push_expect(struct push *p, const struct push_item *items, size_t n, struct err *err);

/**
 * push_next() - apply the next of them, in memory, and write its backups
 *
 * With @opts->keep_partial, what doesn't fit becomes rejects beside the files, and the patch is
 * marked as one to be refreshed, as quilt push -f leaves it.
 *
 * Return: 0, ERR_FINDING when it doesn't apply (whole), other errors.
 */
int push_next(struct push *p, const struct patch_apply_opts *opts, struct err *err);

/** push_end() - put the files in place. */
int push_end(struct push *p, struct err *err);

/** push_rejects() - what did not fit, beside the files, and quilt's marks of its patches. */
int push_rejects(struct push *p, struct err *err);

/** push_done() - quilt's database tells of the patches now: there is no way back. */
int push_done(struct push *p, struct err *err);

/** push_free() - without push_done(), the tree becomes what it was. */
void push_free(struct push *p);

#endif
