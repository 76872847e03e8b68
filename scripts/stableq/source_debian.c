// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debian's original tarballs: the kernel's own files without a distribution's patches. apt finds,
 * fetches and checks them, under a configuration of our own.
 */
#include "source_apt.h"

#include <errno.h>

#include "child.h"
#include "fs.h"

#define RETRY_AGE 3600		/* seconds for which lists that lack a release are believed */
#define STALL_FACTOR 3		/* a download may pause longer than a search */

struct orig {
	char *package;		/* "linux-6.12" */
	char *version;		/* "6.12.107-1~deb12u1" */
	char *file;		/* "linux-6.12_6.12.107.orig.tar.xz" */
	uint64_t size;
};

static void orig_clear(struct orig *o)
{
	free(o->package);
	free(o->version);
	free(o->file);
	*o = (struct orig){ 0 };
}

/* Is @name the upstream part of a Debian version? What follows the last dash is Debian's. */
static bool upstream_is(struct span version, const char *name)
{
	size_t n = version.len;

	while (n && version.p[n - 1] != '-')
		n--;
	return n && span_eq((struct span){ version.p, n - 1 }, span_of(name));
}

static bool value_of(struct span line, const char *field, struct span *value)
{
	if (!span_starts(line, field))
		return false;
	*value = span_trim((struct span){ line.p + strlen(field), line.len - strlen(field) });
	return true;
}

/* " <digest> <size> linux_6.1.187.orig.tar.xz"; a signature (.asc) isn't one. */
static bool orig_line(struct span line, struct orig *o)
{
	_cleanup_free_ char *text = span_dup(line);
	char *save = NULL, *digest = strtok_r(text, " ", &save);
	char *size = digest ? strtok_r(NULL, " ", &save) : NULL;
	char *name = size ? strtok_r(NULL, " ", &save) : NULL;

	if (!name || strchr(name, '/') || !strstr(name, ".orig.tar.") ||
	    span_ends(span_of(name), ".asc"))
		return false;
	free(o->file);
	o->file = xstrdup(name);
	o->size = strtoull(size, NULL, 10);
	return true;
}

/*
 * The @nth original of that release: more than one package may have it, each with a file of its
 * own, and an archive may name one that it no longer has.
 */
static bool find_orig(struct span text, const char *name, size_t nth, struct orig *o)
{
	_cleanup_strv_ struct strv files = STRV_INIT;
	struct span line, v, package = { "", 0 }, version = { "", 0 };

	for (bool more = true; more;) {
		more = span_line(&text, &line);
		if (more && line.len) {
			if (value_of(line, "Package:", &v))
				package = v;
			else if (value_of(line, "Version:", &v))
				version = v;
			else if (span_starts(line, " "))
				orig_line(line, o);
			continue;
		}
		if (o->file && upstream_is(version, name) && !strv_has(&files, o->file)) {
			strv_add(&files, o->file);
			if (files.n > nth) {
				o->package = span_dup(package);
				o->version = span_dup(version);
				return true;
			}
		}
		free(o->file);
		o->file = NULL;
		version = package = (struct span){ "", 0 };
	}
	return false;
}

/* Return: 0, ERR_NOTFOUND, others. */
static int look_up(struct source *src, const char *dir, size_t nth, struct orig *o,
		   struct err *err)
{
	char branch[RELEASE_MAX];
	_cleanup_free_ char *own = xasprintf("linux-%s", release_branch(&src->release, branch));
	const char *argv[] = { "apt-cache", "showsrc", "--only-source", "linux", own, NULL };
	_cleanup_str_ struct str text = STR_INIT;
	_cleanup_err_ struct err e = ERR_INIT;
	int ret = apt_run(dir, argv, NULL, NULL, 0, &text, &e);

	/* Neither package being known ends as an error. */
	if (ret && ret != ERR_SYSTEM)
		return err_move(err, &e);
	orig_clear(o);
	if (find_orig(str_span(&text), src->name, nth, o))
		return 0;
	return err_set(err, ERR_NOTFOUND, "the Debian archive of this machine's apt sources has no "
		       "linux %s", src->name);
}

static int update(struct source_set *set, const char *dir, const char *stamp, struct err *err)
{
	static const char *const argv[] = { "apt-get", "-q", "update", "-o", "APT::Status-Fd=2",
					    NULL };
	_cleanup_err_ struct err e = ERR_INIT;
	int ret;

	if (set->o.out)
		out_status(set->o.out, "Debian's archive: asking for its list of sources");
	set->apt_updated = true;
	ret = apt_run(dir, argv, NULL, NULL, source_patience(set), NULL, &e);
	/* Whatever apt's complaint: the archive, or a part of it, did not answer as it should. */
	if (ret == ERR_SYSTEM)
		return err_set(err, ERR_MISSING, "%s", e.msg);
	if (ret)
		return err_move(err, &e);
	return fs_write(stamp, "", 0, 0644, err);
}

static time_t age(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? RETRY_AGE + 1 : time(NULL) - st.st_mtime;
}

/*
 * Lists that have the release are good enough however old: originals stay in the archive. Only
 * when the download fails, or they lack it, newer ones are asked for.
 */
