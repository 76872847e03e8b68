// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <unistd.h>

#include "prove/overlay.h"
#include "prove/unit.h"

static unsigned int headers(const char *text)
{
	unsigned int lines;
	size_t end = unit_headers(span_of(text), &lines);
	unsigned int seen = 0;

	for (size_t i = 0; i < end; i++)
		seen += text[i] == '\n';
	assert_int_equal(seen, lines);
	return lines;
}

static void headers_end_behind_the_last_include(void **state)
{
	assert_int_equal(headers(""), 0);
	assert_int_equal(headers("int a;\n#include \"b.h\"\n"), 0);
	assert_int_equal(headers("#include \"b.h\"\nint a;\n"), 1);
	assert_int_equal(headers("/*\n * #include\n */\n\n#include <a.h>\n\n#include \"b.h\"\n\n"
				 "#define X\nint a;\n"), 7);
	/* An #if around some is left as a whole; one that holds code is not entered. */
	assert_int_equal(headers("#include <a.h>\n#ifdef A\n#include <b.h>\n#else\n"
				 "# include <c.h>\n#endif /* A */\n#ifdef B\n#define C\n"
				 "#endif\nint a;\n"), 6);
	assert_int_equal(headers("#include <a.h>\n#ifdef A\n#include <b.h>\nint b;\n#endif\n"), 1);
	assert_int_equal(headers("#include <a.h>\n#define X \\\n\tint y;\n#include <b.h> /* why:\n"
				 " * so */\nint a;\n"), 5);
	assert_int_equal(headers("#include <a.h>\n/* one */ int a;\n#include <b.h>\n"), 1);
}

static int load(void *ctx, const char *path, struct str *to, unsigned int *mode, struct err *err)
{
	_cleanup_free_ char *full = xasprintf("%s/tree/%s", (const char *)ctx, path);

	*mode = 0100644;
	return fs_read(full, 0, to, err);
}

#define PROOF "upstream: 0123456789ab\nclaims: it holds\nfails:\n  - {case: a, text: b}\n"

/* Two proofs of one file, one of which wants another one, too, and a third for another branch. */
static void make(const char *top, struct matrix *m)
{
	_cleanup_free_ char *path = fs_join(top, "m.yaml");
	struct err e = ERR_INIT;

	put(top, "m.yaml",
	    "branches:\n  \"6.1\": {queue: queue, base: 6.1.1}\n"
	    "  \"6.12\": {queue: queue, base: 6.12.1}\n"
	    "cells: {um: {arch: um, toolchain: gcc, configs: base, proofs: proofs}}\n"
	    "checks: {boot: {kind: guest}}\n"
	    "profiles: {smoke: {releases: base, cells: [um], checks: all}}\n");
	put(top, "configs/base.config", "");
	put(top, "queue/series", "");
	put(top, "proofs/shared.h", "/* shared */\n");
	put(top, "proofs/b_helpers.c", "/* help */\n");
	put(top, "proofs/one/proof.yaml", PROOF "unit: a.c\n");
	put(top, "proofs/one/kunit.c", "/* one */\n");
	put(top, "proofs/one/a_early.h", "#define field other\n");
	put(top, "proofs/one/a_hooks.h",
	    "#if X\n#define put(x) one_put(x)\n#else\n# define put(x)\n#endif\n");
	put(top, "proofs/one/mutants/6.12/wrong.patch", "not of the kernel");
	put(top, "proofs/two/proof.yaml", PROOF "unit: a.c\n");
	put(top, "proofs/two/kunit.c", "/* two */\n");
	put(top, "proofs/two/a_hooks.h", "#define get(x) two_get(x)\n");
	put(top, "proofs/two/has.mk", "ccflags-y += -DX\n");
	put(top, "proofs/old/proof.yaml", PROOF "unit: old.c\nbranches: [\"6.1\"]\n");
	put(top, "proofs/old/kunit.c", "/* old */\n");
	put(top, "tree/fs/nfsd/Makefile", "obj-y += nfsd.o");
	put(top, "tree/fs/nfsd/Kconfig", "config NFSD\n");
	put(top, "tree/fs/nfsd/a.c", "/* a */\n#include \"x.h\"\n\nint a;");
	put(top, "tree/fs/nfsd/b.c", "int b;\n");
	if (matrix_load(m, path, &e))
		fail_msg("%s", e.msg);
}

static void assert_file(struct fileset *fs, const char *path, const char *want)
{
	struct err e = ERR_INIT;
	unsigned int mode;
	struct span text;

	if (fileset_get(fs, path, &text, &mode, &e))
		fail_msg("%s", e.msg);
	if (!span_is(text, want))
		fail_msg("%s is\n" SPAN_FMT, path, SPAN_ARG(text));
}

