/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/source.h - where a release's files come from
 *
 * Providers are asked in the order of source/providers.c; the first that has the release wins.
 * What comes from a package has Debian's patches: its description says so, and it never goes by
 * the name of the pristine release.
 */
#ifndef STABLEQ_SOURCE_H
#define STABLEQ_SOURCE_H

#include "base/hash.h"
#include "base/release.h"
#include "source/opts.h"

struct source_set;

struct source_set *source_set_new(const struct source_opts *opts);
void source_set_free(struct source_set *set);

/* One release, found at one provider. */
struct source;

/**
 * source_open() - find a release
 * @set: providers
 * @r: the release
 * @src: freed by source_free()
 * @err: ERR_MISSING names every provider that was asked, what it answered and what to do
 *
 * Cheap for what is local; the debian and kernel.org providers fetch the tarball into the cache.
 */
int source_open(struct source_set *set, const struct release *r, struct source **src,
		struct err *err);
void source_free(struct source *src);

/**
 * source_of_tree() - a kernel tree or tarball that the user names: a distribution's, of any release
 * @dir: the tree, or a file: a tarball, which is read and not extracted
 * @set: where sources come from otherwise; must outlive @src
 *
 * Its Makefile says which release it comes from. Return: 0, ERR_INPUT (no kernel), others.
 */
int source_of_tree(struct source_set *set, const char *dir, struct source **src, struct err *err);

/**
 * source_of_rev() - a commit of the set's repository: "HEAD", "v6.6.150", an id
 *
 * Return: 0; ERR_MISSING (no such repository or commit, which for a shallow one is said); ERR_INPUT
 * (no kernel, or objects are lacking).
 */
int source_of_rev(struct source_set *set, const char *rev, struct source **src, struct err *err);

/** source_set_local() - a set of the same places that asks no network and says nothing. */
struct source_set *source_set_local(const struct source_set *set);

/**
 * source_locate() - where source_open() would take a release from
 *
 * Nothing is fetched but apt's lists and kernel.org's signed list of digests. A source that isn't
 * local has a description and nothing else.
 */
int source_locate(struct source_set *set, const struct release *r, struct source **src,
		  struct err *err);
bool source_is_local(const struct source *src);

/** source_fetch_bytes() - what fetching it takes, about; 0 for what is local. */
uint64_t source_fetch_bytes(const struct source *src);

/** source_extracted() - would source_tree() return at once? */
bool source_extracted(struct source *src);

/** source_tree_bytes() - the bytes of its tree's files, about; a tree is walked through for it. */
uint64_t source_tree_bytes(struct source *src);

/** source_release() - which one it is, by its Makefile. */
const struct release *source_release(const struct source *src);

/**
 * source_commit() - where the history of what comes from a git repository is
 * @repo: its path
 *
 * Return: the commit as it was named, or NULL for what comes from elsewhere.
 */
const char *source_commit(const struct source *src, const char **repo);

/** source_search() - the search path of its set, or NULL. */
const char *source_search(const struct source *src);

/** source_provider() - the name of one, or "tree", "tarball" or "rev". */
const char *source_provider(const struct source *src);

/** source_describe() - "directory /srv/linux-6.6.150", for reports; owned by @src. */
const char *source_describe(const struct source *src);

/**
 * source_read() - read the files named in @paths in one pass
 * @fn: called once for each path found, in any order; @text is borrowed for the call. @mode is
 *	git's: 0100644, 0100755, or 0120000 for a symbolic link, whose text is its target, or
 *	SOURCE_NO_FILE for a directory and the like, which have no text. Anything but 0 ends the
 *	reading and is returned; @err is then @fn's to set
 *
 * A tarball is read through once, at most (of a .xz in blocks, as xz -T makes them, only the blocks
 * that are needed), and what was read is kept in <cache>/files; a tree and git read just these
 * files. A path that isn't there is no error. A link is not followed.
 */
int source_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		struct err *err);

/**
 * source_list() - releases of a branch that can be had without the network
 * @branch: "6.6"
 * @releases: names, sorted, without duplicates
 */
int source_list(struct source_set *set, const char *branch, struct strv *releases,
		struct err *err);

/**
 * source_tree() - a pristine tree of the release
 * @path: directory, owned by the caller; a user's own tree is returned as it stands
 *
 * Extracted once into <cache>/trees/linux-<release> (linux-source-6.1_6.1.192-2 for a package's),
 * under a temporary name that is renamed when
 * the last byte is on the disk, with a seal that tells a whole tree from a damaged one (release,
 * number of files, bytes); a tree without its seal is taken away and made anew. Entries of an
 * archive that would leave the folder (.., absolute, through a link) are refused.
 */
int source_tree(struct source *src, char **path, struct err *err);

/**
 * source_fingerprint() - what identifies the whole source, for content keys
 * @src: its tree was made or found by source_tree()
 * @hex: the manifest's fingerprint: the same for two copies of a tree, wherever they came from
 *
 * Of a tree that was extracted from a tarball or a repository the seal has it. A user's own is
 * looked at each time (half a second for 86,000 files), and read as a whole the first time.
 *
 * Return: 0, ERR_INTERRUPTED, ERR_SYSTEM.
 */
int source_fingerprint(struct source *src, char hex[HASH_HEX + 1], struct err *err);

/**
 * source_unseal() - a tree isn't as it was extracted: have it made anew when it is needed next
 * @cache: only a tree of this cache; a user's own is left alone
 */
void source_unseal(const char *cache, const char *tree);

/**
 * source_verify() - read every file of the extracted tree, and compare with its seal
 *
 * Return: 0; ERR_NOTFOUND when none was made; ERR_FINDING when it is damaged, and then it loses its
 * seal, so that source_tree() makes it anew; other errors.
 */
int source_verify(struct source *src, struct err *err);

#endif
