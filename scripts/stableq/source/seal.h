/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/seal.h - what tells a whole extracted tree from a damaged one
 */
#ifndef STABLEQ_SOURCE_SEAL_H
#define STABLEQ_SOURCE_SEAL_H

#include "base/hash.h"
#include "source/provider.h"
#include "source/sink.h"

struct seal {
	char *release;
	char *id;			/* of the source, as struct source has it */
	char *tarball;			/* its SHA-256; "" for a repository's */
	char *tree;			/* fingerprint of what was extracted */
	uint64_t top;			/* entries of the top directory */
	struct sink_count count;
};

/* Where a tree, and what belongs to it, stands; see source/tree.c. */
struct seal_names {
	char *trees, *tree, *seal, *lock, *tmp;
};

/** seal_names() - of @src's tree; freed by seal_names_clear() */
void seal_names(const struct source *src, struct seal_names *n);
void seal_names_clear(struct seal_names *n);

/** seal_read() - false when there is none that is whole; cleared by seal_clear() in any case */
bool seal_read(const char *path, struct seal *s);
int seal_write(const char *path, const struct seal *s, struct err *err);
void seal_clear(struct seal *s);

/** seal_top() - the entries of a directory */
uint64_t seal_top(const char *dir);

/** seal_tarball() - SHA-256 of @src's tarball, read when it has changed since; "" if it is none */
int seal_tarball(const struct source *src, char hex[HASH_HEX + 1], struct err *err);

/**
 * seal_fits() - is the tree as its seal says?
 * @id: must be the seal's, if it isn't NULL
 * @origin: the seal's id, owned by the caller; may be NULL
 * @why: what is wrong with a tree that is there, owned by the caller
 *
 * Asked each time a tree is used: a few system calls, so that it costs nothing.
 */
bool seal_fits(const struct source *src, const struct seal_names *n, const char *id, char **origin,
	       char **why);

/**
 * seal_find() - the sealed tree of @src's release, if @id fits too (NULL: any)
 * @path: owned by the caller
 * @origin: the id that its seal has; owned by the caller; or NULL
 */
bool seal_find(struct source *src, const char *id, char **path, char **origin);

#endif
