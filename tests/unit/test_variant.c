// SPDX-License-Identifier: GPL-2.0-only
/* Which file of a queue serves which release. */
#include "unit.h"

#include <unistd.h>

#include "queue/queue.h"

static void put_patch(const char *dir, const char *name, const char *fields)
{
	_cleanup_free_ char *text = xasprintf("Subject: x\n\n---\n%s\n"
					      "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n", fields);

	put(dir, name, text);
}

/* One, two, three; two needs one. Variants of two and three. */
static void put_queue(const char *dir)
{
	put(dir, "series", "one.patch\ntwo.patch\nthree.patch\n");
	put_patch(dir, "one.patch", "");
	put_patch(dir, "two.patch", "Requires: one.patch\n");
	put_patch(dir, "three.patch", "");
	put_patch(dir, "two-b.patch", "Variant-of: two.patch\nRequires: one.patch\n");
	put_patch(dir, "two-c.patch", "Variant-of: two.patch\n");
	put_patch(dir, "three-b.patch", "Variant-of: three.patch\nRequires: two.patch\n");
	put_patch(dir, "one-needs-three.patch", "Variant-of: one.patch\nRequires: three.patch\n");
	put_patch(dir, "of-nothing.patch", "Variant-of: four.patch\n");
	put_patch(dir, "lost.patch", "");
}

static char *files_for(const char *dir, const char *name, struct err *err)
{
	struct str s = STR_INIT;
	struct release r;
	struct queue q;
	int ret;

	assert_int_equal(release_parse(name, &r, NULL), 0);
	ret = queue_load_for(&q, dir, &r, err);
	for (size_t i = 0; !ret && i < q.n; i++)
		str_addf(&s, "%s%s", i ? " " : "", q.patches[i].file);
	for (size_t i = 0; !ret && i < q.n; i++)
		assert_int_equal(strncmp(queue_patch_row(&q.patches[i]), q.patches[i].file, 3), 0);
	queue_free(&q);
	if (ret)
		str_free(&s);
	return ret ? NULL : str_take(&s);
}

static void a_release_has_its_variants(void **state)
{
	static const struct {
		const char *release, *files;
	} cases[] = {
		{ "6.1.187", "one.patch two.patch three.patch" },
		{ "6.1.189", "one.patch two.patch three.patch" },
		/* Only what is a variant takes the place of something; the rest keeps its row. */
		{ "6.1.190", "one.patch two-b.patch three.patch" },
		/* In the range of the next file, and behind all: the nearest guess. */
		{ "6.1.191-rc1", "one.patch two-c.patch three-b.patch" },
		{ "6.1.191", "one.patch two-c.patch three-b.patch" },
		{ "6.1.192-rc1", "one.patch two-c.patch three-b.patch" },
		{ "6.1.192", "one.patch two-c.patch three-b.patch" },
		{ "6.1.199", "one.patch two-c.patch three-b.patch" },
		/* Its series has no variant: the main ones serve again. */
		{ "6.1.200", "one.patch two.patch three.patch" },
		{ "6.1.201", "one.patch two.patch three.patch" },
	};
	struct err err = ERR_INIT;

	put_queue(*state);
	/* Sorted as releases, not as text. */
	put(*state, "series-6.1.190", "two-b.patch\nthree.patch\n");
	put(*state, "series-6.1.192",
	    "# Text.\n# serves: 6.1.191-6.1.192\ntwo-c.patch\nthree-b.patch\n");
	put(*state, "series-6.1.200", "# nothing\n");
	put(*state, "series-6.1.192~", "no such thing\n");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *files = files_for(*state, cases[i].release, &err);

		if (!files)
			fail_msg("%s: %s", cases[i].release, err.msg);
		assert_string_equal(files, cases[i].files);
	}
}

