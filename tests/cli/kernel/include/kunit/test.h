/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of KUnit as a suite needs that was compiled into a fake kernel: suites are in a list, and
 * suites.c runs them.
 */
#ifndef _KUNIT_TEST_H
#define _KUNIT_TEST_H

#include <stdio.h>
#include <string.h>

struct kunit {
	const char *name;
	int failed;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
};

struct kunit_suite {
	const char *name;
	struct kunit_case *test_cases;
	struct kunit_suite *next;
};

extern struct kunit_suite *kunit_suites;

#define KUNIT_CASE(fn) { .run_case = fn, .name = #fn }

#define kunit_test_suite(suite)							\
	static void __attribute__((constructor)) kunit_add_##suite(void)		\
	{										\
		suite.next = kunit_suites;						\
		kunit_suites = &suite;							\
	}

#define KUNIT_EXPECT_EQ(test, left, right)						\
	do {										\
		long long __left = (left), __right = (right);				\
											\
		if (__left == __right)							\
			break;								\
		(test)->failed = 1;							\
		printf("    # %s: EXPECTATION FAILED at %s:%d\n", (test)->name, __FILE__,	\
		       __LINE__);							\
		printf("    Expected %s == %s, but\n        %s == %lld\n        %s == %lld\n",	\
		       #left, #right, #left, __left, #right, __right);			\
	} while (0)

#define KUNIT_EXPECT_STREQ(test, left, right)						\
	do {										\
		const char *__left = (left), *__right = (right);			\
											\
		if (!strcmp(__left, __right))						\
			break;								\
		(test)->failed = 1;							\
		printf("    # %s: EXPECTATION FAILED at %s:%d\n", (test)->name, __FILE__,	\
		       __LINE__);							\
		printf("    Expected %s == %s, but\n        %s == \"%s\"\n", #left, #right,	\
		       #left, __left);							\
		if (*#right != '"')							\
			printf("        %s == \"%s\"\n", #right, __right);		\
	} while (0)

#endif
