// SPDX-License-Identifier: GPL-2.0-only
/* Ends of guests that are the host's doing, and ends that are not. */
#include "unit.h"

#include <unistd.h>

#include "vm_fake.h"
#include "vm/private.h"

#define QEMU "qemu-system-x86_64: "

static struct vm_run booted(const char *dir, const char *arch, const char *body)
{
	struct vm_run v = guest(dir, body);
	struct err err = ERR_INIT;

	if (strcmp(arch, "um") != 0)
		free(script(dir, "qemu-system-x86_64", body));
	fake_path(dir);
	v.arch = arch_find(arch);
	if (vm_boot(&v, &err))
		fail_msg("%s", err.msg);
	setenv("PATH", "/usr/bin:/bin", 1);
	return v;
}

/* What each script does, and what has to be said of it: NULL if the host has no part in it. */
static const struct {
	const char *arch;
	enum vm_end end;
	const char *body, *host;
} cases[] = {
	/* A state that the host refuses, also after a suite has printed its results. */
	{ "um", VM_DIED, HELLO
	  "echo '[    0.200000] userspace - ptrace set fp regs failed, errno = 14'\n"
	  "echo '[    0.200000] Kernel panic - not syncing: Attempted to kill init! "
	  "exitcode=0x0000000b'\n"
	  "exit 1\n",
	  "registers are larger than what the kernel gives back: userspace - ptrace set fp regs "
	  "failed, errno = 14" },
	{ "um", VM_DIED, GOOD
	  "echo '[    0.200000] userspace - ptrace set fp regs failed, errno = 14'\n"
	  "echo '[    0.200000] Kernel panic - not syncing: Attempted to kill init! "
	  "exitcode=0x0000000b'\n",
	  "errno = 14" },
	/* In two pieces, and as 6.12 says it. */
	{ "um", VM_DIED, HELLO
	  "printf '[    0.200000] userspace - ptrace set fp '; sleep 0.2; echo 'regs failed, "
	  "errno = 14'\n",
	  "set fp regs failed, errno = 14" },
	/* The contents of a state are the kernel's own affair. */
	{ "um", VM_DIED, HELLO
	  "echo '[    0.200000] userspace - ptrace set fp regs failed, errno = 22'\nexit 1\n",
	  NULL },
	/* The memory's file. */
	{ "um", VM_DIED, HELLO
	  "echo '[    0.200000] Bus error - the host /dev/shm or /tmp mount likely just ran out "
	  "of space'\n"
	  "echo '[    0.200000] Kernel panic - not syncing: Kernel mode signal 7'\nexit 1\n",
	  "no room for the guest's memory: Bus error - the host /dev/shm" },
	{ "um", VM_DIED, "echo 'write: No space left on device'\nexit 1\n",
	  "ended with status 1 before the kernel said anything: write: No space left on device" },
	{ "um", VM_DIED, HELLO "kill -KILL $$\n", "ended by signal 9 (Killed): out of memory?" },
	{ "um", VM_DIED, HELLO "kill -XFSZ $$\n", "signal 25" },
	/* What a kernel does to itself is no failure of the host. */
	{ "um", VM_DIED, HELLO "kill -SEGV $$\n", NULL },
	{ "um", VM_DIED, HELLO "kill -ABRT $$\n", NULL },
	{ "um", VM_DIED, HELLO "echo '[    0.200000] Kernel panic - not syncing: x'\nexit 1\n",
	  NULL },
	{ "um", VM_POWEROFF, GOOD, NULL },
	/* QEMU's own complaints; warnings are none. */
	{ "x86_64", VM_DIED, "echo '" QEMU "warning: no such feature' >&2\n"
	  "echo \"" QEMU "cannot set up guest memory 'pc.ram': Cannot allocate memory\" >&2\n"
	  "exit 1\n",
	  "cannot set up guest memory 'pc.ram': Cannot allocate memory" },
	{ "x86_64", VM_DIED, HELLO "echo '" QEMU "terminating on signal 15 from pid 1 (init)'\n",
	  "somebody ended QEMU: " QEMU "terminating on signal 15" },
	{ "x86_64", VM_DIED, HELLO "kill -KILL $$\n", "out of memory?" },
	{ "x86_64", VM_DIED, HELLO "kill -SEGV $$\n", "qemu-system-x86_64 was ended by signal 11" },
	{ "x86_64", VM_DIED, HELLO "echo '" QEMU "some assertion'\nexit 1\n", "some assertion" },
	/* It would wait for ever with a guest that KVM has given up. */
	{ "x86_64", VM_DIED, HELLO "echo 'KVM internal error. Suberror: 1'\nexec sleep 1000\n",
	  "KVM failed: KVM internal error" },
	{ "x86_64", VM_DIED, HELLO "echo 'error: kvm run failed Bad address'\nexec sleep 1000\n",
	  "KVM failed: error: kvm run failed Bad address" },
	{ "x86_64", VM_DIED, HELLO "echo '[    0.200000] Kernel panic - not syncing: x'\n", NULL },
	{ "x86_64", VM_POWEROFF, "echo '" QEMU "warning: no such feature'\n" GOOD, NULL },
};

static void ends(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vm_run v = booted(*state, cases[i].arch, cases[i].body);

		if (v.end != cases[i].end)
			fail_msg("case %zu: end %d, not %d", i, v.end, cases[i].end);
		if (!cases[i].host != !v.host || (v.host && !strstr(v.host, cases[i].host)))
			fail_msg("case %zu: '%s' instead of '%s'", i, v.host ? v.host : "nothing",
				 cases[i].host ? cases[i].host : "nothing");
		done(&v);
	}
}

/* A guest that hangs after the host refused it something did not hang by itself. */
static void refused_and_hangs(void **state)
{
	struct vm_run v = guest(*state, HELLO "echo '[    0.200000] start_userspace : clone "
				"failed, errno = 11'\n"
					      "exec sleep 1000\n");
	struct err err = ERR_INIT;

	v.timeout_ms = 2000;
	assert_int_equal(vm_boot(&v, &err), 0);
	assert_int_equal(v.end, VM_TIMEOUT);
	assert_non_null(strstr(v.host, "no further process may start"));
	done(&v);
}

/* QEMU tells of a signal that we sent, too: a kernel that hangs is no failure of the host. */
static void hangs_in_qemu(void **state)
{
	struct vm_run v = guest(*state, "");
	struct err err = ERR_INIT;

	free(script(*state, "qemu-system-x86_64", HELLO
		    "trap 'echo \"" QEMU
		    "terminating on signal 15 from pid 1 (stableq)\"; exit 0' TERM\n"
		    "while :; do sleep 0.1; done\n"));
	fake_path(*state);
	v.arch = arch_find("x86_64");
	v.timeout_ms = 2000;
	assert_int_equal(vm_boot(&v, &err), 0);
	setenv("PATH", "/usr/bin:/bin", 1);
	assert_int_equal(v.end, VM_TIMEOUT);
	assert_non_null(strstr(console_last(v.console), "terminating on signal 15"));
	assert_null(v.host);
	done(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(ends),
		unit_test_scratch(refused_and_hangs),
		unit_test_scratch(hangs_in_qemu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
