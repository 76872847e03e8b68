/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ledger/compare.h - where a CVE record and the ledger disagree
 */
#ifndef STABLEQ_LEDGER_CVE_H
#define STABLEQ_LEDGER_CVE_H

#include "ledger/cve.h"
#include "ledger/ledger.h"

struct cve_difference {
	const char *kind;	/* "status", "release", "commit", "score", "files", "unknown" */
	char *detail;		/* for people: what the record says, what the ledger says */
};

struct cve_compared {
	const struct ledger_fix *fix;	/* NULL: the ledger has none of that CVE */
	struct cve_difference *v;
	size_t n;
};

/** ledger_compare() - all differences; cve_compared_clear(). */
void ledger_compare(const struct ledger *l, const struct cve_record *c, struct cve_compared *d);
void cve_compared_clear(struct cve_compared *d);

#endif
