/* SPDX-License-Identifier: GPL-2.0-only */
/* patch/apply.h - all files of a patch, one after the other */
#ifndef STABLEQ_PATCH_APPLY_H
#define STABLEQ_PATCH_APPLY_H

#include "patch/pick.h"

/** apply_files() - apply them to @a->now. Return: 0, ERR_FINDING, or an error of load. */
int apply_files(struct applying *a, struct file_outcome *out);

#endif
