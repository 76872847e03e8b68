// SPDX-License-Identifier: GPL-2.0-only
#include "run.h"

#include <unistd.h>

#include "forecast.h"
#include "fs.h"
#include "judge.h"
#include "lab.h"

struct runner {
	struct plan *plan;
	struct store *store;
	const struct run_opts *opts;
	struct lab lab;
	double left;		/* estimated seconds of the stages still to come */
};

static void finish(struct plan_item *it, enum result_kind kind, char *reason, char *detail,
		   double seconds)
{
	struct result *res = &it->result;

	free(res->reason);
	free(res->detail);
	res->kind = kind;
	res->reason = reason;
	res->detail = detail ? detail : xstrdup("");
	res->seconds = seconds;
	it->done = true;
}

static int keep(struct runner *r, struct plan_item *it, const struct lab_place *p, struct err *err)
{
	const struct result *res = &it->result;

	out_note(r->opts->out, "%s: %s %s%s%s (%.1f s)", p->label, res->check,
		 result_name(res->kind), res->reason[0] ? ": " : "", res->reason, res->seconds);
	return res->kind == RESULT_HOST ? 0 : store_put(r->store, res, err);
}

/* Checks of a stage that has no kernel to run them on. Not stored: the cause is. */
static void give_up(struct plan_stage *st, const char *why)
{
	for (size_t i = 1; i < st->n; i++)
		if (!st->items[i].done)
			finish(&st->items[i], RESULT_ERROR, xstrdup(why), NULL, 0);
}

static bool stage_done(const struct plan_stage *st)
{
	for (size_t i = 0; i < st->n; i++)
		if (!st->items[i].done)
			return false;
	return true;
}

static double stage_estimate(const struct runner *r, const struct plan_stage *st)
{
	double sum = 0;

	for (size_t i = 0; i < st->n; i++) {
		const struct matrix_check *check = st->items[i].check;

		if (!st->items[i].done)
			sum += forecast_seconds(r->store, st->cell, check ? check->name : NULL,
						st->patched);
	}
	return sum;
}

static char *join(const struct strv *v)
{
	struct str s = STR_INIT;

	for (size_t i = 0; i < v->n; i++)
		str_addf(&s, "%s\n", v->v[i]);
	return str_take(&s);
}

static void split(const char *text, struct strv *v)
{
	struct span rest = span_of(text), line;

	while (span_line(&rest, &line))
		strv_addf(v, SPAN_FMT, SPAN_ARG(line));
}

/* The base's build of the same release and cell, if it is part of this run. */
static const struct plan_item *base_build(const struct plan *p, const struct plan_stage *st)
{
	for (size_t s = 0; s < p->nstages; s++) {
		const struct plan_stage *b = &p->stages[s];

		if (b->release == st->release && b->cell == st->cell && !b->patched &&
		    b->items[0].done)
			return &b->items[0];
	}
	return NULL;
}

/* A state builds as it should when the compiler says nothing that it didn't say of the base. */
static void judge_build(struct runner *r, struct plan_stage *st, const struct kbuild *k)
{
	const struct plan_item *base = st->patched ? base_build(r->plan, st) : NULL;
	_cleanup_strv_ struct strv before = STRV_INIT, fresh = STRV_INIT;

	if (base)
		split(base->result.detail, &before);
	if (base)
		kbuild_new_warnings(&before, &k->warnings, &fresh);
	if (fresh.n)
		finish(&st->items[0], RESULT_FAIL,
		       xasprintf("%zu new warning%s: %s", fresh.n, fresh.n > 1 ? "s" : "", fresh.v[0]),
		       join(&fresh), k->seconds);
	else
		finish(&st->items[0], RESULT_PASS,
		       k->warnings.n ? xasprintf("%zu warning%s, none new", k->warnings.n,
						 k->warnings.n > 1 ? "s" : "") : xstrdup(""),
		       join(&k->warnings), k->seconds);
}

