/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nearest.h - "did you mean …?"
 */
#ifndef STABLEQ_NEAREST_H
#define STABLEQ_NEAREST_H

#include "base.h"

/**
 * nearest() - the candidate that @word was most likely meant to be, or NULL
 *
 * By edit distance, at most a third of the word and one more: two letters swapped count as two.
 */
const char *nearest(const char *word, const char *const *candidates, size_t n);

#endif
