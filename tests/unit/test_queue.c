// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include "base/child.h"

#include "queue/queue.h"

static const char simple[] = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n";

static void put_requiring(const char *dir, const char *name, const char *other)
{
	_cleanup_free_ char *text = xasprintf("Subject: x\n\n---\nRequires: %s\n\n%s", other,
					      simple);

	put(dir, name, text);
}

static void test_series(void **state)
{
	struct err err = ERR_INIT;
	struct queue q;

	put(*state, "series", "# comment\n\n \t\na.patch\n  b.patch -p0 -R # why\n"
	    "sub/c.patch\t-p2\r\nd#1.patch\r\n#e.patch\nempty.patch -R");
	put(*state, "a.patch", simple);
	put(*state, "b.patch", simple);
	put(*state, "sub/c.patch", "--- a/b/f\n+++ a/b/f\n@@ -1 +1 @@\n-a\n+b\n");
	put(*state, "d#1.patch", simple);
	put(*state, "empty.patch", "");
	assert_int_equal(queue_load(&q, *state, NULL, &err), 0);
	assert_int_equal(q.n, 5);
	assert_string_equal(q.patches[0].file, "a.patch");
	assert_int_equal(q.patches[0].line, 4);
	assert_int_equal(q.patches[0].strip, 1);
	assert_string_equal(q.patches[1].file, "b.patch");
	assert_int_equal(q.patches[1].strip, 0);
	assert_true(q.patches[1].reverse);
	assert_string_equal(q.patches[1].patch.files[0].old_path, "b/f");
	assert_int_equal(q.patches[1].patch.files[0].hunks[0].lines[0].kind, '+');
	assert_string_equal(q.patches[2].file, "sub/c.patch");
	assert_int_equal(q.patches[2].strip, 2);
	assert_string_equal(q.patches[3].file, "d#1.patch");
	assert_int_equal(q.patches[4].patch.nfiles, 0);
	queue_free(&q);
}

static void test_other_series(void **state)
{
	struct err err = ERR_INIT;
	struct queue q;

	put(*state, "series.test", "a.patch");
	put(*state, "a.patch", simple);
	assert_int_equal(queue_load(&q, *state, "series.test", &err), 0);
	assert_int_equal(q.n, 1);
	queue_free(&q);
}

static void test_series_errors(void **state)
{
	static const struct {
		const char *series, *says;
	} cases[] = {
		{ "a.patch\n\nfoo.patch\n", "/series:3: no such patch: foo.patch" },
		{ "a.patch\na.patch -R\n", "/series:2: a.patch stands in line 1 already" },
		{ " # x\n", "/series:1: an indented comment" },
		{ "a.patch -pab\n", "/series:1: expected -p0 to -p9" },
		{ "a.patch -p\n", "/series:1: expected -p0 to -p9" },
		{ "a.patch -F3\n", "/series:1: unknown option, expected -pN or -R: -F3" },
		{ "../a.patch\n", "/series:1: a name that leaves the tree: ../a.patch" },
		{ "/a.patch\n", "/series:1: an absolute name" },
		{ "a.patch.gz\n", "/series:1: a compressed patch" },
		{ "series\n", "/series:1: the series file's own name" },
		{ "dir\n", "is a directory" },
		{ "broken.patch\n", "/broken.patch:5: " },
		{ "needs.patch\na.patch\n",
		  "/series:1: needs.patch requires a.patch, which has to stand" },
		{ "needs.patch\n", "/series:1: needs.patch requires a.patch, which is not listed" },
		{ "self.patch\n", "/series:1: self.patch requires itself" },
		{ "# x\none.patch\ntwo.patch\nthree.patch\n",
		  "/series:2: dependencies go round in a circle: one.patch requires two.patch, but "
		  "two.patch requires three.patch, which requires one.patch" },
		/* A circle further on, which the patch in question isn't part of. */
		{ "to-circle.patch\none.patch\ntwo.patch\nthree.patch\n",
		  "/series:1: to-circle.patch requires one.patch, which has to stand before it" },
	};

	put(*state, "a.patch", simple);
	put(*state, "dir/x", "");
	put(*state, "broken.patch", "--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n-a\n+b\n");
	put(*state, "needs.patch", "Subject: x\n\n---\nRequires: a.patch\n\n--- a/f\n+++ b/f\n"
	    "@@ -1 +1 @@\n-b\n+c\n");
	put_requiring(*state, "self.patch", "self.patch");
	put_requiring(*state, "one.patch", "two.patch");
	put_requiring(*state, "two.patch", "three.patch");
	put_requiring(*state, "three.patch", "one.patch");
	put_requiring(*state, "to-circle.patch", "one.patch");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = ERR_INIT;
		struct queue q;

		put(*state, "series", cases[i].series);
		assert_int_equal(queue_load(&q, *state, NULL, &err), ERR_INPUT);
		assert_err(err, ERR_INPUT, cases[i].says);
		queue_free(&q);
	}
}

