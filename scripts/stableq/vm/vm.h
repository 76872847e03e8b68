/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vm/vm.h - boots a kernel image with an initramfs, under user-mode Linux or QEMU
 */
#ifndef STABLEQ_VM_H
#define STABLEQ_VM_H

#include "base/arch.h"
#include "base/child.h"
#include "console/console.h"
#include "console/ktap.h"
#include "out/out.h"

enum vm_end {
	VM_POWEROFF,		/* the guest said that it was done, and powered off */
	VM_DIED,		/* it ended in another way: panic, crash, or a plain halt */
	VM_TIMEOUT,		/* or a silence of quiet_ms */
	VM_FLOOD,		/* more output than allowed */
	VM_INTERRUPTED,
};

struct vm_run {
	/* in */
	const struct arch *arch;	/* user-mode Linux, or one that QEMU runs */
	const char *image;	/* linux, or bzImage */
	const char *initramfs;
	const char *params;	/* kernel command line, added to what booting itself needs */
	const char *guest_args;	/* after "--": words for the guest's init; or NULL */
	unsigned int memory_mib;
	unsigned int cpus;
	unsigned int timeout_ms;
	size_t output_max;	/* bytes of console; 0: 16 MiB */
	const char *log;	/* raw console is kept here */
	const char *accel;	/* QEMU: "kvm" or "tcg"; vm_boot_accel() chooses it */
	const char *tcg_params;	/* added to params by vm_boot_accel() when it emulates; or NULL */
	/* ended after so long a silence, until the guest speaks; 0: never */
	unsigned int quiet_ms;
	const char *preload;	/* UML: a shared object, from vm_um_probe(); or NULL */

	/* out; freed by vm_run_free() */
	enum vm_end end;
	/* why this is the host's doing and says nothing of the kernel; or NULL */
	char *host;
	int status;
	double seconds;
	struct console *console;
	struct ktap *ktap;
	const struct ktap_node *tests;
};

/**
 * vm_boot() - boot and wait for the end
 * @v: see above
 * @err: names what is missing
 *
 * What the command line always has: the console; panic=-1, so that a panic ends the guest;
 * printk.devkmsg=on, since a guest that prints its results by /dev/kmsg would else be limited to
 * ten lines in five seconds; kasan_multi_shot=1, since KASAN would else be deaf after one report
 * (with a value, so that a kernel without KASAN makes it a variable of init and no argument).
 * @params come after these and so may contradict them.
 *
 * A guest that died of the host (no memory for it, a register state that is refused, an emulator
 * that fails, SIGKILL) has died, and @v->host says why, with the console's line about it.
 *
 * Return: 0 when the guest ran, however it ended (see @v->end); ERR_MISSING without emulator or
 * image; ERR_INTERRUPTED (@v->end says so too); ERR_SYSTEM.
 * vm_run_free() is due in any case; @v->console, @v->tests are there whenever the guest ran.
 */
int vm_boot(struct vm_run *v, struct err *err);
void vm_run_free(struct vm_run *v);

/**
 * vm_boot_accel() - vm_boot() of a QEMU guest under KVM if that works here, else emulated
 * @v: @v->accel is set on return to what the result is of; @v->quiet_ms, if set, is for KVM alone
 * @cache: directory where the answer is remembered, as "accel-ARCH", for this boot of the host's
 *	kernel and this version of QEMU
 * @note: set when KVM was found not to work: how it is known, for people; owned by the caller
 *
 * /dev/kvm may be missing, refuse, run firmware and hang on any kernel, at once or later: only the
 * kernel that is to be booted tells. So a boot under KVM isn't believed when it ended before the
 * guest spoke, or, until the first one that came to its end, when it hung at all. It is repeated
 * under emulation (the first console is kept beside the log, as "LOG.kvm"), and that result counts.
 * If the guest speaks there, KVM is not used again. A kernel that fails in both ways condemns
 * nobody.
 *
 * The environment's STABLEQ_ACCEL=kvm or =tcg decides, without all that. STABLEQ_KVM names another
 * device than /dev/kvm.
 *
 * Return: as vm_boot(); ERR_INPUT for another STABLEQ_ACCEL.
 */
int vm_boot_accel(struct vm_run *v, const char *cache, char **note, struct err *err);

/* What this host needs for user-mode Linux to run on it. */
struct vm_um {
	bool runs;
	char *preload;		/* for vm_run.preload; NULL where it isn't needed */
	char *why;		/* how it is known, for people */
};

/**
 * vm_um_probe() - does user-mode Linux run on this host, and with what?
 * @dir: directory of the programs "probe" and "xstate.so"; NULL: nothing is known, and it runs
 * @um: freed by vm_um_free()
 *
 * The stable branches' UML writes 2696 bytes of floating point state back to the host, which one
 * with larger registers (AMX) refuses; xstate.so completes what is written. That is found out on a
 * stopped child of the probe's, as it is and then with the shared object, in a few milliseconds.
 *
 * Return: 0; ERR_MISSING for a directory without the programs; ERR_INTERRUPTED, ERR_SYSTEM.
 */
int vm_um_probe(const char *dir, struct vm_um *um, struct err *err);
void vm_um_free(struct vm_um *um);

/** vm_runs_here() - do a cell's kernels, by what vm_um_probe() found? @um may be NULL. */
bool vm_runs_here(const struct vm_um *um, const struct arch *arch);

/**
 * vm_refuse() - the outcome of a boot that need not be tried on this host
 * @why: for @v->host
 *
 * @v is as after vm_boot() of a guest that died without a word; its log is there and empty.
 */
int vm_refuse(struct vm_run *v, const char *why, struct err *err);

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
