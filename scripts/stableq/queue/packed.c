// SPDX-License-Identifier: GPL-2.0-only
/* queue/packed.c - patches that quilt unpacks on their way into patch */
#include "queue/private.h"

#include <archive.h>
#include <archive_entry.h>

#define UNPACKED_MAX ((size_t)64 << 20)

size_t queue_is_packed(struct span name)
{
	static const char *const ends[] = { ".gz", ".bz2", ".xz", ".lzma", ".lz" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (span_ends(name, ends[i]))
			return strlen(ends[i]);
	return 0;
}

static int read_all(struct archive *a, const char *path, struct str *to, struct err *err)
{
	struct archive_entry *e;
	char buf[16384];
	la_ssize_t n = 0;

	if (archive_read_next_header(a, &e) != ARCHIVE_OK)
		return err_set(err, ERR_INPUT, "%s: cannot be unpacked: %s", path,
			       archive_error_string(a) ? archive_error_string(a) : "empty");
	while (to->len <= UNPACKED_MAX && (n = archive_read_data(a, buf, sizeof(buf))) > 0)
		str_add(to, buf, (size_t)n);
	if (n < 0)
		return err_set(err, ERR_INPUT, "%s: cannot be unpacked: %s", path,
			       archive_error_string(a));
	return to->len > UNPACKED_MAX ?
		       err_set(err, ERR_INPUT, "%s: unpacks to more than 64 MiB", path) : 0;
}

int queue_unpack(const char *path, struct str *text, struct err *err)
{
	_cleanup_str_ struct str packed = *text;
	struct archive *a = archive_read_new();
	int ret;

	*text = (struct str)STR_INIT;
	archive_read_support_filter_all(a);
	archive_read_support_format_raw(a);
	ret = archive_read_open_memory(a, packed.s, packed.len) == ARCHIVE_OK ?
		      read_all(a, path, text, err) :
		      err_set(err, ERR_INPUT, "%s: cannot be unpacked: %s", path,
			      archive_error_string(a));
	archive_read_free(a);
	return ret;
}
