// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include "matrix/matrix.h"

#define GOOD "upstream: 0123456789ab\nunit: a.c\nclaims: it holds\nfails:\n  - {case: a, text: b}\n"

/* A matrix with two directories of proofs. Return: its path. */
static char *put_matrix(const char *top)
{
	put(top, "m.yaml",
	    "branches:\n  \"6.12\": {queue: queue-6.12, base: 6.12.107}\n"
	    "cells:\n"
	    "  plain: {arch: um, toolchain: gcc, configs: base}\n"
	    "  um: {arch: um, toolchain: gcc, configs: base, proofs: proofs}\n"
	    "  other: {arch: um, toolchain: gcc, configs: base, proofs: others}\n"
	    "  x86: {arch: x86_64, toolchain: gcc, configs: base, proofs: proofs}\n"
	    "checks: {boot: {kind: guest}}\n"
	    "profiles: {smoke: {releases: base, cells: [um], checks: all}}\n");
	put(top, "configs/base.config", "");
	put(top, "queue-6.12/series", "");
	put(top, "others/README", "");
	put(top, "proofs/shared.h", "");
	return fs_join(top, "m.yaml");
}

static void bad_files_are_refused(void **state)
{
	static const struct {
		const char *text, *want;
	} bad[] = {
		{ "unit: [a.c\n", "proof.yaml:2: did not find expected ',' or ']'" },
		{ "", "proof.yaml:1: the file is empty" },
		{ "- a\n", "proof.yaml:1: proof uaf" },
		{ GOOD "kind: kunit\n", "proof.yaml:6: unknown key 'kind' in proof uaf; expected "
		  "one of: upstream, patch, unit, claims, fails, branches, cell, skip" },
		{ GOOD "unit: b.c\n", "proof.yaml:6: proof uaf: 'unit' stands here twice, first on "
		  "line 2" },
		{ "upstream: 0123456789\n", "proof.yaml:1: upstream of proof uaf: expected a "
		  "commit id of 12 to 40 hex digits, found '0123456789'" },
		{ "unit: a.c\nclaims: c\nfails: [{case: a, text: b}]\n", "proof.yaml:1: proof uaf: "
		  "expected one of the keys 'upstream' and 'patch'" },
		{ GOOD "patch: a.patch\n", "expected one of the keys 'upstream' and 'patch'" },
		{ "upstream: 0123456789ab\n", "proof.yaml:1: proof uaf lacks the key 'unit'" },
		{ "upstream: 0123456789ab\nunit: a.c\n", "proof uaf lacks the key 'claims'" },
		{ "upstream: 0123456789ab\nunit: a.c\nclaims: c\n", "proof uaf lacks the key "
		  "'fails'" },
		{ "upstream: 0123456789ab\nunit: ../a.c\n", "proof.yaml:2: unit of proof uaf: "
		  "expected the name of a C file of the server, such as nfs4state.c, found "
		  "'../a.c'" },
		{ "unit: a.h\n", "found 'a.h'" },
		{ "unit: .c\n", "found '.c'" },
		{ GOOD "skip: too hard\n", "proof uaf: 'skip' says that there is none" },
		{ GOOD "branches: [\"6.6\"]\n", "proof.yaml:6: unknown branch '6.6' in branches of "
		  "proof uaf; expected one of: 6.12" },
		{ GOOD "cell: plain\n", "proof.yaml:6: cell of proof uaf: cell plain has no proofs "
		  "compiled in; its key 'proofs' names their directory" },
		{ GOOD "cell: umm\n", "proof.yaml:6: unknown cell 'umm' in cell of proof uaf" },
		{ GOOD "cell: other\n", "proof uaf: cell other has the proofs of others compiled "
		  "in, and not this one" },
		{ "fails: {case: a, text: b}\n", "proof.yaml:1: fails of proof uaf: expected a "
		  "list, of mappings with the keys case and text" },
		{ "fails:\n  - case: a\n", "proof.yaml:2: fails of proof uaf lacks the key "
		  "'text'" },
		{ "fails:\n  - {case: a, text: b, splat: KASSAN}\n", "proof.yaml:2: unknown value "
		  "'KASSAN' in splat of fails of proof uaf; did you mean 'KASAN'?" },
		{ "fails:\n  - {case: a, text: b, function: f}\n", "proof.yaml:2: fails of proof "
		  "uaf: 'function' is about a splat" },
		{ "fails:\n  - {case: a, text: b, cells: [plain]}\n", "cell plain has no proofs "
		  "compiled in" },
	};
	_cleanup_free_ char *path = put_matrix(*state);

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct err e = ERR_INIT;
		struct matrix m;

		put(*state, "proofs/uaf/proof.yaml", bad[i].text);
		assert_int_equal(matrix_load(&m, path, &e), ERR_INPUT);
		assert_non_null(strstr(e.msg, "/proofs/uaf/proof.yaml:"));
		assert_err(e, ERR_INPUT, bad[i].want);
	}
}

static void folders_are_proofs(void **state)
{
	_cleanup_free_ char *path = put_matrix(*state);
	struct err e = ERR_INIT;
	struct matrix m;

	put(*state, "proofs/uaf/proof.yaml", GOOD);
	assert_int_equal(matrix_load(&m, path, &e), 0);
	assert_int_equal(m.nproofs, 1);
	/* The first cell that has it compiled in. */
	assert_string_equal(matrix_proof(&m, "uaf")->cell, "um");
	assert_string_equal(m.proofs[0].suite, "nfsd-uaf");
	assert_null(matrix_proof(&m, "shared.h"));
	matrix_free(&m);
	put(*state, "proofs/empty/kunit.c", "");
	assert_int_equal(matrix_load(&m, path, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "/proofs/empty/proof.yaml is missing: a folder of proofs is a "
		   "proof");
	put(*state, "proofs/empty/proof.yaml", GOOD);
	put(*state, "others/uaf/proof.yaml", GOOD);
	assert_int_equal(matrix_load(&m, path, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "/others/uaf/proof.yaml: there is a proof uaf already");
	put(*state, "proofs/a b/proof.yaml", GOOD);
	assert_int_equal(matrix_load(&m, path, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "/proofs/a b: a proof's name is made of letters");
}

/* Cut short anywhere, or with any byte replaced, it is read or refused; nothing else happens. */
static void damaged_files_do_no_harm(void **state)
{
	static const char bytes[] = "[]{}:,-&*!'\"#\n\t \0\xff";
	_cleanup_free_ char *path = put_matrix(*state);
	_cleanup_free_ char *file = fs_join(*state, "proofs/uaf/proof.yaml");
	size_t good = 0, len = strlen(GOOD);
	struct err e = ERR_INIT;

	put(*state, "proofs/uaf/proof.yaml", GOOD);
	for (size_t i = 0; i < 2 * len; i++) {
		_cleanup_free_ char *copy = xstrdup(GOOD);
		struct matrix m;

		if (i >= len)
			copy[i - len] = bytes[i % (sizeof(bytes) - 1)];
		assert_int_equal(fs_write(file, copy, MIN(i, len), 0644, &e), 0);
		if (!matrix_load(&m, path, &e)) {
			good++;
			matrix_free(&m);
			continue;
		}
		assert_int_equal(e.code, ERR_INPUT);
		assert_non_null(strstr(e.msg, "/proof.yaml"));
		err_clear(&e);
	}
	assert_true(good > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(bad_files_are_refused),
		unit_test_scratch(folders_are_proofs),
		unit_test_scratch(damaged_files_do_no_harm),
	};

	return cmocka_run_group_tests_name("matrix_proof", tests, NULL, NULL);
}
