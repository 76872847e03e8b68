// SPDX-License-Identifier: GPL-2.0-only
#include "ledger/verify.h"

#include "verdict/snapshot.h"
#include "verdict/verdict.h"

/* What is verified, and against what. */
struct check {
	const struct ledger *l;
	size_t branch;		/* index in the matrix */
	struct queue queue;	/* the branch's, with the release's variants */
	struct fileset *fs;
	struct ledger_verified *v;
};

static void fact_paths(const struct ledger *l, size_t branch, struct strv *paths)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct ledger_exempt *x = l->fixes[i].cells[branch].exempt;

		for (size_t k = 0; x && k < x->nfacts; k++)
			if (!strv_has(paths, x->facts[k].path))
				strv_add(paths, x->facts[k].path);
	}
}

static int check_facts(const struct check *c, const struct ledger_fix *fix, struct err *err)
{
	const struct ledger_exempt *x = fix->cells[c->branch].exempt;

	for (size_t k = 0; x && k < x->nfacts; k++) {
		_cleanup_free_ char *name = fact_name(&x->facts[k]);
		_cleanup_free_ char *detail = NULL;
		bool holds;
		int ret = fact_check(&x->facts[k], c->fs, &holds, &detail, err);

		if (ret)
			return ret;
		c->v->checks++;
		if (!holds)
			strv_addf(&c->v->mismatches, "%s is %s because \"%s\", but %s", fix->id,
				  ledger_state_name(x->state), name, detail);
	}
	return 0;
}

/* Where only trees tell the landing, a release between the two can have it or not. */
static bool undecided(const struct ledger_landing *x, const struct release *r)
{
	return x && x->sure == SURE_TREE && x->not_in.version && release_cmp(r, &x->not_in) > 0 &&
	       release_cmp(r, &x->release) < 0;
}

/* Where a variant with another commit serves, the fix itself is in, and a follow-up is not. */
static void check_verdict(const struct check *c, const struct ledger_fix *fix,
			  const struct verdict *v)
{
	const struct ledger_cell *cell = &fix->cells[c->branch];
	bool merged = v->kind == VERDICT_MERGED || v->kind == VERDICT_SUPERSEDED ||
		      !same_commit(queue_patch_commit(v->patch), queue_patch_commit(cell->patch));
	_cleanup_free_ char *where = cell->landing ? ledger_where(cell->landing) : NULL;

	if (undecided(cell->landing, &c->v->release)) {
		c->v->open++;
		return;
	}
	c->v->checks++;
	if (v->kind == VERDICT_UNKNOWN || v->kind == VERDICT_NOT_AFFECTED)
		strv_addf(&c->v->mismatches,
			  "%s: the ledger has a patch for it, but the verdict is %s",
			  fix->id, verdict_name(v->kind));
	else if (merged && !ledger_expect_merged(cell, &c->v->release))
		strv_addf(&c->v->mismatches, "%s is %s here, but the ledger has it %s%s", fix->id,
			  verdict_name(v->kind), where ? "merged in " : "needed",
			  where ? where : "");
	else if (!merged && ledger_expect_merged(cell, &c->v->release))
		strv_addf(&c->v->mismatches,
			  "%s is needed here (%s), but the ledger has it merged in %s",
			  fix->id, verdict_name(v->kind), where);
}

static int check_all(const struct check *c, struct err *err)
{
	const struct queue *q = &c->l->queues[c->branch];	/* a row each, as in c->queue */
	struct verdict *v = NULL;
	int ret = 0;

	/* Before the verdicts, which apply what is needed. */
	for (size_t i = 0; i < c->l->n && !ret; i++)
		ret = check_facts(c, &c->l->fixes[i], err);
	ret = ret ? ret : verdict_queue(&c->queue, c->fs, &v, err);
	for (size_t i = 0; i < c->l->n && !ret; i++) {
		const struct ledger_cell *cell = &c->l->fixes[i].cells[c->branch];

		if (cell->patch)
			check_verdict(c, &c->l->fixes[i], &v[cell->patch - q->patches]);
		else if (cell->landing)
			c->v->open++;
	}
	verdicts_free(v, q->n);
	return ret;
}

int ledger_verify(const struct ledger *l, struct source_set *set, const struct release *r,
		  struct ledger_verified *v, struct err *err)
{
	_cleanup_strv_ struct strv paths = STRV_INIT;
	struct check c = { .l = l, .v = v };
	const struct matrix_branch *b;
	struct snapshot snap = { NULL, 0 };
	struct source *src = NULL;
	int ret = matrix_branch_of(l->matrix, r, &b, err);

	*v = (struct ledger_verified){ .release = *r };
	if (ret)
		return ret;
	c.branch = (size_t)(b - l->matrix->branches);
	ret = queue_load_for(&c.queue, l->queues[c.branch].dir, r, err);
	if (ret) {
		queue_free(&c.queue);
		return ret;
	}
	queue_files(&c.queue, &paths);
	fact_paths(l, c.branch, &paths);
	ret = source_open(set, r, &src, err);
	if (!ret) {
		v->origin = xstrdup(source_describe(src));
		ret = snapshot_read(&snap, src, &paths, err);
	}
	if (!ret) {
		c.fs = snapshot_fileset(&snap);
		ret = check_all(&c, err);
		fileset_free(c.fs);
	}
	snapshot_free(&snap);
	source_free(src);
	queue_free(&c.queue);
	/* One release that can't be read leaves the others to be answered. */
	if (ret && ret != ERR_INTERRUPTED) {
		v->error = xstrdup(err->msg ? err->msg : "unreadable");
		err_clear(err);
		ret = 0;
	}
	return ret;
}

void ledger_verified_clear(struct ledger_verified *v)
{
	free(v->origin);
	free(v->error);
	strv_free(&v->mismatches);
	*v = (struct ledger_verified){ .origin = NULL };
}
