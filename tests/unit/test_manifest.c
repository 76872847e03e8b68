// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/manifest.h"

#define LATER 10000000000LL	/* ns: long enough for a change to be settled */

/* A tree, the file that remembers it, and what was found last. */
struct bed {
	char *top, *tree, *memory;
	struct manifest m;
	struct err err;
};

static int bed_make(void **state)
{
	struct bed *b = xcalloc(1, sizeof(*b));
	void *top;

	if (scratch_make(&top))
		return -1;
	b->top = top;
	b->tree = fs_join(b->top, "tree");
	b->memory = fs_join(b->top, "memory/tree");
	put(b->tree, "fs/a.c", "a\n");
	put(b->tree, "fs/a/b.c", "b\n");
	put(b->tree, "fs.h", "h\n");
	put(b->tree, ".gitignore", "*.o\n");
	*state = b;
	return 0;
}

static int bed_remove(void **state)
{
	struct bed *b = *state;
	void *top = b->top;

	manifest_free(&b->m);
	err_clear(&b->err);
	free(b->tree);
	free(b->memory);
	free(b);
	return scratch_remove(&top);
}

static const char *look(struct bed *b)
{
	const struct manifest_opts o = { .memory = b->memory };

	manifest_free(&b->m);
	if (manifest_of(b->tree, &o, &b->m, &b->err))
		fail_msg("%s", b->err.msg);
	return b->m.fingerprint;
}

/* Look, and let time go by, so that what was seen is believed. */
static void settle(struct bed *b)
{
	look(b);
	b->m.asked += LATER;
	assert_int_equal(manifest_save(&b->m, b->memory, &b->err), 0);
}

static void test_order(void **state)
{
	struct bed *b = *state;
	static const char *const want[] = { ".gitignore", "fs/a/b.c", "fs/a.c", "fs.h" };

	look(b);
	assert_int_equal(b->m.n, ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_string_equal(b->m.v[i].path, want[i]);
		if (i)
			assert_true(manifest_order(want[i - 1], want[i]) < 0);
	}
	assert_int_equal(manifest_order("a/b", "a/b"), 0);
	assert_true(manifest_order("a", "a/b") < 0);
}

