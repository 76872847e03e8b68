/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * queue.h - a quilt queue: the series file, and what the patches' headers say
 */
#ifndef STABLEQ_QUEUE_H
#define STABLEQ_QUEUE_H

#include "patch.h"

enum probe_kind {
	PROBE_FIXED,
	PROBE_AFFECTED,
};

/* "Probe-fixed: PATH: [N x ]TEXT": TEXT stands in PATH; runs of white space compare as one. */
struct probe {
	enum probe_kind kind;
	unsigned int count;	/* 0: at least once; else fixed: at least, affected: exactly */
	char *path;
	char *text;
};

struct queue_patch {
	char *file;		/* as the series names it, "foo.patch" or "sub/foo.patch" */
	unsigned int line;	/* in the series file */
	unsigned int strip;	/* from the series line; 1 unless -p says otherwise */
	bool reverse;		/* -R */
	struct patch patch;
	char hash[65];		/* SHA-256 of the file's bytes */

	/* from the mail header */
	char *subject;		/* without [PATCH] prefixes */
	char *upstream;		/* commit id, abbreviated or full; NULL if none */
	char *fixes;
	char *link;
	char *cve;
	struct probe *probes;
	size_t nprobes;
	struct strv requires;	/* files of patches that have to stand before */
};

struct queue {
	char *dir;		/* as given: "queue-6.1" */
	char *series;		/* path of the series file */
	struct queue_patch *patches;
	size_t n;
};

/**
 * queue_load() - read a series file and all its patches
 * @q: filled in; queue_free() also after an error
 * @dir: directory of the queue
 * @series: name of the series file in it, NULL for "series"
 * @err: "queue-6.1/series:7: no such patch: foo.patch"
 *
 * Quilt's rules: '#' begins a comment at the start of a line or after white space, blank lines
 * are ignored, -pN/-pab/-R follow the name, sub-folders are allowed, CRLF and a missing final
 * newline are fine. A patch listed twice, a name that leaves the directory and a Requires: of a
 * patch that doesn't come before are errors.
 * Return: 0, ERR_INPUT, ERR_NOTFOUND (no such directory or series), ERR_SYSTEM.
 */
int queue_load(struct queue *q, const char *dir, const char *series, struct err *err);
void queue_free(struct queue *q);

/**
 * queue_apply() - apply patches 1..@upto in order
 * @upto: number of patches; SIZE_MAX for all
 * @opts: as for patch_apply()
 * @err: names the patch, file and hunk of the first failure
 *
 * Return: 0, ERR_FINDING (a patch doesn't apply; @fs keeps the patches before it), others.
 */
int queue_apply(const struct queue *q, size_t upto, struct fileset *fs,
		const struct patch_apply_opts *opts, struct err *err);

#endif
