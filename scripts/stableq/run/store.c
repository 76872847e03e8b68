// SPDX-License-Identifier: GPL-2.0-only
#include "run/store.h"

#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"

/* PRAGMA user_version. 1 was verdicts instead of facts, from which nothing can be had. */
#define SCHEMA_VERSION 2
#define SCHEMA_VERDICTS 1

/* Another stableq holds the lock for one row at a time: this is far more than it needs. */
#define BUSY_MS 30000

enum query {
	QUERY_GET_BUILD,
	QUERY_PUT_BUILD,
	QUERY_GET_BOOT,
	QUERY_PUT_BOOT,
	QUERY_RELEASED,
	QUERY_BUILD_SECONDS,
	QUERY_BOOT_SECONDS,
	QUERIES,
};

#define BOOT_COLUMNS "key, checks, suite, release, source, suites, cell, state, patches, end, " \
		     "timeout_ms, output_max, console, seconds, accel"

static const char *const sql[QUERIES] = {
	[QUERY_GET_BUILD] = "SELECT key, release, cell, state, failed, message, lines, seconds "
			    "FROM build WHERE key = ?1",
	[QUERY_PUT_BUILD] = "INSERT OR REPLACE INTO build (key, release, cell, state, failed, "
			    "message, lines, seconds, host, stored) "
			    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, unixepoch())",
	/* All that ran the key's kernel, the newest first; which of them serves is asked in C. */
	[QUERY_GET_BOOT] = "SELECT " BOOT_COLUMNS " FROM boot WHERE key = ?1 ORDER BY id DESC",
	[QUERY_PUT_BOOT] = "INSERT OR REPLACE INTO boot (" BOOT_COLUMNS ", host, stored) "
			   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
			   "?15, ?16, unixepoch())",
	[QUERY_RELEASED] =
		"SELECT " BOOT_COLUMNS " FROM boot WHERE id IN (SELECT max(id) FROM boot "
			   "WHERE release = ?1 AND source = ?2 AND suite = ?3 AND suites = ?4 "
			   "AND patches = '' GROUP BY cell) ORDER BY id DESC",
	/* id: the last ones, also when two were stored within one second. */
	[QUERY_BUILD_SECONDS] = "SELECT avg(seconds) FROM (SELECT seconds FROM build "
				"WHERE cell = ?1 ORDER BY id DESC LIMIT 5)",
	[QUERY_BOOT_SECONDS] = "SELECT avg(seconds) FROM (SELECT seconds FROM boot "
			       "WHERE cell = ?1 ORDER BY id DESC LIMIT 5)",
};

static const char tables[] =
	"CREATE TABLE build ("
	"id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, release TEXT NOT NULL, "
	"cell TEXT NOT NULL, state TEXT NOT NULL, failed INTEGER NOT NULL, message TEXT NOT NULL, "
	"lines TEXT NOT NULL, seconds REAL NOT NULL, host TEXT NOT NULL, stored INTEGER NOT NULL);"
	"CREATE INDEX build_time ON build (cell, id);"
	"CREATE TABLE boot ("
	"id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, checks TEXT NOT NULL, "
	"suite TEXT NOT NULL, release TEXT NOT NULL, source TEXT NOT NULL, suites TEXT NOT NULL, "
	"cell TEXT NOT NULL, state TEXT NOT NULL, patches TEXT NOT NULL, end TEXT NOT NULL, "
	"timeout_ms INTEGER NOT NULL, output_max INTEGER NOT NULL, console BLOB NOT NULL, "
	"seconds REAL NOT NULL, accel TEXT NOT NULL, host TEXT NOT NULL, stored INTEGER NOT NULL, "
	"UNIQUE (key, checks));"
	"CREATE INDEX boot_time ON boot (cell, id);"
	"CREATE INDEX boot_released ON boot (release, source, suite);"
	"PRAGMA user_version = 2;";

static const char *const ends[] = {
	[VM_POWEROFF] = "poweroff", [VM_DIED] = "died", [VM_TIMEOUT] = "timeout",
	[VM_FLOOD] = "flood", [VM_INTERRUPTED] = "interrupted",
};

struct store {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *stmt[QUERIES];
};

void build_fact_clear(struct build_fact *b)
{
	free(b->release);
	free(b->cell);
	free(b->state);
	free(b->message);
	free(b->lines);
	*b = (struct build_fact){ .failed = false };
}

