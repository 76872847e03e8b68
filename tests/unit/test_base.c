// SPDX-License-Identifier: GPL-2.0-only
/* base, err, str, fs, hash and release */
#include "unit.h"

#include "base/names.h"
#include "base/parallel.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/release.h"

static void grows_by_doubling(void **state)
{
	int *a = NULL;
	size_t n = 0;

	for (int i = 0; i < 1000; i++)
		ARRAY_PUSH(a, n) = i;
	assert_int_equal(n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(a[i], i);
	free(a);
}

static void errors_keep_code_and_text(void **state)
{
	struct err e = ERR_INIT, to = ERR_INIT;

	assert_int_equal(err_set(&e, ERR_INPUT, "line %d", 7), ERR_INPUT);
	/* The old message may be part of the new one. */
	err_set(&e, e.code, "file:%s", e.msg);
	assert_string_equal(e.msg, "file:line 7");
	assert_int_equal(err_prefix(&e, "queue-%s", "6.1"), ERR_INPUT);
	assert_string_equal(e.msg, "queue-6.1: file:line 7");
	assert_int_equal(err_move(&to, &e), ERR_INPUT);
	assert_null(e.msg);
	assert_err(to, ERR_INPUT, "queue-6.1");
	errno = ENOSPC;
	assert_int_equal(err_sys(&e, "/cache/x"), ERR_SYSTEM);
	assert_err(e, ERR_SYSTEM, "free some space");
	errno = ENOENT;
	assert_int_equal(err_sys(NULL, "x"), ERR_NOTFOUND);
}

static void exit_codes_are_the_documented_ones(void **state)
{
	assert_int_equal(err_exit_code(0), 0);
	assert_int_equal(err_exit_code(ERR_FINDING), 1);
	assert_int_equal(err_exit_code(ERR_INPUT), 2);
	assert_int_equal(err_exit_code(ERR_MISSING), 3);
	assert_int_equal(err_exit_code(ERR_SYSTEM), 3);
	assert_int_equal(err_exit_code(ERR_INTERRUPTED), 4);
}

static void lines_without_losing_bytes(void **state)
{
	struct span rest = { "a\n\nb\0c\r\nlast", 12 }, line;

	assert_true(span_line(&rest, &line) && span_is(line, "a"));
	assert_true(span_line(&rest, &line) && line.len == 0);
	assert_true(span_line(&rest, &line));
	assert_int_equal(line.len, 4);
	assert_memory_equal(line.p, "b\0c\r", 4);
	assert_true(span_line(&rest, &line) && span_is(line, "last"));
	assert_false(span_line(&rest, &line));
}

static void buffers_stay_terminated(void **state)
{
	_cleanup_str_ struct str b = STR_INIT;
	_cleanup_free_ char *taken = NULL;

	for (int i = 0; i < 300; i++)
		str_addf(&b, "%d,", i);
	assert_int_equal(b.s[b.len], '\0');
	str_trunc(&b, 6);
	assert_string_equal(b.s, "0,1,2,");
	taken = str_take(&b);
	assert_string_equal(taken, "0,1,2,");
	assert_null(b.s);
}

static void files_honour_the_umask(void **state)
{
	_cleanup_free_ char *path = fs_join(*state, "f");
	mode_t before = umask(027);
	struct stat st;

	assert_int_equal(fs_write(path, "", 0, 0666, NULL), 0);
	assert_int_equal(fs_umask(0777), 0750);
	assert_int_equal(umask(before), 027);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

static void files_are_replaced_whole(void **state)
{
	_cleanup_free_ char *path = fs_join(*state, "f");
	_cleanup_str_ struct str s = STR_INIT;
	struct err e = ERR_INIT;
	struct stat st;

	assert_int_equal(fs_write(path, "one", 3, 0644, &e), 0);
	assert_int_equal(fs_write(path, "a\0b", 3, 0600, &e), 0);
	assert_int_equal(fs_read(path, 0, &s, &e), 0);
	assert_int_equal(s.len, 3);
	assert_memory_equal(s.s, "a\0b", 3);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(fs_read(path, 2, &s, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "more than the 2 allowed");
	assert_int_equal(fs_read(*state, 0, &s, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "is a directory");
	assert_int_equal(fs_read("/nonexistent/x", 0, &s, &e), ERR_NOTFOUND);
	assert_err(e, ERR_NOTFOUND, "/nonexistent/x");
}

static void trees_come_and_go(void **state)
{
	_cleanup_free_ char *deep = fs_join(*state, "a/b//c/d");
	_cleanup_free_ char *top = fs_join(*state, "a");
	_cleanup_free_ char *link = fs_join(*state, "a/link");
	_cleanup_free_ char *keep = fs_join(*state, "keep");
	struct err e = ERR_INIT;

	assert_int_equal(fs_mkdirs(deep, &e), 0);
	assert_int_equal(fs_mkdirs(deep, &e), 0);
	assert_int_equal(fs_mkdirs(keep, &e), 0);
	assert_int_equal(symlink(keep, link), 0);
	assert_int_equal(fs_remove_tree(top, &e), 0);
	assert_false(fs_exists(top));
	/* A link in the tree was removed, what it points to was not. */
	assert_true(fs_is_dir(keep));
	assert_int_equal(fs_remove_tree(top, &e), 0);
}

static void locks_exclude(void **state)
{
	_cleanup_free_ char *path = fs_join(*state, "lock");
	struct err e = ERR_INIT;
	int a, b;

	assert_int_equal(fs_lock(path, false, &a, &e), 0);
	assert_int_equal(fs_lock(path, false, &b, &e), ERR_MISSING);
	assert_err(e, ERR_MISSING, "another stableq");
	close(a);
	assert_int_equal(fs_lock(path, false, &b, &e), 0);
	close(b);
}

static void cache_follows_the_environment(void **state)
{
	struct err e = ERR_INIT;
	char *dir;

	setenv("STABLEQ_CACHE", "/c", 1);
	dir = fs_cache_dir(&e);
	assert_string_equal(dir, "/c");
	free(dir);
	setenv("STABLEQ_CACHE", "rel", 1);
	assert_null(fs_cache_dir(&e));
	assert_err(e, ERR_INPUT, "absolute");
	unsetenv("STABLEQ_CACHE");
	setenv("XDG_CACHE_HOME", "/x", 1);
	dir = fs_cache_dir(&e);
	assert_string_equal(dir, "/x/stableq");
	free(dir);
	setenv("XDG_CACHE_HOME", "relative-is-ignored", 1);
	setenv("HOME", "/h", 1);
	dir = fs_cache_dir(&e);
	assert_string_equal(dir, "/h/.cache/stableq");
	free(dir);
}

static void digests_know_their_fields(void **state)
{
	_cleanup_free_ char *path = fs_join(*state, "abc");
	char a[HASH_HEX + 1], b[HASH_HEX + 1];
	struct hash *h = hash_new();
	struct err e = ERR_INIT;

	hash_adds(h, "ab");
	hash_adds(h, "c");
	hash_end(h, a);
	h = hash_new();
	hash_adds(h, "a");
	hash_adds(h, "bc");
	hash_end(h, b);
	assert_string_not_equal(a, b);
	/* FIPS 180-2, appendix B.1 */
	assert_int_equal(fs_write(path, "abc", 3, 0644, &e), 0);
	assert_int_equal(hash_raw_file(path, a, &e), 0);
	assert_string_equal(a, "ba7816bf8f01cfea414140de5dae2223"
			       "b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(hash_raw_file("/nonexistent", a, &e), ERR_NOTFOUND);
	err_clear(&e);
}

static void release_names(void **state)
{
	static const struct {
		const char *in, *name, *branch;
	} good[] = {
		{ "6.12", "6.12", "6.12" },
		{ "v6.12.107", "6.12.107", "6.12" },
		{ "6.12.118-rc1", "6.12.118-rc1", "6.12" },
		{ "7.3-rc1", "7.3-rc1", "7.3" },
	};
	static const char *const bad[] = {
		"", "6", "6.", "6.12.", "6.12.0", "6.012.1", "6.12.1-rc", "6.12.1-rc0", "6.12.1 ",
		"6.12.1.1", "-6.12", "6.12.99999999", "linux-6.12", "6.12.1-1", "vv6.12",
	};
	struct release r;
	struct err e = ERR_INIT;
	char buf[RELEASE_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(release_parse(good[i].in, &r, &e), 0);
		assert_string_equal(release_name(&r, buf), good[i].name);
		assert_string_equal(release_branch(&r, buf), good[i].branch);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(release_parse(bad[i], &r, &e), ERR_INPUT);
		assert_err(e, ERR_INPUT, "such as 6.12.107");
	}
}

static void release_order(void **state)
{
	static const char *const sorted[] = {
		"6.1.187", "6.12-rc7", "6.12", "6.12.9", "6.12.10-rc1", "6.12.10-rc2", "6.12.10",
		"7.0",
	};
	struct release a, b;

	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++)
		for (size_t j = 0; j < ARRAY_SIZE(sorted); j++) {
			int want = (i > j) - (i < j);

			release_parse(sorted[i], &a, NULL);
			release_parse(sorted[j], &b, NULL);
			assert_int_equal(release_cmp(&a, &b), want);
		}
}

static void release_of_a_makefile(void **state)
{
	static const struct {
		const char *text, *name;
	} cases[] = {
		{ "# SPDX\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 107\nEXTRAVERSION =\n",
		  "6.12.107" },
		{ "VERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 0\nEXTRAVERSION = -rc1\n", "7.3-rc1" },
		{ "VERSION = 6\nPATCHLEVEL = 6\nSUBLEVEL = 150\nEXTRAVERSION = -flippy-95+\n",
		  "6.6.150" },
		{ "all:\n\techo VERSION = 6\n", NULL },
		{ "", NULL },
	};
	struct release r;
	struct err e = ERR_INIT;
	char buf[RELEASE_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int ret = release_from_makefile(cases[i].text, strlen(cases[i].text), &r, &e);

		if (cases[i].name) {
			assert_int_equal(ret, 0);
			assert_string_equal(release_name(&r, buf), cases[i].name);
		} else {
			assert_err(e, ERR_INPUT, "not a kernel");
		}
	}
}

/* Far deeper than a path or the descriptors of a process go. */
static void deep_trees_are_removed(void **state)
{
	_cleanup_free_ char *top = fs_join(*state, "top"), *file = fs_join(*state, "file");
	struct err e = ERR_INIT;
	int at, next;

	assert_int_equal(mkdir(top, 0755), 0);
	at = open(top, O_RDONLY | O_DIRECTORY);
	for (int i = 0; i < 5000; i++) {
		assert_int_equal(mkdirat(at, "directory", 0755), 0);
		next = openat(at, i % 100 == 7 ? "f" : "directory",
			      i % 100 == 7 ? O_CREAT | O_WRONLY : O_RDONLY | O_DIRECTORY, 0644);
		assert_true(next >= 0);
		if (i % 100 == 7) {
			close(next);
			next = openat(at, "directory", O_RDONLY | O_DIRECTORY);
		}
		close(at);
		at = next;
	}
	close(at);
	assert_int_equal(fs_write(file, "x", 1, 0644, &e), 0);
	assert_int_equal(fs_remove_tree(top, &e), 0);
	assert_false(fs_exists(top));
	assert_int_equal(fs_remove_tree(file, &e), 0);
	assert_false(fs_exists(file));
	assert_int_equal(fs_remove_tree(file, &e), 0);
}

static void nothing_special_is_waited_for(void **state)
{
	_cleanup_free_ char *path = fs_join(*state, "fifo");
	_cleanup_str_ struct str s = STR_INIT;
	struct err e = ERR_INIT;

	assert_int_equal(mkfifo(path, 0644), 0);
	assert_int_equal(fs_read(path, 0, &s, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "special file");
	assert_int_equal(fs_regular(path, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "no regular file");
}

static void directories_are_listed_in_order(void **state)
{
	static const char *const made[] = { "b", "a", ".hidden", "c", "a~" };
	_cleanup_free_ char *file = fs_join(*state, "b"), *none = fs_join(*state, "none");
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_err_ struct err e = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(made); i++) {
		_cleanup_free_ char *path = fs_join(*state, made[i]);

		assert_int_equal(fs_write(path, "", 0, 0644, &e), 0);
	}
	strv_add(&names, "z");
	assert_int_equal(fs_list(*state, &names, &e), 0);
	assert_int_equal(names.n, 4);
	assert_string_equal(names.v[0], "z");
	assert_string_equal(names.v[1], "a");
	assert_string_equal(names.v[3], "c");
	assert_int_equal(fs_list(none, &names, &e), ERR_NOTFOUND);
	err_clear(&e);
	assert_int_equal(fs_list(file, &names, &e), ERR_NOTFOUND);
	assert_int_equal(names.n, 4);
}

static void count_once(void *ctx, size_t i)
{
	((unsigned char *)ctx)[i]++;
}

static void each_index_is_worked_on_once(void **state)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 1000, 4097 };

	assert_true(parallel_width() >= 1);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		_cleanup_free_ unsigned char *done = xcalloc(sizes[i], 1);

		parallel_each(sizes[i], count_once, done);
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(done[k], 1);
	}
}

static void many_names_have_their_numbers(void **state)
{
	struct names t = { NULL };
	_cleanup_strv_ struct strv v = STRV_INIT;
	size_t at;

	assert_false(names_find(&t, "none", &at));
	for (size_t i = 0; i < 500; i++)
		strv_addf(&v, "fs/file%zu.c", i);
	for (size_t i = 0; i < v.n; i++)
		names_set(&t, v.v[i], i);
	names_set(&t, v.v[7], 1007);
	assert_int_equal(t.n, 500);
	for (size_t i = 0; i < v.n; i++) {
		assert_true(names_find(&t, v.v[i], &at));
		assert_int_equal(at, i == 7 ? 1007 : i);
	}
	assert_false(names_find(&t, "fs/file500.c", &at));
	names_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_by_doubling),
		cmocka_unit_test(errors_keep_code_and_text),
		cmocka_unit_test(exit_codes_are_the_documented_ones),
		unit_test_scratch(deep_trees_are_removed),
		unit_test_scratch(nothing_special_is_waited_for),
		cmocka_unit_test(lines_without_losing_bytes),
		cmocka_unit_test(each_index_is_worked_on_once),
		cmocka_unit_test(many_names_have_their_numbers),
		cmocka_unit_test(buffers_stay_terminated),
		unit_test_scratch(files_honour_the_umask),
		unit_test_scratch(files_are_replaced_whole),
		unit_test_scratch(trees_come_and_go),
		unit_test_scratch(directories_are_listed_in_order),
		unit_test_scratch(locks_exclude),
		cmocka_unit_test(cache_follows_the_environment),
		unit_test_scratch(digests_know_their_fields),
		cmocka_unit_test(release_names),
		cmocka_unit_test(release_order),
		cmocka_unit_test(release_of_a_makefile),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
