// SPDX-License-Identifier: GPL-2.0-only
/* queue/own.c - what quilt takes and a queue of one's own may not hold */
#include "queue/private.h"

#include "base/fs.h"

static bool allowed(const struct queue *q, enum allow what)
{
	return patch_allows(q->reading, what);
}

static void check_patch(const struct queue *q, const struct queue_patch *p, struct err *all)
{
	_cleanup_err_ struct err err = ERR_INIT;

	if (!p->patch.nfiles && !allowed(q, ALLOW_EMPTY)) {
		err_set(&err, ERR_INPUT, "%s: an empty patch; leave it out", p->patch.name);
		err_also(all, &err);
		return;
	}
	if (!p->subject && !allowed(q, ALLOW_NO_SUBJECT))
		err_set(&err, ERR_INPUT, "%s:1: no Subject:", p->patch.name);
	err_also(all, &err);
	for (size_t i = 0; i < p->patch.nfiles && !allowed(q, ALLOW_MAILS); i++) {
		if (!p->patch.files[i].apart)
			continue;
		err_set(&err, ERR_INPUT,
			"%s:%u: a second patch in one file: expected one commit a file",
			p->patch.name, p->patch.files[i].line);
		err_also(all, &err);
		return;
	}
}

/* Is it in a series, the main one or a release's? */
static bool is_named(const struct strv *series, const char *file)
{
	for (size_t i = 0; i < series->n; i++) {
		struct span rest = span_of(series->v[i]), line;

		while (span_line(&rest, &line)) {
			line = span_trim(line);
			line = span_head(line, strcspn(line.p, " \t\r\n"));
			if (span_is(line, file))
				return true;
		}
	}
	return false;
}

static int read_series(const char *dir, struct strv *texts, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	int ret = queue_series_list(dir, &names, err);

	strv_add(&names, "series");
	for (size_t i = 0; i < names.n && !ret; i++) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);
		_cleanup_str_ struct str text = STR_INIT;

		ret = fs_read(path, 0, &text, err);
		if (!ret)
			strv_add(texts, str_span(&text).p);
	}
	return ret;
}

static bool is_patch(const char *name)
{
	return span_ends(span_of(name), ".patch") || span_ends(span_of(name), ".diff") ||
	       queue_is_packed(span_of(name));
}

static void check_strays(const struct queue *q, struct err *all)
{
	_cleanup_strv_ struct strv files = STRV_INIT, texts = STRV_INIT;
	_cleanup_err_ struct err err = ERR_INIT;

	if (read_series(q->dir, &texts, &err) || fs_list(q->dir, &files, &err)) {
		err_also(all, &err);
		return;
	}
	for (size_t i = 0; i < files.n; i++) {
		if (!is_patch(files.v[i]) || is_named(&texts, files.v[i]))
			continue;
		err_set(&err, ERR_INPUT, "%s/%s: no series names it", q->dir, files.v[i]);
		err_also(all, &err);
	}
}

int queue_check_own(const struct queue *q, const char *series, struct err *err)
{
	struct err all = ERR_INIT;

	for (size_t i = 0; i < q->n; i++)
		check_patch(q, &q->patches[i], &all);
	if (!series && !allowed(q, ALLOW_STRAYS))
		check_strays(q, &all);
	return all.code ? err_move(err, &all) : 0;
}
