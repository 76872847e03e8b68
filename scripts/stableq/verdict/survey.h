/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict/survey.h - the verdicts of a queue on a release, from a few of its files
 */
#ifndef STABLEQ_SURVEY_H
#define STABLEQ_SURVEY_H

#include "source/source.h"
#include "verdict/verdict.h"

/* Where a tree that is no point release belongs. */
struct survey_near {
	/* has most of the queue's files as they are; "" if none has */
	char release[RELEASE_MAX];
	size_t identical;		/* how many, among those that the tree has */
	size_t files;
};

/**
 * survey_source() - read the files that a queue touches or probes, and judge every patch
 * @src: the release, a tree or a commit; nothing is extracted
 * @q: the branch's queue
 * @v: q->n verdicts for verdicts_free(), or NULL
 *
 * Return: 0, or what source_read() returns.
 */
int survey_source(struct source *src, const struct queue *q, struct verdict **v, struct err *err);

/**
 * survey_nearest() - the point release whose files a tree's are most like
 * @set: local, from source_set_local(); only releases that are at hand are looked at
 * @src: the tree
 * @q: its files are compared
 * @near: of releases that are alike, the one whose number is nearest
 */
int survey_nearest(struct source_set *set, struct source *src, const struct queue *q,
		   struct survey_near *near, struct err *err);

#endif
