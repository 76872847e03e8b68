/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prove/proof.h - what a boot of a proof's suite shows: that it passes, fails as claimed, or
 * otherwise
 *
 * Judged from the raw console alone, so that a kept console can be judged again when a claim was
 * written anew.
 */
#ifndef STABLEQ_PROOF_H
#define STABLEQ_PROOF_H

#include "run/judge.h"
#include "matrix/matrix.h"
#include "queue/queue.h"
#include "vm/vm.h"

enum proof_outcome {
	PROOF_PASSES,		/* every case passed, and the kernel said nothing */
	/* the claimed cases failed for the claimed reasons, and only those */
	PROOF_AS_CLAIMED,
	PROOF_OTHERWISE,	/* something else failed, or for another reason */
	/* nothing to judge: not built, not booted, timeout, no such suite */
	PROOF_NO_RESULT,
};

struct proof_finding {
	enum proof_outcome outcome;
	char *reason;		/* for people; "12 cases passed" */
	char *evidence;		/* first lines of the splat or of what the case said; "" */
	char *function;		/* of the splat that was claimed, or NULL */
	/* of the cases that failed as claimed, the one that tells most; or NULL */
	char *told_case;
	char *told;		/* what it told, in a changelog's few lines */
	struct strv failed;	/* names of the cases that failed */
	size_t cases, skipped;
};

/** proof_is_of() - does a proof hold for a patch, on a branch? */
bool proof_is_of(const struct matrix_proof *p, const struct queue_patch *qp, const char *branch);

/**
 * proof_judge() - judge one boot
 * @p: the proof
 * @where: branch and cell: which claims hold there, which splats are known
 * @console: what the guest printed
 * @end: how it ended
 * @f: filled in; proof_finding_clear()
 *
 * A splat belongs to the case during which it began; in a case it makes the case fail, whatever
 * KUnit says of it. One outside every case is never as claimed. A guest that died in the suite did
 * so in the first case without a result; one that died behind it, or never powered off, makes what
 * would have passed PROOF_NO_RESULT, since no patch is to blame for that.
 */
void proof_judge(const struct matrix_proof *p, const struct judge_place *where,
		 struct span console, enum vm_end end, struct proof_finding *f);
void proof_finding_clear(struct proof_finding *f);

/* passes, as-claimed, otherwise, no-result */
const char *proof_outcome_name(enum proof_outcome o);

#endif
