// SPDX-License-Identifier: GPL-2.0-only
/*
 * kbuild/explain.c - what a kernel's Kconfig files say of one symbol, quoted
 *
 * kconfig itself decides; this serves messages. Of the language it knows where an entry, a block
 * and a help text end, and which files there are; what a condition comes to is left to the reader,
 * who is told the values of the symbols in it.
 */
#include <ctype.h>

#include "base/fs.h"
#include "kbuild/kconfig.h"

#define DEPTH_MAX 40
#define QUOTED_MAX 4
#define KCONFIG_MAX (4UL * 1024 * 1024)

struct scan {
	const char *tree, *srcarch, *name;
	const struct kconfig *result;
	struct strv around;	/* conditions of open blocks; "" is where a block begins */
	unsigned int depth;	/* of files */

	/* where we are */
	const char *file;
	unsigned int line;
	char *entry;		/* the symbol, NULL in a block's head or a comment */
	bool head;		/* conditions belong to the innermost block */

	/* what was found, as "fs/nfsd/Kconfig:6: depends on INET (INET=n)" */
	bool found, prompt;
	struct strv conditions;
	struct strv selects;
};

static int is_word(int c)
{
	return isalnum(c) || c == '_';
}

/* A symbol's name is in capitals; the rest are keywords, values and the compiler's options. */
static bool is_symbol(struct span word)
{
	bool capital = false;

	for (size_t i = 0; i < word.len; i++) {
		if (islower((unsigned char)word.p[i]))
			return false;
		capital |= isupper((unsigned char)word.p[i]) != 0;
	}
	return capital;
}

/*
 * A line with the values of the symbols in it. Return: false if each of them is on, or off behind
 * a "!", and no values are compared: then it is no obstacle, whatever joins them.
 */
static bool quote(const struct scan *s, struct span text, struct str *to)
{
	_cleanup_strv_ struct strv seen = STRV_INIT;
	bool open = false, not = false;

	str_addf(to, "%s:%u: ", s->file, s->line);
	for (struct span rest = text, word; span_word(&rest, &word);)
		str_addf(to, SPAN_FMT "%s", SPAN_ARG(word), span_trim(rest).len ? " " : "");
	while (text.len) {
		size_t n = span_run(text, is_word);
		_cleanup_free_ char *name = span_dup(span_head(text, n));
		const char *value = kconfig_get(s->result, name);

		if (is_symbol(span_head(text, n))) {
			open |= strcmp(value, not ? "n" : "y") != 0;
			if (!strv_has(&seen, name)) {
				str_addf(to, "%s%s=%s", seen.n ? ", " : " (", name, value);
				strv_add(&seen, name);
			}
		}
		not = !n && text.p[0] == '!';
		text = span_skip(text, MAX(n, (size_t)1));
		open |= (not && !span_run(text, is_word)) || (!n && strchr("=<>", text.p[-1]));
	}
	str_adds(to, seen.n ? ")" : "");
	return open;
}

static bool mine(const struct scan *s)
{
	return s->entry && !strcmp(s->entry, s->name);
}

static void add_condition(struct scan *s, struct span text)
{
	struct strv *to = s->head ? &s->around : &s->conditions;
	_cleanup_str_ struct str line = STR_INIT;

	if ((s->head || mine(s)) && quote(s, text, &line) && !strv_has(to, line.s))
		strv_add(to, line.s);
}

static void add_select(struct scan *s, struct span text, struct span selected)
{
	_cleanup_str_ struct str line = STR_INIT;
	const char *value;

	if (!s->entry || !span_is(selected, s->name))
		return;
	value = kconfig_get(s->result, s->entry);
	str_addf(&line, "%s:%u: %s (=%s): " SPAN_FMT, s->file, s->line, s->entry, value,
		 SPAN_ARG(text));
	strv_add(&s->selects, line.s);
}

static void begin_entry(struct scan *s, struct span name)
{
	free(s->entry);
	s->entry = name.len ? span_dup(name) : NULL;
	s->head = false;
	if (!span_is(name, s->name))
		return;
	s->found = true;
	for (size_t i = 0; i < s->around.n; i++)
		if (s->around.v[i][0] && !strv_has(&s->conditions, s->around.v[i]))
			strv_add(&s->conditions, s->around.v[i]);
}

static void begin_block(struct scan *s, struct span text)
{
	_cleanup_free_ char *choice = xasprintf("%s:%u: one of a choice", s->file, s->line);

	begin_entry(s, SPAN_EMPTY);
	strv_add(&s->around, "");
	s->head = true;
	if (span_is(text, "choice"))
		strv_add(&s->around, choice);
	else if (span_starts(text, "if"))
		add_condition(s, text);
}

static void end_block(struct scan *s)
{
	bool begun = false;

	begin_entry(s, SPAN_EMPTY);
	while (s->around.n && !begun) {
		char **last = &s->around.v[--s->around.n];

		begun = !**last;
		free(*last);
		*last = NULL;
	}
}

/* The rest of @line behind @word and blanks, if it begins with it. */
static bool keyword(struct span line, const char *word, struct span *rest)
{
	if (!span_take(&line, word) || (line.len && !isspace((unsigned char)line.p[0]) &&
					line.p[0] != '"'))
		return false;
	*rest = span_trim(line);
	return true;
}