void boot_fact_clear(struct boot_fact *b)
{
	free(b->checks);
	free(b->suite);
	free(b->release);
	free(b->source);
	free(b->suites);
	free(b->cell);
	free(b->state);
	free(b->patches);
	free(b->accel);
	str_free(&b->console);
	*b = (struct boot_fact){ .end = VM_POWEROFF };
}

static int damaged(const char *path, const char *why, struct err *err)
{
	return err_set(err, ERR_SYSTEM, "%s: the database of results is damaged (%s); move it away "
		       "(mv %s %s.damaged) and run the same command again: what it held is done "
		       "anew", path, why, path, path);
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
static int make_tables(struct store *s, struct err *err)
{
	_cleanup_err_ struct err ignored = ERR_INIT;
	int version = 0, ret = exec(s, "BEGIN IMMEDIATE", err);

	ret = ret ? ret : number(s, "PRAGMA user_version", &version, err);
	if (!ret && !version)
		ret = exec(s, tables, err);
	ret = ret ? ret : exec(s, "COMMIT", err);
	if (ret && !sqlite3_get_autocommit(s->db))
		exec(s, "ROLLBACK", &ignored);
	return ret;
}

static int check_version(struct store *s, int version, struct err *err)
{
	if (!version)
		return make_tables(s, err);
	if (version == SCHEMA_VERSION)
		return 0;
	return err_set(err, ERR_SYSTEM,
		       "%s: made by a newer stableq (its version is %d, known here is "
		       "%d); use that one, or move the file away and what it held is done anew",
		       s->path, version, SCHEMA_VERSION);
}

static int prepare_query(struct store *s, struct err *err)
{
	for (size_t i = 0; i < QUERIES; i++) {
		int rc = sqlite3_prepare_v3(s->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
					    &s->stmt[i], NULL);

		/* A table that our version promises and that isn't as promised. */
		if (rc == SQLITE_ERROR)
			return damaged(s->path, sqlite3_errmsg(s->db), err);
		if (rc != SQLITE_OK)
			return failed(s, rc, err);
	}
	return 0;
}

static int open_file(struct store *s, int flags, struct err *err)
{
	int rc = sqlite3_open_v2(s->path, &s->db, flags | SQLITE_OPEN_NOFOLLOW, NULL);

	if (rc != SQLITE_OK)
		return failed(s, rc, err);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	return 0;
}

static int open_db(struct store *s, int *version, struct err *err)
{
	int ret = open_file(s, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);

	/* A commit is on the disk when it returns: a machine that goes down loses no fact. */
	ret = ret ? ret : exec(s, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;", err);
	ret = ret ? ret : check_integrity(s, err);
	return ret ? ret : number(s, "PRAGMA user_version", version, err);
}

/* Verdicts of before can't be made facts: they are kept beside, for who wants to look. */
static int set_aside(struct store *s, struct out *out, struct err *err)
{
	_cleanup_free_ char *aside = xasprintf("%s.v%d", s->path, SCHEMA_VERDICTS);

	/* Closed by its last user, all of it is in the one file. */
	sqlite3_close(s->db);
	s->db = NULL;
	if (rename(s->path, aside) < 0)
		return err_sys(err, "%s", aside);
	if (out)
		out_note(out,
			 "%s: made by an older stableq, which kept verdicts instead of what was "
			 "seen; set aside as %s, and what it held is done anew", s->path, aside);
	return 0;
}

static int open_any(struct store *s, struct out *out, struct err *err)
{
	int version = 0, ret = open_db(s, &version, err);

	if (!ret && version == SCHEMA_VERDICTS) {
		ret = set_aside(s, out, err);
		ret = ret ? ret : open_db(s, &version, err);
	}
	ret = ret ? ret : check_version(s, version, err);
	return ret ? ret : prepare_query(s, err);
}

static struct store *new_store(const char *path)
{
	struct store *s = xcalloc(1, sizeof(*s));

	/* A name that is an URI or ":memory:" for SQLite is a plain name here. */
	s->path = path[0] == '/' ? xstrdup(path) : xasprintf("./%s", path);
	return s;
}

int store_open(struct store **to, const char *path, struct out *out, struct err *err)
{
	struct store *s = new_store(path);
	_cleanup_free_ char *lock = xasprintf("%s.lock", path);
	int ret = fs_mkparents(path, err), fd = -1;

	/*
	 * One at a time: of two that switch a new database to WAL at once, SQLite refuses one with
	 * SQLITE_BUSY without asking the busy handler.
	 */
	ret = ret ? ret : fs_lock(lock, true, &fd, err);
	ret = ret ? ret : open_any(s, out, err);
	if (fd >= 0)
		close(fd);
	if (ret) {
		store_close(s);
		s = NULL;
	}
	*to = s;
	return ret;
}

int store_look(struct store **to, const char *path, struct err *err)
{
	struct store *s;
	int version = 0, ret;

	*to = NULL;
	if (!fs_exists(path))
		return 0;
	s = new_store(path);
	ret = open_file(s, SQLITE_OPEN_READONLY, err);
	ret = ret ? ret : number(s, "PRAGMA user_version", &version, err);
	if (!ret && version == SCHEMA_VERSION) {
		ret = prepare_query(s, err);
		*to = ret ? NULL : s;
	}
	if (!*to)
		store_close(s);
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

static void take_key(char key[HASH_HEX + 1], sqlite3_stmt *stmt)
{
	const char *text = (const char *)sqlite3_column_text(stmt, 0);

	snprintf(key, HASH_HEX + 1, "%s", text ? text : "");
}

int store_get_build(struct store *s, const char *key, struct build_fact *b, struct err *err)
{
	sqlite3_stmt *stmt = s->stmt[QUERY_GET_BUILD];
	int rc, ret = 0;

	bind(stmt, 1, key);
	rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		*b = (struct build_fact){
			.release = column(stmt, 1), .cell = column(stmt, 2),
			.state = column(stmt, 3),
			.failed = sqlite3_column_int(stmt, 4), .message = column(stmt, 5),
			.lines = column(stmt, 6), .seconds = sqlite3_column_double(stmt, 7),
		};
		take_key(b->key, stmt);
	} else if (rc == SQLITE_DONE) {
		ret = err_set(err, ERR_NOTFOUND, "%s: no build with key %s", s->path, key);
	} else {
		ret = failed(s, rc, err);
	}
	done(stmt);
	return ret;
}

/* Its own transaction: SQLite commits before the step returns. */
static int store_row(struct store *s, sqlite3_stmt *stmt, struct err *err)
{
	int rc = sqlite3_step(stmt), ret = rc == SQLITE_DONE ? 0 : failed(s, rc, err);

	done(stmt);
	return ret;
}

static const char *host_name(char name[256])
{
	if (gethostname(name, 256) < 0)
		name[0] = '\0';
	name[255] = '\0';
	return name;
}

int store_put_build(struct store *s, const struct build_fact *b, struct err *err)
{
	sqlite3_stmt *stmt = s->stmt[QUERY_PUT_BUILD];
	char host[256];

	bind(stmt, 1, b->key);
	bind(stmt, 2, b->release);
	bind(stmt, 3, b->cell);
	bind(stmt, 4, b->state);
	sqlite3_bind_int(stmt, 5, b->failed);
	bind(stmt, 6, b->message);
	bind(stmt, 7, b->lines);
	sqlite3_bind_double(stmt, 8, b->seconds);
	bind(stmt, 9, host_name(host));
	return store_row(s, stmt, err);
}

/* The names' order is the matrix' in both. */
static bool has_checks(const char *have, const char *want)
{
	struct span h = span_of(have), w = span_of(want), name, wanted;

	while (w.len) {
		bool found = false;

		span_cut(w, ",", &wanted, &w);
		while (h.len && !found) {
			span_cut(h, ",", &name, &h);
			found = span_eq(name, wanted);
		}
		if (!found)
			return false;
	}
	return true;
}

static bool end_of(const char *name, enum vm_end *end)
{
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (!strcmp(ends[i], name)) {
			*end = (enum vm_end)i;
			return true;
		}
	return false;
}

static int take_boot(const struct store *s, sqlite3_stmt *stmt, struct boot_fact *b,
		     struct err *err)
{
	_cleanup_free_ char *end = column(stmt, 9);

	*b = (struct boot_fact){
		.checks = column(stmt, 1), .suite = column(stmt, 2), .release = column(stmt, 3),
		.source = column(stmt, 4), .suites = column(stmt, 5), .cell = column(stmt, 6),
		.state = column(stmt, 7), .patches = column(stmt, 8),
		.timeout_ms = (unsigned int)sqlite3_column_int64(stmt, 10),
		.output_max = (size_t)sqlite3_column_int64(stmt, 11),
		.seconds = sqlite3_column_double(stmt, 13), .accel = column(stmt, 14),
	};
	take_key(b->key, stmt);
	str_add(&b->console, sqlite3_column_blob(stmt, 12), (size_t)sqlite3_column_bytes(stmt, 12));
	if (end_of(end, &b->end))
		return 0;
	boot_fact_clear(b);
	return damaged(s->path, "a boot of no known end", err);
}

/* Does it say of these checks what a boot of just them would? 2: it is one. */
static int serves(sqlite3_stmt *stmt, const char *checks, unsigned int timeout_ms)
{
	_cleanup_free_ char *have = column(stmt, 1), *name = column(stmt, 9);
	enum vm_end end = VM_DIED;

	end_of(name, &end);
	if (end == VM_TIMEOUT && sqlite3_column_int64(stmt, 10) < timeout_ms)
		return 0;
	if (!strcmp(have, checks))
		return 2;
	return end == VM_POWEROFF && checks[0] && has_checks(have, checks);
}

int store_get_boot(struct store *s, const char *key, const char *checks, unsigned int timeout_ms,
		   struct boot_fact *b, struct err *err)
{
	sqlite3_stmt *stmt = s->stmt[QUERY_GET_BOOT];
	struct boot_fact more = { .end = VM_POWEROFF };
	int rc, fit = 0, best = 0, ret = 0;

	bind(stmt, 1, key);
	while (best < 2 && !ret && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		fit = serves(stmt, checks, timeout_ms);
		if (fit <= best)
			continue;
		boot_fact_clear(&more);
		ret = take_boot(s, stmt, &more, err);
		best = fit;
	}
	if (!ret && best < 2 && rc != SQLITE_DONE)
		ret = failed(s, rc, err);
	if (!ret && !best)
		ret = err_set(err, ERR_NOTFOUND, "%s: no boot with key %s", s->path, key);
	done(stmt);
	if (ret)
		boot_fact_clear(&more);
	else
		*b = more;
	return ret;
}

int store_put_boot(struct store *s, const struct boot_fact *b, struct err *err)
{
	const char *const texts[] = { b->key, b->checks, b->suite, b->release, b->source, b->suites,
				      b->cell, b->state, b->patches, ends[b->end] };
	sqlite3_stmt *stmt = s->stmt[QUERY_PUT_BOOT];
	char host[256];

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		bind(stmt, (int)i + 1, texts[i]);
	sqlite3_bind_int64(stmt, 11, b->timeout_ms);
	sqlite3_bind_int64(stmt, 12, (sqlite3_int64)b->output_max);
	sqlite3_bind_blob64(stmt, 13, b->console.s ? b->console.s : "", b->console.len,
			    SQLITE_STATIC);
	sqlite3_bind_double(stmt, 14, b->seconds);
	bind(stmt, 15, b->accel);
	bind(stmt, 16, host_name(host));
	return store_row(s, stmt, err);
}

int store_released_boots(struct store *s, const char *release, const char *source,
			 const char *suite, const char *suites, store_boot_fn fn, void *ctx,
			 struct err *err)
{
	sqlite3_stmt *stmt = s->stmt[QUERY_RELEASED];
	int rc, ret = 0;

	bind(stmt, 1, release);
	bind(stmt, 2, source);
	bind(stmt, 3, suite);
	bind(stmt, 4, suites);
	while (!ret && (rc = sqlite3_step(stmt)) != SQLITE_DONE) {
		struct boot_fact b = { .end = VM_POWEROFF };

		ret = rc == SQLITE_ROW ? take_boot(s, stmt, &b, err) : failed(s, rc, err);
		ret = ret ? ret : fn(ctx, &b);
		boot_fact_clear(&b);
	}
	done(stmt);
	return ret;
}

static double mean(struct store *s, enum query query, const char *cell)
{
	sqlite3_stmt *stmt = s->stmt[query];
	double value = -1;

	bind(stmt, 1, cell);
	if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_type(stmt, 0) != SQLITE_NULL)
		value = sqlite3_column_double(stmt, 0);
	done(stmt);
	return value;
}

double store_build_seconds(struct store *s, const char *cell)
{
	return mean(s, QUERY_BUILD_SECONDS, cell);
}

double store_boot_seconds(struct store *s, const char *cell)
{
	return mean(s, QUERY_BOOT_SECONDS, cell);
}
