/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch/fileset.h - the files of a fileset as contents, which are shared instead of copied
 */
#ifndef STABLEQ_FILESET_H
#define STABLEQ_FILESET_H

#include "patch/content.h"

/**
 * fileset_content() - as fileset_get(), without joining the lines to one text
 * @c: borrowed until the file is set or removed
 */
int fileset_content(struct fileset *fs, const char *path, struct content **c, unsigned int *mode,
		    struct err *err);

/** fileset_touched() - was it set or removed? */
bool fileset_touched(const struct fileset *fs, const char *path);

/** fileset_forget() - let go of what is known of a file that nobody will ask for again. */
void fileset_forget(struct fileset *fs, const char *path);

/** fileset_own() - have the context of fileset_new() freed with the fileset. */
void fileset_own(struct fileset *fs, void (*free_ctx)(void *ctx));

/**
 * fileset_folder() - is there a directory of that name?
 *
 * By what the underlying tree says, and by the files that were asked for: one whose files were all
 * removed is gone.
 */
bool fileset_folder(struct fileset *fs, const char *path);

/** fileset_set() - as fileset_put(); @c is taken over. */
void fileset_set(struct fileset *fs, const char *path, struct content *c, unsigned int mode);

/* One path that was set or removed; both contents are borrowed, NULL where there is no file. */
struct fileset_file {
	const char *path;
	struct content *old, *now;	/* in the underlying tree, and in the fileset */
	unsigned int old_mode, mode;
};

/** fileset_each_file() - as fileset_each_touched(). */
int fileset_each_file(struct fileset *fs, int (*fn)(void *ctx, const struct fileset_file *f),
		      void *ctx);

#endif
