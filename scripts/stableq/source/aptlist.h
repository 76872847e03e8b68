/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/aptlist.h - the archives that a machine's apt knows, and which of them are Debian's
 */
#ifndef STABLEQ_SOURCE_APTLIST_H
#define STABLEQ_SOURCE_APTLIST_H

#include "base/str.h"

/* One archive and suite of the machine's sources. */
struct apt_entry {
	char *uri;		/* ends with a slash */
	char *suite;
	struct strv components;
	char *signed_by;	/* raw, perhaps a key of many lines; or NULL */
	struct strv options;	/* further fields that are kept: "Check-Valid-Until: no" */
};

struct apt_sources {
	struct apt_entry *e;
	size_t n;
};

void apt_sources_free(struct apt_sources *s);

/** apt_parse_list() - add the entries of a one-line file: deb [options] uri suite component... */
void apt_parse_list(struct apt_sources *s, struct span text);

/** apt_parse_deb822() - add the entries of a .sources file */
void apt_parse_deb822(struct apt_sources *s, struct span text);

/**
 * apt_pick() - keep the entries that are Debian's archive
 * @origins: lines "uri suite origin", what apt knows from the Release files that it has
 *
 * An entry is Debian's when its Release file says "Origin: Debian". Where apt has none yet, it is
 * when it must be signed by Debian's archive keyring; and if there is none of these either, those
 * are kept of which nothing is known, neither origin nor key. Others are never asked for sources.
 */
void apt_pick(struct apt_sources *s, struct span origins);

/** apt_format() - as one deb822 file, each entry of @type: "deb-src" or "deb" */
void apt_format(const struct apt_sources *s, const char *type, struct str *to);

#endif
