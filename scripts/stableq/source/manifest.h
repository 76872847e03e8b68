/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/manifest.h - every file of a tree by its content, cheaply asked for again
 *
 * The first time a tree is read as a whole. What was seen is remembered with each file's size,
 * times, inode and mode, as git's index does it: the next time only files are read of which one of
 * these has changed. So a file that is edited in place, or replaced by a rename, is noticed, one
 * that is only touched changes nothing, and two copies of a tree are the same.
 */
#ifndef STABLEQ_MANIFEST_H
#define STABLEQ_MANIFEST_H

#include <sys/stat.h>

#include "base/err.h"
#include "base/hash.h"

/* What the file system says of a file; it changes whenever the content does. */
struct manifest_stat {
	uint64_t size, ino;
	int64_t mtime, ctime;		/* ns since 1970 */
	uint32_t mode;			/* st_mode */
};

struct manifest_entry {
	const char *path;		/* below the root; "" when that is a file itself */
	struct manifest_stat st;
	unsigned char digest[HASH_SIZE];	/* SHA-256 of the bytes, or of a link's target */
};

/*
 * Regular files and symbolic links, in manifest_order(). The .git at the top is no part of a tree,
 * directories count by what is in them.
 */
struct manifest {
	struct manifest_entry *v;
	size_t n;
	char fingerprint[HASH_HEX + 1];	/* over paths, contents, link or not, executable or not */
	uint64_t bytes_read;		/* of files that weren't remembered */

	struct str paths;		/* that v[].path point into, once it is whole */
	int64_t asked;			/* when the tree was looked at, ns since 1970 */
	bool changed;			/* it isn't as it was remembered */
};

struct manifest_opts {
	const char *memory;	/* file that remembers it; NULL: none */
	bool reread;		/* every file, whatever is remembered */
	/*
	 * The fingerprint it must have, or NULL. Another one is ERR_FINDING, the message names the
	 * first file that differs if that can be told, and the memory stays as it was.
	 */
	const char *expect;
	/* Called behind each file that was read, with the bytes read so far; may be NULL. */
	void (*progress)(void *ctx, uint64_t bytes);
	void *ctx;
};

/**
 * manifest_of() - what a tree, or a single file, holds now
 * @root: the directory or file
 * @o: see there
 * @m: freed by manifest_free() whatever is returned
 *
 * A memory that is damaged, or of another format, is as good as none; one that can't be written is
 * no error. Return: 0, ERR_NOTFOUND, ERR_FINDING, ERR_INTERRUPTED, ERR_SYSTEM.
 */
int manifest_of(const char *root, const struct manifest_opts *o, struct manifest *m,
		struct err *err);

/** manifest_add() - one more entry, which must come last; manifest_end() makes it whole. */
void manifest_add(struct manifest *m, const char *path, const struct manifest_stat *st,
		  const unsigned char digest[HASH_SIZE]);

/** manifest_end() - paths and fingerprint, once every entry is in. */
void manifest_end(struct manifest *m);

/**
 * manifest_save() - remember it
 *
 * A file that changed less than two seconds before m->asked isn't believed later: another change
 * might have left no trace in its times. Return: 0 or ERR_SYSTEM.
 */
int manifest_save(const struct manifest *m, const char *memory, struct err *err);

/** manifest_now() - for m->asked. */
int64_t manifest_now(void);

/** manifest_memory() - the memory's name for a tree or file: <cache>/manifests/…; caller's */
char *manifest_memory(const char *cache, const char *root);

/** manifest_order() - as strcmp(), of paths in the order of a walk that takes names in order. */
int manifest_order(const char *a, const char *b);

/** manifest_same() - the same kind of file with the same content? */
bool manifest_same(const struct manifest_entry *a, const struct manifest_entry *b);

/** manifest_stat() - of a struct stat. */
struct manifest_stat manifest_stat(const struct stat *st);
bool manifest_stat_eq(const struct manifest_stat *a, const struct manifest_stat *b);

void manifest_free(struct manifest *m);

#endif
