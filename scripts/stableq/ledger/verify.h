/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ledger/verify.h - what the ledger says of a release, compared with the release
 */
#ifndef STABLEQ_LEDGER_VERIFY_H
#define STABLEQ_LEDGER_VERIFY_H

#include "ledger/ledger.h"
#include "source/source.h"

struct ledger_verified {
	struct release release;
	char *origin;		/* where its files came from, or NULL */
	char *error;		/* why it could not be read, or NULL */
	size_t checks;		/* facts and landings that were compared */
	size_t open;		/* landings that this release can't decide */
	struct strv mismatches;
};

/**
 * ledger_verify() - compare one release
 * @l: joined
 * @r: of a branch of the matrix
 * @v: filled in; ledger_verified_clear()
 *
 * Every fact of the branch's entries has to hold; every patch of its queue has to be merged from
 * the release on that the ledger names, and not before.
 * Return: 0, also with mismatches or when the release can't be had; ERR_INTERRUPTED.
 */
int ledger_verify(const struct ledger *l, struct source_set *set, const struct release *r,
		  struct ledger_verified *v, struct err *err);
void ledger_verified_clear(struct ledger_verified *v);

#endif
