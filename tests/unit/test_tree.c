// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <signal.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "source/manifest.h"
#include "patch/fileset.h"
#include "tree/tree.h"
#include "tree/undo.h"
#include "tree/io.h"

struct dirs {
	char *top, *base, *work, *queue;
	struct err err;
	struct queue q;
};

/* NULL when there is no such file. */
static char *get(const char *dir, const char *name)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	struct str s = STR_INIT;

	if (fs_read(path, 0, &s, NULL)) {
		str_free(&s);
		return NULL;
	}
	return str_take(&s);
}

static void assert_file(const char *dir, const char *name, const char *want)
{
	_cleanup_free_ char *have = get(dir, name);

	if (!want && have)
		fail_msg("%s/%s should not be there", dir, name);
	if (want && (!have || strcmp(have, want) != 0))
		fail_msg("%s/%s: \"%s\", expected \"%s\"", dir, name, have ? have : "(none)", want);
}

static void put_base(const struct dirs *d)
{
	put(d->base, "fs/a.c", "1\n2\n3\n");
	put(d->base, "fs/gone/b.c", "b\n");
	put(d->base, "old.c", "old\n");
	put(d->base, "run.sh", "#!/bin/sh\n");
	put(d->base, "untouched.c", "u\n");
}

/* Two patches: a file changed twice, one made, one deleted, one renamed, one mode changed. */
static int dirs_make(void **state)
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

static int dirs_remove(void **state)
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

static void test_fileset(void **state)
{
	struct dirs *d = *state;
	_cleanup_free_ char *link = fs_join(d->base, "fs/link"), *dirlink = fs_join(d->base, "l");
	struct fileset *fs = tree_fileset(d->base);
	unsigned int mode;
	struct span s;

	assert_int_equal(symlink("a.c", link), 0);
	assert_int_equal(symlink("fs", dirlink), 0);
	assert_int_equal(fileset_get(fs, "fs/a.c", &s, &mode, &d->err), 0);
	assert_true(span_is(s, "1\n2\n3\n"));
	assert_int_equal(mode, 0644);
	assert_int_equal(fileset_get(fs, "fs/none.c", &s, &mode, &d->err), ERR_NOTFOUND);
	assert_int_equal(fileset_get(fs, "fs/a.c/x", &s, &mode, &d->err), ERR_NOTFOUND);
	assert_int_equal(fileset_get(fs, "none/x", &s, &mode, &d->err), ERR_NOTFOUND);
	assert_int_equal(fileset_get(fs, "fs/link", &s, &mode, &d->err), ERR_INPUT);
	assert_err(d->err, ERR_INPUT, "refused to go through the symbolic link \"link\"");
	assert_int_equal(fileset_get(fs, "l/a.c", &s, &mode, &d->err), ERR_INPUT);
	assert_err(d->err, ERR_INPUT, "refused to go through the symbolic link \"l\"");
	/* A directory is no file, and stands in the way of one until its last file goes. */
	assert_int_equal(fileset_get(fs, "fs", &s, &mode, &d->err), ERR_NOTFOUND);
	assert_true(fileset_folder(fs, "fs"));
	assert_false(fileset_folder(fs, "none"));
	fileset_free(fs);
}

static void test_write_through_link(void **state)
{
	struct dirs *d = *state;
	_cleanup_free_ char *link = fs_join(d->base, "l"), *flink = fs_join(d->base, "f");

	assert_int_equal(symlink("fs", link), 0);
	assert_int_equal(symlink("old.c", flink), 0);
	assert_int_equal(tree_write(d->base, "l/x.c", span_of("x"), 0644, &d->err), ERR_INPUT);
	assert_err(d->err, ERR_INPUT, "refused to go through the symbolic link \"l\"");
	assert_int_equal(tree_remove(d->base, "l/a.c", &d->err), ERR_INPUT);
	assert_int_equal(tree_write(d->base, "f", span_of("x"), 0644, &d->err), ERR_INPUT);
	assert_file(d->base, "fs/a.c", "1\n2\n3\n");
	assert_file(d->base, "old.c", "old\n");
}

