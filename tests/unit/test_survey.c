// SPDX-License-Identifier: GPL-2.0-only
/* Where a tree of the user's own belongs; what stands in a file's place. */
#include "../source/help.h"

#include "base/nearest.h"
#include "verdict/survey.h"

static const char two[] =
	"From: A <a@example.org>\nSubject: [PATCH] nfsd: two files\n\n"
	"commit 0123456789ab0123456789ab0123456789ab0123 upstream.\n\n"
	"Signed-off-by: A <a@example.org>\n---\n"
	"diff --git a/fs/a.c b/fs/a.c\n--- a/fs/a.c\n+++ b/fs/a.c\n@@ -1 +1 @@\n-int a;\n+long a;\n"
	"diff --git a/fs/b.c b/fs/b.c\n--- a/fs/b.c\n+++ b/fs/b.c\n@@ -1 +1 @@\n-int b;\n+long "
	"b;\n";

static void put_kernel(const char *dir, const char *name, const char *sublevel, const char *a,
		       const char *b)
{
	_cleanup_free_ char *tree = fs_join(dir, name);
	_cleanup_free_ char *text = xasprintf("VERSION = 6\nPATCHLEVEL = 6\nSUBLEVEL = %s\n",
					      sublevel);

	put_file(tree, "Kconfig", "mainmenu\n");
	put_file(tree, "Makefile", text);
	put_file(tree, "fs/a.c", a);
	if (b)
		put_file(tree, "fs/b.c", b);
}

static void load(const char *scratch, struct queue *q)
{
	_cleanup_free_ char *dir = fs_join(scratch, "queue-6.6");
	_cleanup_err_ struct err err = ERR_INIT;

	put_file(dir, "series", "two.patch\n");
	put_file(dir, "two.patch", two);
	if (queue_load(q, dir, NULL, &err))
		fail_msg("%s", err.msg);
}

static void near_is(struct bed *b, const struct queue *q, const char *release, size_t identical,
		    size_t files)
{
	_cleanup_free_ char *own = fs_join(b->dir, "own");
	struct survey_near near;

	source_free(b->src);
	b->src = NULL;
	assert_ok(b, source_of_tree(b->set, own, &b->src, &b->err));
	assert_ok(b, survey_nearest(b->set, b->src, q, &near, &b->err));
	assert_string_equal(near.release, release);
	assert_int_equal(near.identical, identical);
	assert_int_equal(near.files, files);
}

static void drop(const char *dir, const char *name)
{
	_cleanup_free_ char *path = fs_join(dir, name);

	assert_int_equal(unlink(path), 0);
}

static void by_content(void **state)
{
	struct queue q = { 0 };
	struct bed b;

	bed_open(&b, *state);
	b.set = source_set_new(&b.opts);
	load(*state, &q);
	put_kernel(*state, "own", "140", "int a;\n", "int b;\n");
	near_is(&b, &q, "", 0, 2);
	put_kernel(b.search, "linux-6.6.150", "150", "int a;\n", "int other;\n");
	near_is(&b, &q, "6.6.150", 1, 2);
	/* Of two that are as like, the nearer number. */
	put_kernel(b.search, "linux-6.6.133", "133", "int other;\n", "int b;\n");
	near_is(&b, &q, "6.6.133", 1, 2);
	/*
	 * More files count for more than the number; what claims to be another release, for
	 * nothing.
	 */
	put_kernel(b.search, "linux-6.6.99", "99", "int a;\n", "int b;\n");
	put_kernel(b.search, "linux-6.6.141", "140", "int a;\n", "int b;\n");
	near_is(&b, &q, "6.6.99", 2, 2);
	put_kernel(*state, "own", "140", "int mine;\n", "int mine;\n");
	near_is(&b, &q, "", 0, 2);
	/* Directories are not alike. */
	drop(*state, "own/fs/b.c");
	put_file(*state, "own/fs/b.c/x", "");
	drop(b.search, "linux-6.6.99/fs/b.c");
	put_file(b.search, "linux-6.6.99/fs/b.c/x", "");
	near_is(&b, &q, "", 0, 2);
	queue_free(&q);
	bed_close(&b);
}

static void by_number(void **state)
{
	static const struct {
		const char *to, *nearest;
	} want[] = {
		{ "6.6.1", "6.6.10" }, { "6.6.10", "6.6.10" }, { "6.6.15", "6.6.10" },
		{ "6.6.16", "6.6.20" }, { "6.6.999", "6.6.20" }, { "6.12.3", "6.12" },
		{ "6.1.10", NULL },
	};
	static const char *const names[] = { "6.12", "6.6.20", "6.6.10", "5.6.10" };
	struct release v[ARRAY_SIZE(names)], r;
	char name[RELEASE_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(release_parse(names[i], &v[i], NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		size_t at;

		assert_int_equal(release_parse(want[i].to, &r, NULL), 0);
		at = nearest_release(&r, v, ARRAY_SIZE(v));
		if (want[i].nearest)
			assert_string_equal(release_name(&v[at], name), want[i].nearest);
		else
			assert_int_equal(at, ARRAY_SIZE(v));
	}
}

/* A directory where the patch has a file: said of a tree and of a tarball in any order. */
static void no_file(void **state)
{
	static const struct member m[] = {
		{ "x/", AE_IFDIR, NULL, 0755 },
		{ "x/Makefile", AE_IFREG, MAKEFILE("6", "6", "150"), 0644 },
		{ "x/fs/", AE_IFDIR, NULL, 0755 },
		{ "x/fs/a.c/", AE_IFDIR, NULL, 0755 },
		{ "x/fs/b.c", AE_IFREG, "int b;\n", 0644 },
	};
	_cleanup_free_ char *tar = NULL, *dir = NULL;
	struct verdict *v;
	struct queue q = { 0 };
	struct bed b;

	bed_open(&b, *state);
	load(*state, &q);
	tar = fs_join(b.search, "linux-6.6.150.tar.gz");
	make_tar(tar, m, ARRAY_SIZE(m));
	for (int i = 0; i < 3; i++) {
		if (i == 2) {
			assert_int_equal(unlink(tar), 0);
			put_kernel(b.search, "linux-6.6.150", "150", "", "int b;\n");
			dir = fs_join(b.search, "linux-6.6.150/fs/a.c");
			assert_int_equal(unlink(dir), 0);
			assert_int_equal(mkdir(dir, 0755), 0);
		}
		/* The second time from the cache. */
		assert_ok(&b, bed_find(&b, "6.6.150"));
		assert_ok(&b, survey_source(b.src, &q, &v, &b.err));
		/* As for patch, which doesn't patch it. */
		assert_int_equal(v[0].kind, VERDICT_CONFLICT);
		assert_text(v[0].misfits[0].detail, "fs/a.c is a folder");
		verdicts_free(v, q.n);
	}
	queue_free(&q);
	bed_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(by_content),
		cmocka_unit_test(by_number),
		unit_test_scratch(no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
