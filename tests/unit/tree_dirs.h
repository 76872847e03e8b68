/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree_dirs.h - a base, a working tree, a queue of two patches, and a process that ends at a step
 */
#ifndef STABLEQ_TESTS_TREE_DIRS_H
#define STABLEQ_TESTS_TREE_DIRS_H

#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "source/manifest.h"
#include "tree/io.h"
#include "tree/tree.h"
#include "tree/undo.h"

struct dirs {
	char *top, *base, *work, *queue;
	struct err err;
	struct queue q;
};

/* NULL when there is no such file. */
static inline char *get(const char *dir, const char *name)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	struct str s = STR_INIT;

	if (fs_read(path, 0, &s, NULL)) {
		str_free(&s);
		return NULL;
	}
	return str_take(&s);
}

static inline void assert_file(const char *dir, const char *name, const char *want)
{
	_cleanup_free_ char *have = get(dir, name);

	if (!want && have)
		fail_msg("%s/%s should not be there", dir, name);
	if (want && (!have || strcmp(have, want) != 0))
		fail_msg("%s/%s: \"%s\", expected \"%s\"", dir, name, have ? have : "(none)", want);
}

static inline void put_base(const struct dirs *d)
{
	put(d->base, "fs/a.c", "1\n2\n3\n");
	put(d->base, "fs/gone/b.c", "b\n");
	put(d->base, "old.c", "old\n");
	put(d->base, "run.sh", "#!/bin/sh\n");
	put(d->base, "untouched.c", "u\n");
}

/* Two patches: a file changed twice, one made, one deleted, one renamed, one mode changed. */
static inline int dirs_make(void **state)
{
	struct dirs *d = xcalloc(1, sizeof(*d));
	void *top;

	if (scratch_make(&top))
		return -1;
	d->top = top;
	d->base = fs_join(d->top, "base");
	d->work = fs_join(d->top, "work");
	d->queue = fs_join(d->top, "queue");
	put_base(d);
	put(d->queue, "series", "one.patch\nsub/two.patch\n");
	put(d->queue, "one.patch",
	    "diff --git a/fs/a.c b/fs/a.c\nindex 1234567..89abcde 100644\n--- a/fs/a.c\n+++ "
	    "b/fs/a.c\n"
	    "@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n"
	    "diff --git a/fs/new/n.c b/fs/new/n.c\nnew file mode 100644\nindex 0000000..1234567\n"
	    "--- /dev/null\n+++ b/fs/new/n.c\n@@ -0,0 +1 @@\n+n\n"
	    "diff --git a/fs/gone/b.c b/fs/gone/b.c\ndeleted file mode 100644\n"
	    "index 1234567..0000000\n--- a/fs/gone/b.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n");
	put(d->queue, "sub/two.patch",
	    "diff --git a/fs/a.c b/fs/a.c\nindex 1234567..89abcde 100644\n--- a/fs/a.c\n+++ "
	    "b/fs/a.c\n"
	    "@@ -1,3 +1,3 @@\n 1\n two\n-3\n+three\n"
	    "diff --git a/untouched.c b/untouched.c\nindex 1234567..1234567 100644\n"
	    "--- a/untouched.c\n+++ b/untouched.c\n@@ -1 +1 @@\n-u\n+u\n"
	    "diff --git a/old.c b/moved.c\nsimilarity index 100%\nrename from old.c\n"
	    "rename to moved.c\n"
	    "diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n");
	if (queue_load(&d->q, d->queue, NULL, &d->err)) {
		fprintf(stderr, "%s\n", d->err.msg);
		return -1;
	}
	*state = d;
	return 0;
}

static inline int dirs_remove(void **state)
{
	struct dirs *d = *state;
	void *top = d->top;

	queue_free(&d->q);
	err_clear(&d->err);
	free(d->base);
	free(d->work);
	free(d->queue);
	free(d);
	return scratch_remove(&top);
}

static inline void assert_base(const char *dir)
{
	assert_file(dir, "fs/a.c", "1\n2\n3\n");
	assert_file(dir, "fs/gone/b.c", "b\n");
	assert_file(dir, "fs/new/n.c", NULL);
	assert_file(dir, "old.c", "old\n");
	assert_file(dir, "moved.c", NULL);
	assert_file(dir, "untouched.c", "u\n");
}

static inline void assert_whole(const char *dir)
{
	assert_file(dir, "fs/a.c", "1\ntwo\nthree\n");
	assert_file(dir, "fs/gone/b.c", NULL);
	assert_file(dir, "fs/new/n.c", "n\n");
	assert_file(dir, "old.c", NULL);
	assert_file(dir, "moved.c", "old\n");
	assert_file(dir, "untouched.c", "u\n");
}

static int steps_left;

static inline void die_at_step(void)
{
	if (!steps_left--)
		kill(getpid(), SIGKILL);
}

#define with_dirs(f) cmocka_unit_test_setup_teardown(f, dirs_make, dirs_remove)

#endif