static int prepare(struct dirs *d, const char *work)
{
	const struct tree_origin from = { d->base, NULL, NULL };

	return tree_prepare(&from, work, NULL, &d->err);
}

/* How many files were brought up to date. */
static size_t prepared(struct dirs *d)
{
	const struct tree_origin from = { d->base, NULL, NULL };
	size_t updated = 99;

	if (tree_prepare(&from, d->work, &updated, &d->err))
		fail_msg("%s", d->err.msg);
	return updated;
}

static struct stat stat_of(const char *dir, const char *name)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st;
}

static void make_old(const char *dir, const char *name)
{
	static const struct timespec times[2] = { { 1000000000, 0 }, { 1000000000, 0 } };

	assert_int_equal(tree_touch(dir, name, times, NULL), 0);
}

static void test_prepare(void **state)
{
	struct dirs *d = *state;
	_cleanup_free_ char *link = fs_join(d->base, "link"), *copy = fs_join(d->work, "link");
	_cleanup_free_ char *half = xasprintf("%s.new", d->work);
	_cleanup_free_ char *run = fs_join(d->base, "run.sh");
	char target[8] = "";

	assert_int_equal(symlink("fs/a.c", link), 0);
	assert_int_equal(chmod(run, 0755), 0);
	put(d->base, ".git/HEAD", "x");
	/* What a kill in the middle leaves. */
	put(half, "rubbish", "x");
	assert_int_equal(prepare(d, d->work), 0);
	assert_int_equal(stat_of(d->base, "fs/a.c").st_nlink, 1);
	assert_int_equal(stat_of(d->work, "run.sh").st_mode & 0100, 0100);
	assert_int_equal(readlink(copy, target, sizeof(target)), 6);
	assert_file(d->work, "fs/a.c", "1\n2\n3\n");
	assert_file(d->work, "rubbish", NULL);
	assert_file(d->work, ".git/HEAD", NULL);
	assert_false(fs_exists(half));
	assert_int_equal(prepared(d), 0);
}

/* Changed, removed and added files arrive, as new ones; the others stay as they are. */
static void test_source_changes(void **state)
{
	struct dirs *d = *state;
	_cleanup_free_ char *gone = fs_join(d->base, "fs/gone"), *old = fs_join(d->base, "old.c");
	_cleanup_free_ char *run = fs_join(d->base, "run.sh");

	assert_int_equal(prepare(d, d->work), 0);
	make_old(d->work, "untouched.c");
	make_old(d->work, "fs/a.c");
	put(d->base, "fs/a.c", "1\n2\nother\n");
	make_old(d->base, "fs/a.c");
	make_old(d->base, "untouched.c");
	put(d->base, "fs/deep/new.c", "new\n");
	assert_int_equal(fs_remove_tree(gone, NULL), 0);
	put(d->base, "fs/gone", "a file now\n");
	assert_int_equal(unlink(old), 0);
	put(d->base, "old.c/x", "a folder now\n");
	assert_int_equal(chmod(run, 0755), 0);
	/* Removed: fs/gone/b.c, old.c; written: fs/a.c, fs/deep/new.c, fs/gone, old.c/x, run.sh. */
	assert_int_equal(prepared(d), 7);
	assert_file(d->work, "fs/a.c", "1\n2\nother\n");
	assert_file(d->work, "fs/deep/new.c", "new\n");
	assert_file(d->work, "fs/gone", "a file now\n");
	assert_file(d->work, "old.c/x", "a folder now\n");
	assert_true(stat_of(d->work, "fs/a.c").st_mtime > 1000000000);
	assert_int_equal(stat_of(d->work, "untouched.c").st_mtime, 1000000000);
	assert_int_equal(stat_of(d->work, "run.sh").st_mode & 0100, 0100);
	assert_int_equal(prepared(d), 0);
}

