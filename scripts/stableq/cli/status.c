// SPDX-License-Identifier: GPL-2.0-only
/* stableq status - the verdict for each patch of the queues on each point release */
#include "prove/behaviour.h"
#include "base/child.h"
#include "cli/ctx.h"
#include "base/fs.h"
#include "base/nearest.h"
#include "cli/status.h"

struct status_opts {
	const char *tree, *rev;
	const char *queue;	/* named by the user: for every release, and without a matrix */
	struct strv explain;
	bool exit_code;
	struct opts_sources sources;
};

#define AT(member) offsetof(struct status_opts, member)

static const struct opt opts[] = {
	{ "explain", OPT_LIST, AT(explain), "PATCH",
	  "all evidence for this patch: part of its name, an id, a CVE" },
	{ "tree", OPT_STRING, AT(tree), "DIR",
	  "this kernel tree or tarball, a distribution's for instance" },
	{ "rev", OPT_STRING, AT(rev), "REV", "a commit of --git's repository, whatever its name" },
	{ "queue", OPT_STRING, AT(queue), "DIR",
	  "this queue, whatever the branch; without a matrix" },
	{ "exit-code", OPT_FLAG, AT(exit_code), NULL,
	  "exit with 1 when a patch is needed, or that is unknown" },
};

static void add_row(struct status_row **rows, size_t *n, const struct matrix *m,
		    const struct matrix_branch *b, struct queue *queues, const struct release *r)
{
	struct status_row *row = &ARRAY_PUSH(*rows, *n);

	row->branch = b;
	row->main = &queues[b - m->branches];
	row->release = *r;
	release_name(r, row->name);
}

/* A queue that was named is for every release; else the version tells. */
static int branch_of(const struct status_opts *o, const struct matrix *m, const struct release *r,
		     const struct matrix_branch **b, struct err *err)
{
	if (!o->queue)
		return matrix_branch_of(m, r, b, err);
	*b = m->branches;
	return 0;
}

/* A kernel of the user's own: its Makefile says which point release it comes from. */
static int select_own(const struct status_opts *o, struct source_set *set, const struct matrix *m,
		      struct queue *queues, struct status_row **rows, size_t *n, struct err *err)
{
	const struct matrix_branch *b;
	struct source *src = NULL;
	size_t at;
	int ret = o->tree ? source_of_tree(set, o->tree, &src, err) :
			    source_of_rev(set, o->rev, &src, err);

	if (ret)
		return ret;
	ret = branch_of(o, m, source_release(src), &b, err);
	if (ret) {
		ret = err_prefix(err, "%s", source_describe(src));
		source_free(src);
		return ret;
	}
	add_row(rows, n, m, b, queues, source_release(src));
	(*rows)->own = src;
	(*rows)->origin = xstrdup(source_describe(src));
	at = nearest_release(source_release(src), b->releases, b->nreleases);
	if (!o->queue)
		release_name(at < b->nreleases ? &b->releases[at] : &b->base, (*rows)->near);
	return 0;
}

/* What status works with beside the rows. */
struct judging {
	const struct status_opts *o;
	const struct matrix *m;
	struct source_set *set;
	struct store *store;	/* NULL: no proof was ever run here */
};

static int judge_source(const struct judging *j, struct status_row *row, struct source *src,
			struct err *err)
{
	int ret = survey_source(src, &row->queue, &row->verdicts, err);

	/* A queue that is named has no proofs. */
	if (ret || j->o->queue)
		return ret;
	return behaviour_add(j->store, j->m, row->branch, src, row->verdicts, row->queue.n, err);
}

static int judge_own(const struct judging *j, struct status_row *row, struct err *err)
{
	struct source_set *local = source_set_local(j->set);
	int ret = judge_source(j, row, row->own, err);

	ret = ret ? ret : survey_nearest(local, row->own, &row->queue, &row->content, err);
	source_set_free(local);
	return ret;
}

static int judge_release(const struct judging *j, struct status_row *row, struct err *err)
{
	struct source *src = NULL;
	int ret = source_open(j->set, &row->release, &src, err);

	if (!ret) {
		row->origin = xstrdup(source_describe(src));
		ret = judge_source(j, row, src, err);
	}
	source_free(src);
	return ret;
}

