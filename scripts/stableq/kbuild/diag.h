/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kbuild/diag.h - what make, the compilers and the linker said, line by line
 */
#ifndef STABLEQ_KBUILD_DIAG_H
#define STABLEQ_KBUILD_DIAG_H

#include "base/str.h"

struct kbuild_diag {
	/* in: real paths, for names relative to the source or the object directory */
	const char *tree;
	const char *obj;

	/* out, in the order of arrival */
	struct strv warnings;	/* "fs/nfsd/state.h:12: warning: text" */
	struct strv errors;	/* the same with "error:"; what the linker misses; make's own */
	struct strv failed;	/* targets that make gave up on: "fs/nfsd/state.o: Error 1" */
	struct strv units;	/* objects that were compiled: "fs/nfsd/state.o" */
	struct strv missing;	/* programs, headers and libraries that this machine lacks */
	/* errors of this machine: no memory, no process, the compiler cache */
	struct strv host;
	unsigned int host_remarks;	/* warnings of make, ccache, a shell */
	bool skew;		/* make met files that are dated in the future */
	unsigned int link_remarks;	/* of the linker about its own work (RWX, GNU-stack) */
	bool no_space;		/* a disk is full */
	bool killed;		/* a compiler was killed: no memory */

	/* called for each warning and each unit as it arrives; may be NULL */
	void (*on_warning)(void *ctx, const char *warning);
	void (*on_unit)(void *ctx);
	void *ctx;

	struct str line;	/* begun, its end hasn't arrived yet */
	char *function;		/* the linker's last "in function" */
};

/** kbuild_diag_feed() - a piece of output, cut anywhere. */
void kbuild_diag_feed(struct kbuild_diag *d, const char *p, size_t n);
/** kbuild_diag_end() - the last line, if it has no newline. */
void kbuild_diag_end(struct kbuild_diag *d);
void kbuild_diag_free(struct kbuild_diag *d);

/**
 * kbuild_package() - the Debian package that brings a program, header or library
 * @what: "flex", "gelf.h", "-lelf", a cross compiler
 *
 * Return: its name or NULL.
 */
const char *kbuild_package(const char *what);

#endif
