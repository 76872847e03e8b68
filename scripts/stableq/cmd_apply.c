// SPDX-License-Identifier: GPL-2.0-only
/* stableq apply - a tree with exactly the patches that a release needs; stableq series - their names */
#include "child.h"
#include "ctx.h"
#include "fs.h"
#include "json.h"
#include "survey.h"
#include "tree.h"

#define COPY_LIMIT_MS (30 * 60 * 1000)

static const char *git, *to;
static bool offline;

static const struct opt apply_opts[] = {
	{ "to", OPT_STRING, &to, "DIR", "the new tree; must not exist yet" },
	{ "git", OPT_STRING, &git, "REPO", "repository with tags such as v6.6.150" },
	{ "offline", OPT_FLAG, &offline, NULL, "only sources that are on this machine" },
};

/* What both verbs work on. */
struct job {
	struct matrix m;
	struct queue q;
	struct release r;
	char name[RELEASE_MAX];
	struct source_set *set;
	struct strv files;	/* the patches that the release needs */
};

static void job_clear(struct job *j)
{
	strv_free(&j->files);
	if (j->set)
		source_set_free(j->set);
	queue_free(&j->q);
	matrix_free(&j->m);
}

static int job_open(struct ctx *ctx, struct job *j, int argc, char **argv, struct err *err)
{
	const struct matrix_branch *b = NULL;
	_cleanup_free_ char *origin = NULL;
	struct verdict *v = NULL;
	int ret;

	if (argc != 1)
		return err_set(err, ERR_INPUT, "expected one release, such as 6.1.192");
	ret = ctx_matrix(ctx, &j->m, err);
	ret = ret ? ret : release_parse(argv[0], &j->r, err);
	ret = ret ? ret : matrix_branch_of(&j->m, &j->r, &b, err);
	if (ret)
		return ret;
	release_name(&j->r, j->name);
	ret = ctx_queue(&j->m, b, &j->r, &j->q, err);
	if (ret)
		return ret;
	j->set = ctx_sources(ctx, git, offline);
	ret = survey_release(j->set, &j->q, &j->r, &v, &origin, err);
	ret = ret ? ret : verdict_select(&j->q, v, j->name, &j->files, err);
	verdicts_free(v, j->q.n);
	return ret;
}

/* DIR/patches: the needed patches and their series, where quilt looks for them by itself. */
static int write_patches(const struct job *j, const char *dir, struct err *err)
{
	_cleanup_free_ char *patches = fs_join(dir, "patches");
	_cleanup_free_ char *series = fs_join(patches, "series");
	_cleanup_str_ struct str lines = STR_INIT;
	int ret = fs_mkdirs(patches, err);

	for (size_t i = 0; i < j->q.n && !ret; i++) {
		const struct queue_patch *p = &j->q.patches[i];
		_cleanup_free_ char *file = fs_join(patches, p->file);

		if (!strv_has(&j->files, p->file))
			continue;
		ret = fs_mkparents(file, err);
		ret = ret ? ret : fs_write(file, p->patch.text, p->patch.len, 0644, err);
		str_addf(&lines, "%s", p->file);
		if (p->strip != 1)
			str_addf(&lines, " -p%u", p->strip);
		str_adds(&lines, p->reverse ? " -R\n" : "\n");
	}
	return ret ? ret : fs_write(series, str_span(&lines).p, lines.len, 0644, err);
}

static int push(const struct job *j, const char *dir, struct err *err)
{
	_cleanup_free_ char *patches = fs_join(dir, "patches");
	struct queue q = { NULL };
	int ret = write_patches(j, dir, err);

	/* What they require may be in the release. */
	ret = ret ? ret : queue_load_part(&q, patches, NULL, err);
	if (!ret && q.n)
		ret = tree_push_quilt(dir, &q, SIZE_MAX, NULL, err);
	queue_free(&q);
	return ret;
}

/* A real copy: the user will edit it, and the pristine tree must not change with it. */
static int copy_tree(const char *from, const char *dir, struct err *err)
{
	struct child c = {
		.argv = (const char *const[]){ "cp", "-a", "--reflink=auto", "--", from, dir, NULL },
		.timeout_ms = COPY_LIMIT_MS,
	};
	int ret = child_check(&c, err);

	child_free(&c);
	return ret;
}

static int make_tree(struct job *j, struct err *err)
{
	_cleanup_free_ char *tmp = xasprintf("%s.stableq-tmp", to);
	_cleanup_free_ char *pristine = NULL;
	struct source *src = NULL;
	int ret;

	ret = source_open(j->set, &j->r, &src, err);
	ret = ret ? ret : source_tree(src, &pristine, err);
	source_free(src);
	ret = ret ? ret : fs_remove_tree(tmp, err);
	ret = ret ? ret : fs_mkparents(tmp, err);
	ret = ret ? ret : copy_tree(pristine, tmp, err);
	ret = ret ? ret : push(j, tmp, err);
	if (!ret && rename(tmp, to) < 0)
		ret = err_sys(err, "%s", to);
	if (ret)
		fs_remove_tree(tmp, NULL);
	return ret;
}

static int apply(struct ctx *ctx, int argc, char **argv, struct err *err)
{
	_cleanup_(job_clear) struct job j = { .set = NULL };
	int ret;

	if (!to)
		return err_set(err, ERR_INPUT, "apply: expected --to DIR");
	if (fs_exists(to))
		return err_set(err, ERR_INPUT, "%s: is there already; nothing was changed", to);
	ret = job_open(ctx, &j, argc, argv, err);
	ret = ret ? ret : make_tree(&j, err);
	if (!ret)
		out_printf(&ctx->out, "%s: %s with %zu of %zu patches of %s applied\n", to, j.name,
			   j.files.n, j.q.n, j.q.dir);
	return ret;
}

static int series(struct ctx *ctx, int argc, char **argv, struct err *err)
{
	_cleanup_(job_clear) struct job j = { .set = NULL };
	_cleanup_json_ struct json root = JSON_INIT;
	int ret = job_open(ctx, &j, argc, argv, err);

	if (ret)
		return ret;
	if (ctx->out.format == OUT_TEXT) {
		out_printf(&ctx->out, "# %s for %s\n", j.q.dir, j.name);
		for (size_t i = 0; i < j.files.n; i++)
			out_printf(&ctx->out, "%s\n", j.files.v[i]);
		return 0;
	}
	json_open_object(&root, NULL);
	json_add_text(&root, "release", j.name);
	json_add_text(&root, "queue", j.q.dir);
	json_add_texts(&root, "patches", &j.files);
	json_close(&root);
	return out_json(&ctx->out, &root, err);
}

const struct cmd cmd_apply = {
	.name = "apply",
	.args = "RELEASE --to DIR",
	.summary = "make a tree with exactly the patches that a release needs",
	.about = "DIR becomes a copy of the release with the patches pushed as quilt pushes them: DIR/patches\n"
		 "has them with their series, and quilt applied, pop, push and refresh go on from there.",
	.opts = apply_opts,
	.nopts = ARRAY_SIZE(apply_opts),
	.run = apply,
};

const struct cmd cmd_series = {
	.name = "series",
	.args = "RELEASE",
	.summary = "the series of a release, for plain quilt",
	.about = "Names the patches of the branch's queue that the release lacks, in order. For plain quilt:\n"
		 "stableq series 6.1.192 > queue-6.1/series-6.1.192, and QUILT_SERIES=series-6.1.192.",
	.opts = apply_opts + 1,
	.nopts = ARRAY_SIZE(apply_opts) - 1,
	.run = series,
};
