// SPDX-License-Identifier: GPL-2.0-only
/*
 * run/plan_judge.c - from what was seen of a stage to its results
 */
#include "run/judge.h"
#include "run/plan.h"

struct plan_stage *plan_base(const struct plan *p, const struct plan_stage *st)
{
	return &p->stages[(size_t)(st - p->stages) - st->back];
}

const char *plan_blamed(const struct plan *p, const struct plan_stage *st)
{
	return st->prefix ? p->releases[st->release].applied.v[st->prefix - 1] : NULL;
}

bool plan_needs_base(const struct plan *p, const struct plan_stage *st)
{
	return st->patched && st->built && !st->build.failed && st->build.lines[0] &&
	       !plan_base(p, st)->built;
}

static void finish(struct plan_item *it, enum result_kind kind, const char *reason)
{
	result_set(&it->result, kind, xstrdup(reason), NULL);
	it->done = true;
}

static void finish_checks(struct plan_stage *st, enum result_kind kind, const char *reason)
{
	for (size_t i = 1; i < st->n; i++)
		if (!st->items[i].done)
			finish(&st->items[i], kind, reason);
}

/* A prefix is there to tell which patch it was. */
static void blame(const struct plan *p, const struct plan_stage *st, struct result *r)
{
	const struct plan_stage *before = plan_base(p, st);
	const char *patch = plan_blamed(p, st);
	char *reason;

	if (!patch)
		return;
	if (st->build.failed && before->prefix && before->built && before->build.failed) {
		result_set(r, RESULT_ERROR, xasprintf("%s: nor does it build without it", patch),
			   xstrdup(st->build.lines));
		return;
	}
	reason = xasprintf("%s%s%s", patch, r->reason[0] ? ": " : "", r->reason);
	free(r->reason);
	r->reason = reason;
}

static void build_item(const struct plan *p, struct plan_stage *st)
{
	const struct plan_stage *base = plan_base(p, st);
	struct plan_item *it = &st->items[0];

	if (st->host) {
		finish(it, RESULT_HOST, st->host);
	} else if (!st->built) {
		return;
	} else if (!plan_needs_base(p, st)) {
		judge_build(&st->build, base != st && base->built ? &base->build : NULL,
			    &it->result);
		blame(p, st, &it->result);
		it->result.reused = !st->fresh;
		it->done = true;
	} else if (base->host) {
		result_set(&it->result, RESULT_HOST,
			   xasprintf("the base could not be built, and nobody can tell which "
				     "warnings are new: %s", base->host), xstrdup(st->build.lines));
		it->done = true;
	}
}

/* A result of its own for what happened behind the checks. */
static void shutdown_item(struct plan_stage *st, size_t boot, const struct judge_boot *b)
{
	struct result r = { .kind = RESULT_PASS };
	struct plan_item *it;

	for (size_t i = 1; i < st->planned; i++)
		if (st->items[i].boot == boot && !judge_answered(b, st->items[i].check))
			return;
	if (!judge_shutdown(b, &r))
		return;
	it = &ARRAY_PUSH(st->items, st->n);
	it->boot = boot;
	it->result = r;
	it->result.release = xstrdup(st->items[0].result.release);
	it->result.cell = xstrdup(st->items[0].result.cell);
	it->result.state = xstrdup(st->items[0].result.state);
	it->result.check = xstrdup(RESULT_SHUTDOWN);
	it->result.seconds = b->fact->seconds;
	it->result.reused = !st->boots[boot].fresh;
	it->done = true;
}

static void boot_items(const struct plan *p, struct plan_stage *st, size_t boot)
{
	struct judge_place where = {
		.matrix = p->matrix, .cell = st->cell->name,
		.branch = p->releases[st->release].branch->name,
	};
	struct plan_boot *pb = &st->boots[boot];
	struct judge_boot b = { .fact = &pb->fact };

	replay(&b.shown, str_span(&pb->fact.console), NULL, NULL);
	for (size_t i = 1; i < st->planned; i++) {
		struct plan_item *it = &st->items[i];

		if (it->boot != boot)
			continue;
		judge_check(&where, &b, it->check, &it->result);
		it->result.seconds = pb->fact.seconds;
		it->result.reused = !pb->fresh;
		it->done = true;
	}
	shutdown_item(st, boot, &b);
	replay_clear(&b.shown);
}

static void host_items(struct plan_stage *st, size_t boot)
{
	struct plan_boot *pb = &st->boots[boot];
	struct replay shown;

	replay(&shown, str_span(&pb->fact.console), NULL, NULL);
	for (size_t i = 1; i < st->planned; i++) {
		struct plan_item *it = &st->items[i];

		if (it->boot != boot)
			continue;
		result_set(&it->result, RESULT_HOST, xstrdup(pb->host),
			   xstrdup(console_last(shown.console)));
		it->result.seconds = pb->fact.seconds;
		it->done = true;
	}
	replay_clear(&shown);
}

void plan_judge(struct plan *p, struct plan_stage *st)
{
	const struct plan_release *pr = &p->releases[st->release];

	if (!st->n)
		return;
	while (st->n > st->planned)
		result_clear(&st->items[--st->n].result);
	if (st->patched && pr->broken.code) {
		finish(&st->items[0], RESULT_FAIL, pr->broken.msg);
		finish_checks(st, RESULT_ERROR, "not run: the queue does not apply");
		return;
	}
	build_item(p, st);
	for (size_t i = 0; i < st->nboots; i++) {
		if (st->boots[i].known)
			boot_items(p, st, i);
		else if (st->boots[i].host)
			host_items(st, i);
	}
	if (st->host)
		finish_checks(st, RESULT_HOST, "not run: this machine could not build the kernel");
	else if (st->built && st->build.failed)
		finish_checks(st, RESULT_ERROR, "not run: the build failed");
}
