/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unit.h - what every unit test includes, in the order that cmocka wants, and a scratch directory
 */
#ifndef STABLEQ_TESTS_UNIT_H
#define STABLEQ_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/str.h"

/* setup/teardown: *state is the path of an empty directory of the test's own. */
static inline int scratch_make(void **state)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = xasprintf("%s/stableq-unit-XXXXXX", tmp ? tmp : "/tmp");

	*state = mkdtemp(dir);
	return *state ? 0 : -1;
}

static inline int scratch_remove(void **state)
{
	int ret = fs_remove_tree(*state, NULL);

	free(*state);
	return ret;
}

/* A file below @dir, with the folders on its way. */
static inline void put(const char *dir, const char *name, const char *text)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	struct err err = ERR_INIT;

	if (fs_mkparents(path, &err) || fs_write(path, text, strlen(text), 0644, &err))
		fail_msg("%s", err.msg);
}

#define unit_test_scratch(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

/* An error whose message has to say something in particular. */
#define assert_err(err, want_code, text)						\
	do {										\
		assert_int_equal((err).code, (want_code));				\
		assert_non_null((err).msg);						\
		if (!strstr((err).msg, (text)))						\
			fail_msg("message '%s' lacks '%s'", (err).msg, (text));		\
		err_clear(&(err));							\
	} while (0)

#endif
