/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/names.h - a number for each of many names, found by hashing
 */
#ifndef STABLEQ_NAMES_H
#define STABLEQ_NAMES_H

#include "base/base.h"

struct names_slot {
	const char *name;	/* borrowed; NULL: free */
	size_t value;
};

struct names {
	struct names_slot *v;
	size_t n, room;		/* @room: 0 or a power of two, never full */
};

/** names_find() - the number of a name. Return: false if there is none. */
bool names_find(const struct names *t, const char *name, size_t *value);

/** names_set() - give it one, or another. @name is borrowed as long as the table lives. */
void names_set(struct names *t, const char *name, size_t value);

void names_free(struct names *t);

#endif
