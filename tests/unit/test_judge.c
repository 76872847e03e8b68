// SPDX-License-Identifier: GPL-2.0-only
/* From stored builds and consoles to results. */
#include "unit.h"

#include "run/judge.h"

#define BEGIN "[    0.100000] KTAP version 1\n[    0.100000] 1..2\n" \
	      "[    0.100000] stableq: check boot begin\n[    0.100000] ok 1 boot\n" \
	      "[    0.100000] stableq: check boot end\n"
#define SESSION "[    0.200000] stableq: check session begin\n[    0.200000] ok 2 session\n" \
		"[    0.200000] stableq: check session end\n"
#define DONE "[    0.300000] stableq: done\n"
#define SPLAT "[    0.150000] =============================\n" \
	"[    0.150000] WARNING: suspicious RCU usage\n" \
	      "[    0.150000] -----------------------------\n" \
	      "[    0.150000] lib/maple_tree.c:850 suspicious rcu_dereference_check() usage!\n"
#define PANIC "[    0.400000] Kernel panic - not syncing: VFS: no root\n"
#define SUITE "[    0.100000] KTAP version 1\n[    0.100000] 1..2\n[    0.100000] ok 1 nfsd-a\n"

static const struct matrix_check guest = { .name = "session", .kind = CHECK_GUEST };
static const struct matrix_check kunit = {
	.name = "kunit", .kind = CHECK_KUNIT, .suites = { .v = (char *[]){ "nfsd-*" }, .n = 1 },
};

static const struct {
	const char *name;
	const struct matrix_check *check;
	enum vm_end end;
	const char *console;
	enum result_kind kind;
	const char *reason;	/* a part of it */
	bool answered;
	const char *shutdown;	/* a part of its reason; NULL: as it should be */
} boots[] = {
	{ "all is well", &guest, VM_POWEROFF, BEGIN SESSION DONE, RESULT_PASS, "1 of 1", true,
	  NULL },
	{ "died before", &guest, VM_DIED, BEGIN, RESULT_FAIL, "before session was done", false,
	  "the guest died" },
	{ "died behind", &guest, VM_DIED, BEGIN SESSION, RESULT_PASS, "1 of 1", true,
	  "the guest died behind its last check" },
	{ "panic behind", &guest, VM_DIED, BEGIN SESSION PANIC, RESULT_PASS, "1 of 1", true,
	  "its last check: Kernel panic - not syncing: VFS: no root" },
	{ "panic before", &guest, VM_DIED, BEGIN PANIC, RESULT_FAIL,
	  "outside any check: Kernel panic", false, "the guest died" },
	{ "never off", &guest, VM_TIMEOUT, BEGIN SESSION DONE, RESULT_PASS, "1 of 1", true,
	  "after 7 s and was ended behind its last check, and had said that it was done" },
	{ "without a word", &guest, VM_POWEROFF, BEGIN DONE, RESULT_ERROR,
	  "without a result of session", false, NULL },
	{ "a splat of nobody", &guest, VM_POWEROFF, BEGIN SPLAT SESSION DONE, RESULT_FAIL,
	  "outside any check: WARNING: suspicious RCU usage", true, NULL },
	{ "suites", &kunit, VM_POWEROFF, SUITE "[    0.200000] ok 2 nfsd-b\n" DONE, RESULT_PASS,
	  "2 of 2 cases", true, NULL },
	{ "died behind the suites", &kunit, VM_DIED, SUITE "[    0.200000] ok 2 nfsd-b\n",
	  RESULT_PASS,
	  "2 of 2 cases", true, "the guest died behind" },
	{ "died between the suites", &kunit, VM_DIED, SUITE, RESULT_FAIL, "before kunit was done",
	  false,
	  "the guest died" },
};

