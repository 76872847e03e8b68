// SPDX-License-Identifier: GPL-2.0-only
/*
 * What kbuild makes of text: make's output, fragments, Kconfig files, lists of warnings.
 */
#include "unit.h"

#include <dirent.h>

#include "kbuild/kbuild.h"
#include "kbuild/diag.h"
#include "kbuild/kconfig.h"

#define DATA "tests/data/kbuild"

static void list(struct str *to, const char *kind, const struct strv *v)
{
	for (size_t i = 0; i < v->n; i++)
		str_addf(to, "%s %s\n", kind, v->v[i]);
}

/* The log in pieces of @step bytes, and everything that was understood as text. */
static void read_log(const struct str *log, size_t step, struct str *got)
{
	struct kbuild_diag d = { .tree = "/cache/src", .obj = "/cache/obj" };

	for (size_t i = 0; i < log->len; i += step)
		kbuild_diag_feed(&d, log->s + i, MIN(step, log->len - i));
	kbuild_diag_end(&d);
	list(got, "warning", &d.warnings);
	list(got, "error", &d.errors);
	list(got, "failed", &d.failed);
	list(got, "unit", &d.units);
	list(got, "missing", &d.missing);
	list(got, "host", &d.host);
	if (d.host_remarks)
		str_addf(got, "host remarks %u\n", d.host_remarks);
	if (d.skew)
		str_adds(got, "skew\n");
	if (d.link_remarks)
		str_addf(got, "remarks %u\n", d.link_remarks);
	if (d.killed)
		str_adds(got, "killed\n");
	if (d.no_space)
		str_adds(got, "no space\n");
	kbuild_diag_free(&d);
}

static void one_log(const char *path)
{
	static const size_t steps[] = { 1, 7, 1 << 20 };
	_cleanup_free_ char *want_path = xasprintf("%.*s.want", (int)strlen(path) - 4, path);
	_cleanup_str_ struct str log = STR_INIT, want = STR_INIT;
	struct err e = ERR_INIT;

	assert_int_equal(fs_read(path, 0, &log, &e), 0);
	assert_int_equal(fs_read(want_path, 0, &want, &e), 0);
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		_cleanup_str_ struct str got = STR_INIT;

		read_log(&log, steps[i], &got);
		if (!span_eq(str_span(&got), str_span(&want)))
			fail_msg("%s in pieces of %zu:\n%s", path, steps[i], str_span(&got).p);
	}
}

static void logs_are_understood(void **state)
{
	DIR *dir = opendir(DATA "/diag");
	struct dirent *e;
	int n = 0;

	if (!dir)
		fail_msg(DATA "/diag: run this from the top of the repository");
	while ((e = readdir(dir))) {
		_cleanup_free_ char *path = xasprintf(DATA "/diag/%s", e->d_name);

		if (!span_ends(span_of(path), ".log"))
			continue;
		one_log(path);
		n++;
	}
	closedir(dir);
	assert_true(n >= 7);
}

static void a_flood_is_bounded(void **state)
{
	struct kbuild_diag d = { .tree = "/cache/src", .obj = "/cache/obj" };
	_cleanup_str_ struct str line = STR_INIT;

	/* One line of 10 MB, then more warnings than anybody reads. */
	for (int i = 0; i < 10000; i++) {
		str_trunc(&line, 0);
		str_reserve(&line, 1000);
		memset(line.s, 'x', 1000);
		kbuild_diag_feed(&d, line.s, 1000);
	}
	kbuild_diag_feed(&d, "\n", 1);
	for (int i = 0; i < 5000; i++) {
		_cleanup_free_ char *w = xasprintf("fs/a.c:%d:1: warning: w\n", i);

		kbuild_diag_feed(&d, w, strlen(w));
	}
	assert_true(d.line.cap < 1000000);
	assert_int_equal(d.warnings.n, 2000);
	kbuild_diag_free(&d);
}

static void packages_are_known(void **state)
{
	assert_string_equal(kbuild_package("gelf.h"), "libelf-dev");
	assert_string_equal(kbuild_package("flex"), "flex");
	assert_string_equal(kbuild_package("x86_64-linux-gnu-gcc"), "gcc-x86-64-linux-gnu");
	assert_null(kbuild_package("own.h"));
}

