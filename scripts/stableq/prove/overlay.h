/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prove/overlay.h - proofs enter a tree: as files of their own and one line in two of the kernel's
 *
 * The product series knows nothing of them: they are put on top of a state, in test kernels only.
 * What they consist of, and what is made of that, is told in proofs(7).
 */
#ifndef STABLEQ_OVERLAY_H
#define STABLEQ_OVERLAY_H

#include "base/hash.h"
#include "matrix/matrix.h"
#include "patch/patch.h"

/**
 * overlay_add() - put the proofs of a branch into a state
 * @fs: the state; gets fs/nfsd/stableq with their files, a unit for each file of the server that
 *	they hook or are compiled with, rules.mk and Kconfig, and a last line in fs/nfsd/Makefile
 *	and fs/nfsd/Kconfig that includes these
 * @m: has the proofs
 * @proofs: their directory, as a cell names it
 * @branch: proofs that don't hold there are left out
 *
 * Return: 0, ERR_INPUT (a file that is none of a proof, two proofs that hook one function, a unit
 * that the tree doesn't have), other errors.
 */
int overlay_add(struct fileset *fs, const struct matrix *m, const char *proofs, const char *branch,
		struct err *err);

/**
 * overlay_digest() - what all proofs of a directory come to in a kernel: their names and bytes
 *
 * Neither claims nor mutants are part of it.
 */
int overlay_digest(const struct matrix *m, const char *proofs, char hex[HASH_HEX + 1],
		   struct err *err);

#endif