/*
 * A build may do in its tree what it likes: the source doesn't notice, and the next has it clean.
 */
static void test_build_writes(void **state)
{
	struct dirs *d = *state;
	_cleanup_free_ char *a = fs_join(d->work, "fs/a.c"), *old = fs_join(d->work, "old.c");
	_cleanup_free_ char *fs = fs_join(d->work, "fs"), *kept = fs_join(d->base, "untouched.c");
	_cleanup_free_ char *linked = fs_join(d->work, "untouched.c");
	FILE *f;

	assert_int_equal(prepare(d, d->work), 0);
	f = fopen(a, "r+");
	assert_non_null(f);
	fputs("X", f);
	fclose(f);
	assert_file(d->base, "fs/a.c", "1\n2\n3\n");
	assert_int_equal(unlink(old), 0);
	put(d->work, "fs/junk.c", "junk\n");
	assert_int_equal(prepared(d), 3);
	assert_file(d->work, "fs/a.c", "1\n2\n3\n");
	assert_file(d->work, "old.c", "old\n");
	assert_file(d->work, "fs/junk.c", NULL);
	/* Links out of the tree, in place of a folder and a file. */
	assert_int_equal(fs_remove_tree(fs, NULL), 0);
	assert_int_equal(symlink(d->base, fs), 0);
	assert_int_equal(unlink(linked), 0);
	assert_int_equal(symlink(kept, linked), 0);
	assert_int_equal(prepared(d), 4);
	assert_file(d->work, "fs/a.c", "1\n2\n3\n");
	assert_file(d->work, "fs/gone/b.c", "b\n");
	assert_true(S_ISREG(stat_of(d->work, "untouched.c").st_mode));
	assert_file(d->base, "untouched.c", "u\n");
	assert_file(d->base, "fs/a.c", "1\n2\n3\n");
}

/* Trees of older versions, whose files are hard links, are made anew. */
static void test_hard_links(void **state)
{
	struct dirs *d = *state;
	_cleanup_free_ char *from = fs_join(d->base, "old.c"), *to = fs_join(d->work, "old.c");

	put(d->work, "fs/a.c", "1\n2\n3\n");
	assert_int_equal(link(from, to), 0);
	assert_int_equal(prepare(d, d->work), 0);
	assert_int_equal(stat_of(d->base, "old.c").st_nlink, 1);
	assert_file(d->work, "untouched.c", "u\n");
	assert_int_equal(prepared(d), 0);
}

static struct dirs *in_step;

static void touch_source(void)
{
	make_old(in_step->base, "untouched.c");
}

static void edit_source(void)
{
	put(in_step->base, "untouched.c", "U\n");
}

/* The source is written to while it is copied. */
static void test_source_moves(void **state)
{
	struct dirs *d = *state;

	in_step = d;
	tree_before_step = touch_source;
	assert_int_equal(prepare(d, d->work), 0);
	assert_file(d->work, "untouched.c", "u\n");
	assert_int_equal(fs_remove_tree(d->work, NULL), 0);
	tree_before_step = edit_source;
	assert_int_equal(prepare(d, d->work), ERR_FINDING);
	tree_before_step = NULL;
	assert_err(d->err, ERR_FINDING, "base: untouched.c has changed");
	assert_false(fs_exists(d->work));
	assert_int_equal(prepare(d, d->work), 0);
	assert_file(d->work, "untouched.c", "U\n");
}

static void test_not_as_expected(void **state)
{
	struct dirs *d = *state;
	_cleanup_free_ char *memory = fs_join(d->top, "memory");
	struct tree_origin from = { d->base, memory, NULL };
	struct manifest_opts o = { .memory = memory };
	struct manifest m;

	assert_int_equal(manifest_of(d->base, &o, &m, &d->err), 0);
	from.fingerprint = m.fingerprint;
	assert_int_equal(tree_prepare(&from, d->work, NULL, &d->err), 0);
	/* Only touched. */
	make_old(d->base, "fs/a.c");
	assert_int_equal(tree_prepare(&from, d->work, NULL, &d->err), 0);
	put(d->base, "fs/a.c", "other\n");
	assert_int_equal(tree_prepare(&from, d->work, NULL, &d->err), ERR_FINDING);
	assert_err(d->err, ERR_FINDING, "base: fs/a.c has changed");
	assert_file(d->work, "fs/a.c", "1\n2\n3\n");
	manifest_free(&m);
}

