/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * store.h - finished results, keyed by content, in SQLite (WAL)
 *
 * A row is one check of one state of one cell of one release. Its key is a digest of everything
 * that decides its outcome, so a row with the right key needs no second run. Rows are committed
 * one by one: a kill loses the work in progress, never a finished result.
 */
#ifndef STABLEQ_STORE_H
#define STABLEQ_STORE_H

#include "err.h"
#include "hash.h"

enum result_kind {
	RESULT_PASS,
	RESULT_FAIL,
	RESULT_ERROR,		/* could not be found out: build, boot, tool */
	RESULT_TIMEOUT,
	RESULT_SKIP,
	RESULT_HOST,		/* the machine's doing, not the kernel's: never stored */
};

#define RESULT_BUILD "build"	/* the check that building itself is */

struct result {
	char key[HASH_HEX + 1];
	char *release;		/* "6.12.107" */
	char *cell;		/* "um-kasan" */
	char *state;		/* "base", "patched", "prefix:3" */
	char *check;		/* "build", "boot", "session" */
	enum result_kind kind;
	char *reason;		/* for people; "" when there is nothing to say */
	char *detail;		/* splat, compiler output, failed subtests; "" */
	double seconds;
	bool reused;		/* not stored: came from an earlier run */
};

void result_clear(struct result *r);
const char *result_name(enum result_kind kind);	/* pass, fail, error, timeout, skip, error: host */
bool result_parse(const char *name, enum result_kind *kind);

struct store;

/**
 * store_open() - open or make the database
 * @err: a damaged or newer database is named, with what to do
 */
int store_open(struct store **s, const char *path, struct err *err);
void store_close(struct store *s);

/** store_get() - a result by key. Return: 0, ERR_NOTFOUND, ERR_SYSTEM. */
int store_get(struct store *s, const char *key, struct result *r, struct err *err);

/** store_put() - keep a result, replacing one with the same key. Committed on return. */
int store_put(struct store *s, const struct result *r, struct err *err);

/**
 * store_seconds() - how long such a step took before, for estimates
 *
 * The mean of the last five results of that cell and check, of any release; < 0 when unknown.
 */
double store_seconds(struct store *s, const char *cell, const char *check);

#endif
