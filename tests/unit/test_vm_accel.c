// SPDX-License-Identifier: GPL-2.0-only
/* Hosts whose KVM works, is absent, refuses, or hangs at once or late, played by a fake QEMU. */
#include "unit.h"

#include <sys/utsname.h>
#include <unistd.h>

#include "vm_fake.h"

/* The fake's beginning: its version, a note of each boot, and what it is under KVM. */
#define FAKE "[ \"$1\" = --version ] && { echo QEMU $(cat \"${0%/*}/version\"); exit; }\n" \
	     "for w; do case $w in kvm|tcg) accel=$w ;; esac; done\n" \
	     "echo $accel >> \"${0%/*}/boots\"\n" \
	     "case \"$*\" in *slow=4*) echo '[    0.000000] is slow' ;; esac\n"
#define UNDER_KVM(what) FAKE "[ $accel = kvm ] && { " what "; }\n"
#define PANIC "echo '[    0.200000] Kernel panic - not syncing: x'\n"

/* Boots once with a QEMU that does @body; returns what each boot so far was under. */
static struct vm_run booted(const char *dir, const char *body, char **note, struct str *boots)
{
	struct vm_run v = guest(dir, "");
	_cleanup_free_ char *cache = fs_join(dir, "cache/deep"), *all = fs_join(dir, "boots");
	_cleanup_free_ char *device = fs_join(dir, "kvm"), *log = fs_join(dir, "log");
	struct utsname u;
	struct err err = ERR_INIT;

	free(script(dir, "qemu-system-x86_64", body));
	if (!fs_exists(device))
		put(dir, "version", "7.2");
	put(dir, "kvm", "");
	setenv("STABLEQ_KVM", device, 1);
	fake_path(dir);
	uname(&u);
	if (strcmp(u.machine, "x86_64") != 0)
		skip();
	v.arch = arch_find("x86_64");
	v.timeout_ms = 3000;
	v.quiet_ms = 1000;
	v.log = log;
	v.tcg_params = "slow=4";
	if (vm_boot_accel(&v, cache, note, &err))
		fail_msg("%s", err.msg);
	v.log = NULL;
	str_trunc(boots, 0);
	fs_read(all, 0, boots, NULL);
	setenv("PATH", "/usr/bin:/bin", 1);
	return v;
}

static void works(void **state)
{
	_cleanup_str_ struct str boots = STR_INIT;
	char *note;

	for (int i = 0; i < 2; i++) {
		struct vm_run v = booted(*state, FAKE GOOD, &note, &boots);

		assert_int_equal(v.end, VM_POWEROFF);
		assert_string_equal(v.accel, "kvm");
		assert_null(note);
		assert_null(strstr(console_last(v.console), "is slow"));
		done(&v);
	}
	assert_string_equal(boots.s, "kvm\nkvm\n");
}

/* All that KVM has been seen to do to a kernel, and what is said of it. */
static const struct {
	const char *body, *says;
} broken[] = {
	/* Not a byte. */
	{ UNDER_KVM("exec sleep 1000") GOOD, "a kernel said nothing for" },
	{ UNDER_KVM("trap 'echo qemu-system-x86_64: terminating on signal 15 from pid 1; exit' "
		    "TERM;while :; do sleep 0.1; done") GOOD, "a kernel said nothing for" },
	/* Some lines, then silence; or noise without end. */
	{ UNDER_KVM(HELLO "exec sleep 1000") GOOD, "a kernel hung and was ended after" },
	{ UNDER_KVM(HELLO "while sleep 0.2; do echo '[    1.000000] rcu: INFO: stall'; done") GOOD,
	  "a kernel hung and was ended after" },
	/* After init has spoken: nothing has ever come to its end under this KVM. */
	{ UNDER_KVM(HELLO "echo '[    0.100000] stableq: check boot begin'; exec sleep 1000") GOOD,
	  "a kernel hung and was ended after" },
	{ UNDER_KVM(HELLO PANIC "exit 0") GOOD, "a kernel died before its init ran" },
	{ UNDER_KVM("echo 'qemu-system-x86_64: failed to initialize kvm: Permission denied'; exit "
		    "1")
	  GOOD, "failed to initialize kvm: Permission denied" },
	{ UNDER_KVM("echo 'failed to set MSR 0x10a' >&2; kill -ABRT $$") GOOD,
	  "failed to set MSR 0x10a" },
	{ UNDER_KVM(GOOD PANIC "echo 'KVM internal error. Suberror: 1'; exec sleep 1000") GOOD,
	  "KVM internal error" },
};

static void falls_back(void **state)
{
	_cleanup_free_ char *memo = fs_join(*state, "cache/deep/accel-x86_64");
	_cleanup_free_ char *aside = fs_join(*state, "log.kvm"), *all = fs_join(*state, "boots");
	_cleanup_str_ struct str boots = STR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		char *note, *again;
		struct vm_run v;

		unlink(memo);
		unlink(aside);
		unlink(all);
		v = booted(*state, broken[i].body, &note, &boots);
		if (v.end != VM_POWEROFF || v.host || strcmp(v.accel, "tcg") != 0 ||
		    v.quiet_ms != 1000)
			fail_msg("case %zu: end %d under %s", i, v.end, v.accel);
		if (!note || !strstr(note, broken[i].says))
			fail_msg("case %zu: '%s' instead of '%s'", i, note ? note : "",
				 broken[i].says);
		assert_non_null(strstr(console_last(v.console), "is slow"));
		assert_true(fs_exists(aside));
		done(&v);
		/* Said once, tried once. */
		v = booted(*state, broken[i].body, &again, &boots);
		assert_int_equal(v.end, VM_POWEROFF);
		assert_null(again);
		assert_string_equal(boots.s, "kvm\ntcg\ntcg\n");
		done(&v);
		free(note);
	}
}

