// SPDX-License-Identifier: GPL-2.0-only
/*
 * prove_report.c - what was proven, with the evidence
 */
#include "json.h"
#include "prove.h"

static enum out_color color(enum prove_result r)
{
	switch (r) {
	case PROVE_PROVEN:
	case PROVE_FIXED_HERE:
		return OUT_GREEN;
	case PROVE_SKIP:
		return OUT_YELLOW;
	default:
		return OUT_RED;
	}
}

/* "proven", or why not, as people would say it. */
static const char *words(enum prove_result r)
{
	static const char *const names[] = {
		[PROVE_PROVEN] = "proven",
		[PROVE_PASSES_ON_BASE] = "not proven: passes on the base",
		[PROVE_OTHER_REASON] = "fails for another reason",
		[PROVE_FAILS_WITH_PATCH] = "fails with the patch",
		[PROVE_FIXED_HERE] = "fixed here, verified",
		[PROVE_NOT_FIXED] = "merged, but not fixed",
		[PROVE_NO_PROOF] = "no proof",
		[PROVE_SKIP] = "skipped",
		[PROVE_ERROR] = "error",
		[PROVE_FLAKY] = "flaky",
	};

	return names[r];
}

static void indented(struct out *out, const char *text)
{
	struct span rest = span_of(text), line;

	while (span_line(&rest, &line))
		out_printf(out, "        " SPAN_FMT "\n", SPAN_ARG(line));
}

static void text_trial(struct out *out, const char *what, const struct prove_trial *t, bool whole)
{
	if (!t || !t->finding.reason)
		return;
	out_printf(out, "    %s (%s): %s%s", what, t->state->name, proof_outcome_name(t->finding.outcome),
		   t->reused ? ", known" : "");
	if (t->runs > 1)
		out_printf(out, ", %u of %u boots", t->agree, t->runs);
	out_printf(out, ": %s\n", t->finding.reason);
	if (whole && t->finding.evidence)
		indented(out, t->finding.evidence);
}

static void text_row(struct out *out, const struct prove_release *rel, const struct prove_row *row)
{
	bool good = row->result == PROVE_PROVEN || row->result == PROVE_FIXED_HERE;

	out_printf(out, "%s%s %s%s\n  %s%s%s%s%s", out_on(out, OUT_BOLD), rel->pr.name,
		   row->patch->file, out_off(out), out_on(out, color(row->result)), words(row->result),
		   out_off(out), good ? " by " : row->reason[0] ? ": " : "",
		   good ? row->proof->suite : row->reason);
	if (good)
		out_printf(out, " in %s", row->without->state->state.cell->name);
	out_printf(out, "\n");
	if (row->proof && row->proof->claims && row->without)
		out_printf(out, "    claim: %s\n", row->proof->claims);
	text_trial(out, "as released", row->base, false);
	text_trial(out, "without", row->without, row->with != NULL);
	text_trial(out, "with", row->with, !good);
}

static void text_change(struct out *out, const struct prove_release *rel,
			const struct prove_change *c)
{
	out_printf(out, "%s %s%s%s %s: ", rel->pr.name,
		   out_on(out, c->as_expected ? OUT_GREEN : OUT_RED),
		   c->as_expected ? "as expected" : "UNEXPECTED", out_off(out), c->name);
	if (c->failed + c->passed > 0)
		out_printf(out, "%zu fail as claimed, %zu pass%s", c->failed, c->passed,
			   c->reason ? "; " : "");
	out_printf(out, "%s\n", c->reason ? c->reason : "");
	for (size_t i = 0; i < c->along.n; i++)
		out_printf(out, "    goes along: %s\n", c->along.v[i]);
}

static void count(const struct prove *p, size_t n[PROVE_FLAKY + 1], size_t changes[2])
{
	for (size_t r = 0; r < p->nreleases; r++) {
		const struct prove_release *rel = &p->releases[r];

		for (size_t i = 0; i < rel->nrows; i++)
			n[rel->rows[i].result]++;
		for (size_t i = 0; i < rel->nchanges; i++)
			changes[rel->changes[i].as_expected]++;
	}
}

static bool of_changes(const struct prove *p)
{
	return p->opts->leave_one_out || p->opts->mutants.n;
}

