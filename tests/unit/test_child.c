// SPDX-License-Identifier: GPL-2.0-only
#include "unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"

#define ARGV(...) (const char *const[]){ __VA_ARGS__, NULL }

static void output_and_status_are_kept(void **state)
{
	struct child c = { .argv = ARGV("sh", "-c", "cat; echo oops >&2; exit 3"),
			   .input = "in\0put", .input_len = 6 };
	struct err e = ERR_INIT;

	assert_int_equal(child_run(&c, &e), 0);
	assert_int_equal(c.end, CHILD_EXITED);
	assert_int_equal(c.status, 3);
	assert_int_equal(c.out.len, 6);
	assert_memory_equal(c.out.s, "in\0put", 6);
	assert_string_equal(c.errout.s, "oops\n");
	child_free(&c);
	c = (struct child){ .argv = ARGV("sh", "-c", "echo first >&2; echo why >&2; exit 1") };
	assert_int_equal(child_check(&c, &e), ERR_SYSTEM);
	assert_err(e, ERR_SYSTEM, "exit status 1: why");
	child_free(&c);
}

static void count_call(void *ctx)
{
	++*(int *)ctx;
}

/* A child that says nothing is no reason for us to be silent. */
static void waiting_is_told(void **state)
{
	struct child c = { .argv = ARGV("sleep", "2.5") };
	int calls = 0;

	child_on_wait(count_call, &calls);
	assert_int_equal(child_run(&c, NULL), 0);
	child_on_wait(NULL, NULL);
	assert_in_range(calls, 3, 5);
	child_free(&c);
}

static int slow_reader(void *ctx, int fd, const char *p, size_t n)
{
	bool *slept = ctx;

	if (!*slept)
		usleep(500000);
	*slept = true;
	return 0;
}

/* As user-mode Linux does it: what a pipe doesn't take at once is lost. */
static void a_burst_is_not_lost(void **state)
{
	static const char burst[] =
		"import os\n"
		"os.set_blocking(1, False)\n"
		"for i in range(500):\n"
		"    try:\n"
		"        os.write(1, b'x' * 1023 + b'\\n')\n"
		"    except BlockingIOError:\n"
		"        pass\n";
	bool slept = false;
	struct child c = { .argv = ARGV("python3", "-c", burst), .on_data = slow_reader,
			   .ctx = &slept };
	struct err e = ERR_INIT;

	assert_int_equal(child_check(&c, &e), 0);
	assert_int_equal(c.out.len, 500 * 1024);
	child_free(&c);
}

static void arguments_meet_no_shell(void **state)
{
	struct child c = { .argv = ARGV("printf", "%s|", "$(id)", "a b;c", "") };
	struct err e = ERR_INIT;

	assert_int_equal(child_check(&c, &e), 0);
	assert_string_equal(c.out.s, "$(id)|a b;c||");
	child_free(&c);
}

static void environment_is_changed_for_the_child_only(void **state)
{
	struct child c = { .argv = ARGV("sh", "-c", "echo ${SQ_A-unset} ${SQ_B-unset}; pwd"),
			   .env = ARGV("SQ_A=new", "SQ_B"), .cwd = "/" };
	struct err e = ERR_INIT;

	setenv("SQ_A", "old", 1);
	setenv("SQ_B", "old", 1);
	assert_int_equal(child_check(&c, &e), 0);
	assert_string_equal(c.out.s, "new unset\n/\n");
	assert_string_equal(getenv("SQ_A"), "old");
	child_free(&c);
}

static void missing_programs_are_named(void **state)
{
	struct child c = { .argv = ARGV("stableq-no-such-program") };
	struct err e = ERR_INIT;

	assert_int_equal(child_run(&c, &e), ERR_MISSING);
	assert_err(e, ERR_MISSING, "stableq-no-such-program: no such program in PATH");
	assert_false(child_have("stableq-no-such-program"));
	assert_true(child_have("sh"));
	c = (struct child){ .argv = ARGV("sh"), .cwd = "/nonexistent" };
	assert_int_equal(child_run(&c, &e), ERR_SYSTEM);
	assert_err(e, ERR_SYSTEM, "/nonexistent: no such directory");
}

/* A zombie is gone: who reaps it, and when, is not our matter. */
static bool alive(pid_t pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/stat", pid);
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	char state = 0;

	return f && fscanf(f, "%*d (%*[^)]) %c", &state) == 1 && state != 'Z' && state != 'X';
}

static bool gone(pid_t pid)
{
	for (int i = 0; i < 250; i++) {
		if (!alive(pid))
			return true;
		usleep(20000);
	}
	return false;
}

static void a_time_limit_ends_the_whole_group(void **state)
{
	/* The grandchild ignores SIGTERM: only SIGKILL to the group reaches it. */
	struct child c = { .argv = ARGV("sh", "-c",
					"sh -c 'trap \"\" TERM; while :; do sleep 1; done' & "
					"echo $!; wait"),
			   .timeout_ms = 300 };
	struct err e = ERR_INIT;

	assert_int_equal(child_run(&c, &e), ERR_TIMEOUT);
	assert_err(e, ERR_TIMEOUT, "not done after 1 s");
	assert_true(c.seconds < 5);
	assert_true(gone(atoi(c.out.s)));
	child_free(&c);
}

