// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <dirent.h>
#include <sys/stat.h>

#include "patch/fileset.h"
#include "patch/hunk.h"
#include "patch/path.h"
#include "queue/queue.h"
#include "tree/tree.h"

#define DATA "tests/data/patches"

/* "Name: value" out of a case's own header; false if it isn't there. */
static bool directive(struct span text, const char *name, char **value)
{
	struct span line;

	while (span_line(&text, &line)) {
		if (!span_starts(line, name))
			continue;
		line.p += strlen(name);
		line.len -= strlen(name);
		*value = span_dup(span_trim(line));
		return true;
	}
	return false;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* Call @fn for each entry of a data folder, sorted; there has to be at least one. */
static void each_case(const char *dir, void (*fn)(const char *path, const char *name))
{
	struct dirent **list;
	int n = scandir(dir, &list, visible, by_name);

	if (n <= 0)
		fail_msg("%s: run this from the top of the repository", dir);
	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *path = fs_join(dir, list[i]->d_name);

		fn(path, list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

static void one_bad(const char *path, const char *name)
{
	_cleanup_str_ struct str text = STR_INIT;
	_cleanup_free_ char *expect = NULL, *options = NULL, *where = NULL;
	struct queue_patch qp = { 0 };
	struct queue q = { 0 };
	struct err err = ERR_INIT;
	unsigned int strip = 1;
	const char *text_of;
	int ret;

	assert_int_equal(fs_read(path, 0, &text, &err), 0);
	assert_true(directive(str_span(&text), "Expect: ", &expect));
	if (directive(str_span(&text), "Options: -p", &options))
		strip = (unsigned int)atoi(options);
	ret = patch_parse(&qp.patch, "p", str_span(&text), strip, &err);
	if (!ret)
		ret = queue_header_parse(&qp, &err);
	/* "LINE: what": the line has to be that one, the text may stand anywhere behind it. */
	text_of = strchr(expect, ' ') + 1;
	where = xasprintf("p:%.*s", (int)(text_of - expect), expect);
	if (ret != ERR_INPUT || strncmp(err.msg, where, strlen(where)) != 0 ||
	    !strstr(err.msg, text_of))
		fail_msg("%s: expected \"p:%s\", got \"%s\"", name, expect,
			 err.msg ? err.msg : "ok");
	err_clear(&err);
	q.patches = xcalloc(1, sizeof(qp));
	q.patches[q.n++] = qp;
	queue_free(&q);
}

static void test_bad(void **state)
{
	each_case(DATA "/bad", one_bad);
}

struct listing {
	const char *root;
	struct str text;
};

static int list_change(void *ctx, const struct fileset_change *c)
{
	struct listing *l = ctx;
	_cleanup_free_ char *path = fs_join(l->root, c->path);
	_cleanup_str_ struct str want = STR_INIT;
	struct stat st;

	if (!c->exists) {
		if (fs_exists(path))
			str_addf(&l->text, "%s should be there still; ", c->path);
		return 0;
	}
	if (fs_read(path, 0, &want, NULL) || stat(path, &st) < 0)
		str_addf(&l->text, "%s should not be there; ", c->path);
	else if (!span_eq(str_span(&want), c->text))
		str_addf(&l->text, "%s has other bytes; ", c->path);
	else if ((st.st_mode & 0111) != (c->mode & 0111))
		str_addf(&l->text, "%s has mode %o; ", c->path, c->mode);
	return 0;
}

/* Files of @dir that the result lacks, or the tree it came from should have lost. */
static void check_there(struct fileset *fs, const char *dir, const char *prefix, bool want,
			struct str *text)
{
	_cleanup_free_ char *here = *prefix ? fs_join(dir, prefix) : xstrdup(dir);
	struct dirent **list;
	int n = scandir(here, &list, visible, by_name);

	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *path = *prefix ? fs_join(prefix, list[i]->d_name) :
						      xstrdup(list[i]->d_name);
		_cleanup_free_ char *full = fs_join(dir, path);

		free(list[i]);
		if (fs_is_dir(full))
			check_there(fs, dir, path, want, text);
		else if (fileset_get(fs, path, NULL, NULL, NULL))
			str_addf(text, "%s is missing; ", path);
	}
	if (n >= 0)
		free(list);
}

static void one_apply(const char *dir, const char *name)
{
	_cleanup_free_ char *path = fs_join(dir, "patch"), *old = fs_join(dir, "old");
	_cleanup_free_ char *new = fs_join(dir, "new"), *expect = NULL, *options = xstrdup("");
	_cleanup_str_ struct str text = STR_INIT;
	struct patch_apply_opts opts = { 0 };
	struct listing l = { new, STR_INIT };
	struct fileset *fs = tree_fileset(old);
	struct err err = ERR_INIT;
	struct patch p;
	int ret;

	assert_int_equal(fs_read(path, 0, &text, &err), 0);
	directive(str_span(&text), "Expect: ", &expect);
	if (directive(str_span(&text), "Options: ", &l.text.s)) {
		free(options);
		options = l.text.s;
		l.text.s = NULL;
	}
	opts.keep_partial = strstr(options, "--partial");
	if (strstr(options, "--fuzz="))
		opts.max_fuzz = (unsigned int)atoi(strstr(options, "--fuzz=") + 7);
	if (patch_parse(&p, "p", str_span(&text), strstr(options, "-p0") ? 0 : 1, &err))
		fail_msg("%s: %s", name, err.msg);
	if (strstr(options, "-R"))
		patch_reverse(&p);
	ret = patch_apply(fs, &p, &opts, NULL, &err);
	if (ret != (expect ? ERR_FINDING : 0) || (expect && !strstr(err.msg, expect)))
		fail_msg("%s: expected \"%s\", got \"%s\"", name, expect ? expect : "ok",
			 err.msg ? err.msg : "ok");
	err_clear(&err);
	fileset_each(fs, list_change, &l);
	check_there(fs, new, "", true, &l.text);
	if (l.text.len)
		fail_msg("%s: %s", name, l.text.s);
	fileset_free(fs);
	patch_free(&p);
	str_free(&l.text);
}

static void test_apply(void **state)
{
	each_case(DATA "/apply", one_apply);
}

static void test_paths(void **state)
{
	static const struct {
		const char *path, *why;
	} cases[] = {
		{ "fs/nfsd/nfs4state.c", NULL },
		{ ".gitignore", NULL },
		{ "a/.git2/b", NULL },
		{ "..a/b", NULL },
		{ "a b", NULL },
		{ "", "empty" },
		{ "/a", "absolute" },
		{ "a//b", "empty component" },
		{ "a/", "empty component" },
		{ "./a", "\".\" component" },
		{ "a/..", "leaves the tree" },
		{ "../a", "leaves the tree" },
		{ ".git", ".git" },
		{ "a/.Git/b", ".git" },
		{ ".pc/x", ".pc" },
		{ "a\nb", "control" },
		{ "a\177", "control" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *why = NULL;
		bool ok = patch_path_ok(cases[i].path, &why);

		if (ok != !cases[i].why || (!ok && !strstr(why, cases[i].why)))
			fail_msg("\"%s\": %s", cases[i].path, ok ? "ok" : why);
	}
}

static void test_names(void **state)
{
	static const struct {
		const char *text;
		unsigned int strip;
		const char *path;	/* NULL: /dev/null */
		bool epoch;
	} cases[] = {
		{ "a/f.c", 1, "f.c", false },
		{ "a/f.c\r", 1, "f.c", false },
		{ "a//f.c", 1, "f.c", false },
		{ "f.c", 0, "f.c", false },
		{ "x/y/f.c", 2, "f.c", false },
		{ "a/f.c\t2026-09-25 12:00:00.000000000 +0200", 1, "f.c", false },
		{ "a/f g.c\t2026-09-25 12:00:00 +0200", 1, "f g.c", false },
		{ "a/f.c Fri Sep 25 12:00:00 2026", 1, "f.c", false },
		{ "a/f.c\t1970-01-01 01:00:00.000000000 +0100", 1, "f.c", true },
		{ "a/f.c\t1969-12-31 19:00:00 -0500", 1, "f.c", true },
		{ "a/f.c\t1970-01-03 00:00:00 +0000", 1, "f.c", false },
		{ "a/f.c\tThu Jan  1 00:00:00 1970", 1, "f.c", true },
		{ "/dev/null", 1, NULL, true },
		{ "/dev/null\t2026-09-25 12:00:00 +0200", 1, NULL, true },
		{ "\"a/\\303\\251 \\\"\\t\\\\.c\"", 1, "\303\251 \"\t\\.c", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct diff_name n;

		assert_null(diff_name_parse(&n, span_of(cases[i].text), cases[i].strip));
		if (cases[i].path)
			assert_string_equal(n.path, cases[i].path);
		else
			assert_true(n.dev_null);
		assert_int_equal(n.epoch, cases[i].epoch);
		free(n.path);
	}
}

static const char mail[] =
	"From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n"
	"From: A U Thor <a@example.org>\n"
	"Subject: [PATCH 6.1 1/2] x: y\n\nText.\n---\n f | 2 +-\n\n"
	"diff --git a/f b/f\nindex 1234567..89abcde 100644\n--- a/f\n+++ b/f\n"
	"@@ -1,2 +1,2 @@ int main(void)\n a\n-b\n+B\n\\ No newline at end of file\n-- \n2.43.0\n\n";

static void test_parse_fields(void **state)
{
	struct err err = ERR_INIT;
	struct patch p;

	assert_int_equal(patch_parse(&p, "p", span_of(mail), 1, &err), 0);
	assert_int_equal(p.nfiles, 1);
	assert_true(span_ends(p.header, " f | 2 +-\n\n"));
	assert_true(p.files[0].git);
	assert_int_equal(p.files[0].line, 9);
	assert_int_equal(p.files[0].change, FILE_MODIFIED);
	assert_int_equal(p.files[0].hunks[0].line, 13);
	assert_true(span_is(p.files[0].hunks[0].section, "int main(void)"));
	assert_int_equal(p.files[0].hunks[0].nlines, 3);
	assert_true(span_is(p.files[0].hunks[0].lines[1].text, "b\n"));
	assert_true(span_is(p.files[0].hunks[0].lines[2].text, "B"));
	assert_true(p.files[0].hunks[0].lines[2].no_newline);
	patch_free(&p);
}

static void test_parse_empty(void **state)
{
	struct err err = ERR_INIT;
	struct patch p;

	assert_int_equal(patch_parse(&p, "p", span_of(""), 1, &err), 0);
	assert_int_equal(p.nfiles, 0);
	patch_free(&p);
}

/* Every cut and every damaged byte: an error with a line, or a patch; never anything else. */
static void test_damage(void **state)
{
	_cleanup_free_ char *text = xstrdup(mail);
	size_t n = sizeof(mail) - 1, diff = (size_t)(strstr(mail, "diff --git") - mail);
	size_t end = (size_t)(strstr(mail, "-- \n") - mail);

	for (size_t i = 0; i < n; i++) {
		struct err err = ERR_INIT;
		struct patch p;
		int ret = patch_parse(&p, "p", (struct span){ mail, i }, 1, &err);

		/* Cut inside the diff. Behind its last line that says something it is whole. */
		if (i > diff && i < end - strlen("\\ No newline at end of file\n"))
			assert_int_equal(ret, ERR_INPUT);
		assert_true(!ret || !strncmp(err.msg, "p:", 2));
		err_clear(&err);
		patch_free(&p);
		for (int bit = 0; bit < 8; bit++) {
			text[i] = (char)(mail[i] ^ 1 << bit);
			ret = patch_parse(&p, "p", (struct span){ text, n }, 1, &err);
			assert_true(!ret || !strncmp(err.msg, "p:", 2));
			err_clear(&err);
			patch_free(&p);
		}
		text[i] = mail[i];
	}
}

static int load_text(void *ctx, const char *path, struct str *to, unsigned int *mode,
		     struct err *err)
{
	str_adds(to, ctx);
	*mode = 0644;
	return 0;
}

static void test_outcomes(void **state)
{
	static const char text[] = "--- a/f\n+++ b/f\n"
		"@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n"
		"@@ -5,3 +5,3 @@\n 5\n-6\n+six\n 7\n"
		"@@ -9,3 +9,3 @@\n 9\n-10\n+ten\n 11\n";
	char file[] = "0\n1\n2\n3\n4\nx\n6\n7\n8\n9\nten\n11\n";
	struct patch_apply_opts opts = { .max_fuzz = 1 };
	struct fileset *fs = fileset_new(load_text, file);
	struct err err = ERR_INIT;
	struct file_outcome *o;
	struct patch p;
	struct span s;

	assert_int_equal(patch_parse(&p, "p", span_of(text), 1, &err), 0);
	assert_int_equal(patch_apply(fs, &p, &opts, &o, &err), ERR_FINDING);
	assert_err(err, ERR_FINDING, "p:13: f: hunk #3 is in the file already");
	assert_int_equal(o[0].nhunks, 3);
	assert_int_equal(o[0].hunks[0].result, HUNK_OFFSET);
	assert_int_equal(o[0].hunks[0].offset, 1);
	assert_int_equal(o[0].hunks[0].at, 2);
	assert_int_equal(o[0].hunks[1].result, HUNK_FUZZ);
	assert_int_equal(o[0].hunks[1].fuzz, 1);
	assert_int_equal(o[0].hunks[1].offset, 1);
	assert_int_equal(o[0].hunks[2].result, HUNK_REVERSED);
	/* All or nothing. */
	assert_int_equal(fileset_get(fs, "f", &s, NULL, &err), 0);
	assert_true(span_is(s, file));
	file_outcomes_free(o, 1);
	fileset_free(fs);
	patch_free(&p);
}

static void test_explain(void **state)
{
	static const char text[] = "--- a/f\n+++ b/f\n@@ -2,3 +2,3 @@\n \tb\n-c\n+C\n d\n";
	static const struct {
		const char *file, *says;
	} cases[] = {
		{ "a\n\tb\nx\nd\n", "line 3 is \"x\", the patch expects \"c\"" },
		{ "a\n b\nc\nd\n", "line 2 is \"b\" with other white space or line ends, the patch "
				   "expects \"b\"" },
		{ "a\n\tb\n", "the file ends at line 2, the patch expects \"c\"" },
		{ "", "the file ends at line 0, the patch expects \"b\"" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fileset *fs = fileset_new(load_text, (void *)cases[i].file);
		struct err err = ERR_INIT;
		struct patch p;

		assert_int_equal(patch_parse(&p, "p", span_of(text), 1, &err), 0);
		assert_int_equal(patch_apply(fs, &p, NULL, NULL, &err), ERR_FINDING);
		assert_err(err, ERR_FINDING, cases[i].says);
		fileset_free(fs);
		patch_free(&p);
	}
}

static int load_counted(void *ctx, const char *path, struct str *to, unsigned int *mode,
			struct err *err)
{
	++*(int *)ctx;
	if (!strcmp(path, "none"))
		return err_set(err, ERR_NOTFOUND, "none");
	str_adds(to, "old");
	*mode = 0644;
	return 0;
}

static int add_path(void *ctx, const struct fileset_change *c)
{
	str_addf(ctx, "%s %d%d;", c->path, c->existed, c->exists);
	return 0;
}

static void test_fileset(void **state)
{
	int loads = 0;
	struct fileset *fs = fileset_new(load_counted, &loads), *over;
	_cleanup_str_ struct str list = STR_INIT;
	struct err err = ERR_INIT;
	unsigned int mode;
	struct span s;

	assert_int_equal(fileset_get(fs, "none", &s, &mode, &err), ERR_NOTFOUND);
	err_clear(&err);
	assert_int_equal(fileset_get(fs, "a", &s, &mode, &err), 0);
	assert_int_equal(fileset_get(fs, "a", &s, &mode, &err), 0);
	assert_int_equal(loads, 2);
	fileset_put(fs, "b", span_of("new"), 0755);
	fileset_put(fs, "a", span_of("old"), 0644);	/* as it was: no change */
	fileset_put(fs, "none", span_of(""), 0644);
	over = fileset_over(fs);
	fileset_remove(over, "b");
	assert_int_equal(fileset_get(fs, "b", &s, &mode, &err), 0);
	assert_true(span_is(s, "new"));
	assert_int_equal(mode, 0755);
	assert_int_equal(fileset_get(over, "b", NULL, NULL, NULL), ERR_NOTFOUND);
	assert_int_equal(fileset_commit(over, fs), 0);
	fileset_free(over);
	fileset_remove(fs, "c");
	assert_int_equal(fileset_each(fs, add_path, &list), 0);
	assert_string_equal(list.s, "b 10;c 10;none 01;");
	fileset_free(fs);
}

/* A layer, and what a patch leaves of a file, borrow: nothing is copied. */
static void test_sharing(void **state)
{
	static const char diff[] = "--- a/f\n+++ b/f\n@@ -2 +2,2 @@\n-two\n+2\n+2b\n";
	int loads = 0;
	struct fileset *fs = fileset_new(load_counted, &loads), *over = fileset_over(fs);
	struct content *low, *high, *made;
	struct err err = ERR_INIT;
	struct patch p;

	fileset_put(fs, "f", span_of("one\ntwo\nthree"), 0644);
	assert_int_equal(fileset_content(fs, "f", &low, NULL, &err), 0);
	assert_int_equal(fileset_content(over, "f", &high, NULL, &err), 0);
	assert_ptr_equal(low, high);
	assert_int_equal(patch_parse(&p, "p", span_of(diff), 1, &err), 0);
	assert_int_equal(patch_apply(over, &p, NULL, NULL, &err), 0);
	patch_free(&p);
	assert_int_equal(fileset_content(over, "f", &made, NULL, &err), 0);
	assert_true(span_is(content_text(made), "one\n2\n2b\nthree"));
	assert_true(span_is(content_text(low), "one\ntwo\nthree"));
	assert_ptr_equal(content_lines(made)->v[0].p, content_lines(low)->v[0].p);
	assert_ptr_equal(content_lines(made)->v[3].p, content_lines(low)->v[2].p);
	/* What was made of it outlives it, and the patch. */
	content_get(made);
	fileset_free(over);
	fileset_free(fs);
	assert_int_equal(content_lines(made)->n, 4);
	assert_true(line_eq(&content_lines(made)->v[3], span_of("three")));
	assert_true(line_eq(&content_lines(made)->v[1], span_of("2\n")));
	content_put(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_parse_fields),
		cmocka_unit_test(test_parse_empty),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_apply),
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_fileset),
		cmocka_unit_test(test_sharing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
