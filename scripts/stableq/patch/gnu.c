// SPDX-License-Identifier: GPL-2.0-only
#include "patch/gnu.h"

enum fate {
	UNTOUCHED,
	OVERWRITTEN,
	CREATED,
	TO_DELETE,
};

struct inode {
	enum fate fate;
	bool queued;		/* something was made of it that isn't written yet */
};

/* A name with the inode that it has. */
struct name {
	char *path;
	size_t inode;
};

struct output {
	char *path;
	size_t inode;
	struct content *content;
	unsigned int mode;
};

struct gnu {
	struct fileset *disk;
	struct inode *inodes;
	size_t ninodes;
	struct name *names, *deletes;
	size_t nnames, ndeletes;
	struct output *queue;
	size_t nqueue;
	bool git;		/* the diff before was a git diff */
};

struct gnu *gnu_new(struct fileset *disk)
{
	struct gnu *g = xcalloc(1, sizeof(*g));

	g->disk = disk;
	return g;
}

static void queue_clear(struct gnu *g)
{
	while (g->nqueue) {
		struct output *o = &g->queue[--g->nqueue];

		content_put(o->content);
		free(o->path);
	}
}

void gnu_free(struct gnu *g)
{
	if (!g)
		return;
	queue_clear(g);
	for (size_t i = 0; i < g->nnames; i++)
		free(g->names[i].path);
	for (size_t i = 0; i < g->ndeletes; i++)
		free(g->deletes[i].path);
	free(g->queue);
	free(g->names);
	free(g->deletes);
	free(g->inodes);
	free(g);
}

static size_t new_inode(struct gnu *g)
{
	ARRAY_PUSH(g->inodes, g->ninodes) = (struct inode){ UNTOUCHED, false };
	return g->ninodes - 1;
}

static struct name *name_of(struct gnu *g, const char *path)
{
	for (size_t i = 0; i < g->nnames; i++)
		if (!strcmp(g->names[i].path, path))
			return &g->names[i];
	ARRAY_PUSH(g->names, g->nnames) = (struct name){ xstrdup(path), new_inode(g) };
	return &g->names[g->nnames - 1];
}

/* Good until the next name is looked up. */
static struct inode *inode_of(struct gnu *g, const char *path)
{
	size_t i = name_of(g, path)->inode;

	return &g->inodes[i];
}

static bool on_disk(struct gnu *g, const char *path)
{
	return !fileset_content(g->disk, path, NULL, NULL, NULL);
}

static void write_now(struct gnu *g, const char *path, size_t inode, struct content *c,
		      unsigned int mode)
{
	struct name *n = name_of(g, path);

	if (on_disk(g, path))
		g->inodes[n->inode].fate = OVERWRITTEN;
	n->inode = inode;
	g->inodes[inode].fate = CREATED;
	fileset_set(g->disk, path, content_get(c), mode);
}

static void flush(struct gnu *g)
{
	for (size_t i = 0; i < g->nqueue; i++) {
		struct output *o = &g->queue[i];

		write_now(g, o->path, o->inode, o->content, o->mode);
	}
	queue_clear(g);
}

/* What a diff says of its two sides: 2, there is no such file; 1, it is empty. */
static int says_old(const struct file_patch *f)
{
	return f->change == FILE_NEW ? 2 : f->old_empty;
}

static bool is_moved(const struct file_patch *f)
{
	return f->change == FILE_RENAMED || f->change == FILE_COPIED;
}

/* Is there such a file to patch? What is to be deleted isn't there any more. */
static int stat_name(struct applying *a, const char *path)
{
	struct gnu *g = a->gnu;
	int ret = path ? pick_exists(a, g->disk, path) : 0;

	return ret == 1 ? inode_of(g, path)->fate != TO_DELETE : ret;
}

