// SPDX-License-Identifier: GPL-2.0-only
#include "store.h"

#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "fs.h"

/* PRAGMA user_version. A change of the tables counts it up and adds a step to migrations[]. */
#define SCHEMA_VERSION 1

/* Another stableq holds the lock for one row at a time: this is far more than it needs. */
#define BUSY_MS 30000

enum query {
	QUERY_GET,
	QUERY_PUT,
	QUERY_SECONDS,
	QUERIES,
};

static const char *const sql[QUERIES] = {
	[QUERY_GET] = "SELECT release, cell, state, check_name, kind, reason, detail, seconds "
		      "FROM result WHERE key = ?1",
	[QUERY_PUT] = "INSERT OR REPLACE INTO result (key, release, cell, state, check_name, kind, "
		      "reason, detail, seconds, stored) "
		      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, unixepoch())",
	/* id: the last ones, also when two were stored within one second. */
	[QUERY_SECONDS] = "SELECT avg(seconds) FROM (SELECT seconds FROM result "
			  "WHERE cell = ?1 AND check_name = ?2 ORDER BY id DESC LIMIT 5)",
};

/* migrations[n] takes a database of version n to n + 1. */
static const char *const migrations[SCHEMA_VERSION] = {
	"CREATE TABLE result ("
	"id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, release TEXT NOT NULL, "
	"cell TEXT NOT NULL, state TEXT NOT NULL, check_name TEXT NOT NULL, kind TEXT NOT NULL, "
	"reason TEXT NOT NULL, detail TEXT NOT NULL, seconds REAL NOT NULL, "
	"stored INTEGER NOT NULL);"
	"CREATE INDEX result_time ON result (cell, check_name, id);",
};

struct store {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *stmt[QUERIES];
};

static const char *const kind_names[] = {
	[RESULT_PASS] = "pass", [RESULT_FAIL] = "fail", [RESULT_ERROR] = "error",
	[RESULT_TIMEOUT] = "timeout", [RESULT_SKIP] = "skip",
	[RESULT_HOST] = "error: host",
};

const char *result_name(enum result_kind kind)
{
	return kind_names[kind];
}

bool result_parse(const char *name, enum result_kind *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(kind_names); i++) {
		if (strcmp(kind_names[i], name) != 0)
			continue;
		*kind = (enum result_kind)i;
		return true;
	}
	return false;
}

void result_clear(struct result *r)
{
	free(r->release);
	free(r->cell);
	free(r->state);
	free(r->check);
	free(r->reason);
	free(r->detail);
	*r = (struct result){ .kind = RESULT_PASS };
}

static int damaged(const char *path, const char *why, struct err *err)
{
	return err_set(err, ERR_SYSTEM, "%s: the database of results is damaged (%s); move it away "
		       "(mv %s %s.damaged) and run the same command again: what it held is done anew",
		       path, why, path, path);
}

/* SQLite's codes in this program's terms. */
static int failed(const struct store *s, int rc, struct err *err)
{
	const char *why = s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc);
	int system = s->db ? sqlite3_system_errno(s->db) : 0;

	switch (rc & 0xff) {
	case SQLITE_FULL:
		return err_set(err, ERR_SYSTEM, "%s: the disk is full (No space left on device); "
			       "free some space there and run the same command again", s->path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return damaged(s->path, why, err);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, ERR_SYSTEM, "%s: another program has kept it locked for %d s; "
			       "end that and run the same command again", s->path, BUSY_MS / 1000);
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return err_set(err, ERR_SYSTEM, "%s: not writable (%s)", s->path, why);
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return err_set(err, ERR_SYSTEM, "%s: %s%s%s", s->path, why, system ? ": " : "",
			       system ? strerror(system) : "");
	default:
		return err_set(err, ERR_SYSTEM, "%s: %s", s->path, why);
	}
}

