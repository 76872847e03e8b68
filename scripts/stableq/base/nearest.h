/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/nearest.h - "did you mean …?", for words and for releases
 */
#ifndef STABLEQ_NEAREST_H
#define STABLEQ_NEAREST_H

#include "base/release.h"

/**
 * nearest() - the candidate that @word was most likely meant to be, or NULL
 *
 * By edit distance, at most a third of the word and one more: two letters swapped count as two.
 */
const char *nearest(const char *word, const char *const *candidates, size_t n);

/**
 * nearest_release() - the one of the same branch with the nearest SUBLEVEL; the older of two
 *
 * Return: its index, or @n when none is of that branch.
 */
size_t nearest_release(const struct release *to, const struct release *v, size_t n);

#endif
