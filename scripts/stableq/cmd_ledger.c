// SPDX-License-Identifier: GPL-2.0-only
/* stableq ledger - every fix on every branch, compared with trees and with CVE records */
#include "child.h"
#include "ctx.h"
#include "fs.h"
#include "ledger_cve.h"
#include "ledger_print.h"
#include "ledger_verify.h"

static const char *file, *git;
static bool verify, cve, offline;

static const struct opt opts[] = {
	{ "verify", OPT_FLAG, &verify, NULL, "compare with the releases named, or all of the matrix" },
	{ "cve", OPT_FLAG, &cve, NULL, "compare with the CVE records (JSON 5) in the files named" },
	{ "ledger", OPT_STRING, &file, "FILE", "instead of ledger.yaml beside the matrix" },
	{ "git", OPT_STRING, &git, "REPO", "repository with tags such as v6.6.150" },
	{ "offline", OPT_FLAG, &offline, NULL, "only sources that are on this machine" },
};

/* The ledger and all that it points into. */
struct books {
	struct matrix m;
	struct queue *queues;
	struct ledger l;
};

static int books_open(const struct ctx *ctx, struct books *b, struct err *err)
{
	_cleanup_free_ char *path = NULL;
	int ret = ctx_matrix(ctx, &b->m, err);

	if (ret)
		return ret;
	b->queues = xcalloc(b->m.nbranches, sizeof(*b->queues));
	for (size_t i = 0; i < b->m.nbranches && !ret; i++)
		ret = ctx_queue(&b->m, &b->m.branches[i], NULL, &b->queues[i], err);
	path = file ? xstrdup(file) : fs_join(b->m.dir, "ledger.yaml");
	ret = ret ? ret : ledger_load(&b->l, path, &b->m, err);
	return ret ? ret : ledger_join(&b->l, &b->m, b->queues, err);
}

static void books_close(struct books *b)
{
	ledger_free(&b->l);
	for (size_t i = 0; b->queues && i < b->m.nbranches; i++)
		queue_free(&b->queues[i]);
	free(b->queues);
	matrix_free(&b->m);
}

static void print_json(struct out *out, json_t *root)
{
	json_dumpf(root, out->res, JSON_INDENT(2) | JSON_REAL_PRECISION(3));
	fputc('\n', out->res);
	json_decref(root);
}

static int show(struct ctx *ctx, const struct ledger *l, struct err *err)
{
	if (ctx->out.format == OUT_JSON)
		print_json(&ctx->out, ledger_json(l));
	else if (ctx->out.format == OUT_MARKDOWN)
		ledger_markdown(&ctx->out, l);
	else
		ledger_text(&ctx->out, l);
	return ledger_complete(l, err);
}

/* Releases to verify, with what came of each. */
struct verification {
	struct ledger_verified *v;
	size_t n, done;
};

static int select_releases(const struct matrix *m, int argc, char **argv, struct verification *vn,
			   struct err *err)
{
	const struct matrix_branch *b;

	for (int i = 0; i < argc; i++) {
		struct ledger_verified *v = &ARRAY_PUSH(vn->v, vn->n);
		int ret = release_parse(argv[i], &v->release, err);

		ret = ret ? ret : matrix_branch_of(m, &v->release, &b, err);
		if (ret)
			return ret;
	}
	for (size_t i = 0; !argc && i < m->nbranches; i++)
		for (size_t k = 0; k < m->branches[i].nreleases; k++)
			ARRAY_PUSH(vn->v, vn->n).release = m->branches[i].releases[k];
	return 0;
}

static void verify_text(struct out *out, const struct ledger_verified *v)
{
	char name[RELEASE_MAX];

	release_name(&v->release, name);
	if (v->error) {
		struct span rest = span_of(v->error), line = { "", 0 };

		/* What every provider answered is in the lines below it, and in the JSON. */
		span_line(&rest, &line);
		out_printf(out, "%s: skipped: " SPAN_FMT "\n", name, SPAN_ARG(line));
		return;
	}
	out_printf(out, "%s: %zu checks, %zu mismatch%s", name, v->checks, v->mismatches.n,
		   v->mismatches.n == 1 ? "" : "es");
	if (v->open)
		out_printf(out, ", %zu can't be decided here", v->open);
	out_printf(out, " (%s)\n", v->origin);
	for (size_t i = 0; i < v->mismatches.n; i++)
		out_printf(out, "  %s\n", v->mismatches.v[i]);
}

