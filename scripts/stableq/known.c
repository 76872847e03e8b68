// SPDX-License-Identifier: GPL-2.0-only
#include "known.h"

#include "fs.h"
#include "overlay.h"

struct search {
	const struct matrix *matrix;
	const struct matrix_branch *branch;
	const struct matrix_proof *proof;
	struct proof_finding *best;
	char *cell;		/* of the best; NULL: none yet */
};

/* How much an outcome says: that a fix doesn't work most, that nothing was seen least. */
static int weight(enum proof_outcome o)
{
	switch (o) {
	case PROOF_NO_RESULT:
		return 0;
	case PROOF_PASSES:
		return 1;
	default:
		return 2;
	}
}

static int take(void *ctx, const struct boot_fact *b)
{
	struct search *q = ctx;
	struct judge_place where = {
		.matrix = q->matrix, .branch = q->branch->name, .cell = b->cell,
	};
	struct proof_finding f;

	proof_judge(q->proof, &where, str_span(&b->console), b->end, &f);
	if (q->cell && weight(f.outcome) <= weight(q->best->outcome)) {
		proof_finding_clear(&f);
		return 0;
	}
	proof_finding_clear(q->best);
	*q->best = f;
	free(q->cell);
	q->cell = xstrdup(b->cell);
	return 0;
}

int known_proof(struct store *s, const struct matrix *m, const struct matrix_branch *branch,
		const char *release, const char *source, const struct matrix_proof *proof,
		struct proof_finding *f, char **cell, struct err *err)
{
	struct search q = { .matrix = m, .branch = branch, .proof = proof, .best = f };
	_cleanup_free_ char *dir = NULL;
	char suites[HASH_HEX + 1];
	int ret;

	*f = (struct proof_finding){ .outcome = PROOF_NO_RESULT };
	*cell = NULL;
	if (!proof->suite)
		return err_set(err, ERR_NOTFOUND, "%s: there is nothing to boot", proof->name);
	dir = fs_join(m->dir, matrix_cell(m, proof->cell)->proofs);
	ret = overlay_digest(dir, suites, err);
	ret = ret ? ret : store_released_boots(s, release, source, proof->suite, suites, take, &q, err);
	if (!ret && !q.cell)
		ret = err_set(err, ERR_NOTFOUND, "%s: not booted on %s as it is", proof->name, release);
	*cell = q.cell;
	if (ret) {
		proof_finding_clear(f);
		free(*cell);
		*cell = NULL;
	}
	return ret;
}
