// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a kernel's Kconfig files for what they say of one symbol. It is a scan, not an
 * implementation of the language: it serves messages, kconfig itself decides.
 */
#include <ctype.h>

#include "base/fs.h"
#include "kbuild/kconfig.h"

#define DEPTH_MAX 40
#define KCONFIG_MAX (4UL * 1024 * 1024)

enum block_kind {
	BLOCK_IF,
	BLOCK_MENU,
	BLOCK_CHOICE,
};

/* if … endif and the like, around whatever is in them; they reach into sourced files. */
struct block {
	enum block_kind kind;
	struct str cond;
	struct strv members;	/* of a choice */
};

struct scan {
	const char *tree;
	const char *srcarch;
	const struct kconfig *result;
	const char *name;
	enum tristate wanted;

	struct block *blocks;
	size_t nblocks;
	unsigned int depth;

	/* the entry at hand */
	char *entry;		/* its symbol, NULL in a block's head or a comment */
	bool head;		/* attributes belong to the innermost block */
	bool prompt;
	struct str depends;	/* of the entry */

	/* what was found */
	bool found;
	bool reachable;		/* a definition with a prompt and nothing unmet */
	bool has_prompt;
	struct strv unmet;	/* of the first definition with a prompt, or of the first */
	struct strv selectors;
	char *chosen;		/* another member of its choice */
};

static void add_cond(struct str *to, struct span expr)
{
	expr = span_trim(expr);
	if (expr.len)
		str_addf(to, "%s" SPAN_FMT, to->len ? "\n" : "", SPAN_ARG(expr));
}

static void unmet_of(const struct scan *s, const struct str *conds, struct strv *unmet)
{
	struct span rest = str_span(conds), line;

	while (span_line(&rest, &line))
		kconfig_unmet(line, s->result, s->wanted, unmet);
}

static void end_entry(struct scan *s)
{
	_cleanup_strv_ struct strv unmet = STRV_INIT;
	bool mine = s->entry && !strcmp(s->entry, s->name);

	if (mine) {
		bool clear;

		for (size_t i = 0; i < s->nblocks; i++)
			unmet_of(s, &s->blocks[i].cond, &unmet);
		unmet_of(s, &s->depends, &unmet);
		clear = !unmet.n;
		if (!s->found || (s->prompt && !s->has_prompt)) {
			strv_free(&s->unmet);
			s->unmet = unmet;
			unmet = (struct strv)STRV_INIT;
		}
		s->found = true;
		s->has_prompt |= s->prompt;
		s->reachable |= s->prompt && clear;
	}
	free(s->entry);
	s->entry = NULL;
	s->head = false;
	s->prompt = false;
	str_free(&s->depends);
}

static void begin_block(struct scan *s, enum block_kind kind, struct span expr)
{
	struct block *b = &ARRAY_PUSH(s->blocks, s->nblocks);

	b->kind = kind;
	add_cond(&b->cond, expr);
	s->head = kind != BLOCK_IF;
}

static void end_block(struct scan *s, enum block_kind kind)
{
	struct block *b = s->nblocks ? &s->blocks[s->nblocks - 1] : NULL;

	if (!b || b->kind != kind)
		return;
	for (size_t i = 0; i < b->members.n && strv_has(&b->members, s->name); i++)
		if (strcmp(b->members.v[i], s->name) != 0 && !s->chosen &&
		    !strcmp(kconfig_get(s->result, b->members.v[i]), "y"))
			s->chosen = xstrdup(b->members.v[i]);
	str_free(&b->cond);
	strv_free(&b->members);
	s->nblocks--;
}

/* The rest of @line behind @word and blanks, if it begins with it. */
static bool keyword(struct span line, const char *word, struct span *rest)
{
	size_t n = strlen(word);

	if (!span_starts(line, word) ||
	    (line.len > n && !isspace((unsigned char)line.p[n]) && line.p[n] != '"'))
		return false;
	*rest = span_trim((struct span){ line.p + n, line.len - n });
	return true;
}

/* "text" if EXPR: what is behind the "if". */
static struct span behind_if(struct span s)
{
	const char *end = NULL;

