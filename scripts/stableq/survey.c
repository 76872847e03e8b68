// SPDX-License-Identifier: GPL-2.0-only
#include "survey.h"

#define FILE_MAX (8 * 1024 * 1024)	/* no source file that a fix touches comes near this */

/* A release's files, as far as the queue touches or probes them. */
struct files {
	struct entry {
		char *path;
		struct str text;
		unsigned int mode;
	} *v;
	size_t n;
};

static int keep_file(void *ctx, const char *path, struct span text, unsigned int mode)
{
	struct files *f = ctx;
	struct entry *e = &ARRAY_PUSH(f->v, f->n);

	e->path = xstrdup(path);
	e->mode = mode;
	str_add(&e->text, text.p, text.len);
	return 0;
}

static int load_file(void *ctx, const char *path, struct str *to, unsigned int *mode,
		     struct err *err)
{
	const struct files *f = ctx;

	for (size_t i = 0; i < f->n; i++) {
		if (strcmp(f->v[i].path, path))
			continue;
		if (f->v[i].text.len > FILE_MAX)
			return err_set(err, ERR_INPUT, "%s: %zu bytes, more than a source file has",
				       path, f->v[i].text.len);
		str_add(to, f->v[i].text.s, f->v[i].text.len);
		*mode = f->v[i].mode;
		return 0;
	}
	return err_set(err, ERR_NOTFOUND, "%s: not in this release", path);
}

static void files_clear(struct files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->v[i].path);
		str_free(&f->v[i].text);
	}
	free(f->v);
}

static void add_path(struct strv *paths, const char *path)
{
	if (path && !strv_has(paths, path))
		strv_add(paths, path);
}

static void queue_paths(const struct queue *q, struct strv *paths)
{
	for (size_t i = 0; i < q->n; i++) {
		const struct queue_patch *p = &q->patches[i];

		for (size_t f = 0; f < p->patch.nfiles; f++) {
			add_path(paths, p->patch.files[f].old_path);
			add_path(paths, p->patch.files[f].new_path);
		}
		for (size_t k = 0; k < p->nprobes; k++)
			add_path(paths, p->probes[k].path);
	}
}

int survey_release(struct source_set *set, const struct queue *q, const struct release *r,
		   struct verdict **v, char **origin, struct err *err)
{
	_cleanup_strv_ struct strv paths = STRV_INIT;
	_cleanup_(files_clear) struct files files = { NULL, 0 };
	struct source *src = NULL;
	struct fileset *fs;
	int ret;

	*v = NULL;
	*origin = NULL;
	queue_paths(q, &paths);
	ret = source_open(set, r, &src, err);
	if (!ret) {
		*origin = xstrdup(source_describe(src));
		ret = source_read(src, &paths, keep_file, &files, err);
	}
	if (!ret) {
		fs = fileset_new(load_file, &files);
		ret = verdict_queue(q, fs, v, err);
		fileset_free(fs);
	}
	source_free(src);
	return ret;
}
