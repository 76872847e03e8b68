// SPDX-License-Identifier: GPL-2.0-only
#include "prove/unit.h"

#include <ctype.h>

static struct unit *unit_of(struct units *u, struct span stem, const char *path)
{
	_cleanup_free_ char *file = xasprintf(SPAN_FMT ".c", SPAN_ARG(stem));

	for (size_t i = 0; i < u->n; i++)
		if (!strcmp(u->v[i].file, file))
			return &u->v[i];
	u->v = array_grow(u->v, u->n, sizeof(*u->v));
	u->v[u->n].file = xstrdup(file);
	u->v[u->n].wants = xstrdup(path);
	return &u->v[u->n++];
}

/* The word behind "#", and what follows it. */
static struct span directive(struct span line, struct span *rest)
{
	struct span s = span_trim(line), word;

	s = span_trim((struct span){ s.p + 1, s.len - 1 });
	word = s;
	word.len = 0;
	while (word.len < s.len && isalpha((unsigned char)s.p[word.len]))
		word.len++;
	*rest = span_trim((struct span){ s.p + word.len, s.len - word.len });
	return word;
}

static bool is_directive(struct span line)
{
	return span_starts(span_trim(line), "#");
}

/* Every macro that a hook's file defines, and perhaps twice: in two branches of an #if. */
static void find_hooks(struct unit *u, const char *path, struct span text)
{
	struct span line, rest;

	for (unsigned int nr = 1; span_line(&text, &line); nr++) {
		size_t n = 0;
		struct unit_hook *h;

		if (!is_directive(line) || !span_is(directive(line, &rest), "define"))
			continue;
		while (n < rest.len && (isalnum((unsigned char)rest.p[n]) || rest.p[n] == '_'))
			n++;
		h = &ARRAY_PUSH(u->hook, u->nhooks);
		h->macro = span_dup((struct span){ rest.p, n });
		h->by = xstrdup(path);
		h->line = nr;
	}
}

static bool ends_in(const char *name, const char *suffix, struct span *stem)
{
	const char *slash = strrchr(name, '/');

	*stem = span_of(slash ? slash + 1 : name);
	if (!span_ends(*stem, suffix))
		return false;
	stem->len -= strlen(suffix);
	return true;
}

static void include(struct str *to, const char *name)
{
	str_addf(to, "#include \"%s\"\n", name);
}

void units_add(struct units *units, const struct matrix_proof *proof, const char *name,
	       const char *path, struct span text)
{
	struct span stem;
	struct unit *u;

	if (ends_in(name, "_early.h", &stem)) {
		include(&unit_of(units, stem, path)->early, name);
	} else if (ends_in(name, "_hooks.h", &stem)) {
		u = unit_of(units, stem, path);
		include(&u->hooks, name);
		find_hooks(u, path, text);
	} else if (ends_in(name, "_helpers.c", &stem)) {
		include(&unit_of(units, stem, path)->helpers, name);
	} else if (proof && ends_in(name, "kunit.c", &stem)) {
		stem = (struct span){ proof->unit, strlen(proof->unit) - strlen(".c") };
		u = unit_of(units, stem, path);
		str_addf(&u->suites, "#define STABLEQ_SUITE \"%s\"\n", proof->suite);
		include(&u->suites, name);
		str_adds(&u->suites, "#undef STABLEQ_SUITE\n");
	}
}

static void clear(struct unit *u)
{
	free(u->file);
	free(u->wants);
	str_free(&u->early);
	str_free(&u->hooks);
	str_free(&u->helpers);
	str_free(&u->suites);
	for (size_t i = 0; i < u->nhooks; i++) {
		free(u->hook[i].macro);
		free(u->hook[i].by);
	}
	free(u->hook);
}

static int by_file(const void *a, const void *b)
{
	return strcmp(((const struct unit *)a)->file, ((const struct unit *)b)->file);
}

void units_sort(struct units *u)
{
	if (u->n)
		qsort(u->v, u->n, sizeof(*u->v), by_file);
}

void units_free(struct units *u)
{
	for (size_t i = 0; i < u->n; i++)
		clear(&u->v[i]);
	free(u->v);
}

