// SPDX-License-Identifier: GPL-2.0-only
#include "ledger/print.h"

#include "ledger/explain.h"
#include "out/json.h"

static const char *short_state(const struct ledger_cell *c, char buf[RELEASE_MAX])
{
	if (c->state == LEDGER_MERGED)
		return release_name(&c->landing->release, buf);
	return c->state == LEDGER_UNKNOWN ? "?" : ledger_state_name(c->state);
}

static enum out_color state_color(enum ledger_state state)
{
	switch (state) {
	case LEDGER_NEEDED:
		return OUT_YELLOW;
	case LEDGER_MERGED:
		return OUT_GREEN;
	case LEDGER_UNKNOWN:
		return OUT_RED;
	default:
		return OUT_DIM;
	}
}

void ledger_text(struct out *out, const struct ledger *l)
{
	const struct matrix *m = l->matrix;

	out_printf(out, "%s%-12s  %-12s  %-40s  %-14s  %4s", out_on(out, OUT_BOLD), "fix",
		   "upstream",
		   "subject", "CVE", "CVSS");
	for (size_t b = 0; b < m->nbranches; b++)
		out_printf(out, "  %-12s", m->branches[b].name);
	out_printf(out, "%s\n", out_off(out));
	for (size_t i = 0; i < l->n; i++) {
		const struct ledger_fix *f = &l->fixes[i];

		out_printf(out, "%-12s  %-12.12s  %-40.40s  %-14s  %4s", f->id,
			   f->upstream ? f->upstream : "-", f->subject, f->cve ? f->cve : "-",
			   f->cvss ? f->cvss : "-");
		for (size_t b = 0; b < m->nbranches; b++) {
			char name[RELEASE_MAX];

			out_printf(out, "  %s%-12s%s", out_on(out, state_color(f->cells[b].state)),
				   short_state(&f->cells[b], name), out_off(out));
		}
		out_printf(out, "\n");
	}
	out_printf(out, "\nneeded: in the queue, in no release known to us; "
		   "a release: the first that has it\n");
}

static void json_landing(struct json *j, const char *key, const struct ledger_landing *l)
{
	char name[RELEASE_MAX], not_in[RELEASE_MAX], in[RELEASE_MAX];

	if (!l) {
		json_add_null(j, key);
		return;
	}
	json_open_object(j, key);
	json_add_text(j, "release", release_name(&l->release, name));
	json_add_text(j, "sure", ledger_sure_name(l->sure));
	json_add_text(j, "commit", l->commit);
	json_add_text(j, "not_in", l->not_in.version ? release_name(&l->not_in, not_in) : NULL);
	json_add_text(j, "in", l->in.version ? release_name(&l->in, in) : NULL);
	json_close(j);
}

static void json_cell(struct json *j, const char *branch, const struct ledger_cell *c)
{
	json_open_object(j, NULL);
	json_add_text(j, "branch", branch);
	json_add_text(j, "state", ledger_state_name(c->state));
	json_add_text(j, "patch", c->patch ? c->patch->patch.name : NULL);
	json_landing(j, "merged", c->landing);
	json_add_text(j, "superseded_by", c->exempt ? c->exempt->by : NULL);
	json_add_text(j, "why", c->exempt ? c->exempt->why : NULL);
	json_open_array(j, "evidence");
	for (size_t i = 0; c->exempt && i < c->exempt->nfacts; i++) {
		_cleanup_free_ char *name = fact_name(&c->exempt->facts[i]);

		json_add_text(j, NULL, name);
	}
	json_close(j);
	json_add_text(j, "remark", c->remark ? c->remark->text : NULL);
	json_close(j);
}

static bool in_matrix(const struct ledger *l, const struct ledger_landing *x)
{
	char of[RELEASE_MAX];

	return matrix_branch(l->matrix, release_branch(&x->release, of)) != NULL;
}

static void json_proof(struct json *j, const struct matrix *m, const struct matrix_proof *p)
{
	_cleanup_strv_ struct strv mutants = STRV_INIT;

	for (size_t b = 0; b < m->nbranches; b++)
		matrix_mutants(p, m->branches[b].name, &mutants);
	json_open_object(j, NULL);
	json_add_text(j, "proof", p->name);
	json_add_text(j, "folder", p->dir);
	json_add_text(j, "claims", p->claims);
	json_add_texts(j, "mutants", &mutants);
	json_close(j);
}

static void json_fix(struct json *j, const struct ledger *l, const struct ledger_fix *f)
{
	json_open_object(j, NULL);
	json_add_text(j, "fix", f->id);
	json_add_text(j, "subject", f->subject);
	json_add_text(j, "upstream", f->upstream);
	json_add_text(j, "candidate", f->candidate);
	json_add_texts(j, "folds", &f->folds);
	json_add_text(j, "cve", f->cve);
	if (f->cvss)
		json_add_real(j, "cvss", strtod(f->cvss, NULL));
	else
		json_add_null(j, "cvss");
	json_add_text(j, "since", f->since);
	json_add_text(j, "introduced_by", f->introduced_by);
	json_open_array(j, "branches");
	for (size_t b = 0; b < l->matrix->nbranches; b++)
		json_cell(j, l->matrix->branches[b].name, &f->cells[b]);
	json_close(j);
	json_open_array(j, "elsewhere");
	for (size_t i = 0; i < f->nlandings; i++)
		if (!in_matrix(l, &f->landings[i]))
			json_landing(j, NULL, &f->landings[i]);
	json_close(j);
	json_open_array(j, "proofs");
	for (size_t i = 0; i < l->matrix->nproofs; i++)
		if (ledger_is_of(f, l->matrix->nbranches, &l->matrix->proofs[i]))
			json_proof(j, l->matrix, &l->matrix->proofs[i]);
	json_close(j);
	json_close(j);
}

