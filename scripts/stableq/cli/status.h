/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cli/status.h - what stableq status found, and how it is told
 */
#ifndef STABLEQ_STATUS_H
#define STABLEQ_STATUS_H

#include "matrix/matrix.h"
#include "out/out.h"
#include "verdict/survey.h"

/* One release with its verdicts, or why there are none. */
struct status_row {
	const struct matrix_branch *branch;
	const struct queue *main;	/* the branch's, as plain quilt has it */
	struct queue queue;		/* with this release's variants, one row a patch of @main */
	struct release release;
	char name[RELEASE_MAX];
	char *origin;
	struct verdict *verdicts;
	struct err error;
	struct source *own;	/* a tree or commit that the user named, or NULL */
	char near[RELEASE_MAX];	/* own: nearest release of the matrix */
	struct survey_near content;
};

/**
 * status_print() - for people: each queue, by releases and by patches, in words
 * @queues: those without a directory are left out
 *
 * No line is longer than 80 columns but for a file's name; releases are never broken.
 */
void status_print(struct out *out, const struct queue *queues, size_t nqueues,
		  const struct status_row *rows, size_t n);

/** status_explain() - all evidence for the patches that @chosen has by their name in the series. */
void status_explain(struct out *out, const struct strv *chosen, const struct status_row *rows,
		    size_t n);

/** status_json() - for programs; see stableq(1). Return: what out_json() returns. */
int status_json(struct out *out, const struct status_row *rows, size_t n, struct err *err);

/**
 * status_choose() - the patches that a person means
 * @queues: where they are looked for; those without a directory are left out
 * @ledger: path of a ledger.yaml, whose names count, too, if it is there
 * @word: part of a file's name or of a subject, an upstream id from its start, a CVE, a fix's name
 *	in the ledger
 * @chosen: their names in the series are added
 *
 * Return: 0, or ERR_INPUT when there is none, with what is nearest.
 */
int status_choose(const struct queue *queues, size_t nqueues, const struct matrix *m,
		  const char *ledger, const char *word, struct strv *chosen, struct err *err);

#endif