/* Where a line leaves us that is no code: in a comment, or not. Return: false if it is code. */
static bool no_code(struct span line, bool *comment)
{
	struct span s = span_trim(line);

	while (s.len) {
		const char *end;

		if (!*comment && span_starts(s, "//"))
			return true;
		if (!*comment && !span_starts(s, "/*"))
			return false;
		if (!*comment)
			s = (struct span){ s.p + 2, s.len - 2 };
		end = memmem(s.p, s.len, "*/", 2);
		*comment = !end;
		if (!end)
			return true;
		s = span_trim((struct span){ end + 2, s.len - (size_t)(end + 2 - s.p) });
	}
	return true;
}

/* What a directive's line leaves open. */
static void trailing_comment(struct span line, bool *comment)
{
	const char *at = memmem(line.p, line.len, "/*", 2);

	if (at)
		no_code((struct span){ at, line.len - (size_t)(at - line.p) }, comment);
}

size_t unit_headers(struct span text, unsigned int *lines)
{
	bool comment = false, goes_on = false, seen = false;
	struct span all = text, line, rest;
	unsigned int nr = 0, depth = 0;
	size_t end = 0;

	*lines = 0;
	while (span_line(&text, &line)) {
		bool begins = !goes_on && !comment && is_directive(line);

		nr++;
		if (begins) {
			struct span word = directive(line, &rest);

			seen |= span_is(word, "include");
			depth += span_starts(word, "if");
			depth -= span_is(word, "endif") && depth;
		} else if (!goes_on && !no_code(line, &comment)) {
			break;
		}
		if (begins || goes_on) {
			trailing_comment(line, &comment);
			goes_on = span_ends(line, "\\");
		}
		if (seen && !depth && !goes_on && !comment) {
			end = all.len - text.len;
			*lines = nr;
			seen = false;
		}
	}
	return end;
}

static int check_hooks(const struct unit *u, struct err *err)
{
	for (size_t i = 0; i < u->nhooks; i++)
		for (size_t k = 0; k < i; k++) {
			const struct unit_hook *a = &u->hook[k], *b = &u->hook[i];

			if (!strcmp(a->macro, b->macro) && strcmp(a->by, b->by) != 0)
				return err_set(err, ERR_INPUT, "%s:%u: %s is hooked in %s by %s:%u "
					       "already: let a %.*s_hooks.h of both stand beside "
					       "the proofs' folders", b->by, b->line, b->macro,
					       u->file, a->by, a->line, (int)strlen(u->file) - 2,
					       u->file);
		}
	return 0;
}

/* Once a macro, however often it is defined. */
static void add_pragmas(const struct unit *u, const char *what, struct str *to)
{
	for (size_t i = 0; i < u->nhooks; i++) {
		bool before = false;

		for (size_t k = 0; k < i; k++)
			before |= !strcmp(u->hook[k].macro, u->hook[i].macro);
		if (!before)
			str_addf(to, "#pragma %s_macro(\"%s\")\n", what, u->hook[i].macro);
	}
}

static void add_text(struct str *to, struct span text)
{
	str_add(to, text.p, text.len);
	if (text.len && text.p[text.len - 1] != '\n')
		str_addc(to, '\n');
}

static void add_lines(struct str *to, const struct str *lines)
{
	add_text(to, str_span(lines));
}

int unit_text(const struct unit *u, const char *path, struct span server, struct str *to,
	      struct err *err)
{
	unsigned int lines;
	size_t headers = unit_headers(server, &lines);
	int ret = check_hooks(u, err);

	if (ret)
		return ret;
	str_addf(to, "/* Made by stableq from %s: hooks stand behind its headers. */\n", path);
	add_lines(to, &u->early);
	str_addf(to, "#line 1 \"%s\"\n", path);
	add_text(to, (struct span){ server.p, headers });
	add_pragmas(u, "push", to);
	add_lines(to, &u->hooks);
	str_addf(to, "#line %u \"%s\"\n", lines + 1, path);
	add_text(to, (struct span){ server.p + headers, server.len - headers });
	add_pragmas(u, "pop", to);
	add_lines(to, &u->helpers);
	add_lines(to, &u->suites);
	return 0;
}
