// SPDX-License-Identifier: GPL-2.0-only
#include "source/aptlist.h"

#include <strings.h>

#include "source/stanza.h"

/*
 * Fields that say where an archive is and how it is checked are kept. Those that would switch a
 * check off (Trusted, Allow-*) are not: what is fetched here gets built and booted.
 */
static const char *const kept[] = {
	"URIs", "Suites", "Components", "Signed-By", "By-Hash", "Check-Date", "Check-Valid-Until",
	"Date-Max-Future", "InRelease-Path", "Valid-Until-Max", "Valid-Until-Min",
};

static bool is_no(struct span v)
{
	static const char *const no[] = { "no", "false", "off", "without", "disable", "0" };

	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		if (v.len == strlen(no[i]) && !strncasecmp(v.p, no[i], v.len))
			return true;
	return false;
}

/* Is one of a field's words as @is says? */
static bool any_word(struct span stanza, const char *name, const char *what,
		     bool (*is)(struct span word, const char *what))
{
	struct span v, word;

	stanza_field(stanza, name, &v);
	while (span_word(&v, &word))
		if (is(word, what))
			return true;
	return false;
}

static bool starts(struct span word, const char *what)
{
	return span_starts(word, what);
}

static bool is_wanted(struct span stanza)
{
	struct span enabled, v;

	stanza_field(stanza, "Enabled", &enabled);
	if (is_no(span_trim(enabled)) || !stanza_field(stanza, "URIs", &v))
		return false;
	/* A flat repository is nobody's distribution, and a disc has no archive. */
	if (any_word(stanza, "Suites", "/", span_ends) ||
	    any_word(stanza, "URIs", "cdrom:", starts))
		return false;
	return any_word(stanza, "Types", "deb", span_is) ||
	       any_word(stanza, "Types", "deb-src", span_is);
}

static void add_stanza(struct strv *archives, struct span stanza)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct span v;

	if (!is_wanted(stanza))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		if (stanza_field(stanza, kept[i], &v))
			str_addf(&text, "%s:" SPAN_FMT "\n", kept[i], SPAN_ARG(v));
	/* Binary packages and sources are often listed one below the other. */
	if (!strv_has(archives, text.s))
		strv_add(archives, text.s);
}

void apt_parse_deb822(struct strv *archives, struct span text)
{
	_cleanup_str_ struct str plain = STR_INIT;
	struct span line, rest, stanza;

	while (span_line(&text, &line))
		if (!span_starts(line, "#"))
			str_addf(&plain, SPAN_FMT "\n", SPAN_ARG(line));
	rest = str_span(&plain);
	while (stanza_next(&rest, &stanza))
		add_stanza(archives, stanza);
}

/* deb [name=value name=value] uri suite component... */
static void parse_line(struct strv *archives, struct span line)
{
	struct span type, uri, suite, opts = { "", 0 }, word, name, value;
	_cleanup_str_ struct str stanza = STR_INIT;

	span_cut(line, "#", &line, &value);
	if (!span_word(&line, &type))
		return;
	line = span_trim(line);
	if (span_take(&line, "[") && !span_cut(line, "]", &opts, &line))
		return;
	if (!span_word(&line, &uri) || !span_word(&line, &suite))
		return;
	line = span_trim(line);
	str_addf(&stanza, "Types: " SPAN_FMT "\nURIs: " SPAN_FMT "\nSuites: " SPAN_FMT
		 "\nComponents: " SPAN_FMT "\n", SPAN_ARG(type), SPAN_ARG(uri), SPAN_ARG(suite),
		 SPAN_ARG(line));
	while (span_word(&opts, &word))
		if (span_cut(word, "=", &name, &value))
			str_addf(&stanza, SPAN_FMT ": " SPAN_FMT "\n", SPAN_ARG(name),
				 SPAN_ARG(value));
	add_stanza(archives, str_span(&stanza));
}

void apt_parse_list(struct strv *archives, struct span text)
{
	struct span line;

	while (span_line(&text, &line))
		parse_line(archives, line);
}

enum origin { ORIGIN_DEBIAN, ORIGIN_OTHER, ORIGIN_KEYRING, ORIGIN_UNKNOWN };

/* apt ends them all with a slash. */
static bool is_uri(struct span word, const char *what)
{
	struct span uri = span_of(what);

	span_take_end(&uri, "/");
	span_take_end(&word, "/");
	return span_eq(word, uri);
}

static enum origin origin_of(struct span stanza, struct span origins)
{
	struct span rest, u, s, key;

	while (span_line(&origins, &rest)) {
		_cleanup_free_ char *uri = NULL, *suite = NULL;

		if (!span_word(&rest, &u) || !span_word(&rest, &s))
			continue;
		uri = span_dup(u);
		suite = span_dup(s);
		rest = span_trim(rest);
		/* Where the file says none, apt leaves its own variable as it is. */
		if (rest.len && !span_starts(rest, "$(") && any_word(stanza, "URIs", uri, is_uri) &&
		    any_word(stanza, "Suites", suite, span_is))
			return span_is(rest, "Debian") ? ORIGIN_DEBIAN : ORIGIN_OTHER;
	}
	if (!stanza_field(stanza, "Signed-By", &key))
		return ORIGIN_UNKNOWN;
	return span_has(key, "debian-archive") ? ORIGIN_KEYRING : ORIGIN_OTHER;
}

void apt_pick(struct strv *archives, struct span origins)
{
	struct strv sure = STRV_INIT, perhaps = STRV_INIT;

	for (size_t i = 0; i < archives->n; i++) {
		enum origin o = origin_of(span_of(archives->v[i]), origins);

		if (o != ORIGIN_OTHER)
			strv_add(o == ORIGIN_UNKNOWN ? &perhaps : &sure, archives->v[i]);
	}
	strv_free(archives);
	*archives = sure.n ? sure : perhaps;
	strv_free(sure.n ? &perhaps : &sure);
}

void apt_format(const struct strv *archives, const char *type, struct str *to)
{
	for (size_t i = 0; i < archives->n; i++)
		str_addf(to, "Types: %s\n%s\n", type, archives->v[i]);
}
