// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue_variant.c - a second file where one patch can't serve both the base and a newer release
 */
#include "queue_private.h"

#include <dirent.h>

#define PREFIX "series-"

bool queue_series_release(const char *name, struct release *r)
{
	char again[RELEASE_MAX];
	struct release own;

	if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
		return false;
	name += strlen(PREFIX);
	r = r ? r : &own;
	return !release_parse(name, r, NULL) && !strcmp(release_name(r, again), name);
}

static int by_release(const void *a, const void *b)
{
	struct release x, y;

	queue_series_release(*(char *const *)a, &x);
	queue_series_release(*(char *const *)b, &y);
	return release_cmp(&x, &y);
}

int queue_series_list(const char *dir, struct strv *names, struct err *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int ret = 0;

	if (!d)
		return err_sys(err, "%s", dir);
	while (!ret && (e = readdir(d))) {
		if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) != 0 ||
		    span_ends(span_of(e->d_name), "~"))
			continue;
		if (queue_series_release(e->d_name, NULL))
			strv_add(names, e->d_name);
		else
			ret = err_set(err, ERR_INPUT,
				      "%s/%s: expected series-RELEASE, such as series-6.1.192", dir,
				      e->d_name);
	}
	closedir(d);
	if (!ret && names->n)
		qsort(names->v, names->n, sizeof(*names->v), by_release);
	return ret;
}

/* The last of @names that isn't newer than the release; NULL if there is none. */
static int pick_series(const char *dir, const struct strv *names, const struct release *r,
		       const char **pick, struct err *err)
{
	char branch[RELEASE_MAX], own[RELEASE_MAX];
	struct release from;

	*pick = NULL;
	for (size_t i = 0; i < names->n; i++) {
		queue_series_release(names->v[i], &from);
		if (strcmp(release_branch(&from, branch), release_branch(r, own)) != 0)
			return err_set(err, ERR_INPUT, "%s/%s: another branch than %s", dir,
				       names->v[i], own);
		if (release_cmp(&from, r) <= 0)
			*pick = names->v[i];
	}
	return 0;
}

static int stray(const struct queue *q, const struct queue *rel, const struct queue_patch *qp,
		 struct err *err)
{
	if (qp->variant_of)
		return err_set(err, ERR_INPUT, "%s:%u: %s is a variant of %s, which is not in %s",
			       rel->series, qp->line, qp->file, qp->variant_of, q->series);
	return err_set(err, ERR_INPUT, "%s:%u: %s is not in %s, and has no Variant-of: that is",
		       rel->series, qp->line, qp->file, q->series);
}

/* Every patch of @rel stands for one of @q, no two for the same, and in the same order. */
static int check_rows(const struct queue *q, const struct queue *rel, size_t *rows, struct err *err)
{
	for (size_t i = 0; i < rel->n; i++) {
		const struct queue_patch *qp = &rel->patches[i];

		rows[i] = queue_find_row(q, queue_patch_row(qp));
		if (rows[i] == q->n)
			return stray(q, rel, qp, err);
		for (size_t k = 0; k < i; k++)
			if (rows[k] == rows[i])
				return err_set(err, ERR_INPUT, "%s:%u: %s and %s in line %u are both %s",
					       rel->series, qp->line, qp->file, rel->patches[k].file,
					       rel->patches[k].line, queue_patch_row(qp));
		if (i && rows[i] < rows[i - 1])
			return err_set(err, ERR_INPUT,
				       "%s:%u: %s comes before %s, but %s has them the other way round",
				       rel->series, rel->patches[i - 1].line,
				       rel->patches[i - 1].file, qp->file, q->series);
	}
	return 0;
}

static int put_variants(struct queue *q, struct queue *rel, struct err *err)
{
	_cleanup_free_ size_t *rows = xcalloc(rel->n + 1, sizeof(*rows));
	int ret = check_rows(q, rel, rows, err);

	for (size_t i = 0; i < rel->n && !ret; i++) {
		struct queue_patch main = q->patches[rows[i]];

		if (!rel->patches[i].variant_of)
			continue;
		q->patches[rows[i]] = rel->patches[i];
		rel->patches[i] = main;
	}
	q->variants = ret ? NULL : xstrdup(rel->series);
	return ret ? ret : queue_check_requires(q, false, err);
}

int queue_load_for(struct queue *q, const char *dir, const struct release *r, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct queue rel = { NULL };
	const char *pick = NULL;
	int ret = queue_load(q, dir, NULL, err);

	ret = ret ? ret : queue_series_list(dir, &names, err);
	ret = ret ? ret : pick_series(dir, &names, r, &pick, err);
	if (ret || !pick)
		return ret;
	ret = queue_load_part(&rel, dir, pick, err);
	ret = ret ? ret : put_variants(q, &rel, err);
	queue_free(&rel);
	return ret;
}
