// SPDX-License-Identifier: GPL-2.0-only
#include "verdict/survey.h"

#include "verdict/history.h"
#include "base/nearest.h"
#include "verdict/snapshot.h"

static int read_files(struct source *src, const struct queue *q, struct snapshot *files,
		      struct err *err)
{
	_cleanup_strv_ struct strv paths = STRV_INIT;

	queue_files(q, &paths);
	return snapshot_read(files, src, &paths, err);
}

/*
 * What the release's commits say, or else its changelogs, which a tree of the user's own has none
 * of. A history that ends early, as in a shallow clone, says less, and nothing wrong.
 */
static int read_history(struct source *src, struct verdict_history *seen, struct err *err)
{
	const char *repo, *commit = source_commit(src, &repo);
	bool logs = !commit && strcmp(source_provider(src), "tree") != 0 &&
		    strcmp(source_provider(src), "tarball") != 0;

	return history_of(seen, commit ? repo : NULL, commit, logs ? source_search(src) : NULL,
			  source_release(src), err);
}

int survey_source(struct source *src, const struct queue *q, struct verdict **v, struct err *err)
{
	_cleanup_(snapshot_free) struct snapshot files = { NULL, 0 };
	_cleanup_(history_free) struct verdict_history seen = { NULL, 0 };
	struct fileset *fs;
	int ret = read_files(src, q, &files, err);

	*v = NULL;
	ret = ret ? ret : read_history(src, &seen, err);
	if (ret)
		return ret;
	fs = snapshot_fileset(&files);
	ret = verdict_queue_seen(q, fs, &seen, v, err);
	fileset_free(fs);
	return ret;
}

/* One release is compared. */
struct comparing {
	const struct snapshot *own;
	size_t identical;
};

static int compare(void *ctx, const char *path, struct span text, unsigned int mode)
{
	struct comparing *c = ctx;

	for (size_t i = 0; i < c->own->n; i++)
		if (!strcmp(c->own->files[i].path, path))
			c->identical += snapshot_is_file(&c->own->files[i]) &&
				c->own->files[i].mode == mode &&
					span_eq(str_span(&c->own->files[i].text), text);
	return 0;
}

/* How many of the files are the same there? What can't be read is alike in none. */
static int count_identical(struct source_set *set, const struct release *r,
			   const struct snapshot *own, size_t *to)
{
	_cleanup_strv_ struct strv paths = STRV_INIT;
	_cleanup_err_ struct err e = ERR_INIT;
	struct comparing c = { own, 0 };
	struct source *src = NULL;
	int ret;

	for (size_t i = 0; i < own->n; i++)
		strv_add(&paths, own->files[i].path);
	ret = source_open(set, r, &src, &e);
	ret = ret ? ret : source_read(src, &paths, compare, &c, &e);
	source_free(src);
	*to = ret ? 0 : c.identical;
	return ret;
}

int survey_nearest(struct source_set *set, struct source *src, const struct queue *q,
		   struct survey_near *near, struct err *err)
{
	_cleanup_(snapshot_free) struct snapshot own = { NULL, 0 };
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_free_ struct release *v = NULL;
	char branch[RELEASE_MAX];
	size_t n = 0, at, identical;
	int ret = read_files(src, q, &own, err);

	*near = (struct survey_near){ .files = own.n };
	if (!ret)
		ret = source_list(set, release_branch(source_release(src), branch), &names, err);
	v = xcalloc(names.n + 1, sizeof(*v));
	for (size_t i = 0; !ret && i < names.n; i++)
		n += !release_parse(names.v[i], &v[n], NULL);
	/* From the nearest number on, so that more files have to be alike to go further. */
	while (!ret && near->identical < own.n &&
	       (at = nearest_release(source_release(src), v, n)) < n) {
		if (count_identical(set, &v[at], &own, &identical) == ERR_INTERRUPTED)
			ret = err_set(err, ERR_INTERRUPTED, "interrupted");
		if (identical > near->identical) {
			near->identical = identical;
			release_name(&v[at], near->release);
		}
		v[at] = v[--n];
	}
	return ret;
}
