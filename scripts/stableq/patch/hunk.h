/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch/hunk.h - one hunk against one file's lines, with GNU patch's outcome
 *
 * The rules are those of GNU patch 2.7.6 (locate_hunk, patch_match, apply_hunk and copy_till in
 * its src/patch.c), since quilt pushes with that program: a queue that goes in here has to go in
 * there, with the same bytes. tests/diff holds the two against each other.
 */
#ifndef STABLEQ_HUNK_H
#define STABLEQ_HUNK_H

#include "patch/content.h"

/** lines_get() - line @n, from 1; empty outside the file, as patch sees it. */
struct span lines_get(const struct lines *l, long n);

/* A file on its way through a patch. */
struct hunk_state {
	struct lines *in;	/* borrowed */
	struct lines out;
	size_t room;		/* of @out, in lines */
	char **added;		/* texts that lines of @out point into, beside the input's */
	size_t nadded;
	char *at;		/* where the next line goes in the first of them */
	long frozen;		/* lines of @in that are copied or deleted already */
	long offset;		/* of the last hunk that went in: where to look for the next */
	bool open_line;		/* @out ends in the middle of a line */
};

/** hunk_state_init() - begin with the content @c, held as long; the hunks of @f will come. */
void hunk_state_init(struct hunk_state *st, struct content *c, const struct file_patch *f);
void hunk_state_free(struct hunk_state *st);

/**
 * hunk_locate() - find where a hunk goes
 * @st: its offset moves to what was found; as it was if nothing was
 * @h: the hunk
 * @fuzz: context lines that may be ignored at both ends
 *
 * Context that is shorter at one end than at the other means that the hunk touches the start
 * (at line 1) or the end of the file, and it is tried only there; @fuzz has to make up for the
 * difference before it may go elsewhere.
 *
 * Return: the line of the input, from 1, or 0.
 */
long hunk_locate(struct hunk_state *st, const struct hunk *h, long fuzz);

/**
 * hunk_put() - write a hunk that was located
 *
 * Return: false when it would have to go before what is written already (hunks out of order), or
 * would delete lines behind a last line without a newline (there GNU patch dies of an assertion).
 */
bool hunk_put(struct hunk_state *st, const struct hunk *h, long where);

/** hunk_finish() - copy what is left of the input. Return: what came of @c, for the caller. */
struct content *hunk_finish(struct hunk_state *st, struct content *c);

/** hunk_reverse() - swap old and new, in place. */
void hunk_reverse(struct hunk *h);

/** hunk_context() - the longer of the contexts before the first and after the last change. */
long hunk_context(const struct hunk *h);

/**
 * hunk_explain() - why a hunk does not fit, for people
 * @st: state in which it failed
 * @h: the hunk
 * @o: its detail, line, expected and found are filled in, owned by the outcome
 *
 * Looks for the place where most of its lines match, and names the first one that does not:
 * `line 12 is "x", the patch expects "y"`.
 */
void hunk_explain(const struct hunk_state *st, const struct hunk *h, struct hunk_outcome *o);

#endif
