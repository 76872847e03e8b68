// SPDX-License-Identifier: GPL-2.0-only
/* Patches pushed onto a tree as quilt would, and a push that is killed at any step. */
#include "tree_dirs.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
