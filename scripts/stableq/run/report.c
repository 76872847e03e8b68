// SPDX-License-Identifier: GPL-2.0-only
#include "run/report.h"

#include "out/json.h"
#include "out/text.h"

struct tally {
	size_t kind[RESULT_HOST + 1];
	size_t reused;
	size_t not_run;
	size_t skipped_releases;
};

static void count_results(const struct plan *p, struct tally *t)
{
	*t = (struct tally){ .reused = 0 };
	for (size_t r = 0; r < p->nreleases; r++)
		t->skipped_releases += p->releases[r].skip.code != 0;
	for (size_t s = 0; s < p->nstages; s++) {
		const struct plan_stage *st = &p->stages[s];

		for (size_t i = 0; i < st->n; i++) {
			if (p->releases[st->release].skip.code) {
				t->kind[RESULT_SKIP]++;
			} else if (!st->items[i].done) {
				t->not_run++;
			} else {
				t->kind[st->items[i].result.kind]++;
				t->reused += st->items[i].result.reused;
			}
		}
	}
}

static enum out_color color(enum result_kind kind)
{
	switch (kind) {
	case RESULT_PASS:
		return OUT_GREEN;
	case RESULT_SKIP:
		return OUT_YELLOW;
	default:
		return OUT_RED;
	}
}

struct widths {
	int release, cell, check;
};

static void widen(int *w, const char *s)
{
	*w = MAX(*w, (int)text_width(span_of(s)));
}

static void row(struct out *out, const struct widths *w, const struct result *r, const char *result,
		enum out_color c, const char *time)
{
	out_printf(out, "%-*s  %-*s  %-7s  %-*s  %s%-7s%s  %7s", w->release, r->release, w->cell,
		   r->cell, r->state, w->check, r->check, out_on(out, c), result, out_off(out),
		   time);
}

static void text_item(struct out *out, const struct widths *w, const struct plan_item *it)
{
	const struct result *r = &it->result;
	char time[32];

	if (!it->done) {
		row(out, w, r, "not run", OUT_YELLOW, "-");
		out_printf(out, "\n");
		return;
	}
	snprintf(time, sizeof(time), "%.1f s", r->seconds);
	row(out, w, r, result_name(r->kind), color(r->kind), time);
	out_lines(out, "%s%s%s\n", r->reused ? "  reused" : "", r->reason[0] ? "  " : "",
		  r->reason);
}

static void text_stage(struct out *out, const struct widths *w, const struct plan *p,
		       const struct plan_stage *st)
{
	if (!st->n)
		return;
	/* One line says it all of a release that isn't there; the reason comes below the table. */
	if (p->releases[st->release].skip.code) {
		struct result r = st->items[0].result;

		r.check = "-";
		row(out, w, &r, "skip", OUT_YELLOW, "-");
		out_printf(out, "  no source: %zu results\n", st->n);
		return;
	}
	for (size_t i = 0; i < st->n; i++)
		text_item(out, w, &st->items[i]);
}

#define DETAIL_LINES 40

static void text_details(struct out *out, const struct plan *p)
{
	for (size_t s = 0; s < p->nstages; s++)
		for (size_t i = 0; i < p->stages[s].n; i++) {
			const struct plan_item *it = &p->stages[s].items[i];
			const struct result *r = &it->result;
			struct span rest, line;
			size_t lines = 0;

			if (!it->done || r->kind == RESULT_PASS || !r->detail[0])
				continue;
			out_lines(out, "\n%s%s %s %s: %s %s%s: %s\n", out_on(out, OUT_BOLD),
				  r->release,
				  r->cell, r->state, r->check, result_name(r->kind), out_off(out),
				  r->reason);
			for (rest = span_of(r->detail); span_line(&rest, &line) &&
			     lines < DETAIL_LINES;
			     lines++)
				out_printf(out, "    " SPAN_FMT "\n", SPAN_ARG(line));
			if (rest.len)
				out_printf(out, "    … (--format json has it whole)\n");
		}
}

