// SPDX-License-Identifier: GPL-2.0-only
/* Which accelerator works: only a guest that ran to its end tells. */
#include "vm.h"

#include <errno.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "fs.h"
#include "vm_private.h"

#define PROBE_MS 5000
#define PROBE_EXIT 99		/* QEMU's status after 0x31 to isa-debug-exit: 2 * 0x31 + 1 */
#define PROBE_TEXT "stableq: kvm works"
#define QEMU "qemu-system-x86_64"

/*
 * A boot sector that does what a kernel needs and a half-working KVM fails at: it leaves real mode
 * for paged 64-bit mode, takes timer interrupts out of a halt, and talks to the serial port.
 * In-kernel emulation of real mode alone has been seen to hang right after the firmware.
 */
static const unsigned char boot_sector[512] = {
	/* cli; cld; no segments; stack below the sector */
	0xfa, 0xfc, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xd0, 0xbc, 0x00, 0x7c,
	/* page tables at 0x1000: the first 2 MiB, mapped to themselves */
	0xbf, 0x00, 0x10, 0xb9, 0x00, 0x18, 0xf3, 0xab, 0xc7, 0x06, 0x00, 0x10, 0x03, 0x20,
	0xc7, 0x06, 0x00, 0x20, 0x03, 0x30, 0xc6, 0x06, 0x00, 0x30, 0x83,
	/* interrupt table at 0x4000: vector 0x20 is tick, below */
	0xc7, 0x06, 0x00, 0x42, 0xb5, 0x7c, 0xc6, 0x06, 0x02, 0x42, 0x08, 0xc6, 0x06, 0x05,
	0x42, 0x8e,
	/* CR4.PAE; CR3 = 0x1000 */
	0x0f, 0x20, 0xe0, 0x0c, 0x20, 0x0f, 0x22, 0xe0, 0x66, 0xb8, 0x00, 0x10, 0x00, 0x00,
	0x0f, 0x22, 0xd8,
	/* EFER.LME */
	0x66, 0xb9, 0x80, 0x00, 0x00, 0xc0, 0x0f, 0x32, 0x80, 0xcc, 0x01, 0x0f, 0x30,
	/* CR0.PG and PE: 64-bit mode */
	0x0f, 0x20, 0xc0, 0x66, 0x0d, 0x01, 0x00, 0x00, 0x80, 0x0f, 0x22, 0xc0,
	/* lgdt; lidt; far jump to the next group */
	0x66, 0x0f, 0x01, 0x16, 0xd0, 0x7c, 0x66, 0x0f, 0x01, 0x1e, 0xd6, 0x7c, 0xea, 0x71,
	0x7c, 0x08, 0x00,
	/* interrupt controller: timer only, from vector 0x20 */
	0x31, 0xc0, 0x8e, 0xd0, 0xb0, 0x11, 0xe6, 0x20, 0xb0, 0x20, 0xe6, 0x21, 0xb0, 0x04,
	0xe6, 0x21, 0xb0, 0x01, 0xe6, 0x21, 0xb0, 0xfe, 0xe6, 0x21,
	/* timer: 1 kHz */
	0xb0, 0x34, 0xe6, 0x43, 0xb0, 0xa9, 0xe6, 0x40, 0xb0, 0x04, 0xe6, 0x40,
	/* sti; halt until 20 ticks have come; cli */
	0x31, 0xdb, 0xfb, 0xf4, 0x83, 0xfb, 0x14, 0x72, 0xfa, 0xfa,
	/* the text, with its NUL, to the serial port */
	0xbe, 0xdc, 0x7c, 0x00, 0x00, 0x66, 0xba, 0xf8, 0x03, 0xac, 0xee, 0x84, 0xc0, 0x75,
	0xfa,
	/* 0x31 to isa-debug-exit; halt for ever */
	0xb0, 0x31, 0xe6, 0xf4, 0xf4, 0xeb, 0xfd,
	/* tick: count in EBX; end of interrupt; return */
	0xff, 0xc3, 0xb0, 0x20, 0xe6, 0x20, 0x48, 0xcf, 0x0f, 0x1f, 0x00,
	/* segment descriptors: none, 64-bit code */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x9a,
	0x20, 0x00,
	/* their size and address; those of the interrupt table */
	0x0f, 0x00, 0xc0, 0x7c, 0x00, 0x00, 0x0f, 0x02, 0x00, 0x40, 0x00, 0x00,
	's', 't', 'a', 'b', 'l', 'e', 'q', ':', ' ', 'k', 'v', 'm', ' ', 'w', 'o', 'r', 'k', 's',
	'\n', 0,
	[510] = 0x55, 0xaa,
};

static char *first_line(struct str *s)
{
	struct span rest = span_trim(str_span(s)), line = { "", 0 };

	span_line(&rest, &line);
	return span_dup(span_trim(line));
}

/* What the answer depends on: this boot of this host kernel, and the emulator. */
static int make_key(char **key, struct err *err)
{
	struct child c = { .argv = (const char *const[]){ QEMU, "--version", NULL } };
	_cleanup_str_ struct str boot = STR_INIT;
	_cleanup_free_ char *id = NULL, *version = NULL;
	struct utsname u;
	int ret;

	c.timeout_ms = PROBE_MS;
	ret = child_run(&c, err);
	if (ret == 0) {
		version = first_line(&c.out);
		if (fs_read("/proc/sys/kernel/random/boot_id", 0, &boot, NULL))
			str_adds(&boot, "unknown");
		id = first_line(&boot);
		uname(&u);
		*key = xasprintf("%s %s %s", u.release, id, version);
	}
	child_free(&c);
	return ret;
}

