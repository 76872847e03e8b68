// SPDX-License-Identifier: GPL-2.0-only
/*
 * prove_state.c - kernels with some of a queue's patches, and proofs tried on them
 */
#include "prove.h"

#include "fs.h"
#include "hash.h"
#include "overlay.h"
#include "tree.h"

#define CONSOLE_MAX (1024UL * 1024)	/* of a boot, as it is kept */

static const char *const ends[] = {
	[VM_POWEROFF] = "poweroff", [VM_DIED] = "died", [VM_TIMEOUT] = "timeout",
	[VM_FLOOD] = "flood", [VM_INTERRUPTED] = "interrupted",
};

static int apply(struct prove_release *rel, struct prove_state *st, const struct patch *mutant,
		 const char *proofs, struct err *err)
{
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
	return ret ? ret : overlay_add(st->state.fs, proofs, err);
}

int prove_state(struct prove *p, struct prove_release *rel, const struct matrix_cell *cell,
		const char *name, const bool *in, const struct patch *mutant,
		struct prove_state **st, struct err *err)
{
	_cleanup_free_ char *proofs = fs_join(p->lab.matrix->dir, cell->proofs);
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
	ret = apply(rel, *st, mutant, proofs, err);
	if (ret || (*st)->broken.code)
		return ret;
	return state_key(&(*st)->state, err);
}

/* Makes the object directory hold this state. */
static int build(struct prove *p, const struct lab_place *place, struct prove_state *st,
		 struct err *err)
{
	struct kbuild k;
	int ret;

	if (p->built == st || st->broken.code)
		return 0;
	out_note(p->lab.out, "%s: building", place->label);
	p->built = NULL;
	free(st->image);
	st->image = NULL;
	ret = lab_build(&p->lab, place, st->state.fs, &k, err);
	if (ret == ERR_FINDING || ret == ERR_TIMEOUT) {
		out_warn(p->lab.out, "%s: %s", place->label, err->msg);
		err_move(&st->broken, err);
		ret = 0;
	} else if (!ret) {
		st->image = xstrdup(k.image);
		p->built = st;
	}
	kbuild_free(&k);
	return ret;
}

/* A console as it can be kept: text without NUL, which SQLite would take for its end. */
static int read_console(const char *log, struct str *text, struct err *err)
{
	int ret = fs_read(log, 0, text, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < text->len; i++)
		if (!text->s[i])
			text->s[i] = '?';
	if (text->len > CONSOLE_MAX) {
		text->len = CONSOLE_MAX;
		text->s[text->len] = '\0';
	}
	return 0;
}

static int boot_once(struct prove *p, const struct lab_place *place, struct prove_state *st,
		     const struct matrix_proof *proof, struct result *r, struct err *err)
{
	_cleanup_free_ char *params = state_params(proof->suite);
	_cleanup_free_ char *log = xasprintf("%s/%s.console", place->logs, proof->name);
	_cleanup_str_ struct str console = STR_INIT;
	struct vm_run v;
	int ret = lab_boot(&p->lab, place, st->image, params, "", log, &v, err);

	if (!ret)
		ret = read_console(log, &console, err);
	if (!ret && v.host) {
		r->kind = RESULT_HOST;
		r->reason = xasprintf("the host: %s", v.host);
		r->detail = str_take(&console);
		r->seconds = v.seconds;
	} else if (!ret) {
		r->kind = v.end == VM_POWEROFF ? RESULT_PASS :
			  v.end == VM_TIMEOUT ? RESULT_TIMEOUT : RESULT_ERROR;
		r->reason = xstrdup(ends[v.end]);
		r->detail = str_take(&console);
		r->seconds = v.seconds;
		ret = store_put(p->lab.store, r, err);
	}
	vm_run_free(&v);
	return ret;
}

static enum vm_end end_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (!strcmp(ends[i], name))
			return (enum vm_end)i;
	return VM_DIED;
}

