/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch/pick.h - which file a diff means, and what the parts of patch_apply() share
 */
#ifndef STABLEQ_PATCH_PICK_H
#define STABLEQ_PATCH_PICK_H

#include "patch/fileset.h"

struct gnu;

/* One patch on its way into a layer above the files as they were. */
struct applying {
	const struct patch *p;
	const struct patch_apply_opts *opts;
	struct fileset *before;		/* state before the patch */
	struct fileset *now;		/* with the files of the patch that are done */
	/* for a patch that touches a file twice, see patch/gnu.h; or NULL */
	struct gnu *gnu;
	struct err *err;		/* for errors of load */
	struct err *first;		/* the first thing that did not fit */
};

/* A file patch with its input found. */
struct target {
	const char *from;	/* what is read */
	const char *to;		/* what is written, or removed */
	bool existed;
	struct content *content;	/* held; empty where there is no file */
	unsigned int mode;
	size_t inode;		/* of @from, see patch/gnu.c */
	const char *error;	/* it cannot be applied at all */
};

/** pick_exists() - is there a file? Return: 1, 0, or an error of load in @a->err. */
int pick_exists(struct applying *a, struct fileset *fs, const char *path);

/** pick_removes() - does the patch take @path away? */
bool pick_removes(const struct patch *p, const char *path);

/** pick_better() - of two names for one file, that which GNU patch takes */
const char *pick_better(const char *a, const char *b);

/**
 * pick_blocked() - why no file can be made at @path: NULL, or what is there instead
 *
 * GNU patch deletes files behind the last diff of a patch. So a file and a folder change places in
 * two patches, never in one.
 */
const char *pick_blocked(struct applying *a, const char *path);

/** pick_note() - keep the first thing that did not fit, for people. */
void pick_note(struct applying *a, unsigned int line, const char *path, const char *what);

#endif
