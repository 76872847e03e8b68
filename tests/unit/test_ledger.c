// SPDX-License-Identifier: GPL-2.0-only
/* Facts of a tree, and what CVE records say of a release; the ledger itself is in tests/cli. */
#include "unit.h"

#include "ledger/cve.h"
#include "queue/fact.h"

static void texts(void **state)
{
	static const struct {
		const char *text, *what;
		size_t n;
	} cases[] = {
		{ "a b  a\tb a\nb ab", "a b", 3 },
		{ "aaa", "aa", 2 },
		{ "a", "", 0 },
		{ "", "a", 0 },
		{ "a ", "a b", 0 },
		{ "x = y;", " x  = y; ", 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (text_count(span_of(cases[i].text), cases[i].what) != cases[i].n)
			fail_msg("case %zu", i);
	assert_true(text_same(" a  b", "a\tb "));
	assert_false(text_same("a b", "a b c"));
	assert_false(text_same("a b c", "a b"));
	assert_false(text_same("ab", "a b"));
}

static int load(void *ctx, const char *path, struct str *to, unsigned int *mode, struct err *err)
{
	if (!strcmp(path, "bad.c"))
		return err_set(err, ERR_SYSTEM, "bad.c: Input/output error");
	if (strcmp(path, "f.c") != 0)
		return err_set(err, ERR_NOTFOUND, "%s: not there", path);
	str_adds(to, "int one;\nint two;\n");
	*mode = 0100644;
	return 0;
}

static void facts(void **state)
{
	static const struct {
		const char *fact, *says;
		bool holds;
	} cases[] = {
		{ "absent f.c", "f.c is there", false },
		{ "present f.c", "f.c is there", true },
		{ "absent g.c", "g.c is not there", true },
		{ "present g.c", "g.c is not there", false },
		{ "absent f.c: three", "f.c lacks 'three'", true },
		{ "absent f.c:  int   two;", "f.c has 1 x 'int   two;'", false },
		{ "present f.c: int", "f.c has 2 x 'int'", true },
		{ "present f.c: three", "f.c lacks 'three'", false },
		/* What isn't there any more proves nothing about what was in it. */
		{ "absent g.c: three", "g.c is not there", false },
		{ "present g.c: three", "g.c is not there", false },
	};
	struct fileset *fs = fileset_new(load, NULL);
	struct err e = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *detail = NULL, *name = NULL;
		struct fact f;
		bool holds;

		assert_null(fact_parse(&f, span_of(cases[i].fact)));
		assert_int_equal(fact_check(&f, fs, &holds, &detail, &e), 0);
		name = fact_name(&f);
		if (holds != cases[i].holds || strcmp(detail, cases[i].says) != 0)
			fail_msg("%s: %d, %s", name, holds, detail);
		fact_clear(&f);
	}
	{
		struct fact f = { FACT_ABSENT, (char *)"bad.c", NULL };
		char *detail = NULL;
		bool holds;

		assert_int_equal(fact_check(&f, fs, &holds, &detail, &e), ERR_SYSTEM);
		assert_err(e, ERR_SYSTEM, "bad.c");
	}
	fileset_free(fs);
}

static void bad_facts(void **state)
{
	static const char *const cases[] = {
		"", "absent", "absent ", "f.c: x", "absent /f.c", "absent ../f.c", "absent f.c:",
		"present f.c g.c: x", "absent : x",
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fact f;

		if (!fact_parse(&f, span_of(cases[i])))
			fail_msg("'%s' was taken", cases[i]);
	}
}

#define RECORD(status, versions)							\
	"{\"cveMetadata\": {\"cveId\": \"CVE-2026-1234\", \"state\": \"PUBLISHED\"},"	\
	"\"containers\": {\"cna\": {\"affected\": [{\"product\": \"Linux\","		\
	"\"defaultStatus\": \"" status "\", \"versions\": [" versions "]}]}}}"
#define V(from, end, to, status)							\
	"{\"version\": \"" from "\", \"" end "\": \"" to "\", \"status\": \"" status "\"}"

static const char kernel_style[] = RECORD("affected",
	"{\"version\": \"6.9\", \"status\": \"affected\"},"
	V("0", "lessThan", "6.9", "unaffected") ","
	V("6.12.111", "lessThanOrEqual", "6.12.*", "unaffected") ","
	V("7.3-rc1", "lessThanOrEqual", "*", "unaffected"));
static const char explicit[] = RECORD("unaffected",
	V("6.1", "lessThan", "6.1.191", "affected") ","
	V("6.6.3", "lessThanOrEqual", "6.6.9", "affected"));

static void whether_a_release_is_affected(void **state)
{
	static const struct {
		const char *record, *release;
		bool affected;
	} cases[] = {
		{ kernel_style, "6.1.187", false },
		{ kernel_style, "6.8.12", false },
		{ kernel_style, "6.9-rc1", false },
		{ kernel_style, "6.9", true },
		{ kernel_style, "6.10.3", true },
		{ kernel_style, "6.12.110", true },
		{ kernel_style, "6.12.111-rc1", true },
		{ kernel_style, "6.12.111", false },
		{ kernel_style, "6.12.999", false },
		{ kernel_style, "6.13", true },
		{ kernel_style, "7.2.9", true },
		{ kernel_style, "7.3-rc1", false },
		{ kernel_style, "9.1.2", false },
		{ explicit, "6.0.9", false },
		{ explicit, "6.1", true },
		{ explicit, "6.1.190", true },
		{ explicit, "6.1.191", false },
		{ explicit, "6.6.2", false },
		{ explicit, "6.6.9", true },
		{ explicit, "6.6.10", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err e = ERR_INIT;
		struct cve_record c;
		struct release r;

		assert_int_equal(release_parse(cases[i].release, &r, &e), 0);
		if (cve_parse(&c, "record", span_of(cases[i].record), &e))
			fail_msg("%s", e.msg);
		if (cve_affects(&c, &r) != cases[i].affected)
			fail_msg("%s", cases[i].release);
		cve_free(&c);
	}
}

static void bad_versions(void **state)
{
	static const char *const cases[] = {
		RECORD("affected", V("6.x", "lessThan", "6.9", "affected")),
		RECORD("affected", V("6.1", "lessThan", "6.9.", "affected")),
		RECORD("affected", V("6.12.*", "lessThan", "6.13", "affected")),
		RECORD("affected", V("6.1.2.3", "lessThan", "6.13", "affected")),
		RECORD("affected", V("9999999999", "lessThan", "6.13", "affected")),
		RECORD("affected", V("6.1-rc0", "lessThan", "6.13", "affected")),
		RECORD("affected", "{\"version\": \"6.1\"}"),
		RECORD("affected", "{\"version\": 6.1, \"status\": \"affected\"}"),
		RECORD("affected",
		       "{\"version\": \"1\", \"status\": \"affected\", \"versionType\": \"rpm\"}"),
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err e = ERR_INIT;
		struct cve_record c;

		if (cve_parse(&c, "record", span_of(cases[i]), &e) != ERR_INPUT)
			fail_msg("%s was taken", cases[i]);
		assert_err(e, ERR_INPUT, "record: ");
		cve_free(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(facts),
		cmocka_unit_test(bad_facts),
		cmocka_unit_test(whether_a_release_is_affected),
		cmocka_unit_test(bad_versions),
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