static int build(struct runner *r, struct plan_stage *st, const struct lab_place *p, char **image,
		 struct err *err)
{
	struct plan_release *pr = &r->plan->releases[st->release];
	struct plan_item *it = &st->items[0];
	struct kbuild k;
	int ret = lab_build(&r->lab, p, st->patched ? pr->patched : NULL, &k, err);

	if (ret == ERR_FINDING || ret == ERR_TIMEOUT) {
		finish(it, ret == ERR_TIMEOUT ? RESULT_TIMEOUT : RESULT_FAIL, xstrdup(err->msg),
		       join(&k.errors), k.seconds);
		err_clear(err);
		give_up(st, "not run: the build failed");
		ret = keep(r, it, p, err);
	} else if (!ret) {
		*image = xstrdup(k.image);
		if (!it->done) {
			judge_build(r, st, &k);
			ret = keep(r, it, p, err);
		}
	}
	kbuild_free(&k);
	return ret;
}

/* Boot once for all checks in @items that take the same kernel parameters, and judge them. */
static int boot(struct runner *r, struct plan_stage *st, const struct lab_place *p,
		const char *image, struct plan_item **items, size_t n, struct err *err)
{
	const struct matrix_check *first = items[0]->check;
	_cleanup_free_ char *params = state_params(plan_suite(first));
	_cleanup_free_ char *log = xasprintf("%s/%s.console", p->logs, first->name);
	_cleanup_str_ struct str names = STR_INIT;
	struct judge_place where = {
		.matrix = r->plan->matrix, .cell = st->cell->name, .branch = p->branch->name,
	};
	struct vm_run v;
	int ret;

	for (size_t i = 0; i < n && first->kind == CHECK_GUEST; i++)
		str_addf(&names, "%s%s", i ? "," : "", items[i]->check->name);
	ret = lab_boot(&r->lab, p, image, params, str_span(&names).p, log, &v, err);
	for (size_t i = 0; i < n && !ret; i++) {
		judge_check(&where, &v, items[i]->check, &items[i]->result);
		items[i]->result.seconds = v.seconds;
		items[i]->done = true;
		ret = keep(r, items[i], p, err);
	}
	vm_run_free(&v);
	return ret;
}

static int run_checks(struct runner *r, struct plan_stage *st, const struct lab_place *p,
		      const char *image, struct err *err)
{
	_cleanup_free_ struct plan_item **guest = xcalloc(st->n, sizeof(*guest));
	size_t nguest = 0;
	int ret = 0;

	for (size_t i = 1; i < st->n; i++)
		if (!st->items[i].done && st->items[i].check->kind == CHECK_GUEST)
			guest[nguest++] = &st->items[i];
	if (nguest)
		ret = boot(r, st, p, image, guest, nguest, err);
	for (size_t i = 1; i < st->n && !ret; i++) {
		struct plan_item *it = &st->items[i];

		if (!it->done && it->check->kind == CHECK_KUNIT)
			ret = boot(r, st, p, image, &it, 1, err);
	}
	return ret;
}

static int run_stage(struct runner *r, struct plan_stage *st, struct err *err)
{
	const struct plan_release *pr = &r->plan->releases[st->release];
	_cleanup_(lab_place_clear) struct lab_place p = {
		.branch = pr->branch, .cell = st->cell, .pristine = pr->tree,
		.source = pr->source,
	};
	_cleanup_free_ char *image = NULL;
	int ret;

	if (st->patched && pr->broken.code) {
		finish(&st->items[0], RESULT_FAIL, xstrdup(pr->broken.msg), NULL, 0);
		give_up(st, "not run: the queue does not apply");
		return 0;
	}
	ret = lab_place(&r->lab, pr->name, plan_state(st), &p, err);
	ret = ret ? ret : build(r, st, &p, &image, err);
	return ret || !image ? ret : run_checks(r, st, &p, image, err);
}

