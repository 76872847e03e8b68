/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run/state.h - a kernel under test: what it is made of, and the content keys that follow from that
 *
 * One model for run and prove. Two states with one key are the same kernel, whatever they are
 * called and whichever verb asked for them, so what was seen of the one holds for the other.
 */
#ifndef STABLEQ_STATE_H
#define STABLEQ_STATE_H

#include "base/hash.h"
#include "matrix/matrix.h"
#include "patch/patch.h"

/* All is borrowed. */
struct state {
	const struct matrix *matrix;
	const struct matrix_branch *branch;
	const struct matrix_cell *cell;
	const char *release;	/* its name: "6.12.107" */
	/* which pristine source that is, all files of it: plan_release.source */
	const char *source;
	const char *pristine;	/* its tree */
	const char *name;	/* for people: "base", "patched", "prefix:3"; no part of the key */
	struct fileset *fs;	/* patches and proofs on top; NULL: the source as it is */
	/* by the queue: an objects cell compiles what hangs on them */
	const struct strv *touched;
	/* the sources of that; looked for when the first state needs them */
	struct strv *reached;
	char key[HASH_HEX + 1];	/* by state_key() */
};

/**
 * state_key() - fill in the key of what is built
 *
 * It covers the release, its source, every file that is changed on top, the cell, the fragments'
 * bytes and the toolchain's versions; for an objects
 * cell also which files count as touched. Return: 0; ERR_MISSING (a toolchain); ERR_SYSTEM.
 */
int state_key(struct state *st, struct err *err);

/**
 * state_boot_key() - the key of a boot of it
 * @st: with its key
 * @guest: digest of the guest's init program
 * @suite: glob of KUnit suites, or NULL for a boot without KUnit
 *
 * The guest's own checks are no part of it: the store knows which ones a boot ran.
 */
void state_boot_key(const struct state *st, const char *guest, const char *suite,
		    char key[HASH_HEX + 1]);

/** state_params() - the kernel parameters that make it run these suites; owned by the caller. */
char *state_params(const char *suite);

#endif
