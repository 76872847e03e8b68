/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kbuild/reach.h - what is compiled from some files, by the includes of a tree
 */
#ifndef STABLEQ_KBUILD_REACH_H
#define STABLEQ_KBUILD_REACH_H

#include "base/err.h"
#include "base/str.h"

/**
 * kbuild_reach() - the files to compile that are among some files, or include any of them
 * @tree: the source
 * @touched: paths below it; what isn't there is taken as it is
 * @sources: added to: .c and .S files, sorted
 *
 * Nothing of the tree has to be built, so conditions and -I options aren't known: a name in quotes
 * is the file beside the one that includes it, where there is one; any other name is every file
 * whose path ends so. What is found is what can depend on @touched, and a little more.
 * Documentation, samples, scripts and tools are left out: no kernel is made of them.
 *
 * Return: 0, ERR_INTERRUPTED, ERR_SYSTEM.
 */
int kbuild_reach(const char *tree, const struct strv *touched, struct strv *sources,
		 struct err *err);

#endif
