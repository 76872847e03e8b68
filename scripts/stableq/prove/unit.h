/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prove/unit.h - a file of the server with the hooks, helpers and suites of all proofs that want it
 *
 * Pieces are told by their names: FILE_early.h stands before all of FILE.c, FILE_hooks.h between
 * its headers and its code, FILE_helpers.c behind it, and then the kunit.c of the proofs that name
 * it.
 */
#ifndef STABLEQ_UNIT_H
#define STABLEQ_UNIT_H

#include "base/err.h"
#include "matrix/matrix.h"

/* A macro that is put in the place of what the server calls. */
struct unit_hook {
	char *macro;
	char *by;		/* the file that defines it */
	unsigned int line;
};

struct unit {
	char *file;		/* "nfs4state.c" */
	char *wants;		/* path of the first piece */
	struct str early, hooks, helpers, suites;	/* lines that include the pieces */
	struct unit_hook *hook;	/* in the order of the hooks */
	size_t nhooks;
};

struct units {
	struct unit *v;
	size_t n;
};

/**
 * units_add() - one more piece
 * @proof: whose it is; NULL: shared
 * @name: as an include names it: "grace/kunit.c"
 * @path: for messages
 * @text: what stands in it
 *
 * Other names than the four are headers, which pieces include themselves.
 */
void units_add(struct units *u, const struct matrix_proof *proof, const char *name,
	       const char *path, struct span text);

/** units_sort() - by the names of their files. */
void units_sort(struct units *u);

void units_free(struct units *u);

/**
 * unit_text() - the unit, to be compiled in the server's file's place
 * @path: of the server's file in the tree; what compilers and splats name is it
 * @server: that file
 * @to: the unit is added
 *
 * A hook's macros hold for the server's code alone: behind it everything has its own meaning again.
 * Return: 0, or ERR_INPUT when two files define one macro.
 */
int unit_text(const struct unit *u, const char *path, struct span server, struct str *to,
	      struct err *err);

/**
 * unit_headers() - where the headers of a C file end, in bytes
 * @lines: how many lines that are
 *
 * Behind the last #include that stands before all code, and behind the #endif of an #if around it.
 */
size_t unit_headers(struct span text, unsigned int *lines);

#endif
