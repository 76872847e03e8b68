/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/private.h - what the files of the source room share; nobody else includes it
 */
#ifndef STABLEQ_SOURCE_PRIVATE_H
#define STABLEQ_SOURCE_PRIVATE_H

#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "source/progress.h"
#include "source/source.h"

/* A tree of 6.12 has 1.6 GB, 5,000 directories of at most 11 steps and names of 100 bytes. */
#define SOURCE_TREE_MAX (8LL << 30)
#define SOURCE_DEPTH_MAX 64
#define SOURCE_PATH_MAX 1024

struct archive;
struct archive_entry;

/* source.c */
void source_set_tar(struct source *src, const char *path);

/* source/dir.c */
int source_dir_find(struct source_set *set, struct source *src, bool fetch, struct err *err);
int source_dir_list(struct source_set *set, const char *branch, struct strv *to, struct err *err);
int source_dir_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		    struct err *err);
/** source_dir_tarball() - a tarball of @name in @dir, by any name it may have; owned by caller */
char *source_dir_tarball(const char *dir, const struct source *src);

void source_dir_search(struct source_set *set, struct strv *dirs);

/* source/git.c */
int source_git_find(struct source_set *set, struct source *src, bool fetch, struct err *err);
int source_git_list(struct source_set *set, const char *branch, struct strv *to, struct err *err);
int source_git_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		    struct err *err);
struct sink;
int source_git_extract(struct source *src, struct sink *sink, struct err *err);
void source_git_close(struct source_set *set);

/* source/debian.c */
int source_debian_find(struct source_set *set, struct source *src, bool fetch, struct err *err);

int source_debian_package_find(struct source_set *set, struct source *src, bool fetch,
			       struct err *err);

/*
 * source/package.c - Debian's packages linux-source-6.1: a release with Debian's patches, for when
 * the pristine one can't be had. Their tarballs keep names of their own.
 */
int source_package_find(struct source_set *set, struct source *src, bool fetch, struct err *err);
/** package_find_in() - the newest package of @src's release in @dirs, ready to be used */
int package_find_in(struct source *src, const struct strv *dirs, struct err *err);
/** package_unpack() - use a .deb, from whose inside the tarball is put into the cache */
int package_unpack(struct source *src, const char *deb, struct err *err);
/** package_name() - read linux-source-6.1_6.1.192-2.tar.xz, the .deb's name, or a tree's */
bool package_name(const char *file, char **variant, struct release *r);

/* source/deb.c */
/** deb_unpack() - write the tarball inside a linux-source .deb to @to, which must be temporary */
int deb_unpack(struct source *src, const char *deb, const char *to, struct err *err);

/* source/kernelorg.c */
int source_kernelorg_find(struct source_set *set, struct source *src, bool fetch,
			  struct err *err);

/*
 * source/keys.c - keys that are known by their fingerprints, looked up where their owners publish
 * them
 */
struct key_pin {
	const char *from;	/* a mail address, looked up by WKD; or a URL, which gpg fetches */
	const char *fingerprint;	/* of the primary key: 40 digits, upper case */
	bool needed;		/* without it there is no keyring; the others are left out */
};

/* Ends with a NULL. The first signs sha256sums.asc, the others the releases. */
extern const struct key_pin source_kernelorg_pins[];

/**
 * source_keys_fetch() - make a keyring of the pinned keys
 * @pins: ends with a NULL
 * @work: directory in which gpg gets a home of its own for as long as this takes
 * @keyring: file that gets these keys and no others, whole or not at all
 * @patience: seconds that a server may be silent
 * @out: progress, and a warning for each key that is left out; or NULL
 *
 * Return: 0; ERR_FINDING when another key than the pinned one came, or one that has expired or was
 * revoked (the message says what was expected and what came); ERR_NOTFOUND when none came;
 * ERR_MISSING, ERR_TIMEOUT, ERR_INTERRUPTED, ERR_SYSTEM.
 */
int source_keys_fetch(const struct key_pin *pins, const char *work, const char *keyring,
		      unsigned int patience, struct out *out, struct err *err);

/*
 * source/sign.c
 */
/**
 * source_sign_check() - check a release's own signature
 * @keyring: for gpgv
 * @sign: the signature's file
 * @xz: the tarball, over whose uncompressed bytes it is; they are written beside it for a while
 *
 * Return: 0; also, with a warning, when the keyring lacks its key; ERR_INPUT when it isn't good.
 */
int source_sign_check(struct source *src, const char *keyring, const char *sign, const char *xz,
		      struct err *err);

