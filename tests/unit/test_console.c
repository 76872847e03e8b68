// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <glob.h>

#include "console/console.h"
#include "console/ktap.h"

#define DATA "tests/data/console"
#define KASAN_RULE "=================================================================="

/* A console and what it gives away, as text: what the .expect files hold. */
struct taken {
	struct str ktap;
	struct console *c;
};

static void take(void *ctx, struct span line)
{
	struct taken *t = ctx;

	str_addf(&t->ktap, "ktap |" SPAN_FMT "\n", SPAN_ARG(line));
}

static void add_splat(struct str *to, const struct splat *s)
{
	struct span rest = span_of(s->text), line, last = { "", 0 };
	size_t n = 0;

	while (span_line(&rest, &line)) {
		last = line;
		n++;
	}
	str_addf(to, "%s%s%s%s", s->nested ? "nested " : "", splat_kind_name(s->kind),
		 s->function ? " in " : "", s->function ? s->function : "");
	str_addf(to, " at line %zu%s%s, %zu lines\n", s->line, s->check ? " of check " : "",
		 s->check ? s->check : "", n);
	str_addf(to, "\t%s\n\t" SPAN_FMT "\n", s->title, SPAN_ARG(last));
}

static char *outcome(struct span log, size_t piece)
{
	struct taken t = { STR_INIT, NULL };
	struct str text = STR_INIT;
	const struct splat *s;
	size_t n;

	t.c = console_new(take, &t);
	for (size_t i = 0; i < log.len; i += piece)
		console_feed(t.c, log.p + i, MIN(piece, log.len - i));
	console_end(t.c);
	s = console_splats(t.c, &n);
	for (size_t i = 0; i < n; i++)
		add_splat(&text, &s[i]);
	str_add(&text, str_span(&t.ktap).p, t.ktap.len);
	if (console_done(t.c))
		str_adds(&text, "done\n");
	console_free(t.c);
	str_free(&t.ktap);
	return str_take(&text);
}

