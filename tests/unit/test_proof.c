// SPDX-License-Identifier: GPL-2.0-only
/* What a console shows of a proof: passed, failed as claimed, or something else. */
#include "unit.h"

#include "prove/proof.h"

#define HEAD "[    0.100000] KTAP version 1\n[    0.100000] 1..1\n" \
	"[    0.100000]     KTAP version 1\n" \
	     "[    0.100000]     # Subtest: nfsd-x\n[    0.100000]     1..3\n"
#define OK(n, name) "[    0.200000]     ok " #n " " name "\n"
#define NOT_OK(n, name) "[    0.200000]     not ok " #n " " name "\n"
#define SAYS(name, text) "[    0.200000]     # " name ": EXPECTATION FAILED at fs/nfsd/x.c:1\n" \
			 "[    0.200000]     " text "\n"
#define END_OK "[    0.300000] ok 1 nfsd-x\n[    0.400000] stableq: done\n"
#define END_NOT "[    0.300000] not ok 1 nfsd-x\n[    0.400000] stableq: done\n"
#define KASAN(fn)								\
	"[    0.200000] ==================================================================\n"	\
	"[    0.200000] BUG: KASAN: slab-use-after-free in " fn "+0x1/0x2\n"		\
	"[    0.200000] Read of size 8 at addr 0000000061ab4010 by task kunit_try_catch/9\n"	\
	"[    0.200000] \n[    0.200000] Call Trace:\n[    0.200000]  " fn "+0x1/0x2\n"	\
	"[    0.200000] ==================================================================\n"
#define FORK									\
	"[    0.200000] =============================\n" \
	"[    0.200000] WARNING: suspicious RCU usage\n" \
	"[    0.200000] -----------------------------\n"				\
	"[    0.200000] lib/maple_tree.c:850 suspicious rcu_dereference_check() usage!\n"

static struct matrix_claim uaf = {
	.test_case = "uses_it_late", .text = "use-after-free", .splat = "KASAN",
	.function = "nfsd_use",
};
static struct matrix_claim two[] = {
	{ .test_case = "uses_it_late", .text = "use-after-free", .splat = "KASAN",
	  .function = "nfsd_use" },
	{ .test_case = "keeps_count", .text = "count is 2" },
};
static struct matrix_claim elsewhere[] = {
	{ .test_case = "uses_it_late", .text = "use-after-free", .splat = "KASAN",
	  .branches = { .v = (char *[]){ "6.1" }, .n = 1 } },
	{ .test_case = "keeps_count", .text = "count is 2" },
};
static struct matrix_claim dies = {
	.test_case = "uses_it_late", .text = "kernel BUG at fs/nfsd", .splat = "BUG",
};

static struct matrix_splat fork_splat = {
	.name = "fork", .title = "suspicious RCU usage", .text = "lib/maple_tree.c", .why = "",
};

