/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/aptlist.h - the archives that a machine's apt knows, and which of them are Debian's
 */
#ifndef STABLEQ_SOURCE_APTLIST_H
#define STABLEQ_SOURCE_APTLIST_H

#include "base/str.h"

/*
 * Each is a stanza as a .sources file has it, deb822(5), without its Types: the fields that say
 * where an archive is and how it is checked, as they stand on this machine.
 */

/** apt_parse_list() - add what a one-line file has: deb [options] uri suite component... */
void apt_parse_list(struct strv *archives, struct span text);

/** apt_parse_deb822() - add what a .sources file has */
void apt_parse_deb822(struct strv *archives, struct span text);

/**
 * apt_pick() - keep Debian's
 * @origins: lines "uri suite origin", what apt knows from the Release files that it has
 *
 * An archive is Debian's when its Release file says "Origin: Debian". Where apt has none yet, it is
 * when it must be signed by Debian's archive keyring; and if there is none of these either, those
 * are kept of which nothing is known, neither origin nor key. Others are never asked for sources.
 */
void apt_pick(struct strv *archives, struct span origins);

/** apt_format() - as one .sources file, each of @type: "deb-src" or "deb" */
void apt_format(const struct strv *archives, const char *type, struct str *to);

#endif