/* Each log of a kernel comes to what stands beside it, in whatever pieces it arrives. */
static void logs(void **state)
{
	static const size_t pieces[] = { 1, 7, 4096, 1 << 20 };
	glob_t g;

	assert_int_equal(glob(DATA "/*.log", 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *path = g.gl_pathv[i];
		_cleanup_free_ char *expect = xasprintf("%.*s.expect", (int)strlen(path) - 4, path);
		_cleanup_str_ struct str log = STR_INIT, want = STR_INIT;

		assert_int_equal(fs_read(path, 0, &log, NULL), 0);
		/* For new logs: UPDATE=1 writes down what comes out, and a person reads it. */
		if (getenv("UPDATE")) {
			_cleanup_free_ char *got = outcome(str_span(&log), 4096);

			assert_int_equal(fs_write(expect, got, strlen(got), 0644, NULL), 0);
		}
		if (fs_read(expect, 0, &want, NULL))
			fail_msg("%s is missing", expect);
		for (size_t p = 0; p < ARRAY_SIZE(pieces); p++) {
			_cleanup_free_ char *got = outcome(str_span(&log), pieces[p]);

			if (strcmp(got, str_span(&want).p))
				fail_msg("%s, %zu bytes at a time:\n%s", path, pieces[p], got);
		}
	}
	globfree(&g);
}

static void one_line(const char *bytes, size_t n, const char *want)
{
	_cleanup_free_ char *got = outcome((struct span){ bytes, n }, n);

	if (strcmp(got, want))
		fail_msg("got '%s', not '%s'", got, want);
}

#define ONE(text, want) one_line("" text, sizeof(text) - 1, want)

static void any_bytes(void **state)
{
	ONE("a\0b\n", "ktap |a\\x00b\n");
	ONE("caf\xc3\xa9 \xe9\xff\n", "ktap |caf\xc3\xa9 \\xe9\\xff\n");
	ONE("\xed\xa0\x80\xc2\x85\n", "ktap |\\xed\\xa0\\x80\\xc2\\x85\n");
	ONE("\xe2\x82", "ktap |\\xe2\\x82\n");
	ONE("\xf0\x9f\x98\x80\n", "ktap |\xf0\x9f\x98\x80\n");
	ONE("a\rb\r\r\n", "ktap |a\\x0db\n");
	ONE("\033[1;31mred\033[0m\033c\033[?7l\n", "ktap |red\n");
	ONE("\033[", "ktap |\\x1b[\n");
	ONE("\n", "ktap |\n");
	ONE("\tx\b\n", "ktap |\tx\\x08\n");
	ONE("", "");
}

static void prefixes(void **state)
{
	static const char *const kernel[] = {
		"[    0.000000] ok 1 a", "[12345.123456] ok 1 a", "[123456.123456] ok 1 a",
		"[    0.000000][    T1] ok 1 a", "[    0.000000][   C12] ok 1 a",
		"<6>[    0.000000] ok 1 a", "<14>ok 1 a", "[    0.000000] ok 1 a\r",
		"\033[2J[    0.000000] ok 1 a",
	};
	static const char *const program[] = {
		"[    0.00000] x", "[    0.000000 x", "[ 0,000000] x", "[]", "[", "<6", "<>x",
		"<1234>x",
		"[a.000000] x", "[    .000000] x",
	};

	for (size_t i = 0; i < ARRAY_SIZE(kernel); i++)
		one_line(kernel[i], strlen(kernel[i]), "ktap |ok 1 a\n");
	for (size_t i = 0; i < ARRAY_SIZE(program); i++) {
		_cleanup_free_ char *want = xasprintf("ktap |%s\n", program[i]);

		one_line(program[i], strlen(program[i]), want);
	}
	ONE("[    0.000000]", "");
	ONE("[    0.000000] \n[    0.000000] plain\n", "");
}

static void long_lines(void **state)
{
	size_t n = 3 * 1024 * 1024;
	_cleanup_free_ char *line = xmalloc(n);
	_cleanup_free_ char *got = NULL;

	memset(line, 'x', n);
	memcpy(line + n - 6, "\nok 1\n", 6);
	got = outcome((struct span){ line, n }, 65536);
	assert_int_equal(strlen(got), strlen("ktap |\n") + 4096 + strlen("ktap |ok 1\n"));
	assert_string_equal(got + strlen("ktap |\n") + 4096, "ktap |ok 1\n");
}

static void markers(void **state)
{
	static const char text[] = "[    1.000000] stableq: check one begin\n"
				   "[    1.000000] BUG: Bad rss-counter state\n"
				   "[    1.000000] stableq: check one end\n"
				   "stableq: check two begin\r\n"
				   "stableq: checks are not markers\n"
				   "[    1.000000] BUG: Bad rss-counter state\n"
				   "stableq: check two words begin\n"
				   "[    1.000000] BUG: Bad rss-counter state\n"
				   "stableq: check two words end\n"
				   "[    1.000000] BUG: Bad rss-counter state\n";
	struct console *c = console_new(NULL, NULL);
	const struct splat *s;
	bool ended;
	size_t n;

	assert_false(console_booted(c));
	assert_string_equal(console_last(c), "");
	console_feed(c, text, strlen(text));
	assert_true(console_booted(c));
	assert_false(console_done(c));
	console_feed(c, "stableq: done", 13);
	assert_false(console_done(c));
	console_end(c);
	assert_true(console_done(c));
	s = console_splats(c, &n);
	assert_int_equal(n, 4);
	assert_string_equal(s[0].check, "one");
	assert_string_equal(s[1].check, "two");
	assert_string_equal(s[2].check, "two words");
	assert_null(s[3].check);
	assert_true(console_check_seen(c, "one", &ended) && ended);
	assert_true(console_check_seen(c, "two", &ended) && !ended);
	assert_false(console_check_seen(c, "three", NULL));
	assert_non_null(strstr(console_last(c), "two begin\n"));
	console_free(c);
	console_free(NULL);
}

/* A kernel that prints reports for ever costs bounded memory, and what is left out is counted. */
static void limits(void **state)
{
	struct console *c = console_new(NULL, NULL);
	_cleanup_str_ struct str text = STR_INIT;
	const struct splat *s;
	size_t n;

	for (int i = 0; i < 300; i++)
		str_addf(&text, "[%5d.000000] BUG: Bad rss-counter state %d\n", i, i);
	console_feed(c, text.s, text.len);
	console_splats(c, &n);
	assert_int_equal(n, 200);
	assert_int_equal(console_splats_lost(c), 100);
	console_free(c);

	str_trunc(&text, 0);
	str_adds(&text, "[    0.000000] ------------[ cut here ]------------\n");
	for (int i = 0; i < 10000; i++)
		str_addf(&text, "[%5d.000000]  some_function+0x12/0x34\n", i);
	str_adds(&text, "[    0.000000] ---[ end trace 0 ]---\n[    0.000000] BUG: Bad rss-counter "
		 "state\n");
	c = console_new(NULL, NULL);
	console_feed(c, text.s, text.len);
	console_end(c);
	s = console_splats(c, &n);
	assert_int_equal(n, 2);
	assert_in_range(strlen(s[0].text), 65000, 65536 + 32);
	assert_true(span_ends(span_of(s[0].text), "[the rest is left out]\n"));
	assert_int_equal(s[1].line, 10003);
	assert_false(s[1].nested);
	console_free(c);

	/* Names of checks are bounded too. */
	str_trunc(&text, 0);
	for (int i = 0; i < 5000; i++)
		str_addf(&text, "stableq: check %d begin\n", i);
	c = console_new(NULL, NULL);
	console_feed(c, text.s, text.len);
	assert_true(console_check_seen(c, "7", NULL));
	assert_false(console_check_seen(c, "4999", NULL));
	console_free(c);
}

/* Without time stamps nothing tells the kernel's lines from others: all are looked at. */
static void no_stamps(void **state)
{
	ONE("ok 1 a\nBUG: Bad rss-counter state x\n",
	    "BUG at line 2, 1 lines\n\tBUG: Bad rss-counter state x\n"
	    "\tBUG: Bad rss-counter state x\nktap |ok 1 a\nktap |BUG: Bad rss-counter state x\n");
	ONE("[    0.000000] x\nBUG: Bad rss-counter state x\n",
	    "ktap |BUG: Bad rss-counter state x\n");
}

static void mentions(void **state)
{
	static const char text[] =
		"[    0.000000] " KASAN_RULE "\n"
		"[    0.000000] BUG: KASAN: slab-use-after-free in do_raw_spin_lock+0x6c/0x1a0\n"
		"[    0.000000] Call Trace:\n"
		"[    0.000000]  [<60038a10>] ? dump_trace+0x0/0x180\n"
		"[    0.000000]  [<60402ee2>] ? nfsd_file_gc.isra.0.cold+0x32/0x2b0\n"
		"[    0.000000] \n"
		"[    0.000000] Allocated by task 12:\n"
		"[    0.000000]  [<60402ee2>] nfsd_file_alloc+0x32/0x2b0\n"
		"[    0.000000] " KASAN_RULE "\n"
		"[    0.000000] BUG: failure at fs/nfsd/nfs4state.c:1131/revoke_delegation()!\n";
	struct console *c = console_new(NULL, NULL);
	const struct splat *s;
	size_t n;

	console_feed(c, text, strlen(text));
	console_end(c);
	s = console_splats(c, &n);
	assert_int_equal(n, 2);
	assert_true(splat_mentions(&s[0], "do_raw_spin_lock"));
	assert_true(splat_mentions(&s[0], "nfsd_file_gc"));
	assert_false(splat_mentions(&s[0], "nfsd_file"));
	assert_false(splat_mentions(&s[0], "file_gc"));
	assert_false(splat_mentions(&s[0], "nfsd_file_alloc"));
	assert_false(splat_mentions(&s[0], ""));
	assert_true(splat_mentions(&s[1], "revoke_delegation"));
	assert_false(splat_mentions(&s[1], "delegation"));
	console_free(c);
}

/* Firmware and a kernel on its way say much before anything of the guest's own runs. */
static void who_spoke(void **state)
{
	static const struct {
		const char *text;
		bool spoke;
	} cases[] = {
		{ "SeaBIOS\n[    0.000000] Linux version\n[    1.000000] Run /init as init "
		  "process\n", false },
		{ "[    1.000000] Kernel panic - not syncing: x\n", false },
		{ "[    1.000000] KTAP version 1\n", true },
		{ "KTAP version 1\n", true },
		{ "[    1.000000] stableq: check boot begin\n", true },
		{ "stableq: done\n", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct console *c = console_new(NULL, NULL);

		console_feed(c, cases[i].text, strlen(cases[i].text));
		assert_int_equal(console_spoke(c), cases[i].spoke);
		console_free(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_spoke),
		cmocka_unit_test(logs),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(prefixes),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(markers),
		cmocka_unit_test(limits),
		cmocka_unit_test(no_stamps),
		cmocka_unit_test(mentions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
