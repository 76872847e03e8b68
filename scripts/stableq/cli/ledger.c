// SPDX-License-Identifier: GPL-2.0-only
/* stableq ledger - every fix on every branch, compared with trees and with CVE records */
#include "base/child.h"
#include "cli/ctx.h"
#include "base/fs.h"
#include "out/json.h"
#include "ledger/compare.h"
#include "ledger/explain.h"
#include "ledger/print.h"
#include "ledger/verify.h"

struct ledger_opts {
	const char *file;
	bool verify, cve;
	struct opts_sources sources;
};

#define AT(member) offsetof(struct ledger_opts, member)

static const struct opt opts[] = {
	{ "verify", OPT_FLAG, AT(verify), NULL,
	  "compare with the releases named, or all of the matrix" },
	{ "cve", OPT_FLAG, AT(cve), NULL,
	  "compare with the CVE records (JSON 5) in the files named" },
	{ "ledger", OPT_STRING, AT(file), "FILE", "instead of ledger.yaml beside the matrix" },
};

/* The ledger and all that it points into. */
struct books {
	struct matrix m;
	struct queue *queues;
	struct ledger l;
};

static int books_open(const struct ctx *ctx, const char *file, struct books *b, struct err *err)
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

static int show_ledger(struct ctx *ctx, const struct ledger *l, struct err *err)
{
	int ret = 0;

	if (ctx->out.format == OUT_JSON)
		ret = ledger_print_json(&ctx->out, l, err);
	else if (ctx->out.format == OUT_MARKDOWN)
		ledger_markdown(&ctx->out, l);
	else
		ledger_text(&ctx->out, l);
	return ret ? ret : ledger_complete(l, err);
}

/* Just some of the fixes, with all that belongs to them. */
static int show_some(struct ctx *ctx, const struct ledger *l, int argc, char **argv,
		     struct err *err)
{
	struct ledger some;
	int ret = ledger_select(l, (size_t)argc, argv, &some, err);

	if (!ret && ctx->out.format == OUT_JSON)
		ret = ledger_print_json(&ctx->out, &some, err);
	else if (!ret)
		for (size_t i = 0; i < some.n; i++)
			ledger_explain(&ctx->out, l, &some.fixes[i]);
	free(some.fixes);
	return ret;
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

static void verify_json(struct json *j, const struct ledger_verified *v)
{
	char name[RELEASE_MAX];

	json_open_object(j, NULL);
	json_add_text(j, "release", release_name(&v->release, name));
	json_add_text(j, "source", v->origin);
	json_add_text(j, "error", v->error);
	json_add_int(j, "checks", (long long)v->checks);
	json_add_int(j, "undecided", (long long)v->open);
	json_add_texts(j, "mismatches", &v->mismatches);
	json_close(j);
}

/* Landings on branches that the matrix doesn't have: nothing here can check them. */
static size_t count_elsewhere(const struct ledger *l)
{
	char of[RELEASE_MAX];
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->fixes[i].nlandings; k++)
			n += !matrix_branch(l->matrix,
					    release_branch(&l->fixes[i].landings[k].release, of));
	return n;
}

/* What all releases came to. */
struct verify_sum {
	size_t read, checks, mismatches, elsewhere;
};

static int verify_print_json(struct out *out, const struct verification *vn,
			     const struct verify_sum *sum, struct err *err)
{
	_cleanup_json_ struct json j = JSON_INIT;

	json_open_object(&j, NULL);
	json_open_array(&j, "verified");
	for (size_t i = 0; i < vn->n; i++)
		verify_json(&j, &vn->v[i]);
	json_close(&j);
	json_open_object(&j, "summary");
	json_add_int(&j, "releases", (long long)sum->read);
	json_add_int(&j, "skipped", (long long)(vn->n - sum->read));
	json_add_int(&j, "checks", (long long)sum->checks);
	json_add_int(&j, "mismatches", (long long)sum->mismatches);
	json_add_int(&j, "other_branches", (long long)sum->elsewhere);
	json_close(&j);
	json_close(&j);
	return out_json(out, &j, err);
}

static int verify_summary(struct ctx *ctx, const struct ledger *l, const struct verification *vn,
			  struct err *err)
{
	struct verify_sum sum = { .elsewhere = count_elsewhere(l) };
	int ret = 0;