#define DIFF_F "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a\n+b\n \n"
#define DIFF_G "--- a/g\n+++ b/g\n@@ -1 +1 @@\n-a\n+b\n"

/* What quilt takes is taken of a queue that somebody names, and is an error in one's own. */
static void test_anyones(void **state)
{
	static const struct {
		const char *text, *says;
		size_t nfiles;
	} cases[] = {
		{ "x\n\n" DIFF_G "\ncommit 1\nAuthor: x\n\n    More.\n\n" DIFF_F,
		  "/x.patch:9: garbage behind the last hunk", 2 },
		{ DIFF_G "Submodule lib 1234567..89abcde:\n  > x\n" DIFF_F,
		  "/x.patch:6: garbage", 2 },
		{ "index 1234567..89abcde 100644\n" DIFF_G, "/x.patch:1: a line of a git diff", 1 },
		{ DIFF_G "diff a/f b/f\nindex 1234567..89abcde 100644\n" DIFF_F,
		  "/x.patch:6: garbage", 2 },
		/* An editor took the blank line away, or the last newline. */
		{ "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a\n+b\n",
		  "/x.patch:5: the patch ends in", 1 },
		{ "--- a/g\n+++ b/g\n@@ -1 +1 @@\n-a\n+b",
		  "/x.patch:5: the patch ends in the middle", 1 },
	};

	put(*state, "series", "x.patch\n");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = ERR_INIT;
		struct queue q;

		put(*state, "x.patch", cases[i].text);
		assert_int_equal(queue_load(&q, *state, NULL, &err), ERR_INPUT);
		assert_err(err, ERR_INPUT, cases[i].says);
		queue_free(&q);
		if (queue_load_anyones(&q, *state, NULL, &err))
			fail_msg("case %zu: %s", i, err.msg);
		assert_int_equal(q.patches[0].patch.nfiles, cases[i].nfiles);
		queue_free(&q);
	}
}

/* Real damage is an error to both. */
static void test_anyones_damaged(void **state)
{
	struct err err = ERR_INIT;
	struct queue q;

	put(*state, "series", "x.patch\n");
	put(*state, "x.patch", "--- a/g\n+++ b/g\n@@ -1,2 +1,3 @@\n-a\n+b\n");
	assert_int_equal(queue_load_anyones(&q, *state, NULL, &err), ERR_INPUT);
	assert_err(err, ERR_INPUT, "/x.patch:5: the patch ends in the middle of the hunk");
	queue_free(&q);
	put(*state, "x.patch", DIFF_G " more\n");
	assert_int_equal(queue_load_anyones(&q, *state, NULL, &err), ERR_INPUT);
	assert_err(err, ERR_INPUT, "/x.patch:6: the hunk is longer than its @@ line says");
	queue_free(&q);
}

static void test_packed(void **state)
{
	_cleanup_free_ char *path = fs_join(*state, "x.patch");
	struct child c = { .argv = (const char *const[]){ "gzip", "-f", path, NULL } };
	struct err err = ERR_INIT;
	struct queue q;

	put(*state, "x.patch", DIFF_G);
	put(*state, "series", "x.patch.gz -p1\n");
	assert_int_equal(child_check(&c, &err), 0);
	child_free(&c);
	assert_int_equal(queue_load_anyones(&q, *state, NULL, &err), 0);
	assert_string_equal(q.patches[0].file, "x.patch");
	assert_int_equal(q.patches[0].patch.nfiles, 1);
	queue_free(&q);
	put(*state, "x.patch.gz", "no gzip\n");
	assert_int_equal(queue_load_anyones(&q, *state, NULL, &err), ERR_INPUT);
	err_clear(&err);
	queue_free(&q);
}

