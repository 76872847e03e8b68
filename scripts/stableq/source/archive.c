// SPDX-License-Identifier: GPL-2.0-only
#include "source/archive.h"

#include "base/below.h"

int tar_damaged(struct archive *a, const char *tarball, struct err *err)
{
	const char *why = archive_error_string(a);

	return err_set(err, ERR_INPUT, "%s: damaged (%s); delete it, so that it is fetched again, "
		       "or put a whole one there", tarball, why ? why : "unknown error");
}

/* Others would be run as programs from PATH: lrzip, lzop, grzip. */
int source_filters(struct archive *a, const char *path, struct err *err)
{
	if (archive_read_support_filter_xz(a) == ARCHIVE_OK &&
	    archive_read_support_filter_gzip(a) == ARCHIVE_OK &&
	    archive_read_support_filter_bzip2(a) == ARCHIVE_OK &&
	    archive_read_support_filter_zstd(a) == ARCHIVE_OK)
		return 0;
	return err_set(err, ERR_MISSING, "%s: this machine's libarchive reads one of xz, gzip, "
		       "bzip2 and zstd only through a program; install one that has them built in",
		       path);
}

int source_one_filter(struct archive *a, const char *path, struct err *err)
{
	/* The last is "none". */
	if (archive_filter_count(a) <= 2)
		return 0;
	return err_set(err, ERR_INPUT, "%s: compressed %d times over: refused", path,
		       archive_filter_count(a) - 1);
}

int tar_path(const char *tarball, const char *name, struct str *path, struct err *err)
{
	const char *p = name;

	str_trunc(path, 0);
	if (!name || !below_inside(name))
		return err_set(err, ERR_INPUT, "%s: entry '%s' would leave the folder: refused",
			       tarball, name ? name : "");
	while (p[0] == '.' && p[1] == '/')
		p += 2 + strspn(p + 2, "/");
	p += strcspn(p, "/");
	while (*p) {
		size_t n;

		p += strspn(p, "/");
		n = strcspn(p, "/");
		if (n && !(n == 1 && *p == '.')) {
			str_adds(path, path->len ? "/" : "");
			str_add(path, p, n);
		}
		p += n;
	}
	return path->len ? 0 : ERR_NOTFOUND;
}
