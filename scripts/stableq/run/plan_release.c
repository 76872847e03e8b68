// SPDX-License-Identifier: GPL-2.0-only
/*
 * run/plan_release.c - a release with its sources at hand, its queue, and what it needs of it
 */
#include "run/plan.h"

#include "base/fs.h"
#include "verdict/survey.h"
#include "tree/tree.h"

static bool is_base(const struct plan_release *pr)
{
	return !release_cmp(&pr->release, &pr->branch->base);
}

static int get_tree(struct plan_release *pr, struct source_set *set, struct err *err)
{
	char fingerprint[HASH_HEX + 1];
	struct source *src = NULL;
	int ret = source_open(set, &pr->release, &src, err);

	if (!ret) {
		pr->origin = xstrdup(source_describe(src));
		/* With all that status looks at: the two may not differ. */
		if (!is_base(pr))
			ret = survey_source(src, &pr->queue, &pr->verdicts, err);
		ret = ret ? ret : source_tree(src, &pr->tree, err);
		ret = ret ? ret : source_fingerprint(src, fingerprint, err);
	}
	source_free(src);
	if (!ret) {
		pr->source = xstrdup(fingerprint);
	} else {
		free(pr->tree);
		pr->tree = NULL;
	}
	/* Another release may well be at hand: only this one is left out. */
	if (ret == ERR_MISSING || ret == ERR_NOTFOUND || ret == ERR_TIMEOUT) {
		err_move(&pr->skip, err);
		return 0;
	}
	return ret;
}

/* The base is what the queue was made for: every patch goes in, as quilt push -a --fuzz=0 does. */
static int apply_all(struct plan_release *pr, struct err *err)
{
	for (size_t i = 0; i < pr->queue.n; i++)
		strv_add(&pr->applied, pr->queue.patches[i].file);
	return queue_apply(&pr->queue, SIZE_MAX, pr->patched, NULL, err);
}

static int apply_needed(struct plan_release *pr, struct err *err)
{
	int ret = verdict_select(&pr->queue, pr->verdicts, pr->name, &pr->applied, err);

	for (size_t i = 0; i < pr->queue.n && !ret; i++)
		if (strv_has(&pr->applied, pr->queue.patches[i].file))
			ret = patch_apply(pr->patched, &pr->queue.patches[i].patch, NULL, NULL,
					  err);
	return ret;
}

int plan_release_prefix(const struct plan_release *pr, size_t n, struct fileset **fs,
			struct err *err)
{
	int ret = 0;

	*fs = tree_fileset(pr->tree);
	for (size_t i = 0, done = 0; i < pr->queue.n && done < n && !ret; i++) {
		if (!strv_has(&pr->applied, pr->queue.patches[i].file))
			continue;
		ret = patch_apply(*fs, &pr->queue.patches[i].patch, NULL, NULL, err);
		done++;
	}
	return ret;
}

static int add_touched(void *ctx, const struct fileset_change *c)
{
	strv_add(ctx, c->path);
	return 0;
}

int plan_release_prepare(struct plan_release *pr, const struct matrix *m, struct source_set *set,
			 struct err *err)
{
	_cleanup_free_ char *dir = fs_join(m->dir, pr->branch->queue);
	int ret = queue_load_for(&pr->queue, dir, &pr->release, err);

	ret = ret ? ret : get_tree(pr, set, err);
	if (ret || !pr->tree)
		return ret;
	pr->patched = tree_fileset(pr->tree);
	ret = is_base(pr) ? apply_all(pr, err) : apply_needed(pr, err);
	if (ret == ERR_FINDING) {
		err_move(&pr->broken, err);
		fileset_free(pr->patched);
		pr->patched = NULL;
		return 0;
	}
	if (!ret)
		fileset_each(pr->patched, add_touched, &pr->touched);
	return ret;
}

void plan_release_clear(struct plan_release *pr)
{
	free(pr->origin);
	free(pr->tree);
	free(pr->source);
	err_clear(&pr->skip);
	err_clear(&pr->broken);
	strv_free(&pr->applied);
	strv_free(&pr->touched);
	strv_free(&pr->reached);
	verdicts_free(pr->verdicts, pr->queue.n);
	queue_free(&pr->queue);
	if (pr->patched)
		fileset_free(pr->patched);
}
