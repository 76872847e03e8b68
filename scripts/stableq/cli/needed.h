/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cli/needed.h - the patches of a queue that a kernel needs and takes, in order
 */
#ifndef STABLEQ_NEEDED_H
#define STABLEQ_NEEDED_H

#include "cli/cmd.h"
#include "matrix/matrix.h"
#include "queue/queue.h"
#include "source/source.h"

/* Which kernel: as the user names it, all borrowed. */
struct needed_from {
	const char *release;	/* "6.1.192"; or one of the next two */
	const char *tree;	/* a kernel tree, of the release that its Makefile names */
	const char *rev;	/* a commit of the repository, likewise */
	const char *queue;	/* a directory; NULL: the branch's of the matrix */
	bool all;		/* every patch: nothing is judged, only the version looked up */
	bool misfits;		/* those that are needed and don't go in, too */
	const char *fuzz;	/* "0" to "2"; NULL: what the matrix says of the branch */
	struct opts_sources sources;
};

/* A patch that is needed, and doesn't go in. */
struct needed_left {
	const char *file;	/* borrowed from the queue */
	const char *why;	/* in words, a constant */
};

struct needed {
	struct matrix m;
	struct queue q;
	struct release r;
	char name[RELEASE_MAX];
	struct source_set *set;
	struct source *src;
	unsigned int fuzz;	/* lines of context that may be ignored */
	struct strv files;	/* needed, and each applies on top of those before, with that */
	struct needed_left *left;
	size_t nleft;
};

/**
 * needed_check() - are the options that name a kernel ones that go together?
 * @argc: how many releases were named
 *
 * Return: 0 or ERR_INPUT.
 */
int needed_check(const struct needed_from *from, int argc, struct err *err);

/**
 * needed_find() - judge the queue on a kernel and select
 * @n: needed_clear() also after an error
 *
 * Return: 0, also with patches that are left; what source_open() and queue_load() return.
 */
int needed_find(struct needed *n, struct ctx *ctx, const struct needed_from *from, struct err *err);

/** needed_fuzz() - what an option says of it. Return: 0 or ERR_INPUT. */
int needed_fuzz(const char *word, unsigned int *fuzz, struct err *err);

/** needed_all() - ERR_FINDING when a patch is left, which is named. */
int needed_all(const struct needed *n, struct err *err);

/** needed_lines() - the lines of a series file, with -pN and -R, are added to @to. */
void needed_lines(const struct needed *n, struct str *to);

void needed_clear(struct needed *n);

#endif
