// SPDX-License-Identifier: GPL-2.0-only
/* What a proof showed, in a changelog: a real report in few lines, and its place in the message. */
#include "unit.h"

#include "prove/changelog.h"
#include "console/replay.h"

#define HEAD "From: A B <a@b.example>\nSubject: nfsd: make x good\n\ncommit 1 upstream.\n\n" \
	"It was bad.\n\n"
#define TAIL "Fixes: 1 (\"x\")\n[ Adapted to 6.1.y: no. ]\n---\nProbe-fixed: a: b\n\n--- a/a\n" \
	"+++ b/a\n"
#define TELLS(what) "Without this patch, on 6.1.187 (um), the KUnit case\nx.y fails:\n\n" \
	"    " what "\n\n"

static void real_report(void **state)
{
	_cleanup_str_ struct str text = STR_INIT;
	_cleanup_free_ char *told = NULL;
	struct replay r;

	assert_int_equal(fs_read("tests/data/console/real-um-6.1-kasan.log", 0, &text, NULL), 0);
	replay(&r, str_span(&text), NULL, NULL);
	assert_true(r.nsplats > 0);
	told = splat_digest(&r.splats[0], "kthread_fn");
	assert_string_equal(told, "BUG: KASAN: use-after-free in __lock_acquire\n"
				  "Read of size 8 by task kunit\n"
				  "Call Trace:\n"
				  " nfsd_file_dispose_list_delayed\n"
				  " nfsd_file_gc\n");
	replay_clear(&r);
}

/* What differs from boot to boot is no part of it: told again, it is the same. */
static void words(void **state)
{
	_cleanup_free_ char *told =
		splat_digest_words("c: EXPECTATION FAILED at fs/nfsd/x.c:1\n"
				   "    Expected a == b, but 218103808\n"
				   "        a == 00000000614fc800\n"
				   "        b == 7 (0x7)\n        b == 7 (0x7)\n    more\n", 3);

	assert_string_equal(told, "Expected a == b, but 218103808\na == ADDRESS\nb == 7 (0x7)\n");
}

static const struct {
	const char *before, *after;	/* NULL: refused */
} files[] = {
	{ HEAD TAIL, HEAD TELLS("new") TAIL },
	{ HEAD TELLS("new") TAIL, HEAD TELLS("new") TAIL },
	{ HEAD TELLS("old\n     indented") TAIL, HEAD TELLS("new") TAIL },
	{ HEAD TELLS("old") "More text.\n\n" TAIL, HEAD "More text.\n\n" TELLS("new") TAIL },
	{ HEAD "---\n\n--- a/a\n", HEAD TELLS("new") "---\n\n--- a/a\n" },
	{ "Subject: x\n\nText\n---\n\n", "Subject: x\n\nText\n\n" TELLS("new") "---\n\n" },
	{ HEAD "Fixes: 1\n", NULL },
};

static void placed(void **state)
{
	_cleanup_free_ char *path = fs_join(*state, "x.patch");
	_cleanup_free_ char *paragraph = changelog_paragraph("6.1.187 (um)", "x.y", "new\n");

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_str_ struct str text = STR_INIT;
		struct err err = ERR_INIT;
		bool changed;
		int ret;

		assert_int_equal(fs_write(path, files[i].before, strlen(files[i].before), 0644,
					  NULL), 0);
		ret = changelog_put(path, paragraph, &changed, &err);
		assert_int_equal(ret, files[i].after ? 0 : ERR_INPUT);
		if (ret)
			assert_err(err, ERR_INPUT, "expected a line \"---\"");
		assert_int_equal(fs_read(path, 0, &text, NULL), 0);
		assert_string_equal(text.s, files[i].after ? files[i].after : files[i].before);
		assert_int_equal(changed, files[i].after &&
				 strcmp(files[i].after, files[i].before) != 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_report),
		cmocka_unit_test(words),
		unit_test_scratch(placed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
