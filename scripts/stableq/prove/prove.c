// SPDX-License-Identifier: GPL-2.0-only
#include "prove/private.h"

int prove_add(struct prove *p, const struct release *r, struct err *err)
{
	const struct matrix_branch *b;
	struct prove_release *rel;
	int ret = matrix_branch_of(p->lab.matrix, r, &b, err);

	if (ret)
		return ret;
	rel = &ARRAY_PUSH(p->releases, p->nreleases);
	rel->pr.branch = b;
	rel->pr.release = *r;
	release_name(r, rel->pr.name);
	return 0;
}

static bool selected(const struct prove_opts *o, const struct queue_patch *qp,
		     const struct matrix_proof *proof)
{
	if (!o->patches.n)
		return true;
	for (size_t i = 0; i < o->patches.n; i++)
		if (strstr(qp->file, o->patches.v[i]) ||
		    (proof && strstr(proof->name, o->patches.v[i])))
			return true;
	return false;
}

static void add_row(struct prove_release *rel, const struct queue_patch *qp,
		    const struct matrix_proof *proof, enum prove_result result, char *reason)
{
	struct prove_row *row = &ARRAY_PUSH(rel->rows, rel->nrows);

	row->patch = qp;
	row->proof = proof;
	row->result = result;
	row->reason = reason;
}

static void make_rows(struct prove *p, struct prove_release *rel)
{
	const struct matrix *m = p->lab.matrix;

	for (size_t i = 0; i < rel->pr.queue.n; i++) {
		const struct queue_patch *qp = &rel->pr.queue.patches[i];
		size_t n = 0;

		for (size_t k = 0; k < m->nproofs; k++) {
			const struct matrix_proof *proof = &m->proofs[k];

			if (!proof_is_of(proof, qp, rel->pr.branch->name))
				continue;
			n++;
			if (selected(p->opts, qp, proof))
				add_row(rel, qp, proof, PROVE_SKIP, xstrdup("not run"));
		}
		if (!n && selected(p->opts, qp, NULL))
			add_row(rel, qp, NULL, PROVE_NO_PROOF,
				xstrdup("no proof's folder names its commit"));
	}
}

static void set_result(struct prove_row *row, enum prove_result result, char *reason)
{
	free(row->reason);
	row->result = result;
	row->reason = reason;
}

static int try_upto(struct prove *p, struct prove_release *rel, const struct prove_row *row,
		    const char *name, size_t upto, const struct prove_trial **t, struct err *err)
{
	const struct matrix_cell *cell = prove_cell(p, row->proof);
	_cleanup_free_ bool *in = xcalloc(rel->pr.queue.n, sizeof(*in));
	struct prove_state *st;
	int ret;

	prove_choose(rel, upto, in);
	ret = prove_state(p, rel, cell, name, in, NULL, &st, err);
	return ret ? ret : prove_trial(p, rel, st, row->proof, t, err);
}

static int try_prefix(struct prove *p, struct prove_release *rel, const struct prove_row *row,
		      size_t upto, const struct prove_trial **t, struct err *err)
{
	_cleanup_free_ char *name = xasprintf("prefix:%zu", upto);

	return try_upto(p, rel, row, upto ? name : "base", upto, t, err);
}

/* What the host ended is no voice among the others; it has no result. */
static bool disagree(const struct prove_trial *t)
{
	return !t->host && t->agree < t->runs;
}

/* The release has the fix already: the proof has to pass on it as it is. */
static void judge_merged(struct prove_row *row, enum verdict_kind kind)
{
	const struct prove_trial *t = row->without;

	if (prove_is(t, PROOF_PASSES))
		set_result(row, PROVE_FIXED_HERE,
			   xasprintf("%s, and verified: %s", verdict_name(kind),
							    t->finding.reason));
	else if (disagree(t))
		set_result(row, PROVE_FLAKY, xasprintf("%u of %u boots agree", t->agree, t->runs));
	else if (t->finding.outcome == PROOF_NO_RESULT)
		set_result(row, PROVE_ERROR, xstrdup(t->finding.reason));
	else
		set_result(row, PROVE_NOT_FIXED, xasprintf("%s, but %s", verdict_name(kind),
							   t->finding.reason));
}

