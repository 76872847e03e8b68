/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run.h - trees on disk, and the real programs run in them
 */
#ifndef STABLEQ_TESTS_RUN_H
#define STABLEQ_TESTS_RUN_H

#include "gen.h"

/**
 * run_in() - run a program in @dir; its output goes to @out (appended)
 *
 * Return: its exit status; 128 + signal when it was killed by one.
 */
int run_in(const char *dir, const char *const *argv, struct str *out);

/** run_scratch() - a fresh directory on a file system in memory, or in $TMPDIR. Owned. */
char *run_scratch(void);

void gen_tree_write(const struct gen_tree *t, const char *dir);

/** gen_tree_read() - the files below @dir, without those of the folder @except (or NULL). */
void gen_tree_read(struct gen_tree *t, const char *dir, const char *except);

/** gen_tree_differs() - NULL, or what is different. Owned. */
char *gen_tree_differs(struct gen_tree *a, struct gen_tree *b);

#endif