	if (s.len && (s.p[0] == '"' || s.p[0] == '\''))
		end = memchr(s.p + 1, s.p[0], s.len - 1);
	if (end) {
		s.len -= (size_t)(end + 1 - s.p);
		s.p = end + 1;
	}
	end = s.len ? memmem(s.p, s.len, "if ", 3) : NULL;
	if (!end || (end > s.p && !isspace((unsigned char)end[-1])))
		return (struct span){ s.p + s.len, 0 };
	return (struct span){ end + 3, s.len - (size_t)(end + 3 - s.p) };
}

static void attribute(struct scan *s, struct span line)
{
	static const char *const types[] = { "bool", "tristate", "string", "int", "hex", "prompt" };
	struct str *cond = s->head && s->nblocks ? &s->blocks[s->nblocks - 1].cond : &s->depends;
	_cleanup_free_ char *selected = NULL;
	struct span rest;

	if (keyword(line, "depends", &rest)) {
		if (keyword(rest, "on", &rest))
			add_cond(cond, rest);
		return;
	}
	if (keyword(line, "select", &rest) && s->entry) {
		size_t n = 0;

		while (n < rest.len && !isspace((unsigned char)rest.p[n]))
			n++;
		selected = xstrndup(rest.p, n);
		if (!strcmp(selected, s->name) && !strv_has(&s->selectors, s->entry))
			strv_add(&s->selectors, s->entry);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (!keyword(line, types[i], &rest) || !rest.len || !strchr("\"'", rest.p[0]))
			continue;
		s->prompt = true;
		if (s->entry)
			add_cond(cond, behind_if(rest));
	}
}

static void scan_file(struct scan *s, const char *rel);

/* source "arch/$(SRCARCH)/Kconfig" */
static void source(struct scan *s, struct span path)
{
	static const struct {
		const char *macro;
		bool header;
	} macros[] = { { "$(SRCARCH)", false }, { "$(HEADER_ARCH)", true } };
	_cleanup_str_ struct str name = STR_INIT;

	if (path.len < 2)
		return;
	path.p++;
	path.len -= 2;
	while (path.len) {
		bool done = false;

		for (size_t i = 0; i < ARRAY_SIZE(macros) && !done; i++) {
			if (!span_starts(path, macros[i].macro))
				continue;
			/* The only architecture that takes another's headers is user-mode Linux. */
			str_adds(&name, macros[i].header ? "x86" : s->srcarch);
			path.p += strlen(macros[i].macro);
			path.len -= strlen(macros[i].macro);
			done = true;
		}
		if (!done) {
			str_addc(&name, *path.p++);
			path.len--;
		}
	}
	if (s->depth < DEPTH_MAX && name.len)
		scan_file(s, name.s);
}

static void scan_line(struct scan *s, struct span line)
{
	struct span rest;

	if (keyword(line, "config", &rest) || keyword(line, "menuconfig", &rest)) {
		end_entry(s);
		s->entry = span_dup(rest);
		if (s->nblocks && s->blocks[s->nblocks - 1].kind == BLOCK_CHOICE)
			strv_add(&s->blocks[s->nblocks - 1].members, s->entry);
	} else if (keyword(line, "if", &rest)) {
		end_entry(s);
		begin_block(s, BLOCK_IF, rest);
	} else if (keyword(line, "menu", &rest)) {
		end_entry(s);
		begin_block(s, BLOCK_MENU, (struct span){ "", 0 });
	} else if (keyword(line, "choice", &rest)) {
		end_entry(s);
		begin_block(s, BLOCK_CHOICE, (struct span){ "", 0 });
	} else if (keyword(line, "endif", &rest)) {
		end_entry(s);
		end_block(s, BLOCK_IF);
	} else if (keyword(line, "endmenu", &rest)) {
		end_entry(s);
		end_block(s, BLOCK_MENU);
	} else if (keyword(line, "endchoice", &rest)) {
		end_entry(s);
		end_block(s, BLOCK_CHOICE);
	} else if (keyword(line, "comment", &rest)) {
		end_entry(s);
	} else if (keyword(line, "source", &rest)) {
		end_entry(s);
		source(s, rest);
	} else {
		attribute(s, line);
	}
}

