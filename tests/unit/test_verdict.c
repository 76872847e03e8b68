// SPDX-License-Identifier: GPL-2.0-only
/* Verdicts on small trees in memory: what a release has decides, never how a patch fails. */
#include "unit.h"

#include "verdict/verdict.h"

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
static const char silent[] = "Subject: fix x\n\nText.\n\n" DIFF("f.c") HUNK(2, "x = bad;",
									    "x = good;");
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

static void judge_seen(void **state, struct fixture *fx, const char *text, const char *first,
		       const char *second, const struct verdict_history *seen)
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
	if (queue_load(&fx->q, *state, NULL, &e) ||
	    verdict_queue_seen(&fx->q, fs, seen, &fx->v, &e))
		fail_msg("%s", e.msg);
	fileset_free(fs);
}

static void judge(void **state, struct fixture *fx, const char *text, const char *first,
		  const char *second)
{
	judge_seen(state, fx, text, first, second, NULL);
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

/* Both questions for each tree, and the one word and the words that come of them. */
static void one_release_each(void **state)
{
	static const struct {
		const char *text;
		enum verdict_kind kind;
		enum verdict_need need;
		enum verdict_fit fit;
		bool marked;
		const char *words;
	} cases[] = {
		{ BAD, VERDICT_CLEAN, NEED_YES, FIT_CLEAN, false, "clean" },
		{ "zero\nzero\n" BAD, VERDICT_OFFSET, NEED_YES, FIT_OFFSET, false, "offset" },
		{ "one\nTWO\nthree\nfour\nx = bad;\n" LINES_B, VERDICT_FUZZ, NEED_YES, FIT_FUZZ,
		  false,
		  "fuzz" },
		{ GOOD, VERDICT_MERGED, NEED_NO, FIT_UNTRIED, false, "merged" },
		/*
		 * Merged in other surroundings: the hunk can't be taken out, and its lines are
		 * there.
		 */
		{ "x = good;\n", VERDICT_MERGED, NEED_NO, FIT_UNTRIED, false, "merged" },
		/* Landed half: both probes hold, and nothing stronger tells which is right. */
		{ GOOD "x = bad;\n", VERDICT_UNKNOWN, NEED_UNKNOWN, FIT_UNTRIED, true,
		  "unknown, its probes contradict each other" },
		/* Neither: a conflict, and nothing says that the bug is there. */
		{ LINES_A "y = bad;\n" LINES_B, VERDICT_CONFLICT, NEED_UNKNOWN, FIT_CONFLICT, false,
		  "conflict, need unknown" },
		{ "x = bad;\n", VERDICT_CONFLICT, NEED_YES, FIT_CONFLICT, false,
		  "conflict, needed" },
		/* Without its files a patch doesn't even conflict. */
		{ NULL, VERDICT_UNKNOWN, NEED_UNKNOWN, FIT_UNTRIED, false,
		  "unknown, its files aren't there or can't be read" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture fx = { .v = NULL };
		const struct verdict *v;

		judge(state, &fx, cases[i].text, fix, NULL);
		v = &fx.v[0];
		if (v->kind != cases[i].kind || v->marked != cases[i].marked ||
		    v->need != cases[i].need || v->fit != cases[i].fit)
			fail_msg("case %zu: %s%s, needed %s, fit %s", i, verdict_name(v->kind),
				 v->marked ? "*" : "", verdict_need_name(v->need),
				 v->fit ? verdict_fit_name(v->fit) : "-");
		assert_string_equal(verdict_words(v), cases[i].words);
		assert_true(v->n > 0 && v->why && *v->why);
		assert_int_equal(v->nmisfits, v->fit == FIT_CONFLICT);
		done(&fx);
	}
}

static void what_does_not_fit_is_named(void **state)
{
	struct fixture fx = { .v = NULL };
	const struct verdict_misfit *m;

	judge(state, &fx, LINES_A "\ty = bad;\n" LINES_B, fix, NULL);
	m = &fx.v[0].misfits[0];
	assert_string_equal(m->file, "f.c");
	assert_int_equal(m->hunk, 1);
	assert_int_equal(m->line, 5);
	assert_string_equal(m->expected, "x = bad;");
	assert_string_equal(m->found, "y = bad;");
	assert_string_equal(m->detail, "line 5 is \"y = bad;\", the patch expects \"x = bad;\"");
	done(&fx);
}

/* No probe tells: the lines that it changes do, each in its surroundings. */
static void a_silent_patch_is_needed_by_its_lines(void **state)
{
	static const char two[] = "Subject: fix x\n\nText.\n\n" DIFF("f.c")
		"@@ -4,3 +4,3 @@\n four\n-x = bad;\n+x = good;\n six\n"
		"@@ -9,3 +9,3 @@\n nine\n-z = bad;\n+z = good;\n eleven\n";
	static const char adds[] = "Subject: fix x\n\nText.\n\n" DIFF("f.c")
		"@@ -1,4 +1,5 @@\n one\n two\n+x = good;\n three\n four\n";
	static const struct {
		const char *patch, *text;
		enum verdict_kind kind;
		enum verdict_need need;
		const char *says;
	} cases[] = {
		{ silent, BAD, VERDICT_CLEAN, NEED_YES, "1 of 1 places" },
		/* In other surroundings on one side, and in both. */
		{ silent, "four\nx = bad;\nSIX\n", VERDICT_CONFLICT, NEED_YES, "1 of 1 places" },
		{ silent, "x = bad;\n", VERDICT_CONFLICT, NEED_UNKNOWN, "0 of 1 places" },
		{ silent, "other\n", VERDICT_CONFLICT, NEED_UNKNOWN, "0 of 1 places" },
		{ two, "four\nx = bad;\nSIX\nnine\nz = bad;\n", VERDICT_FUZZ, NEED_YES,
		  "2 of 2 places" },
		{ two, "four\nx = bad;\nsix\nnine\nz = worse;\n", VERDICT_CONFLICT, NEED_UNKNOWN,
		  "1 of 2 places" },
		/*
		 * What only adds lines has none that could be there; where it fits, they are
		 * lacking.
		 */
		{ adds, LINES_A, VERDICT_CLEAN, NEED_YES, NULL },
		{ adds, "two\n", VERDICT_CONFLICT, NEED_UNKNOWN, NULL },
		/* A probe that could tell, and doesn't, is not outvoted. */
		{ "Subject: fix x\n\nText.\n---\nProbe-fixed: f.c: x = best;\nProbe-affected: f.c: "
		  "y\n\n"
		  DIFF("f.c") HUNK(2, "x = bad;", "x = good;"), BAD, VERDICT_CLEAN, NEED_UNKNOWN,
		  "1 of 1 places" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture fx = { .v = NULL };
		const struct evidence *e;

		judge(state, &fx, cases[i].text, cases[i].patch, NULL);
		e = evidence(&fx.v[0], EVIDENCE_LINES);
		if (fx.v[0].kind != cases[i].kind || fx.v[0].need != cases[i].need)
			fail_msg("case %zu: %s, needed %s", i, verdict_name(fx.v[0].kind),
				 verdict_need_name(fx.v[0].need));
		if (!e != !cases[i].says || (e && !strstr(e->detail, cases[i].says)))
			fail_msg("case %zu: %s", i, e ? e->detail : "no such evidence");
		done(&fx);
	}
}

/* What a patch's lines, wherever they stand, say about a fix that is known to be merged. */
#define FOUND "Subject: fix x\n\nText.\n---\nProbe-fixed: f.c: x = good;\n\n" DIFF("f.c")
static const char two_lines[] =
	FOUND "@@ -3,5 +3,6 @@\n three\n four\n-x = bad;\n+x = good;\n+y = good;\n six\n seven\n";
static const char with_comment[] =
	FOUND "@@ -3,4 +3,7 @@\n three\n four\n-/* bad */\n+/*\n+ * good, since\n+ */\n+x = "
	      "good;\n six\n";
static const char in_comment[] =
	FOUND "@@ -1,5 +1,5 @@\n  * of a comment\n- * bad\n+ * good\n  */\n-x = bad;\n+x = good;\n "
	      "six\n";
static const char put_back[] =
	FOUND "@@ -4,4 +4,4 @@\n four\n-/* bad */\n-x = good;\n+/* good */\n+x = good;\n six\n";
static const char two_places[] =
	FOUND "@@ -4,3 +4,3 @@\n four\n-x = bad;\n+x = good;\n six\n"
	"@@ -9,3 +9,3 @@\n nine\n-z = bad;\n+z = good;\n eleven\n";

static void lines_wherever_they_stand(void **state)
{
	static const struct {
		const char *patch, *text;
		bool reworded;
		const char *says;
	} cases[] = {
		{ fix, GOOD, false, "1 of 1 hunks can be taken out again" },
		{ fix, "zero\n" GOOD, false,
		  "1 of 1 hunks can be taken out again\nf.c: hunk 1: offset" },
		{ fix, "x = good;\n", false,
		  "0 of 1 hunks can be taken out again, 1 more is there in other surroundings\n"
		  "f.c: hunk 1: its lines are there; " },
		{ fix, "x =\n\tgood;\n", false, "f.c: hunk 1: its lines are there; " },
		{ fix, "x = /* that's */ good;\n// x = good;\n", false,
		  "f.c: hunk 1: its lines are there; " },
		{ two_lines, LINES_A "x = good;\n" LINES_B, true,
		  "1 differs: the fix landed in other words, or not as a whole\nf.c: hunk 1: lacks "
		  "'y = good;'" },
		/* Both there, and something between them. */
		{ two_lines, "x = good;\nw();\ny = good;\n", true,
		  "f.c: hunk 1: has 'x = good;' and what follows it, but not together" },
		{ two_lines, "four\nx = bad;\nsix\nx = good;\ny = good;\n", true,
		  "f.c: hunk 1: still has 'x = bad;'" },
		/* The same line in other surroundings is another one. */
		{ two_lines, "four\nx = bad;\nseven\nx = good;\ny = good;\n", false,
		  "f.c: hunk 1: its lines are there; " },
		/* Comments say the same in other words. */
		{ with_comment, "three\nfour\n/* bad */\nx = good;\nsix\n", false,
		  "its lines are there; " },
		{ with_comment, "x = good;\n// really\n", false, "its lines are there; " },
		{ in_comment, "/*\n * of a comment\n * bad\n */\nx = good;\n", false,
		  "its lines are there; " },
		{ in_comment, "/* x = good; */\nx = fine;\n", true, "lacks 'x = good;'" },
		/* What it takes away only to put it back is there with and without it. */
		{ put_back, "four\nx = good;\nsix\n", false, "its lines are there; " },
		{ two_lines, "x\t= good;\ny = good;\nfour\nx\t= bad;\nsix\n", true,
		  "still has 'x = bad;'" },
		/* A string is no comment. */
		{ fix, "s = \"/*\";\nx = good;\ns = \"*/\";\n", false, "its lines are there; " },
		/* One hunk as it is, one in other surroundings, one in other words. */
		{ two_places, "four\nx = good;\nsix\nz = good;\n", false,
		  "1 of 2 hunks can be taken out again, 1 more is there" },
		{ two_places, "four\nx = good;\nsix\n", true,
		  "1 of 2 hunks can be taken out again, 1 differs: the fix landed in other "
		  "words, or not as a whole\n"
		  "f.c: hunk 1: offset -3\nf.c: hunk 2: lacks 'z = good;'" },
		{ two_places, "x = good;\n", true,
		  "0 of 2 hunks can be taken out again, 1 more is there in other surroundings, 1 "
		  "differs" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture fx = { .v = NULL };
		const struct evidence *e;

		judge(state, &fx, cases[i].text, cases[i].patch, NULL);
		e = evidence(&fx.v[0], EVIDENCE_REVERSE);
		if (fx.v[0].kind != VERDICT_MERGED || !e)
			fail_msg("case %zu: %s", i, verdict_name(fx.v[0].kind));
		if (!strstr(e->detail, cases[i].says) || fx.v[0].reworded != cases[i].reworded)
			fail_msg("case %zu: %s%s", i, fx.v[0].reworded ? "reworded: " : "",
				 e->detail);
		/* Others say it in other words: no contradiction. */
		assert_false(fx.v[0].marked);
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

/* Two functions alike, of which the second has had the fix all along. */
#define FN(name, fix) "int " name "(void)\n{\n\tlock();\n" fix "\tdo_it();\n\tunlock();\n}\n\n"
#define FIXED "\tcheck();\n"
#define ADDS(lines, section) "Subject: fix f\n\nText.\n" \
	"\n" DIFF("f.c") "@@ " lines " @@" section \
	"\n {\n \tlock();\n+\tcheck();\n \tdo_it();\n \tunlock();\n"

static void what_is_in_its_double_is_not_merged(void **state)
{
	static const char at_f[] = ADDS("-2,4 +2,5", " int f(void)"),
		nameless[] = ADDS("-2,4 +2,5", "");
	/* Lines that neither of the trees has. */
	static const char off[] = ADDS("-5,4 +5,5", " int f(void)"),
	off_nameless[] = ADDS("-5,4 +5,5", "");
	static const char swaps[] =
		"Subject: fix f\n\nText.\n\n" DIFF("f.c") "@@ -5,4 +5,4 @@ int f(void)\n"
		" \tlock();\n-\told();\n+\tcheck();\n \tdo_it();\n \tunlock();\n";
	static const struct {
		const char *patch, *text;
		enum verdict_kind kind;
		bool ambiguous;
		const char *words;
	} cases[] = {
		{ at_f, FN("f", "") FN("g", FIXED), VERDICT_CLEAN, false, "clean" },
		{ at_f, FN("f", FIXED) FN("g", ""), VERDICT_MERGED, false, "merged" },
		/* By line numbers alone. */
		{ nameless, FN("f", "") FN("g", FIXED), VERDICT_CLEAN, false, "clean" },
		{ nameless, FN("f", FIXED) FN("g", ""), VERDICT_MERGED, false, "merged" },
		/* By functions alone. */
		{ off, FN("f", "") FN("g", FIXED), VERDICT_OFFSET, false, "offset" },
		{ off, FN("g", FIXED) FN("f", ""), VERDICT_OFFSET, false, "offset" },
		{ off, FN("g", "") FN("f", FIXED), VERDICT_MERGED, false, "merged" },
		/* It goes in with fuzz only: better than to take it for what stands elsewhere. */
		{ off, FN("g", FIXED) "int f(void)\n{\n\tint "
		  "x;\n\tlock();\n\tdo_it();\n\tunlock();\n}\n",
		  VERDICT_FUZZ, false, "fuzz, need unknown" },
		/* Nothing tells. */
		{ off_nameless, FN("f", "") FN("g", FIXED), VERDICT_OFFSET, true,
		  "offset, ambiguous" },
		{ off, FN("h", "") FN("g", FIXED), VERDICT_OFFSET, true, "offset, ambiguous" },
		/* It is there elsewhere, and doesn't fit where it belongs. */
		{ swaps, FN("g", FIXED) "int f(void)\n{\n\tother();\n}\n", VERDICT_CONFLICT, true,
		  "conflict, ambiguous" },
		{ swaps, FN("g", FIXED), VERDICT_MERGED, false, "merged" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture fx = { .v = NULL };
		const struct verdict *v;

		judge(state, &fx, cases[i].text, cases[i].patch, NULL);
		v = &fx.v[0];
		if (v->kind != cases[i].kind || v->ambiguous != cases[i].ambiguous ||
		    strcmp(verdict_words(v), cases[i].words) != 0)
			fail_msg("case %zu: %s", i, verdict_words(v));
		assert_int_equal(v->marked, cases[i].ambiguous);
		if (v->kind == VERDICT_MERGED)
			assert_int_equal(v->need, NEED_NO);
		else
			assert_int_equal(v->need, v->fit == FIT_CLEAN ||
					 v->fit == FIT_OFFSET ? NEED_YES :
						  NEED_UNKNOWN);
		done(&fx);
	}
}

/* A probe that tells leaves nothing in doubt. */
static void a_probe_outranks_the_scale(void **state)
{
	static const char probed[] =
		"Subject: fix f\n\nText.\n---\nProbe-affected: f.c: lock(); do_it();\n"
		"\n" DIFF("f.c")
		"@@ -5,4 +5,5 @@\n {\n \tlock();\n+\tcheck();\n \tdo_it();\n \tunlock();\n";
	struct fixture fx = { .v = NULL };

	judge(state, &fx, FN("f", "") FN("g", FIXED), probed, NULL);
	assert_int_equal(fx.v[0].kind, VERDICT_OFFSET);
	assert_int_equal(fx.v[0].need, NEED_YES);
	assert_false(fx.v[0].ambiguous || fx.v[0].marked);
	assert_non_null(evidence(&fx.v[0], EVIDENCE_REVERSE));
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
	assert_int_equal(fx.v[1].fit, FIT_NEEDS);
	assert_string_equal(fx.v[1].requires, "fix.patch");
	assert_non_null(strstr(evidence(&fx.v[1], EVIDENCE_REQUIRES)->detail, "fix.patch"));
	done(&fx);
}

static const char elsewhere[] =
	"Subject: fix x\n\ncommit 0123456789ab upstream.\n\nText.\n---\n"
	"Probe-fixed: f.c: x = good;\nProbe-affected: f.c: x = bad;\n"
	"Not-affected-if: present f.c: six\nNot-affected-if: absent f.c: x =\n"
	"Not-affected-if: absent g.c\nSuperseded-by: ba9876543210 f.c: x  = best;\n\n"
	DIFF("f.c") HUNK(2, "x = bad;", "x = good;");

static void facts_say_that_it_is_not_affected(void **state)
{
	static const struct {
		const char *text;
		enum verdict_kind kind;
		bool marked;
	} cases[] = {
		{ LINES_A LINES_B, VERDICT_NOT_AFFECTED, false },
		/* One of the facts alone isn't enough. */
		{ LINES_A, VERDICT_CONFLICT, false },
		{ LINES_A "x = other;\n" LINES_B, VERDICT_CONFLICT, false },
		{ NULL, VERDICT_UNKNOWN, false },
		{ BAD, VERDICT_CLEAN, false },
		{ GOOD, VERDICT_MERGED, false },
		{ LINES_A "x = best;\n" LINES_B, VERDICT_SUPERSEDED, false },
		/* The follow-up leaves the fix's own line in place. */
		{ GOOD "x = best;\n", VERDICT_SUPERSEDED, false },
		/* Both the bug and what takes the place of its fix. */
		{ BAD "x = best;\n", VERDICT_SUPERSEDED, true },
	};
	struct strv files = STRV_INIT;
	struct err e = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture fx = { .v = NULL };

		judge(state, &fx, cases[i].text, elsewhere, NULL);
		if (fx.v[0].kind != cases[i].kind || fx.v[0].marked != cases[i].marked)
			fail_msg("case %zu: %s%s", i, verdict_name(fx.v[0].kind),
				 fx.v[0].marked ? "*" : "");
		if (cases[i].kind == VERDICT_NOT_AFFECTED || cases[i].kind == VERDICT_SUPERSEDED) {
			assert_int_equal(verdict_select(&fx.q, fx.v, "r", &files, &e), 0);
			assert_int_equal(files.n, 0);
		}
		done(&fx);
	}
}

/* Facts that hold although the bug's own text is there are no way out. */
static void the_bugs_text_outweighs_facts(void **state)
{
	static const char wrong[] =
		"Subject: fix x\n\nText.\n---\nProbe-fixed: f.c: x = good;\n"
		"Probe-affected: f.c: x = bad;\nNot-affected-if: absent g.c\n\n"
		DIFF("f.c") HUNK(2, "x = bad;", "x = good;");
	struct fixture fx = { .v = NULL };

	judge(state, &fx, BAD, wrong, NULL);
	assert_int_equal(fx.v[0].kind, VERDICT_CLEAN);
	assert_true(fx.v[0].marked);
	assert_int_equal(fx.v[0].need, NEED_YES);
	assert_string_equal(verdict_words(&fx.v[0]), "clean, though by its facts not affected");
	assert_true(evidence(&fx.v[0], EVIDENCE_NOT_AFFECTED)->disagrees);
	done(&fx);
}

static void what_history_says(void **state)
{
	static struct verdict_seen ids[] = {
		{ (char *)"9999999999999999999999999999999999999999", EVIDENCE_HISTORY, false,
		  (char *)"commit a in v1" },
		{ (char *)"0123456789abcdef0123456789abcdef01234567", EVIDENCE_HISTORY, false,
		  (char *)"commit b in v1" },
		{ (char *)"0123456789ab", EVIDENCE_CHANGELOG, false,
		  (char *)"commit b in ChangeLog" },
	};
	static const struct verdict_history named = { ids, 3 }, others = { ids, 1 };
	static const struct {
		const char *text;
		const struct verdict_history *seen;
		enum verdict_kind kind;
		bool marked, affected_disagrees;
	} cases[] = {
		{ GOOD, &named, VERDICT_MERGED, false, false },
		{ GOOD, &others, VERDICT_MERGED, false, false },
		{ BAD, &others, VERDICT_CLEAN, false, false },
		/* Told to be merged, and the bug is there: never averaged. */
		{ BAD, &named, VERDICT_MERGED, true, true },
		/* Merged in words that no probe knows. */
		{ LINES_A "y = fine;\n" LINES_B, &named, VERDICT_MERGED, false, false },
		/* What doesn't apply is not merged for that. */
		{ LINES_A "y = fine;\n" LINES_B, &others, VERDICT_CONFLICT, false, false },
		/* Where the file went away its lines went, too. */
		{ NULL, &named, VERDICT_MERGED, false, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture fx = { .v = NULL };
		const struct evidence *affected, *log;

		judge_seen(state, &fx, cases[i].text, fix, NULL, cases[i].seen);
		if (fx.v[0].kind != cases[i].kind || fx.v[0].marked != cases[i].marked)
			fail_msg("case %zu: %s%s", i, verdict_name(fx.v[0].kind),
				 fx.v[0].marked ? "*" : "");
		affected = evidence(&fx.v[0], EVIDENCE_PROBE_AFFECTED);
		assert_int_equal(affected && affected->disagrees, cases[i].affected_disagrees);
		log = evidence(&fx.v[0], EVIDENCE_CHANGELOG);
		assert_int_equal(log != NULL, cases[i].seen == &named);
		if (log)
			assert_string_equal(log->detail,
					    "commit b in ChangeLog names 0123456789ab");
		done(&fx);
	}
}

/* Its id is in the history, and so is its revert: the files decide, and the revert is told. */
static void what_was_reverted_is_not_merged(void **state)
{
	static struct verdict_seen gone = { (char *)"0123456789abaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
					    EVIDENCE_HISTORY, true, (char *)"commit c in v1" };
	static const struct verdict_history seen = { &gone, 1 };
	struct fixture fx = { .v = NULL };

	judge_seen(state, &fx, BAD, fix, NULL, &seen);
	assert_int_equal(fx.v[0].kind, VERDICT_CLEAN);
	assert_int_equal(fx.v[0].need, NEED_YES);
	assert_true(fx.v[0].reverted && !fx.v[0].marked);
	assert_string_equal(evidence(&fx.v[0], EVIDENCE_REVERTED)->detail,
			    "commit c in v1 named 0123456789ab, and was reverted");
	done(&fx);
}

static void a_successor_in_history(void **state)
{
	static struct verdict_seen id = { (char *)"ba9876543210aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
					  EVIDENCE_HISTORY, false, (char *)"commit c in v1" };
	static const struct verdict_history seen = { &id, 1 };
	struct fixture fx = { .v = NULL };

	judge_seen(state, &fx, LINES_A LINES_B, elsewhere, NULL, &seen);
	assert_int_equal(fx.v[0].kind, VERDICT_SUPERSEDED);
	assert_non_null(strstr(evidence(&fx.v[0], EVIDENCE_HISTORY)->detail, "ba9876543210"));
	done(&fx);
}

/* What a kernel did outranks what its text says, in any order of several proofs. */
static void behaviour_outranks_text(void **state)
{
	static struct verdict_seen id = { (char *)"0123456789abaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
					  EVIDENCE_HISTORY, false, (char *)"commit c in v1" };
	static const struct verdict_history named = { &id, 1 };
	static const struct {
		const char *text;
		const struct verdict_history *seen;
		const char *how;	/* F passes, B fails as claimed, O otherwise; one a proof */
		enum verdict_kind kind;
		enum verdict_need need;
		bool marked;
		const char *words;
	} cases[] = {
		{ GOOD, NULL, "F", VERDICT_MERGED, NEED_NO, false, "merged, verified" },
		{ GOOD, NULL, "FF", VERDICT_MERGED, NEED_NO, false, "merged, verified" },
		/* The bug's text is there, and the bug isn't. */
		{ BAD, &named, "F", VERDICT_MERGED, NEED_NO, false, "merged, verified" },
		{ GOOD "x = bad;\n", NULL, "F", VERDICT_MERGED, NEED_NO, false,
		  "merged, verified" },
		{ GOOD, NULL, "B", VERDICT_NOT_FIXED, NEED_YES, false, "merged, but not fixed" },
		{ BAD, &named, "B", VERDICT_NOT_FIXED, NEED_YES, false, "merged, but not fixed" },
		{ GOOD, NULL, "FB", VERDICT_NOT_FIXED, NEED_YES, false, "merged, but not fixed" },
		{ GOOD, NULL, "BF", VERDICT_NOT_FIXED, NEED_YES, false, "merged, but not fixed" },
		{ GOOD, NULL, "O", VERDICT_MERGED, NEED_NO, false, "merged" },
		{ GOOD, NULL, "FO", VERDICT_MERGED, NEED_NO, false, "merged" },
		{ GOOD, NULL, "OF", VERDICT_MERGED, NEED_NO, false, "merged" },
		{ BAD, NULL, "B", VERDICT_CLEAN, NEED_YES, false, "clean" },
		{ BAD, NULL, "F", VERDICT_CLEAN, NEED_YES, true,
		  "clean, though its proof passes without it" },
		/* Nothing in the text told whether the bug is there. */
		{ LINES_A "y = bad;\n" LINES_B, NULL, "B", VERDICT_CONFLICT, NEED_YES, false,
		  "conflict, needed" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture fx = { .v = NULL };
		struct verdict *v;

		judge_seen(state, &fx, cases[i].text, fix, NULL, cases[i].seen);
		v = &fx.v[0];
		for (const char *how = cases[i].how; *how; how++)
			verdict_behaves(v, *how == 'F' ? BEHAVES_FIXED : *how == 'B' ? BEHAVES_BAD :
					   BEHAVES_OTHERWISE, xstrdup("what it did"));
		if (v->kind != cases[i].kind || v->need != cases[i].need ||
		    v->marked != cases[i].marked)
			fail_msg("case %zu: %s%s, needed %s", i, verdict_name(v->kind),
				 v->marked ? ", marked" : "", verdict_need_name(v->need));
		assert_string_equal(verdict_words(v), cases[i].words);
		assert_int_equal(v->evidence[0].kind, EVIDENCE_BEHAVIOUR);
		done(&fx);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(one_release_each),
		unit_test_scratch(what_does_not_fit_is_named),
		unit_test_scratch(a_silent_patch_is_needed_by_its_lines),
		unit_test_scratch(lines_wherever_they_stand),
		unit_test_scratch(white_space_in_probes),
		unit_test_scratch(without_probes_reverse_application_tells),
		unit_test_scratch(what_is_in_its_double_is_not_merged),
		unit_test_scratch(a_probe_outranks_the_scale),
		unit_test_scratch(judged_on_top_of_those_before),
		unit_test_scratch(a_missing_prerequisite_is_named),
		unit_test_scratch(facts_say_that_it_is_not_affected),
		unit_test_scratch(the_bugs_text_outweighs_facts),
		unit_test_scratch(what_history_says),
		unit_test_scratch(what_was_reverted_is_not_merged),
		unit_test_scratch(a_successor_in_history),
		unit_test_scratch(behaviour_outranks_text),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