int ledger_print_json(struct out *out, const struct ledger *l, struct err *err)
{
	_cleanup_json_ struct json j = JSON_INIT;

	json_open_object(&j, NULL);
	json_open_array(&j, "branches");
	for (size_t b = 0; b < l->matrix->nbranches; b++)
		json_add_text(&j, NULL, l->matrix->branches[b].name);
	json_close(&j);
	json_open_array(&j, "fixes");
	for (size_t i = 0; i < l->n; i++)
		json_fix(&j, l, &l->fixes[i]);
	json_close(&j);
	json_close(&j);
	return out_json(out, &j, err);
}

static void markdown_table(struct out *out, const struct ledger *l)
{
	const struct matrix *m = l->matrix;

	out_printf(out, "| fix | subject | upstream | CVE | CVSS |");
	for (size_t b = 0; b < m->nbranches; b++)
		out_printf(out, " %s |", m->branches[b].name);
	out_printf(out, "\n|---|---|---|---|---|");
	for (size_t b = 0; b < m->nbranches; b++)
		out_printf(out, "---|");
	for (size_t i = 0; i < l->n; i++) {
		const struct ledger_fix *f = &l->fixes[i];

		out_printf(out, "\n| %s | %s | %s%s", f->id, f->subject, f->upstream ? f->upstream :
			   f->candidate ? f->candidate : "–",
				   f->candidate ? " (not confirmed)" : "");
		for (size_t k = 0; k < f->folds.n; k++)
			out_printf(out, " + %s", f->folds.v[k]);
		out_printf(out, " | %s | %s |", f->cve ? f->cve : "–", f->cvss ? f->cvss : "–");
		for (size_t b = 0; b < m->nbranches; b++) {
			char name[RELEASE_MAX];

			out_printf(out, " %s |", short_state(&f->cells[b], name));
		}
	}
	out_printf(out, "\n");
}

static void markdown_branches(struct out *out, const struct strv *branches)
{
	if (!branches->n)
		out_printf(out, "all branches");
	for (size_t i = 0; i < branches->n; i++)
		out_printf(out, "%s%s", i ? ", " : "", branches->v[i]);
}

static void markdown_landings(struct out *out, const struct ledger *l)
{
	out_printf(out, "\n## Where they landed\n\n"
		   "How sure: `tree` it is in that release's tree and not in the one named; "
		   "`record` the CVE\n"
		   "record names the release; `list` a list of commits that nobody checked, "
		   "within the bracket\n"
		   "that the trees of the releases named leave.\n");
	for (size_t i = 0; i < l->n; i++) {
		const struct ledger_fix *f = &l->fixes[i];

		if (!f->nlandings)
			continue;
		out_printf(out, "\n- %s", f->id);
		if (f->since)
			out_printf(out, " (the bug came with %s)", f->since);
		out_printf(out, ":");
		for (size_t k = 0; k < f->nlandings; k++) {
			_cleanup_free_ char *where = ledger_where(&f->landings[k]);

			out_printf(out, "%s\n  %s", k ? "," : "", where);
		}
	}
	out_printf(out, "\n");
}

static void markdown_exempt(struct out *out, const struct ledger_fix *f,
			    const struct ledger_exempt *x)
{
	out_printf(out, "\n- %s on ", f->id);
	markdown_branches(out, &x->branches);
	out_printf(out, ": ");
	if (x->by)
		out_printf(out, "by %s; ", x->by);
	out_printf(out, "%s", x->why);
	if (x->state == LEDGER_NOT_AFFECTED && f->since)
		out_printf(out, " (the bug came with %s%s%s)", f->since,
			   f->introduced_by ? ", commit " : "",
			   f->introduced_by ? f->introduced_by : "");
	for (size_t i = 0; i < x->nfacts; i++) {
		_cleanup_free_ char *name = fact_name(&x->facts[i]);

		out_printf(out, "\n  - `%s`", name);
	}
}

static void markdown_exempts(struct out *out, const struct ledger *l, enum ledger_state state,
			     const char *title)
{
	bool any = false;

	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->fixes[i].nexempts; k++) {
			if (l->fixes[i].exempts[k].state != state)
				continue;
			if (!any)
				out_printf(out, "\n## %s\n", title);
			any = true;
			markdown_exempt(out, &l->fixes[i], &l->fixes[i].exempts[k]);
		}
	if (any)
		out_printf(out, "\n");
}

static void markdown_remarks(struct out *out, const struct ledger *l)
{
	bool any = false;

	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->fixes[i].nremarks; k++) {
			if (!any)
				out_printf(out, "\n## Remarks\n");
			any = true;
			out_printf(out, "\n- %s on ", l->fixes[i].id);
			markdown_branches(out, &l->fixes[i].remarks[k].branches);
			out_printf(out, ": %s", l->fixes[i].remarks[k].text);
		}
	if (any)
		out_printf(out, "\n");
}

void ledger_markdown(struct out *out, const struct ledger *l)
{
	out_printf(out,
		   "<!-- Made by \"make ledger\" from ledger.yaml and the queues' headers. -->\n"
		   "# Every fix on every branch\n\n"
		   "`needed`: the branch's queue has a patch, and no release known to us has "
		   "the fix. A release:\n"
		   "the first of the branch that has it; the patch is for those before.\n\n");
	markdown_table(out, l);
	markdown_landings(out, l);
	markdown_exempts(out, l, LEDGER_NOT_AFFECTED, "Not affected, and why");
	markdown_exempts(out, l, LEDGER_SUPERSEDED, "Superseded");
	markdown_exempts(out, l, LEDGER_LEFT_OUT, "Left out");
	markdown_remarks(out, l);
}