static void test_changes(void **state)
{
	struct bed *b = *state;
	_cleanup_free_ char *a = fs_join(b->tree, "fs/a.c"), *h = fs_join(b->tree, "fs.h");
	_cleanup_free_ char *link = fs_join(b->tree, "link"), *git = fs_join(b->tree, ".git");
	const struct timespec past[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
	char before[HASH_HEX + 1];
	FILE *f;

	strcpy(before, look(b));
	settle(b);
	assert_string_equal(look(b), before);
	assert_int_equal(b->m.bytes_read, 0);
	assert_false(b->m.changed);
	/* In place, as long as before, with the time as it was. */
	f = fopen(a, "r+");
	assert_non_null(f);
	fputc('A', f);
	fclose(f);
	assert_int_equal(utimensat(AT_FDCWD, a, past, 0), 0);
	assert_string_not_equal(look(b), before);
	assert_int_equal(b->m.bytes_read, 2);
	/* By a rename, and back again. */
	put(b->tree, "fs/a.c", "a\n");
	assert_string_equal(look(b), before);
	/* Touched. */
	settle(b);
	assert_int_equal(utimensat(AT_FDCWD, a, past, 0), 0);
	assert_string_equal(look(b), before);
	assert_int_equal(b->m.bytes_read, 2);
	assert_int_equal(chmod(h, 0664), 0);
	assert_string_equal(look(b), before);
	assert_int_equal(chmod(h, 0755), 0);
	assert_string_not_equal(look(b), before);
	assert_int_equal(chmod(h, 0644), 0);
	/* Added, a link too, and removed; git's own are no part of it. */
	assert_int_equal(symlink("fs.h", link), 0);
	assert_string_not_equal(look(b), before);
	assert_int_equal(unlink(link), 0);
	put(b->tree, "fs/.git", "x");
	assert_string_not_equal(look(b), before);
	assert_int_equal(fs_remove_tree(b->tree, NULL), 0);
	put(b->tree, ".git/index", "x");
	put(b->tree, "fs/a.c", "a\n");
	put(b->tree, "fs/a/b.c", "b\n");
	put(b->tree, "fs.h", "h\n");
	put(b->tree, ".gitignore", "*.o\n");
	assert_string_equal(look(b), before);
	assert_true(fs_exists(git));
}

/* A change within the grain of time stamps leaves no trace in them. */
static void test_too_fresh(void **state)
{
	struct bed *b = *state;

	look(b);
	look(b);
	assert_int_equal(b->m.bytes_read, 10);
	settle(b);
	look(b);
	assert_int_equal(b->m.bytes_read, 0);
	/* The clock stood back meanwhile. */
	b->m.asked -= LATER;
	assert_int_equal(manifest_save(&b->m, b->memory, &b->err), 0);
	look(b);
	assert_int_equal(b->m.bytes_read, 10);
}

static void test_bad_memory(void **state)
{
	struct bed *b = *state;
	_cleanup_str_ struct str text = STR_INIT;
	char before[HASH_HEX + 1];

	settle(b);
	strcpy(before, b->m.fingerprint);
	assert_int_equal(fs_read(b->memory, 0, &text, NULL), 0);
	for (size_t i = 0; i < text.len; i += 7) {
		text.s[i] ^= 0x10;
		assert_int_equal(fs_write(b->memory, text.s, text.len, 0644, NULL), 0);
		assert_string_equal(look(b), before);
		assert_int_equal(b->m.bytes_read, 10);
		assert_int_equal(fs_write(b->memory, text.s, i, 0644, NULL), 0);
		assert_string_equal(look(b), before);
		assert_int_equal(b->m.bytes_read, 10);
		text.s[i] ^= 0x10;
	}
	/* One that can't be written costs time, no more. */
	assert_int_equal(unlink(b->memory), 0);
	assert_int_equal(mkdir(b->memory, 0755), 0);
	assert_string_equal(look(b), before);
}

static void test_expect(void **state)
{
	struct bed *b = *state;
	struct manifest_opts o = { .memory = b->memory };
	char before[HASH_HEX + 1];

	settle(b);
	strcpy(before, b->m.fingerprint);
	o.expect = before;
	manifest_free(&b->m);
	assert_int_equal(manifest_of(b->tree, &o, &b->m, &b->err), 0);
	put(b->tree, "fs/a/b.c", "other\n");
	manifest_free(&b->m);
	assert_int_equal(manifest_of(b->tree, &o, &b->m, &b->err), ERR_FINDING);
	assert_err(b->err, ERR_FINDING, "tree: fs/a/b.c has changed");
	put(b->tree, "fs/a/b.c", "b\n");
	put(b->tree, "zz", "b\n");
	manifest_free(&b->m);
	assert_int_equal(manifest_of(b->tree, &o, &b->m, &b->err), ERR_FINDING);
	assert_err(b->err, ERR_FINDING, "tree: zz has changed");
	/* Nothing is known of another one. */
	o.expect = "0";
	manifest_free(&b->m);
	assert_int_equal(manifest_of(b->tree, &o, &b->m, &b->err), ERR_FINDING);
	assert_err(b->err, ERR_FINDING, "tree: has changed");
}

static void test_single_file(void **state)
{
	struct bed *b = *state;
	_cleanup_free_ char *h = fs_join(b->tree, "fs.h"), *link = fs_join(b->top, "link");
	const struct manifest_opts o = { .memory = b->memory };
	char hex[HASH_HEX + 1];

	assert_int_equal(symlink(h, link), 0);
	assert_int_equal(manifest_of(link, &o, &b->m, &b->err), 0);
	assert_int_equal(b->m.n, 1);
	assert_string_equal(b->m.v[0].path, "");
	hash_hex(b->m.v[0].digest, hex);
	/* echo h | sha256sum */
	assert_string_equal(hex,
			    "91ee5e9f42ba3d34e414443b36a27b797a56a47aad6bb1e4c1769e69c77ce0ca");
}

static void test_not_there(void **state)
{
	struct bed *b = *state;
	const struct manifest_opts o = { NULL };

	assert_int_equal(fs_remove_tree(b->tree, NULL), 0);
	assert_int_equal(manifest_of(b->tree, &o, &b->m, &b->err), ERR_NOTFOUND);
}

#define test(f) cmocka_unit_test_setup_teardown(f, bed_make, bed_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_order),
		test(test_changes),
		test(test_too_fresh),
		test(test_bad_memory),
		test(test_expect),
		test(test_single_file),
		test(test_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
