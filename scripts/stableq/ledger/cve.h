/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ledger/cve.h - a CVE record (JSON 5), as far as it says which kernels have a bug
 */
#ifndef STABLEQ_CVE_H
#define STABLEQ_CVE_H

#include "base/err.h"
#include "base/release.h"
#include "base/str.h"

/* One entry of affected[].versions[], of version type semver or without one. */
struct cve_range {
	bool affected;
	bool range;		/* from..to; else exactly from */
	bool until;		/* to itself is outside: lessThan, not lessThanOrEqual */
	struct release from, to;
	bool one_branch;	/* to is "6.12.*" */
	char *text;		/* from, as written */
};

struct cve_record {
	char *path;
	char *id;
	char score[8];		/* "9.8", or "" */
	bool affected_else;	/* defaultStatus of the entry with releases */
	bool has_releases;
	struct cve_range *ranges;
	size_t nranges;
	struct strv commits;	/* those that fixed it, mainline and stable */
	struct strv culprits;	/* those that brought it */
	struct strv files;	/* programFiles */
};

/**
 * cve_load() - read a record
 * @err: "file: what is wrong"
 *
 * Refused: what isn't JSON, isn't a CVE record, was rejected, or isn't about Linux.
 * Return: 0, ERR_INPUT, ERR_NOTFOUND, ERR_SYSTEM. cve_free() also after an error.
 */
int cve_load(struct cve_record *c, const char *path, struct err *err);

/** cve_parse() - the same from a file's bytes. */
int cve_parse(struct cve_record *c, const char *name, struct span text, struct err *err);
void cve_free(struct cve_record *c);

/** cve_affects() - is a release affected, by the record's own rules? */
bool cve_affects(const struct cve_record *c, const struct release *r);

#endif
