// SPDX-License-Identifier: GPL-2.0-only
/* Files read out of tarballs, and the cache of them. */
#include "../source/help.h"

#include <glob.h>
#include <lzma.h>

#include "source/xzpick.h"

static void read_files(void **state)
{
	_cleanup_strv_ struct strv paths = STRV_INIT;
	_cleanup_free_ char *path = NULL;
	struct bed b;
	struct one o = { NULL };

	bed_open(&b, *state);
	path = fs_join(b.search, "linux-6.6.150.tar.xz");
	make_kernel_tar(path);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	/* Twice: from the archive, then from the cache. */
	for (int i = 0; i < 2; i++) {
		assert_ok(&b, bed_read(&b, "scripts/run.sh", &o));
		assert_int_equal(o.mode, MODE_EXEC);
		assert_ok(&b, bed_read(&b, "fs/nfsd/link.h", &o));
		assert_int_equal(o.mode, MODE_LINK);
		assert_string_equal(o.text.s, "../../include/a.h");
		assert_ok(&b, bed_read(&b, "Makefile", &o));
		assert_int_equal(o.mode, MODE_FILE);
		assert_ok(&b, bed_read(&b, "fs/nfsd/none.c", &o));
		assert_int_equal(o.found, 0);
		assert_ok(&b, bed_read(&b, "fs/nfsd", &o));
		assert_int_equal(o.found, 1);
		assert_int_equal(o.mode, SOURCE_NO_FILE);
		assert_ok(&b, bed_read(&b, "../secret", &o));
		assert_int_equal(o.found, 0);
	}
	/* A path that is asked for twice is delivered once. */
	strv_add(&paths, "include/a.h");
	strv_add(&paths, "include/a.h");
	str_free(&o.text);
	o = (struct one){ .path = "include/a.h" };
	assert_ok(&b, source_read(b.src, &paths, take_one, &o, &b.err));
	assert_int_equal(o.found, 1);
	str_free(&o.text);
	bed_close(&b);
}

static char *cached(const struct bed *b, const char *name)
{
	_cleanup_free_ char *pattern = xasprintf("%s/files/6.6.150/*/%s", b->cache, name);
	char *path = NULL;
	glob_t g;

	if (glob(pattern, 0, NULL, &g) == 0 && g.gl_pathc == 1)
		path = xstrdup(g.gl_pathv[0]);
	globfree(&g);
	return path;
}

static void cache_is_checked(void **state)
{
	_cleanup_free_ char *path = NULL, *entry = NULL, *absent = NULL;
	struct bed b;
	struct one o = { NULL };

	bed_open(&b, *state);
	path = fs_join(b.search, "linux-6.6.150.tar.xz");
	make_kernel_tar(path);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_ok(&b, bed_read(&b, "fs/nfsd/state.c", &o));
	assert_ok(&b, bed_read(&b, "fs/nfsd/none.c", &o));
	entry = cached(&b, "fs%2Fnfsd%2Fstate.c");
	absent = cached(&b, "fs%2Fnfsd%2Fnone.c");
	assert_non_null(entry);
	assert_non_null(absent);
	/* A whole entry is believed: this is how we see that it is used. */
	assert_int_equal(fs_write(entry, "100644 3\nold", 12, 0644, NULL), 0);
	assert_ok(&b, bed_read(&b, "fs/nfsd/state.c", &o));
	assert_string_equal(o.text.s, "old");
	/* A cut one isn't. */
	assert_int_equal(fs_write(entry, "100644 11\nint", 13, 0644, NULL), 0);
	assert_ok(&b, bed_read(&b, "fs/nfsd/state.c", &o));
	assert_string_equal(o.text.s, "int state;\n");
	assert_int_equal(fs_write(entry, "", 0, 0644, NULL), 0);
	assert_ok(&b, bed_read(&b, "fs/nfsd/state.c", &o));
	assert_string_equal(o.text.s, "int state;\n");
	/* Another archive of that name has other entries. */
	{
		static const struct member m[] = { KERNEL_HEAD, {
			KERNEL_DIR "fs/nfsd/state.c", AE_IFREG, "int other;\n", 0644 } };

		make_tar(path, m, ARRAY_SIZE(m));
	}
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_ok(&b, bed_read(&b, "fs/nfsd/state.c", &o));
	assert_string_equal(o.text.s, "int other;\n");
	str_free(&o.text);
	bed_close(&b);
}

/* Some megabytes, so that the archive has several blocks. */
enum order { BY_GIT, BY_NAMES, BY_LINES, DESCENDING };

