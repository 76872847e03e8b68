// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <dirent.h>
#include <unistd.h>

#include "matrix/matrix.h"

#define DATA "tests/data/matrix"

static int is_yaml(const struct dirent *e)
{
	return span_ends(span_of(e->d_name), ".yaml");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Each bad file has its message, word for word, in a file with .err for .yaml. */
static void bad_files_are_refused_with_file_and_line(void **state)
{
	struct dirent **list;
	int n = scandir(DATA, &list, is_yaml, by_name), bad = 0, cases = 0;

	if (n <= 0)
		fail_msg("%s: run this from the top of the repository", DATA);
	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *path = fs_join(DATA, list[i]->d_name), *want = NULL;
		_cleanup_str_ struct str text = STR_INIT;
		_cleanup_err_ struct err e = ERR_INIT;
		struct matrix m;

		want = xasprintf("%.*s.err", (int)strlen(path) - 5, path);
		free(list[i]);
		if (!fs_exists(want))
			continue;
		cases++;
		assert_int_equal(fs_read(want, 0, &text, &e), 0);
		if (matrix_load(&m, path, &e) == ERR_INPUT &&
		    span_is(span_trim(str_span(&text)), e.msg))
			continue;
		print_error("%s:\n  got:      %s\n  expected: %s", path, e.msg, text.s);
		bad++;
	}
	free(list);
	assert_int_equal(bad, 0);
	assert_true(cases > 50);
}

static void a_good_file_is_read_whole(void **state)
{
	const struct matrix_branch *b;
	const struct matrix_cell *c;
	const struct matrix_check *k;
	const struct matrix_profile *p;
	_cleanup_strv_ struct strv paths = STRV_INIT;
	struct err e = ERR_INIT;
	char name[RELEASE_MAX];
	struct matrix m;

	assert_int_equal(matrix_load(&m, DATA "/good.yaml", &e), 0);
	assert_string_equal(m.dir, DATA);
	assert_int_equal(m.nbranches, 2);
	b = matrix_branch(&m, "6.12");
	assert_non_null(b);
	assert_int_equal(b->line, 5);
	assert_string_equal(b->queue, "queue-6.12");
	assert_string_equal(release_name(&b->base, name), "6.12.107");
	assert_int_equal(b->nreleases, 3);
	assert_string_equal(release_name(&b->releases[2], name), "6.12.113");
	/* The base is a release of its branch even if nobody says so. */
	b = matrix_branch(&m, "6.1");
	assert_int_equal(b->nreleases, 1);
	assert_string_equal(release_name(&b->releases[0], name), "6.1.187");

	c = matrix_cell(&m, "um");
	assert_string_equal(c->arch->name, "um");
	assert_string_equal(c->toolchain, "gcc");
	assert_int_equal(c->memory_mib, 256);
	assert_int_equal(c->cpus, 1);
	assert_int_equal(c->timeout_s, 60);
	assert_string_equal(c->fallback, "x86_64");
	matrix_fragments(&m, c, b, &paths);
	assert_int_equal(paths.n, 2);
	assert_string_equal(paths.v[1], DATA "/configs/arch/um.config");
	matrix_fragments(&m, c, matrix_branch(&m, "6.12"), &paths);
	assert_int_equal(paths.n, 5);
	assert_string_equal(paths.v[4], DATA "/configs/extra.config");
	c = matrix_cell(&m, "x86_64");
	assert_int_equal(c->configs.n, 1);
	assert_int_equal(c->memory_mib, 512);
	assert_int_equal(c->timeout_s, 120);

	k = matrix_check(&m, "boot");
	assert_int_equal(k->kind, CHECK_GUEST);
	assert_int_equal(k->branches.n, 0);
	k = matrix_check(&m, "suite");
	assert_int_equal(k->kind, CHECK_KUNIT);
	assert_string_equal(k->suites.v[0], "RFC*");
	assert_true(strv_has(&k->cells, "um"));

	/* Folders, in order; what is no folder is shared by them. */
	assert_int_equal(m.nproofs, 2);
	assert_string_equal(m.proofs[0].name, "none");
	assert_string_equal(m.proofs[0].patch, "b.patch");
	assert_null(m.proofs[0].upstream);
	assert_null(m.proofs[0].unit);
	assert_string_equal(m.proofs[0].skip, "the window is between two instructions");
	assert_ptr_equal(matrix_proof(&m, "uaf"), &m.proofs[1]);
	assert_string_equal(m.proofs[1].dir, DATA "/proofs/uaf");
	assert_string_equal(m.proofs[1].suite, "nfsd-uaf");
	assert_string_equal(m.proofs[1].unit, "nfs4state.c");
	assert_string_equal(m.proofs[1].upstream, "0123456789abcdef0123456789abcdef01234567");
	assert_null(m.proofs[1].patch);
	assert_string_equal(m.proofs[1].cell, "x86_64");
	assert_string_equal(m.proofs[0].cell, "um");
	assert_int_equal(m.proofs[1].nfails, 2);
	assert_string_equal(m.proofs[1].fails[0].splat, "KASAN");
	assert_string_equal(m.proofs[1].fails[0].function, "nfsd_use");
	assert_null(m.proofs[1].fails[1].splat);
	assert_true(strv_has(&m.proofs[1].fails[1].branches, "6.1"));

	p = matrix_profile(&m, "smoke");
	assert_int_equal(p->releases, PROFILE_BASE);
	assert_int_equal(p->checks.n, 0);
	assert_int_equal(p->cells.n, 1);
	p = matrix_profile(&m, "full");
	assert_int_equal(p->releases, PROFILE_ALL);
	assert_int_equal(p->cells.n, 0);
	assert_true(strv_has(&p->branches, "6.12"));
	assert_int_equal(m.nsplats, 1);
	assert_string_equal(m.splats[0].text, "lib/maple_tree.c");
	assert_null(matrix_profile(&m, "none"));
	assert_null(matrix_cell(&m, ""));
	matrix_free(&m);
}

