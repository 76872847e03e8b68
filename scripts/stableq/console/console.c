// SPDX-License-Identifier: GPL-2.0-only
#include "console/console.h"

#include <ctype.h>

#include "console/splat.h"

#define LINE_MAX_BYTES 4096
#define LAST_LINES 24
#define SEEN_MAX 1000

/* A check whose markers were seen. */
struct seen {
	char *name;
	bool ended;
};

struct console {
	console_line_fn ktap;
	void *ctx;
	struct str raw;		/* the line that is arriving, cut */
	struct str clean;	/* the same, fit to be shown */
	struct str partial;	/* a program's line that a kernel message broke into */
	size_t lines;
	bool stamps;		/* kernel messages have time stamps here */
	bool kunit_more;	/* the last message was KUnit's, which may go on in the next */
	bool kunit_values;	/* … and at least one line of what was expected has come */
	bool done;
	bool ktap_seen;
	char *check;		/* that is running */
	struct seen *seen;
	size_t nseen;
	struct str last[LAST_LINES];
	struct str last_text;
	struct splats *splats;
};

struct console *console_new(console_line_fn ktap, void *ctx)
{
	struct console *c = xcalloc(1, sizeof(*c));

	c->ktap = ktap;
	c->ctx = ctx;
	c->splats = splats_new();
	return c;
}

void console_free(struct console *c)
{
	if (!c)
		return;
	str_free(&c->raw);
	str_free(&c->clean);
	str_free(&c->partial);
	str_free(&c->last_text);
	for (size_t i = 0; i < LAST_LINES; i++)
		str_free(&c->last[i]);
	for (size_t i = 0; i < c->nseen; i++)
		free(c->seen[i].name);
	free(c->seen);
	free(c->check);
	splats_free(c->splats);
	free(c);
}

