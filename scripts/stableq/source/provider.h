/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/provider.h - what every provider works on: a set of them, and a source that one has found
 */
#ifndef STABLEQ_SOURCE_PROVIDER_H
#define STABLEQ_SOURCE_PROVIDER_H

#include "base/release.h"
#include "source/opts.h"

struct source;
struct source_set;
struct sink;

/*
 * Where releases come from. A provider is a file of its own that defines one of these, and its line
 * in source/providers.c.
 */
struct source_provider {
	const char *name;	/* in reports and in messages: "kernel.org" */
	bool network;		/* not asked when offline */
	bool every;		/* has all releases: its answer says why there is none */
	size_t state;		/* bytes that it wants for itself in each set */

	/*
	 * find() - look for src->release and fill in kind, path, desc, id and what else there is
	 * @fetch: false: nothing large is fetched, the kind is SOURCE_REMOTE
	 *
	 * Return: 0; ERR_NOTFOUND with an answer for people ("has no tag v6.6.150"); ERR_MISSING or
	 * ERR_TIMEOUT when it is out of reach, so that it isn't asked again; ERR_INTERRUPTED; any
	 * other error when it has the release and that is no good.
	 */
	int (*find)(struct source *src, bool fetch, struct err *err);

	/* list() - source_add() the releases that it has on this machine; NULL: none */
	int (*list)(struct source_set *set, const char *branch, struct strv *to, struct err *err);

	/* read() - as source_read(), of what find() has found */
	int (*read)(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		    struct err *err);

	/* extract() - write all files into @sink; never asked for a SOURCE_TREE */
	int (*extract)(struct source *src, struct sink *sink, struct err *err);

	/* close() - free what @state points to, which was asked for before; or NULL */
	void (*close)(void *state);
};

/* What a set knows of a provider. */
struct source_seat {
	char *down;		/* why it is out of reach; not asked again */
	bool warned;
	void *state;		/* its own, or NULL */
};

struct source_set {
	struct source_opts o;
	const struct source_provider *const *providers;	/* in order; ends with NULL */
	struct source_seat *seats;	/* one a provider */
};

enum source_kind {
	SOURCE_TREE,		/* path: a directory, used as it stands */
	SOURCE_TAR,		/* path: an archive */
	SOURCE_STORE,		/* only its provider can read it */
	SOURCE_REMOTE,		/* located, not fetched */
};

/* The strings are its own, or NULL. */
struct source {
	struct source_set *set;
	struct release release;
	char name[RELEASE_MAX];	/* of the release; "" while that isn't known */
	const struct source_provider *provider;
	const char *as;		/* "tree", "rev": named by the user, not found; or NULL */
	enum source_kind kind;
	char *path;
	char *desc;		/* for reports: "tarball /srv/linux-6.6.150.tar.xz" */
	char *id;		/* content, for seals: independent of where the file stands */
	char *rev;		/* the commit as it was named, "v6.6.150" */
	char *variant;		/* "linux-source-6.1_6.1.192-2": not pristine, so named apart */
	void *own;		/* what its provider needs to read it; given to free() */
	uint64_t size;		/* SOURCE_REMOTE: bytes to fetch; 0: unknown */
};

/** source_set_of() - a set of these providers, which end with NULL; given to source_set_end() */
struct source_set *source_set_of(const struct source_opts *opts,
				 const struct source_provider *const *providers);
void source_set_end(struct source_set *set);

/** source_state() - what @p keeps in @set; made, zeroed, when it is first asked for. */
void *source_state(struct source_set *set, const struct source_provider *p);

/** source_add() - for list(): add @r if it is of the branch, and not there yet */
void source_add(struct strv *to, const char *branch, const struct release *r);

/** source_forget() - free what a provider has filled in */
void source_forget(struct source *src);

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
