/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * queue/queue.h - a quilt queue: the series file, and what the patches' headers say
 */
#ifndef STABLEQ_QUEUE_H
#define STABLEQ_QUEUE_H

#include "queue/fact.h"
#include "patch/patch.h"
#include "base/commit.h"
#include "base/release.h"

enum probe_kind {
	PROBE_FIXED,
	PROBE_AFFECTED,
};

/* "Probe-fixed: PATH: [N x ]TEXT": TEXT stands in PATH; runs of white space compare as one. */
struct probe {
	unsigned int line;	/* in the patch file */
	enum probe_kind kind;
	unsigned int count;	/* 0: at least once; else fixed: at least, affected: exactly */
	char *path;
	char *text;
};

/* "Superseded-by: ID PATH: TEXT": TEXT stands in PATH where commit ID replaces this one. */
struct successor {
	unsigned int line;	/* in the patch file */
	char *id;
	struct fact sign;
};

struct queue_patch {
	char *file;		/* as the series names it, "foo.patch" or "sub/foo.patch" */
	unsigned int line;	/* in the series file */
	unsigned int strip;	/* from the series line; 1 unless -p says otherwise */
	bool reverse;		/* -R; the patch below is reversed already */
	struct patch patch;

	/* from the mail header; each NULL if it isn't said */
	char *from;
	char *mail_date;
	char *subject;		/* without [PATCH] prefixes */
	char *upstream;		/* commit id, abbreviated or full */
	char *candidate;	/* what may be that commit, where nothing confirms one */
	bool upstream_behind;	/* told behind the "---" line only */
	char *author;		/* of the upstream commit, "NAME <ADDRESS>" or "unknown" */
	char *date;		/* when it was written, as in a mail, or "unknown" */
	/* of the mail that it was posted with, without brackets, or "unknown" */
	char *message_id;
	struct strv reported_by;
	char *fixes;		/* what follows "Fixes:", of the first such line */
	char *link;		/* of the first Link: */
	char *cve;		/* "CVE-2026-89708" */
	char *cvss;		/* its score, "9.8", or NULL */
	bool cve_behind;	/* told behind the "---" line */
	struct probe *probes;
	size_t nprobes;
	char *variant_of;	/* patch of the main series in whose place it stands, or NULL */
	struct strv requires;	/* files of patches that have to stand before, by the main series */
	struct fact *unaffected;	/* a release of which all of these hold never had the bug */
	size_t nunaffected;
	struct successor *successors;	/* any one suffices */
	size_t nsuccessors;
};

struct queue {
	char *dir;		/* as given: "queue-6.1" */
	char *series;		/* path of the series file */
	char *variants;		/* path of the release's own, whose variants are in; or NULL */
	enum patch_reading reading;	/* strict, but for a queue that somebody named */
	struct queue_patch *patches;
	size_t n;
};

/**
 * queue_header_parse() - what a patch's header says
 * @qp: its patch is parsed; the fields from the mail header are filled in
 * @err: "queue-6.1/foo.patch:12: what is wrong"
 *
 * A patch is a mail: header fields, a blank line, the message with its trailers, a line "---",
 * then fields of this program, one a line, and anything else (a diffstat), then the diff.
 *
 * In the message, which is all that git am keeps:
 *
 *	commit ID upstream.		or "[ Upstream commit ID ]": 12 to 40 hex digits
 *	Upstream-candidate: ID		in the place of that: may be the commit, nothing confirms it
 *	Upstream-author: NAME <ADDRESS>	of that commit, or "unknown"
 *	Upstream-date: DATE		when it was written, as in a mail, or "unknown"
 *	Upstream-message-id: ID		of the mail that it was posted with, or "unknown"
 *	CVE: CVE-YYYY-NNNN [SCORE]	may stand behind the "---" line, too
 *	Fixes:, Reported-by:, Link:	as everywhere
 *
 * Behind the "---" line:
 *
 *	Upstream: ID			the same as "commit ID upstream.", agrees with it
 *	Probe-fixed: PATH: TEXT		TEXT stands in PATH once the fix is there
 *	Probe-fixed: PATH: 2 x TEXT	… at least twice
 *	Probe-affected: PATH: TEXT	TEXT stands in PATH as long as the bug is there
 *	Probe-affected: PATH: 2 x TEXT	… exactly twice
 *	Requires: FILE			a patch of the queue that has to stand before
 *	Variant-of: FILE		that of the main series for which it stands
 *	Not-affected-if: absent PATH: TEXT	never affected if all such lines hold, see fact.h
 *	Superseded-by: ID PATH: TEXT	TEXT stands in PATH where commit ID took its place
 *
 * Return: 0 or ERR_INPUT.
 */
int queue_header_parse(struct queue_patch *qp, struct err *err);

/**
 * queue_lacks() - what a patch leaves untold of where it comes from
 * @out: "no Upstream-author:" and the like are added, for people
 *
 * git am needs From, Date and Subject. A patch that has an upstream commit names it in the message,
 * with all 40 digits, and its author, date and mail; "unknown" is an answer. One that was never
 * upstream needs none of that.
 */
