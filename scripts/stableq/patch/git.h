/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch/git.h - git's diffs
 */
#ifndef STABLEQ_PATCH_GIT_H
#define STABLEQ_PATCH_GIT_H

#include "patch/body.h"

/** parse_git() - one file of a git diff, from its "diff --git" line on. */
int parse_git(struct parser *ps, struct file_patch *f);

#endif