static int select_rows(const struct status_opts *o, const struct matrix *m, int argc, char **argv,
		       struct queue *queues, struct status_row **rows, size_t *n, struct err *err)
{
	const struct matrix_branch *b;
	struct release r;
	int ret;

	for (int i = 0; i < argc; i++) {
		ret = release_parse(argv[i], &r, err);
		ret = ret ? ret : branch_of(o, m, &r, &b, err);
		if (ret)
			return ret;
		add_row(rows, n, m, b, queues, &r);
	}
	for (size_t i = 0; !argc && i < m->nbranches; i++)
		for (size_t k = 0; k < m->branches[i].nreleases; k++)
			add_row(rows, n, m, &m->branches[i], queues, &m->branches[i].releases[k]);
	return 0;
}

/* @r: with its variants; NULL: the main series. */
static int load_queue(const struct status_opts *o, const struct matrix *m,
		      const struct status_row *row, const struct release *r, struct queue *q,
		      struct err *err)
{
	if (!o->queue)
		return ctx_queue(m, row->branch, r, q, err);
	return r ? queue_load_named(q, o->queue, r, err) :
		   queue_load_anyones(q, o->queue, NULL, err);
}

/* The queues of the branches that have a row, and each row's own. */
static int load_queues(const struct status_opts *o, const struct matrix *m, struct status_row *rows,
		       size_t n, struct queue *queues, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		size_t b = (size_t)(rows[i].branch - m->branches);
		int ret = queues[b].dir ? 0 : load_queue(o, m, &rows[i], NULL, &queues[b], err);

		ret = ret ? ret : load_queue(o, m, &rows[i], &rows[i].release,
						  &rows[i].queue, err);
		if (ret)
			return ret;
	}
	return 0;
}

static int judge_rows(struct ctx *ctx, const struct judging *j, struct status_row *rows, size_t n,
		      struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < n && !ret; i++) {
		out_status(&ctx->out, "[%zu/%zu] reading %s", i + 1, n, rows[i].name);
		/* One release that can't be read leaves the others to be answered. */
		ret = rows[i].own ? judge_own(j, &rows[i], &rows[i].error) :
				    judge_release(j, &rows[i], &rows[i].error);
		ret = ret == ERR_INTERRUPTED || child_interrupted() ?
		      err_set(err, ERR_INTERRUPTED, "interrupted") : 0;
	}
	out_status_clear(&ctx->out);
	return ret;
}

static int judge_all(struct ctx *ctx, const struct status_opts *o, const struct matrix *m,
		     struct source_set *set, struct status_row *rows, size_t n, struct err *err)
{
	_cleanup_free_ char *db = fs_join(ctx->cache, "results.db");
	struct judging j = { .o = o, .m = m, .set = set };
	int ret = o->queue ? 0 : store_look(&j.store, db, err);

	ret = ret ? ret : judge_rows(ctx, &j, rows, n, err);
	if (j.store)
		store_close(j.store);
	return ret;
}

/* Beside a queue that is named the matrix is of no use: one branch without releases is. */
static int load_matrix(struct ctx *ctx, const struct status_opts *o, struct matrix *m,
		       struct err *err)
{
	if (!o->queue)
		return ctx_matrix(ctx, m, err);
	m->dir = xstrdup(o->queue);
	ARRAY_PUSH(m->branches, m->nbranches).queue = xstrdup(o->queue);
	return 0;
}

static int check_opts(const struct status_opts *o, int argc, struct err *err)
{
	if (o->queue && !argc && !o->tree && !o->rev)
		return err_set(err, ERR_INPUT, "--queue: expected releases, --tree or --rev");
	if ((o->tree || o->rev) && argc)
		return err_set(err, ERR_INPUT, "%s says its release itself: expected no other",
			       o->tree ? "--tree" : "--rev");
	if (o->tree && o->rev)
		return err_set(err, ERR_INPUT, "expected either --tree or --rev");
	if (o->rev && !o->sources.git)
		return err_set(err, ERR_INPUT,
			       "--rev names a commit: expected its repository by --git");
	return 0;
}

