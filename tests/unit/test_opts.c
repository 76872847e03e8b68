// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include "cli/cmd.h"
#include "base/nearest.h"

static bool flag;
static const char *word;
static struct strv list;
static unsigned int number;

static const struct opt table[] = {
	{ "flag", OPT_FLAG, &flag, NULL, "a flag" },
	{ "word", OPT_STRING, &word, "WORD", "a word" },
	{ "list", OPT_LIST, &list, "ITEM", "items" },
	{ "number", OPT_NUMBER, &number, "N", "a number" },
};

static int parse(int *argc, const char **argv, bool *help, struct err *err)
{
	const struct opt *const tables[] = { table, NULL };
	const size_t sizes[] = { ARRAY_SIZE(table) };

	return opts_parse(argc, (char **)argv, tables, sizes, help, err);
}

static void options_and_operands_mix(void **state)
{
	const char *argv[] = { "a", "--flag", "--word=w", "b", "--list", "1", "--list=2", "--number",
			       "7", "--", "--flag2", NULL };
	int argc = ARRAY_SIZE(argv) - 1;
	struct err e = ERR_INIT;
	bool help = false;

	assert_int_equal(parse(&argc, argv, &help, &e), 0);
	assert_int_equal(argc, 3);
	assert_string_equal(argv[0], "a");
	assert_string_equal(argv[1], "b");
	assert_string_equal(argv[2], "--flag2");
	assert_true(flag);
	assert_string_equal(word, "w");
	assert_int_equal(list.n, 2);
	assert_int_equal(number, 7);
	assert_false(help);
	strv_free(&list);
}

static void mistakes_are_named(void **state)
{
	static const struct {
		const char *arg, *says;
	} cases[] = {
		{ "--falg", "did you mean --flag?" },
		{ "--zzzzzzz", "--help lists them" },
		{ "--word", "expected WORD after it" },
		{ "--flag=1", "takes no value" },
		{ "--number=-1", "expected a whole number" },
		{ "--number=1x", "expected a whole number" },
		{ "--number=99999999999", "expected a whole number" },
		{ "-x", "no such option" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *argv[] = { cases[i].arg, NULL };
		struct err e = ERR_INIT;
		bool help = false;
		int argc = 1;

		assert_int_equal(parse(&argc, argv, &help, &e), ERR_INPUT);
		assert_err(e, ERR_INPUT, cases[i].says);
	}
}

static void nearest_is_near(void **state)
{
	static const char *const names[] = { "run", "queue", "source", "status" };

	assert_string_equal(nearest("rum", names, 4), "run");
	assert_string_equal(nearest("queues", names, 4), "queue");
	assert_string_equal(nearest("staus", names, 4), "status");
	assert_null(nearest("frobnicate", names, 4));
	assert_null(nearest("", names, 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_and_operands_mix),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(nearest_is_near),
	};

	return cmocka_run_group_tests_name("opts", tests, NULL, NULL);
}
