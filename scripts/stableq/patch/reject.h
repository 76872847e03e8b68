/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch/reject.h - the hunks that didn't go in, as GNU patch leaves them in a file's .rej
 */
#ifndef STABLEQ_REJECT_H
#define STABLEQ_REJECT_H

#include "patch/patch.h"

/**
 * reject_add() - the hunks of one file that failed
 * @p: the patch that @o is about
 * @o: its path is the file's; ".rej" is added to that
 * @to: gets two lines with the file's names and the hunks; nothing, if all went in
 */
void reject_add(const struct patch *p, const struct file_outcome *o, struct str *to);

#endif
