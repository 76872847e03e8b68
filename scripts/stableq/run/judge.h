/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run/judge.h - from what a guest printed to the result of a check
 */
#ifndef STABLEQ_JUDGE_H
#define STABLEQ_JUDGE_H

#include "matrix/matrix.h"
#include "console/replay.h"
#include "run/result.h"
#include "run/store.h"

/* What the boot was of: decides which splats are known there. */
struct judge_place {
	const struct matrix *matrix;
	const char *branch;
	const char *cell;
};

/** judge_known() - is this splat one that the matrix declares known there? */
bool judge_known(const struct judge_place *where, const struct splat *s);

/* A boot, and what its console shows. */
struct judge_boot {
	const struct boot_fact *fact;
	struct replay shown;	/* by replay() of the fact's console */
};

/**
 * judge_check() - the result of one check of a boot that has ended
 * @where: branch and cell
 * @b: the boot
 * @check: which check
 * @r: kind, reason and detail are filled in
 *
 * In this order: a splat in the check fails it, whatever it printed; then its own KTAP; then, if no
 * result came, how the guest ended. A splat outside every check fails all checks of the boot:
 * nobody can say which of them it belongs to. Splats that the matrix declares known are counted in
 * the reason, and fail nothing.
 */
void judge_check(const struct judge_place *where, const struct judge_boot *b,
		 const struct matrix_check *check, struct result *r);

/**
 * judge_answered() - did a check say what it came to?
 *
 * How the guest ended is then no part of that: see judge_shutdown().
 */
bool judge_answered(const struct judge_boot *b, const struct matrix_check *check);

/**
 * judge_shutdown() - what went wrong behind the last check, which is a result of its own
 * @b: a boot all of whose checks have answered
 *
 * Every guest has to say that it is done and to power off, whatever it was booted for.
 * Return: false when it did, and @r is left alone.
 */
bool judge_shutdown(const struct judge_boot *b, struct result *r);

/**
 * judge_build() - the result of a build that has ended
 * @b: the build
 * @base: of the same release and cell as it is without patches; NULL when @b is that itself
 * @r: kind, reason and detail are filled in
 *
 * A state builds as it should when the compiler says nothing that it didn't say of the base.
 */
void judge_build(const struct build_fact *b, const struct build_fact *base, struct result *r);

#endif
