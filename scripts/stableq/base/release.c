// SPDX-License-Identifier: GPL-2.0-only
#include "base/release.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"

#define NUMBER_MAX 65535

/* A number without sign, blanks or leading zeros. */
static bool number(const char **s, unsigned int *n)
{
	const char *p = *s;
	unsigned long v = 0;

	if (!isdigit((unsigned char)*p) || (p[0] == '0' && isdigit((unsigned char)p[1])))
		return false;
	for (; isdigit((unsigned char)*p); p++) {
		v = v * 10 + (unsigned long)(*p - '0');
		if (v > NUMBER_MAX)
			return false;
	}
	*s = p;
	*n = (unsigned int)v;
	return true;
}

int release_parse(const char *s, struct release *r, struct err *err)
{
	const char *p = s[0] == 'v' ? s + 1 : s;

	*r = (struct release){ 0 };
	if (!number(&p, &r->version) || *p++ != '.' || !number(&p, &r->patchlevel))
		goto bad;
	if (*p == '.') {
		p++;
		if (!number(&p, &r->sublevel) || !r->sublevel)
			goto bad;
	}
	if (!strncmp(p, "-rc", 3)) {
		p += 3;
		if (!number(&p, &r->rc) || !r->rc)
			goto bad;
	}
	if (!*p)
		return 0;
bad:
	return err_set(err, ERR_INPUT,
		       "'%.40s' is not a kernel release; expected a name such as 6.12.107 or "
		       "6.12.118-rc1", s);
}

static int cmp(unsigned int a, unsigned int b)
{
	return (a > b) - (a < b);
}

int release_cmp(const struct release *a, const struct release *b)
{
	int c = cmp(a->version, b->version);

	c = c ? c : cmp(a->patchlevel, b->patchlevel);
	c = c ? c : cmp(a->sublevel, b->sublevel);
	/* A candidate comes before what it is a candidate for: rc 0 sorts last. */
	return c ? c : cmp(a->rc - 1, b->rc - 1);
}

char *release_name(const struct release *r, char buf[RELEASE_MAX])
{
	int n = snprintf(buf, RELEASE_MAX, "%u.%u", r->version, r->patchlevel);

	if (r->sublevel)
		n += snprintf(buf + n, RELEASE_MAX - (size_t)n, ".%u", r->sublevel);
	if (r->rc)
		snprintf(buf + n, RELEASE_MAX - (size_t)n, "-rc%u", r->rc);
	return buf;
}

char *release_branch(const struct release *r, char buf[RELEASE_MAX])
{
	snprintf(buf, RELEASE_MAX, "%u.%u", r->version, r->patchlevel);
	return buf;
}

bool release_same_branch(const struct release *a, const struct release *b)
{
	return a->version == b->version && a->patchlevel == b->patchlevel;
}

/* "SUBLEVEL = 107" */
static bool assignment(struct span line, const char *name, struct span *value)
{
	if (!span_take(&line, name))
		return false;
	line = span_trim(line);
	if (!span_take(&line, "="))
		return false;
	*value = span_trim(line);
	return true;
}

int release_from_makefile(const char *text, size_t len, struct release *r, struct err *err)
{
	static const char *const names[] = { "VERSION", "PATCHLEVEL", "SUBLEVEL", "EXTRAVERSION" };
	struct span rest = { text, MIN(len, (size_t)4096) }, line, v[4] = { { NULL, 0 } };
	_cleanup_free_ char *name = NULL;

	while (span_line(&rest, &line))
		for (size_t i = 0; i < ARRAY_SIZE(names); i++)
			if (!v[i].p && assignment(line, names[i], &v[i]))
				break;
	if (!v[0].p || !v[1].p || !v[2].p)
		return err_set(err, ERR_INPUT, "no VERSION, PATCHLEVEL and SUBLEVEL: "
			       "not a kernel's top Makefile");
	/* EXTRAVERSION other than -rcN is a distribution's own and names no release. */
	if (!span_starts(v[3], "-rc"))
		v[3].len = 0;
	if (span_is(v[2], "0"))
		name = xasprintf(SPAN_FMT "." SPAN_FMT SPAN_FMT, SPAN_ARG(v[0]), SPAN_ARG(v[1]),
				 SPAN_ARG(v[3]));
	else
		name = xasprintf(SPAN_FMT "." SPAN_FMT "." SPAN_FMT SPAN_FMT, SPAN_ARG(v[0]),
				 SPAN_ARG(v[1]), SPAN_ARG(v[2]), SPAN_ARG(v[3]));
	return release_parse(name, r, err);
}
