// SPDX-License-Identifier: GPL-2.0-only
/* User-mode Linux on hosts with larger registers, played by tests/um/fake-ptrace.c. */
#include "unit.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm/vm.h"
#include "vm/private.h"

#define UML_STATE 2696
#define XMM0 160		/* where it is in the state: SDM volume 1, 13.4.2 */
#define XSTATE ((void *)NT_X86_XSTATE)

static char *um, *fake, *self;

static void host_is(const char *what)
{
	setenv("FAKE_XSTATE", what, 1);
	setenv("LD_PRELOAD", fake, 1);
}

static void host_is_itself(void)
{
	unsetenv("FAKE_XSTATE");
	unsetenv("LD_PRELOAD");
}

static struct vm_um probed(const char *host)
{
	struct err err = ERR_INIT;
	struct vm_um u;

	host_is(host);
	if (vm_um_probe(um, &u, &err))
		fail_msg("%s", err.msg);
	host_is_itself();
	return u;
}

static void takes_a_short_state(void **state)
{
	struct vm_um u = probed("small");

	assert_true(u.runs);
	assert_null(u.preload);
	assert_non_null(strstr(u.why, "takes 2"));
	vm_um_free(&u);
}

static void takes_whole_states_only(void **state)
{
	struct vm_um u = probed("large");

	assert_true(u.runs);
	assert_non_null(u.preload);
	assert_true(fs_exists(u.preload));
	assert_non_null(strstr(u.why, "won't take 2696 back: Bad address"));
	vm_um_free(&u);
}

/* Neither as it is nor with help. */
static void takes_none(void **state)
{
	static const char *const hosts[] = { "never", "huge" };

	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		struct vm_um u = probed(hosts[i]);

		assert_false(u.runs);
		assert_null(u.preload);
		assert_non_null(strstr(u.why, "won't take 2696 back"));
		vm_um_free(&u);
	}
}

/*
 * Where processes can be traced at all, every host that is known takes them back, one way or other.
 */
static void this_host(void **state)
{
	struct err err = ERR_INIT;
	struct vm_um u;

	assert_int_equal(vm_um_probe(um, &u, &err), 0);
	assert_true(u.runs || !strncmp(u.why, "PTRACE_", 7));
	vm_um_free(&u);
}

static void nothing_to_probe_with(void **state)
{
	struct err err = ERR_INIT;
	struct vm_um u;

	assert_int_equal(vm_um_probe(NULL, &u, &err), 0);
	assert_true(u.runs);
	assert_int_equal(vm_um_probe(*state, &u, &err), ERR_MISSING);
	assert_err(err, ERR_MISSING, "STABLEQ_UM");
}

/*
 * A "kernel" that does at run time what the probe does sees the shared object, by a path that fits.
 */
static void reaches_the_kernel(void **state)
{
	_cleanup_free_ char *dir = fs_join(*state, "a dir: with blanks"),
		*ours = fs_join(um, "xstate.so");
	_cleanup_free_ char *object = fs_join(dir, "xstate.so"), *probe = fs_join(um, "probe");
	_cleanup_free_ char *body = xasprintf("#!/bin/sh\necho '[    0.000000] Linux'\n%s && "
					      "echo 'stableq: done'\n", probe);
	_cleanup_free_ char *image = fs_join(*state, "linux"), *log = fs_join(*state, "log");
	_cleanup_str_ struct str text = STR_INIT;
	struct vm_run v = {
		.arch = arch_find("um"), .image = image, .initramfs = image, .memory_mib = 64,
		.timeout_ms = 20000, .log = log,
	};
	struct err err = ERR_INIT;

	assert_int_equal(fs_mkdirs(dir, NULL), 0);
	assert_int_equal(symlink(ours, object), 0);
	assert_int_equal(fs_write(image, body, strlen(body), 0755, NULL), 0);
	host_is("large");
	assert_int_equal(vm_boot(&v, &err), 0);
	assert_int_equal(v.end, VM_DIED);
	vm_run_free(&v);
	v.preload = object;
	assert_int_equal(vm_boot(&v, &err), 0);
	host_is_itself();
	assert_int_equal(fs_read(log, 0, &text, NULL), 0);
	assert_non_null(strstr(text.s, "the host takes 2696"));
	assert_int_equal(v.end, VM_POWEROFF);
	vm_run_free(&v);
	v.preload = "/nowhere/xstate.so";
	assert_int_not_equal(vm_boot(&v, &err), 0);
	assert_non_null(strstr(err.msg, "/nowhere/xstate.so"));
	err_clear(&err);
	vm_run_free(&v);
}

