// SPDX-License-Identifier: GPL-2.0-only
/* stableq run - build, boot and check releases with and without their queue */
#include <unistd.h>

#include "cli/ctx.h"
#include "run/forecast.h"
#include "base/fs.h"
#include "vm/guest.h"
#include "run/report.h"
#include "run/run.h"
#include "vm/vm.h"

struct run_opts {
	struct plan_select select;
	bool strict;
	struct opts_sources sources;
	struct opts_builds builds;
};

#define AT(member) offsetof(struct run_opts, member)

static const struct run_opts preset = { .select.profile = "smoke" };

static const struct opt opts[] = {
	{ "profile", OPT_STRING, AT(select.profile), "NAME", "what to run (default smoke)" },
	{ "cell", OPT_LIST, AT(select.cells), "NAME", "only this cell; may be repeated" },
	{ "check", OPT_LIST, AT(select.checks), "NAME", "only this check; may be repeated" },
	{ "state", OPT_LIST, AT(select.states), "base|patched|prefixes",
	  "only this state; may be repeated" },
	{ "strict", OPT_FLAG, AT(strict), NULL,
	  "a release without source makes the exit status 3" },
};

static int check_skipped(const struct plan *p, struct err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < p->nreleases; i++)
		n += p->releases[i].skip.code != 0;
	if (!n)
		return 0;
	return err_set(err, ERR_MISSING, "%zu release%s skipped, and --strict was given", n,
		       n > 1 ? "s" : "");
}

static int foretell(struct ctx *ctx, const struct plan *plan, struct source_set *set,
		    struct store *store, struct err *err)
{
	struct forecast f;
	int ret = forecast_make(plan, set, store, ctx->cache, &f, err);

	ret = ret ? ret : forecast_tell(&f, &ctx->out, ctx->cache, fs_free_bytes(ctx->cache), err);
	forecast_clear(&f);
	return ret;
}

static int run_locked(struct ctx *ctx, const struct run_opts *o, struct plan *plan, struct err *err)
{
	struct lab lab = {
		.matrix = plan->matrix, .out = &ctx->out, .cache = ctx->cache,
		.jobs = o->builds.jobs, .um = o->select.um,
	};
	struct source_set *set = ctx_sources(ctx, &o->sources);
	_cleanup_free_ char *db = fs_join(ctx->cache, "results.db");
	double start = mono_seconds();
	int ret, bad = 0;

	ret = store_open(&lab.store, db, &ctx->out, err);
	ret = ret ? ret : foretell(ctx, plan, set, lab.store, err);
	ret = ret ? ret : lab_open(&lab, ctx->guest, err);
	ret = ret ? ret : run_prepare(plan, set, &lab, o->builds.again, err);
	ret = ret ? ret : run_plan(plan, &lab, err);
	/* What was found out is worth telling, however the run ended; a bad queue told nothing. */
	if (ret != ERR_INPUT)
		bad = report_run(&ctx->out, plan, ret ? err : NULL, mono_seconds() - start, err);
	ret = bad ? bad : ret;
	ret = ret ? ret : run_findings(plan);
	if (!ret && o->strict)
		ret = check_skipped(plan, err);
	lab_close(&lab);
	store_close(lab.store);
	source_set_free(set);
	return ret;
}

static int verb_run(struct ctx *ctx, void *own, int argc, char **argv, struct err *err)
{
	struct run_opts *o = own;
	_cleanup_free_ char *lock = fs_join(ctx->cache, "run.lock");
	struct plan plan = { NULL };
	struct matrix m = { NULL };
	struct vm_um um = { .runs = true };
	int fd = -1, ret;

	if (!ctx->guest)
		return err_set(err, ERR_MISSING,
			       "no guest program: run make, or set STABLEQ_GUEST");
	for (int i = 0; i < argc; i++)
		strv_add(&o->select.releases, argv[i]);
	ret = ctx_matrix(ctx, &m, err);
	ret = ret ? ret : guest_check_names(&m, ctx->guest, err);
	ret = ret ? ret : vm_um_probe(ctx->um, &um, err);
	o->select.um = &um;
	ret = ret ? ret : plan_make(&plan, &m, &o->select, err);
	ret = ret ? ret : fs_mkdirs(ctx->cache, err);
	/* Two runs would flip the same trees. */
	ret = ret ? ret : fs_lock(lock, false, &fd, err);
	ret = ret ? ret : run_locked(ctx, o, &plan, err);
	if (fd >= 0)
		close(fd);
	plan_free(&plan);
	vm_um_free(&um);
	matrix_free(&m);
	strv_free(&o->select.releases);
	return ret;
}

const struct cmd cmd_run = {
	.name = "run",
	.args = "[RELEASE…]",
	.summary = "build, boot and check releases with and without their queue",
	.about =
		"For every release of the profile, or those named, builds the base and the\n"
		"patched state in each cell, boots it, runs the checks and prints a table.\n"
		"Finished work is kept: a run that was ended goes on where it was, and what did\n"
		"not change is not run again.",
	.groups = { OPT_GROUP(opts, 0), OPT_GROUP(opts_builds, AT(builds)),
		    OPT_GROUP(opts_sources, AT(sources)) },
	.size = sizeof(struct run_opts),
	.preset = &preset,
	.run = verb_run,
};
