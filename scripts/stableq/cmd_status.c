// SPDX-License-Identifier: GPL-2.0-only
/* stableq status - the verdict for each patch of the queues on each point release */
#include "child.h"
#include "ctx.h"
#include "json.h"
#include "nearest.h"
#include "survey.h"

static const char *git, *explain, *tree, *rev;
static bool offline;

static const struct opt opts[] = {
	{ "explain", OPT_STRING, &explain, "PATCH", "all evidence for this patch (or part of its name)" },
	{ "tree", OPT_STRING, &tree, "DIR", "this kernel tree, a distribution's for instance" },
	{ "git", OPT_STRING, &git, "REPO", "repository with tags such as v6.6.150" },
	{ "rev", OPT_STRING, &rev, "REV", "a commit of that repository, whatever its name" },
	{ "offline", OPT_FLAG, &offline, NULL, "only sources that are on this machine" },
};

/* One release with its verdicts, or why there are none. */
struct row {
	const struct matrix_branch *branch;
	const struct queue *main;	/* the branch's, as plain quilt has it */
	struct queue queue;		/* with this release's variants, one row a patch of @main */
	char name[RELEASE_MAX];
	char *origin;
	struct verdict *verdicts;
	struct err error;
	struct source *own;	/* a tree or commit that the user named, or NULL */
	char near[RELEASE_MAX];	/* own: nearest release of the matrix */
	struct survey_near content;
};

static enum out_color color(const struct verdict *v)
{
	switch (v->kind) {
	case VERDICT_MERGED:
		return OUT_GREEN;
	case VERDICT_CLEAN:
	case VERDICT_OFFSET:
		return OUT_YELLOW;
	default:
		return OUT_RED;
	}
}

static void print_cell(struct out *out, const struct verdict *v)
{
	char text[32];

	snprintf(text, sizeof(text), "%s%s", verdict_name(v->kind), v->marked ? "*" : "");
	out_printf(out, "  %s%-10s%s", out_on(out, color(v)), text, out_off(out));
}

/* A branch's patches down, its releases across. */
static void print_branch(struct out *out, const struct queue *q, const struct row *rows, size_t n)
{
	size_t width = 0;

	for (size_t i = 0; i < q->n; i++)
		width = MAX(width, strlen(q->patches[i].subject ? q->patches[i].subject : q->patches[i].file));
	width = MIN(width, (size_t)48);
	out_printf(out, "%s%-*s", out_on(out, OUT_BOLD), (int)width, q->dir);
	for (size_t r = 0; r < n; r++)
		if (rows[r].main == q)
			out_printf(out, "  %-10s", rows[r].name);
	out_printf(out, "%s\n", out_off(out));
	for (size_t i = 0; i < q->n; i++) {
		const struct queue_patch *p = &q->patches[i];

		out_printf(out, "%-*.*s", (int)width, (int)width, p->subject ? p->subject : p->file);
		for (size_t r = 0; r < n; r++) {
			if (rows[r].main != q)
				continue;
			if (rows[r].verdicts)
				print_cell(out, &rows[r].verdicts[i]);
			else
				out_printf(out, "  %-10s", "-");
		}
		out_printf(out, "\n");
	}
	out_printf(out, "\n");
}

static void print_explained(struct out *out, const struct row *row)
{
	for (size_t i = 0; row->verdicts && i < row->queue.n; i++) {
		const struct verdict *v = &row->verdicts[i];

		if (!strstr(queue_patch_row(v->patch), explain) && !strstr(v->patch->file, explain))
			continue;
		out_printf(out, "%s on %s: %s%s\n", queue_patch_row(v->patch), row->name,
			   verdict_name(v->kind), v->marked ? ", with evidence that disagrees" : "");
		if (v->patch->variant_of)
			out_printf(out, "    %-20s %s, commit %s\n", "variant", v->patch->file,
				   v->patch->upstream ? v->patch->upstream : "-");
		for (size_t k = 0; k < v->n; k++) {
			struct span rest = span_of(v->evidence[k].detail), line;
			bool first = true;

			for (; span_line(&rest, &line); first = false)
				out_printf(out, "  %s%-20s " SPAN_FMT "\n",
					   first && v->evidence[k].disagrees ? "* " : "  ",
					   first ? evidence_name(v->evidence[k].kind) : "", SPAN_ARG(line));
		}
	}
}

static void print_near(struct out *out, const struct row *row)
{
	out_printf(out, "%s is linux %s; nearest release of build-matrix.yaml: %s", row->origin,
		   row->name, row->near);
	if (*row->content.release)
		out_printf(out, "; by content: %s (%zu of %zu files of the queue are the same)",
			   row->content.release, row->content.identical, row->content.files);
	out_printf(out, "\n");
}