static void test_all_faults(void **state)
{
	struct err err = ERR_INIT;
	struct queue q;

	put(*state, "a.patch", simple);
	put(*state, "b.patch", "--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n-a\n+b\n");
	put(*state, "c.patch", "no diff\n");
	put(*state, "series", "a.patch -F3\nb.patch\nc.patch\nd.patch\n");
	assert_int_equal(queue_load(&q, *state, NULL, &err), ERR_INPUT);
	assert_non_null(strstr(err.msg, "/series:1: unknown option"));
	assert_non_null(strstr(err.msg, "\n"));
	assert_non_null(strstr(err.msg, "/b.patch:5: "));
	assert_non_null(strstr(err.msg, "/c.patch:1: no diff in it"));
	assert_non_null(strstr(err.msg, "/series:4: no such patch: d.patch"));
	err_clear(&err);
	queue_free(&q);
}

static void test_own(void **state)
{
	struct err err = ERR_INIT;
	struct queue q;

	put(*state, "a.patch", "Subject: x\n\n" DIFF_G);
	put(*state, "b.patch", "");
	put(*state, "c.patch", DIFF_G);
	put(*state, "d.patch",
	    "Subject: x\n\n" DIFF_G "-- \n2.43.0\n\nFrom x\nSubject: y\n\n" DIFF_F);
	put(*state, "stray.patch", DIFF_G);
	put(*state, "series", "a.patch\n");
	assert_int_equal(queue_load(&q, *state, NULL, &err), 0);
	assert_int_equal(queue_check_own(&q, "series", &err), 0);
	queue_free(&q);
	put(*state, "series", "a.patch\nb.patch\nc.patch -p1\nd.patch\n");
	assert_int_equal(queue_load(&q, *state, NULL, &err), 0);
	assert_int_equal(queue_check_own(&q, NULL, &err), ERR_INPUT);
	assert_non_null(strstr(err.msg, "/b.patch: an empty patch"));
	assert_non_null(strstr(err.msg, "/c.patch:1: no Subject:"));
	assert_non_null(strstr(err.msg, "/d.patch:14: a second patch in one file"));
	assert_non_null(strstr(err.msg, "/stray.patch: no series names it"));
	assert_null(strstr(err.msg, "a.patch:"));
	err_clear(&err);
	queue_free(&q);
}

static void test_no_series(void **state)
{
	_cleanup_free_ char *none = fs_join(*state, "none");
	struct err err = ERR_INIT;
	struct queue q;

	assert_int_equal(queue_load(&q, none, NULL, &err), ERR_INPUT);
	assert_err(err, ERR_INPUT, "none/series: No such file");
	queue_free(&q);
}

static struct queue load_one(const char *dir, const char *header)
{
	_cleanup_free_ char *text = xasprintf("%s%s", header, simple);
	struct err err = ERR_INIT;
	struct queue q;

	put(dir, "series", "a.patch\n");
	put(dir, "a.patch", text);
	if (queue_load(&q, dir, NULL, &err))
		fail_msg("%s", err.msg);
	return q;
}

