/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/arch.h - the architectures: how a kernel of each is made, and the machine that boots it
 */
#ifndef STABLEQ_ARCH_H
#define STABLEQ_ARCH_H

#include <string.h>

#include "base/base.h"

/* The machine that QEMU is to be. */
struct arch_machine {
	const char *program;	/* "qemu-system-x86_64" */
	const char *package;	/* the Debian package that brings it */
	const char *type;	/* -machine */
	const char *cpu;	/* -cpu, when it is emulated */
	const char *console;	/* the guest's device behind -serial: "ttyS0" */
	const char *params;	/* kernel command line that it needs besides, or "" */
};

/* What was measured for a cell with KASAN and lockdep, on two CPUs; 0 where nothing is booted. */
struct arch_needs {
	double build, boot;	/* seconds */
	unsigned int percent;	/* its object directory, of the tree's bytes */
};

struct arch {
	const char *name;	/* in build-matrix.yaml and configs/arch */
	const char *machine;	/* what uname -m says on one of them; "": a program of the host's */
	unsigned int bits;	/* of a word */
	bool big_endian;

	/* The build. */
	const char *make;	/* ARCH= */
	const char *srcarch;	/* its directory below arch/ */
	const char *triple;	/* of the compiler on another host: "x86_64-linux-gnu", or "" */
	const char *compiler;	/* the Debian packages that bring that, or "" */
	const char *binutils;
	const char *target;	/* make target: "linux", "bzImage" */
	const char *image;	/* its file below the object directory */

	struct arch_machine qemu;	/* all NULL: none, see arch_boots() */

	struct arch_needs needs;
};

/** arch_find() - an architecture by its name, or NULL. */
const struct arch *arch_find(const char *name);

/** arch_nth() - the table's rows from 0 on; NULL behind the last one. */
const struct arch *arch_nth(size_t i);

/** arch_names() - "um, x86_64", for messages; owned by the caller. */
char *arch_names(void);

/** arch_is_um() - is it user-mode Linux, whose kernel is a program of this host? */
static inline bool arch_is_um(const struct arch *a)
{
	return !strcmp(a->make, "um");
}

/** arch_boots() - is there a machine for its kernels, or are they compiled only? */
static inline bool arch_boots(const struct arch *a)
{
	return a->qemu.program || arch_is_um(a);
}

/** arch_is_host() - is this machine one of them, so that its kernels run here without emulation? */
bool arch_is_host(const struct arch *a);

/**
 * arch_prefix() - what the names of the compiler and its tools begin with here: CROSS_COMPILE=, or
 * "".
 */
char *arch_prefix(const struct arch *a);

/**
 * arch_package() - the Debian package that brings a cross compiler, one of its tools, or an
 * emulator
 * @program: "x86_64-linux-gnu-gcc", "qemu-system-x86_64"
 *
 * Return: its name, or NULL for any other program.
 */
const char *arch_package(const char *program);

#endif