void queue_lacks(const struct queue_patch *qp, struct strv *out);

/**
 * queue_series_parse() - the lines of a series file, without the patches that it names
 * @q: its series is the name for messages; patches are added, with file, line, strip and reverse
 *
 * Return: 0 or ERR_INPUT.
 */
int queue_series_parse(struct queue *q, struct span text, struct err *err);

/**
 * queue_load() - read a series file and all its patches
 * @q: filled in; queue_free() also after an error
 * @dir: directory of the queue
 * @series: name of the series file in it, NULL for "series"
 * @err: "queue-6.1/series:7: no such patch: foo.patch"
 *
 * Quilt's rules (cat_series and patch_args in quilt 0.66's scripts/patchfns): '#' begins a comment
 * at the start of a line, or after white space behind the name; blank lines are ignored, -pN and
 * -R follow the name, sub-folders are allowed, a missing final newline is fine, and so is CRLF,
 * which quilt itself would take for a part of the name.
 *
 * What would make quilt push fail is an error: an indented comment (a patch named "#" to quilt),
 * -pab (quilt hands it on to patch, which doesn't know it), other options, a patch listed twice,
 * named "series" or absent. So are a name that leaves the directory, a compressed patch and a
 * Requires: of a patch that doesn't come before, and a variant, but for a series-RELEASE: there a
 * patch may require what the release has.
 * Return: 0, ERR_INPUT (also for no such directory or series), ERR_SYSTEM.
 */
int queue_load(struct queue *q, const char *dir, const char *series, struct err *err);

/** queue_load_anyones() - as queue_load_part(), and all that quilt takes, see patch/allow.h. */
int queue_load_anyones(struct queue *q, const char *dir, const char *series, struct err *err);

/**
 * queue_check_own() - what quilt takes and a queue of one's own may not hold
 * @q: loaded
 * @series: as it was named, or NULL for all of them: then what none names is a stray
 *
 * Return: 0, or ERR_INPUT with all that is wrong.
 */
int queue_check_own(const struct queue *q, const char *series, struct err *err);

/** queue_load_part() - as queue_load(), of a series that doesn't have to be complete. */
int queue_load_part(struct queue *q, const char *dir, const char *series, struct err *err);

/**
 * queue_load_for() - the main series, with the variants that serve a release in place
 * @q: filled in; queue_free() also after an error. One row a patch of the main series, in its order
 * @dir: directory of the queue
 * @r: the release
 * @err: "queue-6.1/series-6.1.192:2: what is wrong"
 *
 * Where one patch can't serve both the base and newer releases, series-6.1.192 lists, for plain
 * quilt, exactly what 6.1.192 needs, and all releases of its line "# serves: FIRST-LAST". The
 * variants are those of the last file that doesn't begin behind the release. Each patch of it
 * either is in the main series or has a Variant-of: that is; those of the latter kind take the
 * place of what they are variants of. All others of the main series stay.
 *
 * An error is a variant of no patch of the main series, a second file for one patch, an order
 * other than the main series', a name after series- that is no release of the branch, two files
 * that serve one release.
 * Return: as queue_load().
 */
int queue_load_for(struct queue *q, const char *dir, const struct release *r, struct err *err);

/**
 * queue_load_named() - a queue that the user names, for whatever kernel
 *
 * As queue_load_for() when its series of releases are of the kernel's branch, else as queue_load();
 * but read as queue_load_anyones() does.
 */
int queue_load_named(struct queue *q, const char *dir, const struct release *r, struct err *err);

/** queue_series_list() - names of a queue's release series are added to @names, oldest first. */
int queue_series_list(const char *dir, struct strv *names, struct err *err);

/* The releases that a series-RELEASE serves, both ends included. */
struct queue_serves {
	struct release first, last;
	unsigned int line;	/* where it says so; 0: nowhere, and it serves its own release */
};

/**
 * queue_series_serves() - what the line "# serves: 6.1.191-6.1.192" says
 * @name: of the file in @dir
 *
 * Return: 0; ERR_INPUT (the line can't be read, there are two, its own release is not among them).
 */
int queue_series_serves(const char *dir, const char *name, struct queue_serves *s, struct err *err);

/** queue_series_release() - is @name "series-RELEASE", in just that spelling? @r may be NULL. */
bool queue_series_release(const char *name, struct release *r);

/** queue_patch_row() - its name in the main series, by which proofs and requirements know it. */
const char *queue_patch_row(const struct queue_patch *qp);

void queue_free(struct queue *q);

/** queue_find_row() - index of the patch that stands for @row of the main series, or q->n. */
size_t queue_find_row(const struct queue *q, const char *row);

/** queue_files() - paths that the patches touch and the headers ask about, added to @paths once. */
void queue_files(const struct queue *q, struct strv *paths);

/** queue_patch_commit() - its upstream commit, or the candidate for it, or NULL. */
const char *queue_patch_commit(const struct queue_patch *qp);

/**
 * upstream_line() - "commit <id> upstream." or "[ Upstream commit <id> ]", the stable rules' lines.
 */
bool upstream_line(struct span line, struct span *id);

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
