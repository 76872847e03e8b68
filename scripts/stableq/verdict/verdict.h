/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict/verdict.h - one typed answer for a patch on a release, with its evidence
 *
 * Two questions, kept apart: is the patch needed, and does it fit? What doesn't fit may be needed
 * badly, and failing to apply is never taken for merged: a fix counts as merged when the release's
 * history or changelog names it, when its probe lines say so, or when taking it out again fits hunk
 * by hunk and better than putting it in. The strongest evidence decides, in the order of enum
 * evidence_kind; what contradicts it is kept beside it. Other words than ours are no contradiction.
 */
#ifndef STABLEQ_VERDICT_H
#define STABLEQ_VERDICT_H

#include "queue/queue.h"

/* In one word: the first of the two that isn't settled. */
enum verdict_kind {
	VERDICT_CLEAN,		/* applies as it is */
	VERDICT_OFFSET,		/* applies at other lines */
	VERDICT_FUZZ,		/* applies with less context: look at it */
	VERDICT_MERGED,		/* the release has it */
	VERDICT_SUPERSEDED,	/* the release has another commit in its place */
	VERDICT_NOT_AFFECTED,	/* the release never had the bug: its header's facts hold */
	VERDICT_NEEDS,		/* a patch that it requires is neither there nor applies */
	VERDICT_CONFLICT,	/* does not apply */
	/* the release has it, and the bug all the same: its proof fails there */
	VERDICT_NOT_FIXED,
	/* its files aren't there or can't be read, or its probes contradict each other */
	VERDICT_UNKNOWN,
};

/* Is it needed? Merged, superseded and not affected are "no". */
enum verdict_need {
	NEED_UNKNOWN,
	NEED_YES,
	NEED_NO,
};

/* Does it fit? On top of the patches before it that are needed. */
enum verdict_fit {
	FIT_UNTRIED,		/* not needed, or nothing to try it on */
	FIT_CLEAN,
	FIT_OFFSET,
	FIT_FUZZ,
	FIT_NEEDS,		/* a patch that it requires doesn't fit */
	FIT_CONFLICT,
};

enum evidence_kind {
	EVIDENCE_BEHAVIOUR,	/* a proof that was run on the release as it is */
	EVIDENCE_HISTORY,	/* a commit of the release names the upstream id */
	EVIDENCE_CHANGELOG,
	EVIDENCE_REVERTED,	/* one named it, and was reverted */
	EVIDENCE_PROBE_FIXED,
	EVIDENCE_PROBE_AFFECTED,
	EVIDENCE_LINES,		/* the lines that the patch changes, one by one */
	EVIDENCE_REVERSE,	/* reverse application of the patch, or its lines one by one */
	EVIDENCE_FORWARD,	/* application of the patch */
	EVIDENCE_REQUIRES,
	EVIDENCE_SUPERSEDED,
	EVIDENCE_NOT_AFFECTED,
	EVIDENCE_FILE,		/* a file that is missing or can't be read */
};

struct evidence {
	enum evidence_kind kind;
	bool disagrees;		/* contradicts the verdict */
	char *detail;		/* for people */
};

/* A hunk, or a whole file, that doesn't fit. */
struct verdict_misfit {
	char *file;
	size_t hunk;		/* from 1; 0: the file itself */
	size_t line;		/* of the release's file; 0: no single one */
	char *expected, *found;	/* of that line; NULL where there is none */
	char *detail;		/* all that in words */
};

struct verdict {
	const struct queue_patch *patch;	/* borrowed from the queue */
	enum verdict_kind kind;
	enum verdict_need need;
	char *why;		/* it is needed, not needed or unknown; for people */
	enum verdict_fit fit;
	char *requires;		/* FIT_NEEDS: the patch that has to come first; else NULL */
	struct verdict_misfit *misfits;
	size_t nmisfits;
	bool marked;		/* some evidence contradicts the verdict */
	bool reworded;		/* merged, but not line by line as this patch does it */
	bool ambiguous;		/* needed, though it can be taken out as well as put in */
	bool verified;		/* merged, and every proof that was run on the release passes */
	bool reverted;		/* it was in the release, and is not by what its history says */
	struct evidence *evidence;
	size_t n;
};

/* An upstream id that a release is said to have. */
struct verdict_seen {
	char *upstream;			/* 12 to 40 hex digits */
	enum evidence_kind kind;	/* EVIDENCE_HISTORY or EVIDENCE_CHANGELOG */
	bool reverted;			/* later on: then the release doesn't have it for that */
	char *where;			/* "commit 2775ec1d617e in v6.12.111", for people */
};

/* All of them; history.h fills it in. */
struct verdict_history {
	struct verdict_seen *v;
	size_t n;
};

/**
 * verdict_queue() - the verdict of every patch of a queue on a release
 * @q: the queue, in order
 * @fs: the release's files; patches that are needed are applied to it, one after the other, so
 *	that each is judged on top of those before it
 * @v: q->n verdicts, owned by the caller: verdicts_free()
 *
 * Return: 0; other errors only of the file system beneath @fs.
 */
int verdict_queue(const struct queue *q, struct fileset *fs, struct verdict **v,
		  struct err *err);

/** verdict_queue_seen() - the same, with what the release's history says; @seen may be NULL. */
int verdict_queue_seen(const struct queue *q, struct fileset *fs,
		       const struct verdict_history *seen, struct verdict **v, struct err *err);
void verdicts_free(struct verdict *v, size_t n);

/**
 * verdict_select() - the patches that a release needs and can take
 * @release: its name, for the message
 * @files: their names are added, in the queue's order
 *
 * Return: 0, or ERR_FINDING when one is needed and doesn't apply without fuzz.
 */
int verdict_select(const struct queue *q, const struct verdict *v, const char *release,
		   struct strv *files, struct err *err);

/* What a proof showed on the release as it is. */
enum verdict_behaviour {
	BEHAVES_FIXED,		/* it passes */
	BEHAVES_BAD,		/* it fails for the reason that is claimed */
	BEHAVES_OTHERWISE,	/* it fails for another, which tells neither */
};

/**
 * verdict_behaves() - one proof's outcome, which outranks every text
 * @v: a merged fix becomes verified, or not fixed; one of which it isn't known whether it is needed
 *	is needed; what contradicts the text is marked
 * @detail: for people; now the verdict's
 *
 * For several proofs called once each: all have to pass.
 */
void verdict_behaves(struct verdict *v, enum verdict_behaviour how, char *detail);

const char *verdict_name(enum verdict_kind kind);
const char *verdict_need_name(enum verdict_need need);

/** verdict_fit_name() - NULL for FIT_UNTRIED. */
const char *verdict_fit_name(enum verdict_fit fit);

/**
 * verdict_words() - all that a verdict says, in words: "conflict, needed"
 *
 * What contradicts it is said, too; what is no contradiction, as verdict.reworded, isn't. Return: a
 * constant.
 */
const char *verdict_words(const struct verdict *v);

const char *evidence_name(enum evidence_kind kind);

#endif
