/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/parallel.h - work on as many processors as this process may use
 */
#ifndef STABLEQ_PARALLEL_H
#define STABLEQ_PARALLEL_H

#include "base/base.h"

/** parallel_width() - how many processors that are, at least 1. */
unsigned int parallel_width(void);

/**
 * parallel_each() - call @fn for 0 to @n - 1, each once
 * @fn: called by several threads at once and in no order: it may change only what is its index' own
 *
 * Returns when all are done.
 */
void parallel_each(size_t n, void (*fn)(void *ctx, size_t i), void *ctx);

#endif
