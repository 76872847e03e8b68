/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ledger/explain.h - one fix with all that belongs to it: its row, its patches, proofs and mutants
 */
#ifndef STABLEQ_LEDGER_EXPLAIN_H
#define STABLEQ_LEDGER_EXPLAIN_H

#include "ledger/ledger.h"
#include "out/out.h"

/**
 * ledger_select() - the fixes that somebody means, in the ledger's order
 * @words: each a fix's name, its CVE, 7 digits or more of its commit, the name of its proof, or a
 *	part of its subject or of a patch's or proof's name
 * @some: gets them; borrows from @l, and its fixes is the caller's to free
 *
 * Return: 0, or ERR_INPUT when a word means none; the message has the nearest name.
 */
int ledger_select(const struct ledger *l, size_t n, char **words, struct ledger *some,
		  struct err *err);

/** ledger_is_of() - is a proof about the fix? */
bool ledger_is_of(const struct ledger_fix *f, size_t nbranches, const struct matrix_proof *p);

/** ledger_explain() - for people. */
void ledger_explain(struct out *out, const struct ledger *l, const struct ledger_fix *f);

#endif
