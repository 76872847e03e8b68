/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ktap.h - KTAP version 1, read leniently line by line (Documentation/dev-tools/ktap.rst)
 *
 * Nested subtests, skips, todo, diagnostics, a plan before or after, output cut short, kernel
 * messages in between: what can be told from what arrived is told, the rest is an error of the
 * node it is missing from.
 */
#ifndef STABLEQ_KTAP_H
#define STABLEQ_KTAP_H

#include "str.h"

enum ktap_result {
	KTAP_PASS,
	KTAP_FAIL,
	KTAP_SKIP,
	KTAP_TODO,		/* failed as announced */
	KTAP_MISSING,		/* planned or begun, no result came */
};

struct ktap_node {
	char *name;
	enum ktap_result result;
	char *reason;		/* after SKIP or TODO, or what is wrong with the output; or NULL */
	struct str diag;	/* its diagnostics, a line each, without "# " */
	long planned;		/* of its children; -1 without a plan */
	struct ktap_node *kids;
	size_t nkids;
};

struct ktap;

struct ktap *ktap_new(void);
/** ktap_line() - one line of output, without its newline, time stamps already removed. */
void ktap_line(struct ktap *k, struct span line);
/** ktap_end() - closes what is open. Return: the root, whose kids are the top-level tests. */
const struct ktap_node *ktap_end(struct ktap *k);
void ktap_free(struct ktap *k);

/** ktap_find() - a top-level test by name, or NULL. */
const struct ktap_node *ktap_find(const struct ktap_node *root, const char *name);

/** ktap_count() - leaves by result, below and including @node. */
void ktap_count(const struct ktap_node *node, size_t count[KTAP_MISSING + 1]);

const char *ktap_result_name(enum ktap_result r);

#endif
