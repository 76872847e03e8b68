/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan.h - what a run consists of: releases × cells × states × checks, each with a content key
 *
 * A plan is made in two steps. The selection (which releases, cells, checks) comes from a profile
 * or the command line and needs no source. Then each release gets its tree and its states, and
 * with them the keys by which finished work is found in the store.
 */
#ifndef STABLEQ_PLAN_H
#define STABLEQ_PLAN_H

#include "matrix.h"
#include "queue.h"
#include "source.h"
#include "state.h"
#include "store.h"
#include "verdict.h"

/* What the user asked for; an empty list means: as the profile says. */
struct plan_select {
	const char *profile;
	struct strv releases;
	struct strv cells;
	struct strv checks;
	struct strv states;	/* base, patched; empty: both */
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
	struct verdict *verdicts;	/* of its queue's patches; NULL on the base, which needs all */
	struct strv applied;	/* files of the patches that it needs */
	struct fileset *patched;	/* over tree, with these; NULL when broken */
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

struct plan_item {
	const struct matrix_check *check;	/* NULL: RESULT_BUILD */
	struct result result;			/* names and key filled in; the rest once done */
	bool done;
};

/* One kernel to build, and what to run on it. */
struct plan_stage {
	size_t release;		/* index in plan.releases */
	const struct matrix_cell *cell;
	bool patched;		/* else the base */
	struct state state;	/* by plan_keys() */
	struct plan_item *items;	/* the build first */
	size_t n;
};

struct plan {
	const struct matrix *matrix;
	struct plan_release *releases;
	size_t nreleases;
	struct plan_stage *stages;	/* by release, cell, state: base before patched */
	size_t nstages;
};

/**
 * plan_make() - the selection as stages, without sources or keys
 * @p: filled in; plan_free() also after an error
 * @m: borrowed for the life of the plan
 *
 * Return: 0, or ERR_INPUT for a name that isn't in the matrix or a release of no branch.
 */
int plan_make(struct plan *p, const struct matrix *m, const struct plan_select *sel,
	      struct err *err);

/**
 * plan_prepare() - plan_release_prepare() of one of the plan's releases
 * @set: where sources come from
 *
 * Return: 0, also for a release that is skipped or broken; ERR_INPUT (a queue that is malformed),
 * ERR_INTERRUPTED, ERR_SYSTEM end the run.
 */
int plan_prepare(struct plan *p, size_t release, struct source_set *set, struct err *err);

/**
 * plan_keys() - fill in the key of every item of a prepared release
 * @guest: the guest's init program
 *
 * Those of the states and boots, and which checks of a boot.
 */
int plan_keys(struct plan *p, size_t release, const char *guest, struct err *err);

/** plan_suite() - the KUnit suites of the boot that a check needs; NULL: none, a boot for the guest. */
const char *plan_suite(const struct matrix_check *check);

void plan_free(struct plan *p);

static inline const char *plan_state(const struct plan_stage *st)
{
	return st->patched ? "patched" : "base";
}

#endif
