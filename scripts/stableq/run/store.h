/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run/store.h - what was seen of kernels: builds and boots, keyed by content, in SQLite (WAL)
 *
 * Facts only: what a compiler said, what a console printed, how it ended and how long it took. What
 * that is worth is judged whenever it is asked for, so no rule, base or list of known splats that
 * came later can make a stored row wrong. What the machine did is no fact about a kernel and is
 * never put here. Rows are committed one by one: a kill loses the work in progress, nothing else.
 */
#ifndef STABLEQ_STORE_H
#define STABLEQ_STORE_H

#include "base/hash.h"
#include "out/out.h"
#include "run/state.h"
#include "base/str.h"
#include "vm/vm.h"

/* A state was built, or can't be. */
struct build_fact {
	char key[HASH_HEX + 1];	/* state_key() */
	char *release;		/* for people */
	char *cell;
	char *state;
	bool failed;		/* the compiler or linker refused it */
	char *message;		/* why, or what was compiled besides an image, in a line; "" */
	char *lines;		/* the warnings, or the errors: one a line */
	double seconds;
};

/* A state was booted. */
struct boot_fact {
	char key[HASH_HEX + 1];	/* state_boot_key() */
	char *checks;		/* of the guest, parted by commas; "" */
	char *suite;		/* of KUnit, as a glob; "" */
	char *release;
	char *source;		/* struct state's */
	char *suites;		/* digest of the proofs compiled into it, overlay_digest(); "" */
	char *cell;
	char *state;
	char *patches;		/* on top of the source, one file a line; "" as it was released */
	enum vm_end end;
	unsigned int timeout_ms;	/* that it had */
	size_t output_max;
	struct str console;	/* any bytes; of a long one the beginning and the end */
	double seconds;
	char *accel;		/* "um", "kvm", "tcg" */
};

void build_fact_clear(struct build_fact *b);
void boot_fact_clear(struct boot_fact *b);

struct store;

/**
 * store_open() - open or make the database
 * @out: where a word goes about a database of an older version, which is set aside; or NULL
 * @err: a damaged or newer database is named, with what to do
 */
int store_open(struct store **s, const char *path, struct out *out, struct err *err);

/**
 * store_look() - open what is there, for reading
 * @s: NULL when there is no database, or none of this version
 */
int store_look(struct store **s, const char *path, struct err *err);
void store_close(struct store *s);

/** store_get_build() - by key. Return: 0, ERR_NOTFOUND, ERR_SYSTEM. */
int store_get_build(struct store *s, const char *key, struct build_fact *b, struct err *err);

/** store_put_build() - keep one, replacing an older one of that key. Committed on return. */
int store_put_build(struct store *s, const struct build_fact *b, struct err *err);

/**
 * store_get_boot() - a boot that ran all these checks
 * @checks: parted by commas, each once, in the matrix' order; "" for none
 * @timeout_ms: one that was ended for its time must have had as much
 *
 * The newest of just these checks, else the newest of more that came to its end: what another
 * check did to the guest could else be taken for what these did. Return: as store_get_build().
 */
int store_get_boot(struct store *s, const char *key, const char *checks, unsigned int timeout_ms,
		   struct boot_fact *b, struct err *err);

/** store_put_boot() - keep one, replacing an older one of that key and these checks. */
int store_put_boot(struct store *s, const struct boot_fact *b, struct err *err);

/**
 * store_released_boots() - boots of KUnit suites on a release as it is, without any patch
 * @source: struct state's
 * @suite: the boot's
 * @suites: digest of the proofs as they are now
 * @fn: gets the newest of each cell; what isn't 0 ends it and is returned
 */
typedef int (*store_boot_fn)(void *ctx, const struct boot_fact *b);
int store_released_boots(struct store *s, const char *release, const char *source,
			 const char *suite, const char *suites, store_boot_fn fn, void *ctx,
			 struct err *err);

/** store_build_seconds() - the mean of a cell's last five builds, of any release; < 0: unknown. */
double store_build_seconds(struct store *s, const char *cell);
/** store_boot_seconds() - the same of its boots. */
double store_boot_seconds(struct store *s, const char *cell);

#endif
