/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * console/ktap.h - KTAP version 1, read leniently line by line (Documentation/dev-tools/ktap.rst)
 *
 * Nested subtests, skips, todo, diagnostics, a plan before or after, output cut short, kernel
 * messages in between: what can be told from what arrived is told, the rest is an error of the
 * node it is missing from.
 *
 * Levels are told by indentation of any width. A subtest takes its name from "# Subtest: NAME"
 * until the parent's own result line comes; should that line bear another name, the subtest was cut
 * short and is KTAP_MISSING. Where results are missing from a plan, one KTAP_MISSING node named
 * like "tests 4 to 6 of 6" stands for all of them. A test that says it passed is KTAP_FAIL all the
 * same when one of its own failed or is missing, and when it planned to have none. Several
 * documents one after the other (KUnit's and the guest's) give one root.
 */
#ifndef STABLEQ_KTAP_H
#define STABLEQ_KTAP_H

#include "base/str.h"

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
	char *reason;		/* after the directive or "#", or what is wrong with the output */
	struct str diag;	/* its diagnostics, a line each, without "# "; at most 16 KiB */
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

/**
 * ktap_find() - a top-level test by name, or NULL
 *
 * Of several by the same name the first that didn't pass, so that a repetition hides no failure.
 */
const struct ktap_node *ktap_find(const struct ktap_node *root, const char *name);

/** ktap_count() - leaves by result, below and including @node. */
void ktap_count(const struct ktap_node *node, size_t count[KTAP_MISSING + 1]);

const char *ktap_result_name(enum ktap_result r);

#endif
