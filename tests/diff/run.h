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

/* Generated cases, one after the other. */
struct run {
	unsigned long long from, cases;	/* numbers; behind the last one */
	unsigned long long seed, different;
	char *scratch;
};

/**
 * run_begin() - read "--cases N", "--seed N" and "--only NUMBER"; make a scratch directory
 * @cases: unless --cases says so
 *
 * Return: false when there is another option.
 */
bool run_begin(struct run *r, int argc, char **argv, unsigned long long cases);

/*
 * One case in the empty directory @dir. Return: NULL, or what is different, owned: then what is in
 * the directory is kept.
 */
typedef char *(*run_case_fn)(void *ctx, const char *dir, uint64_t seed, uint64_t number);

void run_cases(struct run *r, run_case_fn fn, void *ctx);

/** run_end() - print "N cases, N same, N different". Return: an exit status. */
int run_end(struct run *r);

void gen_tree_write(const struct gen_tree *t, const char *dir);

/** gen_tree_read() - the files below @dir, without those of the folder @except (or NULL). */
void gen_tree_read(struct gen_tree *t, const char *dir, const char *except);

/** gen_tree_differs() - NULL, or what is different. Owned. */
char *gen_tree_differs(struct gen_tree *a, struct gen_tree *b);

#endif