/*
 * A fix that is in the tree and doesn't work is a finding; that one is needed is one if asked for.
 */
static int findings(const struct status_opts *o, const struct status_row *rows, size_t n,
		    struct err *err)
{
	size_t bad = 0, open = 0;

	for (size_t r = 0; r < n; r++)
		for (size_t i = 0; rows[r].verdicts && i < rows[r].queue.n; i++) {
			bad += rows[r].verdicts[i].kind == VERDICT_NOT_FIXED;
			open += rows[r].verdicts[i].need != NEED_NO;
		}
	if (bad)
		return err_set(err, ERR_FINDING, "%zu %s merged, but not fixed", bad,
			       bad == 1 ? "verdict is" : "verdicts are");
	if (open && o->exit_code)
		return err_set(err, ERR_FINDING, "%zu %s needed, or not known not to be", open,
			       open == 1 ? "patch is" : "patches are");
	return 0;
}

/* Everything was said; what remains is the exit status. */
static int rows_free(struct status_row *rows, size_t n, int ret, struct err *err)
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

/* What --explain is about. */
static int choose_patches(const struct strv *explain, const struct matrix *m,
			  const struct queue *queues, struct strv *chosen, struct err *err)
{
	_cleanup_free_ char *ledger = fs_join(m->dir, "ledger.yaml");
	int ret = 0;

	for (size_t i = 0; i < explain->n && !ret; i++)
		ret = status_choose(queues, m->nbranches, m, ledger, explain->v[i], chosen, err);
	return ret;
}

static int print_rows(struct out *out, const struct matrix *m, const struct queue *queues,
		      const struct strv *chosen, const struct status_row *rows, size_t n,
		      struct err *err)
{
	if (out->format == OUT_JSON)
		return status_json(out, rows, n, err);
	if (chosen->n)
		status_explain(out, chosen, rows, n);
	else
		status_print(out, queues, m->nbranches, rows, n);
	return 0;
}

static int verb_status(struct ctx *ctx, void *own, int argc, char **argv, struct err *err)
{
	const struct status_opts *o = own;
	struct matrix m = { NULL };
	struct source_set *set = ctx_sources(ctx, &o->sources);
	_cleanup_strv_ struct strv chosen = STRV_INIT;
	struct queue *queues = NULL;
	struct status_row *rows = NULL;
	size_t n = 0;
	int ret;

	ret = check_opts(o, argc, err);
	ret = ret ? ret : load_matrix(ctx, o, &m, err);
	queues = xcalloc(m.nbranches, sizeof(*queues));
	if (!ret)
		ret = o->tree || o->rev ? select_own(o, set, &m, queues, &rows, &n, err) :
		      select_rows(o, &m, argc, argv, queues, &rows, &n, err);
	ret = ret ? ret : load_queues(o, &m, rows, n, queues, err);
	ret = ret ? ret : choose_patches(&o->explain, &m, queues, &chosen, err);
	ret = ret ? ret : judge_all(ctx, o, &m, set, rows, n, err);
	ret = ret ? ret : print_rows(&ctx->out, &m, queues, &chosen, rows, n, err);
	ret = ret ? ret : findings(o, rows, n, err);
	ret = rows_free(rows, n, ret, err);
	for (size_t b = 0; b < m.nbranches; b++)
		queue_free(&queues[b]);
	free(queues);
	source_set_free(set);
	matrix_free(&m);
	return ret;
}

static const char *verdict_nth(size_t i)
{
	return i <= VERDICT_UNKNOWN ? verdict_name((enum verdict_kind)i) : NULL;
}

const struct cmd cmd_status = {
	.name = "status",
	.args = "[RELEASE…]",
	.summary = "which patches a release has, needs, and can take",
	.about =
		"For every patch of a branch's queue and every release of the matrix, or those\n"
		"named: is it needed, and how does it fit? Only the files that the queue\n"
		"touches are read; no tree is extracted.",
	.verdict = verdict_nth,
	.groups = { OPT_GROUP(opts, 0), OPT_GROUP(opts_sources, AT(sources)) },
	.size = sizeof(struct status_opts),
	.run = verb_status,
};
