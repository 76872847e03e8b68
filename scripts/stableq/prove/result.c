// SPDX-License-Identifier: GPL-2.0-only
/*
 * prove/result.c - what came of a proof, in one word or several
 */
#include "prove/private.h"

const char *prove_result_name(enum prove_result r)
{
	static const char *const names[] = {
		[PROVE_PROVEN] = "proven",
		[PROVE_PASSES_ON_BASE] = "passes-on-base",
		[PROVE_OTHER_REASON] = "other-reason",
		[PROVE_FAILS_WITH_PATCH] = "fails-with-patch",
		[PROVE_FIXED_HERE] = "fixed-here",
		[PROVE_NOT_FIXED] = "not-fixed",
		[PROVE_NO_PROOF] = "no-proof",
		[PROVE_SKIP] = "skip",
		[PROVE_ERROR] = "error",
		[PROVE_FLAKY] = "flaky",
	};

	return names[r];
}

const char *prove_result_words(enum prove_result r)
{
	static const char *const names[] = {
		[PROVE_PROVEN] = "proven",
		[PROVE_PASSES_ON_BASE] = "not proven: passes on the base",
		[PROVE_OTHER_REASON] = "fails for another reason",
		[PROVE_FAILS_WITH_PATCH] = "fails with the patch",
		[PROVE_FIXED_HERE] = "fixed here, verified",
		[PROVE_NOT_FIXED] = "merged, but not fixed",
		[PROVE_NO_PROOF] = "no proof",
		[PROVE_SKIP] = "skipped",
		[PROVE_ERROR] = "error",
		[PROVE_FLAKY] = "flaky",
	};

	return names[r];
}

bool prove_row_good(const struct prove_row *row)
{
	return row->result == PROVE_PROVEN || row->result == PROVE_FIXED_HERE;
}

bool prove_row_finding(const struct prove_row *row)
{
	return !prove_row_good(row) && row->result != PROVE_SKIP;
}
