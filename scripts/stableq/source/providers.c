// SPDX-License-Identifier: GPL-2.0-only
#include "source/providers.h"

/* Each is a file of its own that defines provider_<name>. The first that has a release wins. */
#define PROVIDERS(p)										\
	p(directory)		/* trees and tarballs in $STABLEQ_SOURCES and in the cache */	\
	p(git)			/* a repository, bare or not, with tags v6.6.150 */		\
	p(package)		/* Debian's linux-source-6.1 on this machine, or its tarball */	\
	p(debian)		/* the Debian archive's original tarballs, through apt */	\
	p(kernelorg)		/* tarballs by HTTPS, checked by the signed sha256sums.asc */	\
	p(debian_package)	/* the archive's newest linux-source-6.1 of the release */

#define DECLARE(name) extern const struct source_provider provider_##name;
#define ENTRY(name) &provider_##name,

PROVIDERS(DECLARE)

const struct source_provider *const source_providers[] = { PROVIDERS(ENTRY) NULL };
