// SPDX-License-Identifier: GPL-2.0-only
/* What a kernel's key covers, and what it doesn't. */
#include "unit.h"

#include "run/state.h"
#include "tree/tree.h"

static char fragment_dir[] = "configs";

static void key(struct state *st, char hex[HASH_HEX + 1])
{
	struct err e = ERR_INIT;

	if (state_key(st, &e))
		fail_msg("%s", e.msg);
	memcpy(hex, st->key, sizeof(st->key));
}

static void keys_differ_by_what_is_built(void **state)
{
	_cleanup_free_ char *dir = fs_join(*state, fragment_dir),
		*file = fs_join(dir, "base.config");
	struct matrix m = { .dir = *state };
	struct matrix_branch b = { .name = "6.12" };
	struct matrix_cell cell = {
		.name = "um", .arch = arch_find("um"), .toolchain = "gcc", .memory_mib = 64,
		.cpus = 1, .configs = { .v = (char *[]){ "base" }, .n = 1 },
	}, other = cell;
	struct state st = {
		.matrix = &m, .branch = &b, .cell = &cell, .release = "6.12.107", .source = "a",
		.pristine = *state, .name = "base",
	};
	char first[HASH_HEX + 1], now[HASH_HEX + 1], before[HASH_HEX + 1];
	struct err e = ERR_INIT;

	assert_int_equal(fs_mkdirs(dir, &e), 0);
	assert_int_equal(fs_write(file, "CONFIG_A=y\n", 11, 0644, &e), 0);
	key(&st, first);

	/* A name is for people; a state that changes nothing is the source. */
	st.name = "prefix:0";
	st.fs = tree_fileset(*state);
	key(&st, now);
	assert_string_equal(first, now);
	fileset_put(st.fs, "fs/nfsd/x.c", span_of("x"), 0100644);
	key(&st, now);
	assert_string_not_equal(first, now);
	fileset_free(st.fs);
	st.fs = NULL;

	st.source = "b";
	key(&st, now);
	assert_string_not_equal(first, now);
	st.source = "a";
	st.release = "6.12.108";
	key(&st, now);
	assert_string_not_equal(first, now);
	st.release = "6.12.107";
	other.name = "um-2";
	st.cell = &other;
	key(&st, now);
	assert_string_not_equal(first, now);
	st.cell = &cell;

	/* What the machine is like decides a boot, and no build. */
	state_boot_key(&st, "g", NULL, before);
	cell.cpus = 2;
	key(&st, now);
	assert_string_equal(first, now);
	state_boot_key(&st, "g", NULL, now);
	assert_string_not_equal(before, now);
	cell.cpus = 1;
	state_boot_key(&st, "g", "suite", now);
	assert_string_not_equal(before, now);
	state_boot_key(&st, "h", NULL, now);
	assert_string_not_equal(before, now);

	assert_int_equal(fs_write(file, "CONFIG_B=y\n", 11, 0644, &e), 0);
	key(&st, now);
	assert_string_not_equal(first, now);
}

static void a_suite_stays_one_word(void **state)
{
	_cleanup_free_ char *good = state_params("nfsd_*"),
		*bad = state_params("x ubd0=\"/dev/sda\",\n");

	assert_string_equal(good, "kunit.enable=1 kunit.filter_glob=nfsd_*");
	assert_string_equal(bad, "kunit.enable=1 kunit.filter_glob=x?ubd0=?/dev/sda???");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_suite_stays_one_word),
		unit_test_scratch(keys_differ_by_what_is_built),
	};

	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
