// SPDX-License-Identifier: GPL-2.0-only
#include "run/run.h"

#include <unistd.h>

#include "run/forecast.h"

static struct lab_what what_of(const struct plan_boot *b)
{
	return (struct lab_what){
		.suite = b->suite, .checks = b->checks, .suites = "", .name = b->name,
	};
}

static const struct plan_release *release_of(const struct plan *p, const struct plan_stage *st)
{
	return &p->releases[st->release];
}

/* Results that have come up since the last time. */
static void tell(struct plan *p, const struct lab *lab, struct plan_stage *st)
{
	plan_judge(p, st);
	for (size_t i = 0; i < st->n; i++) {
		struct plan_item *it = &st->items[i];
		bool *told = i < st->planned ? &it->told : &st->boots[it->boot].told;
		const struct result *r = &it->result;

		if (!it->done || *told)
			continue;
		*told = true;
		out_note(lab->out, "%s %s %s: %s %s%s%s (%.1f s)", r->release, r->cell, r->state,
			 r->check, result_name(r->kind), r->reason[0] ? ": " : "", r->reason,
			 r->seconds);
	}
}

/* What is known needs no telling: the report has it. */
static void judge_silently(struct plan *p, struct plan_stage *st)
{
	plan_judge(p, st);
	for (size_t i = 0; i < st->n; i++)
		*(i < st->planned ? &st->items[i].told : &st->boots[st->items[i].boot].told) |=
			st->items[i].done;
}

static bool to_boot(const struct plan_stage *st)
{
	for (size_t i = 0; i < st->nboots; i++)
		if (!st->boots[i].known)
			return true;
	return false;
}

/* Is there something to find out for a stage whose results were asked for? */
static bool to_do(const struct plan *p, const struct plan_stage *st)
{
	if (!release_of(p, st)->tree || !st->n || (st->patched && release_of(p, st)->broken.code))
		return false;
	if (!st->built || plan_needs_base(p, st))
		return true;
	return !st->build.failed && to_boot(st);
}

static double estimate(const struct plan *p, const struct lab *lab, const struct plan_stage *st)
{
	double sum = st->built ? 0 : forecast_seconds(lab->store, st->cell, false, st->patched);

	for (size_t i = 0; i < st->nboots; i++)
		if (!st->boots[i].known)
			sum += forecast_seconds(lab->store, st->cell, true, st->patched);
	return sum;
}

/*
 * A build that the machine put an end to has no result; what may come next needs the machine, too.
 */
static int no_build(struct plan_stage *st, int ret, struct err *err)
{
	if (ret != ERR_TIMEOUT && ret != ERR_SYSTEM && ret != ERR_MISSING)
		return ret;
	free(st->host);
	st->host = xstrdup(err->msg);
	if (ret != ERR_TIMEOUT)
		return ret;
	err_clear(err);
	return 0;
}

static int build_stage(const struct lab *lab, struct plan_stage *st, const struct lab_place *place,
		       char **image, struct err *err)
{
	struct build_fact b = { .failed = false };
	int ret = lab_build(lab, place, &b, image, err);

	if (ret) {
		build_fact_clear(&b);
		return no_build(st, ret, err);
	}
	/* Of a kernel that is only built again for a boot everything is known. */
	st->fresh = st->fresh || !st->built;
	st->built = true;
	build_fact_clear(&st->build);
	st->build = b;
	return 0;
}

static int boot_stage(const struct lab *lab, struct plan_stage *st, const struct lab_place *place,
		      const char *image, const char *patches, struct plan_boot *b, struct err *err)
{
	struct lab_what what = what_of(b);
	int ret;

	what.patches = patches;
	ret = lab_boot(lab, place, image, &what, &b->fact, &b->host, err);
	b->known = b->fresh = !ret && !b->host;
	return ret;
}