static void text(struct out *out, const struct prove *p, double seconds)
{
	size_t n[PROVE_FLAKY + 1] = { 0 }, changes[2] = { 0 };

	for (size_t r = 0; r < p->nreleases; r++) {
		const struct prove_release *rel = &p->releases[r];

		for (size_t i = 0; i < rel->nrows && !of_changes(p); i++)
			text_row(out, rel, &rel->rows[i]);
		for (size_t i = 0; i < rel->nchanges; i++)
			text_change(out, rel, &rel->changes[i]);
		if (rel->pr.skip.code)
			out_printf(out, "\n%s: skipped: %s\n", rel->pr.name, rel->pr.skip.msg);
	}
	count(p, n, changes);
	if (of_changes(p)) {
		out_printf(out, "\n%zu as expected, %zu not; %.1f s\n", changes[true], changes[false],
			   seconds);
		return;
	}
	out_printf(out, "\n");
	for (size_t i = 0; i < ARRAY_SIZE(n); i++)
		if (n[i] || i == PROVE_PROVEN || i == PROVE_SKIP)
			out_printf(out, "%zu %s, ", n[i], prove_result_name((enum prove_result)i));
	out_printf(out, "%.1f s\n", seconds);
}

static json_t *json_trial(const struct prove_trial *t)
{
	const struct proof_finding *f;

	if (!t || !t->finding.reason)
		return json_null();
	f = &t->finding;
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s?, s:I, s:I, s:f, s:b}", "state", t->state->name,
			 "cell", t->state->state.cell->name,
			 "outcome", proof_outcome_name(f->outcome), "reason", out_json_text(f->reason),
			 "evidence", out_json_text(f->evidence), "function", f->function,
			 "boots", (json_int_t)t->runs, "agree", (json_int_t)t->agree,
			 "seconds", t->seconds, "reused", (int)t->reused);
}

static json_t *json_row(const struct prove_release *rel, const struct prove_row *row)
{
	const struct prove_trial *t = row->without;

	return json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s, s:o, s:o, s:o, s:o, s:o}",
			 "release", rel->pr.name, "patch", row->patch->file,
			 "upstream", row->patch->upstream,
			 "check", row->proof ? row->proof->suite : NULL,
			 "claims", row->proof ? row->proof->claims : NULL,
			 "result", prove_result_name(row->result), "reason", out_json_text(row->reason),
			 "evidence", out_json_text(t && t->finding.evidence ? t->finding.evidence : ""),
			 "base", json_trial(row->base), "without", json_trial(row->without), "with", json_trial(row->with));
}

static json_t *json_change(const struct prove_release *rel, const struct prove_change *c)
{
	json_t *along = json_array();

	for (size_t i = 0; i < c->along.n; i++)
		json_array_append_new(along, json_string(c->along.v[i]));
	return json_pack("{s:s, s:s, s:o, s:b, s:I, s:I, s:o}", "release", rel->pr.name, "name", c->name,
			 "along", along, "as_expected", (int)c->as_expected,
			 "failed", (json_int_t)c->failed, "passed", (json_int_t)c->passed,
			 "reason", out_json_text(c->reason ? c->reason : ""));
}

static json_t *json_summary(const struct prove *p, const struct err *error, double seconds)
{
	size_t n[PROVE_FLAKY + 1] = { 0 }, changes[2] = { 0 };
	json_t *s = json_object();

	count(p, n, changes);
	for (size_t i = 0; i < ARRAY_SIZE(n); i++)
		json_object_set_new(s, prove_result_name((enum prove_result)i),
				    json_integer((json_int_t)n[i]));
	json_object_set_new(s, "as_expected", json_integer((json_int_t)changes[true]));
	json_object_set_new(s, "unexpected", json_integer((json_int_t)changes[false]));
	json_object_set_new(s, "seconds", json_real(seconds));
	json_object_set_new(s, "error_message",
			    error && error->msg ? out_json_text(error->msg) : json_null());
	return s;
}

static void json(struct out *out, const struct prove *p, const struct err *error, double seconds)
{
	json_t *proofs = json_array(), *changes = json_array();

	for (size_t r = 0; r < p->nreleases; r++) {
		const struct prove_release *rel = &p->releases[r];

		for (size_t i = 0; i < rel->nrows && !of_changes(p); i++)
			json_array_append_new(proofs, json_row(rel, &rel->rows[i]));
		for (size_t i = 0; i < rel->nchanges; i++)
			json_array_append_new(changes, json_change(rel, &rel->changes[i]));
	}
	out_json(out, json_pack("{s:o, s:o, s:o}", "proofs", proofs, "changes", changes, "summary",
				json_summary(p, error, seconds)));
}

void prove_report(struct out *out, const struct prove *p, const struct err *error, double seconds)
{
	if (out->format == OUT_JSON)
		json(out, p, error, seconds);
	else
		text(out, p, seconds);
}