/* A kernel that fails in the same way when it is emulated: KVM is tried again with the next. */
static void the_kernel_s_own(void **state)
{
	_cleanup_str_ struct str boots = STR_INIT;
	struct vm_run v;
	char *note;

	v = booted(*state, FAKE HELLO PANIC, &note, &boots);
	assert_int_equal(v.end, VM_DIED);
	assert_null(note);
	assert_null(v.host);
	done(&v);
	v = booted(*state, FAKE GOOD, &note, &boots);
	assert_string_equal(boots.s, "kvm\ntcg\nkvm\n");
	done(&v);
}

/* Once a guest came to its end, a hang or a death behind init's first word is believed. */
static void believed(void **state)
{
	static const char *const bodies[] = {
		FAKE HELLO "echo '[    0.100000] stableq: check boot begin'\nexec sleep 1000\n",
		FAKE HELLO "echo '[    0.100000] KTAP version 1'\nexec sleep 1000\n",
		FAKE GOOD PANIC,
	};
	_cleanup_str_ struct str boots = STR_INIT;
	struct vm_run v;
	char *note;

	v = booted(*state, FAKE GOOD, &note, &boots);
	done(&v);
	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		v = booted(*state, bodies[i], &note, &boots);
		assert_int_not_equal(v.end, VM_POWEROFF);
		assert_string_equal(v.accel, "kvm");
		assert_null(note);
		done(&v);
	}
	assert_string_equal(boots.s, "kvm\nkvm\nkvm\nkvm\n");
}

/* What was found out with another QEMU, and a damaged file, count for nothing. */
static void found_out_anew(void **state)
{
	_cleanup_str_ struct str boots = STR_INIT;
	struct vm_run v;
	char *note;

	v = booted(*state, UNDER_KVM("exit 1") GOOD, &note, &boots);
	free(note);
	done(&v);
	put(*state, "version", "8.0");
	v = booted(*state, FAKE GOOD, &note, &boots);
	assert_string_equal(v.accel, "kvm");
	done(&v);
	put(*state, "cache/deep/accel-x86_64", "tc");
	v = booted(*state, FAKE GOOD, &note, &boots);
	assert_string_equal(boots.s, "kvm\ntcg\nkvm\nkvm\n");
	done(&v);
}

/* No device, another machine, or the user's word: nothing is doubted. */
static void no_choice(void **state)
{
	static const struct {
		const char *device, *wish, *boots;
	} cases[] = {
		{ "/nowhere/kvm", "", "tcg\n" },
		{ "/dev/null", "tcg", "tcg\n" },
		{ "/nowhere/kvm", "kvm", "kvm\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *all = fs_join(*state, "boots");
		_cleanup_str_ struct str boots = STR_INIT;
		struct vm_run v = guest(*state, "");
		struct err err = ERR_INIT;
		char *note;

		free(script(*state, "qemu-system-x86_64", FAKE HELLO "sleep 0.5\n" PANIC));
		unlink(all);
		fake_path(*state);
		setenv("STABLEQ_KVM", cases[i].device, 1);
		setenv("STABLEQ_ACCEL", cases[i].wish, 1);
		v.arch = arch_find("x86_64");
		v.quiet_ms = 100;
		assert_int_equal(vm_boot_accel(&v, *state, &note, &err), 0);
		assert_int_equal(v.end, VM_DIED);
		assert_null(note);
		assert_int_equal(fs_read(all, 0, &boots, NULL), 0);
		assert_string_equal(boots.s, cases[i].boots);
		done(&v);
	}
	setenv("PATH", "/usr/bin:/bin", 1);
	unsetenv("STABLEQ_ACCEL");
}

static void errors(void **state)
{
	struct vm_run v = guest(*state, "");
	struct err err = ERR_INIT;
	char *note;

	v.arch = arch_find("x86_64");
	setenv("STABLEQ_ACCEL", "fast", 1);
	assert_int_equal(vm_boot_accel(&v, *state, &note, &err), ERR_INPUT);
	assert_err(err, ERR_INPUT, "STABLEQ_ACCEL");
	setenv("STABLEQ_ACCEL", "", 1);
	setenv("STABLEQ_KVM", "/dev/null", 1);
	setenv("PATH", *state, 1);
	assert_int_equal(vm_boot_accel(&v, *state, &note, &err), ERR_MISSING);
	assert_err(err, ERR_MISSING, "qemu-system-x86_64");
	setenv("PATH", "/usr/bin:/bin", 1);
	done(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(works),
		unit_test_scratch(falls_back),
		unit_test_scratch(the_kernel_s_own),
		unit_test_scratch(believed),
		unit_test_scratch(found_out_anew),
		unit_test_scratch(no_choice),
		unit_test_scratch(errors),
	};

	unsetenv("STABLEQ_ACCEL");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
