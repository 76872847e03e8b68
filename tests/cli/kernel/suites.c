// SPDX-License-Identifier: GPL-2.0
/* Runs the suites of the units as KUnit would: suites NAME; without a name it lists them. */
#include <kunit/test.h>

struct kunit_suite *kunit_suites;

static int run(struct kunit_suite *suite)
{
	int n = 0, failed = 0;

	for (struct kunit_case *c = suite->test_cases; c->run_case; c++)
		n++;
	printf("KTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: %s\n    1..%d\n",
	       suite->name, n);
	for (int i = 0; i < n; i++) {
		struct kunit test = { .name = suite->test_cases[i].name };

		suite->test_cases[i].run_case(&test);
		printf("    %sok %d %s\n", test.failed ? "not " : "", i + 1, test.name);
		failed |= test.failed;
	}
	printf("%sok 1 %s\n", failed ? "not " : "", suite->name);
	return 0;
}

int main(int argc, char **argv)
{
	for (struct kunit_suite *s = kunit_suites; s; s = s->next) {
		if (argc < 2)
			puts(s->name);
		else if (!strcmp(s->name, argv[1]))
			return run(s);
	}
	return argc > 1;
}