static void test_prepare_missing(void **state)
{
	struct dirs *d = *state;
	_cleanup_free_ char *none = fs_join(d->top, "none");

	const struct tree_origin from = { none, NULL, NULL };

	assert_int_equal(tree_prepare(&from, d->work, NULL, &d->err), ERR_NOTFOUND);
	assert_err(d->err, ERR_NOTFOUND, "none");
	assert_false(fs_exists(d->work));
}

static void assert_base(const char *dir)
{
	assert_file(dir, "fs/a.c", "1\n2\n3\n");
	assert_file(dir, "fs/gone/b.c", "b\n");
	assert_file(dir, "fs/new/n.c", NULL);
	assert_file(dir, "old.c", "old\n");
	assert_file(dir, "moved.c", NULL);
	assert_file(dir, "untouched.c", "u\n");
}

static void assert_whole(const char *dir)
{
	assert_file(dir, "fs/a.c", "1\ntwo\nthree\n");
	assert_file(dir, "fs/gone/b.c", NULL);
	assert_file(dir, "fs/new/n.c", "n\n");
	assert_file(dir, "old.c", NULL);
	assert_file(dir, "moved.c", "old\n");
	assert_file(dir, "untouched.c", "u\n");
}

static int flip_to(struct dirs *d, size_t upto, size_t *changed, struct err *err)
{
	struct fileset *fs = tree_fileset(d->base);
	int ret = queue_apply(&d->q, upto, fs, NULL, err);

	if (!ret)
		ret = tree_flip(d->base, d->work, upto ? fs : NULL, changed, err);
	fileset_free(fs);
	return ret;
}

static void test_flip(void **state)
{
	struct dirs *d = *state;
	_cleanup_free_ char *gone = fs_join(d->work, "fs/gone"), *run = fs_join(d->work, "run.sh");
	_cleanup_free_ char *kept = fs_join(d->work, "untouched.c");
	struct stat before, after;
	size_t changed;

	assert_int_equal(prepare(d, d->work), 0);
	assert_int_equal(stat(kept, &before), 0);
	assert_int_equal(flip_to(d, 2, &changed, &d->err), 0);
	assert_int_equal(changed, 6);
	assert_whole(d->work);
	assert_base(d->base);
	assert_false(fs_exists(gone));
	assert_int_equal(stat(run, &after), 0);
	assert_int_equal(after.st_mode & 0777, 0755);
	assert_int_equal(flip_to(d, 2, &changed, &d->err), 0);
	assert_int_equal(changed, 0);
	assert_int_equal(flip_to(d, 1, &changed, &d->err), 0);
	assert_int_equal(changed, 4);
	assert_file(d->work, "fs/a.c", "1\ntwo\n3\n");
	assert_file(d->work, "fs/new/n.c", "n\n");
	assert_file(d->work, "old.c", "old\n");
	assert_int_equal(flip_to(d, 0, &changed, &d->err), 0);
	assert_int_equal(changed, 3);
	assert_base(d->work);
	assert_base(d->base);
	assert_int_equal(flip_to(d, 0, &changed, &d->err), 0);
	assert_int_equal(changed, 0);
	assert_int_equal(stat(kept, &after), 0);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}

