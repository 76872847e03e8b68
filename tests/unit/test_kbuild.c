// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuring and building a fake kernel: tests/data/kbuild/tree, copied so that it can be changed.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kbuild/kbuild.h"

#define DATA "tests/data/kbuild"

/* A tree, an object directory and fragments; everything lies in the test's own directory. */
struct bench {
	char *dir;
	char *tree;
	char *obj;
	char *log;
	char *cache;
	struct strv fragments;
	struct kbuild b;
};

static void run(const char *const *argv)
{
	struct child c = { .argv = argv };
	struct err e = ERR_INIT;

	if (child_check(&c, &e))
		fail_msg("%s", e.msg);
	child_free(&c);
}

static int bench_make(void **state)
{
	struct bench *t = xcalloc(1, sizeof(*t));
	void *dir;

	if (scratch_make(&dir))
		return -1;
	t->dir = dir;
	t->tree = fs_join(t->dir, "linux-6.12.107");
	t->obj = fs_join(t->dir, "obj");
	t->log = fs_join(t->dir, "build.log");
	t->cache = fs_join(t->dir, "ccache");
	run((const char *const[]){ "cp", "-r", DATA "/tree", t->tree, NULL });
	put(t->dir, "base.config", "CONFIG_DEMO_NET=y\nCONFIG_DEMO_SLUB=n\n");
	put(t->dir, "nfsd.config", "# the server\nCONFIG_DEMO_INOTIFY=y\nCONFIG_DEMO_NFSD=y\n"
		 "CONFIG_DEMO_SLUB=y\n");
	strv_addf(&t->fragments, "%s/base.config", t->dir);
	strv_addf(&t->fragments, "%s/nfsd.config", t->dir);
	t->b = (struct kbuild){
		.arch = arch_find("um"), .toolchain = "gcc", .tree = t->tree, .obj = t->obj,
		.fragments = &t->fragments, .ccache_dir = t->cache, .jobs = 2, .log = t->log,
		.estimate = -1,
	};
	*state = t;
	return 0;
}

static int bench_remove(void **state)
{
	struct bench *t = *state;
	void *dir = t->dir;

	kbuild_free(&t->b);
	strv_free(&t->fragments);
	free(t->tree);
	free(t->obj);
	free(t->log);
	free(t->cache);
	free(t);
	return scratch_remove(&dir);
}

static void config(struct bench *t)
{
	struct err e = ERR_INIT;

	if (kbuild_config(&t->b, &e))
		fail_msg("%s", e.msg);
}

static void build(struct bench *t)
{
	struct err e = ERR_INIT;

	config(t);
	kbuild_free(&t->b);
	if (kbuild_make(&t->b, &e))
		fail_msg("%s", e.msg);
	assert_true(fs_exists(t->b.image));
}

static int build_fails(struct bench *t, struct err *e)
{
	config(t);
	kbuild_free(&t->b);
	return kbuild_make(&t->b, e);
}

static char *text_of(const char *dir, const char *name)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	struct str text = STR_INIT;

	fs_read(path, 0, &text, NULL);
	return str_take(&text);
}

static size_t runs(struct bench *t, const char *what)
{
	_cleanup_free_ char *text = text_of(t->obj, what);

	return strlen(text) / strlen("run\n");
}

static struct timespec mtime(const char *dir, const char *name)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mtim;
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static void a_configuration_has_what_is_wanted(void **state)
{
	struct bench *t = *state;
	_cleanup_free_ char *text = NULL;

	config(t);
	text = text_of(t->obj, ".config");
	assert_non_null(strstr(text, "CONFIG_DEMO_NFSD=y\n"));
	/* The later fragment wins. */
	assert_non_null(strstr(text, "CONFIG_DEMO_SLUB=y\n"));
}

