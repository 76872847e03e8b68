// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include "cli/cmd.h"
#include "base/nearest.h"

struct own {
	bool flag;
	const char *word;
	struct strv list;
	unsigned int number;
};

#define AT(member) offsetof(struct own, member)

static const struct opt table[] = {
	{ "flag", OPT_FLAG, AT(flag), NULL, "a flag" },
	{ "word", OPT_STRING, AT(word), "WORD", "a word" },
	{ "list", OPT_LIST, AT(list), "ITEM", "items" },
	{ "number", OPT_NUMBER, AT(number), "N", "a number" },
};

static struct own own;
static struct opts_builds builds;

static const struct opt_set sets[] = {
	{ table, ARRAY_SIZE(table), &own }, { opts_builds, ARRAY_SIZE(opts_builds), &builds },
	{ NULL, 0, NULL },
};

static int parse(int *argc, const char **argv, bool *help, struct err *err)
{
	return opts_parse(argc, (char **)argv, sets, help, err);
}

static void options_and_operands_mix(void **state)
{
	const char *argv[] = { "a", "--flag", "--word=w", "b", "--list", "1", "--list=2",
			       "--number",
			       "7", "--jobs=3", "--", "--flag2", NULL };
	int argc = ARRAY_SIZE(argv) - 1;
	struct err e = ERR_INIT;
	bool help = false;

	assert_int_equal(parse(&argc, argv, &help, &e), 0);
	assert_int_equal(argc, 3);
	assert_string_equal(argv[0], "a");
	assert_string_equal(argv[1], "b");
	assert_string_equal(argv[2], "--flag2");
	assert_true(own.flag);
	assert_string_equal(own.word, "w");
	assert_int_equal(own.list.n, 2);
	assert_int_equal(own.number, 7);
	assert_int_equal(builds.jobs, 3);
	assert_false(help);
	opts_free(sets);
	assert_int_equal(own.list.n, 0);
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
		{ "--jobs=0", "expected a number from 1 to" },
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
