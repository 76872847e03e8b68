/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict/landed.h - what of a hunk is in a file, whatever stands around it
 *
 * A fix that was merged seldom stands there byte by byte as a backport of one's own makes it. What
 * counts is whether the lines that it adds are there, and those that it takes away are gone. White
 * space and comments say nothing about that.
 */
#ifndef STABLEQ_LANDED_H
#define STABLEQ_LANDED_H

#include "patch/patch.h"

/** landed_text() - a file's text for landed_hunk(): of a C file, without its comments. */
void landed_text(const char *path, struct span text, struct str *to);

/**
 * landed_hunk() - are its added lines there, and its deleted ones gone?
 * @path: of the file, which says whether there can be comments
 * @h: as the patch has it
 * @text: from landed_text()
 * @said: what differs is added, "; " between: "lacks 'x'; still has 'y'"
 *
 * Each group of added lines is looked for anywhere. A group of deleted lines is still there only
 * between the lines that stand around it in the patch: alone, a "return 0;" is everywhere.
 * Return: true when nothing differs.
 */
bool landed_hunk(const char *path, const struct hunk *h, struct span text, struct str *said);

/* Groups of lines that a patch takes away or changes. */
struct landed_groups {
	size_t total;
	size_t there;	/* as before the patch */
};

/**
 * landed_before() - does what a hunk takes away stand there still?
 * @path, @h, @text: as for landed_hunk()
 * @g: the hunk's groups are added. What the patch puts back in other words only counts for none
 *
 * A group is there with the line before it or the one behind it, or by itself when it has three
 * lines and more. Lines that are only added say nothing.
 */
void landed_before(const char *path, const struct hunk *h, struct span text,
		   struct landed_groups *g);

#endif
