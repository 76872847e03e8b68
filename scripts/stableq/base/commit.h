/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/commit.h - ids of commits, written out or abbreviated
 */
#ifndef STABLEQ_COMMIT_H
#define STABLEQ_COMMIT_H

#include "base/str.h"

/** same_commit() - are the two ids one but for how much of it was written? */
bool same_commit(const char *a, const char *b);

/** is_commit_id() - 12 to 40 hex digits */
bool is_commit_id(struct span s);

#endif
