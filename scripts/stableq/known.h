/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * known.h - what stored boots show of a proof on a release as it is, without running anything
 */
#ifndef STABLEQ_KNOWN_H
#define STABLEQ_KNOWN_H

#include "proof.h"
#include "store.h"

/**
 * known_proof() - was a proof booted on a release without any patch, and what came of it?
 * @s: from store_open() or store_look()
 * @branch: the release's
 * @release: its name, "6.12.117"
 * @source: source_fingerprint() of it: what was seen of another source is no evidence
 * @proof: one with a suite; the proofs that were booted must be those that are there now
 * @f: judged now, by the claims and known splats as they are; proof_finding_clear() after 0
 * @cell: where that was, owned by the caller
 *
 * Of several cells one that has a result counts, and before others one where the proof doesn't
 * pass. Return: 0; ERR_NOTFOUND when nothing is known; ERR_INPUT, ERR_SYSTEM.
 */
int known_proof(struct store *s, const struct matrix *m, const struct matrix_branch *branch,
		const char *release, const char *source, const struct matrix_proof *proof,
		struct proof_finding *f, char **cell, struct err *err);

#endif
