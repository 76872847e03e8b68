// SPDX-License-Identifier: GPL-2.0-only
#include "out/text.h"

struct range {
	uint32_t first, last;
};

static bool in_ranges(const struct range *r, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n; i++)
		if (c >= r[i].first && c <= r[i].last)
			return true;
	return false;
}

size_t text_char(struct span s, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n = *p < 0x80 ? 1 : *p >> 5 == 6 ? 2 : *p >> 4 == 14 ? 3 : *p >> 3 == 30 ? 4 : 0;

	*c = *p;
	if (n == 1)
		return 1;
	if (!n || s.len < n)
		return 0;
	*c = *p & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if (p[i] >> 6 != 2)
			goto bad;
		*c = *c << 6 | (p[i] & 0x3fU);
	}
	if (*c >= least[n] && *c <= 0x10ffff && !(*c >= 0xd800 && *c <= 0xdfff))
		return n;
bad:
	*c = *p;
	return 0;
}

bool text_hidden(uint32_t c)
{
	static const struct range hidden[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c },
		{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfeff, 0xfeff },
		{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0xe0000, 0xe0fff },
	};

	return in_ranges(hidden, ARRAY_SIZE(hidden), c);
}

/* The blocks that matter for names and subjects, from Unicode's EastAsianWidth and Mn. */
unsigned int text_columns(uint32_t c)
{
	static const struct range combining[] = {
		{ 0x300, 0x36f }, { 0x483, 0x489 }, { 0x591, 0x5bd }, { 0x610, 0x61a },
		{ 0x64b, 0x65f }, { 0x6d6, 0x6dc }, { 0x900, 0x902 }, { 0xe31, 0xe31 },
		{ 0xe34, 0xe3a }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x20d0, 0x20f0 },
		{ 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
	};
	static const struct range wide[] = {
		{ 0x1100, 0x115e }, { 0x2e80, 0x303e }, { 0x3041, 0x4dbf }, { 0x4e00, 0xa4cf },
		{ 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f }, { 0xff00, 0xff60 },
		{ 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff },
		{ 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
	};

	if (in_ranges(combining, ARRAY_SIZE(combining), c))
		return 0;
	return in_ranges(wide, ARRAY_SIZE(wide), c) ? 2 : 1;
}

/* Room for the longest, "\u10ffff". Return: the columns of what was written. */
static size_t escape(char buf[16], uint32_t c)
{
	if (c == '\n' || c == '\t')
		return (size_t)snprintf(buf, 16, "\\%c", c == '\n' ? 'n' : 't');
	return (size_t)snprintf(buf, 16, c < 0x80 ? "\\x%02x" : "\\u%04x", c);
}

size_t text_visible(struct str *to, struct span s, size_t max, const char *keep)
{
	size_t used = 0;

	while (s.len) {
		char buf[16];
		const char *p = s.p;
		uint32_t c;
		size_t bytes = text_char(s, &c), took = MAX(bytes, (size_t)1), n = took, columns;

		if (!bytes) {
			n = columns = (size_t)snprintf(buf, sizeof(buf), "\\x%02x", c);
			p = buf;
		} else if (text_hidden(c) && !(c && c < 0x80 && strchr(keep, (int)c))) {
			n = columns = escape(buf, c);
			p = buf;
		} else {
			columns = text_columns(c);
		}
		if (columns > max - used)
			break;
		used += columns;
		str_add(to, p, n);
		s = span_skip(s, took);
	}
	return used;
}

size_t text_width(struct span s)
{
	_cleanup_str_ struct str seen = STR_INIT;

	return text_visible(&seen, s, SIZE_MAX, "");
}
