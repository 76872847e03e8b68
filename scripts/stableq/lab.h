/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lab.h - a release's kernel in one cell: flipped into a state, built and booted
 */
#ifndef STABLEQ_LAB_H
#define STABLEQ_LAB_H

#include "hash.h"
#include "kbuild.h"
#include "matrix.h"
#include "patch.h"
#include "store.h"
#include "vm.h"

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

/* One state of one release in one cell. */
struct lab_place {
	const struct matrix_branch *branch;
	const struct matrix_cell *cell;
	const char *pristine;	/* the release's tree, never written to */
	const char *source;	/* its fingerprint when the keys were made, or NULL */
	char *work;		/* the tree that is flipped */
	char *obj;
	char *logs;
	char *label;		/* "6.12.107 um-kasan patched" */
};

/**
 * lab_place() - directories of a state, made if need be
 * @release: its name
 * @state: its name, part of the name of the logs' directory
 * @p: branch, cell and pristine are set; the rest is filled in, freed by lab_place_clear()
 */
int lab_place(const struct lab *lab, const char *release, const char *state, struct lab_place *p,
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
 * lab_build() - flip the tree into a state and build it
 * @fs: the state, over the pristine tree; NULL for the base
 * @k: freed by kbuild_free() whatever is returned; its log's name isn't valid any more
 *
 * Return: as kbuild_config() and kbuild_make().
 */
int lab_build(const struct lab *lab, const struct lab_place *p, struct fileset *fs,
	      struct kbuild *k, struct err *err);

/**
 * lab_boot() - boot an image once
 * @params: kernel parameters beside what booting itself needs
 * @checks: names for the guest, parted by commas; "" for none
 * @log: file the raw console is kept in
 * @v: freed by vm_run_free() whatever is returned
 *
 * Return: as vm_boot(), and ERR_INTERRUPTED when the user ended it.
 */
int lab_boot(const struct lab *lab, const struct lab_place *p, const char *image,
	     const char *params, const char *checks, const char *log, struct vm_run *v,
	     struct err *err);

#endif
