/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/pick.h - the files that are wanted from an archive
 *
 * Archives of kernels are sorted: as git does, for which "perf-security.rst" comes before "perf/"
 * and what is in it; name by name, for which it comes after both; or, as Debian's linux-source, as
 * lines of a list, for which it stands between them.
 */
#ifndef STABLEQ_SOURCE_PICK_H
#define STABLEQ_SOURCE_PICK_H

#include "source/archive.h"
#include "source/opts.h"

typedef int (*path_order_fn)(const char *a, const char *b);
int path_order_git(const char *a, const char *b);
int path_order_names(const char *a, const char *b);
int path_order_lines(const char *a, const char *b);

struct pick {
	char **paths;		/* sorted by @order, unique; borrowed strings */
	path_order_fn order;
	bool *seen;
	size_t n, left;
	struct str prev;	/* path of the entry before */
	bool unsorted;		/* an entry came before its predecessor */
	bool stop_past;		/* the order is relied on: end at the first past the last wanted */
	source_file_fn fn;
	void *ctx;
};

/** pick_reorder() - drop what was seen, and go on in another order */
void pick_reorder(struct pick *p, path_order_fn order);

/** pick_entry() - look at one entry; > 0: nothing more is wanted from here on */
int pick_entry(struct pick *p, const char *tarball, struct archive *a, struct archive_entry *e,
	       struct err *err);

#endif
