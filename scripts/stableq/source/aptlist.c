// SPDX-License-Identifier: GPL-2.0-only
#include "source/aptlist.h"

#include <strings.h>

void apt_sources_free(struct apt_sources *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->e[i].uri);
		free(s->e[i].suite);
		free(s->e[i].signed_by);
		strv_free(&s->e[i].components);
		strv_free(&s->e[i].options);
	}
	free(s->e);
	*s = (struct apt_sources){ NULL, 0 };
}

/*
 * Options that say how an archive is checked or found are kept. Those that would switch a check off
 * (trusted, allow-*) are not: what is fetched here gets built and booted.
 */
static const char *kept_option(struct span name)
{
	static const char *const kept[] = {
		"By-Hash", "Check-Date", "Check-Valid-Until", "Date-Max-Future", "InRelease-Path",
		"Valid-Until-Max", "Valid-Until-Min",
	};

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		if (name.len == strlen(kept[i]) && !strncasecmp(name.p, kept[i], name.len))
			return kept[i];
	return NULL;
}

static bool is_field(struct span name, const char *what)
{
	return name.len == strlen(what) && !strncasecmp(name.p, what, name.len);
}

static bool next_word(struct span *rest, struct span *word)
{
	size_t n = 0;

	*rest = span_trim(*rest);
	while (n < rest->len && !strchr(" \t\r\n", rest->p[n]))
		n++;
	*word = (struct span){ rest->p, n };
	rest->p += n;
	rest->len -= n;
	return n > 0;
}

static struct apt_entry *add_entry(struct apt_sources *s, struct span uri, struct span suite)
{
	_cleanup_free_ char *u = xasprintf(SPAN_FMT "%s", SPAN_ARG(uri),
					   span_ends(uri, "/") ? "" : "/");
	struct apt_entry *e;

	/* A flat repository is nobody's distribution, and a disc has no archive. */
	if (span_ends(suite, "/") || span_starts(uri, "cdrom:"))
		return NULL;
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->e[i].uri, u) && span_is(suite, s->e[i].suite))
			return &s->e[i];
	e = &ARRAY_PUSH(s->e, s->n);
	e->uri = xstrdup(u);
	e->suite = span_dup(suite);
	return e;
}

static void add_components(struct apt_entry *e, struct span list)
{
	struct span word;

	while (next_word(&list, &word)) {
		_cleanup_free_ char *c = span_dup(word);

		if (!strv_has(&e->components, c))
			strv_add(&e->components, c);
	}
}

static void add_option(struct apt_entry *e, struct span name, struct span value)
{
	const char *kept = kept_option(name);

	if (is_field(name, "signed-by")) {
		free(e->signed_by);
		e->signed_by = span_dup(value);
	} else if (kept) {
		_cleanup_free_ char *line = xasprintf("%s: " SPAN_FMT, kept, SPAN_ARG(value));

		if (!strv_has(&e->options, line))
			strv_add(&e->options, line);
	}
}

static void parse_line(struct apt_sources *s, struct span line)
{
	struct span type, uri, suite, opts = { "", 0 }, word;
	struct apt_entry *e;
	const char *hash = memchr(line.p, '#', line.len), *close;

	if (hash)
		line.len = (size_t)(hash - line.p);
	if (!next_word(&line, &type) || (!span_is(type, "deb") && !span_is(type, "deb-src")))
		return;
	line = span_trim(line);
	if (span_starts(line, "[")) {
		close = memchr(line.p, ']', line.len);
		if (!close)
			return;
		opts = (struct span){ line.p + 1, (size_t)(close - line.p - 1) };
		line.len -= (size_t)(close + 1 - line.p);
		line.p = close + 1;
	}
	if (!next_word(&line, &uri) || !next_word(&line, &suite))
		return;
	e = add_entry(s, uri, suite);
	if (!e)
		return;
	add_components(e, line);
	while (next_word(&opts, &word)) {
		const char *eq = memchr(word.p, '=', word.len);

		if (eq)
			add_option(e, (struct span){ word.p, (size_t)(eq - word.p) },
				   (struct span){ eq + 1,
						  word.len - (size_t)(eq + 1 - word.p) });
	}
}

void apt_parse_list(struct apt_sources *s, struct span text)
{
	struct span line;

	while (span_line(&text, &line))
		parse_line(s, line);
}

/* A field of a stanza with its continuation lines, comments taken out; "" if it isn't there. */
static void stanza_field(struct span stanza, const char *name, struct str *value)
{
	struct span line;
	bool in = false;

	str_trunc(value, 0);
	while (span_line(&stanza, &line)) {
		const char *colon = memchr(line.p, ':', line.len);

		if (span_starts(line, "#"))
			continue;
		if (span_starts(line, " ") || span_starts(line, "\t")) {
			if (in) {
				str_addc(value, '\n');
				str_add(value, line.p, line.len);
			}
			continue;
		}
		in = colon && is_field((struct span){ line.p, (size_t)(colon - line.p) }, name);
		if (in) {
			struct span v = { colon + 1, line.len - (size_t)(colon + 1 - line.p) };

			v = span_trim(v);
			str_trunc(value, 0);
			str_add(value, v.p, v.len);
		}
	}
}