static void judge_needed(struct prove_row *row)
{
	const struct prove_trial *without = row->without, *with = row->with;

	if (disagree(without) || disagree(with))
		set_result(row, PROVE_FLAKY,
			   xasprintf("without the patch %u of %u boots agree, with it %u of %u",
				     without->agree, without->runs, with->agree, with->runs));
	else if (without->finding.outcome == PROOF_NO_RESULT)
		set_result(row, PROVE_ERROR,
			   xasprintf("%s: %s", without->state->name, without->finding.reason));
	else if (with->finding.outcome == PROOF_NO_RESULT)
		set_result(row, PROVE_ERROR,
			   xasprintf("%s: %s", with->state->name, with->finding.reason));
	else if (!prove_is(with, PROOF_PASSES))
		set_result(row, PROVE_FAILS_WITH_PATCH, xasprintf("%s: %s", with->state->name,
								  with->finding.reason));
	else if (prove_is(without, PROOF_PASSES))
		set_result(row, PROVE_PASSES_ON_BASE, xasprintf("%s: %s", without->state->name,
								without->finding.reason));
	else if (!prove_is(without, PROOF_AS_CLAIMED))
		set_result(row, PROVE_OTHER_REASON, xasprintf("%s: %s", without->state->name,
							      without->finding.reason));
	else
		set_result(row, PROVE_PROVEN, xstrdup(without->finding.reason));
}

static const struct verdict *verdict_of(const struct prove_release *rel,
					const struct prove_row *row)
{
	size_t i = (size_t)(row->patch - rel->pr.queue.patches);

	return rel->pr.verdicts ? &rel->pr.verdicts[i] : NULL;
}

static bool needed(const struct prove_release *rel, const struct prove_row *row)
{
	return strv_has(&rel->pr.applied, row->patch->file);
}

/*
 * A merged fix is looked for on the release as it is; what was never affected has nothing to show.
 */
static bool to_try(const struct prove_release *rel, struct prove_row *row)
{
	const struct verdict *v = verdict_of(rel, row);

	if (!row->proof)
		return false;
	if (row->proof->skip) {
		set_result(row, PROVE_SKIP, xstrdup(row->proof->skip));
		return false;
	}
	if (needed(rel, row))
		return true;
	if (v && (v->kind == VERDICT_MERGED || v->kind == VERDICT_SUPERSEDED))
		return true;
	if (v && v->kind == VERDICT_NOT_AFFECTED)
		set_result(row, PROVE_SKIP, xstrdup("not affected"));
	else
		set_result(row, PROVE_ERROR,
			   xasprintf("the queue does not apply: %s", rel->pr.broken.msg ?
						       rel->pr.broken.msg : v ?
						       verdict_name(v->kind) :
						       "?"));
	return false;
}

static int prove_row_prefixes(struct prove *p, struct prove_release *rel, struct prove_row *row,
			      struct err *err)
{
	size_t i = (size_t)(row->patch - rel->pr.queue.patches);
	const struct prove_trial *t;
	int ret;

	/*
	 * Another bug may stand in the way on the base: the patches before this one are about it.
	 */
	if (!prove_is(row->without, PROOF_AS_CLAIMED) && !row->without->state->broken.code) {
		ret = try_prefix(p, rel, row, i, &t, err);
		if (ret)
			return ret;
		if (t != row->without &&
		    (prove_is(t, PROOF_AS_CLAIMED) ||
		     row->without->finding.outcome == PROOF_NO_RESULT)) {
			row->base = row->without;
			row->without = t;
		}
	}
	/* Or a later patch spoils what this one did: say which of the two it is. */
	if (!prove_is(row->with, PROOF_PASSES)) {
		ret = try_prefix(p, rel, row, i + 1, &t, err);
		if (ret)
			return ret;
		if (!prove_is(t, PROOF_PASSES))
			row->with = t;
	}
	return 0;
}

static int prove_rows(struct prove *p, struct prove_release *rel, struct err *err)
{
	size_t all = rel->pr.queue.n;
	_cleanup_free_ bool *todo = xcalloc(rel->nrows, sizeof(*todo));
	int ret = 0;

	/* State by state: each costs a build. */
	for (size_t i = 0; i < rel->nrows && !ret; i++) {
		todo[i] = to_try(rel, &rel->rows[i]);
		if (todo[i])
			ret = try_upto(p, rel, &rel->rows[i], "base", 0, &rel->rows[i].without,
				       err);
	}
	for (size_t i = 0; i < rel->nrows && !ret; i++)
		if (todo[i] && needed(rel, &rel->rows[i]))
			ret = try_upto(p, rel, &rel->rows[i], "patched", all, &rel->rows[i].with,
				       err);
	for (size_t i = 0; i < rel->nrows && !ret; i++) {
		struct prove_row *row = &rel->rows[i];

		if (!todo[i])
			continue;
		if (!needed(rel, row)) {
			judge_merged(row, verdict_of(rel, row)->kind);
			continue;
		}
		ret = prove_row_prefixes(p, rel, row, err);
		if (!ret)
			judge_needed(row);
	}
	return ret;
}

