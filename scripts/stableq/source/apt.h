/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/apt.h - apt under a configuration of our own
 *
 * Everything stands below <cache>/apt: configuration, lists, state, downloads. The machine's own
 * configuration and lists are only read. Which archives are asked follows from the machine's own
 * sources: see apt_pick() in source/aptlist.h.
 */
#ifndef STABLEQ_SOURCE_APT_H
#define STABLEQ_SOURCE_APT_H

#include "base/str.h"
#include "source/progress.h"

/* Debian's archive lists sources (the original tarballs) apart from binary packages. */
enum apt_kind { APT_SOURCES, APT_PACKAGES, APT_KINDS };

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
