// SPDX-License-Identifier: GPL-2.0-only
#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>

/* For fewer a thread isn't worth its making. */
#define WORTH 16
#define WIDEST 64

unsigned int parallel_width(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);

	return (unsigned int)MIN(MAX(n, 1), WIDEST);
}

struct work {
	size_t n, next, step;
	void (*fn)(void *ctx, size_t i);
	void *ctx;
};

static void *work(void *arg)
{
	struct work *w = arg;

	for (;;) {
		size_t from = __atomic_fetch_add(&w->next, w->step, __ATOMIC_RELAXED);

		if (from >= w->n)
			return NULL;
		for (size_t i = from; i < MIN(from + w->step, w->n); i++)
			w->fn(w->ctx, i);
	}
}

void parallel_each(size_t n, void (*fn)(void *ctx, size_t i), void *ctx)
{
	unsigned int width = (unsigned int)MIN((size_t)parallel_width(), n / WORTH + 1);
	struct work w = { .n = n, .fn = fn, .ctx = ctx };
	pthread_t threads[WIDEST];
	unsigned int started = 0;

	/* Small shares, so that nobody waits long for the one who got the large patches. */
	w.step = MAX(n / (width * (size_t)16), 1);
	while (started + 1 < width && !pthread_create(&threads[started], NULL, work, &w))
		started++;
	work(&w);
	while (started)
		pthread_join(threads[--started], NULL);
}
