/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * help.h - what the tests of source share: small kernels, and archives of them
 */
#ifndef STABLEQ_TESTS_SOURCE_HELP_H
#define STABLEQ_TESTS_SOURCE_HELP_H

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit/unit.h"
#include "base/child.h"
#include "base/fs.h"
#include "source/provider.h"
#include "source/source.h"

/* An entry as it stands in the archive; @text is its content or where a link leads. */
struct member {
	const char *path;
	unsigned int type;	/* AE_IFREG ...; 0: a hard link */
	const char *text;
	unsigned int mode;
};

#define MAKEFILE(v, p, s) "VERSION = " v "\nPATCHLEVEL = " p "\nSUBLEVEL = " s "\nEXTRAVERSION =\n"
#define KERNEL_DIR "linux-6.6.150/"

/* What every small kernel has: sorted as git sorts. */
#define KERNEL_HEAD \
	{ KERNEL_DIR, AE_IFDIR, NULL, 0775 }, \
	{ KERNEL_DIR "Kconfig", AE_IFREG, "mainmenu\n", 0644 }, \
	{ KERNEL_DIR "Makefile", AE_IFREG, MAKEFILE("6", "6", "150"), 0664 }
#define KERNEL_REST \
	{ KERNEL_DIR "fs/", AE_IFDIR, NULL, 0755 }, \
	{ KERNEL_DIR "fs/nfsd/", AE_IFDIR, NULL, 0755 }, \
	{ KERNEL_DIR "fs/nfsd/link.h", AE_IFLNK, "../../include/a.h", 0777 }, \
	{ KERNEL_DIR "fs/nfsd/state.c", AE_IFREG, "int state;\n", 0644 }, \
	{ KERNEL_DIR "include/", AE_IFDIR, NULL, 0755 }, \
	{ KERNEL_DIR "include/a.h", AE_IFREG, "#define A\n", 0644 }, \
	{ KERNEL_DIR "scripts/", AE_IFDIR, NULL, 0755 }, \
	{ KERNEL_DIR "scripts/run.sh", AE_IFREG, "#!/bin/sh\n", 0755 }

static inline void add_member(struct archive *a, const struct member *m)
{
	struct archive_entry *e = archive_entry_new();
	size_t n = m->type == AE_IFREG && m->text ? strlen(m->text) : 0;

	archive_entry_set_pathname(e, m->path);
	archive_entry_set_perm(e, (mode_t)m->mode);
	archive_entry_set_mtime(e, 1700000000, 0);
	archive_entry_set_size(e, (la_int64_t)n);
	archive_entry_set_filetype(e, m->type ? m->type : AE_IFREG);
	if (m->type == AE_IFLNK)
		archive_entry_set_symlink(e, m->text);
	if (!m->type)
		archive_entry_set_hardlink(e, m->text);
	assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
	if (n)
		assert_int_equal(archive_write_data(a, m->text, n), n);
	archive_entry_free(e);
}

/* Write an archive; the compression follows from the end of its name. */
static inline void make_tar(const char *path, const struct member *m, size_t n)
{
	struct archive *a = archive_write_new();
	struct span name = span_of(path);

	archive_write_set_format_pax_restricted(a);
	if (span_ends(name, ".gz"))
		archive_write_add_filter_gzip(a);
	else if (span_ends(name, ".bz2"))
		archive_write_add_filter_bzip2(a);
	else if (span_ends(name, ".zst"))
		archive_write_add_filter_zstd(a);
	else
		archive_write_add_filter_xz(a);
	assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++)
		add_member(a, &m[i]);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
}

static inline void make_kernel_tar(const char *path)
{
	static const struct member m[] = { KERNEL_HEAD, KERNEL_REST };

	make_tar(path, m, ARRAY_SIZE(m));
}

#define PACKAGE_DIR "linux-source-6.6/"
#define PACKAGE_TAR "./usr/src/linux-source-6.6.tar.xz"

/* An archive of files of this machine. */
static inline void pack_files(const char *path, bool ar, const char *const (*m)[2], size_t n)
{
	struct archive *a = archive_write_new();

	if (ar) {
		archive_write_set_format_ar_svr4(a);
	} else {
		archive_write_set_format_gnutar(a);
		archive_write_add_filter_xz(a);
	}
	assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *e = archive_entry_new();
		_cleanup_str_ struct str text = STR_INIT;

		assert_int_equal(fs_read(m[i][1], 0, &text, NULL), 0);
		archive_entry_set_pathname(e, m[i][0]);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(e, (la_int64_t)text.len);
		assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
		assert_int_equal(archive_write_data(a, text.s, text.len), text.len);
		archive_entry_free(e);
	}
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
}