/* make rebuilds what is newer than its object, so a restored file may not get its old time back. */
static void test_flip_makes_new_times(void **state)
{
	struct dirs *d = *state;
	_cleanup_free_ char *path = fs_join(d->work, "fs/a.c");
	const struct timespec old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
	struct stat st;

	assert_int_equal(tree_touch(d->base, "fs/a.c", &old[0], &d->err), 0);
	assert_int_equal(prepare(d, d->work), 0);
	assert_int_equal(flip_to(d, 1, NULL, &d->err), 0);
	assert_int_equal(flip_to(d, 0, NULL, &d->err), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_mtim.tv_sec > old[0].tv_sec);
}

static int steps_left;

static void die_at_step(void)
{
	if (!steps_left--)
		kill(getpid(), SIGKILL);
}

/* Flip from one state to another, dying before step @steps. Return: did it come that far? */
static bool flip_and_die(struct dirs *d, size_t from, size_t to, int steps)
{
	pid_t pid;
	int status;

	assert_int_equal(flip_to(d, from, NULL, &d->err), 0);
	pid = fork();
	if (!pid) {
		steps_left = steps;
		tree_before_step = die_at_step;
		_exit(flip_to(d, to, NULL, NULL) ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) || !WEXITSTATUS(status));
	return WIFSIGNALED(status);
}

/* Kill a flip before each of its steps in turn; the next one has to put the tree right. */
static void test_flip_killed(void **state)
{
	static const size_t ways[][2] = { { 0, 2 }, { 2, 0 }, { 1, 2 }, { 2, 1 } };
	struct dirs *d = *state;
	int all = 0;

	assert_int_equal(prepare(d, d->work), 0);
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		for (int steps = 0; flip_and_die(d, ways[i][0], ways[i][1], steps);
		     steps++, all++) {
			size_t next = (size_t)steps % 2 ? 2 : 0;

			assert_base(d->base);
			assert_int_equal(flip_to(d, next, NULL, &d->err), 0);
			if (next)
				assert_whole(d->work);
			else
				assert_base(d->work);
			assert_file(d->work, "fs/.a.c.sq~", NULL);
			assert_file(d->work, "fs/new/.n.c.sq~", NULL);
		}
	}
	assert_true(all > 30);
}

static void test_journal_damaged(void **state)
{
	struct dirs *d = *state;

	assert_int_equal(prepare(d, d->work), 0);
	put(d->top, "work.journal", "fs/a.c\n../../etc/passwd\n");
	assert_int_equal(flip_to(d, 1, NULL, &d->err), ERR_INPUT);
	assert_err(d->err, ERR_INPUT, "work.journal: damaged");
	assert_base(d->work);
}

static int quilt(struct dirs *d, const char *a, const char *b, struct str *out)
{
	const char *argv[] = { "quilt", "--quiltrc", "-", a, b, NULL };
	const char *env[] = { "LC_ALL=C", "QUILT_PATCHES=../queue", NULL };
	struct child c = { .argv = argv, .cwd = d->base, .env = env, .merge = true,
			   .timeout_ms = 60000 };
	int ret = child_run(&c, &d->err);

	if (ret)
		fail_msg("%s", d->err.msg);
	if (out) {
		str_trunc(out, 0);
		str_add(out, c.out.s, c.out.len);
	}
	if (c.status)
		print_message("quilt %s: %s\n", a, c.out.s);
	ret = c.status;
	child_free(&c);
	return ret;
}

