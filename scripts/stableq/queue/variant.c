// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue/variant.c - a second file where one patch can't serve both the base and a newer release
 */
#include "queue/private.h"

#include <dirent.h>

#include "base/fs.h"

#define PREFIX "series-"
#define SERVES "# serves:"

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

/* "6.1.191-6.1.192" or "6.1.190". A candidate's name has a dash itself, and is no release to serve. */
static int parse_serves(struct span text, struct queue_serves *s)
{
	const char *dash = memchr(text.p, '-', text.len);
	_cleanup_free_ char *first = span_dup((struct span){ text.p, dash ? (size_t)(dash - text.p) : text.len });
	_cleanup_free_ char *last = dash ? xasprintf(SPAN_FMT, (int)(text.p + text.len - dash - 1), dash + 1) :
					   xstrdup(first);
	int ret = release_parse(first, &s->first, NULL);

	ret = ret ? ret : release_parse(last, &s->last, NULL);
	return ret || s->first.rc || s->last.rc || release_cmp(&s->first, &s->last) > 0 ? ERR_INPUT : 0;
}

static bool same_branch(const struct release *a, const struct release *b)
{
	return a->version == b->version && a->patchlevel == b->patchlevel;
}

static int check_serves(const char *path, const struct queue_serves *s, const struct release *own,
			struct err *err)
{
	char name[RELEASE_MAX];

	if (!same_branch(&s->first, own) || !same_branch(&s->last, own))
		return err_set(err, ERR_INPUT, "%s:%u: serves another branch than its name says", path,
			       s->line);
	if (release_cmp(own, &s->first) < 0 || release_cmp(own, &s->last) > 0)
		return err_set(err, ERR_INPUT, "%s:%u: does not serve %s, which it is named after", path,
			       s->line, release_name(own, name));
	return 0;
}

int queue_series_serves(const char *dir, const char *name, struct queue_serves *s, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	_cleanup_str_ struct str text = STR_INIT;
	struct release own;
	struct span rest, line;
	int ret = fs_read(path, 0, &text, err);

	if (!queue_series_release(name, &own))
		return err_set(err, ERR_INPUT, "%s: expected series-RELEASE", path);
	*s = (struct queue_serves){ own, own, 0 };
	rest = str_span(&text);
	for (unsigned int n = 1; !ret && span_line(&rest, &line); n++) {
		if (!span_starts(line, SERVES))
			continue;
		if (s->line)
			return err_set(err, ERR_INPUT, "%s:%u: a second \"" SERVES "\" (the first is in line %u)",
				       path, n, s->line);
		s->line = n;
		line = span_trim((struct span){ line.p + strlen(SERVES), line.len - strlen(SERVES) });
		if (parse_serves(line, s))
			return err_set(err, ERR_INPUT,
				       "%s:%u: expected \"" SERVES " FIRST-LAST\", such as " SERVES
				       " 6.1.191-6.1.192", path, n);
	}
	return ret ? ret : check_serves(path, s, &own, err);
}

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
			return err_set(err, ERR_INPUT, "%s/%s: serves %s, which %s serves, too", dir,
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

int queue_load_named(struct queue *q, const char *dir, const struct release *r, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct release own = *r;
	int ret;

	/* That there is no such directory is queue_load()'s to say. */
	if (queue_series_list(dir, &names, NULL))
		return queue_load(q, dir, NULL, err);
	for (size_t i = 0; i < names.n && same_branch(&own, r); i++)
		queue_series_release(names.v[i], &own);
	ret = same_branch(&own, r) ? queue_load_for(q, dir, r, err) : queue_load(q, dir, NULL, err);
	return ret;
}
