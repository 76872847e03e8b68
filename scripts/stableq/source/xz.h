/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/xz.h - an .xz of many blocks, from any of which on it can be decoded
 *
 * xz -T writes such blocks, with an index of them at the end (The .xz File Format, tukaani.org).
 */
#ifndef STABLEQ_SOURCE_XZ_H
#define STABLEQ_SOURCE_XZ_H

#include <lzma.h>

#include "base/err.h"

struct xz_block {
	uint64_t at, size;	/* in the file; the size with its padding */
	uint64_t unpadded;
	uint64_t uat, usize;	/* decoded */
	lzma_check check;
};

struct xz {
	const char *path;	/* borrowed */
	FILE *f;
	struct xz_block *b;	/* as the index says */
	size_t n;
};

/**
 * xz_open() - read the index
 * @x: closed by xz_close() whatever is returned
 *
 * Return: 0; ERR_NOTFOUND when it is no .xz, damaged, or of more blocks than a kernel's has.
 */
int xz_open(struct xz *x, const char *path, struct err *err);
void xz_close(struct xz *x);

struct xz_stream;

/** xz_stream_new() - nothing can be read before xz_seek(). Freed by xz_stream_free(). */
struct xz_stream *xz_stream_new(const struct xz *x);
void xz_stream_free(struct xz_stream *s);

/** xz_seek() - go to the beginning of a block */
int xz_seek(struct xz_stream *s, size_t block, struct err *err);

/**
 * xz_read() - decode on, over the ends of blocks
 * @got: at most @n bytes; 0 at the end of all
 *
 * Return: 0; ERR_INPUT when the file is damaged; ERR_SYSTEM.
 */
int xz_read(struct xz_stream *s, void *to, size_t n, size_t *got, struct err *err);

/** xz_skip() - to a decoded offset further on; ERR_INPUT when it ends before */
int xz_skip(struct xz_stream *s, uint64_t to, struct err *err);

#endif
