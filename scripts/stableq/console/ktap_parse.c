// SPDX-License-Identifier: GPL-2.0-only
#include "console/ktap_parse.h"

#include <ctype.h>

bool ktap_number(struct span *s, long *n)
{
	size_t i = 0;
	long v = 0;

	while (i < s->len && isdigit((unsigned char)s->p[i]) && i < 9)
		v = v * 10 + (s->p[i++] - '0');
	if (i == 0 || (i < s->len && isdigit((unsigned char)s->p[i])))
		return false;
	*n = v;
	*s = span_skip(*s, i);
	return true;
}

static bool is_directive(struct span word)
{
	static const char *const known[] = { "SKIP", "TODO", "XFAIL", "TIMEOUT", "ERROR" };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (span_is_nocase(word, known[i]))
			return true;
	return false;
}

void ktap_directive(struct span s, struct span *word, struct span *data)
{
	s = span_trim(s);
	*word = span_head(s, span_run(s, isalpha));
	if (!is_directive(*word))
		word->len = 0;
	s = span_skip(s, word->len);
	if (word->len)
		span_take(&s, ":");
	*data = span_trim(s);
}

static void split_directive(struct span s, struct ktap_result_line *r)
{
	size_t i;

	/* "#" begins a directive only where a word could begin; "\#" is a plain "#" in TAP 14. */
	for (i = 0; i < s.len; i++)
		if (s.p[i] == '#' && (i == 0 || s.p[i - 1] == ' ' || s.p[i - 1] == '\t'))
			break;
	r->name = span_trim(span_head(s, i));
	r->directive = r->data = span_head(s, 0);
	if (i == s.len)
		return;
	ktap_directive(span_skip(s, i + 1), &r->directive, &r->data);
}

bool ktap_parse_result(struct span s, struct ktap_result_line *r)
{
	r->ok = span_take(&s, "ok");
	if (!r->ok && !span_take(&s, "not ok"))
		return false;
	if (!span_run(s, isblank))
		return false;
	s = span_past(s, isblank);
	r->number = -1;
	/* A line of prose that begins with "ok" is neither numbered nor has it a dash. */
	if (ktap_number(&s, &r->number) ? s.len && !span_run(s, isblank) : !span_starts(s, "- "))
		return false;
	s = span_past(s, isblank);
	if (span_starts(s, "- ") || span_is(s, "-"))
		s = span_past(span_skip(s, 1), isblank);
	split_directive(s, r);
	return true;
}