static void test_push_quilt(void **state)
{
	struct dirs *d = *state;
	_cleanup_str_ struct str out = STR_INIT;

	if (!child_have("quilt")) {
		print_message("skip push_quilt: no quilt here\n");
		skip();
	}
	assert_int_equal(tree_push_quilt(d->base, &d->q, SIZE_MAX, NULL, &d->err), 0);
	assert_whole(d->base);
	assert_file(d->base, ".pc/applied-patches", "one.patch\nsub/two.patch\n");
	assert_file(d->base, ".pc/.version", "2\n");
	assert_file(d->base, ".pc/.quilt_series", "series\n");
	assert_file(d->base, ".pc/one.patch/fs/a.c", "1\n2\n3\n");
	assert_file(d->base, ".pc/one.patch/fs/new/n.c", "");
	assert_file(d->base, ".pc/one.patch/fs/gone/b.c", "b\n");
	assert_file(d->base, ".pc/sub/two.patch/fs/a.c", "1\ntwo\n3\n");
	assert_file(d->base, ".pc/sub/two.patch/moved.c", "");
	/* quilt knows a patch by the files it writes, also with the same bytes. */
	assert_file(d->base, ".pc/sub/two.patch/untouched.c", "u\n");
	assert_int_equal(quilt(d, "applied", NULL, &out), 0);
	assert_non_null(strstr(out.s, "one.patch\n"));
	assert_int_equal(quilt(d, "refresh", NULL, &out), 0);
	assert_int_equal(quilt(d, "pop", NULL, &out), 0);
	assert_int_equal(quilt(d, "top", NULL, &out), 0);
	assert_true(span_is(span_trim(str_span(&out)), "one.patch") ||
		    span_ends(span_trim(str_span(&out)), "/one.patch"));
	assert_file(d->base, "fs/a.c", "1\ntwo\n3\n");
	assert_int_equal(quilt(d, "push", "--fuzz=0", &out), 0);
	assert_whole(d->base);
	assert_int_equal(quilt(d, "pop", "-a", &out), 0);
	assert_base(d->base);
}

/* In two goes, the second from where quilt left off. */
static void test_push_quilt_goes_on(void **state)
{
	struct dirs *d = *state;

	assert_int_equal(tree_push_quilt(d->base, &d->q, 1, NULL, &d->err), 0);
	assert_file(d->base, ".pc/applied-patches", "one.patch\n");
	assert_int_equal(tree_push_quilt(d->base, &d->q, 1, NULL, &d->err), 0);
	assert_int_equal(tree_push_quilt(d->base, &d->q, SIZE_MAX, NULL, &d->err), 0);
	assert_whole(d->base);
	put(d->base, ".pc/applied-patches", "other.patch\n");
	assert_int_equal(tree_push_quilt(d->base, &d->q, SIZE_MAX, NULL, &d->err), ERR_INPUT);
	assert_err(d->err, ERR_INPUT, "other.patch is applied, but not in that place");
	put(d->base, ".pc/.version", "3\n");
	assert_int_equal(tree_push_quilt(d->base, &d->q, SIZE_MAX, NULL, &d->err), ERR_INPUT);
	assert_err(d->err, ERR_INPUT, ".pc/.version: expected 2");
}

static void test_push_all_or_nothing(void **state)
{
	struct dirs *d = *state;
	_cleanup_free_ char *pc = fs_join(d->base, ".pc");

	put(d->base, "moved.c", "in the way\n");
	assert_int_equal(tree_push_quilt(d->base, &d->q, SIZE_MAX, NULL, &d->err), ERR_FINDING);
	assert_err(d->err, ERR_FINDING, "sub/two.patch:17: moved.c: exists already");
	assert_false(fs_exists(pc));
	assert_file(d->base, "fs/a.c", "1\n2\n3\n");
}

/* A write that fails in the middle leaves all as it was. */
static void test_push_rolls_back(void **state)
{
	struct dirs *d = *state;
	_cleanup_free_ char *own = fs_join(d->base, ".pc/one.patch");
	_cleanup_free_ char *undo = fs_join(d->base, ".pc/.stableq");

	/* Nothing can be made below a file. */
	put(d->base, ".pc/sub", "a file\n");
	assert_int_equal(tree_push_quilt(d->base, &d->q, SIZE_MAX, NULL, &d->err), ERR_SYSTEM);
	assert_base(d->base);
	assert_file(d->base, "moved.c", NULL);
	assert_file(d->base, ".pc/applied-patches", NULL);
	assert_false(fs_exists(own));
	assert_false(fs_exists(undo));
}

