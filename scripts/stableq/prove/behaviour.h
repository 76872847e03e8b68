/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prove/behaviour.h - verdicts in the light of proofs that were run on the release as it is
 *
 * What a kernel did outranks all that is said of its text. Nothing is built or booted for it: boots
 * that stableq prove kept are judged anew, by the claims as they are now.
 */
#ifndef STABLEQ_BEHAVIOUR_H
#define STABLEQ_BEHAVIOUR_H

#include "matrix/matrix.h"
#include "source/source.h"
#include "run/store.h"
#include "verdict/verdict.h"

/**
 * behaviour_add() - what is known of a release's behaviour, as evidence
 * @s: from store_look(); NULL: nothing is known
 * @m: its proofs
 * @b: the release's branch
 * @src: the release; boots of another source say nothing of it
 * @v: @n verdicts; those of which something is known are changed, see verdict_behaves()
 *
 * Boots count that had the suites as they are today. Return: 0, ERR_INTERRUPTED, or what the store
 * says.
 */
int behaviour_add(struct store *s, const struct matrix *m, const struct matrix_branch *b,
		  struct source *src, struct verdict *v, size_t n, struct err *err);

#endif
