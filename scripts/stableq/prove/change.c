// SPDX-License-Identifier: GPL-2.0-only
/*
 * prove/change.c - the queue with one patch less or one mutant more: what the proofs make of it
 */
#include "prove/prove.h"

#include "base/fs.h"
#include "tree/tree.h"

static void unexpected(struct prove_change *c, const struct prove_trial *t, const char *wanted)
{
	const char *before = c->reason ? c->reason : "", *and = c->reason ? "; " : "";
	char *more = xasprintf("%s%s%s should %s: %s", before, and, t->proof->name, wanted,
			       t->finding.reason);

	free(c->reason);
	c->reason = more;
	c->as_expected = false;
}

/* Takes @k out, and every patch that says it requires one that is out. */
static void take_out(const struct prove_release *rel, size_t k, bool *in, struct strv *along)
{
	const struct queue *q = &rel->pr.queue;

	prove_choose(rel, q->n, in);
	in[k] = false;
	for (size_t i = k + 1; i < q->n; i++) {
		const struct queue_patch *qp = &q->patches[i];
		bool alone = strv_has(&qp->requires, queue_patch_row(&q->patches[k]));

		for (size_t a = 0; a < along->n; a++)
			alone |= strv_has(&qp->requires, along->v[a]);
		if (in[i] && alone) {
			in[i] = false;
			strv_add(along, queue_patch_row(qp));
		}
	}
}

/* A later patch may need what this one changed nearby, without saying so: it has to go along. */
static int take_out_what_fails(struct prove_release *rel, bool *in, struct strv *along,
			       struct err *err)
{
	const struct queue *q = &rel->pr.queue;
	struct fileset *fs = tree_fileset(rel->pr.tree);
	int ret = 0;

	for (size_t i = 0; i < q->n && !ret; i++) {
		_cleanup_err_ struct err why = ERR_INIT;

		ret = in[i] ? patch_apply(fs, &q->patches[i].patch, NULL, NULL, &why) : 0;
		if (ret == ERR_FINDING) {
			in[i] = false;
			strv_add(along, queue_patch_row(&q->patches[i]));
			ret = 0;
		} else if (ret) {
			/* A file that can't be read says nothing of the patch. */
			ret = err_move(err, &why);
		}
	}
	fileset_free(fs);
	return ret;
}

static bool is_out(const struct prove_release *rel, const struct matrix_proof *proof,
		   const bool *in)
{
	const struct queue *q = &rel->pr.queue;

	for (size_t i = 0; i < q->n; i++)
		if (!in[i] && proof_is_of(proof, &q->patches[i], rel->pr.branch->name))
			return true;
	return false;
}

static bool proof_applies(const struct prove_release *rel, const struct matrix_proof *proof)
{
	const struct queue *q = &rel->pr.queue;

	for (size_t i = 0; i < q->n && !proof->skip; i++)
		if (proof_is_of(proof, &q->patches[i], rel->pr.branch->name) &&
		    strv_has(&rel->pr.applied, q->patches[i].file))
			return true;
	return false;
}

static int leave_out(struct prove *p, struct prove_release *rel, size_t k, struct err *err)
{
	const char *file = rel->pr.queue.patches[k].file;
	const struct matrix *m = p->lab.matrix;
	_cleanup_free_ bool *in = xcalloc(rel->pr.queue.n, sizeof(*in));
	_cleanup_free_ char *name = xasprintf("without:%s", file);
	struct prove_change *c = &ARRAY_PUSH(rel->changes, rel->nchanges);
	size_t own = 0;
	int ret = 0;

	c->name = xstrdup(file);
	c->as_expected = true;
	take_out(rel, k, in, &c->along);
	ret = take_out_what_fails(rel, in, &c->along, err);
	for (size_t i = 0; i < m->nproofs && !ret; i++) {
		const struct matrix_proof *proof = &m->proofs[i];
		bool out = is_out(rel, proof, in);
		const struct prove_trial *t;
		struct prove_state *st;

		if (!proof_applies(rel, proof))
			continue;
		own += proof_is_of(proof, &rel->pr.queue.patches[k], rel->pr.branch->name);
		ret = prove_state(p, rel, prove_cell(p, proof), name, in, NULL, &st, err);
		ret = ret ? ret : prove_trial(p, rel, st, proof, &t, err);
		if (ret)
			break;
		if (!prove_is(t, out ? PROOF_AS_CLAIMED : PROOF_PASSES))
			unexpected(c, t, out ? "fail as claimed" : "pass");
		else if (out)
			c->failed++;
		else
			c->passed++;
	}
	if (!ret && !own) {
		c->as_expected = false;
		free(c->reason);
		c->reason = xstrdup("no proof would notice");
	}
	return ret;
}

int prove_leave_one_out(struct prove *p, struct prove_release *rel, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < rel->pr.queue.n && !ret; i++) {
		const char *file = rel->pr.queue.patches[i].file;
		bool chosen = !p->opts->patches.n;

		for (size_t k = 0; k < p->opts->patches.n; k++)
			chosen |= strstr(file, p->opts->patches.v[k]) != NULL;
		if (chosen && strv_has(&rel->pr.applied, file))
			ret = leave_out(p, rel, i, err);
	}
	return ret;
}

