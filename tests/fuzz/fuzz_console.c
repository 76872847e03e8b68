// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_console.c - any bytes as a guest's console, in two ways of arriving
 */
#include "console/console.h"
#include "replay.h"

struct count {
	size_t lines;
	size_t bytes;
};

static void count_line(void *ctx, struct span line)
{
	struct count *n = ctx;

	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.p[i] < ' ' && line.p[i] != '\t')
			abort();
	n->lines++;
	n->bytes += line.len;
}

static struct console *read_all(const char *p, size_t size, size_t piece, struct count *n)
{
	struct console *c = console_new(count_line, n);

	for (size_t i = 0; i < size; i += piece)
		console_feed(c, p + i, MIN(piece, size - i));
	console_end(c);
	return c;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct count one = { 0, 0 }, two = { 0, 0 };
	struct console *a = read_all((const char *)data, size, size + 1, &one);
	struct console *b = read_all((const char *)data, size, 3, &two);
	const struct splat *s, *t;
	size_t n, m;

	s = console_splats(a, &n);
	t = console_splats(b, &m);
	if (n != m || n > 200 || one.lines != two.lines || one.bytes != two.bytes ||
	    console_done(a) != console_done(b) || strcmp(console_last(a), console_last(b)))
		abort();
	for (size_t i = 0; i < n; i++) {
		if (!s[i].title || !*s[i].text || strlen(s[i].text) > 65536 + 32 || !s[i].line ||
		    strcmp(s[i].text, t[i].text) || !splat_kind_name(s[i].kind))
			abort();
		if (i && s[i].line < s[i - 1].line)
			abort();
	}
	console_free(a);
	console_free(b);
	return 0;
}