static bool says_no(const struct str *value)
{
	struct span v = span_trim(str_span(value));

	return is_field(v, "no") || is_field(v, "false") || is_field(v, "off") ||
	       is_field(v, "without") || is_field(v, "disable") || span_is(v, "0");
}

static void parse_stanza(struct apt_sources *s, struct span stanza)
{
	static const char *const options[] = {
		"Signed-By", "By-Hash", "Check-Date", "Check-Valid-Until", "Date-Max-Future",
		"InRelease-Path", "Valid-Until-Max", "Valid-Until-Min",
	};
	_cleanup_str_ struct str types = STR_INIT, uris = STR_INIT, suites = STR_INIT;
	_cleanup_str_ struct str components = STR_INIT, v = STR_INIT;
	struct span us, u, ss, su, word;
	bool wanted = false;

	stanza_field(stanza, "Enabled", &v);
	if (says_no(&v))
		return;
	stanza_field(stanza, "Types", &types);
	stanza_field(stanza, "URIs", &uris);
	stanza_field(stanza, "Suites", &suites);
	stanza_field(stanza, "Components", &components);
	for (us = str_span(&types); next_word(&us, &word);)
		wanted = wanted || span_is(word, "deb") || span_is(word, "deb-src");
	if (!wanted)
		return;
	for (us = str_span(&uris); next_word(&us, &u);) {
		for (ss = str_span(&suites); next_word(&ss, &su);) {
			struct apt_entry *e = add_entry(s, u, su);

			if (!e)
				continue;
			add_components(e, str_span(&components));
			for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
				stanza_field(stanza, options[i], &v);
				if (v.len)
					add_option(e, span_of(options[i]), str_span(&v));
			}
		}
	}
}

void apt_parse_deb822(struct apt_sources *s, struct span text)
{
	_cleanup_str_ struct str stanza = STR_INIT;
	struct span line;

	while (span_line(&text, &line)) {
		if (span_trim(line).len) {
			str_add(&stanza, line.p, line.len);
			str_addc(&stanza, '\n');
			continue;
		}
		parse_stanza(s, str_span(&stanza));
		str_trunc(&stanza, 0);
	}
	parse_stanza(s, str_span(&stanza));
}

enum origin { ORIGIN_DEBIAN, ORIGIN_OTHER, ORIGIN_KEYRING, ORIGIN_UNKNOWN };

static enum origin origin_of(const struct apt_entry *e, struct span origins)
{
	struct span line, uri, suite;

	while (span_line(&origins, &line)) {
		struct span rest = line;

		if (!next_word(&rest, &uri) || !next_word(&rest, &suite))
			continue;
		rest = span_trim(rest);
		if (!span_is(uri, e->uri) || !span_is(suite, e->suite) || !rest.len)
			continue;
		/* Where the file says none, apt leaves its own variable as it is. */
		if (span_starts(rest, "$("))
			break;
		return span_is(rest, "Debian") ? ORIGIN_DEBIAN : ORIGIN_OTHER;
	}
	if (!e->signed_by)
		return ORIGIN_UNKNOWN;
	return strstr(e->signed_by, "debian-archive") ? ORIGIN_KEYRING : ORIGIN_OTHER;
}

void apt_pick(struct apt_sources *s, struct span origins)
{
	struct apt_sources kept = { NULL, 0 }, rest = { NULL, 0 };
	bool sure = false;

	for (size_t i = 0; i < s->n; i++) {
		enum origin o = origin_of(&s->e[i], origins);

		sure = sure || o == ORIGIN_DEBIAN || o == ORIGIN_KEYRING;
	}
	for (size_t i = 0; i < s->n; i++) {
		enum origin o = origin_of(&s->e[i], origins);
		bool keep = o == ORIGIN_DEBIAN || o == ORIGIN_KEYRING ||
			    (o == ORIGIN_UNKNOWN && !sure);

		if (keep)
			ARRAY_PUSH(kept.e, kept.n) = s->e[i];
		else
			ARRAY_PUSH(rest.e, rest.n) = s->e[i];
	}
	apt_sources_free(&rest);
	free(s->e);
	*s = kept;
}

void apt_format(const struct apt_sources *s, const char *type, struct str *to)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct apt_entry *e = &s->e[i];

		str_addf(to, "Types: %s\nURIs: %s\nSuites: %s\nComponents:", type, e->uri,
			 e->suite);
		for (size_t c = 0; c < e->components.n; c++)
			str_addf(to, " %s", e->components.v[c]);
		str_addc(to, '\n');
		if (e->signed_by)
			str_addf(to, "Signed-By: %s\n", e->signed_by);
		for (size_t o = 0; o < e->options.n; o++)
			str_addf(to, "%s\n", e->options.v[o]);
		str_addc(to, '\n');
	}
}
