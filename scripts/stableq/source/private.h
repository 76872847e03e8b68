/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/private.h - what the files of the source room share; nobody else includes it
 */
#ifndef STABLEQ_SOURCE_PRIVATE_H
#define STABLEQ_SOURCE_PRIVATE_H

#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "source/archive.h"
#include "source/cache.h"
#include "source/deb.h"
#include "source/keys.h"
#include "source/package.h"
#include "source/pick.h"
#include "source/progress.h"
#include "source/seal.h"
#include "source/sign.h"
#include "source/sink.h"
#include "source/source.h"
#include "source/tar.h"
#include "source/xz.h"

/* source.c */
void source_set_tar(struct source *src, const char *path);

/* source/dir.c */
int source_dir_find(struct source_set *set, struct source *src, bool fetch, struct err *err);
int source_dir_list(struct source_set *set, const char *branch, struct strv *to, struct err *err);
int source_dir_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		    struct err *err);
/** source_dir_tarball() - a tarball of @name in @dir, by any name it may have; owned by caller */
char *source_dir_tarball(const char *dir, const struct source *src);

void source_dir_search(struct source_set *set, struct strv *dirs);

/* source/git.c */
int source_git_find(struct source_set *set, struct source *src, bool fetch, struct err *err);
int source_git_list(struct source_set *set, const char *branch, struct strv *to, struct err *err);
int source_git_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		    struct err *err);
int source_git_extract(struct source *src, struct sink *sink, struct err *err);
void source_git_close(struct source_set *set);

/* source/debian.c */
int source_debian_find(struct source_set *set, struct source *src, bool fetch, struct err *err);

int source_debian_package_find(struct source_set *set, struct source *src, bool fetch,
			       struct err *err);

int source_package_find(struct source_set *set, struct source *src, bool fetch, struct err *err);

/* source/kernelorg.c */
int source_kernelorg_find(struct source_set *set, struct source *src, bool fetch,
			  struct err *err);

#endif