static void test_header(void **state)
{
	struct queue q = load_one(*state,
		"From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n"
		"From: Jeff Layton <jlayton@kernel.org>\n"
		"Date: Sat, 30 May 2026 09:20:32 -0400\n"
		"Subject: [PATCH 6.1.y v2 1/2] nfsd: RCU-protect cl_cb_session\n"
		"\tto fix use-after-free\n"
		" on session teardown\n"
		"\n"
		"commit 01c5d5f58a5d1234567890123456789012345678 upstream.\n"
		"\n"
		"Subject: not this one\n"
		"Fixes: dcbeaa68dbbd (\"nfsd4: allow backchannel recovery\")\n"
		"Fixes: c5c707f96fc9 (\"other\")\n"
		"Link: https://lore.kernel.org/r/1@kernel.org\n"
		"Signed-off-by: A\n"
		"---\n"
		"Upstream: 01c5d5f58a5d\n"
		"CVE: CVE-2026-89708 9.8\n"
		"Probe-fixed: fs/nfsd/state.h: struct nfsd4_session __rcu *cl_cb_session\n"
		"probe-affected: fs/nfsd/nfs4state.c: 2 x kfree(ses);\n"
		"Probe-fixed: fs/x.c: 10 apples: red\n"
		" fs/nfsd/state.h | 2 +-\n"
		"\n");
	const struct queue_patch *qp = &q.patches[0];

	assert_string_equal(qp->subject, "nfsd: RCU-protect cl_cb_session to fix use-after-free on "
			    "session teardown");
	assert_string_equal(qp->upstream, "01c5d5f58a5d1234567890123456789012345678");
	assert_string_equal(qp->fixes, "dcbeaa68dbbd (\"nfsd4: allow backchannel recovery\")");
	assert_string_equal(qp->link, "https://lore.kernel.org/r/1@kernel.org");
	assert_string_equal(qp->cve, "CVE-2026-89708");
	assert_string_equal(qp->cvss, "9.8");
	assert_int_equal(qp->nprobes, 3);
	assert_int_equal(qp->probes[0].kind, PROBE_FIXED);
	assert_int_equal(qp->probes[0].count, 0);
	assert_int_equal(qp->probes[0].line, 18);
	assert_string_equal(qp->probes[0].path, "fs/nfsd/state.h");
	assert_string_equal(qp->probes[0].text, "struct nfsd4_session __rcu *cl_cb_session");
	assert_int_equal(qp->probes[1].kind, PROBE_AFFECTED);
	assert_int_equal(qp->probes[1].count, 2);
	assert_string_equal(qp->probes[1].text, "kfree(ses);");
	assert_int_equal(qp->probes[2].count, 0);
	assert_string_equal(qp->probes[2].text, "10 apples: red");
	queue_free(&q);
}

static void test_plain_header(void **state)
{
	struct queue q = load_one(*state, "Fixes: 1234567890ab (\"x\")\nJust text.\n");

	assert_null(q.patches[0].subject);
	assert_null(q.patches[0].upstream);
	assert_string_equal(q.patches[0].fixes, "1234567890ab (\"x\")");
	queue_free(&q);
	q = load_one(*state, "");
	assert_null(q.patches[0].subject);
	queue_free(&q);
	q = load_one(*state,
		     "Subject: [RFC][PATCH] [nfsd] x\r\n\r\n[ Upstream commit 01c5d5f58a5d ]\r\n");
	assert_string_equal(q.patches[0].subject, "[nfsd] x");
	assert_string_equal(q.patches[0].upstream, "01c5d5f58a5d");
	queue_free(&q);
}

/* The commit's id and the rest of @lines in the message of a patch that git am takes. */
static struct queue load_told(const char *dir, const char *id, const char *lines)
{
	_cleanup_free_ char *header = xasprintf("From: A B <a@b.org>\n"
						"Date: Mon, 1 Jun 2026 10:00:00 +0000\n"
						"Subject: x\n\n%s%s", id, lines);

	return load_one(dir, header);
}

#define FULL_ID "commit 01c5d5f58a5d1234567890123456789012345678 upstream.\n\n"
#define TOLD "Upstream-author: Jeff Layton <jlayton@kernel.org>\n" \
	     "Upstream-date: Sat, 30 May 2026 09:19:17 -0400\n" \
	     "Upstream-message-id: 2026-1-f2@kernel.org\n"