static void judge(struct prove *p, struct prove_release *rel, struct prove_trial *t,
		  const struct result *r)
{
	struct judge_place where = {
		.matrix = p->lab.matrix, .branch = rel->pr.branch->name, .cell = t->state->state.cell->name,
	};
	struct proof_finding f;

	if (r->kind == RESULT_HOST)
		f = (struct proof_finding){ .outcome = PROOF_NO_RESULT, .reason = xstrdup(r->reason),
					    .evidence = xstrdup("") };
	else
		proof_judge(t->proof, &where, span_of(r->detail), end_of(r->reason), &f);
	t->seconds += r->seconds;
	if (!t->runs++ || f.outcome != t->finding.outcome) {
		/* The one that differs is the one to look at. */
		if (t->runs == 1 || t->agree == t->runs - 1) {
			struct proof_finding other = t->finding;

			t->finding = f;
			f = other;
		}
		t->agree += t->runs == 1;
	} else {
		t->agree++;
	}
	proof_finding_clear(&f);
}

static int look_up(struct prove *p, const struct prove_state *st, const struct matrix_proof *proof,
		   struct result *r, bool *found, struct err *err)
{
	int ret;

	*found = false;
	state_boot_key(&st->state, p->lab.guest, proof->suite, r->key);
	if (p->opts->again || p->opts->repeat > 1)
		return 0;
	ret = store_get(p->lab.store, r->key, r, err);
	if (ret == ERR_NOTFOUND) {
		err_clear(err);
		return 0;
	}
	*found = !ret;
	return ret;
}

static void cannot(struct prove_trial *t)
{
	t->finding = (struct proof_finding){
		.outcome = PROOF_NO_RESULT, .reason = xstrdup(t->state->broken.msg),
		.evidence = xstrdup(""),
	};
}

static int boots(struct prove *p, struct prove_release *rel, struct prove_state *st,
		 struct prove_trial *t, struct err *err)
{
	_cleanup_(lab_place_clear) struct lab_place place = {
		.branch = rel->pr.branch, .cell = st->state.cell, .pristine = rel->pr.tree,
		.source = rel->pr.source,
	};
	_cleanup_free_ char *state = xstrdup(st->name);
	int ret;

	/* Part of a directory's name. */
	for (char *c = state; *c; c++)
		if (*c == '/')
			*c = '_';
	ret = lab_place(&p->lab, rel->pr.name, state, &place, err);
	ret = ret ? ret : build(p, &place, st, err);
	if (!ret && st->broken.code)
		cannot(t);
	if (ret || st->broken.code)
		return ret;
	while (!ret && t->runs < p->opts->repeat) {
		struct result r = {
			.release = xstrdup(rel->pr.name), .cell = xstrdup(st->state.cell->name),
			.state = xstrdup(st->name), .check = xstrdup(t->proof->name),
		};

		state_boot_key(&st->state, p->lab.guest, t->proof->suite, r.key);
		ret = boot_once(p, &place, st, t->proof, &r, err);
		if (!ret)
			judge(p, rel, t, &r);
		result_clear(&r);
		if (p->opts->repeat > 1)
			out_status(p->lab.out, "%s: %s %u of %u", place.label, t->proof->name,
				   t->runs, p->opts->repeat);
	}
	if (!ret)
		out_note(p->lab.out, "%s: %s %s: %s", place.label, t->proof->name,
			 proof_outcome_name(t->finding.outcome), t->finding.reason);
	return ret;
}

int prove_trial(struct prove *p, struct prove_release *rel, struct prove_state *st,
		const struct matrix_proof *proof, const struct prove_trial **to, struct err *err)
{
	struct prove_trial *t;
	struct result r = { .kind = RESULT_PASS };
	bool found = false;
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
	if (st->broken.code)
		cannot(t);
	else
		ret = look_up(p, st, proof, &r, &found, err);
	if (found) {
		judge(p, rel, t, &r);
		t->reused = true;
	} else if (!ret && !st->broken.code) {
		ret = boots(p, rel, st, t, err);
	}
	result_clear(&r);
	return ret;
}