static void attribute(struct scan *s, struct span line)
{
	static const char *const types[] = { "bool", "tristate", "string", "int", "hex", "prompt" };
	struct span rest, word;

	if (keyword(line, "depends", &rest))
		add_condition(s, line);
	else if (keyword(line, "select", &rest) && span_word(&rest, &word))
		add_select(s, line, word);
	for (size_t i = 0; i < ARRAY_SIZE(types) && mine(s); i++) {
		const char *sign;

		if (!keyword(line, types[i], &rest))
			continue;
		sign = span_starts(rest, "\"") ? "\"" : "'";
		if (!span_take(&rest, sign))
			continue;
		s->prompt = true;
		/* "text" if EXPR: the text itself may hold anything. */
		span_cut(rest, sign, &word, &rest);
		rest = span_trim(rest);
		if (keyword(rest, "if", &word))
			add_condition(s, rest);
	}
}

static void scan_file(struct scan *s, const char *rel);

/* "arch/$(SRCARCH)/Kconfig" */
static void source(struct scan *s, struct span path)
{
	_cleanup_str_ struct str name = STR_INIT;

	path = span_chop(span_skip(path, 1), 1);
	while (path.len) {
		if (span_take(&path, "$(SRCARCH)")) {
			str_adds(&name, s->srcarch);
		} else if (span_take(&path, "$(HEADER_ARCH)")) {
			/* The only architecture that takes another's headers is user-mode Linux. */
			str_adds(&name, "x86");
		} else {
			str_addc(&name, path.p[0]);
			path = span_skip(path, 1);
		}
	}
	if (s->depth < DEPTH_MAX && name.len)
		scan_file(s, name.s);
}

static void scan_line(struct scan *s, struct span line)
{
	struct span rest;

	if (keyword(line, "config", &rest) || keyword(line, "menuconfig", &rest)) {
		begin_entry(s, rest);
	} else if (keyword(line, "if", &rest) || keyword(line, "menu", &rest) ||
		   keyword(line, "choice", &rest)) {
		begin_block(s, line);
	} else if (keyword(line, "endif", &rest) || keyword(line, "endmenu", &rest) ||
		   keyword(line, "endchoice", &rest)) {
		end_block(s);
	} else if (keyword(line, "comment", &rest)) {
		begin_entry(s, SPAN_EMPTY);
	} else if (keyword(line, "source", &rest)) {
		begin_entry(s, SPAN_EMPTY);
		source(s, rest);
	} else {
		attribute(s, line);
	}
}

static unsigned int indent(struct span line)
{
	unsigned int n = 0;

	for (size_t i = 0; i < line.len && isblank((unsigned char)line.p[i]); i++)
		n = line.p[i] == '\t' ? (n | 7) + 1 : n + 1;
	return n;
}

/* Join lines that end in a backslash; @lines: how many. Return: false at the end of the file. */
static bool logical_line(struct span *rest, struct str *buf, struct span *line, unsigned int *lines)
{
	struct span part;

	str_trunc(buf, 0);
	*lines = 1;
	if (!span_line(rest, line))
		return false;
	for (part = *line; span_take_end(&part, "\\"); ++*lines) {
		str_add(buf, part.p, part.len);
		if (!span_line(rest, &part))
			part.len = 0;
	}
	if (*lines > 1) {
		str_add(buf, part.p, part.len);
		*line = str_span(buf);
	}
	return true;
}

static void scan_text(struct scan *s, struct span rest)
{
	_cleanup_str_ struct str joined = STR_INIT;
	bool help = false;
	unsigned int depth = 0;	/* of the help text; 0: not known yet */
	unsigned int lines = 0;
	struct span line;

	for (s->line = 1; logical_line(&rest, &joined, &line, &lines); s->line += lines) {
		struct span word = span_trim(line);

		if (!word.len)
			continue;
		/* Help reaches as far as its indentation does; it may hold any keyword. */
		if (help && !depth)
			depth = indent(line);
		if (help && depth && indent(line) >= depth)
			continue;
		help = span_is(word, "help");
		depth = 0;
		if (!help && word.p[0] != '#')
			scan_line(s, word);
	}
	begin_entry(s, SPAN_EMPTY);
}

static void scan_file(struct scan *s, const char *rel)
{
	_cleanup_free_ char *path = fs_join(s->tree, rel);
	_cleanup_str_ struct str text = STR_INIT;
	const char *file = s->file;
	unsigned int line = s->line;

	if (fs_read(path, KCONFIG_MAX, &text, NULL))
		return;
	s->file = rel;
	s->depth++;
	scan_text(s, str_span(&text));
	s->depth--;
	s->file = file;
	s->line = line;
}

static char *join(const char *before, const struct strv *v)
{
	struct str text = STR_INIT;

	str_adds(&text, v->n ? before : "");
	for (size_t i = 0; i < v->n && i < QUOTED_MAX; i++)
		str_addf(&text, "%s%s", i ? "; " : "", v->v[i]);
	if (v->n > QUOTED_MAX)
		str_addf(&text, "; and %zu more", v->n - QUOTED_MAX);
	return str_take(&text);
}

static char *verdict(const struct scan *s, bool on)
{
	if (!s->found)
		return xstrdup("this kernel's Kconfig has no such symbol for this architecture");
	if (!on && s->selects.n)
		return join("selected by ", &s->selects);
	if (!s->prompt && s->selects.n)
		return join("it has no prompt: it is on only when selected, as by ", &s->selects);
	if (!s->prompt)
		return xstrdup("it has no prompt: nothing but its default decides");
	return on ? join("", &s->conditions) : xstrdup("");
}

char *kconfig_explain(const char *tree, const char *srcarch, const struct kconfig *result,
		      const char *name, const char *wanted)
{
	struct scan s = { .tree = tree, .srcarch = srcarch, .result = result, .name = name };
	char *text;

	scan_file(&s, "Kconfig");
	text = verdict(&s, strcmp(wanted, "n") != 0);
	strv_free(&s.around);
	strv_free(&s.conditions);
	strv_free(&s.selects);
	return text;
}
