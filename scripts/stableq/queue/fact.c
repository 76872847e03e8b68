// SPDX-License-Identifier: GPL-2.0-only
#include "queue/fact.h"

#include <ctype.h>

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
			want = span_past(want, isspace);
			s = span_past(s, isspace);
			continue;
		}
		if (s.p[0] != want.p[0])
			return false;
		s = span_skip(s, 1);
		want = span_skip(want, 1);
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
		here = text = span_skip(text, (size_t)(first - text.p));
		n += begins(&here, want);
		text = span_skip(text, 1);
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
	static const char *const words[] = { [FACT_ABSENT] = "absent ",
					     [FACT_PRESENT] = "present " };
	struct span path, text;
	const char *why;
	size_t i = 0;
	bool colon;

	s = span_trim(s);
	while (i < ARRAY_SIZE(words) && !span_take(&s, words[i]))
		i++;
	if (i == ARRAY_SIZE(words))
		return "expected \"absent PATH\", \"absent PATH: TEXT\" or \"present PATH: TEXT\"";
	colon = span_cut(s, ":", &path, &text);
	path = span_trim(path);
	text = span_trim(text);
	if (!path.len || span_has_c(path, ' '))
		return "expected one path before the colon";
	if (colon && !text.len)
		return "expected a text after the colon";
	*f = (struct fact){ (enum fact_kind)i, span_dup(path), colon ? span_dup(text) : NULL };
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
