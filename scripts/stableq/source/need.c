// SPDX-License-Identifier: GPL-2.0-only
/*
 * What it takes to have a release's tree: bytes to fetch, bytes to write.
 */
#include "source/source.h"

#include <fts.h>
#include <sys/stat.h>

#include "source/provider.h"
#include "source/seal.h"

#define TREE_BYTES ((uint64_t)1500 * 1000 * 1000)	/* of a release, should nobody say */
#define XZ_RATIO 11		/* linux-6.12.107.tar.xz is 148 MB, its tree 1.6 GB */
#define OTHER_RATIO 7

/* The files below @root; a repository beside them isn't the tree. */
static uint64_t walk(char *root)
{
	char *roots[] = { root, NULL };
	uint64_t sum = 0;
	FTSENT *e;
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);

	while (fts && !source_interrupted(NULL) && (e = fts_read(fts))) {
		if (e->fts_info == FTS_F)
			sum += (uint64_t)e->fts_statp->st_size;
		else if (e->fts_info == FTS_D && !strcmp(e->fts_name, ".git"))
			fts_set(fts, e, FTS_SKIP);
	}
	if (fts)
		fts_close(fts);
	/* Most files are small, and blocks are not. */
	return sum + sum / 10;
}

static uint64_t of_tarball(const char *name, uint64_t bytes)
{
	return bytes * (span_ends(span_of(name), ".xz") ? XZ_RATIO : OTHER_RATIO);
}

uint64_t source_fetch_bytes(const struct source *src)
{
	if (source_is_local(src))
		return 0;
	return src->size ? src->size : TREE_BYTES / XZ_RATIO;
}

bool source_extracted(struct source *src)
{
	_cleanup_free_ char *path = NULL;

	return src->kind == SOURCE_TREE ||
	       (src->kind != SOURCE_REMOTE && seal_find(src, src->id, &path, NULL));
}

uint64_t source_tree_bytes(struct source *src)
{
	_cleanup_free_ char *path = NULL;
	struct stat st;

	if (src->kind == SOURCE_TREE)
		return walk(src->path);
	if (src->kind == SOURCE_REMOTE)
		return of_tarball(".xz", source_fetch_bytes(src));
	if (seal_find(src, src->id, &path, NULL))
		return walk(path);
	if (src->kind == SOURCE_TAR && !stat(src->path, &st))
		return of_tarball(src->path, (uint64_t)st.st_size);
	return TREE_BYTES;
}