static void releases_find_their_branch(void **state)
{
	const struct matrix_branch *b;
	struct err e = ERR_INIT;
	struct release r;
	struct matrix m;

	assert_int_equal(matrix_load(&m, DATA "/good.yaml", &e), 0);
	assert_int_equal(release_parse("6.12.200", &r, &e), 0);
	assert_int_equal(matrix_branch_of(&m, &r, &b, &e), 0);
	assert_string_equal(b->name, "6.12");
	assert_int_equal(release_parse("6.6.150", &r, &e), 0);
	assert_int_equal(matrix_branch_of(&m, &r, &b, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "6.6.150 is of branch 6.6, which " DATA
		   "/good.yaml does not have; it has: 6.1, 6.12");
	matrix_free(&m);
}

static void the_matrix_of_this_repository_is_good(void **state)
{
	struct err e = ERR_INIT;
	struct matrix m;

	if (matrix_load(&m, "build-matrix.yaml", &e))
		fail_msg("%s", e.msg);
	assert_string_equal(m.dir, ".");
	assert_non_null(matrix_profile(&m, "smoke"));
	matrix_free(&m);
}

static void a_file_that_is_not_there_is_not_found(void **state)
{
	_cleanup_free_ char *path = fs_join(*state, "none.yaml"),
		*big = fs_join(*state, "big.yaml");
	_cleanup_str_ struct str text = STR_INIT;
	struct err e = ERR_INIT;
	struct matrix m;

	assert_int_equal(matrix_load(&m, path, &e), ERR_NOTFOUND);
	assert_err(e, ERR_NOTFOUND, "none.yaml");
	assert_int_equal(matrix_load(&m, *state, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "is a directory");
	for (int i = 0; i < 70000; i++)
		str_adds(&text, "# a line of text\n");
	assert_int_equal(fs_write(big, text.s, text.len, 0644, &e), 0);
	assert_int_equal(matrix_load(&m, big, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "more than");
}

/* Cut short anywhere, or with any byte replaced, it is read or refused; nothing else happens. */
static void damaged_files_do_no_harm(void **state)
{
	static const char *const beside[] = { "configs", "proofs", "queue-6.1", "queue-6.12" };
	static const char bytes[] = "[]{}:,-&*!'\"#\n\t \0\xff";
	_cleanup_free_ char *path = fs_join(*state, "m.yaml");
	_cleanup_str_ struct str text = STR_INIT;
	struct err e = ERR_INIT;
	size_t good = 0;

	/* What it names has to be beside it, else the first name would end every reading. */
	for (size_t i = 0; i < ARRAY_SIZE(beside); i++) {
		_cleanup_free_ char *from = xasprintf(DATA "/%s", beside[i]);
		_cleanup_free_ char *real = realpath(from, NULL), *to = fs_join(*state, beside[i]);

		assert_int_equal(symlink(real, to), 0);
	}
	assert_int_equal(fs_read(DATA "/good.yaml", 0, &text, &e), 0);
	for (size_t i = 0; i < 2 * text.len; i++) {
		_cleanup_free_ char *copy = span_dup(str_span(&text));
		size_t n = i < text.len ? i : text.len;
		struct matrix m;

		if (i >= text.len)
			copy[i - text.len] = bytes[i % (sizeof(bytes) - 1)];
		assert_int_equal(fs_write(path, copy, n, 0644, &e), 0);
		if (!matrix_load(&m, path, &e)) {
			good++;
			matrix_free(&m);
		} else {
			assert_int_equal(e.code, ERR_INPUT);
			assert_true(strstr(e.msg, "m.yaml:") || strstr(e.msg, "/proof.yaml"));
			err_clear(&e);
		}
	}
	assert_true(good > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_files_are_refused_with_file_and_line),
		cmocka_unit_test(a_good_file_is_read_whole),
		cmocka_unit_test(releases_find_their_branch),
		cmocka_unit_test(the_matrix_of_this_repository_is_good),
		unit_test_scratch(a_file_that_is_not_there_is_not_found),
		unit_test_scratch(damaged_files_do_no_harm),
	};

	return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}
