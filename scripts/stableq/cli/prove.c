// SPDX-License-Identifier: GPL-2.0-only
/*
 * stableq prove - each patch's proof fails without it, for the claimed reason, and passes with it
 */
#include <unistd.h>

#include "prove/changelog.h"
#include "cli/ctx.h"
#include "base/fs.h"
#include "prove/prove.h"

struct prove_verb_opts {
	struct prove_opts prove;
	struct opts_sources sources;
	struct opts_builds builds;
};

#define AT(member) offsetof(struct prove_verb_opts, member)

static const struct prove_verb_opts preset = { .prove.repeat = 1 };

static const struct opt opts[] = {
	{ "cell", OPT_STRING, AT(prove.cell), "CELL",
	  "try all proofs in this cell (default: the one that each names)" },
	{ "leave-one-out", OPT_FLAG, AT(prove.leave_one_out), NULL,
	  "take each patch out of the whole queue: just its own proofs have to fail" },
	{ "mutant", OPT_LIST, AT(prove.mutants), "FILE",
	  "put this wrong change on top of the queue: the proof it names has to fail" },
	{ "mutants", OPT_FLAG, AT(prove.own_mutants), NULL,
	  "all those that the proofs' folders have for the branch" },
	{ "changelog", OPT_FLAG, AT(prove.changelog), NULL,
	  "write the report of what fails without a patch into its message" },
	{ "repeat", OPT_NUMBER, AT(prove.repeat), "N", "boot each N times and tell the spread" },
};

/* An operand is a release if it looks like one, else part of a patch's or proof's name. */
static int operands(struct prove *p, struct strv *patches, int argc, char **argv,
		    struct err *err)
{
	const struct matrix *m = p->lab.matrix;
	struct release r;
	int ret = 0;

	for (int i = 0; i < argc && !ret; i++) {
		_cleanup_err_ struct err no = ERR_INIT;

		if (release_parse(argv[i], &r, &no))
			strv_add(patches, argv[i]);
		else
			ret = prove_add(p, &r, err);
	}
	if (p->nreleases)
		return ret;
	for (size_t i = 0; i < m->nbranches && !ret; i++)
		ret = prove_add(p, &m->branches[i].base, err);
	return ret;
}

static int check_cell(const struct matrix *m, const char *name, struct err *err)
{
	const struct matrix_cell *cell = name ? matrix_cell(m, name) : NULL;

	if (!name || (cell && cell->proofs))
		return 0;
	return err_set(err, ERR_INPUT,
		       cell ? "--cell %s: no proofs are compiled into that cell; its key "
		       "'proofs' would name them" : "--cell %s: no such cell in the matrix", name);
}

/* A word that names nothing on any of the releases is a mistake, not an empty success. */
static int check_found(const struct prove *p, struct err *err)
{
	size_t n = 0;

	for (size_t r = 0; r < p->nreleases; r++)
		n += p->releases[r].nrows;
	if (n || !p->opts->patches.n)
		return 0;
	return err_set(err, ERR_INPUT,
		       "%s: no patch or proof has such a name; stableq series RELEASE "
		       "lists the patches", p->opts->patches.v[0]);
}

static int prove_locked(struct ctx *ctx, const struct opts_sources *sources, struct prove *p,
			struct err *err)
{
	_cleanup_free_ char *db = fs_join(ctx->cache, "results.db");
	double start = mono_seconds();
	int ret = store_open(&p->lab.store, db, &ctx->out, err), bad = 0;

	p->set = ctx_sources(ctx, sources);
	ret = ret ? ret : prove_run(p, err);
	ret = ret ? ret : check_found(p, err);
	if (ret != ERR_INPUT)
		bad = prove_report(&ctx->out, p, ret ? err : NULL, mono_seconds() - start, err);
	ret = bad ? bad : ret;
	if (!ret && p->opts->changelog)
		ret = changelog_write(p, err);
	ret = ret ? ret : prove_findings(p);
	store_close(p->lab.store);
	source_set_free(p->set);
	return ret;
}

static int verb_prove(struct ctx *ctx, void *own, int argc, char **argv, struct err *err)
{
	struct prove_verb_opts *o = own;
	_cleanup_free_ char *lock = fs_join(ctx->cache, "run.lock");
	struct matrix m = { NULL };
	struct vm_um um = { .runs = true };
	struct prove p = {
		.lab = { .matrix = &m, .out = &ctx->out, .cache = ctx->cache,
			 .jobs = o->builds.jobs, .um = &um },
		.opts = &o->prove,
	};
	int fd = -1, ret;

	o->prove.guest = ctx->guest;
	o->prove.again = o->builds.again;
	if (!ctx->guest)
		return err_set(err, ERR_MISSING,
			       "no guest program: run make, or set STABLEQ_GUEST");
	if (!o->prove.repeat)
		return err_set(err, ERR_INPUT, "--repeat 0: once at least");
	ret = ctx_matrix(ctx, &m, err);
	ret = ret ? ret : check_cell(&m, o->prove.cell, err);
	ret = ret ? ret : operands(&p, &o->prove.patches, argc, argv, err);
	ret = ret ? ret : vm_um_probe(ctx->um, &um, err);
	ret = ret ? ret : fs_mkdirs(ctx->cache, err);
	ret = ret ? ret : fs_lock(lock, false, &fd, err);
	ret = ret ? ret : prove_locked(ctx, &o->sources, &p, err);
	if (fd >= 0)
		close(fd);
	prove_free(&p);
	vm_um_free(&um);
	matrix_free(&m);
	strv_free(&o->prove.patches);
	return ret;
}

static const char *result_nth(size_t i)
{
	return i <= PROVE_FLAKY ? prove_result_name((enum prove_result)i) : NULL;
}

const struct cmd cmd_prove = {
	.name = "prove",
	.args = "[PATCH…] [RELEASE…]",
	.summary = "show that each patch's proof fails without it and passes with it",
	.about =
		"For every patch, or those named by a part of their names, on every branch's\n"
		"base, or the releases named: builds the kernel without the patch and with it,\n"
		"with all proofs of the branch compiled in, boots each proof on its own,\n"
		"and says whether it failed without the patch for the reason that is claimed,\n"
		"and passes with it. Where the release has the fix already, the proof has to\n"
		"pass on the release as it is.",
	.verdict = result_nth,
	.groups = { OPT_GROUP(opts, 0), OPT_GROUP(opts_builds, AT(builds)),
		    OPT_GROUP(opts_sources, AT(sources)) },
	.size = sizeof(struct prove_verb_opts),
	.preset = &preset,
	.markdown = true,
	.run = verb_prove,
};
