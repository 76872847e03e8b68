// SPDX-License-Identifier: GPL-2.0-only
#include "patch/fileset.h"

#include "base/names.h"

struct file {
	struct content *content;	/* held; NULL: there is no such file */
	unsigned int mode;
};

struct entry {
	char *path;
	bool loaded;		/* @base is known */
	bool folder;		/* a directory, in the underlying tree */
	bool touched;		/* @now counts, else @base */
	struct file base;
	struct file now;
};

struct fileset {
	fileset_load_fn load;	/* or NULL, and */
	struct fileset *below;
	void *ctx;
	void (*free_ctx)(void *ctx);	/* or NULL */
	struct entry **v;
	size_t n;
	struct names index;		/* of @v, by path */
	uint64_t *folders;		/* a bit for each folder that an entry is in, by its hash */
};

#define FOLDER_BITS 65536

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
		content_put(fs->v[i]->base.content);
		content_put(fs->v[i]->now.content);
		free(fs->v[i]);
	}
	free(fs->v);
	names_free(&fs->index);
	free(fs->folders);
	if (fs->free_ctx)
		fs->free_ctx(fs->ctx);
	free(fs);
}

void fileset_own(struct fileset *fs, void (*free_ctx)(void *ctx))
{
	fs->free_ctx = free_ctx;
}

static uint32_t hash_step(uint32_t hash, char c)
{
	return (hash ^ (unsigned char)c) * 16777619u;	/* FNV-1a */
}

static void note_folders(struct fileset *fs, const char *path)
{
	uint32_t hash = 2166136261u;

	if (!fs->folders)
		fs->folders = xcalloc(FOLDER_BITS / 64, sizeof(*fs->folders));
	for (; *path; hash = hash_step(hash, *path++))
		if (*path == '/')
			fs->folders[hash % FOLDER_BITS / 64] |= 1ull << hash % 64;
}

/* May an entry be in it? "No" is certain. */
static bool may_have_folder(const struct fileset *fs, const char *folder)
{
	uint32_t hash = 2166136261u;

	for (; *folder; folder++)
		hash = hash_step(hash, *folder);
	return fs->folders && (fs->folders[hash % FOLDER_BITS / 64] & 1ull << hash % 64);
}

/* The entry of a path, made if need be. Entries don't move, so spans into them stay good. */
static struct entry *entry_of(struct fileset *fs, const char *path)
{
	struct entry *e;
	size_t at;

	if (names_find(&fs->index, path, &at))
		return fs->v[at];
	e = xcalloc(1, sizeof(*e));
	e->path = xstrdup(path);
	names_set(&fs->index, e->path, fs->n);
	note_folders(fs, e->path);
	fs->v = array_grow(fs->v, fs->n, sizeof(struct entry *));
	fs->v[fs->n++] = e;
	return e;
}

bool fileset_touched(const struct fileset *fs, const char *path)
{
	size_t at;

	return names_find(&fs->index, path, &at) && fs->v[at]->touched;
}

void fileset_forget(struct fileset *fs, const char *path)
{
	struct entry *e = entry_of(fs, path);

	content_put(e->base.content);
	content_put(e->now.content);
	e->base = e->now = (struct file){ NULL, 0 };
}

static int load_file(struct fileset *fs, struct entry *e, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	int ret;

	if (fs->below) {
		ret = fileset_content(fs->below, e->path, &e->base.content, &e->base.mode, err);
		if (!ret)
			content_get(e->base.content);
		e->folder = ret == ERR_NOTFOUND && entry_of(fs->below, e->path)->folder;
		return ret;
	}
	ret = fs->load(fs->ctx, e->path, &text, &e->base.mode, err);
	if (!ret && text.len > CONTENT_MAX)
		return err_set(err, ERR_INPUT, "%s: %zu bytes, more than can be patched", e->path,
			       text.len);
	if (!ret)
		e->base.content = content_take(&text);
	return ret;
}

static int load_below(struct fileset *fs, struct entry *e, struct err *err)
{
	int ret;

	if (e->loaded)
		return 0;
	ret = load_file(fs, e, err);
	e->folder |= ret == ERR_FOLDER;
	if (ret && ret != ERR_NOTFOUND && ret != ERR_FOLDER)
		return ret;
	if (ret && err)
		err_clear(err);
	e->loaded = true;
	return 0;
}

/*
 * Is there, or was there, a file below @folder in @top, of which @fs is a layer? As far as anybody
 * has asked for one.
 */
static void look_below(struct fileset *fs, struct fileset *top, const char *folder, bool *is,
		       bool *was)
{
	size_t len = strlen(folder);

	if (fs->below)
		look_below(fs->below, top, folder, is, was);
	for (size_t at = 0, n = may_have_folder(fs, folder) ? fs->n : 0; at < n; at++) {
		const struct entry *e = fs->v[at];

		if (strncmp(e->path, folder, len) != 0 || e->path[len] != '/')
			continue;
		*was |= e->base.content != NULL;
		*is |= !fileset_content(top, e->path, NULL, NULL, NULL);
	}
}

