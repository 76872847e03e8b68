/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run/lab.h - a release's kernel in one cell: flipped into a state, built and booted
 */
#ifndef STABLEQ_LAB_H
#define STABLEQ_LAB_H

#include "base/hash.h"
#include "kbuild/kbuild.h"
#include "matrix/matrix.h"
#include "patch/patch.h"
#include "run/state.h"
#include "run/store.h"
#include "vm/vm.h"

struct lab {
	const struct matrix *matrix;
	struct store *store;	/* for estimates */
	struct out *out;
	const char *cache;	/* <cache>/work, <cache>/logs, <cache>/guest */
	unsigned int jobs;	/* 0: as many as CPUs */
	const struct vm_um *um;	/* what user-mode Linux needs here; NULL: nothing */
	char *initramfs;	/* owned, made by lab_open() */
	char guest[HASH_HEX + 1];	/* digest of what is in it, by lab_open() */
};

/** lab_open() - pack the guest's init program; lab_close() frees what that made. */
int lab_open(struct lab *lab, const char *guest, struct err *err);
void lab_close(struct lab *lab);

/* Where a state is built. */
struct lab_place {
	const struct state *state;
	char *work;		/* the tree that is flipped */
	char *obj;
	char *logs;
	char *label;		/* "6.12.107 um-kasan patched" */
};

/**
 * lab_place() - directories of a state, made if need be
 * @p: filled in, freed by lab_place_clear()
 */
int lab_place(const struct lab *lab, const struct state *state, struct lab_place *p,
	      struct err *err);
void lab_place_clear(struct lab_place *p);

/**
 * lab_clock() - see to it that no object of a release is dated in the future
 *
 * Before its tree is written to: make would take such an object for up to date. An object directory
 * of any of its cells in which there is one is removed, with a warning. Return: 0, ERR_SYSTEM.
 */
int lab_clock(const struct lab *lab, const struct lab_place *p, struct err *err);

/**
 * lab_build() - flip the tree into a state, build it, and keep what the compiler said
 * @b: what was seen, stored on return; @b->failed means that there is no image
 * @image: owned by the caller
 *
 * Return: 0 when the compiler or linker decided; ERR_INPUT for a configuration that can't be made;
 * ERR_MISSING, ERR_TIMEOUT, ERR_SYSTEM: the machine's doing, and nothing is stored;
 * ERR_INTERRUPTED.
 */
int lab_build(const struct lab *lab, const struct lab_place *p, struct build_fact *b,
	      char **image, struct err *err);

/* What a boot is for. */
struct lab_what {
	const char *suite;	/* KUnit suites, a glob; NULL: none */
	const char *checks;	/* of the guest, parted by commas; "" */
	const char *suites;	/* digest of the proofs in it; "" */
	const char *patches;	/* on top of the source, one a line; "" */
	const char *name;	/* of the file that the raw console is kept in, below the logs */
};

/**
 * lab_boot() - boot an image once, and keep what came of it
 * @b: what was seen, stored on return unless @host says why not
 * @host: why the boot says nothing of the kernel, owned by the caller; NULL when it does
 *
 * Return: as vm_boot(), and ERR_INTERRUPTED when the user ended it.
 */
int lab_boot(const struct lab *lab, const struct lab_place *p, const char *image,
	     const struct lab_what *what, struct boot_fact *b, char **host, struct err *err);

/**
 * lab_known_build(), lab_known_boot() - what the store has of it
 * @found: if it is there
 */
int lab_known_build(const struct lab *lab, const struct state *st, struct build_fact *b,
		    bool *found, struct err *err);
int lab_known_boot(const struct lab *lab, const struct state *st, const struct lab_what *what,
		   struct boot_fact *b, bool *found, struct err *err);

#endif