static const struct {
	const char *name;
	struct matrix_claim *claims;
	size_t nclaims;
	enum vm_end end;
	const char *console;
	enum proof_outcome outcome;
	const char *reason;	/* a part of it */
} boots[] = {
	{ "all pass", &uaf, 1, VM_POWEROFF,
	  HEAD OK(1, "opens") OK(2, "keeps_count") OK(3, "uses_it_late") END_OK,
	  PROOF_PASSES, "3 cases passed" },
	{ "a splat in a case that KUnit calls ok", &uaf, 1, VM_POWEROFF,
	  HEAD OK(1, "opens") OK(2, "keeps_count") KASAN("nfsd_use") OK(3, "uses_it_late") END_OK,
	  PROOF_AS_CLAIMED, "uses_it_late: BUG: KASAN: slab-use-after-free in nfsd_use" },
	{ "the same in another function", &uaf, 1, VM_POWEROFF,
	  HEAD OK(1, "opens") OK(2, "keeps_count") KASAN("nfsd_other") OK(3, "uses_it_late") END_OK,
	  PROOF_OTHERWISE, "instead of a splat of kind KASAN with 'use-after-free' in nfsd_use" },
	{ "the same in another case", &uaf, 1, VM_POWEROFF,
	  HEAD OK(1, "opens") KASAN("nfsd_use") OK(2, "keeps_count") OK(3, "uses_it_late") END_OK,
	  PROOF_OTHERWISE, "keeps_count fails, which is no part of the claim" },
	{ "the same behind the suite", &uaf, 1, VM_POWEROFF,
	  HEAD OK(1, "opens") OK(2, "keeps_count") OK(3, "uses_it_late") KASAN("nfsd_use") END_OK,
	  PROOF_OTHERWISE, "outside every case" },
	{ "a splat where words were claimed", &two[1], 1, VM_POWEROFF,
	  HEAD OK(1, "opens") KASAN("nfsd_use") SAYS("keeps_count", "count is 2")
	  NOT_OK(2, "keeps_count") OK(3, "uses_it_late") END_NOT,
	  PROOF_OTHERWISE, "instead of its saying 'count is 2' came BUG: KASAN" },
	{ "both claims", two, 2, VM_POWEROFF,
	  HEAD OK(1, "opens") SAYS("keeps_count", "count is 2") NOT_OK(2, "keeps_count")
	  KASAN("nfsd_use") OK(3, "uses_it_late") END_NOT, PROOF_AS_CLAIMED, "uses_it_late" },
	{ "one of two claims", two, 2, VM_POWEROFF,
	  HEAD OK(1, "opens") SAYS("keeps_count", "count is 2") NOT_OK(2, "keeps_count")
	  OK(3, "uses_it_late") END_NOT, PROOF_OTHERWISE, "only 1 of 2 cases fail that should" },
	{ "a claim of another branch doesn't count", elsewhere, 2, VM_POWEROFF,
	  HEAD OK(1, "opens") SAYS("keeps_count", "count is 2") NOT_OK(2, "keeps_count")
	  OK(3, "uses_it_late") END_NOT, PROOF_AS_CLAIMED, "keeps_count: count is 2" },
	{ "other words", &two[1], 1, VM_POWEROFF,
	  HEAD OK(1, "opens") SAYS("keeps_count", "count is 0") NOT_OK(2, "keeps_count")
	  OK(3, "uses_it_late") END_NOT, PROOF_OTHERWISE, "instead of its saying 'count is 2'" },
	{ "an ordinary path fails as well", &two[1], 1, VM_POWEROFF,
	  HEAD SAYS("opens", "no") NOT_OK(1, "opens") SAYS("keeps_count", "count is 2")
	  NOT_OK(2, "keeps_count") OK(3, "uses_it_late") END_NOT,
	  PROOF_OTHERWISE, "opens fails, which is no part of the claim" },
	{ "died as claimed", &dies, 1, VM_DIED,
	  HEAD OK(1, "opens") OK(2, "keeps_count") "[    0.200000] kernel BUG at fs/nfsd/x.c:9!\n",
	  PROOF_AS_CLAIMED, "kernel BUG at fs/nfsd/x.c:9!" },
	{ "died, and nothing was claimed of it", &two[1], 1, VM_DIED,
	  HEAD OK(1, "opens") SAYS("keeps_count", "count is 2") NOT_OK(2, "keeps_count")
	  "[    0.200000] kernel BUG at fs/nfsd/x.c:9!\n", PROOF_OTHERWISE, "the guest died" },
	{ "cut short without a word", &uaf, 1, VM_POWEROFF, HEAD OK(1, "opens"),
	  PROOF_OTHERWISE, "instead of a splat of kind KASAN" },
	{ "died behind the suite", &uaf, 1, VM_DIED,
	  HEAD OK(1, "opens") OK(2, "keeps_count") OK(3, "uses_it_late")
	  "[    0.300000] ok 1 nfsd-x\n"
	  "[    0.400000] Kernel panic - not syncing: Attempted to kill init!\n",
	  PROOF_NO_RESULT, "3 cases passed, but the guest died behind the suite" },
	{ "hung behind the suite", &uaf, 1, VM_TIMEOUT,
	  HEAD OK(1, "opens") OK(2, "keeps_count") OK(3, "uses_it_late") END_OK,
	  PROOF_NO_RESULT, "3 cases passed, but the guest was still running" },
	{ "a splat behind the suite, then death", &uaf, 1, VM_DIED,
	  HEAD OK(1, "opens") OK(2, "keeps_count") OK(3, "uses_it_late")
	  "[    0.300000] ok 1 nfsd-x\n" KASAN("nfsd_use"),
	  PROOF_OTHERWISE, "outside every case: BUG: KASAN" },
	{ "died behind a failure that was claimed", &uaf, 1, VM_DIED,
	  HEAD OK(1, "opens") OK(2, "keeps_count") KASAN("nfsd_use") OK(3, "uses_it_late")
	  "[    0.300000] not ok 1 nfsd-x\n", PROOF_AS_CLAIMED,
	  "but the guest died behind the suite" },
	{ "a hang", &uaf, 1, VM_TIMEOUT, HEAD OK(1, "opens"), PROOF_NO_RESULT, "still running" },
	{ "no such suite", &uaf, 1, VM_POWEROFF,
	  "[    0.100000] KTAP version 1\n[    0.100000] 1..0\n",
	  PROOF_NO_RESULT, "no KUnit suite nfsd-x ran" },
	{ "all skipped", &uaf, 1, VM_POWEROFF,
	  HEAD OK(1, "opens # SKIP no") OK(2, "keeps_count # SKIP no") OK(3,
									  "uses_it_late # SKIP no")
	  "[    0.300000] ok 1 nfsd-x # SKIP no\n", PROOF_NO_RESULT, "3 skipped" },
	{ "a known splat is nobody's fault", &uaf, 1, VM_POWEROFF,
	  HEAD OK(1, "opens") FORK OK(2, "keeps_count") OK(3, "uses_it_late") END_OK,
	  PROOF_PASSES, "3 cases passed" },
};

