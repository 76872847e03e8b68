// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue/variant.c - a second file where one patch can't serve both the base and a newer release
 */
#include "queue/private.h"

/*
 * The last of @names that doesn't begin behind the release; NULL if there is none. Behind what it
 * serves it is still the nearest guess: the release's own files decide what is made of it.
 */
static int pick_series(const char *dir, const struct strv *names, const struct release *r,
		       const char **pick, struct err *err)
{
	char branch[RELEASE_MAX], own[RELEASE_MAX];
	struct queue_serves s, before = { .line = 0 };
	struct release at = *r;

	/* A candidate has what its release will have. */
	at.rc = 0;
	*pick = NULL;
	for (size_t i = 0; i < names->n; i++) {
		int ret = queue_series_serves(dir, names->v[i], &s, err);

		if (ret)
			return ret;
		if (strcmp(release_branch(&s.first, branch), release_branch(r, own)) != 0)
			return err_set(err, ERR_INPUT, "%s/%s: another branch than %s", dir,
				       names->v[i], own);
		if (i && release_cmp(&s.first, &before.last) <= 0)
			return err_set(err, ERR_INPUT, "%s/%s: serves %s, which %s serves, too",
				       dir,
				       names->v[i], release_name(&s.first, own), names->v[i - 1]);
		before = s;
		if (release_cmp(&s.first, &at) <= 0)
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
				return err_set(err, ERR_INPUT,
					       "%s:%u: %s and %s in line %u are both %s",
					       rel->series, qp->line, qp->file,
					       rel->patches[k].file,
					       rel->patches[k].line, queue_patch_row(qp));
		if (i && rows[i] < rows[i - 1])
			return err_set(err, ERR_INPUT,
				       "%s:%u: %s comes before %s, but %s has them the other way "
				       "round", rel->series, rel->patches[i - 1].line,
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

static int load_for(struct queue *q, const char *dir, const struct release *r,
		    enum patch_reading reading, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct queue rel = { NULL };
	const char *pick = NULL;
	int ret = queue_load_as(q, dir, NULL, true, reading, err);

	ret = ret ? ret : queue_series_list(dir, &names, err);
	ret = ret ? ret : pick_series(dir, &names, r, &pick, err);
	if (ret || !pick)
		return ret;
	ret = queue_load_as(&rel, dir, pick, false, reading, err);
	ret = ret ? ret : put_variants(q, &rel, err);
	queue_free(&rel);
	return ret;
}

int queue_load_for(struct queue *q, const char *dir, const struct release *r, struct err *err)
{
	return load_for(q, dir, r, READ_STRICT, err);
}

int queue_load_named(struct queue *q, const char *dir, const struct release *r, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct release own = *r;

	/* That there is no such directory is queue_load()'s to say. */
	if (queue_series_list(dir, &names, NULL))
		return queue_load_as(q, dir, NULL, true, READ_LENIENT, err);
	for (size_t i = 0; i < names.n && release_same_branch(&own, r); i++)
		queue_series_release(names.v[i], &own);
	if (release_same_branch(&own, r))
		return load_for(q, dir, r, READ_LENIENT, err);
	return queue_load_as(q, dir, NULL, true, READ_LENIENT, err);
}