static void print_text(struct out *out, const struct queue *queues, size_t nqueues,
		       const struct row *rows, size_t nrows)
{
	bool marked = false;

	for (size_t r = 0; r < nrows && explain; r++)
		print_explained(out, &rows[r]);
	for (size_t q = 0; q < nqueues && !explain; q++)
		if (queues[q].dir)
			print_branch(out, &queues[q], rows, nrows);
	for (size_t r = 0; r < nrows; r++) {
		if (rows[r].own && !rows[r].error.msg)
			print_near(out, &rows[r]);
		if (rows[r].error.msg)
			out_printf(out, "%s: skipped: %s\n", rows[r].name, rows[r].error.msg);
		for (size_t i = 0; rows[r].verdicts && i < rows[r].queue.n; i++)
			marked |= rows[r].verdicts[i].marked;
	}
	if (marked && !explain)
		out_printf(out, "* some evidence disagrees: stableq status --explain PATCH RELEASE\n");
}

static void json_variant(struct json *j, const struct queue_patch *p)
{
	if (!p->variant_of) {
		json_add_null(j, "variant");
		return;
	}
	json_open_object(j, "variant");
	json_add_text(j, "patch", p->file);
	json_add_text(j, "upstream", p->upstream);
	json_close(j);
}

static void json_verdict(struct json *j, const struct queue_patch *main, const struct verdict *v)
{
	json_open_object(j, NULL);
	json_add_text(j, "patch", main->file);
	json_add_text(j, "upstream", main->upstream);
	json_variant(j, v->patch);
	json_add_text(j, "verdict", verdict_name(v->kind));
	json_add_bool(j, "marked", v->marked);
	json_open_array(j, "evidence");
	for (size_t k = 0; k < v->n; k++) {
		json_open_object(j, NULL);
		json_add_text(j, "kind", evidence_name(v->evidence[k].kind));
		json_add_text(j, "detail", v->evidence[k].detail);
		json_add_bool(j, "disagrees", v->evidence[k].disagrees);
		json_close(j);
	}
	json_close(j);
	json_close(j);
}

static void json_near(struct json *j, const struct row *row)
{
	const struct survey_near *c = &row->content;

	if (!row->own || row->error.msg) {
		json_add_null(j, "nearest");
		return;
	}
	json_open_object(j, "nearest");
	json_add_text(j, "matrix", row->near);
	json_add_text(j, "content", *c->release ? c->release : NULL);
	json_add_int(j, "identical", (long long)c->identical);
	json_add_int(j, "files", (long long)c->files);
	json_close(j);
}

static void json_row(struct json *j, const struct row *row)
{
	json_open_object(j, NULL);
	json_add_text(j, "release", row->name);
	json_add_text(j, "source", row->origin);
	json_add_text(j, "error", row->error.msg);
	json_near(j, row);
	json_open_array(j, "patches");
	for (size_t i = 0; row->verdicts && i < row->queue.n; i++)
		json_verdict(j, &row->main->patches[i], &row->verdicts[i]);
	json_close(j);
	json_close(j);
}

static int print_json(struct out *out, const struct row *rows, size_t n, struct err *err)
{
	_cleanup_json_ struct json j = JSON_INIT;

	json_open_object(&j, NULL);
	json_open_array(&j, "releases");
	for (size_t r = 0; r < n; r++)
		json_row(&j, &rows[r]);
	json_close(&j);
	json_close(&j);
	return out_json(out, &j, err);
}

static void add_row(struct row **rows, size_t *n, const struct matrix *m,
		    const struct matrix_branch *b, struct queue *queues, const struct release *r)
{
	struct row *row = &ARRAY_PUSH(*rows, *n);

	row->branch = b;
	row->main = &queues[b - m->branches];
	release_name(r, row->name);
}

/* A kernel of the user's own: its Makefile says which point release it comes from. */
static int select_own(struct source_set *set, const struct matrix *m, struct queue *queues,
		      struct row **rows, size_t *n, struct err *err)
{
	const struct matrix_branch *b;
	struct source *src = NULL;
	size_t at;
	int ret = tree ? source_of_tree(set, tree, &src, err) : source_of_rev(set, rev, &src, err);

	if (ret)
		return ret;
	ret = matrix_branch_of(m, source_release(src), &b, err);
	if (ret) {
		ret = err_prefix(err, "%s", source_describe(src));
		source_free(src);
		return ret;
	}
	add_row(rows, n, m, b, queues, source_release(src));
	(*rows)->own = src;
	(*rows)->origin = xstrdup(source_describe(src));
	at = nearest_release(source_release(src), b->releases, b->nreleases);
	release_name(at < b->nreleases ? &b->releases[at] : &b->base, (*rows)->near);
	return 0;
}

static int judge_own(struct source_set *set, struct row *row, struct err *err)
{
	struct source_set *local = source_set_local(set);
	int ret = survey_source(row->own, &row->queue, &row->verdicts, err);

	ret = ret ? ret : survey_nearest(local, row->own, &row->queue, &row->content, err);
	source_set_free(local);
	return ret;
}

