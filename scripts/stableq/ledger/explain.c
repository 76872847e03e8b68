// SPDX-License-Identifier: GPL-2.0-only
#include "ledger/explain.h"

#include <ctype.h>
#include <strings.h>

#include "base/nearest.h"

static const char *commit_of(const struct ledger_fix *f)
{
	return f->upstream ? f->upstream : f->candidate;
}

bool ledger_is_of(const struct ledger_fix *f, size_t nbranches, const struct matrix_proof *p)
{
	const char *commit = commit_of(f);

	if (p->upstream)
		return commit && same_commit(p->upstream, commit);
	for (size_t b = 0; b < nbranches; b++)
		if (f->cells[b].patch && !strcmp(queue_patch_row(f->cells[b].patch), p->patch))
			return true;
	return false;
}

/* Anything that is the fix's own: its names, and those of what belongs to it. */
static bool is_named(const struct ledger *l, const struct ledger_fix *f, const char *word)
{
	const struct matrix_proof *p = matrix_proof(l->matrix, word);
	const char *commit = commit_of(f);
	struct span hex = span_of(word);

	return !strcasecmp(f->id, word) || (f->cve && !strcasecmp(f->cve, word)) ||
	       (commit && hex.len >= 7 && span_run(hex, isxdigit) == hex.len &&
		same_commit(commit, word)) ||
	       (p && ledger_is_of(f, l->matrix->nbranches, p));
}

static bool is_like(const struct ledger *l, const struct ledger_fix *f, const char *word)
{
	const struct matrix *m = l->matrix;

	if (strcasestr(f->subject, word))
		return true;
	for (size_t b = 0; b < m->nbranches; b++)
		if (f->cells[b].patch && strstr(f->cells[b].patch->patch.name, word))
			return true;
	for (size_t i = 0; i < m->nproofs; i++)
		if (strstr(m->proofs[i].name, word) && ledger_is_of(f, m->nbranches, &m->proofs[i]))
			return true;
	return false;
}

static int none(const struct ledger *l, const char *word, struct err *err)
{
	size_t n = l->n + l->matrix->nproofs;
	_cleanup_free_ const char **names = xcalloc(n, sizeof(*names));
	const char *like;

	for (size_t i = 0; i < n; i++)
		names[i] = i < l->n ? l->fixes[i].id : l->matrix->proofs[i - l->n].name;
	like = nearest(word, names, n);
	return err_set(err, ERR_INPUT, "%s is no fix's name, commit or CVE, and in no subject or "
		       "name of a patch or proof%s%s%s; releases go with --verify, records with "
		       "--cve", word,
		       like ? "; did you mean " : "", like ? like : "", like ? "?" : "");
}

int ledger_select(const struct ledger *l, size_t n, char **words, struct ledger *some,
		  struct err *err)
{
	_cleanup_free_ bool *in = xcalloc(l->n, sizeof(*in));
	bool (*const means[])(const struct ledger *, const struct ledger_fix *, const char *) = {
		is_named, is_like,
	};

	*some = *l;
	some->fixes = NULL;
	some->n = 0;
	for (size_t w = 0; w < n; w++) {
		bool any = false;

		/* Parts of names are looked for only if nothing has just that name. */
		for (size_t k = 0; k < ARRAY_SIZE(means) && !any; k++)
			for (size_t i = 0; i < l->n; i++) {
				bool hit = means[k](l, &l->fixes[i], words[w]);

				in[i] |= hit;
				any |= hit;
			}
		if (!any)
			return none(l, words[w], err);
	}
	for (size_t i = 0; i < l->n; i++)
		if (in[i])
			ARRAY_PUSH(some->fixes, some->n) = l->fixes[i];
	return 0;
}

static void explain_cell(struct out *out, const char *branch, const struct ledger_cell *c)
{
	_cleanup_free_ char *where = c->landing ? ledger_where(c->landing) : NULL;

	out_printf(out, "  %-6s %s%s%s", branch, ledger_state_name(c->state), where ? " in " : "",
		   where ? where : "");
	if (c->patch)
		out_printf(out, ": %s", c->patch->patch.name);
	if (c->exempt && c->exempt->by)
		out_printf(out, " by %s", c->exempt->by);
	if (c->exempt)
		out_printf(out, ": %s", c->exempt->why);
	if (c->remark)
		out_printf(out, " (%s)", c->remark->text);
	out_printf(out, "\n");
}

static void explain_proof(struct out *out, const struct matrix *m, const struct matrix_proof *p)
{
	out_printf(out, "  proof  %s%s: %s\n", p->dir, p->skip ? ", none" : "",
		   p->skip ? p->skip : p->claims);
	for (size_t b = 0; b < m->nbranches; b++) {
		_cleanup_strv_ struct strv files = STRV_INIT;

		matrix_mutants(p, m->branches[b].name, &files);
		for (size_t i = 0; i < files.n; i++)
			out_printf(out, "  mutant %s\n", files.v[i]);
	}
}

void ledger_explain(struct out *out, const struct ledger *l, const struct ledger_fix *f)
{
	const struct matrix *m = l->matrix;
	const char *commit = commit_of(f);

	out_printf(out, "%s%s %s%s\n", out_on(out, OUT_BOLD), f->id, f->subject, out_off(out));
	out_printf(out, "  commit %s%s", commit ? commit : "unknown",
		   f->candidate ? " (not confirmed)" : "");
	if (f->cve)
		out_printf(out, ", %s%s%s", f->cve, f->cvss ? " " : "", f->cvss ? f->cvss : "");
	if (f->since)
		out_printf(out, "; the bug came with %s", f->since);
	out_printf(out, "\n");
	for (size_t b = 0; b < m->nbranches; b++)
		explain_cell(out, m->branches[b].name, &f->cells[b]);
	for (size_t i = 0; i < m->nproofs; i++)
		if (ledger_is_of(f, m->nbranches, &m->proofs[i]))
			explain_proof(out, m, &m->proofs[i]);
}
