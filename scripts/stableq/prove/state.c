// SPDX-License-Identifier: GPL-2.0-only
/*
 * prove/state.c - kernels with some of a queue's patches, and proofs tried on them
 */
#include "prove/prove.h"

#include "prove/overlay.h"
#include "tree/tree.h"

void prove_choose(const struct prove_release *rel, size_t upto, bool *in)
{
	for (size_t i = 0; i < rel->pr.queue.n; i++)
		in[i] = i < upto && strv_has(&rel->pr.applied, rel->pr.queue.patches[i].file);
}

const struct matrix_cell *prove_cell(const struct prove *p, const struct matrix_proof *proof)
{
	const struct matrix_cell *cell =
		matrix_cell(p->lab.matrix, p->opts->cell ? p->opts->cell : proof->cell);

	if (vm_runs_here(p->lab.um, cell->arch) || !cell->fallback)
		return cell;
	return matrix_cell(p->lab.matrix, cell->fallback);
}

bool prove_is(const struct prove_trial *t, enum proof_outcome o)
{
	return t && t->finding.outcome == o && t->agree == t->runs;
}

static int apply(struct prove_release *rel, struct prove_state *st, const struct patch *mutant,
		 struct err *err)
{
	const struct state *s = &st->state;
	const struct queue *q = &rel->pr.queue;
	int ret = 0;

	st->state.fs = tree_fileset(rel->pr.tree);
	for (size_t i = 0; i < q->n && !ret; i++)
		if (st->in[i])
			ret = patch_apply(st->state.fs, &q->patches[i].patch, NULL, NULL, err);
	if (!ret && mutant)
		ret = patch_apply(st->state.fs, mutant, NULL, NULL, err);
	/* This state can't be had; others can. */
	if (ret == ERR_FINDING) {
		err_move(&st->broken, err);
		return 0;
	}
	ret = ret ? ret : overlay_add(s->fs, s->matrix, s->cell->proofs, s->branch->name, err);
	return ret ? ret : overlay_digest(s->matrix, s->cell->proofs, st->suites, err);
}

/* What is in a state beside the release, for who looks it up later. */
static char *patches_of(const struct prove_release *rel, const bool *in, const struct patch *mutant)
{
	const struct queue *q = &rel->pr.queue;
	_cleanup_strv_ struct strv files = STRV_INIT;

	for (size_t i = 0; i < q->n; i++)
		if (in[i])
			strv_add(&files, q->patches[i].file);
	if (mutant)
		strv_add(&files, mutant->name);
	return strv_lines(&files);
}

int prove_state(struct prove *p, struct prove_release *rel, const struct matrix_cell *cell,
		const char *name, const bool *in, const struct patch *mutant,
		struct prove_state **st, struct err *err)
{
	size_t n = rel->pr.queue.n;
	int ret;

	for (size_t i = 0; i < rel->nstates; i++) {
		*st = rel->states[i];
		if ((*st)->state.cell == cell && !strcmp((*st)->name, name))
			return 0;
	}
	*st = xcalloc(1, sizeof(**st));
	rel->states = array_grow(rel->states, rel->nstates, sizeof(struct prove_state *));
	rel->states[rel->nstates++] = *st;
	(*st)->name = xstrdup(name);
	(*st)->state = (struct state){
		.matrix = p->lab.matrix, .branch = rel->pr.branch, .cell = cell,
		.release = rel->pr.name, .source = rel->pr.source, .pristine = rel->pr.tree,
		.name = (*st)->name,
	};
	(*st)->in = xcalloc(n, sizeof(bool));
	memcpy((*st)->in, in, n * sizeof(bool));
	(*st)->patches = patches_of(rel, in, mutant);
	ret = apply(rel, *st, mutant, err);
	if (ret || (*st)->broken.code)
		return ret;
	return state_key(&(*st)->state, err);
}

/* A kernel that the compiler refused, now or before. */
static void refused(struct prove *p, struct prove_state *st, const struct build_fact *b)
{
	out_warn(p->lab.out, "%s %s %s: %s", b->release, b->cell, st->name, b->message);
	err_set(&st->broken, ERR_FINDING, "%s", b->message);
}

static int known_refused(struct prove *p, struct prove_state *st, struct err *err)
{
	_cleanup_(build_fact_clear) struct build_fact b = { .failed = false };
	bool found = false;
	int ret = p->opts->again ? 0 : lab_known_build(&p->lab, &st->state, &b, &found, err);

	if (found && b.failed)
		refused(p, st, &b);
	return ret;
}

/* Makes the object directory hold this state. */
static int build_state(struct prove *p, const struct lab_place *place, struct prove_state *st,
		       struct err *err)
{
	_cleanup_(build_fact_clear) struct build_fact b = { .failed = false };
	int ret;

	if (p->built == st || st->broken.code)
		return 0;
	out_note(p->lab.out, "%s: building", place->label);
	p->built = NULL;
	free(st->image);
	ret = lab_build(&p->lab, place, &b, &st->image, err);
	if (ret == ERR_TIMEOUT) {
		/* No fact, so nothing to keep: this state can't be had now; others can. */
		err_move(&st->broken, err);
		return 0;
	}
	if (!ret && b.failed)
		refused(p, st, &b);
	else if (!ret)
		p->built = st;
	return ret;
}

