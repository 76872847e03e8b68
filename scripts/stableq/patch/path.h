/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch/path.h - file names as they stand in diffs
 */
#ifndef STABLEQ_PATCH_PATH_H
#define STABLEQ_PATCH_PATH_H

#include "patch/patch.h"

struct diff_name {
	char *path;		/* owned; after stripping; NULL when it is none of the below */
	bool dev_null;
	bool short_of_strip;	/* has fewer components than -p asks to remove */
	bool epoch;		/* dated 1970-01-01: how diff -N marks a file that isn't there */
};

/**
 * diff_name_parse() - the name on a "--- " or "+++ " line
 * @n: filled in
 * @s: the line behind the marker and blank, without its newline
 * @strip: leading components to remove
 *
 * C-quoted, or up to a tab (a date follows), or up to white space when there is no tab.
 * Return: NULL, or what is wrong with it.
 */
const char *diff_name_parse(struct diff_name *n, struct span s, unsigned int strip);

/**
 * diff_name_word() - one of the two names on a "diff --git" line
 * @s: advanced past it
 *
 * A name with blanks has to be quoted. Return: NULL, or what is wrong with it.
 */
const char *diff_name_word(struct diff_name *n, struct span *s, unsigned int strip);

/** diff_name_unquote() - a whole name, quoted or not, nothing stripped; NULL if malformed. */
char *diff_name_unquote(struct span s);

/** diff_name_strip() - @path without @strip leading components; NULL if it has too few. */
const char *diff_name_strip(const char *path, unsigned int strip);

#endif
