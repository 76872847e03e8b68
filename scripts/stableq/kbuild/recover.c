// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a killed build leaves behind.
 *
 * make and kbuild's shells remove the target they are at when they get SIGTERM, which is what a
 * time limit, Ctrl-C and even the death of stableq itself come to. SIGKILL for the whole group or
 * a machine that goes down leave a target that is new and not whole, and make would take it for
 * done. So the directory is marked while make runs. Where the mark is found, every target that
 * was written in the last minute before the end is removed: the compiler cache brings it back.
 */
#include <errno.h>
#include <fts.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "kbuild/private.h"

#define LAST_SECONDS 60

/* make's own bookkeeping (.x.o.cmd, include/config) is written under other names and renamed. */
static bool is_target(const FTSENT *e)
{
	return e->fts_info == FTS_F && e->fts_name[0] != '.';
}

static int walk_objects(const struct kbuild *b, int (*fn)(const FTSENT *e, void *ctx), void *ctx,
			struct err *err)
{
	char *roots[] = { (char *)b->obj, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *e;
	int ret = 0;

	if (!fts)
		return err_sys(err, "%s", b->obj);
	while (!ret && (e = fts_read(fts))) {
		bool top = e->fts_level == 1;

		if (e->fts_info == FTS_D && top &&
		    (!strcmp(e->fts_name, "include") || !strcmp(e->fts_name, ".stableq")))
			fts_set(fts, e, FTS_SKIP);
		else if (is_target(e) && fn(e, ctx))
			ret = err_sys(err, "%s", e->fts_path);
	}
	fts_close(fts);
	return ret;
}

static int newest(const FTSENT *e, void *ctx)
{
	time_t *t = ctx;

	*t = MAX(*t, e->fts_statp->st_mtime);
	return 0;
}

struct removal {
	time_t since;
	size_t n;
};

static int take_away(const FTSENT *e, void *ctx)
{
	struct removal *r = ctx;
	bool object = span_ends((struct span){ e->fts_name, e->fts_namelen }, ".o");

	/* Empty files are what some file systems make of data that never reached the disk. */
	if (e->fts_statp->st_mtime < r->since && (e->fts_statp->st_size || !object))
		return 0;
	if (unlink(e->fts_accpath) < 0 && errno != ENOENT)
		return -1;
	r->n++;
	return 0;
}

int kbuild_recover(const struct kbuild *b, size_t *removed, struct err *err)
{
	_cleanup_free_ char *mark = kbuild_own(b, "building");
	struct removal r = { 0, 0 };
	time_t last = 0;
	int ret;

	*removed = 0;
	if (!fs_exists(mark))
		return 0;
	ret = walk_objects(b, newest, &last, err);
	r.since = last - LAST_SECONDS;
	ret = ret ? ret : walk_objects(b, take_away, &r, err);
	*removed = r.n;
	return ret;
}