/*
 * source/sink.c - files made below one directory, and never anywhere else: each step of a path is
 * opened without following links, whatever was written before.
 */
struct sink_count {
	uint64_t files;		/* regular files and links */
	uint64_t dirs;
	uint64_t bytes;		/* of regular files */
	uint64_t left_out;	/* of a git repository that lacks them */
};

struct sink *sink_new(const char *root, struct err *err);
void sink_free(struct sink *s);
const struct sink_count *sink_count(const struct sink *s);
void sink_left_out(struct sink *s);
int sink_dir(struct sink *s, const char *path, unsigned int mode, struct err *err);
/** sink_open() - a new file; @fd is closed by sink_close(), which also sets mode and time */
int sink_open(struct sink *s, const char *path, int *fd, struct err *err);
int sink_write(struct sink *s, int fd, const char *path, const void *p, size_t n,
	       struct err *err);
int sink_close(struct sink *s, int fd, const char *path, unsigned int mode, time_t mtime,
	       struct err *err);
int sink_symlink(struct sink *s, const char *path, const char *target, struct err *err);
int sink_hardlink(struct sink *s, const char *path, const char *target, struct err *err);

/** path_inside() - does @path name something below a root: relative, no "..", not empty? */
bool path_inside(const char *path);

/* source/tar.c */
int source_tar_extract(struct source *src, struct sink *sink, struct err *err);
int source_tar_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		    struct err *err);
/** source_tar_release() - fill in the release that the Makefile of a tarball names; ERR_INPUT */
int source_tar_release(struct source *src, struct err *err);

/*
 * The files that are wanted from an archive. Archives of kernels are sorted: as git does, for which
 * "perf-security.rst" comes before "perf/" and what is in it; name by name, for which it comes
 * after both; or, as Debian's linux-source, as lines of a list, for which it stands between them.
 */
typedef int (*path_order_fn)(const char *a, const char *b);
int path_order_git(const char *a, const char *b);
int path_order_names(const char *a, const char *b);
int path_order_lines(const char *a, const char *b);

struct pick {
	char **paths;		/* sorted by @order, unique; borrowed strings */
	path_order_fn order;
	bool *seen;
	size_t n, left;
	struct str prev;	/* path of the entry before */
	bool unsorted;		/* an entry came before its predecessor */
	bool stop_past;		/* the order is relied on: end at the first past the last wanted */
	source_file_fn fn;
	void *ctx;
};

/** pick_reorder() - drop what was seen, and go on in another order */
void pick_reorder(struct pick *p, path_order_fn order);

/** pick_entry() - look at one entry; > 0: nothing more is wanted from here on */
int pick_entry(struct pick *p, const char *tarball, struct archive *a, struct archive_entry *e,
	       struct err *err);

/**
 * source_filters() - let an archive be compressed by xz, gzip, bzip2 and zstd, by nothing else
 *
 * Return: 0, or ERR_MISSING when libarchive would run a program for one of them.
 */
int source_filters(struct archive *a, const char *path, struct err *err);

/** source_one_filter() - once opened: compressed once at most? Else ERR_INPUT. */
int source_one_filter(struct archive *a, const char *path, struct err *err);

/**
 * tar_path() - an entry's path without its first component
 * Return: 0; ERR_NOTFOUND for the first component itself; ERR_INPUT when it would leave the folder.
 */
int tar_path(const char *tarball, const char *name, struct str *path, struct err *err);

/* source/xz.c */
/**
 * source_xz_read() - read files from a .xz of many blocks without decoding all of it
 * Return: 0; ERR_NOTFOUND when this archive cannot be read so; other errors.
 */
int source_xz_read(struct source *src, struct pick *p, struct err *err);

/* source/cache.c - files of tarballs that were read before, and the paths they don't have */
struct file_cache;
struct file_cache *file_cache_open(struct source *src);
void file_cache_free(struct file_cache *c);
/** file_cache_get() - 0: found, @text and @mode filled in; 1: known to be absent; -1: unknown */
int file_cache_get(struct file_cache *c, const char *path, struct str *text, unsigned int *mode);
void file_cache_put(struct file_cache *c, const char *path, struct span text, unsigned int mode);
void file_cache_put_absent(struct file_cache *c, const char *path);

/* source/tree.c */
/**
 * source_tree_find() - the sealed tree of @src's release, if @id fits too (NULL: any)
 * @origin: the id that its seal has; owned by the caller; or NULL
 */
bool source_tree_find(struct source *src, const char *id, char **path, char **origin);

#endif