static struct lab_what what_of(const struct prove_state *st, const struct matrix_proof *proof)
{
	return (struct lab_what){
		.suite = proof->suite, .checks = "", .suites = st->suites, .patches = st->patches,
		.name = proof->name,
	};
}

static void blame_host(struct prove_trial *t, const char *why)
{
	proof_finding_clear(&t->finding);
	t->finding = (struct proof_finding){
		.outcome = PROOF_NO_RESULT, .reason = xasprintf("the host: %s", why),
		.evidence = xstrdup(""),
	};
	t->host = true;
}

/* @b is taken over; @host: why it says nothing of the kernel, or NULL. */
static void judge_trial(struct prove *p, struct prove_release *rel, struct prove_trial *t,
			struct boot_fact *b, const char *host)
{
	struct judge_place where = {
		.matrix = p->lab.matrix, .branch = rel->pr.branch->name,
		.cell = t->state->state.cell->name,
	};
	struct proof_finding f;

	t->seconds += b->seconds;
	t->runs++;
	if (host && !t->host)
		blame_host(t, host);
	/* Of several boots that one decides: the others are no answer to what was asked. */
	if (t->host) {
		boot_fact_clear(b);
		return;
	}
	proof_judge(t->proof, &where, str_span(&b->console), b->end, &f);
	if (t->runs > 1 && f.outcome == t->finding.outcome) {
		t->agree++;
	} else if (t->runs == 1 || t->agree == t->runs - 1) {
		/* The one that differs is the one to look at. */
		struct proof_finding other = t->finding;
		struct boot_fact boot = t->boot;

		t->agree += t->runs == 1;
		t->finding = f;
		t->boot = *b;
		f = other;
		*b = boot;
	}
	proof_finding_clear(&f);
	boot_fact_clear(b);
}

static void cannot(struct prove_trial *t)
{
	t->finding = (struct proof_finding){
		.outcome = PROOF_NO_RESULT, .reason = xstrdup(t->state->broken.msg),
		.evidence = xstrdup(""),
	};
}

static int boot_proof(struct prove *p, struct prove_release *rel, const struct lab_place *place,
		      struct prove_trial *t, struct err *err)
{
	struct lab_what what = what_of(t->state, t->proof);
	struct boot_fact b = { .end = VM_POWEROFF };
	_cleanup_free_ char *host = NULL;
	int ret = lab_boot(&p->lab, place, t->state->image, &what, &b, &host, err);

	if (ret)
		boot_fact_clear(&b);
	else
		judge_trial(p, rel, t, &b, host);
	return ret;
}

static int boots(struct prove *p, struct prove_release *rel, struct prove_state *st,
		 struct prove_trial *t, struct err *err)
{
	_cleanup_(lab_place_clear) struct lab_place place;
	int ret = lab_place(&p->lab, &st->state, &place, err);

	/* No kernel is built that can't be booted. */
	if (!ret && !vm_runs_here(p->lab.um, st->state.cell->arch)) {
		_cleanup_free_ char *why = xasprintf("user-mode Linux does not run here: %s",
						     p->lab.um->why);

		blame_host(t, why);
		return 0;
	}
	ret = ret ? ret : build_state(p, &place, st, err);
	if (!ret && st->broken.code)
		cannot(t);
	if (ret || st->broken.code)
		return ret;
	while (!ret && t->runs < p->opts->repeat) {
		ret = boot_proof(p, rel, &place, t, err);
		if (p->opts->repeat > 1)
			out_status(p->lab.out, "%s: %s %u of %u", place.label, t->proof->name,
				   t->runs, p->opts->repeat);
	}
	if (!ret)
		out_note(p->lab.out, "%s: %s %s: %s", place.label, t->proof->name,
			 proof_outcome_name(t->finding.outcome), t->finding.reason);
	return ret;
}

/* A boot that is known, or a kernel that is known not to be one. */
static int look_up_boots(struct prove *p, struct prove_release *rel, struct prove_state *st,
			 struct prove_trial *t, struct err *err)
{
	struct lab_what what = what_of(st, t->proof);
	struct boot_fact b = { .end = VM_POWEROFF };
	bool found = false;
	int ret = 0;

	if (!p->opts->again && p->opts->repeat == 1)
		ret = lab_known_boot(&p->lab, &st->state, &what, &b, &found, err);
	if (found) {
		judge_trial(p, rel, t, &b, NULL);
		t->reused = true;
	} else if (!ret) {
		ret = known_refused(p, st, err);
	}
	return ret;
}

int prove_trial(struct prove *p, struct prove_release *rel, struct prove_state *st,
		const struct matrix_proof *proof, const struct prove_trial **to, struct err *err)
{
	struct prove_trial *t;
	int ret = 0;

	for (size_t i = 0; i < rel->ntrials; i++) {
		*to = rel->trials[i];
		if ((*to)->state == st && (*to)->proof == proof)
			return 0;
	}
	t = xcalloc(1, sizeof(*t));
	t->proof = proof;
	t->state = st;
	rel->trials = array_grow(rel->trials, rel->ntrials, sizeof(struct prove_trial *));
	rel->trials[rel->ntrials++] = t;
	*to = t;
	if (!st->broken.code)
		ret = look_up_boots(p, rel, st, t, err);
	if (!ret && st->broken.code)
		cannot(t);
	else if (!ret && !t->reused)
		ret = boots(p, rel, st, t, err);
	return ret;
}
