/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kbuild/private.h - what kbuild's files share
 *
 * Beside make's own files an object directory has .stableq/:
 *   lock		held while make runs
 *   config/.config	the merged fragments
 *   key		digest of what the configuration was made from, once it is made and prepared
 *   building		there while make runs, so that a killed build is noticed
 *   warnings		see kbuild/warn.c
 *   skewed		make met files dated in the future: nothing here can be relied on
 */
#ifndef STABLEQ_KBUILD_PRIVATE_H
#define STABLEQ_KBUILD_PRIVATE_H

#include "base/hash.h"
#include "kbuild/kbuild.h"
#include "kbuild/diag.h"

/* A path below obj/.stableq; owned by the caller. */
char *kbuild_own(const struct kbuild *b, const char *name);

/* One call of make, and what came of it. */
struct kbuild_call {
	struct kbuild *b;
	struct kbuild_diag diag;
	int log;		/* descriptor of the log, or -1 */
	int log_errno;
	int ledger;		/* descriptor of the warnings' file, or -1 */
	double begun, shown;	/* monotonic seconds */
	unsigned int units;
	unsigned int expected;	/* units; 0: unknown */
	const char *doing;	/* for the progress line; NULL: none */
	enum child_end end;
};

int kbuild_call_init(struct kbuild_call *call, struct kbuild *b, struct err *err);
void kbuild_call_free(struct kbuild_call *call);

/*
 * Run "make <args>" in the tree, for the object directory. Return: 0; ERR_FINDING with the first
 * error as message; ERR_MISSING, ERR_SYSTEM, ERR_TIMEOUT, ERR_INTERRUPTED.
 */
int kbuild_call_make(struct kbuild_call *call, const char *const *args, struct err *err);

/* make's arguments: those of every call, then @args. */
void kbuild_make_argv(const struct kbuild *b, const char *const *args, struct strv *argv);

/*
 * kbuild/objects.c: the objects of b->sources that this configuration has; it has to be prepared.
 */
int kbuild_objects(const struct kbuild *b, struct strv *objects, struct err *err);
/*
 * Leave away the warnings of sources whose objects were not asked for: they may be of another
 * state.
 */
void kbuild_only_objects(struct kbuild *b);

/* The environment for make and its scripts, for struct child. */
void kbuild_env(const struct kbuild *b, struct strv *env);

/* Is the object directory's configuration made and prepared for these inputs? */
int kbuild_config_key(const struct kbuild *b, char key[HASH_HEX + 1], struct err *err);
bool kbuild_config_fresh(const struct kbuild *b, const char *key);

/* Paths that make can't work with. */
int kbuild_check_paths(const struct kbuild *b, struct err *err);

/* kbuild/warn.c: the warnings of the object directory as a whole. */
int kbuild_ledger_open(const struct kbuild *b, struct strv *old, double *built, int *fd,
		       struct err *err);
int kbuild_ledger_close(struct kbuild *b, const struct kbuild_diag *d, const struct strv *old,
			double built, bool complete, struct err *err);

/* kbuild/recover.c: the mark of a build that is going on. */
int kbuild_recover(const struct kbuild *b, size_t *removed, struct err *err);

#endif