static void what_falls_out_is_named(void **state)
{
	struct bench *t = *state;
	struct err e = ERR_INIT;

	put(t->dir, "nfsd.config", "# the server\nCONFIG_DEMO_NFSD=y\n");
	assert_int_equal(kbuild_config(&t->b, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT,
		   "/nfsd.config:2: CONFIG_DEMO_NFSD=y fell out: it is not set in the "
		   "result; Kconfig:7: depends on DEMO_BLOCK || DEMO_NET (DEMO_BLOCK=n, "
		   "DEMO_NET=y); fs/Kconfig:18: depends on DEMO_AUTO && (DEMO_INET || DEMO_INET6) "
		   "(DEMO_AUTO=n, ");
	/* Asked for off, and selected by another. */
	put(t->dir, "nfsd.config", "CONFIG_DEMO_INOTIFY=y\nCONFIG_DEMO_AUTO=n\n");
	assert_int_equal(kbuild_config(&t->b, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT,
		   "/nfsd.config:2: CONFIG_DEMO_AUTO=n fell out: it is y in the result; "
		   "selected by fs/Kconfig:7: DEMO_INOTIFY (=y): select DEMO_AUTO; ");
	/* All of them in one message, up to a point. */
	put(t->dir, "nfsd.config", "CONFIG_DEMO_NFSD=y\nCONFIG_DEMO_NONE=y\n");
	assert_int_equal(kbuild_config(&t->b, &e), ERR_INPUT);
	assert_non_null(strstr(e.msg, "CONFIG_DEMO_NFSD=y"));
	assert_err(e, ERR_INPUT, "no such symbol");
	put(t->dir, "nfsd.config", "CONFIG_DEMO NFSD=y\n");
	assert_int_equal(kbuild_config(&t->b, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "nfsd.config:1: 'CONFIG_DEMO NFSD=y': expected");
}

static void an_unchanged_configuration_is_left_alone(void **state)
{
	struct bench *t = *state;
	struct timespec before;

	build(t);
	before = mtime(t->obj, ".config");
	assert_int_equal(runs(t, "config-runs"), 1);
	assert_int_equal(runs(t, "prepare-runs"), 1);
	build(t);
	assert_int_equal(runs(t, "config-runs"), 1);
	assert_int_equal(runs(t, "prepare-runs"), 1);
	/* A Kconfig file with other bytes: configured anew, and nothing else if all is the same. */
	put(t->tree, "fs/Kconfig", "config DEMO_NFSD\n\tbool \"NFS server\"\n");
	build(t);
	assert_int_equal(runs(t, "config-runs"), 2);
	assert_true(same_time(before, mtime(t->obj, ".config")));
	build(t);
	assert_int_equal(runs(t, "config-runs"), 2);
	put(t->dir, "base.config", "CONFIG_DEMO_NET=y\n");
	build(t);
	assert_int_equal(runs(t, "config-runs"), 3);
	/* Somebody changed it by hand. */
	put(t->obj, ".config", "CONFIG_DEMO_NET=y\n");
	config(t);
	assert_int_equal(runs(t, "config-runs"), 4);
}

static void the_release_is_taken_out_of_autoconf(void **state)
{
	struct bench *t = *state;
	_cleanup_free_ char *text = NULL;
	struct timespec made;

	build(t);
	text = text_of(t->obj, "include/generated/autoconf.h");
	assert_null(strstr(text, "6.12"));
	assert_non_null(strstr(text, " * Linux Kernel Configuration\n"));
	assert_non_null(strstr(text, "#define CONFIG_DEMO_NFSD 1\n"));
	/* As make left it, and not older than .config: it won't be made again for that. */
	made = mtime(t->obj, "include/generated/autoconf.h");
	build(t);
	assert_true(same_time(made, mtime(t->obj, "include/generated/autoconf.h")));
}

static void warnings_outlive_the_build_that_said_them(void **state)
{
	struct bench *t = *state;
	const char *w = "fs/demo/a.c:7: warning: unused variable 'unused' [-Wunused-variable]";

	build(t);
	assert_int_equal(t->b.units, 2);
	assert_int_equal(t->b.warnings.n, 1);
	assert_string_equal(t->b.warnings.v[0], w);
	build(t);
	assert_int_equal(t->b.units, 0);
	assert_int_equal(t->b.warnings.n, 1);
	assert_string_equal(t->b.warnings.v[0], w);
	/* Another file is compiled: the first one's warning still holds. */
	put(t->tree, "fs/demo/b.c",
		 "#include \"demo.h\"\nint demo_value(void) { int b; return 1; }\n");
	build(t);
	assert_int_equal(t->b.units, 1);
	assert_int_equal(t->b.warnings.n, 2);
	assert_string_equal(t->b.warnings.v[1],
			    "fs/demo/b.c:2: warning: unused variable 'b' [-Wunused-variable]");
	/* Mended, it is gone. */
	put(t->tree, "fs/demo/a.c", "#include \"demo.h\"\nint main(void) { return 0; }\n");
	build(t);
	assert_int_equal(t->b.warnings.n, 1);
	/*
	 * A header's, said once although two files include it, and gone with the header's change.
	 */
	put(t->tree, "fs/demo/demo.h",
		 "int demo_value(void);\nstatic int never(void) { return 1; }\n");
	build(t);
	assert_int_equal(t->b.units, 2);
	assert_int_equal(t->b.warnings.n, 2);
	assert_non_null(strstr(t->b.warnings.v[1], "fs/demo/demo.h:2: warning: 'never' defined"));
	build(t);
	assert_int_equal(t->b.warnings.n, 2);
	put(t->tree, "fs/demo/demo.h", "int demo_value(void);\n");
	build(t);
	assert_int_equal(t->b.warnings.n, 1);
}

static void errors_have_file_and_line(void **state)
{
	struct bench *t = *state;
	struct err e = ERR_INIT;
	_cleanup_free_ char *log = NULL;

	put(t->tree, "fs/demo/b.c", "#include \"demo.h\"\n\nint demo_value(void) { return x; }\n");
	assert_int_equal(build_fails(t, &e), ERR_FINDING);
	assert_non_null(strstr(e.msg, t->log));
	assert_err(e, ERR_FINDING, "fs/demo/b.c:3: error: 'x' undeclared");
	assert_int_equal(t->b.errors.n, 1);
	assert_null(t->b.image);
	log = text_of(t->dir, "build.log");
	assert_non_null(strstr(log, "'x' undeclared"));
	/* What the compiler said of the other file isn't lost with the failure. */
	put(t->tree, "fs/demo/b.c", "#include \"demo.h\"\nint other_value(void) { return 1; }\n");
	assert_int_equal(build_fails(t, &e), ERR_FINDING);
	assert_err(e, ERR_FINDING, "in function `main': undefined reference to `demo_value'");
	put(t->tree, "fs/demo/b.c", "#include \"demo.h\"\nint demo_value(void) { return 1; }\n");
	build(t);
	assert_int_equal(t->b.warnings.n, 1);
}

static void what_the_machine_lacks_is_no_finding(void **state)
{
	struct bench *t = *state;
	struct err e = ERR_INIT;

	put(t->tree, "no-tool", "");
	assert_int_equal(build_fails(t, &e), ERR_MISSING);
	assert_err(e, ERR_MISSING,
		   "the build needs stableq-no-such-tool, which this machine lacks");
	t->b.toolchain = "nosuchcc";
	assert_int_equal(kbuild_config(&t->b, &e), ERR_MISSING);
	assert_err(e, ERR_MISSING, "nosuchcc");
}

static void places_that_make_cannot_work_in_are_refused(void **state)
{
	struct bench *t = *state;
	struct err e = ERR_INIT;

	t->b.obj = "/tmp/with a space";
	assert_int_equal(kbuild_config(&t->b, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "/tmp/with a space: ");
	t->b.obj = t->obj;
	t->b.tree = t->dir;
	assert_int_equal(kbuild_config(&t->b, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "a kernel's source?");
}

static void one_at_a_time(void **state)
{
	struct bench *t = *state;
	_cleanup_free_ char *lock = fs_join(t->obj, ".stableq/lock");
	struct err e = ERR_INIT;
	int fd;

	build(t);
	assert_int_equal(fs_lock(lock, false, &fd, &e), 0);
	assert_int_equal(kbuild_config(&t->b, &e), ERR_MISSING);
	assert_err(e, ERR_MISSING, "held by another stableq");
	assert_int_equal(kbuild_make(&t->b, &e), ERR_MISSING);
	assert_err(e, ERR_MISSING, "held by another stableq");
	close(fd);
	build(t);
}

static void a_time_limit_ends_it(void **state)
{
	struct bench *t = *state;
	struct err e = ERR_INIT;

	put(t->tree, "slow", "");
	config(t);
	t->b.timeout_ms = 700;
	assert_int_equal(kbuild_make(&t->b, &e), ERR_TIMEOUT);
	assert_err(e, ERR_TIMEOUT, "make: not done after 1 s");
	assert_true(t->b.seconds < 10);
	t->b.timeout_ms = 0;
}

/* An object written by half when the machine went down, newer than all that it is made of. */
static void what_a_killed_build_left_is_made_again(void **state)
{
	struct bench *t = *state;
	struct timespec b;

	build(t);
	b = mtime(t->obj, "fs/demo/b.o");
	put(t->obj, "fs/demo/a.o", "half");
	put(t->obj, ".stableq/building", "");
	build(t);
	assert_int_equal(t->b.units, 2);
	assert_false(same_time(b, mtime(t->obj, "fs/demo/b.o")));
	build(t);
	assert_int_equal(t->b.units, 0);
}

static void killed_for_real_it_goes_on(void **state)
{
	struct bench *t = *state;
	_cleanup_free_ char *mark = fs_join(t->obj, ".stableq/building");
	_cleanup_free_ char *slow = fs_join(t->tree, "slow");
	int status, tries;
	pid_t pid;

	put(t->tree, "slow", "");
	config(t);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		kbuild_make(&t->b, NULL);
		_exit(0);
	}
	for (tries = 0; tries < 500 && !fs_exists(mark); tries++)
		usleep(10000);
	usleep(300000);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_true(fs_exists(mark));
	unlink(slow);
	/* Its make has a moment to end; the lock is free at once. */
	usleep(300000);
	build(t);
	assert_false(fs_exists(mark));
}

static void a_full_disk_is_said(void **state)
{
	struct bench *t = *state;
	_cleanup_free_ char *obj = fs_join(t->dir, "mnt");
	struct err e = ERR_INIT;
	int ret;

	assert_int_equal(fs_mkdirs(obj, &e), 0);
	if (mount("tmpfs", obj, "tmpfs", 0, "size=64k")) {
		print_message("skip kbuild: full disk: cannot mount a tmpfs: %s\n",
			      strerror(errno));
		skip();
	}
	t->b.obj = obj;
	ret = kbuild_config(&t->b, &e);
	ret = ret ? ret : kbuild_make(&t->b, &e);
	if (ret != ERR_SYSTEM)
		fail_msg("%d: %s", ret, e.msg);
	assert_err(e, ERR_SYSTEM, "No space left on device");
	assert_int_equal(mount("tmpfs", obj, "tmpfs", MS_REMOUNT, "size=8m"), 0);
	build(t);
	kbuild_free(&t->b);
	assert_int_equal(umount(obj), 0);
}

#define bench_test(f) cmocka_unit_test_setup_teardown(f, bench_make, bench_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		bench_test(a_configuration_has_what_is_wanted),
		bench_test(what_falls_out_is_named),
		bench_test(an_unchanged_configuration_is_left_alone),
		bench_test(the_release_is_taken_out_of_autoconf),
		bench_test(warnings_outlive_the_build_that_said_them),
		bench_test(errors_have_file_and_line),
		bench_test(what_the_machine_lacks_is_no_finding),
		bench_test(places_that_make_cannot_work_in_are_refused),
		bench_test(one_at_a_time),
		bench_test(a_time_limit_ends_it),
		bench_test(what_a_killed_build_left_is_made_again),
		bench_test(killed_for_real_it_goes_on),
		bench_test(a_full_disk_is_said),
	};

	/* A user's own language must not show in what is understood. */
	setenv("LANG", "C.UTF-8", 1);
	setenv("LC_CTYPE", "C.UTF-8", 1);
	unsetenv("LC_ALL");
	return cmocka_run_group_tests_name("kbuild", tests, NULL, NULL);
}
