// SPDX-License-Identifier: GPL-2.0-only
#include "source/progress.h"

static double seconds_between(const struct timespec *a, const struct timespec *b)
{
	return (double)(b->tv_sec - a->tv_sec) + (double)(b->tv_nsec - a->tv_nsec) / 1e9;
}

void source_progress_begin(struct source_progress *p, const struct source *src, const char *verb,
			   uint64_t total)
{
	*p = (struct source_progress){ src->set->o.out, src->name, verb, total, { 0 }, { 0 } };
	clock_gettime(CLOCK_MONOTONIC, &p->begin);
	p->last = p->begin;
}

void source_progress(struct source_progress *p, uint64_t done)
{
	struct timespec now;
	double spent, left;

	if (!p->out || !done)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (seconds_between(&p->last, &now) < 0.2)
		return;
	p->last = now;
	spent = seconds_between(&p->begin, &now);
	if (!p->total || done > p->total) {
		out_status(p->out, "linux %s: %s, %.1f MiB", p->release, p->verb,
			   (double)done / (1 << 20));
		return;
	}
	left = spent * (double)(p->total - done) / (double)done;
	out_status(p->out, "linux %s: %s, %.0f of %.0f MiB (%u%%), %.0f s left", p->release,
		   p->verb, (double)done / (1 << 20), (double)p->total / (1 << 20),
		   (unsigned int)(done * 100 / p->total), left);
}

void source_progress_end(struct source_progress *p)
{
	if (p->out)
		out_status_clear(p->out);
}
