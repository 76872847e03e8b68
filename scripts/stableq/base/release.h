/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/release.h - kernel release names: 6.12, 6.12.107, 6.12.118-rc1
 */
#ifndef STABLEQ_RELEASE_H
#define STABLEQ_RELEASE_H

#include "base/err.h"

struct release {
	unsigned int version;
	unsigned int patchlevel;
	unsigned int sublevel;	/* 0 for a first release, 6.12 */
	unsigned int rc;	/* 0: not a release candidate */
};

#define RELEASE_MAX 48		/* longest name with its terminator */

/**
 * release_parse() - read a release name, with or without a leading v
 *
 * Numbers have no leading zeros and are at most 65535, as in KERNEL_VERSION-like names.
 * Return: 0, or ERR_INPUT with a message that shows what a name looks like.
 */
int release_parse(const char *s, struct release *r, struct err *err);

/** release_cmp() - as strcmp(): 6.12.9 < 6.12.10-rc1 < 6.12.10. */
int release_cmp(const struct release *a, const struct release *b);

/** release_name() - into a static-size buffer. Return: @buf. */
char *release_name(const struct release *r, char buf[RELEASE_MAX]);

/** release_branch() - "6.12". Return: @buf. */
char *release_branch(const struct release *r, char buf[RELEASE_MAX]);

/** release_same_branch() - are both releases of one branch? */
bool release_same_branch(const struct release *a, const struct release *b);

/**
 * release_from_makefile() - the release that a kernel's top Makefile names
 * @text: its bytes (VERSION, PATCHLEVEL, SUBLEVEL, EXTRAVERSION)
 *
 * Return: 0 or ERR_INPUT when these lines are not there: not a kernel.
 */
int release_from_makefile(const char *text, size_t len, struct release *r, struct err *err);

#endif
