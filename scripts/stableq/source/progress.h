/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/progress.h - one redrawn line for something that takes long
 */
#ifndef STABLEQ_SOURCE_PROGRESS_H
#define STABLEQ_SOURCE_PROGRESS_H

#include <time.h>

#include "source/provider.h"

struct source_progress {
	struct out *out;
	const char *release;
	const char *verb;	/* "extracting" */
	uint64_t total;		/* 0: unknown */
	struct timespec begin, last;
};

/**
 * source_progress_begin() - start the clock; nothing is shown yet
 * @verb: borrowed until source_progress_end()
 * @total: bytes, or 0
 */
void source_progress_begin(struct source_progress *p, const struct source *src, const char *verb,
			   uint64_t total);

/** source_progress() - @done bytes are done; the line is drawn five times a second at most. */
void source_progress(struct source_progress *p, uint64_t done);

/** source_progress_end() - take the line away. */
void source_progress_end(struct source_progress *p);

#endif
