/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch/allow.h - what may be in a queue, in one's own and in anybody's
 *
 * One reader reads both. What quilt and GNU patch take is taken of a queue that somebody names; of
 * one's own each of these is an error, since it may be a slip that drops a change without a word.
 */
#ifndef STABLEQ_PATCH_ALLOW_H
#define STABLEQ_PATCH_ALLOW_H

#include "base/base.h"

enum patch_reading {
	READ_STRICT,
	READ_LENIENT,
};

enum allow {
	/* text between two diffs, as git log -p has it; "Submodule" lines */
	ALLOW_TEXT,
	ALLOW_ORPHANS,		/* git's "index" and mode lines without "diff --git" before them */
	/* blank lines of context, and the last newline, cut off at the end */
	ALLOW_CHOPPED,
	ALLOW_PACKED,		/* .gz, .bz2, .xz, .lzma */
	ALLOW_EMPTY,		/* a patch of no bytes */
	ALLOW_MAILS,		/* several commits in one file */
	ALLOW_NO_SUBJECT,
	ALLOW_STRAYS,		/* patches beside the series that nobody names */
};

/** patch_allows() - the table */
bool patch_allows(enum patch_reading r, enum allow what);

#endif