static int exec(struct store *s, const char *text, struct err *err)
{
	int rc = sqlite3_exec(s->db, text, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : failed(s, rc, err);
}

/* A pragma's one number. */
static int number(struct store *s, const char *text, int *n, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(s->db, text, -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*n = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? 0 : failed(s, rc, err);
}

/* Found now, with nothing lost, instead of in the middle of a run. */
static int check_integrity(struct store *s, struct err *err)
{
	_cleanup_free_ char *why = NULL;
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(s->db, "PRAGMA quick_check(1)", -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		why = xstrdup((const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	if (!why)
		return failed(s, rc, err);
	return strcmp(why, "ok") ? damaged(s->path, why, err) : 0;
}

/* Two processes may both find an empty file: the version is read again inside the transaction. */
static int migrate(struct store *s, struct err *err)
{
	_cleanup_err_ struct err ignored = ERR_INIT;
	int version = 0, ret = number(s, "PRAGMA user_version", &version, err);

	if (ret || version == SCHEMA_VERSION)
		return ret;
	if (version > SCHEMA_VERSION || version < 0)
		return err_set(err, ERR_SYSTEM, "%s: made by a newer stableq (its version is %d, "
			       "known here is %d); use that one, or move the file away and what it "
			       "held is done anew", s->path, version, SCHEMA_VERSION);
	ret = exec(s, "BEGIN IMMEDIATE", err);
	ret = ret ? ret : number(s, "PRAGMA user_version", &version, err);
	for (; !ret && version < SCHEMA_VERSION; version++) {
		char set[64];

		ret = exec(s, migrations[version], err);
		snprintf(set, sizeof(set), "PRAGMA user_version = %d", version + 1);
		ret = ret ? ret : exec(s, set, err);
	}
	ret = ret ? ret : exec(s, "COMMIT", err);
	if (ret && !sqlite3_get_autocommit(s->db))
		exec(s, "ROLLBACK", &ignored);
	return ret;
}

static int open_db(struct store *s, struct err *err)
{
	int rc = sqlite3_open_v2(s->path, &s->db,
				 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW,
				 NULL);
	int ret;

	if (rc != SQLITE_OK)
		return failed(s, rc, err);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	/* A commit is on the disk when it returns: a machine that goes down loses no result. */
	ret = exec(s, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;", err);
	ret = ret ? ret : check_integrity(s, err);
	ret = ret ? ret : migrate(s, err);
	for (size_t i = 0; i < QUERIES && !ret; i++) {
		rc = sqlite3_prepare_v3(s->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &s->stmt[i],
					NULL);
		/* A table that our version promises and that isn't as promised. */
		if (rc == SQLITE_ERROR)
			ret = damaged(s->path, sqlite3_errmsg(s->db), err);
		else if (rc != SQLITE_OK)
			ret = failed(s, rc, err);
	}
	return ret;
}

int store_open(struct store **out, const char *path, struct err *err)
{
	struct store *s = xcalloc(1, sizeof(*s));
	_cleanup_free_ char *lock = xasprintf("%s.lock", path);
	int ret = fs_mkparents(path, err), fd = -1;

	/* A name that is an URI or ":memory:" for SQLite is a plain name here. */
	s->path = path[0] == '/' ? xstrdup(path) : xasprintf("./%s", path);
	/*
	 * One at a time: of two that switch a new database to WAL at once, SQLite refuses one with
	 * SQLITE_BUSY without asking the busy handler.
	 */
	ret = ret ? ret : fs_lock(lock, true, &fd, err);
	ret = ret ? ret : open_db(s, err);
	if (fd >= 0)
		close(fd);
	if (ret) {
		store_close(s);
		s = NULL;
	}
	*out = s;
	return ret;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < QUERIES; i++)
		sqlite3_finalize(s->stmt[i]);
	sqlite3_close(s->db);
	free(s->path);
	free(s);
}

static void bind(sqlite3_stmt *stmt, int i, const char *text)
{
	/* Running out of memory shows in sqlite3_step(). */
	sqlite3_bind_text(stmt, i, text ? text : "", -1, SQLITE_STATIC);
}

static void done(sqlite3_stmt *stmt)
{
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
}

static char *column(sqlite3_stmt *stmt, int i)
{
	const char *text = (const char *)sqlite3_column_text(stmt, i);

	return xstrdup(text ? text : "");
}

int store_get(struct store *s, const char *key, struct result *r, struct err *err)
{
	sqlite3_stmt *stmt = s->stmt[QUERY_GET];
	struct result found = { .reused = true };
	int rc, ret = 0;

	bind(stmt, 1, key);
	rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		_cleanup_free_ char *kind = column(stmt, 4);

		snprintf(found.key, sizeof(found.key), "%s", key);
		found.release = column(stmt, 0);
		found.cell = column(stmt, 1);
		found.state = column(stmt, 2);
		found.check = column(stmt, 3);
		found.reason = column(stmt, 5);
		found.detail = column(stmt, 6);
		found.seconds = sqlite3_column_double(stmt, 7);
		if (!result_parse(kind, &found.kind))
			ret = damaged(s->path, "a result of no known kind", err);
	} else if (rc == SQLITE_DONE) {
		ret = err_set(err, ERR_NOTFOUND, "%s: no result with key %s", s->path, key);
	} else {
		ret = failed(s, rc, err);
	}
	done(stmt);
	if (ret)
		result_clear(&found);
	else
		*r = found;
	return ret;
}

int store_put(struct store *s, const struct result *r, struct err *err)
{
	sqlite3_stmt *stmt = s->stmt[QUERY_PUT];
	int rc, ret;

	bind(stmt, 1, r->key);
	bind(stmt, 2, r->release);
	bind(stmt, 3, r->cell);
	bind(stmt, 4, r->state);
	bind(stmt, 5, r->check);
	bind(stmt, 6, result_name(r->kind));
	bind(stmt, 7, r->reason);
	bind(stmt, 8, r->detail);
	sqlite3_bind_double(stmt, 9, r->seconds);
	/* Its own transaction: SQLite commits before the step returns. */
	rc = sqlite3_step(stmt);
	ret = rc == SQLITE_DONE ? 0 : failed(s, rc, err);
	done(stmt);
	return ret;
}

double store_seconds(struct store *s, const char *cell, const char *check)
{
	sqlite3_stmt *stmt = s->stmt[QUERY_SECONDS];
	double mean = -1;

	bind(stmt, 1, cell);
	bind(stmt, 2, check);
	if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_type(stmt, 0) != SQLITE_NULL)
		mean = sqlite3_column_double(stmt, 0);
	done(stmt);
	return mean;
}
