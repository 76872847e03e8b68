/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * survey.h - the verdicts of a queue on a release, from a few of its files
 */
#ifndef STABLEQ_SURVEY_H
#define STABLEQ_SURVEY_H

#include "source.h"
#include "verdict.h"

/**
 * survey_release() - read the files that a queue touches or probes, and judge every patch
 * @set: where sources come from; no tree is extracted
 * @q: the branch's queue
 * @r: the release
 * @v: q->n verdicts for verdicts_free(), or NULL
 * @origin: where the files came from, owned by the caller, or NULL
 *
 * Return: 0, or what source_open() and source_read() return.
 */
int survey_release(struct source_set *set, const struct queue *q, const struct release *r,
		   struct verdict **v, char **origin, struct err *err);

#endif
