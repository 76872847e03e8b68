// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/store.h"

static char *db_path(void **state)
{
	return fs_join(*state, "sub/results.db");
}

/* A build with the given key; everything in it is static. */
static struct build_fact sample(const char *key)
{
	struct build_fact b = {
		.release = "6.12.107", .cell = "um-kasan", .state = "patched", .failed = true,
		.message = "no \"grace\"; it's 100 %", .lines = "line 1\nline 2\n", .seconds = 0.5,
	};

	snprintf(b.key, sizeof(b.key), "%s", key);
	return b;
}

/* A boot, with a console that no text could be. */
static struct boot_fact sample_boot(const char *key, const char *checks, enum vm_end end)
{
	struct boot_fact b = {
		.checks = (char *)checks, .suite = "nfsd-x", .release = "6.12.107", .source = "src",
		.suites = "digest", .cell = "um-kasan", .state = "base", .patches = "", .end = end,
		.timeout_ms = 1000, .output_max = 4096, .console = { "a\0b\xff\n", 5, 6 },
		.seconds = 0.5, .accel = "um",
	};

	snprintf(b.key, sizeof(b.key), "%s", key);
	return b;
}

static struct store *open_store(const char *path)
{
	struct err e = ERR_INIT;
	struct store *s;

	if (store_open(&s, path, NULL, &e))
		fail_msg("%s", e.msg);
	return s;
}

static void put_build(struct store *s, const struct build_fact *b)
{
	struct err e = ERR_INIT;

	if (store_put_build(s, b, &e))
		fail_msg("%s", e.msg);
}

static void put_boot(struct store *s, const char *key, const char *checks, enum vm_end end)
{
	struct boot_fact b = sample_boot(key, checks, end);
	struct err e = ERR_INIT;

	if (store_put_boot(s, &b, &e))
		fail_msg("%s", e.msg);
}

static void builds_come_back_as_they_were(void **state)
{
	_cleanup_free_ char *path = db_path(state);
	struct build_fact b = sample("k1"), found;
	struct store *s = open_store(path);
	struct err e = ERR_INIT;

	put_build(s, &b);
	store_close(s);
	s = open_store(path);
	assert_int_equal(store_get_build(s, "k1", &found, &e), 0);
	assert_string_equal(found.key, "k1");
	assert_string_equal(found.release, b.release);
	assert_string_equal(found.cell, b.cell);
	assert_string_equal(found.state, b.state);
	assert_string_equal(found.message, b.message);
	assert_string_equal(found.lines, b.lines);
	assert_true(found.failed);
	assert_true(found.seconds == 0.5);
	build_fact_clear(&found);
	build_fact_clear(&found);
	assert_int_equal(store_get_build(s, "k2", &found, &e), ERR_NOTFOUND);
	assert_err(e, ERR_NOTFOUND, "k2");

	b.failed = false;
	b.message = NULL;
	put_build(s, &b);
	assert_int_equal(store_get_build(s, "k1", &found, &e), 0);
	assert_false(found.failed);
	assert_string_equal(found.message, "");
	build_fact_clear(&found);
	store_close(s);
	store_close(NULL);
}

static void boots_come_back_as_they_were(void **state)
{
	_cleanup_free_ char *path = db_path(state);
	struct store *s = open_store(path);
	struct err e = ERR_INIT;
	struct boot_fact b;

	put_boot(s, "k1", "boot,session", VM_FLOOD);
	assert_int_equal(store_get_boot(s, "k1", "boot,session", 1000, &b, &e), 0);
	assert_string_equal(b.key, "k1");
	assert_string_equal(b.checks, "boot,session");
	assert_string_equal(b.suite, "nfsd-x");
	assert_string_equal(b.source, "src");
	assert_string_equal(b.suites, "digest");
	assert_string_equal(b.accel, "um");
	assert_int_equal(b.end, VM_FLOOD);
	assert_int_equal(b.timeout_ms, 1000);
	assert_int_equal(b.output_max, 4096);
	assert_int_equal(b.console.len, 5);
	assert_memory_equal(b.console.s, "a\0b\xff\n", 5);
	boot_fact_clear(&b);
	assert_int_equal(store_get_boot(s, "k2", "", 0, &b, &e), ERR_NOTFOUND);
	err_clear(&e);
	store_close(s);
}

