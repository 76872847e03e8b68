/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/git.h - a repository, bare or not, with tags v6.6.150
 */
#ifndef STABLEQ_SOURCE_GIT_H
#define STABLEQ_SOURCE_GIT_H

#include "source/provider.h"

extern const struct source_provider provider_git;

/**
 * source_take_rev() - let @src, of which nothing but the set is known, be a commit
 * @rev: "HEAD", "v6.6.150", an id
 *
 * Return: 0, with src->release by its Makefile; ERR_MISSING, ERR_INPUT as source_of_rev().
 */
int source_take_rev(struct source *src, const char *rev, struct err *err);

#endif
