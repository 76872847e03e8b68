/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/dir.h - trees and tarballs in $STABLEQ_SOURCES and in the cache
 */
#ifndef STABLEQ_SOURCE_DIR_H
#define STABLEQ_SOURCE_DIR_H

#include "source/provider.h"

extern const struct source_provider provider_directory;

#endif
