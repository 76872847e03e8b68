// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue/series.c - the files series-RELEASE of a queue, and the releases that they serve
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

/*
 * "6.1.191-6.1.192" or "6.1.190". A candidate's name has a dash itself, and is no release to serve.
 */
static int parse_serves(struct span text, struct queue_serves *s)
{
	_cleanup_free_ char *first = NULL, *last = NULL;
	struct span from, to;
	int ret;

	if (!span_cut(text, "-", &from, &to))
		to = from;
	first = span_dup(from);
	last = span_dup(to);
	ret = release_parse(first, &s->first, NULL);
	ret = ret ? ret : release_parse(last, &s->last, NULL);
	if (ret || s->first.rc || s->last.rc || release_cmp(&s->first, &s->last) > 0)
		return ERR_INPUT;
	return 0;
}

static int check_serves(const char *path, const struct queue_serves *s, const struct release *own,
			struct err *err)
{
	char name[RELEASE_MAX];

	if (!release_same_branch(&s->first, own) || !release_same_branch(&s->last, own))
		return err_set(err, ERR_INPUT, "%s:%u: serves another branch than its name says",
			       path, s->line);
	if (release_cmp(own, &s->first) < 0 || release_cmp(own, &s->last) > 0)
		return err_set(err, ERR_INPUT, "%s:%u: does not serve %s, which it is named after",
			       path, s->line, release_name(own, name));
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
		if (!span_take(&line, SERVES))
			continue;
		if (s->line)
			return err_set(err, ERR_INPUT,
				       "%s:%u: a second \"" SERVES "\" (the first is in line %u)",
				       path, n, s->line);
		s->line = n;
		if (parse_serves(span_trim(line), s))
			return err_set(err, ERR_INPUT,
				       "%s:%u: expected \"" SERVES " FIRST-LAST\", such as " SERVES
				       " 6.1.191-6.1.192", path, n);
	}
	return ret ? ret : check_serves(path, s, &own, err);
}
