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

static const char *profile = "smoke";
static struct strv cells, checks, states;
static const char *git;
static unsigned int jobs;
static bool again, strict, offline;

static const struct opt opts[] = {
	{ "profile", OPT_STRING, &profile, "NAME", "what to run (default smoke)" },
	{ "cell", OPT_LIST, &cells, "NAME", "only this cell; may be repeated" },
	{ "check", OPT_LIST, &checks, "NAME", "only this check; may be repeated" },
	{ "state", OPT_LIST, &states, "base|patched|prefixes", "only this state; may be repeated" },
	{ "git", OPT_STRING, &git, "REPO", "repository with tags such as v6.6.150" },
	{ "jobs", OPT_JOBS, &jobs, "N", "make -jN (default: as many as CPUs)" },
	{ "again", OPT_FLAG, &again, NULL, "run what is known already, too" },
	{ "strict", OPT_FLAG, &strict, NULL, "a release without source makes the exit status 3" },
	{ "offline", OPT_FLAG, &offline, NULL, "only sources that are on this machine" },
};

static int check_skipped(const struct plan *p, struct err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < p->nreleases; i++)
		n += p->releases[i].skip.code != 0;
	if (!n || !strict)
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

static int run_locked(struct ctx *ctx, struct plan *plan, const struct vm_um *um, struct err *err)
{
	struct lab lab = {
		.matrix = plan->matrix, .out = &ctx->out, .cache = ctx->cache, .jobs = jobs, .um = um,
	};
	struct source_set *set = ctx_sources(ctx, git, offline);
	_cleanup_free_ char *db = fs_join(ctx->cache, "results.db");
	double start = mono_seconds();
	int ret, bad = 0;

	ret = store_open(&lab.store, db, &ctx->out, err);
	ret = ret ? ret : foretell(ctx, plan, set, lab.store, err);
	ret = ret ? ret : lab_open(&lab, ctx->guest, err);
	ret = ret ? ret : run_prepare(plan, set, &lab, again, err);
	ret = ret ? ret : run_plan(plan, &lab, err);
	/* What was found out is worth telling, however the run ended; a bad queue told nothing. */
	if (ret != ERR_INPUT)
		bad = report_run(&ctx->out, plan, ret ? err : NULL, mono_seconds() - start, err);
	ret = bad ? bad : ret;
	ret = ret ? ret : run_findings(plan);
	ret = ret ? ret : check_skipped(plan, err);
	lab_close(&lab);
	store_close(lab.store);
	source_set_free(set);
	return ret;
}

static int run(struct ctx *ctx, int argc, char **argv, struct err *err)
{
	struct plan_select sel = { .profile = profile, .cells = cells, .checks = checks,
				   .states = states };
	_cleanup_free_ char *lock = fs_join(ctx->cache, "run.lock");
	struct plan plan = { NULL };
	struct matrix m = { NULL };
	struct vm_um um = { .runs = true };
	int fd = -1, ret;

	if (!ctx->guest)
		return err_set(err, ERR_MISSING, "no guest program: run make, or set STABLEQ_GUEST");
	for (int i = 0; i < argc; i++)
		strv_add(&sel.releases, argv[i]);
	ret = ctx_matrix(ctx, &m, err);
	ret = ret ? ret : guest_check_names(&m, ctx->guest, err);
	ret = ret ? ret : vm_um_probe(ctx->um, &um, err);
	sel.um = &um;
	ret = ret ? ret : plan_make(&plan, &m, &sel, err);
	ret = ret ? ret : fs_mkdirs(ctx->cache, err);
	/* Two runs would flip the same trees. */
	ret = ret ? ret : fs_lock(lock, false, &fd, err);
	ret = ret ? ret : run_locked(ctx, &plan, &um, err);
	if (fd >= 0)
		close(fd);
	plan_free(&plan);
	vm_um_free(&um);
	matrix_free(&m);
	strv_free(&sel.releases);
	strv_free(&cells);
	strv_free(&checks);
	strv_free(&states);
	return ret;
}

const struct cmd cmd_run = {
	.name = "run",
	.args = "[RELEASE…]",
	.summary = "build, boot and check releases with and without their queue",
	.about = "For every release of the profile, or those named, builds the base and the patched state\n"
		 "in each cell, boots it, runs the checks and prints a table. Finished work is kept: a run\n"
		 "that was ended goes on where it was, and what did not change is not run again.",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.run = run,
};