static void add_beside(struct archive *a, int i)
{
	char name[64];

	snprintf(name, sizeof(name), KERNEL_DIR "fs/d%02d-x.c", i / 10);
	add_member(a, &(struct member){ name, AE_IFREG, "beside..\n", 0644 });
}

static void make_blocks(const char *path, enum order order)
{
	struct archive *a = archive_write_new();
	static char data[28 << 10];

	archive_write_set_format_pax_restricted(a);
	if (span_ends(span_of(path), ".xz")) {
		archive_write_add_filter_xz(a);
		assert_int_equal(archive_write_set_options(a, "xz:threads=2,"
							   "xz:compression-level=0"), ARCHIVE_OK);
	}
	assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
	add_member(a, &(struct member){ KERNEL_DIR, AE_IFDIR, NULL, 0755 });
	add_member(a, &(struct member){ KERNEL_DIR "Makefile", AE_IFREG,
					MAKEFILE("6", "6", "150"), 0644 });
	for (int i = 0; i < 200; i++) {
		char name[64];

		memset(data, 'a' + i % 26, sizeof(data) - 1);
		snprintf(data, sizeof(data), "file %03d", i);
		data[8] = '\n';
		snprintf(name, sizeof(name), KERNEL_DIR "fs/d%02d/f%03d.c",
			 (order == DESCENDING ? 199 - i : i) / 10, i);
		if (order == BY_GIT && i % 10 == 0)
			add_beside(a, i);
		if (order == BY_LINES && i % 10 == 0) {
			snprintf(name, sizeof(name), KERNEL_DIR "fs/d%02d/", i / 10);
			add_member(a, &(struct member){ name, AE_IFDIR, NULL, 0755 });
			add_beside(a, i);
			snprintf(name, sizeof(name), KERNEL_DIR "fs/d%02d/f%03d.c", i / 10, i);
		}
		add_member(a, &(struct member){ name, AE_IFREG, data, 0644 });
		if (order == BY_NAMES && i % 10 == 9)
			add_beside(a, i);
	}
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
}

static int note_file(void *ctx, const char *path, struct span text, unsigned int mode)
{
	struct strv *got = ctx;

	strv_addf(got, "%s:%.8s", path, text.p);
	return 0;
}

static void read_from_blocks(struct bed *b, enum order order)
{
	_cleanup_free_ char *tar = fs_join(b->search, "linux-6.6.150.tar.xz");
	char *paths[] = { "Makefile", "fs/d00/f000.c", "fs/d00/none.c", "fs/d09-x.c",
			  "fs/d09/f099.c", "fs/d10/f100.c", "fs/d19/f199.c", "fs/zzz" };
	bool seen[ARRAY_SIZE(paths)] = { false };
	_cleanup_strv_ struct strv got = STRV_INIT, asked = STRV_INIT;
	struct pick p = { .paths = paths, .seen = seen, .n = ARRAY_SIZE(paths),
			  .left = ARRAY_SIZE(paths), .order = path_order_git,
			  .fn = note_file, .ctx = &got };

	make_blocks(tar, order);
	assert_ok(b, bed_find(b, "6.6.150"));
	if (order == DESCENDING) {
		assert_int_equal(source_xz_read(b->src, &p, &b->err), ERR_NOTFOUND);
	} else {
		assert_ok(b, source_xz_read(b->src, &p, &b->err));
		assert_int_equal(got.n, 6);
		assert_true(strv_has(&got, "fs/d00/f000.c:file 000"));
		assert_true(strv_has(&got, "fs/d09-x.c:beside.."));
		assert_true(strv_has(&got, "fs/d09/f099.c:file 099"));
		assert_true(strv_has(&got, "fs/d19/f199.c:file 199"));
	}
	str_free(&p.prev);
	/* And the way everybody takes, whatever the archive is like. */
	strv_free(&got);
	strv_add(&asked, order == DESCENDING ? "fs/d12/f075.c" : "fs/d12/f125.c");
	strv_add(&asked, order == DESCENDING ? "fs/d01/f189.c" : "fs/d01/f010.c");
	strv_add(&asked, "fs/d12/none.c");
	assert_ok(b, source_read(b->src, &asked, note_file, &got, &b->err));
	assert_int_equal(got.n, 2);
	assert_true(strv_has(&got, order == DESCENDING ? "fs/d12/f075.c:file 075" :
							 "fs/d12/f125.c:file 125"));
}

static void blocks_of_xz(void **state)
{
	struct bed b;

	bed_open(&b, *state);
	for (enum order order = BY_GIT; order <= DESCENDING; order++) {
		read_from_blocks(&b, order);
		bed_again(&b);
	}
	bed_close(&b);
}