/* Which stored boot serves when these checks are asked for; "" when none does. */
static void assert_served(struct store *s, const char *checks, unsigned int timeout_ms,
			  const char *by)
{
	struct boot_fact b = { .end = VM_POWEROFF };
	struct err e = ERR_INIT;
	int ret = store_get_boot(s, "k", checks, timeout_ms, &b, &e);

	assert_int_equal(ret, by[0] ? 0 : ERR_NOTFOUND);
	if (!ret)
		assert_string_equal(b.checks, by);
	boot_fact_clear(&b);
	err_clear(&e);
}

static void a_boot_serves_fewer_checks(void **state)
{
	_cleanup_free_ char *path = db_path(state);
	struct store *s = open_store(path);

	put_boot(s, "k", "boot,session,stop", VM_POWEROFF);
	assert_served(s, "boot,session,stop", 1, "boot,session,stop");
	assert_served(s, "boot,stop", 1, "boot,session,stop");
	assert_served(s, "stop", 1, "boot,session,stop");
	assert_served(s, "sto", 1, "");
	assert_served(s, "boot,wedge", 1, "");
	assert_served(s, "", 1, "");
	/* One that died may have done so of another check; just as asked, it is what came of it. */
	put_boot(s, "k", "boot,wedge", VM_DIED);
	assert_served(s, "wedge", 1, "");
	assert_served(s, "boot,wedge", 1, "boot,wedge");
	/* As asked comes before newer ones of more. */
	put_boot(s, "k", "stop", VM_POWEROFF);
	put_boot(s, "k", "session,stop", VM_POWEROFF);
	assert_served(s, "stop", 1, "stop");
	assert_served(s, "session", 1, "session,stop");
	/* More time may be all that it lacked. */
	put_boot(s, "k", "hang", VM_TIMEOUT);
	assert_served(s, "hang", 1000, "hang");
	assert_served(s, "hang", 1001, "");
	store_close(s);
}

static int count_boot(void *ctx, const struct boot_fact *b)
{
	assert_string_equal(b->patches, "");
	++*(int *)ctx;
	return 0;
}

static void boots_of_a_release_as_it_is(void **state)
{
	_cleanup_free_ char *path = db_path(state);
	struct store *s = open_store(path);
	struct boot_fact b = sample_boot("k1", "", VM_POWEROFF);
	struct err e = ERR_INIT;
	int n = 0;

	assert_int_equal(store_put_boot(s, &b, &e), 0);
	snprintf(b.key, sizeof(b.key), "k2");
	assert_int_equal(store_put_boot(s, &b, &e), 0);
	snprintf(b.key, sizeof(b.key), "k3");
	b.cell = "x86_64-proof";
	assert_int_equal(store_put_boot(s, &b, &e), 0);
	snprintf(b.key, sizeof(b.key), "k4");
	b.cell = "other";
	b.patches = "a.patch\n";
	assert_int_equal(store_put_boot(s, &b, &e), 0);
	store_close(s);
	assert_int_equal(store_look(&s, path, &e), 0);
	assert_int_equal(store_released_boots(s, "6.12.107", "src", "nfsd-x", "digest", count_boot,
					      &n, &e), 0);
	assert_int_equal(n, 2);
	assert_int_equal(store_released_boots(s, "6.12.107", "other", "nfsd-x", "digest",
					      count_boot, &n, &e), 0);
	assert_int_equal(store_released_boots(s, "6.12.107", "src", "nfsd-x", "older", count_boot,
					      &n, &e), 0);
	assert_int_equal(n, 2);
	store_close(s);
	/* Looking makes nothing. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(store_look(&s, path, &e), 0);
	assert_null(s);
	assert_false(fs_exists(path));
}

static void estimates_are_the_mean_of_the_last_five(void **state)
{
	_cleanup_free_ char *path = db_path(state);
	struct store *s = open_store(path);
	struct build_fact r;

	assert_true(store_build_seconds(s, "um-kasan") < 0);
	for (int i = 0; i < 8; i++) {
		_cleanup_free_ char *key = xasprintf("k%d", i);

		r = sample(key);
		/* 100 for the first three, then 1 to 5. */
		r.seconds = i < 3 ? 100 : i - 2;
		r.release = i % 2 ? "6.12.107" : "6.1.187";
		put_build(s, &r);
	}
	assert_true(store_build_seconds(s, "um-kasan") == 3);
	assert_true(store_boot_seconds(s, "um-kasan") < 0);
	assert_true(store_build_seconds(s, "um") < 0);
	store_close(s);
}

