/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict/snapshot.h - a few files of a release in memory
 */
#ifndef STABLEQ_SNAPSHOT_H
#define STABLEQ_SNAPSHOT_H

#include "patch/patch.h"
#include "source/source.h"

struct snapshot {
	struct snapshot_file {
		char *path;
		struct str text;
		unsigned int mode;
	} *files;
	size_t n;
};

/**
 * snapshot_read() - the files named; those that aren't there are left out. Errors: source_read().
 */
int snapshot_read(struct snapshot *s, struct source *src, const struct strv *paths,
		  struct err *err);
void snapshot_free(struct snapshot *s);

/** snapshot_is_file() - no link, no directory */
bool snapshot_is_file(const struct snapshot_file *f);

/**
 * snapshot_fileset() - over its files; @s has to outlive it
 *
 * What is no file, or has more than 8 MiB, is there and can't be read.
 */
struct fileset *snapshot_fileset(struct snapshot *s);

#endif
