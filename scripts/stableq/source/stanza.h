/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/stanza.h - the text that Debian's tools write and read: stanzas of "Field: value" lines
 * with empty lines between them, deb822(5)
 */
#ifndef STABLEQ_SOURCE_STANZA_H
#define STABLEQ_SOURCE_STANZA_H

#include "base/str.h"

/** stanza_next() - take the next stanza off @rest. Return: false when there is none. */
bool stanza_next(struct span *rest, struct span *stanza);

/**
 * stanza_field() - a field's value: what follows the colon, with the lines that go on with it
 * @name: in any case
 * @value: as it stands there; nothing when there is no such field
 */
bool stanza_field(struct span stanza, const char *name, struct span *value);

#endif
