/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch/overlay.h - proofs enter a tree: as files of their own and one line in two of the kernel's
 *
 * The product series knows nothing of them: they are put on top of a state, in test kernels only.
 */
#ifndef STABLEQ_OVERLAY_H
#define STABLEQ_OVERLAY_H

#include "base/hash.h"
#include "patch/patch.h"

/**
 * overlay_add() - put a directory of proofs into a state
 * @fs: the state; gets the directory's files as fs/nfsd/stableq/NAME, and a last line in
 *	fs/nfsd/Makefile and fs/nfsd/Kconfig that includes rules.mk and Kconfig of there
 * @dir: plain files only; those that begin with a dot or end in ~ are left out
 *
 * Return: 0, ERR_INPUT (no such directory, or one without rules.mk and Kconfig), other errors.
 */
int overlay_add(struct fileset *fs, const char *dir, struct err *err);

/** overlay_digest() - what all of the proofs in a directory are: their names and bytes. */
int overlay_digest(const char *dir, char hex[HASH_HEX + 1], struct err *err);

#endif
