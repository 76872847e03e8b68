/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch/body.h - one file of a diff, as the parsers of plain and of git diffs read it
 */
#ifndef STABLEQ_PATCH_BODY_H
#define STABLEQ_PATCH_BODY_H

#include "patch/path.h"

struct parser {
	struct patch *p;
	const char *name;	/* of the patch, for parse_error() */
	struct span rest;	/* still to be read */
	unsigned int line;	/* of the line read last, from 1 */
	unsigned int strip;
	struct err *err;
};

static inline void diff_name_free(struct diff_name *n)
{
	free(n->path);
	n->path = NULL;
}

/** parse_peek() - the next line, which stays to be read. Return: false at the end. */
bool parse_peek(const struct parser *ps, struct span *line);
/** parse_next() - the next line, counted. Return: false at the end. */
bool parse_next(struct parser *ps, struct span *line);

/**
 * parse_hunks() - "--- ", "+++ " and all hunks of a file
 * @old, @new: filled in; the caller's to free
 *
 * Return: 0 or ERR_INPUT.
 */
int parse_hunks(struct parser *ps, struct file_patch *f, struct diff_name *old,
		struct diff_name *new);

/** parse_check_whole() - a file that comes or goes does so in one hunk. Return: 0 or ERR_INPUT. */
int parse_check_whole(struct parser *ps, const struct file_patch *f);

/** parse_check_path() - may @path, or NULL, be written to? @line: for the message. */
int parse_check_path(struct parser *ps, unsigned int line, const char *path);

#endif
