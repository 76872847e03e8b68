// SPDX-License-Identifier: GPL-2.0-only
/* Guests here are shell scripts: real kernels are the kernel tests' business. */
#include "unit.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "vm/vm.h"
#include "vm_fake.h"
#include "vm/private.h"

static void poweroff(void **state)
{
	struct vm_run v = guest(*state, GOOD);
	struct err err = ERR_INIT;
	const struct splat *s;
	bool ended;
	size_t n;

	assert_int_equal(vm_boot(&v, &err), 0);
	assert_int_equal(v.end, VM_POWEROFF);
	assert_int_equal(ktap_find(v.tests, "boot")->result, KTAP_PASS);
	assert_true(console_check_seen(v.console, "boot", &ended) && ended);
	s = console_splats(v.console, &n);
	assert_true(n == 0 && !s);
	done(&v);
}

/* The words that the kernel gets, and that nothing of a guest's own files stays. */
static void command_line(void **state)
{
	struct vm_run v = guest(*state, HELLO "for w; do echo \"arg $w\"; done\n"
					      "echo tmp $TMPDIR; : > $TMPDIR/left\n"
					      "readlink -f $TMPDIR/initrd\necho 'stableq: done'\n");
	_cleanup_free_ char *log = fs_join(*state, "log");
	_cleanup_str_ struct str text = STR_INIT;
	struct err err = ERR_INIT;
	char *tmp;

	v.log = log;
	v.params = "  kunit.enable=0\tstableq.checks=a,b ";
	v.guest_args = "x  y";
	assert_int_equal(vm_boot(&v, &err), 0);
	assert_int_equal(v.end, VM_POWEROFF);
	assert_int_equal(fs_read(log, 0, &text, NULL), 0);
	assert_non_null(strstr(text.s, "arg mem=64M\n"));
	assert_non_null(strstr(text.s,
			       "arg panic=-1\narg printk.devkmsg=on\narg kasan_multi_shot=1\n"
				       "arg kunit.enable=0\narg stableq.checks=a,b\narg --\narg x\n"
				       "arg y\ntmp /"));
	assert_non_null(strstr(text.s, v.initramfs));
	tmp = strstr(text.s, "tmp /") + 4;
	*strchr(tmp, '\n') = '\0';
	assert_false(fs_exists(tmp));
	done(&v);
}

static void died(void **state)
{
	struct vm_run v = guest(*state, HELLO "echo '[    0.200000] Kernel panic - not syncing: "
					      "Attempted to kill init!'\nexit 6\n");
	struct err err = ERR_INIT;
	const struct splat *s;
	size_t n;

	assert_int_equal(vm_boot(&v, &err), 0);
	assert_int_equal(v.end, VM_DIED);
	assert_int_equal(v.status, 6);
	s = console_splats(v.console, &n);
	assert_int_equal(n, 1);
	assert_int_equal(s[0].kind, SPLAT_PANIC);
	assert_int_equal(v.tests->result, KTAP_MISSING);
	done(&v);
}

static void died_at_last(void **state)
{
	struct vm_run v = guest(*state, GOOD "echo '[    0.200000] Kernel panic - not syncing: "
					     "Attempted to kill init!'\n");
	struct err err = ERR_INIT;

	assert_int_equal(vm_boot(&v, &err), 0);
	assert_int_equal(v.end, VM_DIED);
	assert_int_equal(ktap_find(v.tests, "boot")->result, KTAP_PASS);
	done(&v);
}