static void run_text(struct out *out, const struct plan *p, double seconds)
{
	struct widths w = { 7, 4, 5 };
	struct tally t;

	for (size_t s = 0; s < p->nstages; s++)
		for (size_t i = 0; i < p->stages[s].n; i++) {
			widen(&w.release, p->stages[s].items[i].result.release);
			widen(&w.cell, p->stages[s].items[i].result.cell);
			widen(&w.check, p->stages[s].items[i].result.check);
		}
	out_printf(out, "%s%-*s  %-*s  %-7s  %-*s  %-7s  %7s%s\n", out_on(out, OUT_BOLD), w.release,
		   "release", w.cell, "cell", "state", w.check, "check", "result", "time",
		   out_off(out));
	for (size_t s = 0; s < p->nstages; s++)
		text_stage(out, &w, p, &p->stages[s]);
	text_details(out, p);
	for (size_t r = 0; r < p->nreleases; r++)
		if (p->releases[r].skip.code)
			out_lines(out, "\n%s: skipped: %s\n", p->releases[r].name,
				  p->releases[r].skip.msg);
	for (size_t i = 0; i < p->nswaps; i++) {
		_cleanup_free_ char *said = plan_swap_text(&p->swaps[i]);

		out_lines(out, "\n%s\n", said);
	}
	count_results(p, &t);
	out_printf(out, "\n%zu passed, %zu failed, %zu skipped, %zu not run",
		   t.kind[RESULT_PASS],
		   t.kind[RESULT_FAIL] + t.kind[RESULT_ERROR] + t.kind[RESULT_TIMEOUT],
		   t.kind[RESULT_SKIP], t.not_run);
	if (t.kind[RESULT_HOST])
		out_printf(out, ", %zu failed by the host", t.kind[RESULT_HOST]);
	out_printf(out, "; %zu reused; %.1f s\n", t.reused, seconds);
}

static void json_item(struct json *j, const struct plan_release *pr, const struct plan_item *it)
{
	const struct result *r = &it->result;
	const char *result = "not-run", *reason = "", *detail = "";

	if (pr->skip.code) {
		result = "skip";
		reason = pr->skip.msg;
	} else if (it->done) {
		result = result_name(r->kind);
		reason = r->reason;
		detail = r->detail;
	}
	json_open_object(j, NULL);
	json_add_text(j, "release", r->release);
	json_add_text(j, "cell", r->cell);
	json_add_text(j, "state", r->state);
	json_add_text(j, "check", r->check);
	json_add_text(j, "result", result);
	json_add_text(j, "reason", reason);
	json_add_text(j, "detail", detail);
	json_add_real(j, "seconds", it->done ? r->seconds : 0.0);
	json_add_bool(j, "reused", r->reused);
	json_close(j);
}

static void json_release(struct json *j, const struct plan_release *pr)
{
	json_open_object(j, NULL);
	json_add_text(j, "release", pr->name);
	json_add_text(j, "source", pr->origin);
	json_add_texts(j, "applied", &pr->applied);
	json_add_text(j, "skipped", pr->skip.msg);
	json_close(j);
}

static void json_summary(struct json *j, const struct plan *p, const struct err *error,
			 double seconds)
{
	struct tally t;

	count_results(p, &t);
	json_open_object(j, "summary");
	json_add_int(j, "pass", (long long)t.kind[RESULT_PASS]);
	json_add_int(j, "fail", (long long)t.kind[RESULT_FAIL]);
	json_add_int(j, "error", (long long)t.kind[RESULT_ERROR]);
	json_add_int(j, "timeout", (long long)t.kind[RESULT_TIMEOUT]);
	json_add_int(j, "skip", (long long)t.kind[RESULT_SKIP]);
	json_add_int(j, "host", (long long)t.kind[RESULT_HOST]);
	json_add_int(j, "not_run", (long long)t.not_run);
	json_add_int(j, "reused", (long long)t.reused);
	json_add_real(j, "seconds", seconds);
	json_add_int(j, "skipped_releases", (long long)t.skipped_releases);
	json_add_text(j, "error_message", error ? error->msg : NULL);
	json_close(j);
}

static void json_replaced(struct json *j, const struct plan *p)
{
	json_open_array(j, "replaced");
	for (size_t i = 0; i < p->nswaps; i++) {
		const struct plan_swap *s = &p->swaps[i];

		json_open_object(j, NULL);
		json_add_text(j, "cell", s->cell->name);
		json_add_text(j, "by", s->by ? s->by->name : NULL);
		json_add_texts(j, "without", &s->without);
		json_add_text(j, "why", s->why);
		json_close(j);
	}
	json_close(j);
}

static int run_json(struct out *out, const struct plan *p, const struct err *error, double seconds,
		    struct err *err)
{
	_cleanup_json_ struct json j = JSON_INIT;

	json_open_object(&j, NULL);
	json_open_array(&j, "releases");
	for (size_t r = 0; r < p->nreleases; r++)
		json_release(&j, &p->releases[r]);
	json_close(&j);
	json_open_array(&j, "results");
	for (size_t s = 0; s < p->nstages; s++)
		for (size_t i = 0; i < p->stages[s].n; i++)
			json_item(&j, &p->releases[p->stages[s].release], &p->stages[s].items[i]);
	json_close(&j);
	json_replaced(&j, p);
	json_summary(&j, p, error, seconds);
	json_close(&j);
	return out_json(out, &j, err);
}

int report_run(struct out *out, const struct plan *p, const struct err *error, double seconds,
	       struct err *err)
{
	if (out->format == OUT_JSON)
		return run_json(out, p, error, seconds, err);
	run_text(out, p, seconds);
	return 0;
}
