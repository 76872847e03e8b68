// SPDX-License-Identifier: GPL-2.0-only
/*
 * A .deb is an ar archive with a tar archive in it, and linux-source's has the kernel's tarball in
 * that. Only this one file is written, as it stands.
 */
#include "source/deb.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "source/archive.h"
#include "source/progress.h"

#define READ_SIZE 65536
#define TARBALL_MAX ((la_int64_t)2 << 30)

struct deb {
	const char *path;
	struct archive *ar, *tar;
	struct source_progress progress;
};

static void deb_close(struct deb *d)
{
	if (d->tar)
		archive_read_free(d->tar);
	if (d->ar)
		archive_read_free(d->ar);
	source_progress_end(&d->progress);
}

static int damaged(const struct deb *d, struct archive *a, struct err *err)
{
	const char *why = a ? archive_error_string(a) : NULL;

	return err_set(err, ERR_INPUT, "%s: damaged (%s): put a whole one there, or delete it",
		       d->path, why ? why : "it ends too early");
}

static la_ssize_t feed(struct archive *a, void *ctx, const void **buf)
{
	struct deb *d = ctx;
	la_int64_t at;
	size_t n = 0;
	int ret;

	/* No bytes would mean the end. */
	do
		ret = archive_read_data_block(d->ar, buf, &n, &at);
	while (ret == ARCHIVE_OK && !n);
	if (ret == ARCHIVE_EOF)
		return 0;
	if (ret != ARCHIVE_OK) {
		archive_set_error(a, EIO, "%s", archive_error_string(d->ar));
		return ARCHIVE_FATAL;
	}
	source_progress(&d->progress, (uint64_t)archive_filter_bytes(d->ar, -1));
	return (la_ssize_t)n;
}

/* Go to the entry that @wanted says. Return: 0; ERR_NOTFOUND; others. */
static int seek(struct deb *d, struct archive *a, bool (*wanted)(struct span name),
		struct archive_entry **e, struct err *err)
{
	int ret;

	while ((ret = archive_read_next_header(a, e)) == ARCHIVE_OK || ret == ARCHIVE_WARN) {
		const char *name = archive_entry_pathname(*e);

		if (name && archive_entry_filetype(*e) == AE_IFREG && wanted(span_of(name)))
			return 0;
		ret = source_interrupted(err);
		if (ret)
			return ret;
	}
	return ret == ARCHIVE_EOF ? ERR_NOTFOUND : damaged(d, a, err);
}

static bool is_data(struct span name)
{
	return span_starts(name, "data.tar");
}

static bool is_tarball(struct span name)
{
	span_take(&name, "./");
	return span_starts(name, "usr/src/linux-source-") && span_ends(name, ".tar.xz");
}

static int open_deb(struct deb *d, struct archive_entry **e, struct err *err)
{
	int ret;

	d->ar = archive_read_new();
	d->tar = archive_read_new();
	if (!d->ar || !d->tar)
		return err_set(err, ERR_SYSTEM, "%s: out of memory", d->path);
	archive_read_support_format_ar(d->ar);
	ret = source_filters(d->tar, d->path, err);
	ret = ret ? ret : fs_regular(d->path, err);
	if (ret)
		return ret;
	archive_read_support_format_tar(d->tar);
	if (archive_read_open_filename(d->ar, d->path, READ_SIZE) != ARCHIVE_OK)
		return damaged(d, d->ar, err);
	ret = seek(d, d->ar, is_data, e, err);
	if (!ret && archive_read_open(d->tar, d, NULL, feed, NULL) != ARCHIVE_OK)
		return damaged(d, d->tar, err);
	ret = ret ? ret : source_one_filter(d->tar, d->path, err);
	ret = ret ? ret : seek(d, d->tar, is_tarball, e, err);
	if (ret != ERR_NOTFOUND)
		return ret;
	return err_set(err, ERR_INPUT, "%s: has no usr/src/linux-source-*.tar.xz, so it is no "
		       "linux-source package", d->path);
}

static int copy_tarball(struct deb *d, la_int64_t size, int fd, const char *to, struct err *err)
{
	la_int64_t done = 0;
	char buf[READ_SIZE];
	la_ssize_t n;
	int ret = 0;

	while (!ret && (n = archive_read_data(d->tar, buf, sizeof(buf))) > 0) {
		done += n;
		ret = fs_write_fd(fd, buf, (size_t)n) < 0 ? err_sys(err, "%s", to) : 0;
		ret = ret ? ret : source_interrupted(err);
	}
	if (!ret && (n < 0 || done != size))
		ret = damaged(d, n < 0 ? d->tar : NULL, err);
	/* The name that it gets next must not reach the disk before what it stands for. */
	return !ret && fsync(fd) < 0 ? err_sys(err, "%s", to) : ret;
}

int deb_unpack(struct source *src, const char *deb, const char *to, struct err *err)
{
	_cleanup_(deb_close) struct deb d = { .path = deb };
	_cleanup_close_ int fd = -1;
	struct archive_entry *e = NULL;
	struct stat st;
	int ret;

	if (stat(deb, &st) < 0)
		return err_sys(err, "%s", deb);
	source_progress_begin(&d.progress, src, "unpacking", (uint64_t)st.st_size);
	ret = open_deb(&d, &e, err);
	if (ret)
		return ret;
	if (archive_entry_size(e) > TARBALL_MAX)
		return err_set(err, ERR_INPUT, "%s: the tarball inside says it has %lld bytes: "
			       "refused", deb, (long long)archive_entry_size(e));
	fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return err_sys(err, "%s", to);
	return copy_tarball(&d, archive_entry_size(e), fd, to, err);
}