/* The file: "kvm" or "tcg", the key, why; a line each. */
static bool remembered(const char *file, const char *key, const char **accel, char **why)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct span rest, line[3];

	if (fs_read(file, 65536, &text, NULL))
		return false;
	rest = str_span(&text);
	for (size_t i = 0; i < ARRAY_SIZE(line); i++)
		if (!span_line(&rest, &line[i]))
			return false;
	if (!span_is(line[1], key) || !(span_is(line[0], "kvm") || span_is(line[0], "tcg")))
		return false;
	*accel = span_is(line[0], "kvm") ? "kvm" : "tcg";
	*why = span_dup(line[2]);
	return true;
}

static int remember(const char *file, const char *key, const char *accel, const char *why,
		    struct err *err)
{
	_cleanup_free_ char *text = xasprintf("%s\n%s\n%s\n", accel, key, why);
	int ret = fs_mkparents(file, err);

	return ret ? ret : fs_write(file, text, strlen(text), 0666, err);
}

static char *last_words(const struct child *c)
{
	struct span rest = span_trim(str_span(c->errout.len ? &c->errout : &c->out));
	struct span line = { "", 0 };

	/* The first complaint is the cause. */
	span_line(&rest, &line);
	line.len = MIN(line.len, (size_t)200);
	return span_dup(span_trim(line));
}

static char *explain(const struct child *c)
{
	_cleanup_free_ char *said = last_words(c);
	const char *sep = *said ? ": " : "";

	if (c->end == CHILD_TIMEOUT)
		return xasprintf("KVM hangs: a probe guest did not end within %d s%s%s",
				 PROBE_MS / 1000, sep, said);
	if (c->end == CHILD_SIGNALED)
		return xasprintf("KVM fails: the probe was ended by signal %d%s%s", c->status, sep,
				 said);
	return xasprintf("KVM fails: the probe ended with status %d%s%s", c->status, sep, said);
}

/* Boots the boot sector under KVM, as vm_boot() would a kernel. */
static int probe(const char **accel, char **why, struct err *err)
{
	_cleanup_(vm_tmp_remove) char *dir = NULL;
	_cleanup_free_ char *file = NULL, *drive = NULL;
	const char *const argv[] = {
		QEMU, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
		"-serial", "stdio", "-machine", "pc", "-accel", "kvm", "-cpu", "host", "-m", "64",
		"-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-boot", "a", "-drive", NULL, NULL,
	};
	const char *argv_full[ARRAY_SIZE(argv)];
	struct child c = { .argv = argv_full, .timeout_ms = PROBE_MS };
	_cleanup_err_ struct err own = ERR_INIT;
	int ret = vm_tmp_make(&dir, 0, err);

	if (ret)
		return ret;
	file = fs_join(dir, "probe");
	ret = fs_write(file, boot_sector, sizeof(boot_sector), 0600, err);
	if (ret)
		return ret;
	drive = xasprintf("file=%s,format=raw,if=floppy,readonly=on", file);
	memcpy(argv_full, argv, sizeof(argv));
	argv_full[ARRAY_SIZE(argv) - 2] = drive;
	ret = child_run(&c, &own);
	if (ret && ret != ERR_TIMEOUT) {
		ret = err_move(err, &own);
		goto out;
	}
	ret = 0;
	if (c.end == CHILD_EXITED && c.status == PROBE_EXIT &&
	    memmem(str_span(&c.out).p, c.out.len, PROBE_TEXT, strlen(PROBE_TEXT))) {
		*accel = "kvm";
		*why = xasprintf("KVM works: a probe guest ran in %.1f s", c.seconds);
	} else {
		*accel = "tcg";
		*why = explain(&c);
	}
out:
	child_free(&c);
	return ret;
}

int vm_accel_device(const char *device, const char *arch, const char *cache, const char **accel,
		    char **why, struct err *err)
{
	const char *wish = getenv("STABLEQ_ACCEL");
	_cleanup_free_ char *file = NULL, *key = NULL;
	struct utsname u;
	int ret;

	*accel = "tcg";
	*why = NULL;
	if (wish && *wish) {
		if (strcmp(wish, "kvm") != 0 && strcmp(wish, "tcg") != 0)
			return err_set(err, ERR_INPUT,
				       "STABLEQ_ACCEL is '%s'; it has to be kvm or tcg", wish);
		*accel = !strcmp(wish, "kvm") ? "kvm" : "tcg";
		*why = xstrdup("STABLEQ_ACCEL says so");
		return 0;
	}
	uname(&u);
	if (strcmp(arch, u.machine) != 0) {
		*why = xasprintf("KVM of this %s machine cannot run %s", u.machine, arch);
		return 0;
	}
	if (access(device, R_OK | W_OK) < 0) {
		*why = errno == ENOENT ? xasprintf("there is no %s", device) :
					 xasprintf("%s: %s", device, strerror(errno));
		return 0;
	}
	ret = make_key(&key, err);
	if (ret)
		return ret;
	file = xasprintf("%s/accel-%s", cache, arch);
	if (remembered(file, key, accel, why))
		return 0;
	ret = probe(accel, why, err);
	return ret ? ret : remember(file, key, *accel, *why, err);
}

int vm_accel(const char *arch, const char *cache, const char **accel, char **why,
	     struct err *err)
{
	return vm_accel_device("/dev/kvm", arch, cache, accel, why, err);
}
