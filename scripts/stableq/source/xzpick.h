/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/xzpick.h - a few files out of a large .tar.xz
 */
#ifndef STABLEQ_SOURCE_XZPICK_H
#define STABLEQ_SOURCE_XZPICK_H

#include "source/pick.h"
#include "source/provider.h"

/**
 * source_xz_read() - read files from a .xz of many blocks without decoding all of it
 * Return: 0; ERR_NOTFOUND when this archive cannot be read so; other errors.
 */
int source_xz_read(struct source *src, struct pick *p, struct err *err);

#endif