static int locate(struct source *src, const char *dir, struct orig *o, struct err *err)
{
	_cleanup_free_ char *stamp = fs_join(dir, "updated");
	_cleanup_err_ struct err e = ERR_INIT;
	int ret, updated;

	if (fs_exists(stamp)) {
		ret = look_up(src, dir, 0, o, &e);
		if (ret != ERR_NOTFOUND || src->set->apt_updated || age(stamp) < RETRY_AGE)
			return ret ? err_move(err, &e) : 0;
		err_clear(&e);
	}
	updated = src->set->apt_updated ? 0 : update(src->set, dir, stamp, &e);
	if (updated == ERR_INTERRUPTED)
		return err_move(err, &e);
	ret = look_up(src, dir, 0, o, err);
	/* "not found" in what could not be brought up to date isn't the whole truth. */
	return ret == ERR_NOTFOUND && updated ? err_move(err, &e) : ret;
}

static int download(struct source *src, const char *dir, const struct orig *o, struct err *err)
{
	_cleanup_free_ char *spec = xasprintf("%s=%s", o->package, o->version);
	_cleanup_free_ char *cwd = fs_join(dir, "download");
	_cleanup_free_ char *from = fs_join(cwd, o->file);
	_cleanup_free_ char *to = xasprintf("%s/sources/%s", src->set->o.cache, o->file);
	const char *argv[] = { "apt-get", "-q", "-o", "APT::Status-Fd=2", "source",
			       "--download-only", "--tar-only", spec, NULL };
	struct source_progress progress;
	int ret = fs_mkparents(to, err);

	if (ret)
		return ret;
	if (src->set->o.out)
		out_note(src->set->o.out, "linux %s: fetching %s (%.0f MiB) from Debian's archive",
			 src->name, o->file, (double)o->size / (1 << 20));
	source_progress_begin(&progress, src, "fetching", o->size);
	ret = apt_run(dir, argv, cwd, &progress, source_patience(src->set) * STALL_FACTOR, NULL,
		      err);
	source_progress_end(&progress);
	if (ret)
		return ret == ERR_INTERRUPTED ? ret : err_prefix(err, "fetching %s", o->file);
	/* apt checks size and digest before it is content; a kill leaves the file where it was. */
	if (rename(from, to) < 0)
		return err_sys(err, "%s", to);
	source_set_tar(src, to);
	return 0;
}

/* Try every original of the release. */
static int download_any(struct source *src, const char *dir, struct err *err)
{
	_cleanup_err_ struct err first = ERR_INIT;
	int ret;

	for (size_t nth = 0;; nth++) {
		_cleanup_(orig_clear) struct orig o = { 0 };
		_cleanup_err_ struct err e = ERR_INIT;

		ret = look_up(src, dir, nth, &o, &e);
		if (!ret)
			ret = download(src, dir, &o, &e);
		else if (ret == ERR_NOTFOUND && nth)
			return err_move(err, &first);
		if (!ret)
			return 0;
		if (ret != ERR_SYSTEM)
			return err_move(err, &e);
		if (!first.code)
			err_move(&first, &e);
	}
}

static int find_locked(struct source_set *set, struct source *src, const char *dir, bool fetch,
		       struct err *err)
{
	_cleanup_(orig_clear) struct orig o = { 0 };
	_cleanup_err_ struct err e = ERR_INIT;
	_cleanup_free_ char *stamp = fs_join(dir, "updated");
	_cleanup_free_ char *sources = fs_join(set->o.cache, "sources");
	_cleanup_free_ char *there = source_dir_tarball(sources, src);
	bool changed = false;
	int ret = 0;

	/* Another process may have fetched it while we waited. */
	if (there) {
		source_set_tar(src, there);
		return 0;
	}
	if (!set->apt_ready)
		ret = apt_setup(set, dir, &changed, err);
	if (ret)
		return ret;
	set->apt_ready = true;
	/* Lists of other archives than these are none. */
	if (changed && unlink(stamp) < 0 && errno != ENOENT)
		return err_sys(err, "%s", stamp);
	ret = locate(src, dir, &o, err);
	if (ret)
		return ret;
	if (!fetch) {
		src->kind = SOURCE_REMOTE;
		src->desc = xasprintf("Debian's archive, %s %s (%s, %.0f MiB)", o.package,
				      o.version, o.file, (double)o.size / (1 << 20));
		return 0;
	}
	ret = download_any(src, dir, &e);
	if (ret != ERR_SYSTEM || set->apt_updated)
		return ret ? err_move(err, &e) : 0;
	/* The lists may name what has left the archive. */
	ret = update(set, dir, stamp, err);
	return ret ? ret : download_any(src, dir, err);
}

int source_debian_find(struct source_set *set, struct source *src, bool fetch, struct err *err)
{
	_cleanup_free_ char *cache = realpath(set->o.cache, NULL);
	_cleanup_free_ char *dir = fs_join(cache ? cache : set->o.cache, "apt");
	_cleanup_free_ char *lock = fs_join(dir, "lock");
	_cleanup_close_ int fd = -1;
	int ret;

	/* Candidates are not uploaded under their own name. */
	if (src->release.rc)
		return err_set(err, ERR_NOTFOUND, "has no release candidates");
	ret = fs_mkdirs(dir, err);
	if (!ret)
		ret = source_lock(src, lock, "uses apt", &fd, err);
	return ret ? ret : find_locked(set, src, dir, fetch, err);
}
