/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vm.h - boots a kernel image with an initramfs, under user-mode Linux or QEMU
 */
#ifndef STABLEQ_VM_H
#define STABLEQ_VM_H

#include "child.h"
#include "console.h"
#include "ktap.h"
#include "out.h"

enum vm_kind {
	VM_UML,
	VM_QEMU,
};

enum vm_end {
	VM_POWEROFF,		/* the guest ended by itself and said it was done */
	VM_DIED,		/* it ended without saying so: panic, crash */
	VM_TIMEOUT,
	VM_FLOOD,		/* more output than allowed */
	VM_INTERRUPTED,
};

struct vm_run {
	/* in */
	enum vm_kind kind;
	const char *arch;	/* QEMU: "x86_64" */
	const char *image;	/* linux, or bzImage */
	const char *initramfs;
	const char *params;	/* kernel command line, added to what booting itself needs */
	const char *guest_args;	/* after "--": words for the guest's init; or NULL */
	unsigned int memory_mib;
	unsigned int cpus;
	unsigned int timeout_ms;
	size_t output_max;	/* bytes of console; 0: 16 MiB */
	const char *log;	/* raw console is kept here */
	const char *accel;	/* QEMU: "kvm" or "tcg"; from vm_accel() */

	/* out; freed by vm_run_free() */
	enum vm_end end;
	int status;
	double seconds;
	struct console *console;
	struct ktap *ktap;
	const struct ktap_node *tests;
};

/**
 * vm_boot() - boot and wait for the end
 *
 * Return: 0 when the guest ran, however it ended (see @v->end); ERR_MISSING without emulator or
 * image; ERR_INTERRUPTED.
 */
int vm_boot(struct vm_run *v, struct err *err);
void vm_run_free(struct vm_run *v);

/**
 * vm_accel() - which accelerator really works here
 * @cache: directory where the answer is remembered (with the host kernel's release and boot id)
 * @probe_image: kernel image to boot for the probe, NULL for a built-in boot sector
 * @accel: "kvm" or "tcg"; static
 * @why: how it is known, for people; owned by the caller
 *
 * /dev/kvm may be missing, refuse, or hang after the firmware: only a timed boot tells. The probe
 * costs at most five seconds, once.
 */
int vm_accel(const char *arch, const char *cache, const char **accel, char **why,
	     struct err *err);

/**
 * vm_initramfs() - pack files into a gzip'ed newc cpio archive
 * @path: result, written under a temporary name and renamed
 * @files: pairs "name in the archive", "host file" …, NULL terminated
 *
 * The bytes depend on the files' bytes alone (fixed times, owners and inode numbers). Directories
 * on the way and /dev/console (5,1) are added. libarchive does the writing.
 */
int vm_initramfs(const char *path, const char *const *files, struct err *err);

#endif
