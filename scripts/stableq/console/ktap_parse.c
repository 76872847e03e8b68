// SPDX-License-Identifier: GPL-2.0-only
#include "console/ktap_parse.h"

#include <ctype.h>
#include <strings.h>

bool ktap_number(struct span *s, long *n)
{
	size_t i = 0;
	long v = 0;

	while (i < s->len && isdigit((unsigned char)s->p[i]) && i < 9)
		v = v * 10 + (s->p[i++] - '0');
	if (i == 0 || (i < s->len && isdigit((unsigned char)s->p[i])))
		return false;
	*n = v;
	*s = span_advance(*s, i);
	return true;
}

static bool is_directive(struct span word)
{
	static const char *const known[] = { "SKIP", "TODO", "XFAIL", "TIMEOUT", "ERROR" };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (word.len == strlen(known[i]) && !strncasecmp(word.p, known[i], word.len))
			return true;
	return false;
}

void ktap_directive(struct span s, struct span *word, struct span *data)
{
	size_t n = 0;

	s = span_trim(s);
	while (n < s.len && isalpha((unsigned char)s.p[n]))
		n++;
	*word = (struct span){ s.p, is_directive((struct span){ s.p, n }) ? n : 0 };
	s = span_advance(s, word->len);
	if (word->len && s.len && s.p[0] == ':')
		s = span_advance(s, 1);
	*data = span_trim(s);
}

static void split_directive(struct span s, struct ktap_result_line *r)
{
	size_t i;

	/* "#" begins a directive only where a word could begin; "\#" is a plain "#" in TAP 14. */
	for (i = 0; i < s.len; i++)
		if (s.p[i] == '#' && (i == 0 || s.p[i - 1] == ' ' || s.p[i - 1] == '\t'))
			break;
	r->name = span_trim((struct span){ s.p, i });
	r->directive = r->data = (struct span){ s.p, 0 };
	if (i == s.len)
		return;
	ktap_directive(span_advance(s, i + 1), &r->directive, &r->data);
}

bool ktap_parse_result(struct span s, struct ktap_result_line *r)
{
	r->ok = span_starts(s, "ok");
	if (!r->ok && !span_starts(s, "not ok"))
		return false;
	s = span_advance(s, r->ok ? 2 : 6);
	if (!s.len || (s.p[0] != ' ' && s.p[0] != '\t'))
		return false;
	s = span_skip_blanks(s);
	r->number = -1;
	/* A line of prose that begins with "ok" is neither numbered nor has it a dash. */
	if (ktap_number(&s, &r->number) ? s.len && s.p[0] != ' ' && s.p[0] != '\t' :
					  !span_starts(s, "- "))
		return false;
	s = span_skip_blanks(s);
	if (span_starts(s, "- ") || span_is(s, "-"))
		s = span_skip_blanks(span_advance(s, 1));
	split_directive(s, r);
	return true;
}
