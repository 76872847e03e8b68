/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/deb.h - what is inside Debian's packages linux-source-6.1
 */
#ifndef STABLEQ_SOURCE_DEB_H
#define STABLEQ_SOURCE_DEB_H

#include "source/provider.h"

/** deb_unpack() - write the tarball inside a linux-source .deb to @to, which must be temporary */
int deb_unpack(struct source *src, const char *deb, const char *to, struct err *err);

#endif
