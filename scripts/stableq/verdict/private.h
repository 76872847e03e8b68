/* SPDX-License-Identifier: GPL-2.0-only */
/* verdict/private.h - what the files of the room share */
#ifndef STABLEQ_VERDICT_PRIVATE_H
#define STABLEQ_VERDICT_PRIVATE_H

#include "verdict/verdict.h"

/** verdict_add() - one more piece of evidence; @detail is now the verdict's. */
void verdict_add(struct verdict *v, enum evidence_kind kind, bool disagrees, char *detail);

/** verdict_why() - the reason that stands beside verdict.need, unless there is one. */
void verdict_why(struct verdict *v, char *why);

/**
 * verdict_try() - apply the patch, grade how it goes in, and name what doesn't fit
 * @fs: changed where it applies, with fuzz at most 2
 * @v: fit, misfits and evidence are filled in
 */
int verdict_try(const struct queue_patch *p, struct fileset *fs, struct verdict *v,
		struct err *err);

/**
 * verdict_landed() - how what a merged patch does stands there, as evidence
 *
 * Weak evidence: others have written the fix, too, and what stands around it may have changed
 * since.
 */
int verdict_landed(const struct queue_patch *p, struct fileset *fs, struct verdict *v,
		   struct err *err);

/**
 * verdict_take_out() - try to take the patch out again; @fs is left as it is
 * @out: its files and hunks in the patch's order, for file_outcomes_free()
 */
int verdict_take_out(const struct queue_patch *p, struct fileset *fs, struct file_outcome **out,
		     struct err *err);

/* Which of the two a patch is more like: one that goes in, or one that comes out. */
enum verdict_scale {
	SCALE_IN,		/* it can't be taken out, or just its double */
	SCALE_OUT,		/* it is in the release */
	SCALE_BOTH,		/* nothing tells */
};

/**
 * verdict_weigh() - is the patch in the release, by the lines of its files alone?
 * @said: what spoke for either, owned by the caller; NULL where the one of them didn't fit, or
 *	where it is in the release
 *
 * It is where it can be taken out as a whole, unless it goes in as well and its line numbers and
 * functions don't tell.
 */
int verdict_weigh(const struct queue_patch *p, struct fileset *fs, enum verdict_scale *scale,
		  char **said, struct err *err);

/** verdict_lines() - whether what the patch takes away is there, as evidence; do all say yes? */
int verdict_lines(const struct queue_patch *p, struct fileset *fs, struct verdict *v, bool *all,
		  struct err *err);

/** verdict_no_files() - is none of the files there that the patch needs to be there? */
int verdict_no_files(const struct queue_patch *p, struct fileset *fs, bool *none,
		     struct err *err);

#endif
