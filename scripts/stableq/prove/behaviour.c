// SPDX-License-Identifier: GPL-2.0-only
#include "prove/behaviour.h"

#include "prove/overlay.h"
#include "prove/proof.h"

/* One proof of one patch, and the boots of it on a release as it is. */
struct look {
	const struct matrix *m;
	const struct matrix_branch *b;
	const struct matrix_proof *proof;
	struct verdict *v;
};

static int judge_boot(void *ctx, const struct boot_fact *boot)
{
	const struct look *l = ctx;
	struct judge_place where = { .matrix = l->m, .branch = l->b->name, .cell = boot->cell };
	struct proof_finding f;
	char *detail;

	proof_judge(l->proof, &where, str_span(&boot->console), boot->end, &f);
	detail = xasprintf("%s %s on it as it is (%s): %s", l->proof->name,
			   f.outcome == PROOF_PASSES ? "passes" :
			   f.outcome == PROOF_AS_CLAIMED ? "fails as claimed" : "fails otherwise",
			   boot->cell, f.reason);
	if (f.outcome == PROOF_PASSES)
		verdict_behaves(l->v, BEHAVES_FIXED, detail);
	else if (f.outcome == PROOF_AS_CLAIMED)
		verdict_behaves(l->v, BEHAVES_BAD, detail);
	else if (f.outcome == PROOF_OTHERWISE)
		verdict_behaves(l->v, BEHAVES_OTHERWISE, detail);
	else
		free(detail);
	proof_finding_clear(&f);
	return 0;
}

/* The digest of what is compiled into a proof's kernels; several proofs share a directory. */
static int digest_of(const struct matrix *m, const struct matrix_proof *proof, const char **last,
		     char digest[HASH_HEX + 1], struct err *err)
{
	const struct matrix_cell *cell = matrix_cell(m, proof->cell);

	if (!cell || !cell->proofs)
		return ERR_NOTFOUND;
	if (*last && !strcmp(*last, cell->proofs))
		return 0;
	*last = cell->proofs;
	return overlay_digest(m, cell->proofs, digest, err);
}

int behaviour_add(struct store *s, const struct matrix *m, const struct matrix_branch *b,
		  struct source *src, struct verdict *v, size_t n, struct err *err)
{
	char name[RELEASE_MAX], source[HASH_HEX + 1], digest[HASH_HEX + 1];
	const char *last = NULL;
	int ret = 0;

	/* No tree is made of a commit or a tarball of the user's own, so none was booted. */
	if (!s || !m->nproofs || !strcmp(source_provider(src), "rev") ||
	    !strcmp(source_provider(src), "tarball"))
		return 0;
	release_name(source_release(src), name);
	ret = source_fingerprint(src, source, err);
	if (ret && ret != ERR_INTERRUPTED) {
		/* It was never extracted, so it wasn't booted. */
		err_clear(err);
		return 0;
	}
	for (size_t i = 0; i < n && !ret; i++)
		for (size_t k = 0; k < m->nproofs && !ret; k++) {
			struct look l = { m, b, &m->proofs[k], &v[i] };

			if (l.proof->skip || !proof_is_of(l.proof, v[i].patch, b->name))
				continue;
			ret = digest_of(m, l.proof, &last, digest, err);
			ret = ret ? ret :
			      store_released_boots(s, name, source, l.proof->suite, digest,
							       judge_boot, &l, err);
		}
	return ret;
}