/* A stream of its own for each piece of the archive, as pixz and cat make them. */
static void make_streams(const char *path, size_t piece)
{
	_cleanup_free_ char *plain = xasprintf("%s.tar", path);
	_cleanup_str_ struct str tar = STR_INIT, xz = STR_INIT;

	make_blocks(plain, BY_GIT);
	assert_int_equal(fs_read(plain, 0, &tar, NULL), 0);
	assert_int_equal(unlink(plain), 0);
	for (size_t at = 0; at < tar.len; at += piece) {
		struct span s = span_head(span_skip(str_span(&tar), at), piece);
		size_t n = lzma_stream_buffer_bound(s.len), end = 0;
		uint8_t *to = (uint8_t *)str_reserve(&xz, n);
		lzma_check check = at ? LZMA_CHECK_CRC64 : LZMA_CHECK_SHA256;

		assert_int_equal(lzma_easy_buffer_encode(0, check, NULL, (const uint8_t *)s.p,
							 s.len, to, &end, n), LZMA_OK);
		xz.len += end;
	}
	assert_int_equal(fs_write(path, xz.s, xz.len, 0644, NULL), 0);
}

static int read_one_path(struct bed *b, char *path, struct strv *got)
{
	bool seen = false;
	struct pick p = { .paths = &path, .seen = &seen, .n = 1, .left = 1,
			  .order = path_order_git, .fn = note_file, .ctx = got };
	int ret = source_xz_read(b->src, &p, &b->err);

	str_free(&p.prev);
	return ret;
}

static void streams_of_xz(void **state)
{
	char near[] = "fs/d00/f000.c", far[] = "fs/d19/f199.c";
	_cleanup_strv_ struct strv got = STRV_INIT;
	_cleanup_free_ char *tar = NULL;
	struct bed b;

	bed_open(&b, *state);
	tar = fs_join(b.search, "linux-6.6.150.tar.xz");
	/* Pieces end in the middle of headers and of files. */
	make_streams(tar, (1 << 20) - 300);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_ok(&b, read_one_path(&b, far, &got));
	assert_ok(&b, read_one_path(&b, near, &got));
	assert_int_equal(got.n, 2);
	assert_string_equal(got.v[0], "fs/d19/f199.c:file 199");
	assert_string_equal(got.v[1], "fs/d00/f000.c:file 000");
	bed_close(&b);
}

/* Bytes that a block's check doesn't fit are never given out. */
static void damaged_block(void **state)
{
	char path[] = "fs/d10/f100.c";
	_cleanup_strv_ struct strv got = STRV_INIT;
	_cleanup_str_ struct str raw = STR_INIT;
	_cleanup_free_ char *tar = NULL;
	struct bed b;

	bed_open(&b, *state);
	tar = fs_join(b.search, "linux-6.6.150.tar.xz");
	make_blocks(tar, BY_GIT);
	assert_int_equal(fs_read(tar, 0, &raw, NULL), 0);
	for (size_t i = raw.len / 4; i < raw.len * 3 / 4; i++)
		raw.s[i] ^= 0x55;
	assert_int_equal(fs_write(tar, raw.s, raw.len, 0644, NULL), 0);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_fails(&b, read_one_path(&b, path, &got), ERR_INPUT, "damaged (a block can't be");
	/* Without its end there is no index: it is read from end to end. */
	assert_int_equal(truncate(tar, (off_t)raw.len - 8), 0);
	assert_fails(&b, read_one_path(&b, path, &got), ERR_NOTFOUND, "no index");
	assert_int_equal(got.n, 0);
	bed_close(&b);
}

static void orders(void **state)
{
	assert_true(path_order_git("a/perf-s.rst", "a/perf/x") < 0);
	assert_true(path_order_names("a/perf-s.rst", "a/perf/x") > 0);
	assert_true(path_order_names("a/perf/", "a/perf/x") < 0);
	assert_true(path_order_names("a/b", "a/b") == 0);
	assert_true(path_order_names("a\xc3", "ab") > 0);
	assert_true(path_order_lines("a/perf/", "a/perf-s.rst") < 0);
	assert_true(path_order_lines("a/perf-s.rst", "a/perf/x") < 0);
	assert_true(path_order_lines("a/perf/", "a/perf/x") < 0);
	assert_true(path_order_lines("a/perf/x", "a/perf/") > 0);
	assert_true(path_order_lines("a/b", "a/b") == 0);
	assert_true(path_order_lines("a\xc3", "ab") > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(read_files),
		unit_test_scratch(cache_is_checked),
		unit_test_scratch(blocks_of_xz),
		unit_test_scratch(streams_of_xz),
		unit_test_scratch(damaged_block),
		cmocka_unit_test(orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
