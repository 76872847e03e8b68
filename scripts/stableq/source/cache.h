/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/cache.h - files of tarballs that were read before, and the paths they don't have
 */
#ifndef STABLEQ_SOURCE_CACHE_H
#define STABLEQ_SOURCE_CACHE_H

#include "source/provider.h"

struct file_cache;

/** file_cache_open() - what is known of @src's tarball; freed by file_cache_free(); or NULL */
struct file_cache *file_cache_open(struct source *src);
void file_cache_free(struct file_cache *c);

/** file_cache_get() - 0: found, @text and @mode filled in; 1: known to be absent; -1: unknown */
int file_cache_get(struct file_cache *c, const char *path, struct str *text, unsigned int *mode);

/** file_cache_put() - remember a file; that it can't be written is no error. */
void file_cache_put(struct file_cache *c, const char *path, struct span text, unsigned int mode);
void file_cache_put_absent(struct file_cache *c, const char *path);

#endif
