/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/tar.h - tarballs, read through or extracted
 */
#ifndef STABLEQ_SOURCE_TAR_H
#define STABLEQ_SOURCE_TAR_H

#include "source/provider.h"
#include "source/sink.h"

int source_tar_extract(struct source *src, struct sink *sink, struct err *err);

/** source_tar_read() - as source_read() */
int source_tar_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		    struct err *err);

/** source_tar_release() - fill in the release that the Makefile of a tarball names; ERR_INPUT */
int source_tar_release(struct source *src, struct err *err);

#endif