static void damage_is_named_with_a_way_out(void **state)
{
	_cleanup_free_ char *path = db_path(state);
	_cleanup_str_ struct str text = STR_INIT;
	struct err e = ERR_INIT;
	struct store *s = open_store(path);
	struct build_fact r;

	for (int i = 0; i < 200; i++) {
		_cleanup_free_ char *key = xasprintf("k%d", i);

		r = sample(key);
		put_build(s, &r);
	}
	store_close(s);
	assert_int_equal(fs_read(path, 0, &text, &e), 0);
	/* Rubbish in the middle, as a bad disk has it. */
	memset(text.s + 4096, 0xa5, text.len - 4096);
	assert_int_equal(fs_write(path, text.s, text.len, 0644, &e), 0);
	assert_int_equal(store_open(&s, path, NULL, &e), ERR_SYSTEM);
	assert_null(s);
	assert_non_null(strstr(e.msg, path));
	assert_non_null(strstr(e.msg, ".damaged"));
	err_clear(&e);
	assert_int_equal(fs_write(path, "what is this?\n", 14, 0644, &e), 0);
	assert_int_equal(store_open(&s, path, NULL, &e), ERR_SYSTEM);
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
	assert_int_equal(store_open(&s, path, NULL, &e), ERR_SYSTEM);
	assert_err(e, ERR_SYSTEM, "newer stableq");
	/* Somebody's own database by that name. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE build (a); PRAGMA user_version = 2", NULL,
				      NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(store_open(&s, path, NULL, &e), ERR_SYSTEM);
	assert_err(e, ERR_SYSTEM, path);
}

static void verdicts_of_before_are_set_aside(void **state)
{
	_cleanup_free_ char *path = db_path(state), *aside = xasprintf("%s.v1", path), *text = NULL;
	struct build_fact b = sample("k1"), found;
	struct err e = ERR_INIT;
	struct out out = { 0 };
	struct store *s;
	size_t n;
	sqlite3 *db;

	assert_int_equal(fs_mkparents(path, &e), 0);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "PRAGMA journal_mode = WAL; CREATE TABLE result (key TEXT); "
				      "INSERT INTO result VALUES ('old'); PRAGMA user_version = 1",
				      NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(store_look(&s, path, &e), 0);
	assert_null(s);
	out.log = open_memstream(&text, &n);
	assert_int_equal(store_open(&s, path, &out, &e), 0);
	fclose(out.log);
	assert_non_null(strstr(text, aside));
	put_build(s, &b);
	store_close(s);
	s = open_store(path);
	assert_int_equal(store_get_build(s, "k1", &found, &e), 0);
	build_fact_clear(&found);
	store_close(s);
	/* Nothing of it is lost. */
	assert_int_equal(sqlite3_open(aside, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "UPDATE result SET key = 'new' WHERE key = 'old'", NULL,
				      NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_changes(db), 1);
	sqlite3_close(db);
}

static void places_that_cannot_be_are_named(void **state)
{
	_cleanup_free_ char *file = fs_join(*state, "file"), *path = fs_join(file, "results.db");
	struct err e = ERR_INIT;
	struct store *s;

	assert_int_equal(fs_write(file, "", 0, 0644, &e), 0);
	assert_int_equal(store_open(&s, path, NULL, &e), ERR_SYSTEM);
	assert_err(e, ERR_SYSTEM, file);
	assert_int_equal(store_open(&s, *state, NULL, &e), ERR_SYSTEM);
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
		struct build_fact r;

		if (store_open(&s, path, NULL, NULL))
			_exit(1);
		for (int i = 0; i < rows; i++) {
			_cleanup_free_ char *key = xasprintf("w%d-%d", writer, i);

			r = sample(key);
			if (store_put_build(s, &r, NULL))
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
		struct build_fact r;

		if (store_get_build(s, key, &r, &e))
			fail_msg("a committed row is lost: %s", e.msg);
		build_fact_clear(&r);
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
	struct build_fact r;

	for (*rows = 0; *rows < 10000; (*rows)++) {
		_cleanup_free_ char *key = xasprintf("w7-%d", *rows);

		r = sample(key);
		if (store_put_build(s, &r, e))
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
		unit_test_scratch(builds_come_back_as_they_were),
		unit_test_scratch(boots_come_back_as_they_were),
		unit_test_scratch(a_boot_serves_fewer_checks),
		unit_test_scratch(boots_of_a_release_as_it_is),
		unit_test_scratch(verdicts_of_before_are_set_aside),
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
