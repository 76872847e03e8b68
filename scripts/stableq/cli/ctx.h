/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cli/ctx.h - what several verbs begin with: the matrix, the queues, the sources
 */
#ifndef STABLEQ_CTX_H
#define STABLEQ_CTX_H

#include "cli/cmd.h"
#include "matrix/matrix.h"
#include "queue/queue.h"
#include "source/source.h"

/**
 * ctx_matrix() - matrix_load() of the file that the user means; one that isn't there is ERR_INPUT.
 */
int ctx_matrix(const struct ctx *ctx, struct matrix *m, struct err *err);

/** ctx_queue() - a branch's queue: queue_load_for() a release, or queue_load() if @r is NULL. */
int ctx_queue(const struct matrix *m, const struct matrix_branch *b, const struct release *r,
	      struct queue *q, struct err *err);

/** ctx_sources() - the providers, in their order, as the options say. */
struct source_set *ctx_sources(struct ctx *ctx, const struct opts_sources *from);

#endif