/* A package as dpkg-deb makes it; @inside is the name of its tarball. */
static inline void make_deb(const char *path, const char *inside)
{
	static const struct member m[] = {
		{ PACKAGE_DIR, AE_IFDIR, NULL, 0775 },
		{ PACKAGE_DIR "Kconfig", AE_IFREG, "mainmenu\n", 0644 },
		{ PACKAGE_DIR "Makefile", AE_IFREG, MAKEFILE("6", "6", "150"), 0664 },
		{ PACKAGE_DIR "debian.c", AE_IFREG, "int patched;\n", 0644 },
	};
	_cleanup_free_ char *tar = xasprintf("%s.inner.tar.xz", path);
	_cleanup_free_ char *data = xasprintf("%s.data.tar.xz", path);

	make_tar(tar, m, ARRAY_SIZE(m));
	pack_files(data, false, (const char *const [][2]){
		   { "./usr/share/doc/linux-source-6.6/copyright", tar }, { inside, tar } }, 2);
	pack_files(path, true, (const char *const [][2]){
		   { "debian-binary", tar }, { "control.tar.xz", tar }, { "data.tar.xz", data } },
			   3);
	assert_int_equal(unlink(tar), 0);
	assert_int_equal(unlink(data), 0);
}

static inline void put_file(const char *dir, const char *name, const char *text)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	_cleanup_err_ struct err err = ERR_INIT;

	assert_int_equal(fs_mkparents(path, &err), 0);
	assert_int_equal(fs_write(path, text, strlen(text), 0644, &err), 0);
}

/* Everything a test of a set needs, below one scratch directory. */
struct bed {
	char *dir, *cache, *search;
	struct out out;
	char *log;
	size_t log_len;
	struct source_opts opts;
	struct source_set *set;
	struct err err;
	struct source *src;
};

static inline void bed_open(struct bed *b, const char *scratch)
{
	memset(b, 0, sizeof(*b));
	b->dir = xstrdup(scratch);
	b->cache = fs_join(scratch, "cache");
	b->search = fs_join(scratch, "search");
	assert_int_equal(fs_mkdirs(b->cache, &b->err), 0);
	assert_int_equal(fs_mkdirs(b->search, &b->err), 0);
	b->out.log = b->out.res = open_memstream(&b->log, &b->log_len);
	b->opts = (struct source_opts){ .cache = b->cache, .search = b->search, .offline = true,
					.out = &b->out, .patience = 1 };
}

static inline void bed_close(struct bed *b)
{
	source_free(b->src);
	source_set_free(b->set);
	fclose(b->out.log);
	free(b->log);
	free(b->dir);
	free(b->cache);
	free(b->search);
	err_clear(&b->err);
}

/* Have a new set not ask these providers. */
static inline void bed_without(struct bed *b, const char *const *names, size_t n)
{
	for (size_t i = 0; b->set->providers[i]; i++)
		for (size_t k = 0; k < n; k++)
			if (!strcmp(b->set->providers[i]->name, names[k]) && !b->set->seats[i].down)
				b->set->seats[i].down = xstrdup("not in this test");
}

#define bed_not(bed, ...)							\
	bed_without((bed), (const char *const[]){ __VA_ARGS__ },		\
		    ARRAY_SIZE(((const char *const[]){ __VA_ARGS__ })))

/* Ask for a release from the start; what was open is closed. */
static inline int bed_find(struct bed *b, const char *release)
{
	struct release r;

	source_free(b->src);
	b->src = NULL;
	err_clear(&b->err);
	if (!b->set)
		b->set = source_set_new(&b->opts);
	assert_int_equal(release_parse(release, &r, NULL), 0);
	return source_open(b->set, &r, &b->src, &b->err);
}

static inline void bed_again(struct bed *b)
{
	source_free(b->src);
	b->src = NULL;
	source_set_free(b->set);
	b->set = NULL;
}

#define assert_ok(bed, ret)							\
	do {									\
		int ret_ = (ret);						\
										\
		if (ret_)							\
			fail_msg("%d: %s", ret_, (bed)->err.msg);		\
	} while (0)

#define assert_fails(bed, ret, want, part)					\
	do {									\
		err_clear(&(bed)->err);						\
		assert_int_equal((ret), (want));				\
		assert_err((bed)->err, (want), (part));				\
	} while (0)

#define assert_text(text, part)							\
	do {									\
		if (!(text) || !strstr((text), (part)))				\
			fail_msg("expected '%s' in: %s", (part), (text));	\
	} while (0)

static inline const char *bed_log(struct bed *b)
{
	fflush(b->out.log);
	return b->log ? b->log : "";
}

/* Reads one file; @found says whether it is there. */
struct one {
	const char *path;
	struct str text;
	unsigned int mode;
	int found;
};

static inline int take_one(void *ctx, const char *path, struct span text, unsigned int mode)
{
	struct one *o = ctx;

	if (strcmp(path, o->path))
		return 0;
	o->found++;
	o->mode = mode;
	str_add(&o->text, text.p, text.len);
	return 0;
}

static inline int bed_read(struct bed *b, const char *path, struct one *o)
{
	_cleanup_strv_ struct strv paths = STRV_INIT;

	str_free(&o->text);
	*o = (struct one){ .path = path };
	strv_add(&paths, path);
	return source_read(b->src, &paths, take_one, o, &b->err);
}

#endif
