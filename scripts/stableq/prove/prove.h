/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prove/prove.h - does each patch's proof fail without the patch and pass with it?
 */
#ifndef STABLEQ_PROVE_H
#define STABLEQ_PROVE_H

#include "run/lab.h"
#include "run/plan.h"
#include "prove/proof.h"

enum prove_result {
	PROVE_PROVEN,		/* fails as claimed without the patch, passes with it */
	PROVE_PASSES_ON_BASE,	/* the proof proves nothing here */
	PROVE_OTHER_REASON,	/* fails without the patch, but not as claimed */
	PROVE_FAILS_WITH_PATCH,
	PROVE_FIXED_HERE,	/* the release has the fix, and the proof passes on it as it is */
	PROVE_NOT_FIXED,	/* the release is said to have the fix, and the proof fails */
	PROVE_NO_PROOF,		/* the matrix names none for the patch */
	PROVE_SKIP,
	PROVE_ERROR,		/* could not be found out: doesn't apply, build, boot */
	PROVE_FLAKY,		/* repetitions disagree */
};

/* A kernel: some of the queue's patches on a release, with the proofs, in one cell. */
struct prove_state {
	struct state state;	/* named "base", "patched", "prefix:3", "without:foo.patch" */
	char *name;		/* its name */
	bool *in;		/* a queue's patch is applied */
	struct err broken;	/* why there is no such kernel */
	char *patches;		/* those that are in it, one a line, and the mutant */
	char suites[HASH_HEX + 1];	/* digest of the proofs in it */
	char *image;		/* once built, until another state is */
};

/* A proof on a state, once or several times. */
struct prove_trial {
	const struct matrix_proof *proof;
	const struct prove_state *state;
	struct proof_finding finding;	/* the first that differs from the others, else the first */
	struct boot_fact boot;	/* that the finding is of, with its console; none: not booted */
	unsigned int runs, agree;
	double seconds;		/* of all runs */
	bool host;		/* this machine kept one from an end, and that is the finding */
	bool reused;		/* known from an earlier run */
};

struct prove_row {
	const struct queue_patch *patch;
	const struct matrix_proof *proof;	/* NULL: PROVE_NO_PROOF */
	enum prove_result result;
	char *reason;		/* "" or what is wrong */
	const struct prove_trial *without, *with;	/* NULL if not tried */
	const struct prove_trial *base;	/* if it isn't @without: what it was on the base */
};

/* What came of leaving a patch out, or of adding a mutant. */
struct prove_change {
	char *name;		/* the patch's, or the mutant's file */
	struct strv along;	/* patches that had to go with it */
	bool as_expected;
	size_t failed, passed;	/* proofs that did as they should */
	char *reason;		/* what was not as expected */
};

struct prove_release {
	struct plan_release pr;
	struct prove_state **states;
	size_t nstates;
	struct prove_trial **trials;
	size_t ntrials;
	struct prove_row *rows;
	size_t nrows;
	struct prove_change *changes;
	size_t nchanges;
};

struct prove_opts {
	const char *guest;	/* the guest's init program */
	const char *cell;	/* for all proofs, or NULL: the one that each names */
	struct strv patches;	/* parts of patch or proof names; empty: all */
	unsigned int repeat;	/* boots of each proof and state; 1 at least */
	bool again;		/* run what is known already, too */
	bool leave_one_out;
	struct strv mutants;	/* patch files */
	bool own_mutants;	/* those in the proofs' folders */
	bool changelog;		/* write what is proven into the patches' messages */
};

struct prove {
	struct lab lab;
	struct source_set *set;
	const struct prove_opts *opts;
	struct prove_release *releases;
	size_t nreleases;
	const struct prove_state *built;	/* what the object directory of its cell holds */
};

/**
 * prove_add() - a release to be proven
 * @r: of a branch that the matrix has
 */
int prove_add(struct prove *p, const struct release *r, struct err *err);

/**
 * prove_run() - build, boot and judge what is needed for every release
 *
 * Without the patch is the base; with it is the whole queue. Where that tells nothing (the proof
 * fails on the base for another reason, or on the whole queue), the series up to the patch decides.
 * Every boot is stored before the next begins, by a key that the claims are no part of.
 * Return: 0 whatever was found (prove_findings() tells); ERR_INPUT, ERR_MISSING, ERR_INTERRUPTED,
 * ERR_SYSTEM.
 */
int prove_run(struct prove *p, struct err *err);

/**
 * prove_findings() - 0, or ERR_FINDING when something isn't proven; ERR_MISSING when nothing but
 *	the host is the reason
 */
int prove_findings(const struct prove *p);
void prove_free(struct prove *p);

const char *prove_result_name(enum prove_result r);	/* proven, passes-on-base, … */

/**
 * prove_report() - for people or programs; the JSON object's shape is in stableq(1)
 *
 * @err may be @error, which ended the work early or is NULL. Return: as out_json().
 */
int prove_report(struct out *out, const struct prove *p, const struct err *error, double seconds,
		 struct err *err) __must_check;

/* prove/state.c */

/**
 * prove_state() - the state with just these patches
 * @in: a flag for each patch of the queue, copied
 * @mutant: one more patch on top, or NULL
 * @st: one made before, or new; owned by @rel. Its broken says if a patch doesn't apply
 */
int prove_state(struct prove *p, struct prove_release *rel, const struct matrix_cell *cell,
		const char *name, const bool *in, const struct patch *mutant,
		struct prove_state **st, struct err *err);

/**
 * prove_trial() - try a proof on a state
 * @t: one made before, or new; owned by @rel
 *
 * Builds the state unless it stands already or all its boots are known.
 */
int prove_trial(struct prove *p, struct prove_release *rel, struct prove_state *st,
		const struct matrix_proof *proof, const struct prove_trial **t, struct err *err);

/** prove_is() - did every boot of a trial come to this? */
bool prove_is(const struct prove_trial *t, enum proof_outcome o);

/** prove_choose() - flags of those among the queue's first @upto that the release needs. */
void prove_choose(const struct prove_release *rel, size_t upto, bool *in);

/**
 * prove_cell() - where a proof is tried: as the user says, or the matrix; a cell's fallback, if it
 *	doesn't run on this host
 */
const struct matrix_cell *prove_cell(const struct prove *p, const struct matrix_proof *proof);

/* prove/change.c */

/** prove_leave_one_out() - without any one patch just its own proofs fail, as claimed. */
int prove_leave_one_out(struct prove *p, struct prove_release *rel, struct err *err);

/**
 * prove_mutant() - a wrong backport is caught
 * @file: a patch on top of the whole queue; its header has the line "Killed-by: PROOF CASE",
 *	or in a proof's folder "Killed-by: CASE"
 */
int prove_mutant(struct prove *p, struct prove_release *rel, const char *file, struct err *err);

/** prove_own_mutants() - those that the folders of the chosen proofs have for the branch. */
int prove_own_mutants(struct prove *p, struct prove_release *rel, struct err *err);

#endif
