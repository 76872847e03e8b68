/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * console/ktap_parse.h - the parts of one KTAP line; private to the ktap room
 */
#ifndef STABLEQ_KTAP_PARSE_H
#define STABLEQ_KTAP_PARSE_H

#include "base/str.h"

struct ktap_result_line {
	bool ok;
	long number;		/* -1: none */
	struct span name;
	struct span directive;	/* word after "#", or empty */
	struct span data;	/* what follows it, or all that follows "#" */
};

/** ktap_number() - take up to nine digits off @s. Return: false when none stand there. */
bool ktap_number(struct span *s, long *n);

/** ktap_directive() - split what follows "#" into a known directive, or nothing, and the rest. */
void ktap_directive(struct span s, struct span *word, struct span *data);

/**
 * ktap_parse_result() - read "ok 1 - name # SKIP why" and its like
 * @s: the line without its indentation
 * @r: the parts, borrowed from @s
 *
 * Return: false when it is no result line.
 */
bool ktap_parse_result(struct span s, struct ktap_result_line *r);

#endif
