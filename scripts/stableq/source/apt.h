/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/apt.h - apt under a configuration of our own, for source/debian.c
 *
 * Everything stands below <cache>/apt: configuration, lists, state, downloads. The machine's own
 * configuration and lists are only read. Which archives are asked follows from the machine's own
 * sources: see apt_pick().
 */
#ifndef STABLEQ_SOURCE_APT_H
#define STABLEQ_SOURCE_APT_H

#include "source/private.h"

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

/**
 * apt_setup() - write the private configuration from the machine's own
 * @dir: <cache>/apt, or <cache>/apt/packages
 * @kind: which lists it is for; each kind has a directory of its own, so that whoever finds the
 *	original never fetches the lists of packages
 * @changed: the archives are others than before, or there are no lists yet
 *
 * Return: 0, ERR_MISSING (no apt, no Debian archive among the sources), others.
 */
int apt_setup(struct source_set *set, const char *dir, enum apt_kind kind, bool *changed,
	      struct err *err);

/**
 * apt_run() - run an apt program under the private configuration
 * @argv: NULL terminated
 * @cwd: where a download goes; or NULL
 * @progress: gets bytes done of its total; or NULL
 * @silence: seconds without any progress before it is given up; 0: none
 * @out: standard output; or NULL
 *
 * Return: as child_check(), with apt's first complaint; ERR_TIMEOUT on silence.
 */
int apt_run(const char *dir, const char *const *argv, const char *cwd,
	    struct source_progress *progress, unsigned int silence, struct str *out,
	    struct err *err);

#endif
