/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * judge.h - from what a guest printed to the result of a check
 */
#ifndef STABLEQ_JUDGE_H
#define STABLEQ_JUDGE_H

#include "matrix.h"
#include "store.h"
#include "vm.h"

/* What the boot was of: decides which splats are known there. */
struct judge_place {
	const struct matrix *matrix;
	const char *branch;
	const char *cell;
};

/** judge_known() - is this splat one that the matrix declares known there? */
bool judge_known(const struct judge_place *where, const struct splat *s);

/**
 * judge_check() - the result of one check of a boot that has ended
 * @where: branch and cell
 * @v: the boot
 * @check: which check
 * @r: kind, reason and detail are filled in
 *
 * In this order: what the host did is RESULT_HOST, whatever the guest said; a splat in the check
 * fails it, whatever it printed; then its own KTAP; then, if no result came, how the guest ended. A
 * splat outside every check fails all checks of the boot: nobody can say which of them it belongs
 * to. Splats that the matrix declares known are counted in the reason, and fail nothing.
 */
void judge_check(const struct judge_place *where, const struct vm_run *v, const struct matrix_check *check,
		 struct result *r);

#endif
