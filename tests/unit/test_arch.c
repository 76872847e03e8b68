// SPDX-License-Identifier: GPL-2.0-only
/* The table of architectures, and what else has to name them. */
#include "unit.h"

#include <endian.h>
#include <sys/utsname.h>

#include "base/arch.h"

static void found_by_name(void **state)
{
	_cleanup_free_ char *names = arch_names();

	assert_string_equal(arch_find("x86_64")->image, "arch/x86/boot/bzImage");
	assert_null(arch_find("vax"));
	assert_null(arch_find(""));
	assert_true(arch_is_um(arch_find("um")));
	assert_false(arch_is_um(arch_find("x86_64")));
	assert_non_null(strstr(names, "um, x86_64"));
}

/* A row that lacks something would be found out by a build of half an hour. */
static void rows_are_whole(void **state)
{
	const struct arch *a;

	for (size_t i = 0; (a = arch_nth(i)); i++) {
		const char *const all[] = { a->name, a->machine, a->make, a->srcarch, a->triple,
					    a->compiler, a->binutils, a->target, a->image };
		const char *const machine[] = { a->qemu.program, a->qemu.package, a->qemu.type,
						a->qemu.cpu, a->qemu.console, a->qemu.params };

		for (size_t k = 0; k < ARRAY_SIZE(all); k++)
			if (!all[k])
				fail_msg("%s: string %zu is missing", a->name, k);
		for (size_t k = 0; k < ARRAY_SIZE(machine); k++)
			if (!machine[k] != (arch_is_um(a) || !arch_boots(a)))
				fail_msg("%s: string %zu of its machine", a->name, k);
		assert_true(a->bits == 32 || a->bits == 64);
		assert_int_equal(!*a->triple, !*a->compiler);
		assert_int_equal(!*a->triple, !*a->binutils);
		if (arch_boots(a))
			assert_true(a->needs.build > 0 && a->needs.boot > 0 &&
				    a->needs.percent > 0);
		assert_ptr_equal(arch_find(a->name), a);
	}
	assert_true(a == NULL);
}

/*
 * The manual page, the fragments and the Makefile's list of compilers have to keep up with the
 * table.
 */
static void told_of_elsewhere(void **state)
{
	_cleanup_str_ struct str page = STR_INIT, makefile = STR_INIT;
	const struct arch *a;

	assert_int_equal(fs_read("docs/build-matrix.yaml.5", 0, &page, NULL), 0);
	assert_int_equal(fs_read("Makefile", 0, &makefile, NULL), 0);
	for (size_t i = 0; (a = arch_nth(i)); i++) {
		_cleanup_free_ char *word = xasprintf("\n.It Ql %s\n", a->name);
		_cleanup_free_ char *config = xasprintf("configs/arch/%s.config", a->name);

		if (!strstr(page.s, word))
			fail_msg("docs/build-matrix.yaml.5 does not tell of %s", a->name);
		if (!fs_exists(config))
			fail_msg("there is no %s", config);
		if (!arch_boots(a) && !strstr(makefile.s, a->compiler))
			fail_msg("make deps-matrix does not install %s", a->compiler);
	}
}

/* What this machine is can be compared with what the table says of it. */
static void right_about_this_machine(void **state)
{
	const struct arch *a, *host = NULL;
	struct utsname u;

	uname(&u);
	for (size_t i = 0; (a = arch_nth(i)); i++) {
		assert_int_equal(arch_is_host(a), !strcmp(a->machine, u.machine));
		if (arch_is_host(a) && a->bits == 8 * sizeof(long))
			host = a;
	}
	if (!host)
		skip();
	assert_int_equal(host->big_endian, BYTE_ORDER == BIG_ENDIAN);
}

static void compilers_of_another_host(void **state)
{
	static const struct arch foreign = { .machine = "vax", .triple = "vax-netbsdelf" };
	_cleanup_free_ char *um = arch_prefix(arch_find("um")), *vax = arch_prefix(&foreign);
	const struct arch *a;

	assert_string_equal(um, "");
	assert_string_equal(vax, "vax-netbsdelf-");
	for (size_t i = 0; (a = arch_nth(i)); i++) {
		_cleanup_free_ char *prefix = arch_prefix(a);

		assert_int_equal(!*prefix, !*a->triple || arch_is_host(a));
	}
}

static void packages(void **state)
{
	static const char *const of[][2] = {
		{ "x86_64-linux-gnu-gcc", "gcc-x86-64-linux-gnu" },
		{ "x86_64-linux-gnu-ld", "binutils-x86-64-linux-gnu" },
		{ "x86_64-linux-gnu-objcopy", "binutils-x86-64-linux-gnu" },
		{ "qemu-system-x86_64", "qemu-system-x86" },
		{ "powerpc64le-linux-gnu-gcc", "gcc-powerpc64le-linux-gnu" },
		{ "powerpc-linux-gnu-nm", "binutils-powerpc-linux-gnu" },
		{ "x86_64-linux-gnu-", NULL }, { "x86_64-linux-gnu", NULL },
		{ "x86_64-linux-gnu-clang", NULL }, { "gcc", NULL }, { "ld", NULL }, { "", NULL },
		{ "-gcc", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
		const char *package = arch_package(of[i][0]);

		if (!package != !of[i][1] || (package && strcmp(package, of[i][1]) != 0))
			fail_msg("%s: %s", of[i][0], package ? package : "none");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_by_name),
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(told_of_elsewhere),
		cmocka_unit_test(right_about_this_machine),
		cmocka_unit_test(compilers_of_another_host),
		cmocka_unit_test(packages),
	};

	return cmocka_run_group_tests_name("arch", tests, NULL, NULL);
}
