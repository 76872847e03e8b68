/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * queue/fact.h - what can be said of a tree and checked by a program: a text is in a file, or isn't
 *
 * Texts compare with every run of white space being one blank, so that a line that was wrapped
 * another way is still the same text.
 */
#ifndef STABLEQ_FACT_H
#define STABLEQ_FACT_H

#include "patch/patch.h"

enum fact_kind {
	FACT_ABSENT,
	FACT_PRESENT,
};

/* "absent fs/nfsd/localio.c", "absent fs/nfsd/vfs.c: nfsd_direct_write", "present PATH: TEXT" */
struct fact {
	enum fact_kind kind;
	char *path;
	char *text;	/* NULL: the file itself */
};

/**
 * fact_parse() - read one
 * @f: fact_clear() after 0
 *
 * Return: NULL, or what is wrong with @s.
 */
const char *fact_parse(struct fact *f, struct span s);
void fact_clear(struct fact *f);

/** fact_name() - as it was written, owned by the caller. */
char *fact_name(const struct fact *f);

/**
 * fact_check() - does it hold?
 * @detail: what was found, for people; owned by the caller
 *
 * A text is absent only from a file that is there: a file that was moved away says nothing about
 * what was in it. Return: 0, or an error of @fs other than ERR_NOTFOUND.
 */
int fact_check(const struct fact *f, struct fileset *fs, bool *holds, char **detail,
	       struct err *err);

/** text_count() - how often @what stands in @text, overlaps included. */
size_t text_count(struct span text, const char *what);

/** text_same() - are the two one text but for white space? */
bool text_same(const char *a, const char *b);

#endif