/* The value of "Key: value" in a patch's header. */
static char *header_field(const struct patch *patch, const char *key)
{
	struct span rest = patch->header, line;

	while (span_line(&rest, &line))
		if (span_take(&line, key) && span_take(&line, ":"))
			return span_dup(span_trim(line));
	return NULL;
}

struct mutant {
	struct patch patch;
	char *killer;		/* "CASE", or "PROOF CASE" */
	const struct matrix_proof *proof;
	const char *test_case;
};

/* The proof in whose folder a mutant stands, or NULL. */
static const struct matrix_proof *proof_around(const struct matrix *m, const char *file)
{
	_cleanup_free_ char *real = realpath(file, NULL);

	for (size_t i = 0; real && i < m->nproofs; i++) {
		_cleanup_free_ char *mutants = fs_join(m->proofs[i].dir, "mutants");
		_cleanup_free_ char *dir = realpath(mutants, NULL);

		if (dir && span_starts(span_of(real), dir) && real[strlen(dir)] == '/')
			return &m->proofs[i];
	}
	return NULL;
}

static int find_killer(const struct prove *p, const struct prove_release *rel, const char *file,
		       struct mutant *mu, struct err *err)
{
	const struct matrix *m = p->lab.matrix;
	char *blank = strchr(mu->killer, ' ');

	mu->proof = proof_around(m, file);
	mu->test_case = mu->killer;
	if (blank) {
		*blank = '\0';
		mu->test_case = blank + 1 + strspn(blank + 1, " ");
		mu->proof = matrix_proof(m, mu->killer);
	} else if (!mu->proof) {
		return err_set(err, ERR_INPUT, "%s: Killed-by: %s: expected a proof and a case; a "
			       "mutant in a proof's folder names a case alone", file, mu->killer);
	}
	if (!mu->proof)
		return err_set(err, ERR_INPUT, "%s: Killed-by: there is no proof '%s'", file,
			       mu->killer);
	if (!proof_applies(rel, mu->proof))
		return err_set(err, ERR_INPUT, "%s: %s is not about a patch that %s needs", file,
			       mu->proof->name, rel->pr.name);
	return 0;
}

static int mutant_read(const struct prove *p, const struct prove_release *rel, const char *file,
		       struct mutant *mu, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	int ret = fs_read(file, 0, &text, err);

	ret = ret ? ret : patch_parse(&mu->patch, file, str_span(&text), 1, err);
	if (ret == ERR_NOTFOUND)
		return err_set(err, ERR_INPUT, "%s: no such mutant", file);
	if (ret)
		return ret;
	mu->killer = header_field(&mu->patch, "Killed-by");
	if (!mu->killer)
		return err_set(err, ERR_INPUT, "%s: the header of a mutant has a line Killed-by: "
			       "PROOF CASE", file);
	return find_killer(p, rel, file, mu, err);
}

static int try_mutant(struct prove *p, struct prove_release *rel, const char *file,
		      const struct mutant *mu, struct err *err)
{
	const struct matrix_cell *cell = prove_cell(p, mu->proof);
	_cleanup_free_ bool *in = xcalloc(rel->pr.queue.n, sizeof(*in));
	_cleanup_free_ char *name = xasprintf("mutant:%s", file);
	const struct prove_trial *t;
	struct prove_change *c;
	struct prove_state *st;
	int ret;

	prove_choose(rel, rel->pr.queue.n, in);
	ret = prove_state(p, rel, cell, name, in, &mu->patch, &st, err);
	ret = ret ? ret : prove_trial(p, rel, st, mu->proof, &t, err);
	if (ret)
		return ret;
	c = &ARRAY_PUSH(rel->changes, rel->nchanges);
	c->name = xstrdup(file);
	c->as_expected = strv_has(&t->finding.failed, mu->test_case) && t->agree == t->runs;
	c->reason = xasprintf("%skilled by %s: %s", c->as_expected ? "" : "should have been ",
			      mu->test_case, t->finding.reason);
	return 0;
}

int prove_mutant(struct prove *p, struct prove_release *rel, const char *file, struct err *err)
{
	struct mutant mu = { .killer = NULL };
	int ret = mutant_read(p, rel, file, &mu, err);

	ret = ret ? ret : try_mutant(p, rel, file, &mu, err);
	patch_free(&mu.patch);
	free(mu.killer);
	return ret;
}

int prove_own_mutants(struct prove *p, struct prove_release *rel, struct err *err)
{
	_cleanup_strv_ struct strv files = STRV_INIT;
	int ret = 0;

	for (size_t i = 0; i < rel->nrows; i++) {
		const struct prove_row *row = &rel->rows[i];

		if (row->proof && proof_applies(rel, row->proof))
			matrix_mutants(row->proof, rel->pr.branch->name, &files);
	}
	if (!files.n)
		out_warn(p->lab.out, "%s: no folder of these proofs has mutants for "
			 "%s", rel->pr.name,
			 rel->pr.branch->name);
	for (size_t i = 0; i < files.n && !ret; i++)
		ret = prove_mutant(p, rel, files.v[i], err);
	return ret;
}
