/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/opts.h - what those who ask for sources and those who provide them both know
 */
#ifndef STABLEQ_SOURCE_OPTS_H
#define STABLEQ_SOURCE_OPTS_H

#include "base/str.h"
#include "out/out.h"

struct key_pin;

/* What the providers need to know; every pointer is borrowed for the life of the set. */
struct source_opts {
	const char *cache;	/* cache root: <cache>/sources, <cache>/trees */
	const char *search;	/* $STABLEQ_SOURCES, or NULL */
	const char *git;	/* repository the user named, or NULL */
	const char *mirror;	/* instead of kernel.org's; v6.x/ is below it */
	const char *keyring;	/* for gpgv; NULL: the usual places */
	const struct key_pin *pins;	/* the keys that are looked up; NULL: kernel.org's */
	bool offline;		/* only what is on this machine */
	unsigned int patience;	/* seconds a provider may be silent; 0: 8 */
	struct out *out;	/* progress, and a warning for each provider out of reach */
};

/* Gets each file that is read; see source_read(). */
typedef int (*source_file_fn)(void *ctx, const char *path, struct span text, unsigned int mode);

/* Its @mode is git's; the last is for what has no text, a directory and the like. */
#define MODE_FILE 0100644
#define MODE_EXEC 0100755
#define MODE_LINK 0120000
#define SOURCE_NO_FILE 0040000

/* No kernel file comes near this; an archive that claims so is damaged or hostile. */
#define SOURCE_FILE_MAX ((size_t)256 << 20)

#endif
