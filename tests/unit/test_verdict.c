// SPDX-License-Identifier: GPL-2.0-only
/* Verdicts on small trees in memory: what a release has decides, never how a patch fails. */
#include "unit.h"

#include "verdict.h"

#define LINES_A "one\ntwo\nthree\nfour\n"
#define LINES_B "six\nseven\neight\nnine\n"
#define BAD LINES_A "x = bad;\n" LINES_B
#define GOOD LINES_A "x = good;\n" LINES_B
#define HUNK(n, old, new)								\
	"@@ -" #n ",7 +" #n ",7 @@\n two\n three\n four\n-" old "\n+" new "\n six\n seven\n eight\n"
#define DIFF(path) "diff --git a/" path " b/" path "\n--- a/" path "\n+++ b/" path "\n"

static const char fix[] =
	"Subject: fix x\n\ncommit 0123456789ab upstream.\n\nText.\n---\n"
	"Probe-fixed: f.c: x = good;\nProbe-affected: f.c: x = bad;\n\n"
	DIFF("f.c") HUNK(2, "x = bad;", "x = good;");
static const char silent[] = "Subject: fix x\n\nText.\n\n" DIFF("f.c") HUNK(2, "x = bad;", "x = good;");
static const char follow_up[] =
	"Subject: better x\n\nText.\n---\nRequires: fix.patch\n\n"
	DIFF("f.c") HUNK(2, "x = good;", "x = better;");

struct tree {
	const char *text;	/* of f.c; NULL: no such file */
};

static int load(void *ctx, const char *path, struct str *to, unsigned int *mode, struct err *err)
{
	const struct tree *t = ctx;

	if (!t->text || strcmp(path, "f.c"))
		return err_set(err, ERR_NOTFOUND, "%s: not there", path);
	str_adds(to, t->text);
	*mode = 0100644;
	return 0;
}

struct fixture {
	struct queue q;
	struct verdict *v;
};

static void judge(void **state, struct fixture *fx, const char *text, const char *first,
		  const char *second)
{
	_cleanup_free_ char *a = fs_join(*state, "fix.patch");
	_cleanup_free_ char *b = fs_join(*state, "more.patch");
	_cleanup_free_ char *series = fs_join(*state, "series");
	const char *names = second ? "fix.patch\nmore.patch\n" : "fix.patch\n";
	struct tree t = { text };
	struct fileset *fs = fileset_new(load, &t);
	struct err e = ERR_INIT;

	assert_int_equal(fs_write(a, first, strlen(first), 0644, &e), 0);
	if (second)
		assert_int_equal(fs_write(b, second, strlen(second), 0644, &e), 0);
	assert_int_equal(fs_write(series, names, strlen(names), 0644, &e), 0);
	if (queue_load(&fx->q, *state, NULL, &e) || verdict_queue(&fx->q, fs, &fx->v, &e))
		fail_msg("%s", e.msg);
	fileset_free(fs);
}

static void done(struct fixture *fx)
{
	verdicts_free(fx->v, fx->q.n);
	queue_free(&fx->q);
}

static const struct evidence *evidence(const struct verdict *v, enum evidence_kind kind)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->evidence[i].kind == kind)
			return &v->evidence[i];
	return NULL;
}

static void one_release_each(void **state)
{
	static const struct {
		const char *text;
		enum verdict_kind kind;
		bool marked;
	} cases[] = {
		{ BAD, VERDICT_CLEAN, false },
		{ "zero\nzero\n" BAD, VERDICT_OFFSET, false },
		{ "one\nTWO\nthree\nfour\nx = bad;\n" LINES_B, VERDICT_FUZZ, false },
		{ GOOD, VERDICT_MERGED, false },
		/* Merged in another form: the fix is there, the hunk can't be taken out. */
		{ "x = good;\n", VERDICT_MERGED, true },
		/* Landed half: both probes hold. */
		{ GOOD "x = bad;\n", VERDICT_MERGED, true },
		/* Neither: a conflict, and nothing says that the bug is there. */
		{ LINES_A "y = bad;\n" LINES_B, VERDICT_CONFLICT, true },
		{ "x = bad;\n", VERDICT_CONFLICT, false },
		{ NULL, VERDICT_CONFLICT, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture fx = { .v = NULL };

		judge(state, &fx, cases[i].text, fix, NULL);
		if (fx.v[0].kind != cases[i].kind || fx.v[0].marked != cases[i].marked)
			fail_msg("case %zu: %s%s", i, verdict_name(fx.v[0].kind),
				 fx.v[0].marked ? "*" : "");
		assert_true(fx.v[0].n > 0);
		done(&fx);
	}
}

static void white_space_in_probes(void **state)
{
	struct fixture fx = { .v = NULL };

	judge(state, &fx, "x\t=\n  good;\n", fix, NULL);
	assert_int_equal(fx.v[0].kind, VERDICT_MERGED);
	done(&fx);
}

static void without_probes_reverse_application_tells(void **state)
{
	struct fixture fx = { .v = NULL };

	judge(state, &fx, GOOD, silent, NULL);
	assert_int_equal(fx.v[0].kind, VERDICT_MERGED);
	done(&fx);
	/* A conflict is not taken for merged. */
	fx = (struct fixture){ .v = NULL };
	judge(state, &fx, LINES_A "x = other;\n" LINES_B, silent, NULL);
	assert_int_equal(fx.v[0].kind, VERDICT_CONFLICT);
	assert_non_null(evidence(&fx.v[0], EVIDENCE_FORWARD));
	done(&fx);
}

static void judged_on_top_of_those_before(void **state)
{
	struct fixture fx = { .v = NULL };

	judge(state, &fx, BAD, fix, follow_up);
	assert_int_equal(fx.v[0].kind, VERDICT_CLEAN);
	assert_int_equal(fx.v[1].kind, VERDICT_CLEAN);
	done(&fx);
	fx = (struct fixture){ .v = NULL };
	judge(state, &fx, GOOD, fix, follow_up);
	assert_int_equal(fx.v[0].kind, VERDICT_MERGED);
	assert_int_equal(fx.v[1].kind, VERDICT_CLEAN);
	done(&fx);
}

static void a_missing_prerequisite_is_named(void **state)
{
	struct fixture fx = { .v = NULL };

	judge(state, &fx, "x = bad;\n", fix, follow_up);
	assert_int_equal(fx.v[0].kind, VERDICT_CONFLICT);
	assert_int_equal(fx.v[1].kind, VERDICT_NEEDS);
	assert_non_null(strstr(evidence(&fx.v[1], EVIDENCE_REQUIRES)->detail, "fix.patch"));
	done(&fx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(one_release_each),
		unit_test_scratch(white_space_in_probes),
		unit_test_scratch(without_probes_reverse_application_tells),
		unit_test_scratch(judged_on_top_of_those_before),
		unit_test_scratch(a_missing_prerequisite_is_named),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
