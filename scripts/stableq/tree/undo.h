/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree/undo.h - what it takes to undo a push that was cut short
 *
 * .pc/.stableq is there as long as a push is under way. It holds the new files that are not in
 * place yet, and a journal: the patches, and the files with the patch among whose backups the old
 * one is kept. A file is linked there before another takes its place.
 */
#ifndef STABLEQ_TREE_UNDO_H
#define STABLEQ_TREE_UNDO_H

#include "base/err.h"

#define UNDO_DIR ".stableq"	/* in .pc */

struct undo_file {
	const char *path;
	const char *patch;	/* that has its backup in .pc; NULL: it was not there before */
};

/** undo_write() - before anything that is named here is touched; replaces what was said before. */
int undo_write(const char *root, const char *const *patches, size_t npatches,
	       const struct undo_file *files, size_t n, struct err *err);

/**
 * undo_all() - make the tree what it was before the push, if one was cut short
 *
 * May be cut short itself, and called again. Return: 0, also when there is nothing to undo;
 * ERR_INPUT when the journal is damaged; ERR_SYSTEM.
 */
int undo_all(const char *root, struct err *err);

/** undo_forget() - the push came to its end. */
int undo_forget(const char *root, struct err *err);

#endif