static int look_up(struct plan *p, size_t release, struct store *store, bool again,
		   struct err *err)
{
	for (size_t s = 0; s < p->nstages; s++) {
		struct plan_stage *st = &p->stages[s];

		for (size_t i = 0; i < st->n && st->release == release && !again; i++) {
			struct plan_item *it = &st->items[i];
			struct result found = { .kind = RESULT_PASS };
			int ret = store_get(store, it->result.key, &found, err);

			if (ret == ERR_NOTFOUND) {
				err_clear(err);
				continue;
			}
			if (ret)
				return ret;
			/* The row's names may be another's with the same content; ours stay. */
			finish(it, found.kind, found.reason, found.detail, found.seconds);
			it->result.reused = true;
			found.reason = NULL;
			found.detail = NULL;
			result_clear(&found);
		}
	}
	return 0;
}

int run_prepare(struct plan *p, struct source_set *set, struct store *store,
		const struct run_opts *opts, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < p->nreleases && !ret; i++) {
		struct plan_release *pr = &p->releases[i];

		ret = plan_prepare(p, i, set, err);
		if (ret)
			break;
		if (!pr->tree) {
			/* The report has the whole of it, with what to do. */
			out_warn(opts->out, "%s: skipped: %.*s", pr->name,
				 (int)strcspn(pr->skip.msg, "\n"), pr->skip.msg);
			continue;
		}
		out_note(opts->out, "%s: from %s; %zu of %zu patches needed", pr->name, pr->origin,
			 pr->applied.n, pr->queue.n);
		ret = plan_keys(p, i, opts->guest, err);
		ret = ret ? ret : look_up(p, i, store, opts->again, err);
	}
	return ret;
}

static void duration(double seconds, char buf[32])
{
	if (seconds < 90)
		snprintf(buf, 32, "%.0f s", seconds);
	else
		snprintf(buf, 32, "%.0f min", seconds / 60);
}

int run_plan(struct plan *p, struct store *store, const struct run_opts *opts, struct err *err)
{
	struct runner r = {
		.plan = p, .store = store, .opts = opts,
		.lab = { .matrix = p->matrix, .store = store, .out = opts->out, .cache = opts->cache,
			 .jobs = opts->jobs, .um = opts->um },
	};
	size_t todo = 0, nth = 0;
	char left[32];
	int ret;

	for (size_t s = 0; s < p->nstages; s++) {
		if (!p->releases[p->stages[s].release].tree || stage_done(&p->stages[s]))
			continue;
		todo++;
		r.left += stage_estimate(&r, &p->stages[s]);
	}
	if (!todo)
		return 0;
	duration(r.left, left);
	out_note(opts->out, "%zu kernel%s to build and check%s%s", todo, todo > 1 ? "s" : "",
		 r.left > 1 ? ", about " : "", r.left > 1 ? left : "");
	ret = lab_open(&r.lab, opts->guest, err);
	for (size_t s = 0; s < p->nstages && !ret; s++) {
		struct plan_stage *st = &p->stages[s];

		if (!p->releases[st->release].tree || stage_done(st))
			continue;
		duration(r.left, left);
		out_note(opts->out, "[%zu/%zu] %s %s %s%s%s%s", ++nth, todo,
			 p->releases[st->release].name, st->cell->name, plan_state(st),
			 r.left > 1 ? " (" : "", r.left > 1 ? left : "", r.left > 1 ? " left)" : "");
		r.left -= stage_estimate(&r, st);
		ret = run_stage(&r, st, err);
	}
	lab_close(&r.lab);
	return ret;
}

int run_findings(const struct plan *p)
{
	int ret = 0;

	for (size_t s = 0; s < p->nstages; s++)
		for (size_t i = 0; i < p->stages[s].n; i++) {
			const struct plan_item *it = &p->stages[s].items[i];

			if (!it->done || it->result.kind == RESULT_PASS ||
			    it->result.kind == RESULT_SKIP)
				continue;
			if (it->result.kind != RESULT_HOST)
				return ERR_FINDING;
			ret = ERR_MISSING;
		}
	return ret;
}
