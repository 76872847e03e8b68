// SPDX-License-Identifier: GPL-2.0-only
/* Parts of borrowed bytes, at and beyond their ends. */
#include "unit.h"

#include <ctype.h>

static void parts(void **state)
{
	struct span s = span_of("abc");

	assert_true(span_is(span_head(s, 2), "ab"));
	assert_true(span_is(span_head(s, 9), "abc"));
	assert_true(span_is(span_skip(s, 1), "bc"));
	assert_true(span_is(span_skip(s, 3), ""));
	assert_ptr_equal(span_skip(s, 9).p, s.p + 3);
	assert_true(span_is(span_chop(s, 1), "ab"));
	assert_true(span_is(span_chop(s, 9), ""));
	assert_int_equal(span_last(s), 'c');
	assert_int_equal(span_last(SPAN_EMPTY), '\0');
}

static void found(void **state)
{
	struct span nul = { "a\0b", 3 };

	assert_true(span_has(span_of("abc"), "bc"));
	assert_false(span_has(span_of("abc"), "bd"));
	assert_false(span_has(span_head(span_of("abc"), 2), "bc"));
	assert_false(span_has(SPAN_EMPTY, "a"));
	assert_true(span_is_nocase(span_of("Skip"), "SKIP"));
	assert_false(span_is_nocase(span_of("Skipped"), "SKIP"));
	assert_true(span_has_c(nul, '\0'));
	assert_true(span_has(nul, "b"));
	assert_false(span_has_c(span_of("ab"), '\0'));
	assert_false(span_has_c((struct span){ NULL, 0 }, 'a'));
}

static void runs(void **state)
{
	assert_int_equal(span_run(span_of("12a3"), isdigit), 2);
	assert_int_equal(span_run(span_of("12"), isdigit), 2);
	assert_int_equal(span_run(span_of("\xff"), isdigit), 0);
	assert_int_equal(span_run(SPAN_EMPTY, isdigit), 0);
	assert_true(span_is(span_past(span_of(" \tx "), isblank), "x "));
	assert_true(span_is(span_past(span_of("  "), isblank), ""));
}

static void taken(void **state)
{
	struct span s = span_of("linux-6.1.tar.xz");

	assert_false(span_take(&s, "linux_"));
	assert_true(span_take(&s, "linux-"));
	assert_false(span_take_end(&s, ".tar.gz"));
	assert_true(span_take_end(&s, ".tar.xz"));
	assert_true(span_is(s, "6.1"));
	assert_false(span_take(&s, "6.1 "));
	assert_true(span_take(&s, "6.1"));
	assert_true(span_take(&s, ""));
	assert_int_equal(s.len, 0);
}

static void cut(void **state)
{
	struct span s = span_of("a: b: c"), head, tail;

	assert_true(span_cut(s, ": ", &head, &tail));
	assert_true(span_is(head, "a") && span_is(tail, "b: c"));
	/* In place, and until nothing is left. */
	assert_true(span_cut(tail, ": ", &head, &tail));
	assert_true(span_is(head, "b") && span_is(tail, "c"));
	assert_false(span_cut(tail, ": ", &head, &tail));
	assert_true(span_is(head, "c") && span_is(tail, ""));
	assert_ptr_equal(tail.p, s.p + s.len);
	assert_true(span_cut(span_of("a:"), ":", &head, &tail));
	assert_true(span_is(head, "a") && span_is(tail, ""));
	assert_true(span_is(span_behind_last(span_of("a/b/c"), '/'), "c"));
	assert_true(span_is(span_behind_last(span_of("a/b/"), '/'), ""));
	assert_true(span_is(span_behind_last(span_of("abc"), '/'), "abc"));
	assert_false(span_cut(SPAN_EMPTY, ":", &head, &tail));
	assert_int_equal(head.len + tail.len, 0);
}

static void words(void **state)
{
	struct span rest = span_of(" one\ttwo\r\n"), word;

	assert_true(span_word(&rest, &word) && span_is(word, "one"));
	assert_true(span_word(&rest, &word) && span_is(word, "two"));
	assert_false(span_word(&rest, &word));
	assert_int_equal(word.len, 0);
}

static void sorted_lists(void **state)
{
	static const char *const words[] = { "b", "a", "b", "", "a/b", "b", "a-b" };
	_cleanup_strv_ struct strv v = STRV_INIT, none = STRV_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		strv_add(&v, words[i]);
	strv_sort(&v);
	assert_int_equal(v.n, ARRAY_SIZE(words));
	assert_string_equal(v.v[0], "");
	assert_string_equal(v.v[2], "a-b");
	assert_string_equal(v.v[3], "a/b");
	assert_string_equal(v.v[6], "b");
	strv_unique(&v);
	assert_int_equal(v.n, 5);
	assert_string_equal(v.v[4], "b");
	assert_null(v.v[5]);
	strv_sort(&none);
	strv_unique(&none);
	assert_int_equal(none.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts),
		cmocka_unit_test(found),
		cmocka_unit_test(runs),
		cmocka_unit_test(taken),
		cmocka_unit_test(cut),
		cmocka_unit_test(words),
		cmocka_unit_test(sorted_lists),
	};

	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