/* Length of the well-formed, printing UTF-8 sequence at the start of @s; 0: none. */
static size_t utf8_len(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned int c = p[0];
	size_t n = c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 &&
		c < 0xf5 ? 4 : 0;

	if (!n || s.len < n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	/* C1 controls, overlong forms, surrogates, beyond Unicode. */
	if ((c == 0xc2 && p[1] < 0xa0) || (c == 0xe0 && p[1] < 0xa0) ||
	    (c == 0xed && p[1] > 0x9f) || (c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

/* Length of a terminal escape sequence (ECMA-48): firmware clears the screen so. 0: none. */
static size_t escape_len(struct span s)
{
	size_t n = 2;

	if (s.len < 2 || s.p[0] != '\033')
		return 0;
	if (s.p[1] != '[')
		return isalpha((unsigned char)s.p[1]) ? 2 : 0;
	while (n < s.len && (unsigned char)s.p[n] >= 0x20 && (unsigned char)s.p[n] < 0x40)
		n++;
	return n < s.len && (unsigned char)s.p[n] >= 0x40 &&
	       (unsigned char)s.p[n] < 0x7f ? n + 1 : 0;
}

static void clean(struct str *to, struct span raw)
{
	str_trunc(to, 0);
	while (span_take_end(&raw, "\r"))
		;
	while (raw.len) {
		unsigned char c = (unsigned char)raw.p[0];
		size_t n = escape_len(raw);

		if (n) {
			raw = span_skip(raw, n);
			continue;
		}
		n = c == '\t' || (c >= 0x20 && c < 0x7f) ? 1 : utf8_len(raw);
		if (n)
			str_add(to, raw.p, n);
		else
			str_addf(to, "\\x%02x", c);
		raw = span_skip(raw, n ? n : 1);
	}
}

/* "[    0.123456]": kernel/printk/printk.c, print_time(). Return: its length; 0: none. */
static size_t stamp_len(struct span s)
{
	size_t n = 1, sec;

	if (s.len < 4 || s.p[0] != '[')
		return 0;
	while (n < s.len && s.p[n] == ' ')
		n++;
	sec = span_run(span_skip(s, n), isdigit);
	if (!sec || n + sec < 6 || n + sec >= s.len || s.p[n + sec] != '.')
		return 0;
	n += sec + 1;
	if (span_run(span_skip(s, n), isdigit) != 6 || n + 6 >= s.len || s.p[n + 6] != ']')
		return 0;
	return n + 7;
}

/* "[   T12]", "[    C0]": print_caller(), with CONFIG_PRINTK_CALLER. */
static size_t caller_len(struct span s)
{
	size_t n = 1, id;

	if (s.len < 4 || s.p[0] != '[')
		return 0;
	while (n < s.len && s.p[n] == ' ')
		n++;
	if (n >= s.len || (s.p[n] != 'T' && s.p[n] != 'C'))
		return 0;
	id = span_run(span_skip(s, n + 1), isdigit);
	n += 1 + id;
	return id && n < s.len && s.p[n] == ']' ? n + 1 : 0;
}

/* "<6>": where the log is read from /dev/kmsg or syslog(2) instead of a console. */
static size_t level_len(struct span s)
{
	size_t n;

	if (s.len < 3 || s.p[0] != '<')
		return 0;
	n = span_run(span_skip(s, 1), isdigit);
	return n && n <= 3 && n + 1 < s.len && s.p[n + 1] == '>' ? n + 2 : 0;
}

/* Takes what printk() has put before a message. Return: false when it is no kernel message. */
static bool take_prefix(struct span *s, bool *stamped)
{
	size_t level = level_len(*s), stamp;

	*stamped = false;
	stamp = stamp_len(span_skip(*s, level));
	if (!level && !stamp)
		return false;
	*s = span_skip(*s, level + stamp);
	if (!stamp)
		return true;
	*stamped = true;
	*s = span_skip(*s, caller_len(*s));
	span_take(s, " ");
	return true;
}

static struct span unindent(struct span s)
{
	return span_past(s, isblank);
}

/* Could only be KTAP, even among kernel messages (Documentation/dev-tools/ktap.rst). */
static bool is_ktap(struct span line)
{
	struct span s = unindent(line);
	size_t n;

	if (span_starts(s, "KTAP version ") || span_starts(s, "TAP version ") ||
	    span_starts(s, "Bail out!") || span_starts(s, "# ") || span_is(s, "#"))
		return true;
	if (span_starts(s, "1.."))
		return span_run(span_skip(s, 3), isdigit) > 0;
	n = span_starts(s, "ok ") ? 3 : span_starts(s, "not ok ") ? 7 : 0;
	return n && span_run(span_skip(s, n), isdigit) > 0;
}

static struct seen *find_seen(const struct console *c, struct span name)
{
	for (size_t i = 0; i < c->nseen; i++)
		if (span_is(name, c->seen[i].name))
			return &c->seen[i];
	return NULL;
}

static void check_marker(struct console *c, struct span rest)
{
	struct span name = rest;
	struct seen *seen;
	bool begin = span_take_end(&name, " begin");

	if (!begin && !span_take_end(&name, " end"))
		return;
	name = span_trim(name);
	seen = find_seen(c, name);
	/* No guest has that many; what prints more is broken, and must not cost us the memory. */
	if (!seen && c->nseen == SEEN_MAX)
		return;
	if (!seen) {
		seen = &ARRAY_PUSH(c->seen, c->nseen);
		seen->name = span_dup(name);
	}
	seen->ended = !begin;
	free(c->check);
	c->check = begin ? span_dup(name) : NULL;
}

/* Return: true when the guest's init said it to us, not to people. */
static bool take_marker(struct console *c, struct span line)
{
	static const char check[] = "stableq: check ";

	line = span_trim(line);
	if (span_is(line, "stableq: done")) {
		c->done = true;
		return true;
	}
	if (!span_starts(line, check))
		return false;
	check_marker(c, span_skip(line, strlen(check)));
	return true;
}

static void give_ktap(struct console *c, struct span line)
{
	c->ktap_seen |= span_starts(unindent(line), "KTAP version ");
	if (c->ktap)
		c->ktap(c->ctx, line);
}

static void give_message(struct console *c, struct span text)
{
	_cleanup_str_ struct str line = STR_INIT;

	str_addf(&line, "    " SPAN_FMT, SPAN_ARG(text));
	give_ktap(c, str_span(&line));
}

static void kernel_message(struct console *c, struct span text)
{
	/* A failed expectation has several lines, and only the first has its "#". */
	bool more = c->kunit_more && span_starts(text, "    ");
	bool message = c->kunit_more && c->kunit_values && !more;

	/* Which may have an empty line before it. */
	if (message && !text.len)
		return;
	c->kunit_more = false;
	c->kunit_values = more && !is_ktap(text);
	if (take_marker(c, text))
		return;
	if (is_ktap(text) || more) {
		c->kunit_more = more || unindent(text).p[0] == '#';
		give_ktap(c, text);
		return;
	}
	/*
	 * The test's own message comes last, without indentation; it may be another's line as well.
	 */
	if (message)
		give_message(c, text);
	splats_line(c->splats, text, c->lines, c->check, false);
}

static void program_line(struct console *c, struct span line)
{
	c->kunit_more = false;
	if (take_marker(c, line))
		return;
	give_ktap(c, line);
	/* With time stamps off nothing tells the kernel's lines from others. */
	splats_line(c->splats, line, c->lines, c->check, c->stamps);
}

static void flush_partial(struct console *c)
{
	struct str partial = c->partial;

	c->partial = (struct str)STR_INIT;
	if (partial.len)
		program_line(c, str_span(&partial));
	str_free(&partial);
}

/* Where in a program's line a kernel message begins; the line's length: nowhere. */
static size_t break_in(struct span line)
{
	/* A diagnostic line may well quote the kernel's log. */
	if (span_starts(unindent(line), "#"))
		return line.len;
	for (size_t i = 1; i < line.len; i++)
		if (line.p[i] == '[' && stamp_len(span_skip(line, i)))
			return i;
	return line.len;
}

static void show_last(struct console *c, struct span line)
{
	struct str *slot = &c->last[c->lines % LAST_LINES];

	str_trunc(slot, 0);
	str_add(slot, line.p, line.len);
	str_addc(slot, '\n');
}

static void end_line(struct console *c)
{
	struct span line, rest;
	bool stamped;
	size_t at;

	clean(&c->clean, str_span(&c->raw));
	str_trunc(&c->raw, 0);
	line = rest = str_span(&c->clean);
	c->lines++;
	show_last(c, line);
	if (take_prefix(&rest, &stamped)) {
		c->stamps |= stamped;
		kernel_message(c, rest);
		return;
	}
	/* A tty's output and printk() share the wire: put together what was one line. */
	if (c->partial.len && is_ktap(line))
		flush_partial(c);
	at = c->stamps ? break_in(line) : line.len;
	if (at < line.len) {
		str_add(&c->partial, line.p, at);
		rest = span_skip(line, at);
		take_prefix(&rest, &stamped);
		kernel_message(c, rest);
	} else if (c->partial.len) {
		str_add(&c->partial, line.p, line.len);
		flush_partial(c);
	} else {
		program_line(c, line);
	}
	if (c->partial.len > LINE_MAX_BYTES)
		flush_partial(c);
}

void console_feed(struct console *c, const char *p, size_t n)
{
	while (n) {
		const char *nl = memchr(p, '\n', n);
		size_t len = nl ? (size_t)(nl - p) : n;
		size_t room = LINE_MAX_BYTES - c->raw.len;

		str_add(&c->raw, p, MIN(len, room));
		if (nl)
			end_line(c);
		len += nl ? 1 : 0;
		p += len;
		n -= len;
	}
}

void console_end(struct console *c)
{
	if (c->raw.len)
		end_line(c);
	flush_partial(c);
	splats_end(c->splats);
}

const struct splat *console_splats(const struct console *c, size_t *n)
{
	return splats_get(c->splats, n, NULL);
}

size_t console_splats_lost(const struct console *c)
{
	size_t n, lost;

	splats_get(c->splats, &n, &lost);
	return lost;
}

bool console_spoke(const struct console *c)
{
	return c->done || c->nseen || c->ktap_seen;
}

bool console_done(const struct console *c)
{
	return c->done;
}

bool console_booted(const struct console *c)
{
	return c->stamps;
}

const char *console_last(const struct console *c)
{
	/* Text that is only put together when somebody wants it; it isn't part of the state. */
	struct str *text = &((struct console *)c)->last_text;

	str_trunc(text, 0);
	str_adds(text, "");
	for (size_t i = 1; i <= LAST_LINES; i++) {
		const struct str *line = &c->last[(c->lines + i) % LAST_LINES];

		if (line->len)
			str_add(text, line->s, line->len);
	}
	return text->s;
}

bool console_check_seen(const struct console *c, const char *check, bool *ended)
{
	const struct seen *seen = find_seen(c, span_of(check));

	if (ended)
		*ended = seen && seen->ended;
	return seen != NULL;
}
