// SPDX-License-Identifier: GPL-2.0-only
/* Debian's linux-source packages: found, unpacked, and never taken for the pristine release. */
#include "../source/help.h"

#include "source/package.h"

#define FIRST "linux-source-6.6_6.6.150-1~deb12u1"
#define SECOND "linux-source-6.6_6.6.150-2"

static void put_deb(struct bed *b, const char *name)
{
	_cleanup_free_ char *path = fs_join(b->search, name);

	make_deb(path, PACKAGE_TAR);
}

static bool in_cache(const struct bed *b, const char *name)
{
	_cleanup_free_ char *path = fs_join(b->cache, name);

	return fs_exists(path);
}

static void names(void **state)
{
	static const struct {
		const char *name, *variant;
	} known[] = {
		{ "linux-source-6.1_6.1.192-2_all.deb", "linux-source-6.1_6.1.192-2" },
		{ "linux-source-6.12_6.12.117-1~deb12u1.tar.xz",
		  "linux-source-6.12_6.12.117-1~deb12u1" },
		{ "linux-source-6.1_6.1.192-2", "linux-source-6.1_6.1.192-2" },
		{ "linux-source-6.1.tar.xz", NULL },
		{ "linux-source-6.1_6.1.192", NULL },
		{ "linux-source-6.1_-2", NULL },
		{ "linux-source-6.1_6.12.117-1", NULL },
		{ "linux-source-6.1_x-2.tar.xz", NULL },
		{ "linux-source_6.1.192-2_all.deb", NULL },
		{ "linux_6.1.192.orig.tar.xz", NULL },
		{ "linux-6.1.192", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		_cleanup_free_ char *variant = NULL;
		struct release r;

		assert_int_equal(package_name(known[i].name, &variant, &r),
				 known[i].variant != NULL);
		if (known[i].variant)
			assert_string_equal(variant, known[i].variant);
	}
}

/* A .deb that the user has: its tarball goes into the cache, and is enough from then on. */
static void users_own(void **state)
{
	_cleanup_strv_ struct strv list = STRV_INIT;
	struct one o = { NULL };
	struct bed b;

	bed_open(&b, *state);
	put_deb(&b, SECOND "_all.deb");
	b.set = source_set_new(&b.opts);
	assert_int_equal(source_list(b.set, "6.6", &list, &b.err), 0);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.v[0], "6.6.150");
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_string_equal(source_provider(b.src), "package");
	assert_text(source_describe(b.src),
		    "debian package linux-source-6.6 6.6.150-2, with Debian's patches (");
	assert_true(in_cache(&b, "sources/" SECOND ".tar.xz"));
	assert_ok(&b, bed_read(&b, "debian.c", &o));
	assert_string_equal(o.text.s, "int patched;\n");
	str_free(&o.text);
	assert_int_equal(fs_remove_tree(b.search, NULL), 0);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_text(source_describe(b.src), "with Debian's patches");
	assert_fails(&b, bed_find(&b, "6.6.151"), ERR_MISSING, "no linux-source-6.6 of 6.6.151");
	bed_close(&b);
}

static void newest(void **state)
{
	static const char *const order[] = {
		"6.6.150-1~deb12u1", "6.6.150-1", "6.6.150-1+b1", "6.6.150-2~bpo12+1", "6.6.150-2",
		"6.6.150-10",
	};
	struct bed b;

	bed_open(&b, *state);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		_cleanup_free_ char *deb = xasprintf("linux-source-6.6_%s_all.deb", order[i]);

		put_deb(&b, deb);
		assert_ok(&b, bed_find(&b, "6.6.150"));
		assert_text(source_describe(b.src), order[i]);
	}
	bed_close(&b);
}

/* Where there is nothing to compare, or the very same, dpkg isn't asked. */
static void without_dpkg(void **state)
{
	_cleanup_free_ char *path = xstrdup(getenv("PATH"));
	struct bed b;

	bed_open(&b, *state);
	setenv("PATH", "/nonexistent", 1);
	put_deb(&b, FIRST "_all.deb");
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_text(source_describe(b.src), "6.6.150-1~deb12u1, with");
	put_deb(&b, SECOND "_all.deb");
	assert_fails(&b, bed_find(&b, "6.6.150"), ERR_MISSING, "is newer only dpkg knows");
	setenv("PATH", path, 1);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_text(source_describe(b.src), "6.6.150-2, with");
	bed_close(&b);
}

/* The pristine one is taken where both are; their trees stand side by side. */
static void pristine_first(void **state)
{
	_cleanup_free_ char *tar = NULL, *patched = NULL, *pristine = NULL, *cached = NULL;
	struct bed b;

	bed_open(&b, *state);
	put_deb(&b, FIRST "_all.deb");
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_ok(&b, source_tree(b.src, &patched, &b.err));
	assert_ok(&b, source_verify(b.src, &b.err));
	assert_text(patched, "/trees/" FIRST);
	tar = fs_join(b.search, "linux-6.6.150.tar.xz");
	make_kernel_tar(tar);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_string_equal(source_provider(b.src), "directory");
	assert_ok(&b, source_tree(b.src, &pristine, &b.err));
	assert_text(pristine, "/trees/linux-6.6.150");
	assert_false(in_cache(&b, "trees/linux-6.6.150/debian.c"));
	assert_true(in_cache(&b, "trees/" FIRST "/debian.c"));
	/* Of a package that is gone, the tree will do; it still says what it is. */
	assert_int_equal(unlink(tar), 0);
	assert_int_equal(fs_remove_tree(pristine, NULL), 0);
	assert_int_equal(fs_remove_tree(b.search, NULL), 0);
	cached = fs_join(b.cache, "sources");
	assert_int_equal(fs_remove_tree(cached, NULL), 0);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_text(source_describe(b.src), "with Debian's patches");
	assert_false(strstr(bed_log(&b), "made anew"));
	bed_close(&b);
}

static void bad_packages(void **state)
{
	_cleanup_free_ char *deb = NULL;
	_cleanup_str_ struct str text = STR_INIT;
	struct one o = { NULL };
	struct bed b;

	bed_open(&b, *state);
	deb = fs_join(b.search, SECOND "_all.deb");
	make_deb(deb, "./usr/src/something.tar.xz");
	assert_fails(&b, bed_find(&b, "6.6.150"), ERR_MISSING, "no linux-source package");
	put_file(b.search, SECOND "_all.deb", "no archive at all");
	assert_fails(&b, bed_find(&b, "6.6.150"), ERR_MISSING, "damaged");
	make_deb(deb, PACKAGE_TAR);
	assert_int_equal(fs_read(deb, 0, &text, NULL), 0);
	for (size_t part = 1; part < 10; part++) {
		assert_int_equal(fs_write(deb, text.s, text.len * part / 10, 0644, NULL), 0);
		assert_fails(&b, bed_find(&b, "6.6.150"), ERR_MISSING, SECOND "_all.deb: ");
		assert_false(in_cache(&b, "sources/" SECOND ".tar.xz"));
		assert_false(in_cache(&b, "sources/." SECOND ".tmp"));
	}
	/* Another release than its name says. */
	assert_int_equal(unlink(deb), 0);
	put_deb(&b, "linux-source-6.6_6.6.151-1_all.deb");
	assert_ok(&b, bed_find(&b, "6.6.151"));
	assert_fails(&b, bed_read(&b, "debian.c", &o), ERR_INPUT, "its Makefile says 6.6.150");
	bed_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		unit_test_scratch(users_own),
		unit_test_scratch(newest),
		unit_test_scratch(without_dpkg),
		unit_test_scratch(pristine_first),
		unit_test_scratch(bad_packages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
