// SPDX-License-Identifier: GPL-2.0-only
/* Working trees: made, brought up to date, flipped between states. */
#include "tree_dirs.h"

#include "patch/fileset.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
