// SPDX-License-Identifier: GPL-2.0-only
#include "base/names.h"

#include <string.h>

/* FNV-1a (Fowler, Noll, Vo), with the high bits brought down. */
static size_t hash(const char *s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return (size_t)(h ^ h >> 32);
}

/* Where it is, or would be. */
static struct names_slot *slot_of(const struct names *t, const char *name)
{
	size_t i = hash(name) & (t->room - 1);

	while (t->v[i].name && strcmp(t->v[i].name, name) != 0)
		i = (i + 1) & (t->room - 1);
	return &t->v[i];
}

bool names_find(const struct names *t, const char *name, size_t *value)
{
	const struct names_slot *s = t->room ? slot_of(t, name) : NULL;

	if (!s || !s->name)
		return false;
	*value = s->value;
	return true;
}

static void grow(struct names *t)
{
	struct names bigger = { .room = t->room ? 2 * t->room : 8, .n = t->n };

	bigger.v = xcalloc(bigger.room, sizeof(*bigger.v));
	for (size_t i = 0; i < t->room; i++)
		if (t->v[i].name)
			*slot_of(&bigger, t->v[i].name) = t->v[i];
	free(t->v);
	*t = bigger;
}

void names_set(struct names *t, const char *name, size_t value)
{
	struct names_slot *s;

	if (4 * (t->n + 1) > 3 * t->room)
		grow(t);
	s = slot_of(t, name);
	if (!s->name) {
		s->name = name;
		t->n++;
	}
	s->value = value;
}

void names_free(struct names *t)
{
	free(t->v);
	*t = (struct names){ 0 };
}