static void test_provenance(void **state)
{
	struct queue q = load_told(*state, FULL_ID, TOLD "CVE: CVE-2026-89708 9.8\n"
				   "Fixes: dcbeaa68dbbd (\"nfsd4: x\")\nReported-by: C <c@d.org>\n"
				   "Reported-by: D <d@d.org>\n---\n\n");
	const struct queue_patch *qp = &q.patches[0];
	struct strv lacks = STRV_INIT;

	assert_string_equal(qp->from, "A B <a@b.org>");
	assert_string_equal(qp->mail_date, "Mon, 1 Jun 2026 10:00:00 +0000");
	assert_string_equal(qp->author, "Jeff Layton <jlayton@kernel.org>");
	assert_string_equal(qp->date, "Sat, 30 May 2026 09:19:17 -0400");
	assert_string_equal(qp->message_id, "2026-1-f2@kernel.org");
	assert_string_equal(qp->cve, "CVE-2026-89708");
	assert_string_equal(qp->cvss, "9.8");
	assert_int_equal(qp->reported_by.n, 2);
	assert_string_equal(qp->reported_by.v[1], "D <d@d.org>");
	queue_lacks(qp, &lacks);
	assert_int_equal(lacks.n, 0);
	queue_free(&q);

	q = load_told(*state, FULL_ID, "Upstream-author: unknown\nUpstream-date: unknown\n"
		      "Upstream-message-id: unknown\n---\n\n");
	queue_lacks(&q.patches[0], &lacks);
	assert_int_equal(lacks.n, 0);
	queue_free(&q);

	q = load_told(*state, "", "Upstream-candidate: 01c5d5f58a5d1234567890123456789012345678\n"
		      "Upstream-author: unknown\nUpstream-message-id: unknown\n---\n\n");
	assert_null(q.patches[0].upstream);
	assert_string_equal(queue_patch_commit(&q.patches[0]), q.patches[0].candidate);
	queue_lacks(&q.patches[0], &lacks);
	assert_int_equal(lacks.n, 1);
	assert_string_equal(lacks.v[0], "no Upstream-date:");
	strv_free(&lacks);
	queue_free(&q);

	/* One that was never upstream has nothing of this to tell. */
	q = load_told(*state, "", "text\n---\n\n");
	queue_lacks(&q.patches[0], &lacks);
	assert_int_equal(lacks.n, 0);
	queue_free(&q);
}

static void test_lacks(void **state)
{
	static const struct {
		const char *id, *lines, *says;
	} cases[] = {
		{ "commit 01c5d5f58a5d upstream.\n\n", TOLD "---\n\n",
		  "expected all 40 digits of the upstream commit, found: 01c5d5f58a5d" },
		{ "", TOLD "---\nUpstream: 01c5d5f58a5d1234567890123456789012345678\n\n",
		  "no line \"commit ID upstream.\" in the message" },
		{ FULL_ID, TOLD "---\nCVE: CVE-2026-89708 9.8\n\n",
		  "CVE: stands behind the \"---\" line, where git am drops it" },
		{ FULL_ID, TOLD "Fixes: dcbeaa6\n---\n\n",
		  "expected \"Fixes: ID (\"SUBJECT\")\", found: dcbeaa6" },
		{ FULL_ID, TOLD "Fixes: dcbeaa68dbbd\n---\n\n",
		  "expected \"Fixes: ID (\"SUBJECT\")\", found: dcbeaa68dbbd" },
		{ FULL_ID, "Upstream-author: unknown\nUpstream-date: unknown\n---\n\n",
		  "no Upstream-message-id:" },
	};
	struct strv lacks = STRV_INIT;
	struct queue q;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		q = load_told(*state, cases[i].id, cases[i].lines);
		queue_lacks(&q.patches[0], &lacks);
		assert_int_equal(lacks.n, 1);
		assert_string_equal(lacks.v[0], cases[i].says);
		strv_free(&lacks);
		queue_free(&q);
	}
	q = load_one(*state, "From: jlayton\nDate: 2026-05-30\n\n" FULL_ID "---\n\n");
	queue_lacks(&q.patches[0], &lacks);
	assert_int_equal(lacks.n, 6);
	assert_string_equal(lacks.v[0], "expected \"From: NAME <ADDRESS>\", found: jlayton");
	assert_string_equal(lacks.v[2], "no Subject:");
	assert_string_equal(lacks.v[5], "no Upstream-message-id:");
	strv_free(&lacks);
	queue_free(&q);
}

