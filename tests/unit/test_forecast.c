// SPDX-License-Identifier: GPL-2.0-only
/* What a run is said to need, for a release from a small tarball. */
#include "../source/help.h"
#include "run/forecast.h"

static struct matrix_cell cells[] = {
	{ .name = (char *)"um" },
	{ .name = (char *)"qemu" },
};

/* A base and a patched state in each cell. */
static void reckon(struct bed *b, struct store *store, struct forecast *f)
{
	struct plan_release release = { .name = "6.6.150" };
	struct plan_item items[4] = { { .check = NULL } };
	struct plan_stage stages[4];
	struct plan p = { .releases = &release, .nreleases = 1, .stages = stages, .nstages = 4 };

	cells[0].arch = arch_find("um");
	cells[1].arch = arch_find("x86_64");
	assert_int_equal(release_parse("6.6.150", &release.release, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		stages[i] = (struct plan_stage){ .cell = &cells[i / 2], .patched = i % 2,
						 .items = &items[i], .n = 1 };
	assert_int_equal(forecast_make(&p, b->set, store, b->cache, f, &b->err), 0);
}

static void what_is_there_is_not_counted(void **state)
{
	_cleanup_free_ char *tar = NULL, *db = NULL, *tree = NULL, *text = NULL;
	static const char *const dirs[] = { "work/6.6.150/src", "work/6.6.150/obj-um" };
	struct store *store = NULL;
	uint64_t first, extracted;
	struct forecast f;
	struct bed b;

	bed_open(&b, *state);
	b.set = source_set_new(&b.opts);
	db = fs_join(*state, "results.db");
	assert_int_equal(store_open(&store, db, NULL, &b.err), 0);
	/* A release that nobody has is skipped later, and needs nothing. */
	reckon(&b, store, &f);
	assert_int_equal(f.kernels, 0);
	assert_int_equal(f.written, 0);
	assert_int_equal(forecast_tell(&f, &b.out, b.cache, 1, &b.err), 0);
	assert_string_equal(bed_log(&b), "");
	forecast_clear(&f);

	tar = fs_join(b.search, "linux-6.6.150.tar.xz");
	make_kernel_tar(tar);
	reckon(&b, store, &f);
	first = f.written;
	assert_true(first > 0);
	assert_int_equal(f.kernels, 4);
	assert_int_equal(f.fetch.n, 0);
	/* A build in each cell, one of them in QEMU's, takes minutes where nothing is known. */
	assert_true(f.seconds > 0);
	assert_fails(&b, forecast_tell(&f, &b.out, b.cache, first - 1, &b.err), ERR_MISSING,
		     "STABLEQ_CACHE");
	assert_int_equal(forecast_tell(&f, &b.out, b.cache, first, &b.err), 0);
	assert_text(bed_log(&b), "to build and check: at most 4 kernels");
	forecast_clear(&f);

	/* Once extracted its own bytes are counted, for the tree that is worked in alone. */
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_ok(&b, source_tree(b.src, &tree, &b.err));
	reckon(&b, store, &f);
	extracted = f.written;
	assert_true(extracted > 0 && extracted < first);
	forecast_clear(&f);
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		_cleanup_free_ char *dir = fs_join(b.cache, dirs[i]);

		assert_int_equal(fs_mkdirs(dir, NULL), 0);
		reckon(&b, store, &f);
		assert_true(f.written < extracted || i);
		forecast_clear(&f);
	}
	text = fs_join(b.cache, "work/6.6.150/obj-qemu");
	assert_int_equal(fs_mkdirs(text, NULL), 0);
	reckon(&b, store, &f);
	assert_int_equal(f.written, 0);
	forecast_clear(&f);
	store_close(store);
	bed_close(&b);
}

static void fetches_are_named(void **state)
{
	struct forecast f = { .written = 12345678901, .kernels = 6, .seconds = 1000 };
	struct bed b;

	bed_open(&b, *state);
	strv_add(&f.fetch, "6.1.187 (135 MB)");
	strv_add(&f.fetch, "6.6.150 (141 MB)");
	assert_int_equal(forecast_tell(&f, &b.out, "/cache", 20000000000, &b.err), 0);
	assert_string_equal(bed_log(&b),
			    "to fetch: 6.1.187 (135 MB), 6.6.150 (141 MB)\n"
			    "to write below /cache: about 12.3 GB, of 20.0 GB that are free there\n"
			    "to build and check: at most 6 kernels, about 17 min beside the "
			    "fetching\n");
	assert_fails(&b, forecast_tell(&f, &b.out, "/cache", 5000000000, &b.err), ERR_MISSING,
		     "/cache: this run needs about 12.3 GB there, and 5.0 GB are free");
	/* How much is free may not be known. */
	assert_int_equal(forecast_tell(&f, &b.out, "/cache", 0, &b.err), 0);
	forecast_clear(&f);
	bed_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(what_is_there_is_not_counted),
		unit_test_scratch(fetches_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