static void what_cannot_be(void **state)
{
	static const struct {
		const char *name, *series, *says;
	} cases[] = {
		{ "series-6.1.190", "of-nothing.patch\n",
		  "/series-6.1.190:1: of-nothing.patch is a variant of four.patch, which is not in "
		  "" },
		{ "series-6.1.190", "two.patch\nlost.patch\n",
		  "/series-6.1.190:2: lost.patch is not in " },
		{ "series-6.1.190", "two-b.patch\ntwo-c.patch\n",
		  "/series-6.1.190:2: two-c.patch and two-b.patch in line 1 are both two.patch" },
		{ "series-6.1.190", "two-b.patch\ntwo.patch\n",
		  "/series-6.1.190:2: two.patch and two-b.patch in line 1 are both two.patch" },
		{ "series-6.1.190", "three.patch\n\ntwo-c.patch\n",
		  "/series-6.1.190:1: three.patch comes before two-c.patch, but " },
		{ "series-6.1.190", "one-needs-three.patch\n",
		  "/series-6.1.190:1: one-needs-three.patch requires three.patch, which has to "
		  "stand before it" },
		{ "series-6.1.190", "absent.patch\n",
		  "/series-6.1.190:1: no such patch: absent.patch" },
		{ "series-6.1.x", "", "series-6.1.x: expected series-RELEASE" },
		{ "series-v6.1.190", "", "series-v6.1.190: expected series-RELEASE" },
		{ "series-6.6.190", "", "series-6.6.190: another branch than 6.1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *path = fs_join(*state, cases[i].name);
		_cleanup_free_ char *files = NULL;
		struct err err = ERR_INIT;

		put_queue(*state);
		put(*state, cases[i].name, cases[i].series);
		files = files_for(*state, "6.1.195", &err);
		if (files)
			fail_msg("case %zu: %s", i, files);
		assert_err(err, ERR_INPUT, cases[i].says);
		assert_int_equal(unlink(path), 0);
	}
}

/* For plain quilt: what a patch requires may be in the release. */
static void a_releases_series_alone(void **state)
{
	struct err err = ERR_INIT;
	struct queue q;

	put_queue(*state);
	put(*state, "series-6.1.190", "two-b.patch\nthree-b.patch\n");
	if (queue_load(&q, *state, "series-6.1.190", &err))
		fail_msg("%s", err.msg);
	assert_string_equal(q.patches[0].variant_of, "two.patch");
	assert_string_equal(queue_patch_row(&q.patches[0]), "two.patch");
	queue_free(&q);
	/* Not so the main series; nor has that any use for a variant. */
	put(*state, "series", "two.patch\n");
	assert_int_equal(queue_load(&q, *state, NULL, &err), ERR_INPUT);
	assert_err(err, ERR_INPUT, "two.patch requires one.patch, which is not listed");
	queue_free(&q);
	put(*state, "series", "one.patch\ntwo-b.patch\n");
	assert_int_equal(queue_load(&q, *state, NULL, &err), ERR_INPUT);
	assert_err(err, ERR_INPUT, "/series:2: two-b.patch is a variant of two.patch: it belongs "
		   "in a series-RELEASE");
	queue_free(&q);
	/* Which of them are part of a tree is somebody else's business. */
	assert_int_equal(queue_load_part(&q, *state, NULL, &err), 0);
	queue_free(&q);
}

static void bad_fields(void **state)
{
	static const struct {
		const char *fields, *says;
	} cases[] = {
		{ "Variant-of:\n", "expected one patch file" },
		{ "Variant-of: a.patch b.patch\n", "expected one patch file" },
		{ "Variant-of: a.patch\nVariant-of: b.patch\n",
		  ":5: a second Variant-of: (the first is of a.patch)" },
	};

	put(*state, "series", "x.patch\n");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = ERR_INIT;
		struct queue q;

		put_patch(*state, "x.patch", cases[i].fields);
		assert_int_equal(queue_load(&q, *state, NULL, &err), ERR_INPUT);
		assert_err(err, ERR_INPUT, cases[i].says);
		queue_free(&q);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(a_release_has_its_variants),
		unit_test_scratch(what_cannot_be),
		unit_test_scratch(a_releases_series_alone),
		unit_test_scratch(bad_fields),
	};

	return cmocka_run_group_tests_name("variant", tests, NULL, NULL);
}