static void test_provenance_errors(void **state)
{
	static const struct {
		const char *lines, *says;
	} cases[] = {
		{ "Upstream-author: Jeff Layton\n",
		  ":7: expected \"Upstream-author: NAME <ADDRESS>\"" },
		{ "Upstream-author: <a@b>\n", ":7: expected \"Upstream-author:" },
		{ "Upstream-author: A <a b@c>\n", ":7: expected \"Upstream-author:" },
		{ "Upstream-author: A <ab@>\n", ":7: expected \"Upstream-author:" },
		{ "Upstream-author: A > B <a@b>\n", ":7: expected \"Upstream-author:" },
		{ "Upstream-author:\n", ":7: expected \"Upstream-author:" },
		{ "Upstream-date: Fri, 30 May 2026 09:19:17 -0400\n",
		  ":7: expected \"Upstream-date:" },
		{ "Upstream-date: Sat, 30 May 2026 09:19:17\n", ":7: expected \"Upstream-date:" },
		{ "Upstream-date: Sat, 30 May 2026 9:19:17 -0400\n",
		  ":7: expected \"Upstream-date:" },
		{ "Upstream-date: Sun, 31 Jun 2026 09:19:17 -0400\n",
		  ":7: expected \"Upstream-date:" },
		{ "Upstream-date: Sat, 30 May 2026 09:19:17 -0460\n",
		  ":7: expected \"Upstream-date:" },
		{ "Upstream-date: 2026-05-30\n", ":7: expected \"Upstream-date:" },
		{ "Upstream-message-id: <1@kernel.org>\n", ":7: expected \"Upstream-message-id:" },
		{ "Upstream-message-id: 1\n", ":7: expected \"Upstream-message-id:" },
		{ TOLD "Upstream-date: unknown\n", ":10: a second line of this name" },
		{ TOLD "CVE: 2026-1\n", ":10: expected \"CVE: CVE-YYYY-NNNN [SCORE]\"" },
		{ "Upstream-candidate: 01c5d5f58a5d\n", ":7: expected all 40 digits" },
		{ "Upstream-candidate: unknown\n", ":7: expected all 40 digits" },
		{ "Upstream-candidate: 01c5d5f58a5d1234567890123456789012345678\n",
		  ":5: an upstream commit, beside an Upstream-candidate: for it" },
		{ "---\nUpstream-candidate: unknown\n", ":8: has to stand in the message" },
		{ "---\nUpstream-date: unknown\n", ":8: has to stand in the message" },
		{ "CVE: CVE-2026-89708\n---\nCVE: CVE-2026-89708\n",
		  ":9: a second CVE: (the first is" },
	};

	put(*state, "series", "a.patch\n");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text =
			xasprintf("From: A <a@b>\nDate: x\nSubject: x\n\n" FULL_ID
						      "%s\n%s", cases[i].lines, simple);
		struct err err = ERR_INIT;
		struct queue q;

		put(*state, "a.patch", text);
		assert_int_equal(queue_load(&q, *state, NULL, &err), ERR_INPUT);
		assert_err(err, ERR_INPUT, cases[i].says);
		queue_free(&q);
	}
}

static int load(void *ctx, const char *path, struct str *to, unsigned int *mode, struct err *err)
{
	str_adds(to, "a\n");
	*mode = 0644;
	return 0;
}

static void test_apply(void **state)
{
	struct fileset *fs = fileset_new(load, NULL);
	struct err err = ERR_INIT;
	struct queue q;
	struct span s;

	put(*state, "series", "a.patch\nb.patch -R\na2.patch\nbad.patch\n");
	put(*state, "a.patch", simple);
	put(*state, "b.patch", simple);
	put(*state, "a2.patch", simple);
	put(*state, "bad.patch", simple);
	assert_int_equal(queue_load(&q, *state, NULL, &err), 0);
	assert_int_equal(queue_apply(&q, 2, fs, NULL, &err), 0);
	assert_int_equal(fileset_get(fs, "f", &s, NULL, &err), 0);
	assert_true(span_is(s, "a\n"));
	assert_int_equal(queue_apply(&q, SIZE_MAX, fs, NULL, &err), ERR_FINDING);
	assert_err(err, ERR_FINDING, "/bad.patch:3: f: hunk #1 is in the file already");
	/* The patches before stay. */
	assert_int_equal(fileset_get(fs, "f", &s, NULL, &err), 0);
	assert_true(span_is(s, "b\n"));
	fileset_free(fs);
	queue_free(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(test_series),
		unit_test_scratch(test_other_series),
		unit_test_scratch(test_series_errors),
		unit_test_scratch(test_anyones),
		unit_test_scratch(test_anyones_damaged),
		unit_test_scratch(test_packed),
		unit_test_scratch(test_all_faults),
		unit_test_scratch(test_own),
		unit_test_scratch(test_no_series),
		unit_test_scratch(test_header),
		unit_test_scratch(test_plain_header),
		unit_test_scratch(test_provenance),
		unit_test_scratch(test_lacks),
		unit_test_scratch(test_provenance_errors),
		unit_test_scratch(test_apply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
