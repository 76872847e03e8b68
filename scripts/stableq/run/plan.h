/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run/plan.h - what a run consists of: releases × cells × states × checks
 *
 * A plan is made in three steps. The selection (which releases, cells, checks) comes from a profile
 * or the command line and needs no source. Then each release gets its tree and its states, and
 * with them the keys of what was seen of them. From that, and from what is seen now, results are
 * computed, as often as they are asked for.
 */
#ifndef STABLEQ_PLAN_H
#define STABLEQ_PLAN_H

#include "matrix/matrix.h"
#include "queue/queue.h"
#include "run/result.h"
#include "source/source.h"
#include "run/state.h"
#include "run/store.h"
#include "verdict/verdict.h"

struct vm_um;

/* What the user asked for; an empty list means: as the profile says. */
struct plan_select {
	const char *profile;
	struct strv releases;
	struct strv cells;
	struct strv checks;
	struct strv states;	/* base, patched, prefixes; empty: the first two */
	const struct vm_um *um;	/* does user-mode Linux run here? NULL: it does */
};

/* A cell that was selected and doesn't run on this host. */
struct plan_swap {
	const struct matrix_cell *cell;
	/* its fallback, which runs in its place; NULL: it has none */
	const struct matrix_cell *by;
	struct strv without;	/* selected checks that @by has not */
	const char *why;
};

/* A release with its sources at hand, or the reason why not. */
struct plan_release {
	const struct matrix_branch *branch;
	struct release release;
	char name[RELEASE_MAX];
	char *origin;		/* source_describe() */
	char *tree;		/* pristine; NULL when the release is skipped */
	char *source;		/* source_fingerprint() of tree, for keys */
	struct err skip;	/* why there is no tree */
	struct err broken;	/* why the queue doesn't apply */
	struct queue queue;
	/* of its queue's patches; NULL on the base, which needs all */
	struct verdict *verdicts;
	struct strv applied;	/* files of the patches that it needs */
	struct fileset *patched;	/* over tree, with these; NULL when broken */
	struct strv touched;		/* the files that differ there */
	struct strv reached;		/* see struct state */
};

/**
 * plan_release_prepare() - get a release's tree, its queue and its patched state ready
 * @pr: branch, release and name are set; @pr->skip or @pr->broken says what is wrong with it
 *
 * On a branch's base the whole queue has to apply; on another release just what verdict_queue()
 * finds needed. Return: as plan_prepare().
 */
int plan_release_prepare(struct plan_release *pr, const struct matrix *m, struct source_set *set,
			 struct err *err);
void plan_release_clear(struct plan_release *pr);

/**
 * plan_release_prefix() - the release with the first @n of the patches that it needs
 * @fs: owned by the caller, who also gets it after an error
 */
int plan_release_prefix(const struct plan_release *pr, size_t n, struct fileset **fs,
			struct err *err);

struct plan_item {
	const struct matrix_check *check;	/* NULL: RESULT_BUILD, or RESULT_SHUTDOWN */
	size_t boot;			/* that serves it, index in plan_stage.boots */
	struct result result;		/* names filled in; the rest once done */
	bool done;
	bool told;			/* on the log */
};

/* A boot of a stage's kernel: one for all checks of the guest, one for each choice of suites. */
struct plan_boot {
	const char *suite;		/* of KUnit, a glob; NULL: the guest's checks */
	char *checks;			/* the guest's, parted by commas; "" */
	const char *name;		/* its first check's */
	struct boot_fact fact;
	bool known, fresh;		/* the fact is there; this run has made it */
	char *host;			/* why there is none: the machine's doing */
	bool told;			/* its RESULT_SHUTDOWN, on the log */
};

/* One kernel to build, and what to run on it. */
struct plan_stage {
	size_t release;		/* index in plan.releases */
	const struct matrix_cell *cell;
	bool patched;		/* else the base */
	size_t prefix;		/* with just so many of the needed patches; 0: with all */
	/* the stage that it is compared with is so many before it; 0: none */
	size_t back;
	char name[24];		/* "base", "prefix:3", "patched" */
	struct fileset *fs;	/* of a prefix */
	struct state state;	/* by plan_states() */
	/* the build first; none: only its build may be needed, to compare */
	struct plan_item *items;
	size_t n, planned;	/* items behind the planned ones are of what else came up */
	struct plan_boot *boots;
	size_t nboots;
	struct build_fact build;
	bool built, fresh;	/* the fact is there; this run has made it */
	char *host;		/* why it couldn't be built: the machine's doing */
};

struct plan {
	const struct matrix *matrix;
	bool prefixes;		/* stages of every prefix come in by plan_states() */
	struct plan_release *releases;
	size_t nreleases;
	struct plan_stage *stages;	/* by release, cell, state: base before patched */
	size_t nstages;
	struct plan_swap *swaps;
	size_t nswaps;
};

/**
 * plan_make() - the selection as stages, without sources or keys
 * @p: filled in; plan_free() also after an error
 * @m: borrowed for the life of the plan
 *
 * A cell that doesn't run on this host is replaced by its fallback, once. Without one its kernels
 * are built, and its checks are the host's failures.
 *
 * Return: 0, or ERR_INPUT for a name that isn't in the matrix or a release of no branch.
 */
int plan_make(struct plan *p, const struct matrix *m, const struct plan_select *sel,
	      struct err *err);

/** plan_swap_text() - "um-kasan: user-mode Linux …; x86_64-kasan in its place"; to be freed. */
char *plan_swap_text(const struct plan_swap *s);

/**
 * plan_prepare() - plan_release_prepare() of one of the plan's releases
 * @set: where sources come from
 *
 * Return: 0, also for a release that is skipped or broken; ERR_INPUT (a queue that is malformed),
 * ERR_INTERRUPTED, ERR_SYSTEM end the run.
 */
int plan_prepare(struct plan *p, size_t release, struct source_set *set, struct err *err);

/**
 * plan_states() - the states of a prepared release's stages, with their keys; adds its prefixes.
 */
int plan_states(struct plan *p, size_t release, struct err *err);

/**
 * plan_base() - what a stage is compared with: the same release and cell without patches, or a
 * prefix that is one patch shorter; itself for the base
 */
struct plan_stage *plan_base(const struct plan *p, const struct plan_stage *st);

/**
 * plan_needs_base() - can't its build be judged before the base's is known?
 *
 * So it is when the compiler warned: it may have done so without the patches.
 */
bool plan_needs_base(const struct plan *p, const struct plan_stage *st);

/**
 * plan_judge() - compute the results of a stage from the facts that are there by now
 *
 * Items that facts decide are done. What came up beside the checks gets an item of its own.
 */
void plan_judge(struct plan *p, struct plan_stage *st);

void plan_free(struct plan *p);

static inline const char *plan_state(const struct plan_stage *st)
{
	return st->name;
}

/** plan_blamed() - the patch that a prefix has and the one before it has not, or NULL. */
const char *plan_blamed(const struct plan *p, const struct plan_stage *st);

#endif
