// SPDX-License-Identifier: GPL-2.0-only
#include "patch/patch.h"

struct content {
	bool exists;
	struct str text;
	unsigned int mode;
};

struct entry {
	char *path;
	bool loaded;		/* @base is known */
	bool touched;		/* @now counts, else @base */
	struct content base;
	struct content now;
};

struct fileset {
	fileset_load_fn load;
	void *ctx;
	struct entry **v;	/* sorted by path */
	size_t n;
};

struct fileset *fileset_new(fileset_load_fn load, void *ctx)
{
	struct fileset *fs = xcalloc(1, sizeof(*fs));

	fs->load = load;
	fs->ctx = ctx;
	return fs;
}

void fileset_free(struct fileset *fs)
{
	if (!fs)
		return;
	for (size_t i = 0; i < fs->n; i++) {
		free(fs->v[i]->path);
		str_free(&fs->v[i]->base.text);
		str_free(&fs->v[i]->now.text);
		free(fs->v[i]);
	}
	free(fs->v);
	free(fs);
}

/* The entry of a path, made if need be. Entries don't move, so spans into them stay good. */
static struct entry *entry_of(struct fileset *fs, const char *path)
{
	size_t lo = 0, hi = fs->n;
	struct entry *e;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int c = strcmp(path, fs->v[mid]->path);

		if (!c)
			return fs->v[mid];
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	e = xcalloc(1, sizeof(*e));
	e->path = xstrdup(path);
	fs->v = array_grow(fs->v, fs->n, sizeof(struct entry *));
	memmove(&fs->v[lo + 1], &fs->v[lo], (fs->n++ - lo) * sizeof(struct entry *));
	fs->v[lo] = e;
	return e;
}

static int load(struct fileset *fs, struct entry *e, struct err *err)
{
	int ret;

	if (e->loaded)
		return 0;
	ret = fs->load(fs->ctx, e->path, &e->base.text, &e->base.mode, err);
	if (ret && ret != ERR_NOTFOUND)
		return ret;
	if (ret && err)
		err_clear(err);
	e->base.exists = !ret;
	e->loaded = true;
	return 0;
}

int fileset_get(struct fileset *fs, const char *path, struct span *text, unsigned int *mode,
		struct err *err)
{
	struct entry *e = entry_of(fs, path);
	const struct content *c = e->touched ? &e->now : &e->base;
	int ret = e->touched ? 0 : load(fs, e, err);

	if (ret)
		return ret;
	if (!c->exists)
		return err_set(err, ERR_NOTFOUND, "%s: no such file", path);
	if (text)
		*text = str_span(&c->text);
	if (mode)
		*mode = c->mode;
	return 0;
}

void fileset_put(struct fileset *fs, const char *path, struct span text, unsigned int mode)
{
	struct entry *e = entry_of(fs, path);
	struct str copy = STR_INIT;

	/* @text may point into what is replaced. */
	str_add(&copy, text.p, text.len);
	str_free(&e->now.text);
	e->now = (struct content){ true, copy, mode };
	e->touched = true;
}

void fileset_remove(struct fileset *fs, const char *path)
{
	struct entry *e = entry_of(fs, path);

	str_free(&e->now.text);
	e->now = (struct content){ false, STR_INIT, 0 };
	e->touched = true;
}

static bool same(const struct content *a, const struct content *b)
{
	if (a->exists != b->exists)
		return false;
	return !a->exists ||
	       (a->mode == b->mode && span_eq(str_span(&a->text), str_span(&b->text)));
}

static int each(struct fileset *fs, bool all, int (*fn)(void *, const struct fileset_change *),
		void *ctx)
{
	for (size_t i = 0; i < fs->n; i++) {
		struct entry *e = fs->v[i];
		struct fileset_change c;
		int ret;

		if (!e->touched)
			continue;
		ret = load(fs, e, NULL);
		if (ret)
			return ret;
		if (!e->base.exists && !e->now.exists)
			continue;
		if (!all && same(&e->base, &e->now))
			continue;
		c = (struct fileset_change){
			.path = e->path,
			.exists = e->now.exists,
			.existed = e->base.exists,
			.text = str_span(&e->now.text),
			.mode = e->now.mode,
		};
		ret = fn(ctx, &c);
		if (ret)
			return ret;
	}
	return 0;
}

int fileset_each(struct fileset *fs, int (*fn)(void *ctx, const struct fileset_change *c),
		 void *ctx)
{
	return each(fs, false, fn, ctx);
}

int fileset_each_touched(struct fileset *fs, int (*fn)(void *ctx, const struct fileset_change *c),
			 void *ctx)
{
	return each(fs, true, fn, ctx);
}

static int load_below(void *ctx, const char *path, struct str *to, unsigned int *mode,
		      struct err *err)
{
	struct span text = { "", 0 };
	int ret = fileset_get(ctx, path, &text, mode, err);

	if (!ret)
		str_add(to, text.p, text.len);
	return ret;
}

struct fileset *fileset_over(struct fileset *below)
{
	return fileset_new(load_below, below);
}

static int commit_one(void *ctx, const struct fileset_change *c)
{
	if (c->exists)
		fileset_put(ctx, c->path, c->text, c->mode);
	else
		fileset_remove(ctx, c->path);
	return 0;
}

int fileset_commit(struct fileset *over, struct fileset *below)
{
	return fileset_each_touched(over, commit_one, below);
}