static void warnings_are_compared_without_lines(void **state)
{
	_cleanup_strv_ struct strv before = STRV_INIT, now = STRV_INIT, fresh = STRV_INIT;

	strv_add(&before, "fs/a.c:12: warning: unused variable 'x'");
	strv_add(&before, "fs/b.c:1: warning: unused variable 'x'");
	strv_add(&before, "WARNING: modpost: mismatch");
	strv_add(&now, "fs/a.c:14: warning: unused variable 'x'");
	strv_add(&now, "fs/a.c:19: warning: unused variable 'x'");
	strv_add(&now, "fs/a.c:20: warning: unused variable 'y'");
	strv_add(&now, "WARNING: modpost: mismatch");
	kbuild_new_warnings(&before, &now, &fresh);
	assert_int_equal(fresh.n, 2);
	assert_string_equal(fresh.v[0], now.v[1]);
	assert_string_equal(fresh.v[1], now.v[2]);
	strv_free(&fresh);
	kbuild_new_warnings(&now, &before, &fresh);
	assert_int_equal(fresh.n, 1);
	assert_string_equal(fresh.v[0], before.v[1]);
	strv_free(&fresh);
	strv_free(&before);
	kbuild_new_warnings(&before, &before, &fresh);
	assert_int_equal(fresh.n, 0);
}

static char *write_file(void **state, const char *name, const char *text)
{
	put(*state, name, text);
	return fs_join(*state, name);
}

static void fragments_are_read_strictly(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{ "CONFIG_A=y\nCONFIG_B\n",
		  "bad.config:2: 'CONFIG_B': expected CONFIG_NAME=value" },
		{ "CONFIG_A = y\n", ":1: 'CONFIG_A = y'" },
		{ "CONFIG_A=yes\n", ":1: 'CONFIG_A=yes'" },
		{ "CONFIG_A=y \n", ":1: 'CONFIG_A=y '" },
		{ "CONFIG_A=y\r\n", ":1:" },
		{ "CONFIG_A=\n", ":1:" },
		{ "CONFIG_=y\n", ":1:" },
		{ "CONFIG_A=\"open\n", ":1:" },
		{ "CONFIG_A=0xzz\n", ":1:" },
		{ "CONFIG_A=-\n", ":1:" },
		{ "A=y\n", ":1:" },
		{ "CONFIG_A=y\n\nCONFIG_A=n\n", "bad.config:3: CONFIG_A is set on line 1 already" },
	};
	_cleanup_free_ char *one = write_file(state, "one.config",
		"# a comment\n\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=\"a b\"\nCONFIG_D=-5\n"
		"CONFIG_E=0x1F\n# CONFIG_B is not settled\n");
	_cleanup_free_ char *two = write_file(state, "two.config", "CONFIG_B=m\nCONFIG_F=12");
	struct kconfig k = { NULL, 0 };
	struct err e = ERR_INIT;

	assert_int_equal(kconfig_fragment(&k, one, &e), 0);
	assert_int_equal(k.n, 5);
	assert_string_equal(k.v[1].name, "B");
	assert_string_equal(k.v[1].value, "n");
	assert_int_equal(k.v[1].line, 4);
	/* The later fragment wins. */
	assert_int_equal(kconfig_fragment(&k, two, &e), 0);
	assert_int_equal(k.n, 6);
	assert_string_equal(k.v[1].value, "m");
	assert_string_equal(k.v[1].file, two);
	assert_int_equal(k.v[1].line, 1);
	kconfig_free(&k);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_free_ char *path = write_file(state, "bad.config", bad[i].text);

		assert_int_equal(kconfig_fragment(&k, path, &e), ERR_INPUT);
		assert_err(e, ERR_INPUT, bad[i].message);
		kconfig_free(&k);
	}
	assert_int_equal(kconfig_fragment(&k, "none/x.config", &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "none/x.config");
}

static void explain(void **state, const char *config, const char *name, const char *wanted,
		    const char *text)
{
	_cleanup_free_ char *path = write_file(state, ".config", config), *got = NULL;
	_cleanup_(kconfig_free) struct kconfig k = { NULL, 0 };
	struct err e = ERR_INIT;

	assert_int_equal(kconfig_result(&k, path, &e), 0);
	got = kconfig_explain(DATA "/tree", "um", &k, name, wanted);
	assert_string_equal(got, text);
}

