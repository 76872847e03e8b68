/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/package.h - Debian's packages linux-source-6.1: a release with Debian's patches
 *
 * For when the pristine one can't be had. Their tarballs keep names of their own.
 */
#ifndef STABLEQ_SOURCE_PACKAGE_H
#define STABLEQ_SOURCE_PACKAGE_H

#include "source/provider.h"

/** package_find_in() - the newest package of @src's release in @dirs, ready to be used */
int package_find_in(struct source *src, const struct strv *dirs, struct err *err);

/** package_unpack() - use a .deb, from whose inside the tarball is put into the cache */
int package_unpack(struct source *src, const char *deb, struct err *err);

/** package_name() - read linux-source-6.1_6.1.192-2.tar.xz, the .deb's name, or a tree's */
bool package_name(const char *file, char **variant, struct release *r);

#endif
