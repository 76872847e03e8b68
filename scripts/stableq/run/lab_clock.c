// SPDX-License-Identifier: GPL-2.0-only
/*
 * run/lab_clock.c - objects that are dated in the future
 *
 * make makes a file anew when what it is made from is younger. An object from before the clock was
 * set back is younger than all that is written after it, so make would keep it whatever the source
 * says by then. So before any file of a working tree is written, every object that was made of it
 * has to be older than what the file system's clock says.
 */
#include "run/lab.h"

#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "kbuild/kbuild.h"

#define NS 1000000000LL
#define TICK_US 5000
#define GRAIN (3 * NS)		/* the coarsest time stamps are of two seconds */

static int64_t mtime_ns(const struct stat *st)
{
	return st->st_mtim.tv_sec * NS + st->st_mtim.tv_nsec;
}

/* What the file system takes for now: of a network's it may be another machine's clock. */
static int now(const char *dir, int64_t *to, struct err *err)
{
	_cleanup_free_ char *stamp = fs_join(dir, "clock");
	struct stat st;
	int ret = fs_write(stamp, "", 0, 0644, err);

	if (!ret && stat(stamp, &st) < 0)
		ret = err_sys(err, "%s", stamp);
	*to = ret ? 0 : mtime_ns(&st);
	return ret;
}

static int newest(const char *obj, int64_t *to, struct err *err)
{
	char *roots[] = { (char *)obj, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *e;
	int ret = 0;

	*to = 0;
	if (!fts)
		return err_sys(err, "%s", obj);
	while (!ret && (e = fts_read(fts))) {
		if (e->fts_info == FTS_F)
			*to = MAX(*to, mtime_ns(e->fts_statp));
		else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR)
			ret = err_set(err, ERR_SYSTEM, "%s: %s", e->fts_path,
				      strerror(e->fts_errno));
	}
	fts_close(fts);
	return ret;
}

static int throw_away(const struct lab *lab, const char *obj, int64_t ahead, struct err *err)
{
	if (ahead > 0)
		out_warn(lab->out, "the clock stands %lld s before the time at which objects in %s "
			 "were made; they are thrown away and made anew",
			 (long long)((ahead + NS - 1) / NS), obj);
	else
		out_warn(lab->out, "the clock was set while objects in %s were made; they are "
			 "thrown away and made anew", obj);
	return fs_remove_tree(obj, err);
}

/* One object directory becomes older than now, or goes. */
static int settle(const struct lab *lab, const char *dir, const char *obj, struct err *err)
{
	int64_t made, is;
	int ret = newest(obj, &made, err);

	if (!ret && kbuild_skewed(obj))
		return throw_away(lab, obj, 0, err);
	while (!ret && !(ret = now(dir, &is, err)) && is <= made) {
		if (made - is > GRAIN)
			return throw_away(lab, obj, made - is, err);
		/* Within one tick of that clock nobody could tell which came first. */
		usleep(TICK_US);
	}
	return ret;
}

int lab_clock(const struct lab *lab, const struct lab_place *p, struct err *err)
{
	_cleanup_free_ char *dir = xstrndup(p->work, (size_t)(strrchr(p->work, '/') - p->work));
	struct dirent *e;
	DIR *d = opendir(dir);
	int ret = 0;

	if (!d)
		return err_sys(err, "%s", dir);
	while (!ret && (e = readdir(d))) {
		_cleanup_free_ char *obj = fs_join(dir, e->d_name);

		/* Those of the other cells are made from the same tree. */
		if (span_starts(span_of(e->d_name), "obj-") && fs_is_dir(obj))
			ret = settle(lab, dir, obj, err);
	}
	closedir(d);
	return ret;
}
