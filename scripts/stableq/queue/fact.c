// SPDX-License-Identifier: GPL-2.0-only
#include "queue/fact.h"

#include <ctype.h>

static struct span skip_blanks(struct span s)
{
	while (s.len && isspace((unsigned char)s.p[0])) {
		s.p++;
		s.len--;
	}
	return s;
}

/* Does @text begin with @want? Then @text is what follows it. */
static bool begins(struct span *text, struct span want)
{
	struct span s = *text;

	while (want.len) {
		if (!s.len)
			return false;
		if (isspace((unsigned char)want.p[0])) {
			if (!isspace((unsigned char)s.p[0]))
				return false;
			want = skip_blanks(want);
			s = skip_blanks(s);
			continue;
		}
		if (s.p[0] != want.p[0])
			return false;
		s.p++;
		s.len--;
		want.p++;
		want.len--;
	}
	*text = s;
	return true;
}

size_t text_count(struct span text, const char *what)
{
	struct span want = span_trim(span_of(what));
	size_t n = 0;

	while (want.len && text.len) {
		const char *first = memchr(text.p, want.p[0], text.len);
		struct span here;

		if (!first)
			break;
		text.len -= (size_t)(first - text.p);
		text.p = first;
		here = text;
		n += begins(&here, want);
		text.p++;
		text.len--;
	}
	return n;
}

bool text_same(const char *a, const char *b)
{
	struct span s = span_trim(span_of(a));

	return begins(&s, span_trim(span_of(b))) && !s.len;
}

const char *fact_parse(struct fact *f, struct span s)
{
	static const char *const words[] = { [FACT_ABSENT] = "absent ", [FACT_PRESENT] = "present " };
	const char *colon, *why;
	struct span path;
	size_t i = 0;

	s = span_trim(s);
	while (i < ARRAY_SIZE(words) && !span_starts(s, words[i]))
		i++;
	if (i == ARRAY_SIZE(words))
		return "expected \"absent PATH\", \"absent PATH: TEXT\" or \"present PATH: TEXT\"";
	s.p += strlen(words[i]);
	s.len -= strlen(words[i]);
	colon = memchr(s.p, ':', s.len);
	path = span_trim((struct span){ s.p, colon ? (size_t)(colon - s.p) : s.len });
	if (!path.len || memchr(path.p, ' ', path.len))
		return "expected one path before the colon";
	s = colon ? span_trim((struct span){ colon + 1, (size_t)(s.p + s.len - colon - 1) }) :
		    (struct span){ "", 0 };
	if (colon && !s.len)
		return "expected a text after the colon";
	*f = (struct fact){ (enum fact_kind)i, span_dup(path), colon ? span_dup(s) : NULL };
	if (patch_path_ok(f->path, &why))
		return NULL;
	fact_clear(f);
	return why;
}

void fact_clear(struct fact *f)
{
	free(f->path);
	free(f->text);
	*f = (struct fact){ 0 };
}

char *fact_name(const struct fact *f)
{
	return xasprintf("%s %s%s%s", f->kind == FACT_ABSENT ? "absent" : "present", f->path,
			 f->text ? ": " : "", f->text ? f->text : "");
}

int fact_check(const struct fact *f, struct fileset *fs, bool *holds, char **detail,
	       struct err *err)
{
	struct span text;
	unsigned int mode;
	size_t n;
	int ret = fileset_get(fs, f->path, &text, &mode, err);

	if (ret && ret != ERR_NOTFOUND)
		return ret;
	if (ret) {
		err_clear(err);
		*holds = f->kind == FACT_ABSENT && !f->text;
		*detail = xasprintf("%s is not there", f->path);
		return 0;
	}
	if (!f->text) {
		*holds = f->kind == FACT_PRESENT;
		*detail = xasprintf("%s is there", f->path);
		return 0;
	}
	n = text_count(text, f->text);
	*holds = (n > 0) == (f->kind == FACT_PRESENT);
	*detail = n ? xasprintf("%s has %zu x '%s'", f->path, n, f->text) :
		      xasprintf("%s lacks '%s'", f->path, f->text);
	return 0;
}