/* Into a static program nothing is preloaded: said before it is tried. */
static void a_static_kernel(void **state)
{
	_cleanup_free_ char *guest = xasprintf("%s/../guest/init", um),
		*log = fs_join(*state, "log");
	struct vm_run v = { .arch = arch_find("um"), .image = guest, .initramfs = guest, .log = log,
			    .timeout_ms = 20000 };
	struct err err = ERR_INIT;

	assert_true(vm_um_static(guest));
	assert_false(vm_um_static("/bin/sh"));
	assert_false(vm_um_static("/nowhere/linux"));
	assert_false(vm_um_static("/dev/null"));
	v.preload = (char *)"/nowhere/xstate.so";
	assert_int_equal(vm_boot(&v, &err), 0);
	assert_int_equal(v.end, VM_DIED);
	assert_non_null(strstr(v.host, "CONFIG_STATIC_LINK"));
	assert_true(fs_exists(log));
	assert_string_equal(console_last(v.console), "");
	vm_run_free(&v);
}

static pid_t stopped_child(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	return pid;
}

#define WANT(what)						\
	do {							\
		if (!(what)) {					\
			printf("not so: %s\n", #what);		\
			return 1;				\
		}						\
	} while (0)

/* Run by requests(), in a process with the shared object in front of the fake. */
static int preloaded(void)
{
	static char state[1 << 16], after[1 << 16];
	static volatile long minus_one = -1;
	struct iovec io = { state, sizeof(state) }, again = { after, sizeof(after) };
	pid_t pid = stopped_child();
	size_t all;

	WANT(ptrace(PTRACE_GETREGSET, pid, XSTATE, &io) == 0);
	all = io.iov_len;
	memset(state + XMM0, 0x5a, 16);
	/* The fake refuses this one if a byte behind is another than was read. */
	io.iov_len = UML_STATE;
	errno = EXDEV;
	WANT(ptrace(PTRACE_SETREGSET, pid, XSTATE, &io) == 0);
	WANT(errno == EXDEV && io.iov_len == UML_STATE && io.iov_base == state);
	WANT(ptrace(PTRACE_GETREGSET, pid, XSTATE, &again) == 0);
	WANT(again.iov_len == all && !memcmp(after + XMM0, state + XMM0, 16));
	/* A whole state goes on as it is. */
	memset(after + XMM0, 0x3c, 16);
	WANT(ptrace(PTRACE_SETREGSET, pid, XSTATE, &again) == 0);
	/* So does another register set, and an error has the errno of the call itself. */
	io.iov_len = sizeof(state);
	WANT(ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &io) == 0);
	WANT(ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &io) == 0);
	WANT(ptrace(PTRACE_SETREGSET, getpid(), XSTATE, &io) == -1 && errno != EXDEV);
	/* A word of -1 is told from an error by errno. */
	errno = EXDEV;
	WANT(ptrace(PTRACE_PEEKDATA, pid, &minus_one, NULL) == -1 && errno == 0);
	WANT(ptrace(PTRACE_PEEKDATA, pid, NULL, NULL) == -1 && errno != 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

static void requests(void **state)
{
	_cleanup_free_ char *preload = xasprintf("LD_PRELOAD=%s/xstate.so:%s", um, fake);
	const char *const env[] = { preload, "FAKE_XSTATE=large", "TEST_UM_PRELOADED=1",
				    "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0", NULL };
	struct child c = { .argv = (const char *const[]){ self, NULL }, .env = env };
	struct err err = ERR_INIT;

	assert_int_equal(child_run(&c, &err), 0);
	if (c.end != CHILD_EXITED || c.status)
		fail_msg("status %d: %s%s", c.status, str_span(&c.out).p, str_span(&c.errout).p);
	child_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_a_short_state),
		cmocka_unit_test(takes_whole_states_only),
		cmocka_unit_test(takes_none),
		cmocka_unit_test(this_host),
		unit_test_scratch(nothing_to_probe_with),
		unit_test_scratch(reaches_the_kernel),
		unit_test_scratch(a_static_kernel),
		cmocka_unit_test(requests),
	};
	int ret;

	if (getenv("TEST_UM_PRELOADED"))
		return preloaded();
	self = realpath("/proc/self/exe", NULL);
	*strrchr(self, '/') = '\0';
	um = xasprintf("%s/../um", self);
	fake = xasprintf("%s/fake-ptrace.so", self);
	self[strlen(self)] = '/';
	host_is_itself();
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	free(um);
	free(fake);
	free(self);
	return ret;
}
