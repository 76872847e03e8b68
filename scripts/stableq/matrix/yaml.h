/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * matrix/yaml.h - fills structures from a YAML mapping by a table of its keys
 *
 * The table says what a mapping may hold, so that one piece of code knows how to complain: every
 * message has the file and the line, and says what is expected there.
 */
#ifndef STABLEQ_MATRIX_YAML_H
#define STABLEQ_MATRIX_YAML_H

#include <yaml.h>

#include "base/err.h"
#include "base/str.h"

/* A file as one YAML document. */
struct ydoc {
	const char *path;	/* as messages name it; borrowed */
	yaml_document_t doc;
};

/**
 * ydoc_load() - parse a file that is to hold one document
 * @max: longest file in bytes that is accepted
 *
 * Return: 0; ERR_INPUT with file and line for what isn't YAML, is empty, or is more than one
 * document; what fs_read() says otherwise. ydoc_free() only after 0.
 */
int ydoc_load(struct ydoc *y, const char *path, size_t max, struct err *err);
void ydoc_free(struct ydoc *y);

yaml_node_t *ydoc_root(struct ydoc *y);
yaml_node_t *ydoc_node(struct ydoc *y, int index);

/** ydoc_err() - an ERR_INPUT at @n. Return: ERR_INPUT. */
int ydoc_err(const struct ydoc *y, const yaml_node_t *n, struct err *err, const char *fmt, ...)
	__printf(4, 5);

/** ydoc_line() - where @n begins; the first line is 1. */
unsigned int ydoc_line(const yaml_node_t *n);

/**
 * ydoc_text() - a scalar as a C string
 * @what: names the value in messages: "memory of cell um"
 * @text: borrowed from the document
 *
 * Return: 0, or ERR_INPUT for a list, a mapping, nothing at all or a text with a NUL byte.
 */
int ydoc_text(const struct ydoc *y, const yaml_node_t *n, const char *what, const char **text,
	      struct err *err);

/**
 * ydoc_each() - call @fn for every pair of a mapping
 * @what: names the mapping in messages
 *
 * Keys that are no plain text and keys that stand there twice are refused.
 */
typedef int (*ydoc_pair_fn)(void *ctx, const char *key, const yaml_node_t *at,
			    const yaml_node_t *value, struct err *err);
int ydoc_each(struct ydoc *y, const yaml_node_t *map, const char *what, ydoc_pair_fn fn, void *ctx,
	      struct err *err);

/** ydoc_unknown() - "unknown key 'confgs' in cell um; did you mean 'configs'? …" */
int ydoc_unknown(const struct ydoc *y, const yaml_node_t *at, const char *kind, const char *word,
		 const char *where, const char *const *known, size_t n, struct err *err);

struct yfield;
struct yfill;

/*
 * Turns a value into what stands at @to. @f says more about it; @what names the value in messages.
 */
typedef int (*yfield_fn)(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
			 const char *what, void *to, struct err *err);

/* One key of a mapping. */
struct yfield {
	const char *key;
	yfield_fn parse;
	size_t offset;		/* in the structure that is filled */
	bool required;
	/* lists: the word "all" stands for everything, an empty list here */
	bool all;
	int ref;		/* words: what they have to name; 0: anything */
	unsigned int min, max;	/* numbers: the range */
	unsigned int preset;	/* numbers: what an absent key means */
	const char *const *choices;	/* words: those allowed, NULL at the end; or NULL */
};

/* What a parser may need beside its value. */
struct yfill {
	struct ydoc *y;
	void *ctx;		/* the caller's */
	/* Is @word something that @ref allows? Sets @err with the place if not. */
	int (*check_ref)(const struct yfill *fill, int ref, const yaml_node_t *at,
			 const char *word, const char *what, struct err *err);
};

/**
 * yfill_struct() - fill @to from a mapping
 * @where: names the mapping in messages: "cell um-kasan"
 * @at: its key, for what is missing
 */
int yfill_struct(const struct yfill *fill, const struct yfield *fields, size_t n,
		 const yaml_node_t *map, const char *where, const yaml_node_t *at, void *to,
		 struct err *err);

/* Parsers for struct yfield. */
int yparse_word(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		const char *what, void *to, struct err *err);	/* char * */
int yparse_words(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		 const char *what, void *to, struct err *err);	/* struct strv */
int yparse_uint(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		const char *what, void *to, struct err *err);	/* unsigned int */
int yparse_choice(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		  const char *what, void *to, struct err *err);	/* an enum: index in choices */

#endif
