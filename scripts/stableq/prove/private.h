/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prove/private.h - what the files of the room share
 */
#ifndef STABLEQ_PROVE_PRIVATE_H
#define STABLEQ_PROVE_PRIVATE_H

#include "prove/prove.h"

/** prove_result_words() - "proven", or why not, as people would say it. */
const char *prove_result_words(enum prove_result r);

/** prove_row_good() - was it shown that the fix works, ours or the release's own? */
bool prove_row_good(const struct prove_row *row);

/** prove_row_finding() - is something not as it should be? What was skipped says nothing. */
bool prove_row_finding(const struct prove_row *row);

/**
 * prove_markdown() - a table: a line a fix, a column a release; then what is not as it should be.
 */
void prove_markdown(struct out *out, const struct prove *p);

#endif