static void consoles(void **state)
{
	struct matrix m = { .nsplats = 0 };
	struct judge_place where = { .matrix = &m, .branch = "6.12", .cell = "um" };

	for (size_t i = 0; i < ARRAY_SIZE(boots); i++) {
		struct boot_fact fact = { .end = boots[i].end, .timeout_ms = 7000 };
		struct judge_boot b = { .fact = &fact };
		struct result r = { .kind = RESULT_SKIP };

		replay(&b.shown, span_of(boots[i].console), NULL, NULL);
		judge_check(&where, &b, boots[i].check, &r);
		if (r.kind != boots[i].kind || !strstr(r.reason, boots[i].reason))
			fail_msg("%s: %s: %s", boots[i].name, result_name(r.kind), r.reason);
		assert_int_equal(judge_answered(&b, boots[i].check), boots[i].answered);
		if (judge_shutdown(&b, &r) != (boots[i].shutdown != NULL) ||
		    (boots[i].shutdown && !strstr(r.reason, boots[i].shutdown)))
			fail_msg("%s: %s", boots[i].name, r.reason);
		result_clear(&r);
		replay_clear(&b.shown);
	}
}

/* One console, and a list of known splats that changes. */
static void known_splats_are_asked_for_each_time(void **state)
{
	struct matrix_splat known = {
		.name = "rcu", .title = "suspicious RCU usage", .text = "lib/maple_tree.c",
		.why = "", .cells = { .v = (char *[]){ "um" }, .n = 1 },
	};
	struct matrix m = { .splats = &known, .nsplats = 1 };
	struct judge_place where = { .matrix = &m, .branch = "6.12", .cell = "um" };
	struct boot_fact fact = { .end = VM_POWEROFF };
	struct judge_boot b = { .fact = &fact };
	struct result r = { .kind = RESULT_SKIP };

	replay(&b.shown, span_of(BEGIN SPLAT SESSION DONE), NULL, NULL);
	judge_check(&where, &b, &guest, &r);
	assert_int_equal(r.kind, RESULT_PASS);
	assert_non_null(strstr(r.reason, "1 known splat"));
	known.cells.v = (char *[]){ "x86_64" };
	judge_check(&where, &b, &guest, &r);
	assert_int_equal(r.kind, RESULT_FAIL);
	result_clear(&r);
	replay_clear(&b.shown);
}

static void assert_build(const char *now, const struct build_fact *base, enum result_kind kind,
			 const char *reason)
{
	struct build_fact b = { .message = "", .lines = (char *)now };
	struct result r = { .kind = RESULT_SKIP };

	judge_build(&b, base, &r);
	if (r.kind != kind || strcmp(r.reason, reason))
		fail_msg("%s: %s", result_name(r.kind), r.reason);
	result_clear(&r);
}

static void warnings(void **state)
{
	struct build_fact base = { .message = "", .lines = "a.c:1: warning: x\n" };

	assert_build("", &base, RESULT_PASS, "");
	assert_build("a.c:9: warning: x\n", &base, RESULT_PASS, "1 warning, none new");
	assert_build("a.c:9: warning: x\nb.c:1: warning: y\n", &base, RESULT_FAIL,
		     "1 new warning: b.c:1: warning: y");
	/* The base itself. */
	assert_build("a.c:9: warning: x\n", NULL, RESULT_PASS, "1 warning");
	base.failed = true;
	assert_build("a.c:9: warning: x\n", &base, RESULT_ERROR,
		     "1 warning; the base doesn't build: nobody can tell which are new");
	assert_build("", &base, RESULT_PASS, "");
	base.message = "a.c:1: error: z";
	{
		struct result r = { .kind = RESULT_SKIP };

		judge_build(&base, NULL, &r);
		assert_int_equal(r.kind, RESULT_FAIL);
		assert_string_equal(r.reason, "a.c:1: error: z");
		result_clear(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(consoles),
		cmocka_unit_test(known_splats_are_asked_for_each_time),
		cmocka_unit_test(warnings),
	};

	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
