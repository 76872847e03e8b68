/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/provider.h - what every provider works on: a set of them, and a source that one has found
 */
#ifndef STABLEQ_SOURCE_PROVIDER_H
#define STABLEQ_SOURCE_PROVIDER_H

#include <time.h>

#include "base/release.h"
#include "source/opts.h"

struct source_provider;
struct key_pin;
struct git_repository;

struct source_set {
	struct source_opts o;
	const struct source_provider *providers;	/* ends with a NULL name */
	const struct key_pin *pins;	/* kernel.org's keys; only a unit test has others */
	char **down;		/* a provider: why it is out of reach; not asked again */
	bool *warned;
	struct git_repository *repo;
	bool git_ready;		/* libgit2 was initialised */
	struct {
		bool ready;	/* the private apt configuration was written by this run */
		bool updated;	/* its lists were refreshed by this run */
	} apt[2];	/* by enum apt_kind */
	struct str sums;	/* kernel.org's list of digests, checked by this run */
	unsigned int sums_of;	/* for this version */
};

enum source_kind {
	SOURCE_TREE,		/* path: a directory */
	SOURCE_TAR,		/* path: an archive */
	SOURCE_GIT,		/* oid: the tag's tree */
	SOURCE_REMOTE,		/* located, not fetched */
};

struct source {
	struct source_set *set;
	struct release release;
	char name[RELEASE_MAX];	/* of the release */
	const char *provider;
	enum source_kind kind;
	char *path;
	char *desc;
	char *id;		/* content, for seals: independent of where the file stands */
	char *rev;		/* SOURCE_GIT: the commit as it was named, "v6.6.150" */
	char *variant;		/* "linux-source-6.1_6.1.192-2": not pristine, so named apart; or NULL */
	char oid[65];
	uint64_t size;		/* SOURCE_REMOTE: bytes to fetch; 0: unknown */
	time_t when;		/* SOURCE_GIT: of the commit; every file of a tree gets it */
};

/*
 * find() fills @src in. Return: 0; ERR_NOTFOUND with an answer for people ("has no tag v6.6.150");
 * ERR_MISSING or ERR_TIMEOUT when the provider is out of reach, so that it isn't asked again;
 * ERR_INTERRUPTED; any other error when it has the release and that is no good.
 */
struct source_provider {
	const char *name;
	bool network;
	bool every;		/* has all releases: its answer says why there is none */
	int (*find)(struct source_set *set, struct source *src, bool fetch, struct err *err);
};

/** source_patience() - seconds a provider may be silent before it counts as out of reach */
unsigned int source_patience(const struct source_set *set);

/** source_interrupted() - ERR_INTERRUPTED when the user has asked to stop, else 0 */
int source_interrupted(struct err *err);

/**
 * source_lock() - fs_lock() that can be interrupted, and says who is waited for
 * @what: the other one does: "uses apt"
 * @fd: closed by the caller to release it
 */
int source_lock(const struct source *src, const char *path, const char *what, int *fd,
		struct err *err);

/**
 * source_check_makefile() - is a top Makefile that of @src's release?
 * @where: what it was taken from, for the message
 *
 * Return: 0 or ERR_INPUT.
 */
int source_check_makefile(const struct source *src, const char *where, struct span text,
			  struct err *err);

/** source_check_tree() - source_check_makefile() of the one in @dir; ERR_INPUT without one, too */
int source_check_tree(const struct source *src, const char *dir, struct err *err);

#endif
