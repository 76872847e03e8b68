// SPDX-License-Identifier: GPL-2.0-only
/* What stored boots show of a proof, judged when it is asked for. */
#include "unit.h"

#include "known.h"
#include "overlay.h"

#define CONSOLE(result)								\
	"[    0.100000] KTAP version 1\n[    0.100000] 1..1\n"			\
	"[    0.100000]     KTAP version 1\n[    0.100000]     # Subtest: nfsd-x\n"	\
	"[    0.100000]     1..1\n"						\
	"[    0.200000]     # keeps_count: EXPECTATION FAILED at fs/nfsd/x.c:1\n"	\
	"[    0.200000]     count is 2\n"						\
	"[    0.200000]     " result " 1 keeps_count\n[    0.300000] " result " 1 nfsd-x\n"	\
	"[    0.400000] stableq: done\n"

static void put(struct store *s, const char *cell, const char *suites, const char *console)
{
	struct boot_fact b = {
		.checks = "", .suite = "nfsd-x", .release = "6.12.117", .source = "src",
		.suites = (char *)suites, .cell = (char *)cell, .state = "base", .patches = "",
		.end = VM_POWEROFF, .accel = "um",
	};
	struct err e = ERR_INIT;

	snprintf(b.key, sizeof(b.key), "key of %s", cell);
	str_adds(&b.console, console);
	if (store_put_boot(s, &b, &e))
		fail_msg("%s", e.msg);
	str_free(&b.console);
}

static void kept_consoles_are_judged_anew(void **state)
{
	_cleanup_free_ char *path = fs_join(*state, "results.db"), *dir = fs_join(*state, "proofs");
	_cleanup_free_ char *file = fs_join(dir, "x.c"), *cell = NULL;
	struct matrix_cell cells[] = { { .name = "um-proof", .proofs = "proofs" } };
	struct matrix_claim claim = { .test_case = "keeps_count", .text = "count is 2" };
	struct matrix_proof p = {
		.name = "x", .suite = "nfsd-x", .cell = "um-proof", .fails = &claim, .nfails = 1,
	};
	struct matrix m = { .dir = *state, .cells = cells, .ncells = 1 };
	struct matrix_branch b = { .name = "6.12" };
	char digest[HASH_HEX + 1];
	struct proof_finding f;
	struct err e = ERR_INIT;
	struct store *s;

	assert_int_equal(fs_mkdirs(dir, &e), 0);
	assert_int_equal(fs_write(file, "1", 1, 0644, &e), 0);
	assert_int_equal(overlay_digest(dir, digest, &e), 0);
	assert_int_equal(store_open(&s, path, NULL, &e), 0);
	assert_int_equal(known_proof(s, &m, &b, "6.12.117", "src", &p, &f, &cell, &e), ERR_NOTFOUND);
	err_clear(&e);

	put(s, "um-proof", digest, CONSOLE("not ok"));
	assert_int_equal(known_proof(s, &m, &b, "6.12.117", "src", &p, &f, &cell, &e), 0);
	assert_int_equal(f.outcome, PROOF_AS_CLAIMED);
	assert_string_equal(cell, "um-proof");
	proof_finding_clear(&f);
	free(cell);
	claim.text = "count is 3";
	assert_int_equal(known_proof(s, &m, &b, "6.12.117", "src", &p, &f, &cell, &e), 0);
	assert_int_equal(f.outcome, PROOF_OTHERWISE);
	proof_finding_clear(&f);
	free(cell);

	/* One that fails says more than one that passes. */
	put(s, "x86_64-proof", digest, CONSOLE("ok"));
	assert_int_equal(known_proof(s, &m, &b, "6.12.117", "src", &p, &f, &cell, &e), 0);
	assert_string_equal(cell, "um-proof");
	proof_finding_clear(&f);
	free(cell);
	put(s, "um-proof", digest, CONSOLE("ok"));
	assert_int_equal(known_proof(s, &m, &b, "6.12.117", "src", &p, &f, &cell, &e), 0);
	assert_int_equal(f.outcome, PROOF_PASSES);
	proof_finding_clear(&f);
	free(cell);

	/* Another source, and proofs that were written anew. */
	assert_int_equal(known_proof(s, &m, &b, "6.12.117", "other", &p, &f, &cell, &e), ERR_NOTFOUND);
	err_clear(&e);
	assert_int_equal(fs_write(file, "2", 1, 0644, &e), 0);
	assert_int_equal(known_proof(s, &m, &b, "6.12.117", "src", &p, &f, &cell, &e), ERR_NOTFOUND);
	err_clear(&e);
	cell = NULL;
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(kept_consoles_are_judged_anew),
	};

	return cmocka_run_group_tests_name("known", tests, NULL, NULL);
}