static int prove_release(struct prove *p, struct prove_release *rel, struct err *err)
{
	int ret = plan_release_prepare(&rel->pr, p->lab.matrix, p->set, err);

	if (ret)
		return ret;
	make_rows(p, rel);
	if (!rel->pr.tree) {
		out_warn(p->lab.out, "%s: skipped: %.*s", rel->pr.name,
			 (int)strcspn(rel->pr.skip.msg, "\n"), rel->pr.skip.msg);
		for (size_t i = 0; i < rel->nrows; i++)
			set_result(&rel->rows[i], PROVE_SKIP, xstrdup("no source"));
		return 0;
	}
	out_note(p->lab.out, "%s: from %s; %zu of %zu patches needed", rel->pr.name, rel->pr.origin,
		 rel->pr.applied.n, rel->pr.queue.n);
	if (p->opts->leave_one_out)
		return prove_leave_one_out(p, rel, err);
	for (size_t i = 0; i < p->opts->mutants.n && !ret; i++)
		ret = prove_mutant(p, rel, p->opts->mutants.v[i], err);
	if (!ret && p->opts->own_mutants)
		return prove_own_mutants(p, rel, err);
	return ret || p->opts->mutants.n ? ret : prove_rows(p, rel, err);
}

/* Which cells others stand for on this host. */
static void tell_swaps(const struct prove *p)
{
	const struct matrix *m = p->lab.matrix;

	for (size_t i = 0; i < m->ncells; i++) {
		const struct matrix_cell *c = &m->cells[i];
		struct plan_swap s = { .cell = c };
		_cleanup_free_ char *text = NULL;

		if (!c->proofs || vm_runs_here(p->lab.um, c->arch))
			continue;
		s.by = c->fallback ? matrix_cell(m, c->fallback) : NULL;
		s.why = p->lab.um->why;
		text = plan_swap_text(&s);
		out_warn(p->lab.out, "%s", text);
	}
}

int prove_run(struct prove *p, struct err *err)
{
	int ret = lab_open(&p->lab, p->opts->guest, err);

	tell_swaps(p);
	for (size_t i = 0; i < p->nreleases && !ret; i++)
		ret = prove_release(p, &p->releases[i], err);
	return ret;
}

static bool is_hosts(const struct prove_row *row)
{
	return row->result == PROVE_ERROR &&
	       ((row->without && row->without->host) || (row->with && row->with->host));
}

int prove_findings(const struct prove *p)
{
	int ret = 0;

	for (size_t r = 0; r < p->nreleases; r++) {
		const struct prove_release *rel = &p->releases[r];

		for (size_t i = 0; i < rel->nchanges; i++)
			if (!rel->changes[i].as_expected)
				return ERR_FINDING;
		if (rel->nchanges)
			continue;
		for (size_t i = 0; i < rel->nrows; i++) {
			const struct prove_row *row = &rel->rows[i];

			if (!prove_row_finding(row))
				continue;
			if (!is_hosts(row))
				return ERR_FINDING;
			ret = ERR_MISSING;
		}
	}
	return ret;
}

static void free_state(struct prove_state *st)
{
	free(st->name);
	free(st->in);
	fileset_free(st->state.fs);
	err_clear(&st->broken);
	free(st->image);
	free(st->patches);
	free(st);
}

static void free_release(struct prove_release *rel)
{
	for (size_t i = 0; i < rel->ntrials; i++) {
		proof_finding_clear(&rel->trials[i]->finding);
		boot_fact_clear(&rel->trials[i]->boot);
		free(rel->trials[i]);
	}
	for (size_t i = 0; i < rel->nstates; i++)
		free_state(rel->states[i]);
	for (size_t i = 0; i < rel->nrows; i++)
		free(rel->rows[i].reason);
	for (size_t i = 0; i < rel->nchanges; i++) {
		free(rel->changes[i].name);
		free(rel->changes[i].reason);
		strv_free(&rel->changes[i].along);
	}
	free(rel->trials);
	free(rel->states);
	free(rel->rows);
	free(rel->changes);
	plan_release_clear(&rel->pr);
}

void prove_free(struct prove *p)
{
	for (size_t i = 0; i < p->nreleases; i++)
		free_release(&p->releases[i]);
	free(p->releases);
	lab_close(&p->lab);
}