bool fileset_folder(struct fileset *fs, const char *path)
{
	bool is = false, was = false;

	if (!fileset_content(fs, path, NULL, NULL, NULL))
		return false;
	look_below(fs, fs, path, &is, &was);
	/* The last file takes its folder along. That there were others shows when it is written. */
	return is || (entry_of(fs, path)->folder && !was);
}

int fileset_content(struct fileset *fs, const char *path, struct content **c, unsigned int *mode,
		    struct err *err)
{
	struct entry *e = entry_of(fs, path);
	const struct file *f = e->touched ? &e->now : &e->base;
	int ret = e->touched ? 0 : load_below(fs, e, err);

	if (ret)
		return ret;
	if (!f->content)
		return err_set(err, ERR_NOTFOUND, "%s: no such file", path);
	if (c)
		*c = f->content;
	if (mode)
		*mode = f->mode;
	return 0;
}

int fileset_get(struct fileset *fs, const char *path, struct span *text, unsigned int *mode,
		struct err *err)
{
	struct content *c = NULL;
	int ret = fileset_content(fs, path, &c, mode, err);

	if (!ret && text)
		*text = content_text(c);
	return ret;
}

static void set_file(struct entry *e, struct content *c, unsigned int mode)
{
	content_put(e->now.content);
	e->now = (struct file){ c, mode };
	e->touched = true;
}

void fileset_set(struct fileset *fs, const char *path, struct content *c, unsigned int mode)
{
	set_file(entry_of(fs, path), c, mode);
}

void fileset_put(struct fileset *fs, const char *path, struct span text, unsigned int mode)
{
	/* @text may point into what is replaced. */
	fileset_set(fs, path, content_new(text), mode);
}

void fileset_remove(struct fileset *fs, const char *path)
{
	set_file(entry_of(fs, path), NULL, 0);
}

static bool same(const struct file *a, const struct file *b)
{
	if (!a->content || !b->content)
		return a->content == b->content;
	return a->mode == b->mode && content_eq(a->content, b->content);
}

static int by_path(const void *a, const void *b)
{
	return strcmp((*(struct entry *const *)a)->path, (*(struct entry *const *)b)->path);
}

int fileset_each_file(struct fileset *fs, int (*fn)(void *ctx, const struct fileset_file *f),
		      void *ctx)
{
	_cleanup_free_ struct entry **sorted = xcalloc(fs->n, sizeof(struct entry *));
	size_t n = fs->n;

	/* @fn may look at other files, and so add entries. */
	if (n)
		memcpy(sorted, fs->v, n * sizeof(struct entry *));
	qsort(sorted, n, sizeof(struct entry *), by_path);
	for (size_t i = 0; i < n; i++) {
		struct entry *e = sorted[i];
		struct fileset_file f;
		int ret;

		if (!e->touched)
			continue;
		ret = load_below(fs, e, NULL);
		if (ret)
			return ret;
		if (!e->base.content && !e->now.content)
			continue;
		f = (struct fileset_file){
			.path = e->path, .old = e->base.content, .old_mode = e->base.mode,
			.now = e->now.content, .mode = e->now.mode,
		};
		ret = fn(ctx, &f);
		if (ret)
			return ret;
	}
	return 0;
}

/* What the two below hand on to the function of their caller. */
struct each {
	bool all;
	int (*fn)(void *ctx, const struct fileset_change *c);
	void *ctx;
};

static int each_change(void *ctx, const struct fileset_file *f)
{
	const struct file old = { f->old, f->old_mode }, now = { f->now, f->mode };
	struct each *e = ctx;
	struct fileset_change c = {
		.path = f->path, .exists = f->now, .existed = f->old, .text = { "", 0 },
		.mode = f->mode,
	};

	if (!e->all && same(&old, &now))
		return 0;
	if (f->now)
		c.text = content_text(f->now);
	return e->fn(e->ctx, &c);
}

int fileset_each(struct fileset *fs, int (*fn)(void *ctx, const struct fileset_change *c),
		 void *ctx)
{
	struct each e = { false, fn, ctx };

	return fileset_each_file(fs, each_change, &e);
}

int fileset_each_touched(struct fileset *fs, int (*fn)(void *ctx, const struct fileset_change *c),
			 void *ctx)
{
	struct each e = { true, fn, ctx };

	return fileset_each_file(fs, each_change, &e);
}

struct fileset *fileset_over(struct fileset *below)
{
	struct fileset *fs = fileset_new(NULL, NULL);

	fs->below = below;
	return fs;
}

static int commit_one(void *ctx, const struct fileset_file *f)
{
	if (f->now)
		fileset_set(ctx, f->path, content_get(f->now), f->mode);
	else
		fileset_remove(ctx, f->path);
	return 0;
}

int fileset_commit(struct fileset *over, struct fileset *below)
{
	return fileset_each_file(over, commit_one, below);
}
