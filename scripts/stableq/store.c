// SPDX-License-Identifier: GPL-2.0-only
#include "store.h"

#include <sqlite3.h>
#include <string.h>


#define SCHEMA 1
#define BUSY_MS 10000

struct store {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *get, *put, *seconds;
};

static const char *const names[] = {
	[RESULT_PASS] = "pass",	      [RESULT_FAIL] = "fail", [RESULT_ERROR] = "error",
	[RESULT_TIMEOUT] = "timeout", [RESULT_SKIP] = "skip",
};

const char *result_name(enum result_kind kind)
{
	return names[kind];
}

bool result_parse(const char *name, enum result_kind *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name)) {
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

/* What SQLite says, with what to do about it. */
static int db_error(const struct store *s, struct err *err)
{
	int rc = sqlite3_errcode(s->db);

	switch (rc & 0xff) {
	case SQLITE_FULL:
		return err_set(err, ERR_SYSTEM,
			       "%s: No space left on device; free some space there and run the same "
			       "command again", s->path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(err, ERR_SYSTEM,
			       "%s: damaged (%s); move it away and run the same command again: the "
			       "results are found out anew", s->path, sqlite3_errmsg(s->db));
	case SQLITE_BUSY:
		return err_set(err, ERR_SYSTEM, "%s: another program has held it for %d s", s->path,
			       BUSY_MS / 1000);
	default:
		return err_set(err, ERR_SYSTEM, "%s: %s", s->path, sqlite3_errmsg(s->db));
	}
}

static int exec(struct store *s, const char *sql, struct err *err)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_error(s, err);
}

static int get_version(struct store *s, int *version, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int ret = 0;

	if (sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &st, NULL) != SQLITE_OK ||
	    sqlite3_step(st) != SQLITE_ROW)
		ret = db_error(s, err);
	else
		*version = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return ret;
}

static int make_schema(struct store *s, struct err *err)
{
	int version = 0, ret = get_version(s, &version, err);

	if (ret)
		return ret;
	if (version > SCHEMA)
		return err_set(err, ERR_SYSTEM,
			       "%s: written by a newer stableq (schema %d, this one knows %d); use that "
			       "one, or another --cache", s->path, version, SCHEMA);
	if (version == SCHEMA)
		return 0;
	return exec(s,
		    "BEGIN IMMEDIATE;"
		    "CREATE TABLE IF NOT EXISTS result ("
		    " key TEXT PRIMARY KEY, release TEXT NOT NULL, cell TEXT NOT NULL,"
		    " state TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,"
		    " reason TEXT NOT NULL, detail TEXT NOT NULL, seconds REAL NOT NULL,"
		    " at INTEGER NOT NULL) WITHOUT ROWID;"
		    "CREATE INDEX IF NOT EXISTS result_time ON result (cell, name, at);"
		    "PRAGMA user_version = 1;"
		    "COMMIT", err);
}

static int prepare(struct store *s, sqlite3_stmt **st, const char *sql, struct err *err)
{
	return sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, st, NULL) == SQLITE_OK ?
		       0 : db_error(s, err);
}

int store_open(struct store **out, const char *path, struct err *err)
{
	struct store *s = xcalloc(1, sizeof(*s));
	int ret = 0;

	s->path = xstrdup(path);
	if (sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
		ret = db_error(s, err);
	if (!ret) {
		sqlite3_busy_timeout(s->db, BUSY_MS);
		/* FULL: a result that store_put() has returned for survives a power cut, too. */
		ret = exec(s, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", err);
	}
	ret = ret ? ret : make_schema(s, err);
	ret = ret ? ret : prepare(s, &s->get,
				  "SELECT release, cell, state, name, kind, reason, detail, seconds"
				  " FROM result WHERE key = ?", err);
	ret = ret ? ret : prepare(s, &s->put,
				  "INSERT OR REPLACE INTO result VALUES"
				  " (?, ?, ?, ?, ?, ?, ?, ?, ?, strftime('%s', 'now'))", err);
	ret = ret ? ret : prepare(s, &s->seconds,
				  "SELECT avg(seconds) FROM (SELECT seconds FROM result"
				  " WHERE cell = ? AND name = ? ORDER BY at DESC LIMIT 5)", err);
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
	sqlite3_finalize(s->get);
	sqlite3_finalize(s->put);
	sqlite3_finalize(s->seconds);
	sqlite3_close(s->db);
	free(s->path);
	free(s);
}

static char *column(sqlite3_stmt *st, int i)
{
	const unsigned char *text = sqlite3_column_text(st, i);

	return xstrdup(text ? (const char *)text : "");
}

int store_get(struct store *s, const char *key, struct result *r, struct err *err)
{
	int rc, ret = 0;

	sqlite3_bind_text(s->get, 1, key, -1, SQLITE_STATIC);
	rc = sqlite3_step(s->get);
	if (rc == SQLITE_DONE) {
		ret = err_set(err, ERR_NOTFOUND, "no such result");
	} else if (rc != SQLITE_ROW) {
		ret = db_error(s, err);
	} else {
		_cleanup_free_ char *kind = column(s->get, 4);

		snprintf(r->key, sizeof(r->key), "%s", key);
		r->release = column(s->get, 0);
		r->cell = column(s->get, 1);
		r->state = column(s->get, 2);
		r->check = column(s->get, 3);
		r->reason = column(s->get, 5);
		r->detail = column(s->get, 6);
		r->seconds = sqlite3_column_double(s->get, 7);
		if (!result_parse(kind, &r->kind)) {
			result_clear(r);
			ret = err_set(err, ERR_NOTFOUND, "no such result");
		}
	}
	sqlite3_reset(s->get);
	return ret;
}

int store_put(struct store *s, const struct result *r, struct err *err)
{
	const char *const text[] = {
		r->key, r->release, r->cell, r->state, r->check, names[r->kind], r->reason, r->detail,
	};
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(text); i++)
		sqlite3_bind_text(s->put, (int)i + 1, text[i] ? text[i] : "", -1, SQLITE_STATIC);
	sqlite3_bind_double(s->put, ARRAY_SIZE(text) + 1, r->seconds);
	if (sqlite3_step(s->put) != SQLITE_DONE)
		ret = db_error(s, err);
	sqlite3_reset(s->put);
	sqlite3_clear_bindings(s->put);
	return ret;
}

double store_seconds(struct store *s, const char *cell, const char *check)
{
	double seconds = -1;

	sqlite3_bind_text(s->seconds, 1, cell, -1, SQLITE_STATIC);
	sqlite3_bind_text(s->seconds, 2, check, -1, SQLITE_STATIC);
	if (sqlite3_step(s->seconds) == SQLITE_ROW &&
	    sqlite3_column_type(s->seconds, 0) != SQLITE_NULL)
		seconds = sqlite3_column_double(s->seconds, 0);
	sqlite3_reset(s->seconds);
	return seconds;
}