static json_t *verify_json(const struct ledger_verified *v)
{
	json_t *mismatches = json_array();
	char name[RELEASE_MAX];

	for (size_t i = 0; i < v->mismatches.n; i++)
		json_array_append_new(mismatches, json_string(v->mismatches.v[i]));
	return json_pack("{s:s, s:s?, s:s?, s:I, s:I, s:o}", "release", release_name(&v->release, name),
			 "source", v->origin, "error", v->error, "checks", (json_int_t)v->checks,
			 "undecided", (json_int_t)v->open, "mismatches", mismatches);
}

/* Landings on branches that the matrix doesn't have: nothing here can check them. */
static size_t count_elsewhere(const struct ledger *l)
{
	char of[RELEASE_MAX];
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->fixes[i].nlandings; k++)
			n += !matrix_branch(l->matrix, release_branch(&l->fixes[i].landings[k].release, of));
	return n;
}

static int verify_summary(struct ctx *ctx, const struct ledger *l, const struct verification *vn,
			  struct err *err)
{
	size_t read = 0, checks = 0, mismatches = 0, elsewhere = count_elsewhere(l);
	json_t *releases = json_array();

	for (size_t i = 0; i < vn->n; i++) {
		read += !vn->v[i].error;
		checks += vn->v[i].checks;
		mismatches += vn->v[i].mismatches.n;
		json_array_append_new(releases, verify_json(&vn->v[i]));
		if (ctx->out.format == OUT_TEXT)
			verify_text(&ctx->out, &vn->v[i]);
	}
	if (ctx->out.format == OUT_JSON)
		print_json(&ctx->out, json_pack("{s:o, s:{s:I, s:I, s:I, s:I, s:I}}", "verified",
						json_incref(releases), "summary", "releases",
						(json_int_t)read, "skipped", (json_int_t)(vn->n - read),
						"checks", (json_int_t)checks, "mismatches",
						(json_int_t)mismatches, "other_branches",
						(json_int_t)elsewhere));
	else
		out_printf(&ctx->out, "%zu of %zu releases read, %zu skipped: %zu checks, %zu mismatch%s; "
			   "%zu landing%s on other branches not checked\n", read, vn->n, vn->n - read,
			   checks, mismatches, mismatches == 1 ? "" : "es", elsewhere,
			   elsewhere == 1 ? "" : "s");
	json_decref(releases);
	if (mismatches)
		return err_set(err, ERR_FINDING, "the ledger does not agree with the trees");
	return read ? 0 : err_set(err, ERR_MISSING, "no release could be read, so nothing was verified");
}

static int run_verify(struct ctx *ctx, const struct ledger *l, int argc, char **argv,
		      struct err *err)
{
	struct source_set *set = ctx_sources(ctx, git, offline);
	struct verification vn = { NULL, 0, 0 };
	int ret = select_releases(l->matrix, argc, argv, &vn, err);

	for (size_t i = 0; i < vn.n && !ret; i++) {
		struct release r = vn.v[i].release;
		char name[RELEASE_MAX];

		out_status(&ctx->out, "[%zu/%zu] reading %s", i + 1, vn.n, release_name(&r, name));
		ret = ledger_verify(l, set, &r, &vn.v[i], err);
		if (!ret && child_interrupted())
			ret = err_set(err, ERR_INTERRUPTED, "interrupted");
	}
	out_status_clear(&ctx->out);
	ret = ret ? ret : verify_summary(ctx, l, &vn, err);
	for (size_t i = 0; i < vn.n; i++)
		ledger_verified_clear(&vn.v[i]);
	free(vn.v);
	source_set_free(set);
	return ret;
}