static int run_kernel(struct plan *p, const struct lab *lab, struct plan_stage *st, struct err *err)
{
	_cleanup_free_ char *patches = strv_lines(&release_of(p, st)->applied);
	_cleanup_(lab_place_clear) struct lab_place place;
	_cleanup_free_ char *image = NULL;
	int ret = lab_place(lab, &st->state, &place, err);

	ret = ret ? ret : build_stage(lab, st, &place, &image, err);
	tell(p, lab, st);
	for (size_t i = 0; i < st->nboots && image && !ret; i++) {
		if (st->boots[i].known)
			continue;
		ret = boot_stage(lab, st, &place, image, st->patched ? patches : "", &st->boots[i],
				 err);
		tell(p, lab, st);
	}
	return ret;
}

static int run_stage(struct plan *p, const struct lab *lab, struct plan_stage *st, struct err *err)
{
	int ret = 0;

	if (!st->built || (!st->build.failed && to_boot(st)))
		ret = run_kernel(p, lab, st, err);
	if (ret || !plan_needs_base(p, st) || plan_base(p, st)->host)
		return ret;
	out_note(lab->out,
		 "%s %s: building the base: which of the patched state's warnings are new?",
		 st->state.release, st->cell->name);
	ret = run_kernel(p, lab, plan_base(p, st), err);
	tell(p, lab, st);
	return ret;
}

static int look_up_boot(const struct lab *lab, const struct plan_stage *st, struct plan_boot *b,
			struct err *err)
{
	struct lab_what what = what_of(b);

	return lab_known_boot(lab, &st->state, &what, &b->fact, &b->known, err);
}

static int look_up_stage(struct plan *p, size_t release, const struct lab *lab, bool again,
			 struct err *err)
{
	int ret = 0;

	for (size_t s = 0; s < p->nstages && !ret; s++) {
		struct plan_stage *st = &p->stages[s];

		if (st->release != release || (again && st->n))
			continue;
		ret = lab_known_build(lab, &st->state, &st->build, &st->built, err);
		for (size_t i = 0; i < st->nboots && !ret; i++)
			ret = look_up_boot(lab, st, &st->boots[i], err);
	}
	for (size_t s = 0; s < p->nstages; s++)
		if (p->stages[s].release == release)
			judge_silently(p, &p->stages[s]);
	return ret;
}

int run_prepare(struct plan *p, struct source_set *set, const struct lab *lab, bool again,
		struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < p->nreleases && !ret; i++) {
		struct plan_release *pr = &p->releases[i];

		ret = plan_prepare(p, i, set, err);
		if (ret)
			break;
		if (!pr->tree) {
			/* The report has the whole of it, with what to do. */
			out_warn(lab->out, "%s: skipped: %.*s", pr->name,
				 (int)strcspn(pr->skip.msg, "\n"), pr->skip.msg);
			continue;
		}
		out_note(lab->out, "%s: from %s; %zu of %zu patches needed", pr->name, pr->origin,
			 pr->applied.n, pr->queue.n);
		ret = plan_states(p, i, err);
		ret = ret ? ret : look_up_stage(p, i, lab, again, err);
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

int run_plan(struct plan *p, const struct lab *lab, struct err *err)
{
	size_t todo = 0, nth = 0;
	double seconds = 0;
	char left[32];
	int ret = 0;

	for (size_t s = 0; s < p->nstages; s++) {
		todo += to_do(p, &p->stages[s]);
		seconds += to_do(p, &p->stages[s]) ? estimate(p, lab, &p->stages[s]) : 0;
	}
	if (!todo)
		return 0;
	duration(seconds, left);
	out_note(lab->out, "%zu kernel%s to build and check%s%s", todo, todo > 1 ? "s" : "",
		 seconds > 1 ? ", about " : "", seconds > 1 ? left : "");
	for (size_t s = 0; s < p->nstages && !ret; s++) {
		struct plan_stage *st = &p->stages[s];

		if (!to_do(p, st))
			continue;
		duration(seconds, left);
		out_note(lab->out, "[%zu/%zu] %s %s %s%s%s%s", ++nth, todo, st->state.release,
			 st->cell->name, plan_state(st), seconds > 1 ? " (" : "",
			 seconds > 1 ? left : "", seconds > 1 ? " left)" : "");
		seconds -= estimate(p, lab, st);
		ret = run_stage(p, lab, st, err);
	}
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