static void outcomes(void **state)
{
	struct matrix m = { .splats = &fork_splat, .nsplats = 1 };
	struct judge_place where = { .matrix = &m, .branch = "6.12", .cell = "um-proof" };

	for (size_t i = 0; i < ARRAY_SIZE(boots); i++) {
		struct matrix_proof p = {
			.name = "x", .suite = "nfsd-x", .fails = boots[i].claims,
			.nfails = boots[i].nclaims,
		};
		struct proof_finding f;

		proof_judge(&p, &where, span_of(boots[i].console), boots[i].end, &f);
		if (f.outcome != boots[i].outcome || !strstr(f.reason, boots[i].reason))
			fail_msg("%s: %s: %s", boots[i].name, proof_outcome_name(f.outcome),
				 f.reason);
		proof_finding_clear(&f);
	}
}

/* The evidence is what a person looks at first: the report's first lines, and where. */
static void evidence(void **state)
{
	struct matrix m = { .nsplats = 0 };
	struct judge_place where = { .matrix = &m, .branch = "6.12", .cell = "um-proof" };
	struct matrix_proof p = { .name = "x", .suite = "nfsd-x", .fails = &uaf, .nfails = 1 };
	struct proof_finding f;

	proof_judge(&p, &where, span_of(HEAD OK(1, "opens") OK(2, "keeps_count") KASAN("nfsd_use")
					NOT_OK(3, "uses_it_late") END_NOT), VM_POWEROFF, &f);
	assert_int_equal(f.outcome, PROOF_AS_CLAIMED);
	assert_string_equal(f.function, "nfsd_use");
	assert_non_null(strstr(f.evidence, "Read of size 8"));
	assert_int_equal(f.failed.n, 1);
	assert_string_equal(f.failed.v[0], "uses_it_late");
	proof_finding_clear(&f);
}

/* By the commit, abbreviated or a candidate, and so also of a variant; or by the file's name. */
static void a_proof_is_of_a_commit(void **state)
{
	struct matrix_proof p = { .upstream = "0123456789ab" };
	struct queue_patch full = { .file = "a.patch",
				    .upstream = "0123456789abcdef0123456789abcdef01234567" };
	struct queue_patch maybe = { .file = "b-6.12.9.patch", .variant_of = "b.patch",
				     .candidate = "0123456789abc" };
	struct queue_patch other = { .file = "c.patch", .upstream = "ba9876543210" };
	struct queue_patch none = { .file = "d.patch" };

	assert_true(proof_is_of(&p, &full, "6.1"));
	assert_true(proof_is_of(&p, &maybe, "6.12"));
	assert_false(proof_is_of(&p, &other, "6.12"));
	assert_false(proof_is_of(&p, &none, "6.12"));
	strv_add(&p.branches, "6.12");
	assert_false(proof_is_of(&p, &full, "6.1"));
	assert_true(proof_is_of(&p, &full, "6.12"));
	strv_free(&p.branches);
	p = (struct matrix_proof){ .patch = "b.patch" };
	assert_true(proof_is_of(&p, &maybe, "6.12"));
	assert_false(proof_is_of(&p, &none, "6.12"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outcomes),
		cmocka_unit_test(evidence),
		cmocka_unit_test(a_proof_is_of_a_commit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