static void what_fell_out_is_explained(void **state)
{
	explain(state, "", "DEMO_NONE", "y",
		"this kernel's Kconfig has no such symbol for this architecture");
	explain(state, "CONFIG_DEMO_NET=y\n", "DEMO_AUTO", "y",
		"it has no prompt: it is on only when selected, as by "
		"fs/Kconfig:7: DEMO_INOTIFY (=n): select DEMO_AUTO; "
		"fs/Kconfig:11: DEMO_FANOTIFY (=n): select DEMO_AUTO if DEMO_NET");
	explain(state, "CONFIG_DEMO_NET=y\n", "DEMO_BLOCK", "y",
		"it has no prompt: nothing but its default decides");
	explain(state, "CONFIG_DEMO_INOTIFY=y\nCONFIG_DEMO_AUTO=y\n", "DEMO_AUTO", "n",
		"selected by fs/Kconfig:7: DEMO_INOTIFY (=y): select DEMO_AUTO; "
		"fs/Kconfig:11: DEMO_FANOTIFY (=n): select DEMO_AUTO if DEMO_NET");
	explain(state, "CONFIG_DEMO_SLUB=y\n", "DEMO_SLUB", "n", "");
}

/* A line whose symbols are all as it asks for is no obstacle; the rest is left to the reader. */
static void conditions_are_quoted(void **state)
{
	explain(state, "CONFIG_DEMO_BLOCK=y\nCONFIG_DEMO_NET=y\nCONFIG_DEMO_INET=y\n"
		"CONFIG_DEMO_INET6=y\nCONFIG_DEMO_LEVEL=3\n", "DEMO_NFSD", "y",
		"fs/Kconfig:18: depends on DEMO_AUTO && (DEMO_INET || DEMO_INET6) "
		"(DEMO_AUTO=n, DEMO_INET=y, DEMO_INET6=y); "
		"fs/Kconfig:20: depends on DEMO_LEVEL > 2 (DEMO_LEVEL=3)");
	/* Those of the blocks around it come first, and no more than a few are told. */
	explain(state, "CONFIG_DEMO_EMBEDDED=y\n", "DEMO_NFSD", "m",
		"Kconfig:7: depends on DEMO_BLOCK || DEMO_NET (DEMO_BLOCK=n, DEMO_NET=n); "
		"fs/Kconfig:13: if DEMO_NET (DEMO_NET=n); "
		"fs/Kconfig:16: if !DEMO_EMBEDDED (DEMO_EMBEDDED=y); "
		"fs/Kconfig:18: depends on DEMO_AUTO && (DEMO_INET || DEMO_INET6) "
		"(DEMO_AUTO=n, DEMO_INET=n, DEMO_INET6=n); and 1 more");
	explain(state, "CONFIG_DEMO_SLUB=y\n", "DEMO_SLOB", "y",
		"arch/um/Kconfig:12: one of a choice");
}

static void toolchains_are_told_apart(void **state)
{
	struct err e = ERR_INIT;
	char *id;

	assert_int_equal(kbuild_toolchain_id(arch_find("um"), "gcc", &id, &e), 0);
	assert_non_null(strstr(id, "gcc "));
	assert_non_null(strstr(id, ", GNU ld"));
	free(id);
	assert_int_equal(kbuild_toolchain_id(arch_find("um"), "nosuchcc", &id, &e), ERR_MISSING);
	assert_err(e, ERR_MISSING, "nosuchcc");
	assert_null(id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs_are_understood),
		cmocka_unit_test(a_flood_is_bounded),
		cmocka_unit_test(packages_are_known),
		cmocka_unit_test(warnings_are_compared_without_lines),
		unit_test_scratch(fragments_are_read_strictly),
		unit_test_scratch(what_fell_out_is_explained),
		unit_test_scratch(conditions_are_quoted),
		cmocka_unit_test(toolchains_are_told_apart),
	};

	return cmocka_run_group_tests_name("kbuild_text", tests, NULL, NULL);
}
