/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prove/changelog.h - what a proof showed, in the changelog of the patch that it proves
 */
#ifndef STABLEQ_CHANGELOG_H
#define STABLEQ_CHANGELOG_H

#include "prove/prove.h"

/**
 * changelog_put() - put a paragraph into a patch's message, in the place of the one before
 * @path: the patch
 * @paragraph: by changelog_paragraph()
 * @changed: was the file written? It isn't if it says just that already
 *
 * The paragraph stands before the first trailer or note, and ends where its indented lines do.
 * Nothing else of the file changes; it is written to a temporary name and renamed.
 * Return: 0, ERR_INPUT (no message that ends with "---"), what fs_read() and fs_write() say.
 */
int changelog_put(const char *path, const char *paragraph, bool *changed, struct err *err);

/**
 * changelog_paragraph() - which case fails how without the patch
 * @where: "6.6.150 (um-proof)"
 * @test_case: "SUITE.CASE"
 * @told: lines by splat_digest()
 */
char *changelog_paragraph(const char *where, const char *test_case, const char *told);

/**
 * changelog_write() - put what was proven into the queues
 * @p: after prove_run()
 *
 * Of patches that serve the branch's base what the base showed, of variants what their release did.
 */
int changelog_write(const struct prove *p, struct err *err);

#endif
