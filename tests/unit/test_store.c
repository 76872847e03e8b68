// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store.h"

static char *db_path(void **state)
{
	return fs_join(*state, "sub/results.db");
}

/* A result with the given key; everything in it is static. */
static struct result sample(const char *key)
{
	struct result r = {
		.release = "6.12.107", .cell = "um-kasan", .state = "patched", .check = "session",
		.kind = RESULT_FAIL, .reason = "no \"grace\"; it's 100 %", .detail = "line 1\nline 2\n",
		.seconds = 0.5,
	};

	snprintf(r.key, sizeof(r.key), "%s", key);
	return r;
}

static struct store *open_store(const char *path)
{
	struct err e = ERR_INIT;
	struct store *s;

	if (store_open(&s, path, &e))
		fail_msg("%s", e.msg);
	return s;
}

static void put(struct store *s, const struct result *r)
{
	struct err e = ERR_INIT;

	if (store_put(s, r, &e))
		fail_msg("%s", e.msg);
}

static void results_come_back_as_they_were(void **state)
{
	_cleanup_free_ char *path = db_path(state);
	struct result r = sample("k1"), found;
	struct store *s = open_store(path);
	struct err e = ERR_INIT;

	put(s, &r);
	store_close(s);
	s = open_store(path);
	assert_int_equal(store_get(s, "k1", &found, &e), 0);
	assert_string_equal(found.key, "k1");
	assert_string_equal(found.release, r.release);
	assert_string_equal(found.cell, r.cell);
	assert_string_equal(found.state, r.state);
	assert_string_equal(found.check, r.check);
	assert_string_equal(found.reason, r.reason);
	assert_string_equal(found.detail, r.detail);
	assert_int_equal(found.kind, RESULT_FAIL);
	assert_true(found.seconds == 0.5);
	assert_true(found.reused);
	result_clear(&found);
	result_clear(&found);
	assert_int_equal(store_get(s, "k2", &found, &e), ERR_NOTFOUND);
	assert_err(e, ERR_NOTFOUND, "k2");

	r.kind = RESULT_PASS;
	r.reason = NULL;
	put(s, &r);
	assert_int_equal(store_get(s, "k1", &found, &e), 0);
	assert_int_equal(found.kind, RESULT_PASS);
	assert_string_equal(found.reason, "");
	result_clear(&found);
	store_close(s);
	store_close(NULL);
}

static void kinds_have_names(void **state)
{
	enum result_kind kind;

	for (int i = RESULT_PASS; i <= RESULT_SKIP; i++) {
		assert_true(result_parse(result_name(i), &kind));
		assert_int_equal(kind, i);
	}
	assert_false(result_parse("passed", &kind));
}

static void estimates_are_the_mean_of_the_last_five(void **state)
{
	_cleanup_free_ char *path = db_path(state);
	struct store *s = open_store(path);
	struct result r;

	assert_true(store_seconds(s, "um-kasan", "session") < 0);
	for (int i = 0; i < 8; i++) {
		_cleanup_free_ char *key = xasprintf("k%d", i);

		r = sample(key);
		/* 100 for the first three, then 1 to 5. */
		r.seconds = i < 3 ? 100 : i - 2;
		r.release = i % 2 ? "6.12.107" : "6.1.187";
		put(s, &r);
	}
	assert_true(store_seconds(s, "um-kasan", "session") == 3);
	assert_true(store_seconds(s, "um-kasan", "boot") < 0);
	assert_true(store_seconds(s, "um", "session") < 0);
	store_close(s);
}

static void damage_is_named_with_a_way_out(void **state)
{
	_cleanup_free_ char *path = db_path(state);
	_cleanup_str_ struct str text = STR_INIT;
	struct err e = ERR_INIT;
	struct store *s = open_store(path);
	struct result r;

	for (int i = 0; i < 200; i++) {
		_cleanup_free_ char *key = xasprintf("k%d", i);

		r = sample(key);
		put(s, &r);
	}
	store_close(s);
	assert_int_equal(fs_read(path, 0, &text, &e), 0);
	/* Rubbish in the middle, as a bad disk has it. */
	memset(text.s + 4096, 0xa5, text.len - 4096);
	assert_int_equal(fs_write(path, text.s, text.len, 0644, &e), 0);
	assert_int_equal(store_open(&s, path, &e), ERR_SYSTEM);
	assert_null(s);
	assert_non_null(strstr(e.msg, path));
	assert_non_null(strstr(e.msg, ".damaged"));
	err_clear(&e);
	assert_int_equal(fs_write(path, "what is this?\n", 14, 0644, &e), 0);
	assert_int_equal(store_open(&s, path, &e), ERR_SYSTEM);
	assert_err(e, ERR_SYSTEM, "is damaged");
	/* As told: moved away, all is well. */
	assert_int_equal(unlink(path), 0);
	store_close(open_store(path));
}

