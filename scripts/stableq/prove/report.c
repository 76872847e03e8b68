// SPDX-License-Identifier: GPL-2.0-only
/*
 * prove/report.c - what was proven, with the evidence
 */
#include "out/json.h"
#include "prove/private.h"

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
	out_printf(out, "    %s (%s): %s%s", what, t->state->name,
		   proof_outcome_name(t->finding.outcome), t->reused ? ", known" : "");
	if (t->runs > 1)
		out_printf(out, ", %u of %u boots", t->agree, t->runs);
	out_lines(out, ": %s\n", t->finding.reason);
	if (whole && t->finding.evidence)
		indented(out, t->finding.evidence);
}

static void text_row(struct out *out, const struct prove_release *rel, const struct prove_row *row)
{
	bool good = prove_row_good(row);

	out_lines(out, "%s%s %s%s\n  %s%s%s%s%s", out_on(out, OUT_BOLD), rel->pr.name,
		  row->patch->file, out_off(out), out_on(out, color(row->result)),
		  prove_result_words(row->result), out_off(out),
		  good ? " by " : row->reason[0] ? ": " : "",
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
	out_lines(out, "%s\n", c->reason ? c->reason : "");
	for (size_t i = 0; i < c->along.n; i++)
		out_printf(out, "    goes along: %s\n", c->along.v[i]);
}

static void count_rows(const struct prove *p, size_t n[PROVE_FLAKY + 1], size_t changes[2])
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
	return p->opts->leave_one_out || p->opts->mutants.n || p->opts->own_mutants;
}

static void report_text(struct out *out, const struct prove *p, double seconds)
{
	size_t n[PROVE_FLAKY + 1] = { 0 }, changes[2] = { 0 };

	for (size_t r = 0; r < p->nreleases; r++) {
		const struct prove_release *rel = &p->releases[r];

		for (size_t i = 0; i < rel->nrows && !of_changes(p); i++)
			text_row(out, rel, &rel->rows[i]);
		for (size_t i = 0; i < rel->nchanges; i++)
			text_change(out, rel, &rel->changes[i]);
		if (rel->pr.skip.code)
			out_lines(out, "\n%s: skipped: %s\n", rel->pr.name, rel->pr.skip.msg);
	}
	count_rows(p, n, changes);
	if (of_changes(p)) {
		out_printf(out, "\n%zu as expected, %zu not; %.1f s\n", changes[true],
			   changes[false], seconds);
		return;
	}
	out_printf(out, "\n");
	for (size_t i = 0; i < ARRAY_SIZE(n); i++)
		if (n[i] || i == PROVE_PROVEN || i == PROVE_SKIP)
			out_printf(out, "%zu %s, ", n[i], prove_result_name((enum prove_result)i));
	out_printf(out, "%.1f s\n", seconds);
}

static void json_trial(struct json *j, const char *key, const struct prove_trial *t)
{
	const struct proof_finding *f;

	if (!t || !t->finding.reason) {
		json_add_null(j, key);
		return;
	}
	f = &t->finding;
	json_open_object(j, key);
	json_add_text(j, "state", t->state->name);
	json_add_text(j, "cell", t->state->state.cell->name);
	json_add_text(j, "outcome", proof_outcome_name(f->outcome));
	json_add_text(j, "reason", f->reason);
	json_add_text(j, "evidence", f->evidence);
	json_add_text(j, "function", f->function);
	json_add_int(j, "boots", t->runs);
	json_add_int(j, "agree", t->agree);
	json_add_real(j, "seconds", t->seconds);
	json_add_bool(j, "reused", t->reused);
	json_close(j);
}

static void json_row(struct json *j, const struct prove_release *rel, const struct prove_row *row)
{
	const struct prove_trial *t = row->without;

	json_open_object(j, NULL);
	json_add_text(j, "release", rel->pr.name);
	json_add_text(j, "patch", row->patch->file);
	json_add_text(j, "upstream", row->patch->upstream);
	json_add_text(j, "check", row->proof ? row->proof->suite : NULL);
	json_add_text(j, "claims", row->proof ? row->proof->claims : NULL);
	json_add_text(j, "result", prove_result_name(row->result));
	json_add_text(j, "reason", row->reason);
	json_add_text(j, "evidence", t && t->finding.evidence ? t->finding.evidence : "");
	json_trial(j, "base", row->base);
	json_trial(j, "without", row->without);
	json_trial(j, "with", row->with);
	json_close(j);
}

static void json_change(struct json *j, const struct prove_release *rel,
			const struct prove_change *c)
{
	json_open_object(j, NULL);
	json_add_text(j, "release", rel->pr.name);
	json_add_text(j, "name", c->name);
	json_add_texts(j, "along", &c->along);
	json_add_bool(j, "as_expected", c->as_expected);
	json_add_int(j, "failed", (long long)c->failed);
	json_add_int(j, "passed", (long long)c->passed);
	json_add_text(j, "reason", c->reason ? c->reason : "");
	json_close(j);
}

static void json_summary(struct json *j, const struct prove *p, const struct err *error,
			 double seconds)
{
	size_t n[PROVE_FLAKY + 1] = { 0 }, changes[2] = { 0 };

	count_rows(p, n, changes);
	json_open_object(j, "summary");
	for (size_t i = 0; i < ARRAY_SIZE(n); i++)
		json_add_int(j, prove_result_name((enum prove_result)i), (long long)n[i]);
	json_add_int(j, "as_expected", (long long)changes[true]);
	json_add_int(j, "unexpected", (long long)changes[false]);
	json_add_real(j, "seconds", seconds);
	json_add_text(j, "error_message", error ? error->msg : NULL);
	json_close(j);
}

static int report_json(struct out *out, const struct prove *p, const struct err *error,
		       double seconds, struct err *err)
{
	_cleanup_json_ struct json j = JSON_INIT;

	json_open_object(&j, NULL);
	json_open_array(&j, "proofs");
	for (size_t r = 0; r < p->nreleases && !of_changes(p); r++)
		for (size_t i = 0; i < p->releases[r].nrows; i++)
			json_row(&j, &p->releases[r], &p->releases[r].rows[i]);
	json_close(&j);
	json_open_array(&j, "changes");
	for (size_t r = 0; r < p->nreleases; r++)
		for (size_t i = 0; i < p->releases[r].nchanges; i++)
			json_change(&j, &p->releases[r], &p->releases[r].changes[i]);
	json_close(&j);
	json_summary(&j, p, error, seconds);
	json_close(&j);
	return out_json(out, &j, err);
}

int prove_report(struct out *out, const struct prove *p, const struct err *error, double seconds,
		 struct err *err)
{
	if (out->format == OUT_JSON)
		return report_json(out, p, error, seconds, err);
	if (out->format == OUT_MARKDOWN)
		prove_markdown(out, p);
	else
		report_text(out, p, seconds);
	return 0;
}