static unsigned int indent(struct span line)
{
	unsigned int n = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (line.p[i] == '\t')
			n = (n | 7) + 1;
		else if (line.p[i] == ' ')
			n++;
		else
			break;
	}
	return n;
}

/* Join lines that end in a backslash. Return: false at the end of the file. */
static bool logical_line(struct span *rest, struct str *buf, struct span *line)
{
	struct span part;

	str_trunc(buf, 0);
	if (!span_line(rest, line))
		return false;
	part = *line;
	while (part.len && part.p[part.len - 1] == '\\') {
		str_add(buf, part.p, part.len - 1);
		if (!span_line(rest, &part))
			part.len = 0;
	}
	if (buf->len) {
		str_add(buf, part.p, part.len);
		*line = str_span(buf);
	}
	return true;
}

static void scan_file(struct scan *s, const char *rel)
{
	_cleanup_free_ char *path = fs_join(s->tree, rel);
	_cleanup_str_ struct str text = STR_INIT, joined = STR_INIT;
	bool help = false;
	unsigned int depth = 0;	/* of the help text; 0: not known yet */
	struct span rest, line;

	if (fs_read(path, KCONFIG_MAX, &text, NULL))
		return;
	s->depth++;
	for (rest = str_span(&text); logical_line(&rest, &joined, &line);) {
		struct span word = span_trim(line);

		if (!word.len)
			continue;
		/* Help reaches as far as its indentation does; it may hold any keyword. */
		if (help && !depth)
			depth = indent(line);
		if (help && depth && indent(line) >= depth)
			continue;
		help = span_is(word, "help") || span_is(word, "---help---");
		depth = 0;
		if (!help && word.p[0] != '#')
			scan_line(s, word);
	}
	end_entry(s);
	s->depth--;
}

static char *join(const struct strv *v, size_t max)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < v->n && i < max; i++)
		str_addf(&text, "%s%s", !i ? "" : i + 1 == v->n ? " and " : ", ", v->v[i]);
	if (v->n > max)
		str_addf(&text, " and %zu more", v->n - max);
	return str_take(&text);
}

/* A selector helps only if it is off: those are what could be asked for instead. */
static char *verdict(const struct scan *s)
{
	_cleanup_free_ char *unmet = join(&s->unmet, 4), *selectors = join(&s->selectors, 4);
	bool on = s->wanted > TRI_N;

	if (!s->found)
		return xstrdup("this kernel's Kconfig has no such symbol for this architecture");
	if (!on) {
		for (size_t i = 0; i < s->selectors.n; i++)
			if (strcmp(kconfig_get(s->result, s->selectors.v[i]), "n") != 0)
				return xasprintf("%s selects it", s->selectors.v[i]);
		return s->has_prompt ? xstrdup("") : xstrdup("it has no prompt: nothing but its "
							     "default decides");
	}
	if (!s->has_prompt)
		return s->selectors.n ?
		       xasprintf("it has no prompt: it is on only when selected, by %s", selectors) :
		       xstrdup("it has no prompt: nothing but its default decides");
	if (s->unmet.n && !s->reachable)
		return xasprintf("it depends on %s", unmet);
	if (s->chosen)
		return xasprintf("of its choice, %s was taken", s->chosen);
	return xstrdup("");
}

char *kconfig_explain(const char *tree, const char *srcarch, const struct kconfig *result,
		      const char *name, const char *wanted)
{
	struct scan s = {
		.tree = tree, .srcarch = srcarch, .result = result, .name = name,
		.wanted = !strcmp(wanted, "n") ? TRI_N : !strcmp(wanted, "m") ? TRI_M : TRI_Y,
	};
	char *text;

	scan_file(&s, "Kconfig");
	text = verdict(&s);
	while (s.nblocks)
		end_block(&s, s.blocks[s.nblocks - 1].kind);
	free(s.blocks);
	strv_free(&s.unmet);
	strv_free(&s.selectors);
	free(s.chosen);
	return text;
}