static void proofs_of_one_file_share_a_unit(void **state)
{
	struct fileset *fs = fileset_new(load, *state);
	struct err e = ERR_INIT;
	struct span text;
	unsigned int mode;
	struct matrix m;

	make(*state, &m);
	assert_int_equal(overlay_add(fs, &m, "proofs", "6.12", &e), 0);
	assert_file(fs, "fs/nfsd/Makefile",
		    "obj-y += nfsd.o\ninclude $(srctree)/fs/nfsd/stableq/rules.mk\n");
	assert_file(fs, "fs/nfsd/Kconfig", "config NFSD\nsource \"fs/nfsd/stableq/Kconfig\"\n");
	assert_file(fs, "fs/nfsd/stableq/shared.h", "/* shared */\n");
	assert_file(fs, "fs/nfsd/stableq/one/kunit.c", "/* one */\n");
	assert_file(fs, "fs/nfsd/stableq/a.c",
		    "/* Made by stableq from fs/nfsd/a.c: hooks stand behind its headers. */\n"
		    "#include \"one/a_early.h\"\n"
		    "#line 1 \"fs/nfsd/a.c\"\n/* a */\n#include \"x.h\"\n"
		    "#pragma push_macro(\"put\")\n#pragma push_macro(\"get\")\n"
		    "#include \"one/a_hooks.h\"\n#include \"two/a_hooks.h\"\n"
		    "#line 3 \"fs/nfsd/a.c\"\n\nint a;\n"
		    "#pragma pop_macro(\"put\")\n#pragma pop_macro(\"get\")\n"
		    "#define STABLEQ_SUITE \"nfsd-one\"\n#include \"one/kunit.c\"\n"
		    "#undef STABLEQ_SUITE\n"
		    "#define STABLEQ_SUITE \"nfsd-two\"\n#include \"two/kunit.c\"\n"
		    "#undef STABLEQ_SUITE\n");
	assert_file(fs, "fs/nfsd/stableq/b.c",
		    "/* Made by stableq from fs/nfsd/b.c: hooks stand behind its headers. */\n"
		    "#line 1 \"fs/nfsd/b.c\"\n#line 1 \"fs/nfsd/b.c\"\nint b;\n"
		    "#include \"b_helpers.c\"\n");
	assert_int_equal(fileset_get(fs, "fs/nfsd/stableq/rules.mk", &text, &mode, &e), 0);
	assert_non_null(memmem(text.p, text.len, "stableq-units := a.o b.o\n", 25));
	assert_non_null(memmem(text.p, text.len, "include $(stableq-dir)/stableq/two/has.mk\n",
			       42));
	assert_int_equal(fileset_get(fs, "fs/nfsd/stableq/old/kunit.c", &text, &mode, &e),
			 ERR_NOTFOUND);
	err_clear(&e);
	assert_int_equal(fileset_get(fs, "fs/nfsd/stableq/one/proof.yaml", &text, &mode, &e),
			 ERR_NOTFOUND);
	err_clear(&e);
	fileset_free(fs);
	matrix_free(&m);
}

static void refused(const char *top, const struct matrix *m, const char *branch, const char *want)
{
	struct fileset *fs = fileset_new(load, (void *)top);
	struct err e = ERR_INIT;

	assert_int_equal(overlay_add(fs, m, "proofs", branch, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, want);
	fileset_free(fs);
}

static void what_would_be_passed_over_is_refused(void **state)
{
	_cleanup_free_ char *odd = fs_join(*state, "proofs/two/suite.c");
	_cleanup_free_ char *hooks = fs_join(*state, "proofs/two/c_hooks.h");
	struct matrix m;

	make(*state, &m);
	refused(*state, &m, "6.1", "fs/nfsd/old.c is missing: ");
	put(*state, "proofs/two/suite.c", "");
	refused(*state, &m, "6.12", "/two/suite.c: expected kunit.c, has.mk, a header, or ");
	assert_int_equal(unlink(odd), 0);
	put(*state, "proofs/two/c_hooks.h", "");
	refused(*state, &m, "6.12", "fs/nfsd/c.c is missing: ");
	assert_int_equal(unlink(hooks), 0);
	put(*state, "proofs/two/a_hooks.h", "\n#define put(x) two_put(x)\n");
	refused(*state, &m, "6.12", "/two/a_hooks.h:2: put is hooked in a.c by ");
	matrix_free(&m);
}

static void digest(const struct matrix *m, char hex[HASH_HEX + 1])
{
	struct err e = ERR_INIT;

	assert_int_equal(overlay_digest(m, "proofs", hex, &e), 0);
}

static void the_digest_is_of_what_is_compiled(void **state)
{
	char a[HASH_HEX + 1], b[HASH_HEX + 1];
	struct matrix m;

	make(*state, &m);
	digest(&m, a);
	put(*state, "proofs/two/mutants/6.1/more.patch", "");
	put(*state, "proofs/two/proof.yaml", PROOF "unit: a.c\n# told better\n");
	digest(&m, b);
	assert_string_equal(a, b);
	put(*state, "proofs/two/kunit.c", "/* II */\n");
	digest(&m, b);
	assert_string_not_equal(a, b);
	put(*state, "proofs/two/kunit.c", "/* two */\n");
	m.proofs[0].unit[0] = 'b';
	digest(&m, b);
	assert_string_not_equal(a, b);
	matrix_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_end_behind_the_last_include),
		unit_test_scratch(proofs_of_one_file_share_a_unit),
		unit_test_scratch(what_would_be_passed_over_is_refused),
		unit_test_scratch(the_digest_is_of_what_is_compiled),
	};

	return cmocka_run_group_tests_name("overlay", tests, NULL, NULL);
}
