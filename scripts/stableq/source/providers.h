/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/providers.h - all there are
 */
#ifndef STABLEQ_SOURCE_PROVIDERS_H
#define STABLEQ_SOURCE_PROVIDERS_H

#include "source/provider.h"

/* In the order in which they are asked; ends with NULL. */
extern const struct source_provider *const source_providers[];

#endif