/* @name: the file to be read, NULL if there is none; @there: it exists. */
static int pick(struct applying *a, const struct file_patch *f, const char **name, bool *there)
{
	const char *old = f->old_path, *new = f->new_path;
	int has_old = stat_name(a, old), has_new = stat_name(a, new);

	if (has_old < 0 || has_new < 0)
		return MIN(has_old, has_new);
	*there = has_old || has_new;
	if (has_old && has_new)
		*name = pick_better(old, new);
	else if (*there)
		*name = has_old ? old : new;
	else if (f->change == FILE_DELETED || f->new_empty)
		*name = new ? new : old;	/* "would delete a file that does not exist" */
	else if (!says_old(f))
		*name = NULL;
	else
		*name = old && new ? pick_better(old, new) : old ? old : new;
	return 0;
}

static const char *refusal(struct applying *a, const struct file_patch *f, const struct target *t,
			   bool there)
{
	if (is_moved(f) &&
	    (!there || (strcmp(t->from, f->old_path) != 0 && !pick_removes(a->p, t->to))))
		return "the file that it is made from does not exist";
	if (is_moved(f) && t->from != t->to && stat_name(a, t->to) && !pick_removes(a->p, t->to))
		return "exists already";
	if (!there && f->change != FILE_NEW && !(f->change == FILE_MODIFIED && f->old_empty))
		return "does not exist";
	return there && !is_moved(f) ? NULL : pick_blocked(a, t->to);
}

/* If something else was made of the output before, all that was is written first. */
static bool mark_output(struct gnu *g, const struct target *t, bool there)
{
	bool same = !strcmp(t->from, t->to), flushed = false;

	if (same ? !there : !on_disk(g, t->to))
		return false;
	if (inode_of(g, t->to)->queued) {
		flush(g);
		flushed = true;
	}
	inode_of(g, t->to)->queued = true;
	return flushed;
}

static int read_target(struct applying *a, const struct file_patch *f, struct target *t)
{
	int ret = fileset_content(a->gnu->disk, t->from, &t->content, &t->mode, a->err);

	if (ret)
		return ret;
	content_get(t->content);
	t->existed = true;
	t->inode = name_of(a->gnu, t->from)->inode;
	if (f->change == FILE_NEW && !content_empty(t->content) && !t->error)
		t->error = "exists already";
	return 0;
}

int gnu_find(struct applying *a, const struct file_patch *f, struct target *t)
{
	struct gnu *g = a->gnu;
	bool there = false;
	int ret;

	*t = (struct target){ .mode = 0644 };
	/* The name is chosen by what is written so far. */
	ret = pick(a, f, &t->from, &there);
	if (ret)
		return ret;
	/* What is to be deleted is read all the same if it is looked up once more. */
	if (g->git && !f->git) {
		flush(g);
		there = t->from && on_disk(g, t->from);
	}
	if (!t->from)
		t->from = f->old_path ? f->old_path : f->new_path;
	g->git = f->git;
	t->to = is_moved(f) ? f->new_path : t->from;
	/* Of a file that isn't there. If it is to be deleted all the same, then by its name. */
	t->inode = new_inode(g);
	t->error = refusal(a, f, t, there);
	if (t->error)
		return 0;
	if (f->git && mark_output(g, t, there))
		there = on_disk(g, t->from);
	return there ? read_target(a, f, t) : 0;
}

void gnu_remove(struct gnu *g, const struct target *t)
{
	ARRAY_PUSH(g->deletes, g->ndeletes) = (struct name){ xstrdup(t->from), t->inode };
	g->inodes[t->inode].fate = TO_DELETE;
}

void gnu_put(struct gnu *g, const struct file_patch *f, const struct target *t, struct content *c,
	     unsigned int mode)
{
	size_t inode = new_inode(g);

	if (f->git && says_old(f) != 2) {
		ARRAY_PUSH(g->queue, g->nqueue) = (struct output){ xstrdup(t->to), inode, c, mode };
	} else {
		write_now(g, t->to, inode, c, mode);
		content_put(c);
	}
	if (f->change == FILE_RENAMED)
		gnu_remove(g, t);
}

void gnu_end(struct gnu *g)
{
	flush(g);
	for (size_t i = 0; i < g->ndeletes; i++)
		if (g->inodes[g->deletes[i].inode].fate == TO_DELETE)
			fileset_remove(g->disk, g->deletes[i].path);
}
