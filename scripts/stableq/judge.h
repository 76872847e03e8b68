/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * judge.h - from what a guest printed to the result of a check
 */
#ifndef STABLEQ_JUDGE_H
#define STABLEQ_JUDGE_H

#include "matrix.h"
#include "store.h"
#include "vm.h"

/**
 * judge_check() - the result of one check of a boot that has ended
 * @v: the boot
 * @check: which check
 * @r: kind, reason and detail are filled in
 *
 * In this order: a splat in the check fails it, whatever it printed; then its own KTAP; then, if
 * no result came, how the guest ended. A splat outside every check fails all checks of the boot:
 * nobody can say which of them it belongs to.
 */
void judge_check(const struct vm_run *v, const struct matrix_check *check, struct result *r);

#endif
