// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <glob.h>

#include "console/ktap.h"

#define DATA "tests/data/ktap"

static void dump(struct str *to, const struct ktap_node *n, int depth)
{
	struct span rest = str_span(&n->diag), line;

	str_addf(to, "%*s%s %s", 2 * depth, "", ktap_result_name(n->result), n->name);
	if (n->planned >= 0)
		str_addf(to, " of %ld", n->planned);
	str_addf(to, "%s%s\n", n->reason ? ": " : "", n->reason ? n->reason : "");
	while (span_line(&rest, &line))
		str_addf(to, "%*s| " SPAN_FMT "\n", 2 * depth, "", SPAN_ARG(line));
	for (size_t i = 0; i < n->nkids; i++)
		dump(to, &n->kids[i], depth + 1);
}

static char *outcome(struct span text)
{
	struct str to = STR_INIT;
	struct ktap *k = ktap_new();
	struct span line;

	while (span_line(&text, &line))
		ktap_line(k, line);
	dump(&to, ktap_end(k), 0);
	ktap_free(k);
	return str_take(&to);
}

/* Each input comes to the tree that stands beside it. */
static void inputs(void **state)
{
	glob_t g;

	assert_int_equal(glob(DATA "/*.tap", 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *path = g.gl_pathv[i];
		_cleanup_free_ char *expect = xasprintf("%.*s.expect", (int)strlen(path) - 4, path);
		_cleanup_str_ struct str text = STR_INIT, want = STR_INIT;
		_cleanup_free_ char *got = NULL;

		assert_int_equal(fs_read(path, 0, &text, NULL), 0);
		got = outcome(str_span(&text));
		/* For new inputs: UPDATE=1 writes down what comes out, and a person reads it. */
		if (getenv("UPDATE"))
			assert_int_equal(fs_write(expect, got, strlen(got), 0644, NULL), 0);
		if (fs_read(expect, 0, &want, NULL))
			fail_msg("%s is missing", expect);
		if (strcmp(got, str_span(&want).p))
			fail_msg("%s:\n%s", path, got);
	}
	globfree(&g);
}

static void find_and_count(void **state)
{
	struct ktap *k = ktap_new();
	const struct ktap_node *root;
	size_t count[KTAP_MISSING + 1];

	ktap_line(k, span_of("KTAP version 1"));
	ktap_line(k, span_of("1..7"));
	ktap_line(k, span_of("ok 1 a"));
	ktap_line(k, span_of("ok 2 b # SKIP"));
	ktap_line(k, span_of("not ok 3 a"));
	ktap_line(k, span_of("not ok 4 c # TODO later"));
	ktap_line(k, span_of("  ok 1 d.1"));
	ktap_line(k, span_of("  ok 2 d.2"));
	ktap_line(k, span_of("ok 5 d"));
	root = ktap_end(k);
	assert_ptr_equal(root, ktap_end(k));
	ktap_line(k, span_of("ok 6 too late"));
	assert_int_equal(root->nkids, 6);
	assert_int_equal(ktap_find(root, "a")->result, KTAP_FAIL);
	assert_int_equal(ktap_find(root, "b")->result, KTAP_SKIP);
	assert_null(ktap_find(root, "d.1"));
	ktap_count(root, count);
	assert_int_equal(count[KTAP_PASS], 3);
	assert_int_equal(count[KTAP_FAIL], 1);
	assert_int_equal(count[KTAP_SKIP], 1);
	assert_int_equal(count[KTAP_TODO], 1);
	assert_int_equal(count[KTAP_MISSING], 1);
	ktap_free(k);
	ktap_free(NULL);
}

static void nothing(void **state)
{
	struct ktap *k = ktap_new();
	const struct ktap_node *root;

	ktap_line(k, span_of("just text"));
	ktap_line(k, span_of(""));
	root = ktap_end(k);
	assert_int_equal(root->result, KTAP_MISSING);
	assert_int_equal(root->nkids, 0);
	assert_int_equal(root->planned, -1);
	assert_null(root->reason);
	ktap_free(k);
}

/* Levels, results and diagnostics without end cost bounded memory and time. */
static void limits(void **state)
{
	struct ktap *k = ktap_new();
	const struct ktap_node *root;

	ktap_line(k, span_of("1..999999999"));
	for (int i = 0; i < 300; i++) {
		_cleanup_free_ char *line = xasprintf("%*sok 1 level %d", i, "", i);

		ktap_line(k, span_of(line));
	}
	for (int i = 0; i < 300000; i++) {
		ktap_line(k, span_of("# some diagnostic text of a good length"));
		ktap_line(k, span_of("ok 1 many"));
	}
	root = ktap_end(k);
	assert_non_null(root->reason);
	assert_non_null(strstr(root->reason, "dropped"));
	assert_in_range(root->nkids, 100000, 200000);
	ktap_free(k);

	k = ktap_new();
	ktap_line(k, span_of("1..1"));
	for (int i = 0; i < 100000; i++)
		ktap_line(k, span_of("# some diagnostic text of a good length"));
	ktap_line(k, span_of("ok 1 wordy"));
	root = ktap_end(k);
	assert_in_range(root->kids[0].diag.len, 16000, 16384);
	ktap_free(k);

	assert_string_equal(ktap_result_name(KTAP_TODO), "todo");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inputs),
		cmocka_unit_test(find_and_count),
		cmocka_unit_test(nothing),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
