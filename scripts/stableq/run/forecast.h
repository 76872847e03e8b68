/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run/forecast.h - what a run will fetch, write and take, told before it begins
 */
#ifndef STABLEQ_FORECAST_H
#define STABLEQ_FORECAST_H

#include "run/plan.h"

struct forecast {
	struct strv fetch;	/* "6.6.150 (141 MB)" */
	uint64_t written;	/* bytes that will stand below the cache, these included */
	size_t kernels;		/* to be built at most: what is known already isn't */
	double seconds;		/* to build and check them all, fetching apart */
};

/**
 * forecast_make() - reckon what a run needs that isn't below the cache yet
 * @p: made, not prepared
 * @set: asked where the sources are; nothing is fetched but lists
 * @store: for how long it took before
 * @cache: cache root
 * @f: freed by forecast_clear() whatever is returned
 *
 * Return: 0, also when sources can't be had; ERR_INTERRUPTED.
 */
int forecast_make(const struct plan *p, struct source_set *set, struct store *store,
		  const char *cache, struct forecast *f, struct err *err);
void forecast_clear(struct forecast *f);

/**
 * forecast_tell() - print it, unless there is nothing to be fetched or written
 * @free: bytes that may still be written below @cache; 0: unknown
 *
 * Return: 0; ERR_MISSING when there is no room for it.
 */
int forecast_tell(const struct forecast *f, struct out *out, const char *cache, uint64_t free,
		  struct err *err);

/**
 * forecast_seconds() - how long a build or a boot takes in a cell, about
 *
 * The mean of earlier ones, else what it took on two CPUs where stableq was made.
 */
double forecast_seconds(struct store *store, const struct matrix_cell *cell, bool boot,
			bool patched);

#endif
