// SPDX-License-Identifier: GPL-2.0-only
#include "patch/path.h"

#include <ctype.h>
#include <strings.h>
#include <time.h>

/*
 * git quotes names with bytes outside printable ASCII as C strings: "a/caf\303\251" (quote_c_style
 * in git's quote.c). @s is advanced past the closing quote. Return: owned, or NULL.
 */
static char *unquote(struct span *s)
{
	static const char from[] = "abfnrtv\\\"";
	static const char to[] = "\a\b\f\n\r\t\v\\\"";
	_cleanup_str_ struct str b = STR_INIT;
	size_t i = 1;

	while (i < s->len && s->p[i] != '"') {
		char c = s->p[i++];
		const char *known;

		if (c != '\\') {
			str_addc(&b, c);
			continue;
		}
		if (i >= s->len)
			return NULL;
		c = s->p[i++];
		known = c ? strchr(from, c) : NULL;
		if (known) {
			str_addc(&b, to[known - from]);
			continue;
		}
		if (c < '0' || c > '3' || s->len - i < 2 || s->p[i] < '0' || s->p[i] > '7' ||
		    s->p[i + 1] < '0' || s->p[i + 1] > '7')
			return NULL;
		c = (char)((c - '0') << 6 | (s->p[i] - '0') << 3 | (s->p[i + 1] - '0'));
		i += 2;
		if (!c)
			return NULL;
		str_addc(&b, c);
	}
	if (i >= s->len)
		return NULL;
	*s = span_skip(*s, i + 1);
	return str_take(&b);
}

char *diff_name_unquote(struct span s)
{
	char *name;

	if (!span_starts(s, "\""))
		return span_has_c(s, '\0') ? NULL : span_dup(s);
	name = unquote(&s);
	if (name && s.len) {
		free(name);
		return NULL;
	}
	return name;
}

/* A run of slashes is one separator, and a leading one is a component of its own: patch(1) -p. */
const char *diff_name_strip(const char *path, unsigned int strip)
{
	const char *p = path;

	for (; strip; strip--) {
		p = strchr(p, '/');
		if (!p)
			return NULL;
		while (*p == '/')
			p++;
	}
	return *p ? p : NULL;
}

/* Takes @name. */
static void settle(struct diff_name *n, char *name, unsigned int strip)
{
	const char *p;

	if (!strcmp(name, "/dev/null")) {
		n->dev_null = true;
		free(name);
		return;
	}
	p = diff_name_strip(name, strip);
	if (p)
		n->path = xstrdup(p);
	else
		n->short_of_strip = true;
	free(name);
}

/*
 * diff writes the date of a file that isn't there as the epoch, in local time; so GNU patch takes
 * any time from 25 hours before it to 26 hours after it (fetchname in its src/util.c).
 */
static bool is_epoch(struct span s)
{
	static const char *const formats[] = { "%Y-%m-%d %H:%M:%S", "%a %b %d %H:%M:%S %Y" };
	_cleanup_free_ char *text = span_dup(span_trim(s));
	const long hour = 3600;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		struct tm tm = { 0 }, zone = { 0 };
		char *rest = strptime(text, formats[i], &tm);
		long t;

		if (!rest)
			continue;
		if (*rest == '.')
			rest += 1 + strspn(rest + 1, "0123456789");
		t = (long)timegm(&tm);
		if (strptime(rest, "%z", &zone))
			t -= zone.tm_gmtoff;
		return t > -25 * hour && t < 26 * hour;
	}
	return false;
}

static int in_name(int c)
{
	return c && !isspace(c);
}

const char *diff_name_parse(struct diff_name *n, struct span s, unsigned int strip)
{
	struct span bare = span_trim(s), rest;
	char *name;

	*n = (struct diff_name){ 0 };
	if (!bare.len)
		return "no file name";
	/* Only in front: a tab behind the name says that the blanks before it are the name's. */
	s = span_skip(s, (size_t)(bare.p - s.p));
	if (span_has_c(s, '\0'))
		return "a file name with a NUL byte";
	if (s.p[0] == '"') {
		name = unquote(&s);
		if (!name)
			return "a quoted file name that is malformed";
	} else {
		if (!span_cut(s, "\t", &bare, &rest)) {
			bare = span_head(s, span_run(s, in_name));
			rest = span_skip(s, bare.len);
		}
		/* Blanks between the name and the tab are not the name's. */
		name = span_dup(span_trim(bare));
		s = rest;
	}
	settle(n, name, strip);
	n->epoch = n->dev_null || is_epoch(s);
	return NULL;
}

const char *diff_name_word(struct diff_name *n, struct span *s, unsigned int strip)
{
	char *name;

	*n = (struct diff_name){ 0 };
	*s = span_past(*s, isspace);
	if (span_starts(*s, "\"")) {
		name = unquote(s);
		if (!name)
			return "a quoted file name that is malformed";
	} else {
		size_t len = span_run(*s, in_name);

		if (!len)
			return "no file name";
		name = span_dup(span_head(*s, len));
		*s = span_skip(*s, len);
	}
	settle(n, name, strip);
	return NULL;
}

bool patch_path_ok(const char *path, const char **why)
{
	const char *dummy;
	const char *p = path;

	why = why ? why : &dummy;
	if (!*path) {
		*why = "an empty name";
		return false;
	}
	if (*path == '/') {
		*why = "an absolute name";
		return false;
	}
	for (const unsigned char *c = (const unsigned char *)path; *c; c++) {
		if (*c < ' ' || *c == 0x7f) {
			*why = "a name with control characters";
			return false;
		}
	}
	for (;;) {
		size_t len = strcspn(p, "/");

		*why = NULL;
		if (!len)
			*why = "a name with an empty component";
		else if (len == 1 && p[0] == '.')
			*why = "a name with a \".\" component";
		else if (len == 2 && p[0] == '.' && p[1] == '.')
			*why = "a name that leaves the tree";
		else if (len == 4 && !strncasecmp(p, ".git", 4))
			*why = "a name inside .git";
		else if (len == 3 && !strncasecmp(p, ".pc", 3))
			*why = "a name inside quilt's .pc";
		if (*why)
			return false;
		if (!p[len])
			return true;
		p += len + 1;
	}
}