/* What a kernel that has powered off ends with counts no more; one that has not is dead. */
static void power_off_is_told(void **state)
{
	static const struct {
		const char *body;
		enum vm_end end;
	} cases[] = {
		{ GOOD "echo '[    0.200000] reboot: Power down'\nexit 1\n", VM_POWEROFF },
		{ GOOD "echo '[    0.200000] reboot: Power down'\nkill -TERM $$\n", VM_POWEROFF },
		/* what user-mode Linux has for it */
		{ GOOD "echo '[    0.200000] reboot: System halted'\nexit 1\n", VM_POWEROFF },
		{ GOOD "exit 1\n", VM_DIED },
		{ GOOD "kill -SEGV $$\n", VM_DIED },
		{ HELLO "echo '[    0.200000] reboot: Power down'\nexit 1\n", VM_DIED },
		{ HELLO "echo '[    0.200000] reboot: System halted'\nexit 1\n", VM_DIED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vm_run v = guest(*state, cases[i].body);
		struct err err = ERR_INIT;

		assert_int_equal(vm_boot(&v, &err), 0);
		assert_int_equal(v.end, cases[i].end);
		done(&v);
	}
}

static void crashed(void **state)
{
	struct vm_run v = guest(*state, HELLO "kill -SEGV $$\n");
	struct err err = ERR_INIT;

	assert_int_equal(vm_boot(&v, &err), 0);
	assert_int_equal(v.end, VM_DIED);
	assert_int_equal(v.status, SIGSEGV);
	done(&v);
}

/* Is any process of that group left? A child that became a zombie is not. */
static bool anybody(const char *text)
{
	_cleanup_free_ char *pid_text = NULL;
	const char *at = strstr(text, "pid ");
	int pid, other;
	char c;

	assert_non_null(at);
	if (sscanf(at, "pid %d %d%c", &pid, &other, &c) != 3)
		fail_msg("no pids in '%s'", text);
	for (int i = 0; i < 40; i++) {
		if (kill(pid, 0) < 0 && kill(other, 0) < 0)
			return false;
		usleep(50000);
	}
	return true;
}

static void hangs(void **state)
{
	struct vm_run v = guest(*state, HELLO "trap '' TERM\nsleep 1000 &\necho pid $$ $!\n"
					      "wait\nwait\nwait\nsleep 1000\n");
	struct err err = ERR_INIT;

	v.timeout_ms = 2000;
	assert_int_equal(vm_boot(&v, &err), 0);
	assert_null(err.msg);
	assert_int_equal(v.end, VM_TIMEOUT);
	assert_in_range((int)(v.seconds * 1000), 1900, 15000);
	assert_non_null(strstr(console_last(v.console), "pid "));
	assert_false(anybody(console_last(v.console)));
	done(&v);
}

static void floods(void **state)
{
	struct vm_run v = guest(*state, HELLO "echo pid $$ $$\nexec yes 'and so on'\n");
	_cleanup_free_ char *log = fs_join(*state, "log");
	struct err err = ERR_INIT;
	struct stat st;

	v.log = log;
	assert_int_equal(vm_boot(&v, &err), 0);
	assert_int_equal(v.end, VM_FLOOD);
	assert_int_equal(v.output_max, 16 * 1024 * 1024);
	assert_int_equal(stat(log, &st), 0);
	assert_in_range(st.st_size, 16 * 1024 * 1024, 20 * 1024 * 1024);
	done(&v);
}

static void one_endless_line(void **state)
{
	struct vm_run v = guest(*state, HELLO "exec tr '\\0' x < /dev/zero\n");
	struct err err = ERR_INIT;

	v.output_max = 3000000;
	assert_int_equal(vm_boot(&v, &err), 0);
	assert_int_equal(v.end, VM_FLOOD);
	assert_in_range(strlen(console_last(v.console)), 4096, 5000);
	done(&v);
}

static void rubbish(void **state)
{
	struct vm_run v = guest(*state, HELLO "head -c 1000000 /dev/urandom\n");
	struct err err = ERR_INIT;

	assert_int_equal(vm_boot(&v, &err), 0);
	assert_int_equal(v.end, VM_DIED);
	for (const char *p = console_last(v.console); *p; p++)
		assert_true(*p == '\n' || *p == '\t' || (unsigned char)*p >= ' ');
	done(&v);
}

static void missing_files(void **state)
{
	struct vm_run v = guest(*state, GOOD);
	struct err err = ERR_INIT;
	char *image = (char *)v.image, *initramfs = (char *)v.initramfs;

	v.image = "/nowhere/linux";
	assert_int_equal(vm_boot(&v, &err), ERR_MISSING);
	assert_err(err, ERR_MISSING, "/nowhere/linux");
	v.image = image;
	v.initramfs = "/nowhere/initramfs";
	assert_int_equal(vm_boot(&v, &err), ERR_MISSING);
	assert_err(err, ERR_MISSING, "/nowhere/initramfs");
	v.initramfs = initramfs;
	done(&v);
}

static void qemu(void **state)
{
	struct vm_run v = guest(*state, "");
	_cleanup_free_ char *emulator = script(*state, "qemu-system-x86_64",
					       "for w; do echo \"arg $w\"; done\n" GOOD);
	_cleanup_free_ char *log = fs_join(*state, "log");
	_cleanup_str_ struct str text = STR_INIT;
	struct err err = ERR_INIT;

	fake_path(*state);
	v.arch = arch_find("x86_64");
	v.cpus = 2;
	v.accel = "tcg";
	v.params = "a=b";
	v.guest_args = "x";
	v.log = log;
	assert_int_equal(vm_boot(&v, &err), 0);
	assert_int_equal(v.end, VM_POWEROFF);
	assert_int_equal(fs_read(log, 0, &text, NULL), 0);
	assert_non_null(strstr(text.s, "arg -accel\narg tcg\narg -cpu\narg max\narg -m\narg 64\n"
				       "arg -smp\narg 2\narg -kernel\n"));
	assert_non_null(strstr(text.s, "arg console=ttyS0 no_timer_check panic=-1 "
				       "printk.devkmsg=on kasan_multi_shot=1 a=b -- x\n"));
	done(&v);
}

/* A guest that cannot switch itself off is ended as soon as it has halted. */
static void qemu_halts(void **state)
{
	static const char *const words[] = {
		"System halted", "Power off not available: System halted instead",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct vm_run v = guest(*state, "");
		_cleanup_free_ char *body = xasprintf(
			GOOD "echo '[    0.200000] reboot: %s'\nexec sleep 1000\n", words[i]);
		_cleanup_free_ char *emulator = script(*state, "qemu-system-x86_64", body);
		struct err err = ERR_INIT;

		fake_path(*state);
		v.arch = arch_find("x86_64");
		assert_int_equal(vm_boot(&v, &err), 0);
		assert_int_equal(v.end, VM_POWEROFF);
		assert_in_range((int)v.seconds, 0, 10);
		done(&v);
	}
}

static void qemu_fails(void **state)
{
	struct vm_run v = guest(*state, "");
	_cleanup_free_ char *emulator = script(*state, "qemu-system-x86_64",
		"echo 'qemu-system-x86_64: could not load kernel' >&2\nexit 1\n");
	struct err err = ERR_INIT;

	fake_path(*state);
	v.arch = arch_find("x86_64");
	assert_int_equal(vm_boot(&v, &err), 0);
	assert_non_null(strstr(v.host, "could not load kernel"));
	unlink(emulator);
	setenv("PATH", *state, 1);
	vm_run_free(&v);
	assert_int_equal(vm_boot(&v, &err), ERR_MISSING);
	assert_err(err, ERR_MISSING, "apt-get install qemu-system-x86");
	setenv("PATH", "/usr/bin:/bin", 1);
	done(&v);
}

static void initramfs(void **state)
{
	_cleanup_free_ char *init = script(*state, "the init", "exit\n");
	_cleanup_free_ char *data = fs_join(*state, "data");
	_cleanup_free_ char *one = fs_join(*state, "one"), *two = fs_join(*state, "two");
	const char *const files[] = { "init", init, "lib/deep/data", data, "lib/data", data, NULL };
	char hex[2][HASH_HEX + 1];
	_cleanup_str_ struct str list = STR_INIT;
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	struct err err = ERR_INIT;

	assert_int_equal(fs_write(data, "12345", 5, 0600, NULL), 0);
	assert_int_equal(vm_initramfs(one, files, &err), 0);
	/* Other times and other permissions of no meaning give the same bytes. */
	assert_int_equal(chmod(data, 0644), 0);
	sleep(1);
	assert_int_equal(fs_write(data, "12345", 5, 0600, NULL), 0);
	assert_int_equal(vm_initramfs(two, files, &err), 0);
	assert_int_equal(hash_raw_file(one, hex[0], NULL), 0);
	assert_int_equal(hash_raw_file(two, hex[1], NULL), 0);
	assert_string_equal(hex[0], hex[1]);

	archive_read_support_filter_gzip(a);
	archive_read_support_format_cpio(a);
	assert_int_equal(archive_read_open_filename(a, one, 65536), ARCHIVE_OK);
	while (archive_read_next_header(a, &e) == ARCHIVE_OK)
		str_addf(&list, "%s %o %d %d %ld %ld\n", archive_entry_pathname(e),
			 archive_entry_mode(e), (int)archive_entry_uid(e),
			 (int)archive_entry_size(e), (long)archive_entry_mtime(e),
			 (long)archive_entry_rdev(e));
	archive_read_free(a);
	assert_string_equal(list.s, "dev 40755 0 0 0 0\n"
				    "dev/console 20600 0 0 0 1281\n"
				    "init 100755 0 15 0 0\n"
				    "lib 40755 0 0 0 0\n"
				    "lib/deep 40755 0 0 0 0\n"
				    "lib/deep/data 100644 0 5 0 0\n"
				    "lib/data 100644 0 5 0 0\n");
}

static void initramfs_errors(void **state)
{
	static const char *const names[] = { "", "/init", "a/", "a//b", "../a", "dev/console" };
	_cleanup_free_ char *path = fs_join(*state, "image");
	_cleanup_free_ char *data = script(*state, "data", "");
	struct err err = ERR_INIT;
	DIR *d;
	int left = 0;

	assert_int_equal(vm_initramfs(path, (const char *const[]){ "init", "/nowhere/x", NULL },
				      &err),
			 ERR_NOTFOUND);
	assert_err(err, ERR_NOTFOUND, "/nowhere/x");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *const files[] = { names[i], data, NULL };

		assert_int_equal(vm_initramfs(path, files, &err), ERR_INPUT);
		assert_err(err, ERR_INPUT, names[i]);
	}
	assert_true(vm_initramfs("/nowhere/image", (const char *const[]){ NULL }, &err) < 0);
	err_clear(&err);
	/* Nothing half-written is left. */
	d = opendir(*state);
	while (readdir(d))
		left++;
	closedir(d);
	assert_int_equal(left, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(poweroff),
		unit_test_scratch(command_line),
		unit_test_scratch(died),
		unit_test_scratch(died_at_last),
		unit_test_scratch(power_off_is_told),
		unit_test_scratch(crashed),
		unit_test_scratch(hangs),
		unit_test_scratch(floods),
		unit_test_scratch(one_endless_line),
		unit_test_scratch(rubbish),
		unit_test_scratch(missing_files),
		unit_test_scratch(qemu),
		unit_test_scratch(qemu_halts),
		unit_test_scratch(qemu_fails),
		unit_test_scratch(initramfs),
		unit_test_scratch(initramfs_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
