// SPDX-License-Identifier: GPL-2.0-only
/* What prove makes of a queue with a patch less. */
#include "unit.h"

#include <unistd.h>

#include "prove/prove.h"

#define DIFF(file) "--- a/" file "\n+++ b/" file "\n@@ -1 +1 @@\n-old\n+new\n"

static void parse(struct queue_patch *qp, char *name, const char *diff)
{
	struct err e = ERR_INIT;

	qp->file = name;
	if (patch_parse(&qp->patch, name, span_of(diff), 1, &e))
		fail_msg("%s", e.msg);
}

/* A file that can't be read is an error; only a patch that doesn't apply has to go along. */
static void errors_are_not_taken_for_conflicts(void **state)
{
	_cleanup_free_ char *a = fs_join(*state, "a.c"), *b = fs_join(*state, "b.c");
	struct queue_patch patches[2] = { { .file = NULL } };
	struct matrix m = { .nproofs = 0 };
	struct prove_opts opts = { .repeat = 1 };
	struct prove p = { .lab = { .matrix = &m }, .opts = &opts };
	struct prove_release rel = {
		.pr = { .name = "6.12.107", .tree = *state,
			.queue = { .patches = patches, .n = 2 } },
	};
	struct err e = ERR_INIT;

	parse(&patches[0], "a.patch", DIFF("a.c"));
	parse(&patches[1], "b.patch", DIFF("b.c"));
	strv_add(&rel.pr.applied, "a.patch");
	strv_add(&rel.pr.applied, "b.patch");
	assert_int_equal(fs_write(a, "old\n", 4, 0644, &e), 0);
	assert_int_equal(fs_write(b, "other\n", 6, 0644, &e), 0);
	assert_int_equal(prove_leave_one_out(&p, &rel, &e), 0);
	assert_int_equal(rel.changes[0].along.n, 1);
	assert_string_equal(rel.changes[0].along.v[0], "b.patch");

	assert_int_equal(unlink(b), 0);
	assert_int_equal(symlink("a.c", b), 0);
	assert_true(prove_leave_one_out(&p, &rel, &e) != 0);
	assert_non_null(strstr(e.msg, "b.c"));
	err_clear(&e);

	for (size_t i = 0; i < rel.nchanges; i++) {
		free(rel.changes[i].name);
		free(rel.changes[i].reason);
		strv_free(&rel.changes[i].along);
	}
	free(rel.changes);
	strv_free(&rel.pr.applied);
	patch_free(&patches[0].patch);
	patch_free(&patches[1].patch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(errors_are_not_taken_for_conflicts),
	};

	return cmocka_run_group_tests_name("prove", tests, NULL, NULL);
}