static int stop_after(void *ctx, int fd, const char *p, size_t n)
{
	size_t *left = ctx;

	*left -= MIN(*left, n);
	return *left == 0;
}

static int said_enough(void *ctx, int fd, const char *p, size_t n)
{
	struct child *c = ctx;

	if (memmem(p, n, "enough", 6))
		c->idle_ms = 0;
	return 0;
}

/* Output keeps a child alive, until it stops; on_data may take the limit away. */
static void a_silence_ends_it(void **state)
{
	struct child c = { .argv = ARGV("sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.3; done; "
					"exec sleep 9"),
			   .idle_ms = 600, .timeout_ms = 60000 };
	struct err e = ERR_INIT;

	assert_int_equal(child_run(&c, &e), ERR_TIMEOUT);
	assert_err(e, ERR_TIMEOUT, "sh: said nothing for 1 s");
	assert_int_equal(c.end, CHILD_TIMEOUT);
	assert_string_equal(c.out.s, "1\n2\n3\n");
	assert_in_range((int)(c.seconds * 10), 11, 60);
	child_free(&c);
	c = (struct child){ .argv = ARGV("sh", "-c", "echo enough; sleep 1; echo done"),
			    .idle_ms = 500, .on_data = said_enough, .ctx = &c };
	assert_int_equal(child_run(&c, &e), 0);
	assert_string_equal(c.out.s, "enough\ndone\n");
	child_free(&c);
}

static void a_flood_is_cut(void **state)
{
	size_t left = 4 * 1024 * 1024;
	struct child c = { .argv = ARGV("yes"), .on_data = stop_after, .ctx = &left,
			   .capture_max = 1000 };
	struct err e = ERR_INIT;

	assert_int_equal(child_run(&c, &e), 0);
	assert_int_equal(c.end, CHILD_STOPPED);
	assert_int_equal(c.out.len, 1000);
	assert_true(c.truncated);
	child_free(&c);
}

static void output_held_open_is_not_waited_for(void **state)
{
	struct child c = { .argv = ARGV("sh", "-c", "sleep 30 & echo $!; exit 0") };
	struct err e = ERR_INIT;

	assert_int_equal(child_run(&c, &e), 0);
	assert_true(c.seconds < 5);
	kill(atoi(c.out.s), SIGKILL);
	child_free(&c);
}

static void logs_get_both_streams(void **state)
{
	_cleanup_free_ char *log = fs_join(*state, "log");
	_cleanup_str_ struct str s = STR_INIT;
	struct child c = { .argv = ARGV("sh", "-c", "echo a; echo b >&2"), .log = log,
			   .merge = true };
	struct err e = ERR_INIT;

	assert_int_equal(child_check(&c, &e), 0);
	assert_int_equal(fs_read(log, 0, &s, &e), 0);
	assert_string_equal(s.s, "a\nb\n");
	child_free(&c);
	c = (struct child){ .argv = ARGV("sh", "-c", "echo lost"), .log = "/dev/full" };
	assert_int_equal(child_run(&c, &e), ERR_SYSTEM);
	assert_err(e, ERR_SYSTEM, "No space left");
	child_free(&c);
}

/* Fork something that runs a long child, do @sig to it, and see what becomes of both. */
static int signalled(int sig, pid_t *child, pid_t *grandchild)
{
	int p[2], status;
	char buf[32] = "";
	pid_t pid;

	assert_int_equal(pipe(p), 0);
	pid = fork();
	if (pid == 0) {
		struct child c = { .argv = ARGV("sh", "-c", "sleep 60 & echo $$ $! >&3; wait") };
		struct err e = ERR_INIT;

		dup2(p[1], 3);
		child_catch_signals();
		_exit(err_exit_code(child_run(&c, &e)));
	}
	assert_true(read(p[0], buf, sizeof(buf) - 1) > 0);
	assert_int_equal(sscanf(buf, "%d %d", child, grandchild), 2);
	kill(pid, sig);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(p[0]);
	close(p[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void interrupts_end_children(void **state)
{
	pid_t pid, sleeper;

	assert_int_equal(signalled(SIGINT, &pid, &sleeper), EXIT_INTERRUPTED);
	assert_true(gone(pid));
	assert_true(gone(sleeper));
}

static void children_do_not_outlive_a_killed_parent(void **state)
{
	pid_t pid, sleeper;

	assert_int_equal(signalled(SIGKILL, &pid, &sleeper), -1);
	assert_true(gone(pid));
	assert_true(gone(sleeper));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waiting_is_told),
		cmocka_unit_test(output_and_status_are_kept),
		cmocka_unit_test(a_burst_is_not_lost),
		cmocka_unit_test(arguments_meet_no_shell),
		cmocka_unit_test(environment_is_changed_for_the_child_only),
		cmocka_unit_test(missing_programs_are_named),
		cmocka_unit_test(a_time_limit_ends_the_whole_group),
		cmocka_unit_test(a_silence_ends_it),
		cmocka_unit_test(a_flood_is_cut),
		cmocka_unit_test(output_held_open_is_not_waited_for),
		unit_test_scratch(logs_get_both_streams),
		cmocka_unit_test(interrupts_end_children),
		cmocka_unit_test(children_do_not_outlive_a_killed_parent),
	};

	return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
