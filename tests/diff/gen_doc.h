/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gen_doc.h - made-up files, changes to them, and the hunks that say so
 */
#ifndef STABLEQ_TESTS_GEN_DOC_H
#define STABLEQ_TESTS_GEN_DOC_H

#include "gen.h"

/* A file as lines, each with its line end; the last may lack one. */
struct doc {
	char **l;
	size_t n;
};

/* One line of an edit script. */
struct op {
	char kind;	/* ' ', '-', '+' */
	char *line;
};

struct script {
	struct op *v;
	size_t n;
};

struct doc doc_some(struct rng *r, unsigned int max, bool crlf);
struct doc doc_copy(const struct doc *d);
struct doc doc_split(struct span s);
void doc_join(const struct doc *d, struct str *to);
void doc_free(struct doc *d);

/** doc_edit() - change @old at a few places; @new gets the result, @s what was done. */
void doc_edit(struct rng *r, const struct doc *old, bool crlf, struct doc *new,
	      struct script *s);

/** doc_drift() - what a point release does to a file that the patch was not made for. */
void doc_drift(struct rng *r, struct doc *d, bool crlf);

void script_add(struct script *s, char kind, const char *line);
void script_free(struct script *s);

/** script_sane() - it changes something, and only last lines lack a newline. */
bool script_sane(const struct script *s);

/** script_emit() - unified hunks; @odd: of uneven context, and wrong line numbers at times. */
void script_emit(struct rng *r, struct str *to, const struct script *s, bool odd);

#endif