static int select_rows(const struct matrix *m, int argc, char **argv, struct queue *queues,
		       struct row **rows, size_t *n, struct err *err)
{
	const struct matrix_branch *b;
	struct release r;
	int ret;

	for (int i = 0; i < argc; i++) {
		ret = release_parse(argv[i], &r, err);
		ret = ret ? ret : matrix_branch_of(m, &r, &b, err);
		if (ret)
			return ret;
		add_row(rows, n, m, b, queues, &r);
	}
	for (size_t i = 0; !argc && i < m->nbranches; i++)
		for (size_t k = 0; k < m->branches[i].nreleases; k++)
			add_row(rows, n, m, &m->branches[i], queues, &m->branches[i].releases[k]);
	return 0;
}

/* The queues of the branches that have a row, and each row's own. */
static int load_queues(const struct matrix *m, struct row *rows, size_t n, struct queue *queues,
		       struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		size_t b = (size_t)(rows[i].branch - m->branches);
		struct release r;
		int ret = queues[b].dir ? 0 : ctx_queue(m, rows[i].branch, NULL, &queues[b], err);

		ret = ret ? ret : release_parse(rows[i].name, &r, err);
		ret = ret ? ret : ctx_queue(m, rows[i].branch, &r, &rows[i].queue, err);
		if (ret)
			return ret;
	}
	return 0;
}

static int judge_rows(struct ctx *ctx, struct source_set *set, struct row *rows, size_t n,
		      struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < n && !ret; i++) {
		struct release r;

		out_status(&ctx->out, "[%zu/%zu] reading %s", i + 1, n, rows[i].name);
		release_parse(rows[i].name, &r, NULL);
		/* One release that can't be read leaves the others to be answered. */
		ret = rows[i].own ? judge_own(set, &rows[i], &rows[i].error) :
		      survey_release(set, &rows[i].queue, &r, &rows[i].verdicts, &rows[i].origin,
				     &rows[i].error);
		ret = ret == ERR_INTERRUPTED || child_interrupted() ?
		      err_set(err, ERR_INTERRUPTED, "interrupted") : 0;
	}
	out_status_clear(&ctx->out);
	return ret;
}

static int check_opts(int argc, struct err *err)
{
	if ((tree || rev) && argc)
		return err_set(err, ERR_INPUT, "%s says its release itself: expected no other",
			       tree ? "--tree" : "--rev");
	if (tree && rev)
		return err_set(err, ERR_INPUT, "expected either --tree or --rev");
	if (rev && !git)
		return err_set(err, ERR_INPUT, "--rev names a commit: expected its repository by --git");
	return 0;
}

/* Everything was said; what remains is the exit status. */
static int rows_free(struct row *rows, size_t n, int ret, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (!ret && rows[i].error.code)
			ret = err_set(err, ERR_MISSING, "not every release could be read");
		free(rows[i].origin);
		source_free(rows[i].own);
		verdicts_free(rows[i].verdicts, rows[i].queue.n);
		queue_free(&rows[i].queue);
		err_clear(&rows[i].error);
	}
	free(rows);
	return ret;
}

static int run(struct ctx *ctx, int argc, char **argv, struct err *err)
{
	struct matrix m = { NULL };
	struct source_set *set = ctx_sources(ctx, git, offline);
	struct queue *queues = NULL;
	struct row *rows = NULL;
	size_t n = 0;
	int ret;

	ret = ctx_matrix(ctx, &m, err);
	ret = ret ? ret : check_opts(argc, err);
	queues = xcalloc(m.nbranches, sizeof(*queues));
	if (!ret)
		ret = tree || rev ? select_own(set, &m, queues, &rows, &n, err) :
				    select_rows(&m, argc, argv, queues, &rows, &n, err);
	ret = ret ? ret : load_queues(&m, rows, n, queues, err);
	ret = ret ? ret : judge_rows(ctx, set, rows, n, err);
	if (!ret && ctx->out.format == OUT_JSON)
		ret = print_json(&ctx->out, rows, n, err);
	else if (!ret)
		print_text(&ctx->out, queues, m.nbranches, rows, n);
	ret = rows_free(rows, n, ret, err);
	for (size_t b = 0; b < m.nbranches; b++)
		queue_free(&queues[b]);
	free(queues);
	source_set_free(set);
	matrix_free(&m);
	return ret;
}

const struct cmd cmd_status = {
	.name = "status",
	.args = "[RELEASE…]",
	.summary = "which patches a release has, needs, and can take",
	.about = "For every patch of a branch's queue and every release of the matrix, or those named: clean,\n"
		 "offset, fuzz (needed, and how it applies), merged, needs, conflict. Only the files that the\n"
		 "queue touches are read; no tree is extracted.",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.run = run,
};