static void cve_text(struct out *out, const struct cve_record *c, const struct cve_compared *d)
{
	out_printf(out, "%s (%s): ", c->id, d->fix ? d->fix->id : "-");
	if (!d->n)
		out_printf(out, "as the ledger says\n");
	else
		out_printf(out, "%zu difference%s\n", d->n, d->n == 1 ? "" : "s");
	for (size_t i = 0; i < d->n; i++)
		out_printf(out, "  %-8s %s\n", d->v[i].kind, d->v[i].detail);
}

static json_t *cve_json(const struct cve_record *c, const struct cve_compared *d)
{
	json_t *all = json_array();

	for (size_t i = 0; i < d->n; i++)
		json_array_append_new(all, json_pack("{s:s, s:s}", "kind", d->v[i].kind, "detail",
						     d->v[i].detail));
	return json_pack("{s:s, s:s, s:s?, s:o}", "file", c->path, "cve", c->id, "fix",
			 d->fix ? d->fix->id : NULL, "differences", all);
}

/* One record; one that can't be read leaves the others to be answered. */
static size_t compare_file(struct ctx *ctx, const struct ledger *l, const char *path, json_t *records,
			   size_t *broken)
{
	struct err why = ERR_INIT;
	struct cve_record c;
	struct cve_compared d = { NULL };
	size_t n;

	if (cve_load(&c, path, &why)) {
		out_error(&ctx->out, "%s", why.msg);
		++*broken;
	} else {
		ledger_compare(l, &c, &d);
		json_array_append_new(records, cve_json(&c, &d));
		if (ctx->out.format == OUT_TEXT)
			cve_text(&ctx->out, &c, &d);
	}
	n = d.n;
	cve_compared_clear(&d);
	cve_free(&c);
	err_clear(&why);
	return n;
}

static int run_cve(struct ctx *ctx, const struct ledger *l, int argc, char **argv, struct err *err)
{
	size_t differences = 0, broken = 0;
	json_t *records;

	if (!argc)
		return err_set(err, ERR_INPUT, "ledger --cve: expected files with CVE records");
	records = json_array();
	for (int i = 0; i < argc; i++)
		differences += compare_file(ctx, l, argv[i], records, &broken);
	if (ctx->out.format == OUT_JSON)
		print_json(&ctx->out, json_pack("{s:O}", "records", records));
	json_decref(records);
	if (broken)
		return err_set(err, ERR_INPUT, "%zu of %d files are no CVE record that can be compared",
			       broken, argc);
	return differences ? err_set(err, ERR_FINDING, "%zu difference%s between records and ledger",
				     differences, differences == 1 ? "" : "s") : 0;
}

static int run(struct ctx *ctx, int argc, char **argv, struct err *err)
{
	struct books b = { .queues = NULL };
	int ret;

	if (verify && cve)
		return err_set(err, ERR_INPUT, "--verify, --cve: expected one of them");
	if (argc && !verify && !cve)
		return err_set(err, ERR_INPUT, "%s: expected --verify or --cve with it", argv[0]);
	if ((verify || cve) && ctx->out.format == OUT_MARKDOWN)
		return err_set(err, ERR_INPUT, "--format markdown: only for the ledger itself");
	ret = books_open(ctx, &b, err);
	if (!ret && verify)
		ret = run_verify(ctx, &b.l, argc, argv, err);
	else if (!ret && cve)
		ret = run_cve(ctx, &b.l, argc, argv, err);
	else if (!ret)
		ret = show(ctx, &b.l, err);
	books_close(&b);
	return ret;
}

const struct cmd cmd_ledger = {
	.name = "ledger",
	.args = "[--verify [RELEASE…] | --cve FILE…]",
	.summary = "every fix on every branch: needed, merged where, not affected and why",
	.about = "What the queues' headers and ledger.yaml say, as a table. --verify checks it against the\n"
		 "releases' files: every fact that shows a branch to be unaffected, and that a fix is in exactly\n"
		 "the releases it is said to be in. --cve says where CVE records tell it differently.\n"
		 "--format markdown prints docs/ledger.md.",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.markdown = true,
	.run = run,
};
