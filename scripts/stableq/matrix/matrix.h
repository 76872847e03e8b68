/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * matrix/matrix.h - build-matrix.yaml and its proofs, checked against their schemas; see
 * build-matrix.yaml(5) and proofs(7)
 */
#ifndef STABLEQ_MATRIX_H
#define STABLEQ_MATRIX_H

#include "base/arch.h"
#include "base/err.h"
#include "base/release.h"
#include "base/str.h"

struct matrix_branch {
	char *name;		/* "6.12" */
	char *queue;		/* directory, relative to the file */
	unsigned int fuzz;	/* lines of context at each end that apply may ignore, 0 to 2 */
	struct release base;	/* what the series applies to without offset */
	struct release *releases;	/* sorted, base among them */
	size_t nreleases;
	unsigned int line;
};

struct matrix_extra {		/* fragments or checks that only some branches have */
	char *branch;
	struct strv names;
};

enum cell_kind {
	CELL_FULL,		/* linked, booted, checked */
	CELL_OBJECTS,		/* just what the queue can change is compiled */
};

struct matrix_cell {
	char *name;		/* "um-kasan" */
	enum cell_kind kind;
	const struct arch *arch;
	char *toolchain;	/* "gcc", "clang" */
	struct strv warnings;	/* that are off by default: "W=1", "sparse" */
	struct strv configs;	/* fragments: "base", "arch/um"; files configs/<name>.config */
	struct matrix_extra *extra;	/* branch-configs */
	size_t nextra;
	unsigned int memory_mib;
	unsigned int cpus;
	unsigned int timeout_s;	/* a boot */
	char *proofs;		/* directory of the proofs compiled into it, or NULL */
	char *fallback;		/* cell in its place on a host where it doesn't run, or NULL */
	unsigned int line;
};

enum check_kind {
	CHECK_GUEST,		/* a check of the guest's init */
	CHECK_KUNIT,		/* KUnit suites built into the kernel */
};

struct matrix_check {
	char *name;
	enum check_kind kind;
	struct strv suites;	/* CHECK_KUNIT: globs of suite names */
	struct strv branches;	/* empty: all */
	struct strv cells;	/* empty: all */
	unsigned int line;
};

enum profile_releases {
	PROFILE_BASE,		/* each branch's base */
	PROFILE_NEWEST,
	PROFILE_ALL,
};

struct matrix_profile {
	char *name;
	struct strv branches;	/* empty: all */
	enum profile_releases releases;
	struct strv cells;
	struct strv checks;	/* empty: all */
	unsigned int line;
};

/* A splat that a branch has with and without its queue, and that is not nfsd's. */
struct matrix_splat {
	char *name;
	char *title;		/* stands in the splat's title */
	char *text;		/* stands in its report */
	char *why;
	struct strv branches;	/* empty: all */
	struct strv cells;	/* empty: all */
	unsigned int line;
};

/* How a case of a proof fails without the fix, and by what that is told from other failures. */
struct matrix_claim {
	char *test_case;	/* name of the KUnit case */
	char *text;		/* stands in its diagnostics, or in the splat */
	char *splat;		/* of splat_kind_names; NULL: the case itself says that it failed */
	char *function;		/* the splat is about it; NULL: any */
	struct strv branches;	/* empty: all */
	struct strv cells;	/* empty: all */
};

/* A suite that fails without a patch and passes with it: a folder. */
struct matrix_proof {
	char *name;		/* the folder's: "cb-session" */
	char *dir;		/* the folder */
	char *suite;		/* "nfsd-cb-session" */
	char *upstream;		/* commit that it is a backport of, 12 to 40 digits; or NULL */
	char *patch;		/* without that its file name, the same on every branch; or NULL */
	char *unit;		/* file of the server that has the suite: "nfs4state.c" */
	char *cell;
	char *claims;		/* what the fix guarantees, for people */
	char *skip;		/* why there is no suite; then unit, claims and fails are absent */
	struct matrix_claim *fails;
	size_t nfails;
	struct strv branches;	/* empty: all */
};

struct matrix {
	char *path;
	char *dir;		/* of the file: queues and configs are beside it */
	struct matrix_branch *branches;
	size_t nbranches;
	struct matrix_cell *cells;
	size_t ncells;
	struct matrix_check *checks;
	size_t nchecks;
	struct matrix_profile *profiles;
	size_t nprofiles;
	struct matrix_splat *splats;
	size_t nsplats;
	struct matrix_proof *proofs;
	size_t nproofs;
};

/**
 * matrix_load() - read and check the file, and the proofs of its cells
 * @err: "build-matrix.yaml:12: unknown key 'confgs' in cell um-kasan; expected one of: …"
 *
 * Checked: YAML itself, keys, types, ranges, duplicate keys, names that refer to nothing (cells,
 * checks, branches, fragments without a file), releases that are not of their branch, arches and
 * toolchains that are not known. Return: 0, ERR_INPUT, ERR_NOTFOUND, ERR_SYSTEM.
 */
int matrix_load(struct matrix *m, const char *path, struct err *err);
void matrix_free(struct matrix *m);

const struct matrix_branch *matrix_branch(const struct matrix *m, const char *name);
const struct matrix_cell *matrix_cell(const struct matrix *m, const char *name);
const struct matrix_check *matrix_check(const struct matrix *m, const char *name);
const struct matrix_profile *matrix_profile(const struct matrix *m, const char *name);
const struct matrix_proof *matrix_proof(const struct matrix *m, const char *name);

/** matrix_branch_of() - the branch a release belongs to; ERR_INPUT names the branches there are. */
int matrix_branch_of(const struct matrix *m, const struct release *r,
		     const struct matrix_branch **b, struct err *err);

/**
 * matrix_check_fallbacks() - for matrix_load(), once every cell is filled in
 *
 * A fallback runs elsewhere than what it stands for, and has the same proofs compiled in.
 */
int matrix_check_fallbacks(const struct matrix *m, struct err *err);

/** matrix_mutants() - paths of a proof's mutants for a branch, in order, added to @files. */
void matrix_mutants(const struct matrix_proof *p, const char *branch, struct strv *files);

/** matrix_fragments() - paths of a cell's fragments on a branch, in order. */
void matrix_fragments(const struct matrix *m, const struct matrix_cell *cell,
		      const struct matrix_branch *b, struct strv *paths);

#endif
