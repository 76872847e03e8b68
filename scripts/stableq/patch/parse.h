/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch/parse.h - what the parsers of plain and of git diffs share
 */
#ifndef STABLEQ_PATCH_PARSE_H
#define STABLEQ_PATCH_PARSE_H

#include "patch/path.h"

struct parser {
	struct patch *p;
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

/* An error in the patch that is being parsed. */
#define parse_error(ps, line, ...) line_error((ps)->err, (ps)->p->name, (line), __VA_ARGS__)

bool parse_peek(const struct parser *ps, struct span *line);
bool parse_next(struct parser *ps, struct span *line);

/** parse_hunks() - "--- ", "+++ " and all hunks of a file. */
int parse_hunks(struct parser *ps, struct file_patch *f, struct diff_name *old,
		struct diff_name *new);
int parse_check_whole(struct parser *ps, const struct file_patch *f);
int parse_check_path(struct parser *ps, unsigned int line, const char *path);

/** parse_git() - one file of a git diff, from its "diff --git" line on. */
int parse_git(struct parser *ps, struct file_patch *f);

#endif