/* A link in .pc leads nowhere: neither files nor folders are made behind it. */
static void test_push_through_link(void **state)
{
	struct dirs *d = *state;
	_cleanup_free_ char *link = fs_join(d->base, ".pc/sub"), *out = fs_join(d->top, "out");
	_cleanup_free_ char *made = fs_join(out, "two.patch");

	put(d->base, ".pc/.version", "2\n");
	assert_int_equal(fs_mkdirs(out, NULL), 0);
	assert_int_equal(symlink(out, link), 0);
	assert_int_equal(tree_push_quilt(d->base, &d->q, SIZE_MAX, NULL, &d->err), ERR_SYSTEM);
	assert_base(d->base);
	assert_false(fs_exists(made));
}

/* A file's other name keeps its bytes and its time; modes stay, whatever the umask. */
static void test_push_other_names(void **state)
{
	const struct timespec old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
	struct dirs *d = *state;
	_cleanup_free_ char *path = fs_join(d->base, "fs/a.c"), *other = fs_join(d->top, "a.c");
	mode_t mask = umask(077);
	struct stat st;

	assert_int_equal(chmod(path, 0664), 0);
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	assert_int_equal(link(path, other), 0);
	assert_int_equal(tree_push_quilt(d->base, &d->q, SIZE_MAX, NULL, &d->err), 0);
	umask(mask);
	assert_int_equal(stat(other, &st), 0);
	assert_int_equal(st.st_mtim.tv_sec, 1000000000);
	assert_file(d->top, "a.c", "1\n2\n3\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0664);
	assert_whole(d->base);
}

/* Push, dying before step @steps. Return: did it come that far? */
static bool push_and_die(struct dirs *d, int steps)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		steps_left = steps;
		tree_before_step = die_at_step;
		_exit(tree_push_quilt(d->base, &d->q, SIZE_MAX, NULL, NULL) ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) || !WEXITSTATUS(status));
	return WIFSIGNALED(status);
}

/* Kill a push before each of its steps in turn: the next undoes it, or goes on behind it. */
static void test_push_killed(void **state)
{
	struct dirs *d = *state;
	int steps = 0;

	for (; push_and_die(d, steps); steps++) {
		_cleanup_free_ char *applied = NULL;

		if (steps % 2) {
			assert_int_equal(undo_all(d->base, &d->err), 0);
			applied = get(d->base, ".pc/applied-patches");
			if (!applied)
				assert_base(d->base);
			assert_file(d->base, ".pc/one.patch/fs/new/n.c", applied ? "" : NULL);
		}
		assert_int_equal(tree_push_quilt(d->base, &d->q, SIZE_MAX, NULL, &d->err), 0);
		assert_whole(d->base);
		assert_file(d->base, ".pc/one.patch/fs/a.c", "1\n2\n3\n");
		assert_file(d->base, ".pc/sub/two.patch/fs/a.c", "1\ntwo\n3\n");
		assert_file(d->base, ".pc/.stableq/journal", NULL);
		assert_int_equal(fs_remove_tree(d->base, &d->err), 0);
		put_base(d);
	}
	assert_true(steps > 20);
}

#define with_dirs(f) cmocka_unit_test_setup_teardown(f, dirs_make, dirs_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_dirs(test_fileset),
		with_dirs(test_write_through_link),
		with_dirs(test_prepare),
		with_dirs(test_source_changes),
		with_dirs(test_build_writes),
		with_dirs(test_hard_links),
		with_dirs(test_source_moves),
		with_dirs(test_not_as_expected),
		with_dirs(test_prepare_missing),
		with_dirs(test_flip),
		with_dirs(test_flip_makes_new_times),
		with_dirs(test_flip_killed),
		with_dirs(test_journal_damaged),
		with_dirs(test_push_quilt),
		with_dirs(test_push_quilt_goes_on),
		with_dirs(test_push_all_or_nothing),
		with_dirs(test_push_rolls_back),
		with_dirs(test_push_through_link),
		with_dirs(test_push_other_names),
		with_dirs(test_push_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
