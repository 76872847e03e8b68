// SPDX-License-Identifier: GPL-2.0-only
/* What is compiled from a file: kbuild_reach() on small trees. */
#include "unit.h"

#include "kbuild/reach.h"

/* The sources that hang on these files, parted by blanks. */
static char *reached(const char *root, const char *a, const char *b)
{
	_cleanup_strv_ struct strv touched = STRV_INIT, sources = STRV_INIT;
	_cleanup_err_ struct err e = ERR_INIT;
	struct str all = STR_INIT;

	strv_add(&touched, a);
	if (b)
		strv_add(&touched, b);
	assert_int_equal(kbuild_reach(root, &touched, &sources, &e), 0);
	for (size_t i = 0; i < sources.n; i++)
		str_addf(&all, "%s%s", i ? " " : "", sources.v[i]);
	return str_take(&all);
}

static void check(const char *root, const char *a, const char *b, const char *want)
{
	_cleanup_free_ char *got = reached(root, a, b);

	assert_string_equal(got, want);
}

static int tree_make(void **state)
{
	int ret = scratch_make(state);
	const char *root = *state;

	if (ret)
		return ret;
	put(root, "fs/nfsd/state.h", "#include <linux/demo.h>\n");
	put(root, "fs/nfsd/xdr.h", " # include \"state.h\"\t/* here */\n");
	put(root, "fs/nfsd/a.c", "#include \"xdr.h\"\n");
	put(root, "fs/nfsd/b.c", "int b;\n");
	put(root, "fs/nfs/state.h", "int other;\n");
	put(root, "fs/nfs/c.c", "#include \"state.h\"\n");
	put(root, "fs/nfs/d.c", "#include \"../nfsd/xdr.h\"\n");
	put(root, "fs/nfs/deep/e.c", "#include \"./../../nfsd/state.h\"\n");
	put(root, "include/linux/demo.h",
	    "#ifdef CONFIG_NEVER\n#include <linux/deep/more.h>\n#endif\n");
	put(root, "include/linux/deep/more.h", "");
	put(root, "include/other/demo.h", "");
	put(root, "net/f.S", "#include <other/demo.h>\n");
	put(root, "net/g.c", "#include \"trace.h\"\n");
	put(root, "net/include/trace.h", "#include \"xdemo.h\"\n");
	put(root, "tools/h.c", "#include <linux/demo.h>\n");
	return 0;
}

static void a_unit_is_compiled_itself(void **state)
{
	check(*state, "fs/nfsd/b.c", NULL, "fs/nfsd/b.c");
	check(*state, "fs/nfsd/b.c", "net/f.S", "fs/nfsd/b.c net/f.S");
	/* one that a patch brings */
	check(*state, "fs/nfsd/new.c", NULL, "fs/nfsd/new.c");
	check(*state, "Documentation/nfs.rst", NULL, "");
}

/* Over any number of headers, by whatever way the name goes. */
static void headers_reach_who_includes_them(void **state)
{
	check(*state, "fs/nfsd/xdr.h", NULL, "fs/nfs/d.c fs/nfsd/a.c");
	check(*state, "fs/nfsd/state.h", NULL, "fs/nfs/d.c fs/nfs/deep/e.c fs/nfsd/a.c");
}

/* Quotes mean the file beside, where there is one. */
static void equal_names_are_told_apart(void **state)
{
	check(*state, "fs/nfs/state.h", NULL, "fs/nfs/c.c");
	check(*state, "include/other/demo.h", NULL, "net/f.S");
}

/* A -I option may lead to it: the end of the path decides, but whole names only. */
static void a_name_from_elsewhere_is_any_file_of_that_name(void **state)
{
	check(*state, "net/include/trace.h", NULL, "net/g.c");
	check(*state, "include/linux/demo.h", NULL, "fs/nfs/d.c fs/nfs/deep/e.c fs/nfsd/a.c");
}

/* What is switched off today may be on in the next configuration. */
static void conditions_do_not_count(void **state)
{
	check(*state, "include/linux/deep/more.h", NULL, "fs/nfs/d.c fs/nfs/deep/e.c fs/nfsd/a.c");
}

/* Headers that include each other have an end, too. */
static void circles_end(void **state)
{
	put(*state, "fs/one.h", "#include \"two.h\"\n");
	put(*state, "fs/two.h",
	    "#include \"one.h\"\n#include \"nosuch.h\"\n#include\n#include <\n# include \"\"\n");
	put(*state, "fs/z.c", "#include \"one.h\"\n");
	check(*state, "fs/two.h", NULL, "fs/z.c");
	check(*state, "fs/nosuch.h", NULL, "fs/z.c");
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, tree_make, scratch_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(a_unit_is_compiled_itself),
		TREE_TEST(headers_reach_who_includes_them),
		TREE_TEST(equal_names_are_told_apart),
		TREE_TEST(a_name_from_elsewhere_is_any_file_of_that_name),
		TREE_TEST(conditions_do_not_count),
		TREE_TEST(circles_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