	for (size_t i = 0; i < vn->n; i++) {
		sum.read += !vn->v[i].error;
		sum.checks += vn->v[i].checks;
		sum.mismatches += vn->v[i].mismatches.n;
		if (ctx->out.format == OUT_TEXT)
			verify_text(&ctx->out, &vn->v[i]);
	}
	if (ctx->out.format == OUT_JSON)
		ret = verify_print_json(&ctx->out, vn, &sum, err);
	else
		out_printf(&ctx->out,
			   "%zu of %zu releases read, %zu skipped: %zu checks, %zu mismatch%s; "
			   "%zu landing%s on other branches not checked\n", sum.read, vn->n,
			   vn->n - sum.read, sum.checks, sum.mismatches,
			   sum.mismatches == 1 ? "" : "es", sum.elsewhere,
			   sum.elsewhere == 1 ? "" : "s");
	if (ret)
		return ret;
	if (sum.mismatches)
		return err_set(err, ERR_FINDING, "the ledger does not agree with the trees");
	return sum.read ? 0 : err_set(err, ERR_MISSING,
				      "no release could be read, so nothing was verified");
}

static int run_verify(struct ctx *ctx, const struct opts_sources *sources, const struct ledger *l,
		      int argc, char **argv, struct err *err)
{
	struct source_set *set = ctx_sources(ctx, sources);
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

static void cve_json(struct json *j, const struct cve_record *c, const struct cve_compared *d)
{
	json_open_object(j, NULL);
	json_add_text(j, "file", c->path);
	json_add_text(j, "cve", c->id);
	json_add_text(j, "fix", d->fix ? d->fix->id : NULL);
	json_open_array(j, "differences");
	for (size_t i = 0; i < d->n; i++) {
		json_open_object(j, NULL);
		json_add_text(j, "kind", d->v[i].kind);
		json_add_text(j, "detail", d->v[i].detail);
		json_close(j);
	}
	json_close(j);
	json_close(j);
}

/* One record; one that can't be read leaves the others to be answered. */
static size_t compare_file(struct ctx *ctx, const struct ledger *l, const char *path,
			   struct json *records, size_t *broken)
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
		cve_json(records, &c, &d);
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
	_cleanup_json_ struct json records = JSON_INIT;
	size_t differences = 0, broken = 0;
	int ret = 0;

	if (!argc)
		return err_set(err, ERR_INPUT, "ledger --cve: expected files with CVE records");
	json_open_object(&records, NULL);
	json_open_array(&records, "records");
	for (int i = 0; i < argc; i++)
		differences += compare_file(ctx, l, argv[i], &records, &broken);
	json_close(&records);
	json_close(&records);
	if (ctx->out.format == OUT_JSON)
		ret = out_json(&ctx->out, &records, err);
	if (ret)
		return ret;
	if (broken)
		return err_set(err, ERR_INPUT,
			       "%zu of %d files are no CVE record that can be compared",
			       broken, argc);
	return differences ?
	       err_set(err, ERR_FINDING, "%zu difference%s between records and ledger",
				     differences, differences == 1 ? "" : "s") : 0;
}

static int verb_ledger(struct ctx *ctx, void *own, int argc, char **argv, struct err *err)
{
	const struct ledger_opts *o = own;
	struct books b = { .queues = NULL };
	int ret;

	if (o->verify && o->cve)
		return err_set(err, ERR_INPUT, "--verify, --cve: expected one of them");
	if ((o->verify || o->cve || argc) && ctx->out.format == OUT_MARKDOWN)
		return err_set(err, ERR_INPUT, "--format markdown: only for the whole ledger");
	ret = books_open(ctx, o->file, &b, err);
	if (!ret && o->verify)
		ret = run_verify(ctx, &o->sources, &b.l, argc, argv, err);
	else if (!ret && o->cve)
		ret = run_cve(ctx, &b.l, argc, argv, err);
	else if (!ret)
		ret = argc ? show_some(ctx, &b.l, argc, argv, err) : show_ledger(ctx, &b.l, err);
	books_close(&b);
	return ret;
}

const struct cmd cmd_ledger = {
	.name = "ledger",
	.args = "[FIX… | --verify [RELEASE…] | --cve FILE…]",
	.summary = "every fix on every branch: needed, merged where, not affected and why",
	.about =
		"What the queues' headers and ledger.yaml say, as a table. A FIX is told with\n"
		"all that belongs to it, its patches, proofs and mutants: by its name, commit,\n"
		"CVE or proof, or by a part of its subject, or of a patch's or proof's name.\n"
		"--verify checks it against the releases' files: every fact that shows a branch\n"
		"to be unaffected, and that a fix is in exactly the releases it is said to be\n"
		"in. --cve says where CVE records tell it differently. --format markdown prints\n"
		"docs/ledger.md.",
	.groups = { OPT_GROUP(opts, 0), OPT_GROUP(opts_sources, AT(sources)) },
	.size = sizeof(struct ledger_opts),
	.markdown = true,
	.run = verb_ledger,
};
