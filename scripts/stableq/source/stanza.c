// SPDX-License-Identifier: GPL-2.0-only
#include "source/stanza.h"

#include <strings.h>

bool stanza_next(struct span *rest, struct span *stanza)
{
	struct span before = *rest, line;

	*stanza = span_head(before, 0);
	while (span_line(rest, &line)) {
		bool empty = !span_trim(line).len;

		if (empty && stanza->len)
			break;
		if (empty)
			before = *rest;
		else
			*stanza = span_chop(before, rest->len);
	}
	return stanza->len > 0;
}

static bool goes_on(struct span rest)
{
	return span_starts(rest, " ") || span_starts(rest, "\t");
}

bool stanza_field(struct span stanza, const char *name, struct span *value)
{
	struct span before, line, head, tail;

	for (before = stanza; span_line(&stanza, &line); before = stanza) {
		if (!span_cut(line, ":", &head, &tail) || head.len != strlen(name) ||
		    strncasecmp(head.p, name, head.len) != 0)
			continue;
		while (goes_on(stanza))
			span_line(&stanza, &line);
		*value = span_skip(span_chop(before, stanza.len), head.len + 1);
		span_take_end(value, "\n");
		return true;
	}
	*value = span_head(stanza, 0);
	return false;
}
