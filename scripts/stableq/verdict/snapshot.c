// SPDX-License-Identifier: GPL-2.0-only
#include "verdict/snapshot.h"

#define FILE_MAX ((size_t)8 << 20)	/* no source file that a fix touches comes near this */

static int keep_file(void *ctx, const char *path, struct span text, unsigned int mode)
{
	struct snapshot *s = ctx;
	struct snapshot_file *f = &ARRAY_PUSH(s->files, s->n);

	f->path = xstrdup(path);
	f->mode = mode;
	str_add(&f->text, text.p, text.len);
	return 0;
}

bool snapshot_is_file(const struct snapshot_file *f)
{
	return (f->mode & 0170000) == 0100000;
}

/* patch refuses anything but files, too. */
static int snapshot_load(void *ctx, const char *path, struct str *to, unsigned int *mode,
			 struct err *err)
{
	const struct snapshot *s = ctx;

	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->files[i].path, path) != 0)
			continue;
		if (!snapshot_is_file(&s->files[i]))
			return s->files[i].mode == SOURCE_NO_FILE ?
				       err_set(err, ERR_FOLDER, "%s: a directory or the like",
					       path) :
				       err_set(err, ERR_INPUT,
					       "%s: a symbolic link, expected a file", path);
		if (s->files[i].text.len > FILE_MAX)
			return err_set(err, ERR_INPUT, "%s: %zu bytes, more than a source file has",
				       path, s->files[i].text.len);
		str_add(to, s->files[i].text.s, s->files[i].text.len);
		*mode = s->files[i].mode;
		return 0;
	}
	return err_set(err, ERR_NOTFOUND, "%s: not in this release", path);
}

int snapshot_read(struct snapshot *s, struct source *src, const struct strv *paths, struct err *err)
{
	*s = (struct snapshot){ NULL, 0 };
	return source_read(src, paths, keep_file, s, err);
}

struct fileset *snapshot_fileset(struct snapshot *s)
{
	return fileset_new(snapshot_load, s);
}

void snapshot_free(struct snapshot *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->files[i].path);
		str_free(&s->files[i].text);
	}
	free(s->files);
	*s = (struct snapshot){ NULL, 0 };
}
