// SPDX-License-Identifier: GPL-2.0-only
#include "cli/needed.h"

#include "cli/ctx.h"
#include "verdict/snapshot.h"
#include "verdict/survey.h"

int needed_check(const struct needed_from *from, int argc, struct err *err)
{
	if (from->tree && from->rev)
		return err_set(err, ERR_INPUT, "expected either --tree or --rev");
	if (from->rev && !from->sources.git)
		return err_set(err, ERR_INPUT,
			       "--rev names a commit: expected its repository by --git");
	if ((from->tree || from->rev) && argc)
		return err_set(err, ERR_INPUT, "%s says its release itself: expected no other",
			       from->tree ? "--tree" : "--rev");
	return 0;
}

int needed_fuzz(const char *word, unsigned int *fuzz, struct err *err)
{
	if (word && (word[0] < '0' || word[0] > '2' || word[1]))
		return err_set(err, ERR_INPUT, "--fuzz: expected 0, 1 or 2, not \"%s\"", word);
	*fuzz = word ? (unsigned int)(word[0] - '0') : 0;
	return 0;
}

static int open_source(struct needed *n, const struct needed_from *from, struct err *err)
{
	int ret;

	if (from->tree)
		ret = source_of_tree(n->set, from->tree, &n->src, err);
	else if (from->rev)
		ret = source_of_rev(n->set, from->rev, &n->src, err);
	else
		ret = source_open(n->set, &n->r, &n->src, err);
	if (ret)
		return ret;
	n->r = *source_release(n->src);
	release_name(&n->r, n->name);
	return 0;
}

/* Asked before the source is fetched, if a release is named. */
static int load_queue(struct needed *n, struct ctx *ctx, const struct needed_from *from,
		      struct err *err)
{
	const struct matrix_branch *b;
	int ret;

	if (from->queue)
		return queue_load_named(&n->q, from->queue, &n->r, err);
	ret = ctx_matrix(ctx, &n->m, err);
	ret = ret ? ret : matrix_branch_of(&n->m, &n->r, &b, err);
	if (!ret && !from->fuzz)
		n->fuzz = b->fuzz;
	return ret ? ret : ctx_queue(&n->m, b, &n->r, &n->q, err);
}

static void leave(struct needed *n, const struct queue_patch *p, const char *why)
{
	struct needed_left *l = &ARRAY_PUSH(n->left, n->nleft);

	l->file = p->file;
	l->why = why;
}

static bool goes_in(const struct needed *n, const struct verdict *v)
{
	return v->kind == VERDICT_CLEAN || v->kind == VERDICT_OFFSET ||
	       (v->kind == VERDICT_FUZZ && n->fuzz);
}

/* One after the other, since what was judged may have stood on a patch that is left. */
static int select_one(struct needed *n, size_t i, const struct verdict *v, struct fileset *fs,
		      struct err *err)
{
	const struct patch_apply_opts opts = { .max_fuzz = n->fuzz };
	const struct queue_patch *p = &n->q.patches[i];
	int ret;

	if (!goes_in(n, v)) {
		leave(n, p, verdict_words(v));
		return 0;
	}
	ret = patch_apply(fs, &p->patch, &opts, NULL, err);
	if (!ret)
		strv_add(&n->files, p->file);
	if (ret != ERR_FINDING)
		return ret;
	err_clear(err);
	leave(n, p, "stands on a patch that is left out");
	return 0;
}

static int select_patches(struct needed *n, const struct needed_from *from, const struct verdict *v,
			  struct err *err)
{
	_cleanup_(snapshot_free) struct snapshot files = { NULL, 0 };
	_cleanup_strv_ struct strv paths = STRV_INIT;
	struct fileset *fs;
	int ret;

	queue_files(&n->q, &paths);
	ret = snapshot_read(&files, n->src, &paths, err);
	if (ret)
		return ret;
	fs = snapshot_fileset(&files);
	for (size_t i = 0; i < n->q.n && !ret; i++) {
		if (v[i].need == NEED_NO)
			continue;
		if (from->misfits)
			strv_add(&n->files, n->q.patches[i].file);
		else
			ret = select_one(n, i, &v[i], fs, err);
	}
	fileset_free(fs);
	return ret;
}

int needed_find(struct needed *n, struct ctx *ctx, const struct needed_from *from, struct err *err)
{
	bool named = !from->tree && !from->rev;
	struct verdict *v = NULL;
	int ret = needed_fuzz(from->fuzz, &n->fuzz, err);

	ret = ret || !named ? ret : release_parse(from->release, &n->r, err);
	if (ret)
		return ret;
	release_name(&n->r, n->name);
	n->set = ctx_sources(ctx, &from->sources);
	if (named)
		ret = load_queue(n, ctx, from, err);
	ret = ret ? ret : open_source(n, from, err);
	if (!ret && !named) {
		ret = load_queue(n, ctx, from, err);
		if (ret)
			err_prefix(err, "%s", source_describe(n->src));
	}
	if (!ret && from->all) {
		for (size_t i = 0; i < n->q.n; i++)
			strv_add(&n->files, n->q.patches[i].file);
		return 0;
	}
	ret = ret ? ret : survey_source(n->src, &n->q, &v, err);
	ret = ret ? ret : select_patches(n, from, v, err);
	verdicts_free(v, n->q.n);
	return ret;
}

int needed_all(const struct needed *n, struct err *err)
{
	if (!n->nleft)
		return 0;
	return err_set(err, ERR_FINDING, "%s: %s on %s; stableq status --explain %s says why",
		       n->left[0].file, n->left[0].why, n->name, n->left[0].file);
}

void needed_lines(const struct needed *n, struct str *to)
{
	for (size_t i = 0; i < n->q.n; i++) {
		const struct queue_patch *p = &n->q.patches[i];

		if (!strv_has(&n->files, p->file))
			continue;
		str_addf(to, "%s", p->file);
		if (p->strip != 1)
			str_addf(to, " -p%u", p->strip);
		str_adds(to, p->reverse ? " -R\n" : "\n");
	}
}

void needed_clear(struct needed *n)
{
	strv_free(&n->files);
	free(n->left);
	source_free(n->src);
	if (n->set)
		source_set_free(n->set);
	queue_free(&n->q);
	matrix_free(&n->m);
}
