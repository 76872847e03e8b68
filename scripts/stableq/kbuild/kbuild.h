/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kbuild/kbuild.h - configures and builds a kernel; says what went wrong where
 */
#ifndef STABLEQ_KBUILD_H
#define STABLEQ_KBUILD_H

#include "base/arch.h"
#include "base/child.h"
#include "out/out.h"

struct kbuild {
	/* in */
	const struct arch *arch;
	const char *toolchain;		/* "gcc" or "clang" */
	const char *tree;		/* source */
	const char *obj;		/* object directory, made if need be and kept */
	const struct strv *fragments;	/* paths, in order */
	const struct strv *more;	/* warnings: "W=1", "sparse"; NULL: just the usual ones */
	const struct strv *sources;	/* just their objects, by kbuild_reach(); NULL: the image */
	const char *ccache_dir;		/* NULL: ccache's own default */
	unsigned int jobs;		/* 0: as many as CPUs */
	unsigned int timeout_ms;
	const char *log;		/* whole output */
	struct out *out;		/* progress line */
	const char *label;		/* for it: "6.12.107 um-kasan base" */
	double estimate;		/* seconds, < 0 unknown */

	/* out */
	char *image;			/* path; NULL when only objects were made */
	struct strv objects;		/* that the configuration has of the sources */
	/* Those of the tree as it stands, also from files that needed no compiling this time. */
	struct strv warnings;		/* "fs/nfsd/state.h:12: warning: text", sorted, unique */
	struct strv errors;		/* the same with "error:"; in the order of arrival */
	unsigned int units;		/* objects that were compiled this time */
	unsigned int link_remarks;	/* of the linker: RWX segments, GNU-stack; no warnings */
	double seconds;
};

/**
 * kbuild_config() - make the configuration from the fragments
 *
 * allnoconfig plus the fragments, merged by the kernel's own scripts/kconfig/merge_config.sh; then
 * every symbol that a fragment asks for is looked up in the result. One that fell out or has
 * another value is ERR_INPUT: the symbol, the fragment with its line, what became of it and, where
 * it can be told, an unmet dependency. An unchanged configuration keeps its time stamp, and make
 * is not run for it: fragments, toolchain and the Kconfig files' bytes decide.
 *
 * Return: 0; ERR_INPUT; ERR_FINDING when the tree's Kconfig is broken; ERR_MISSING, ERR_SYSTEM.
 */
int kbuild_config(struct kbuild *b, struct err *err);

/**
 * kbuild_make() - build the image, or the objects of some sources
 *
 * With ccache (when it is in PATH), fixed KBUILD_BUILD_TIMESTAMP/USER/HOST, and the release in
 * autoconf.h's comment normalised, so that another SUBLEVEL hits the cache. For that the way from
 * @b->obj to @b->tree has to be the same for every release ("../src"): ccache makes names
 * relative, and the names are part of what it looks up.
 *
 * A build that was killed leaves a mark; the next one takes away what may have been written only
 * by half.
 *
 * Return: 0; ERR_FINDING when the compiler or linker failed (@b->errors has them with file and
 * line); ERR_MISSING for a tool that isn't there or an object directory that another stableq is
 * using; ERR_SYSTEM for what no kernel can be blamed for: a full disk, no memory, no process, a
 * make that says nothing, a clock that was set back while it ran; ERR_TIMEOUT, ERR_INTERRUPTED.
 */
int kbuild_make(struct kbuild *b, struct err *err);
void kbuild_free(struct kbuild *b);

/** kbuild_skewed() - did make, the last time, meet files dated in the future in this directory? */
bool kbuild_skewed(const char *obj);

/** kbuild_new_warnings() - those of @now that @before doesn't have, line numbers disregarded. */
void kbuild_new_warnings(const struct strv *before, const struct strv *now, struct strv *fresh);

/**
 * kbuild_toolchain_id() - for content keys
 *
 * "gcc (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40"
 * Return: 0, ERR_MISSING naming the package, ERR_SYSTEM.
 */
int kbuild_toolchain_id(const struct arch *arch, const char *toolchain, char **id, struct err *err);

/**
 * kbuild_warnings_id() - the same of what a cell's warnings need beside the compiler: "W=1, 0.6.4"
 */
int kbuild_warnings_id(const struct strv *warnings, char **id, struct err *err);

#endif
