/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gen.h - made-up trees, and patches for them that fit, nearly fit, or don't
 */
#ifndef STABLEQ_TESTS_GEN_H
#define STABLEQ_TESTS_GEN_H

#include "base/str.h"

/* The same number gives the same case on every machine. */
struct rng {
	uint64_t state;
	bool few;		/* files of few lines, of few kinds */
};

void rng_seed(struct rng *r, uint64_t seed, uint64_t stream);
/** rng_below() - 0 to @n - 1. */
unsigned int rng_below(struct rng *r, unsigned int n);
/** rng_chance() - true in @percent of the calls. */
bool rng_chance(struct rng *r, unsigned int percent);

struct gen_file {
	char *path;
	struct str text;
	unsigned int mode;
};

struct gen_tree {
	struct gen_file *f;
	size_t n;
};

struct gen_file *gen_find(struct gen_tree *t, const char *path);
void gen_set(struct gen_tree *t, const char *path, struct span text, unsigned int mode);
void gen_remove(struct gen_tree *t, const char *path);
void gen_tree_free(struct gen_tree *t);

struct gen_case {
	struct gen_tree tree;
	struct str patch;
	unsigned int fuzz, strip;
	bool reverse;
	bool twice;		/* several commits, some of which touch the same file, and */
	struct gen_tree after;	/* what they make, one after the other */
};

/** gen_case() - a tree and one patch; case @k of series @seed. */
void gen_case(struct gen_case *c, uint64_t seed, uint64_t k);
void gen_case_free(struct gen_case *c);

/**
 * gen_queue() - a tree and patches that apply to it one on top of the other
 * @patches: filled with one text a patch
 * @n: how many
 */
void gen_queue(struct gen_tree *tree, struct str *patches, size_t n, uint64_t seed, uint64_t k);

#endif
