/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ledger/ledger.h - every fix on every branch: needed, merged, not affected, superseded or left out
 *
 * What a queue's headers say comes from there; ledger.yaml has what they can't: fixes without a
 * patch, where each landed and how that is known, why a branch goes without; see ledger.yaml(5).
 */
#ifndef STABLEQ_LEDGER_H
#define STABLEQ_LEDGER_H

#include "matrix/matrix.h"
#include "queue/queue.h"

enum ledger_sure {
	SURE_TREE,	/* the trees of that release and of the one before it were read */
	SURE_RECORD,	/* the CVE record names it */
	SURE_LIST,	/* a list of commits or a notice that nobody checked */
};

struct ledger_landing {
	struct release release;
	enum ledger_sure sure;
	char *commit;			/* on the branch; NULL: not known */
	/* nearest releases whose trees were read; version 0: none */
	struct release not_in, in;
	unsigned int line;
};

enum ledger_state {
	LEDGER_UNKNOWN,		/* no patch, and nothing says why */
	LEDGER_NEEDED,
	LEDGER_MERGED,
	LEDGER_NOT_AFFECTED,
	LEDGER_SUPERSEDED,
	LEDGER_LEFT_OUT,
};

/* Why branches go without a patch. */
struct ledger_exempt {
	enum ledger_state state;
	struct strv branches;	/* empty: all */
	char *why;
	char *by;		/* superseded: the fix that took its place */
	struct fact *facts;
	size_t nfacts;
	unsigned int line;
};

struct ledger_remark {
	struct strv branches;	/* empty: all */
	char *text;
};

/* A fix on a branch. */
struct ledger_cell {
	enum ledger_state state;
	const struct queue_patch *patch;	/* or NULL, as all of these */
	const struct ledger_landing *landing;
	const struct ledger_exempt *exempt;
	const struct ledger_remark *remark;
};

struct ledger_fix {
	char *id;		/* "A1" */
	char *upstream;		/* NULL: never merged, or not confirmed */
	char *candidate;	/* what may be it, where nothing confirms one */
	char *subject, *cve, *cvss;
	char *since;		/* release that brought the bug, "5.2" */
	char *introduced_by;	/* its commit */
	struct strv folds;	/* further upstream commits that the patches hold */
	struct ledger_landing *landings;
	size_t nlandings;
	struct ledger_exempt *exempts;
	size_t nexempts;
	struct ledger_remark *remarks;
	size_t nremarks;
	unsigned int line;
	struct ledger_cell *cells;	/* a branch of the matrix each, after ledger_join() */
};

struct ledger {
	char *path;
	struct ledger_fix *fixes;
	size_t n;
	const struct matrix *matrix;	/* after ledger_join() */
	const struct queue *queues;
};

/**
 * ledger_load() - read and check the file
 * @m: its branches are those that may be named
 *
 * Return: 0, ERR_INPUT with file and line (also when it isn't there), ERR_SYSTEM.
 */
int ledger_load(struct ledger *l, const char *path, const struct matrix *m, struct err *err);
void ledger_free(struct ledger *l);

/**
 * ledger_join() - bring it together with the queues
 * @queues: one a branch of @m; both have to outlive the ledger
 *
 * A series-RELEASE serves no release behind one in which a fix landed, and lists what it lacks.
 * Return: 0; ERR_INPUT where the two contradict each other, or a patch is in no fix.
 */
int ledger_join(struct ledger *l, const struct matrix *m, const struct queue *queues,
		struct err *err);

const struct ledger_fix *ledger_find(const struct ledger *l, const char *id);

/** ledger_complete() - does every fix have an answer on every branch? Else ERR_FINDING. */
int ledger_complete(const struct ledger *l, struct err *err);

/** ledger_expect_merged() - is a release of the cell's branch to have the fix? */
bool ledger_expect_merged(const struct ledger_cell *c, const struct release *r);

/** ledger_where() - "6.12.109 (record; not in 6.12.107, in 6.12.111)"; owned by the caller. */
char *ledger_where(const struct ledger_landing *l);

const char *ledger_state_name(enum ledger_state state);
const char *ledger_sure_name(enum ledger_sure sure);

#endif
