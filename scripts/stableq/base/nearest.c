// SPDX-License-Identifier: GPL-2.0-only
#include "base/nearest.h"

#include <string.h>

/* Levenshtein's distance, with one row. */
static size_t distance(const char *a, const char *b)
{
	size_t n = strlen(b), row[64];

	if (n >= ARRAY_SIZE(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t change = diagonal + (a[i] != b[j]);

			diagonal = row[j + 1];
			row[j + 1] = MIN(change, MIN(row[j], row[j + 1]) + 1);
		}
	}
	return row[n];
}

const char *nearest(const char *word, const char *const *candidates, size_t n)
{
	size_t best = strlen(word) / 3 + 2;
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t d = distance(word, candidates[i]);

		if (d < best) {
			best = d;
			found = candidates[i];
		}
	}
	return found;
}

static unsigned int apart(const struct release *a, const struct release *b)
{
	return a->sublevel > b->sublevel ? a->sublevel - b->sublevel : b->sublevel - a->sublevel;
}

size_t nearest_release(const struct release *to, const struct release *v, size_t n)
{
	size_t best = n;

	for (size_t i = 0; i < n; i++) {
		if (v[i].version != to->version || v[i].patchlevel != to->patchlevel)
			continue;
		if (best == n || apart(&v[i], to) < apart(&v[best], to) ||
		    (apart(&v[i], to) == apart(&v[best], to) && release_cmp(&v[i], &v[best]) < 0))
			best = i;
	}
	return best;
}