static void other_versions_are_told_apart(void **state)
{
	_cleanup_free_ char *path = db_path(state);
	struct err e = ERR_INIT;
	struct store *s = open_store(path);
	sqlite3 *db;

	store_close(s);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(store_open(&s, path, &e), ERR_SYSTEM);
	assert_err(e, ERR_SYSTEM, "newer stableq");
	/* Somebody's own database by that name. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE result (a); PRAGMA user_version = 1", NULL,
				      NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(store_open(&s, path, &e), ERR_SYSTEM);
	assert_err(e, ERR_SYSTEM, path);
}

static void places_that_cannot_be_are_named(void **state)
{
	_cleanup_free_ char *file = fs_join(*state, "file"), *path = fs_join(file, "results.db");
	struct err e = ERR_INIT;
	struct store *s;

	assert_int_equal(fs_write(file, "", 0, 0644, &e), 0);
	assert_int_equal(store_open(&s, path, &e), ERR_SYSTEM);
	assert_err(e, ERR_SYSTEM, file);
	assert_int_equal(store_open(&s, *state, &e), ERR_SYSTEM);
	assert_err(e, ERR_SYSTEM, *state);
}

/* Writers of their own processes; each says on a pipe which rows it was told are committed. */
static pid_t start_writer(const char *path, int writer, int rows, int *from)
{
	int p[2];
	pid_t pid;

	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		struct store *s;
		struct result r;

		if (store_open(&s, path, NULL))
			_exit(1);
		for (int i = 0; i < rows; i++) {
			_cleanup_free_ char *key = xasprintf("w%d-%d", writer, i);

			r = sample(key);
			if (store_put(s, &r, NULL))
				_exit(2);
			if (write(p[1], &i, sizeof(i)) != sizeof(i))
				_exit(3);
		}
		store_close(s);
		_exit(0);
	}
	close(p[1]);
	*from = p[0];
	return pid;
}

static int last_told(int fd, int rows)
{
	int last = -1, i;

	while (last < rows && read(fd, &i, sizeof(i)) == sizeof(i))
		last = i;
	return last;
}

static void check_rows(const char *path, int writer, int last)
{
	struct store *s = open_store(path);

	for (int i = 0; i <= last; i++) {
		_cleanup_free_ char *key = xasprintf("w%d-%d", writer, i);
		struct err e = ERR_INIT;
		struct result r;

		if (store_get(s, key, &r, &e))
			fail_msg("a committed row is lost: %s", e.msg);
		result_clear(&r);
	}
	store_close(s);
}

static void a_kill_loses_no_committed_row(void **state)
{
	_cleanup_free_ char *path = db_path(state);
	struct err e = ERR_INIT;

	assert_int_equal(fs_mkparents(path, &e), 0);
	for (int round = 0; round < 12; round++) {
		int from, last, status;
		pid_t pid = start_writer(path, round, 100000, &from);

		usleep(2000 + round * 3000);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		last = last_told(from, 100000);
		close(from);
		check_rows(path, round, last);
	}
}

static void processes_write_at_the_same_time(void **state)
{
	enum { WRITERS = 4, ROWS = 50 };
	_cleanup_free_ char *path = db_path(state);
	struct err e = ERR_INIT;
	pid_t pid[WRITERS];
	int from[WRITERS], status;

	assert_int_equal(fs_mkparents(path, &e), 0);
	/* None of them finds the tables made: that is part of it. */
	for (int w = 0; w < WRITERS; w++)
		pid[w] = start_writer(path, w, ROWS, &from[w]);
	for (int w = 0; w < WRITERS; w++) {
		assert_int_equal(last_told(from[w], ROWS), ROWS - 1);
		close(from[w]);
		assert_int_equal(waitpid(pid[w], &status, 0), pid[w]);
		assert_int_equal(status, 0);
		check_rows(path, w, ROWS - 1);
	}
}

static void fill_up(struct store *s, int *rows, struct err *e)
{
	struct result r;

	for (*rows = 0; *rows < 10000; (*rows)++) {
		_cleanup_free_ char *key = xasprintf("w7-%d", *rows);

		r = sample(key);
		if (store_put(s, &r, e))
			return;
	}
}

static void a_full_disk_is_said_and_nothing_is_lost(void **state)
{
	_cleanup_free_ char *mnt = fs_join(*state, "mnt"), *path = fs_join(mnt, "results.db");
	struct err e = ERR_INIT;
	struct store *s;
	int rows;

	assert_int_equal(fs_mkdirs(mnt, &e), 0);
	if (mount("tmpfs", mnt, "tmpfs", 0, "size=256k")) {
		print_message("skip store: full disk: cannot mount a tmpfs: %s\n", strerror(errno));
		skip();
	}
	s = open_store(path);
	fill_up(s, &rows, &e);
	assert_err(e, ERR_SYSTEM, "disk is full");
	assert_true(rows > 10);
	store_close(s);
	/* Still full: what is there can be read. */
	check_rows(path, 7, rows - 1);
	/* With space again, the same goes on. */
	assert_int_equal(mount("tmpfs", mnt, "tmpfs", MS_REMOUNT, "size=4m"), 0);
	s = open_store(path);
	fill_up(s, &(int){ 0 }, &e);
	err_clear(&e);
	store_close(s);
	check_rows(path, 7, rows);
	assert_int_equal(umount(mnt), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(results_come_back_as_they_were),
		cmocka_unit_test(kinds_have_names),
		unit_test_scratch(estimates_are_the_mean_of_the_last_five),
		unit_test_scratch(damage_is_named_with_a_way_out),
		unit_test_scratch(other_versions_are_told_apart),
		unit_test_scratch(places_that_cannot_be_are_named),
		unit_test_scratch(a_kill_loses_no_committed_row),
		unit_test_scratch(processes_write_at_the_same_time),
		unit_test_scratch(a_full_disk_is_said_and_nothing_is_lost),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
