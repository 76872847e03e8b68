// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debian's original tarballs: the kernel's own files without a distribution's patches; and, for
 * releases whose original has left the archive, its packages of sources with these patches. apt
 * finds, fetches and checks them, under a configuration of our own.
 */
#include "source/apt.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>

#include "base/child.h"
#include "base/fs.h"
#include "source/local.h"
#include "source/package.h"
#include "source/progress.h"
#include "source/stanza.h"

#define RETRY_AGE 3600		/* seconds for which lists that lack a release are believed */
#define STALL_FACTOR 3		/* a download may pause longer than a search */

/* A file that the archive's lists name. */
struct listed {
	char *package;		/* "linux-6.12" */
	char *version;		/* "6.12.107-1~deb12u1" */
	char *file;		/* "linux-6.12_6.12.107.orig.tar.xz" */
	uint64_t size;
};

static void listed_clear(struct listed *l)
{
	free(l->package);
	free(l->version);
	free(l->file);
	*l = (struct listed){ 0 };
}

/* One kind of files in the archive: where its lists are kept, and what differs. */
struct part {
	enum apt_kind kind;
	const char *below;	/* the cache */
	const char *what;	/* is asked for */
	/* Does a stanza of apt-cache tell of such a file? Then @l gets its name and size. */
	bool (*tells)(struct span stanza, struct listed *l);
	/* Take what was fetched to @path into use. */
	int (*use)(struct source *src, const struct listed *l, const char *path, struct err *err);
	/* Another process may have fetched it while we waited. */
	int (*there)(struct source *src, const char *sources, struct err *err);
};

/* Is @name the upstream part of a Debian version? What follows the last dash is Debian's. */
static bool upstream_is(struct span version, const char *name)
{
	while (version.len && span_last(version) != '-')
		version = span_chop(version, 1);
	return version.len && span_is(span_chop(version, 1), name);
}

static struct span value_of(struct span stanza, const char *field)
{
	struct span value;

	stanza_field(stanza, field, &value);
	return span_trim(value);
}

static uint64_t number(struct span text)
{
	_cleanup_free_ char *digits = span_dup(text);

	return strtoull(digits, NULL, 10);
}

/* " <digest> <size> linux_6.1.187.orig.tar.xz"; a signature (.asc) isn't one. */
static bool orig_line(struct span line, struct listed *l)
{
	struct span digest, size, name;

	if (!span_starts(line, " ") || !span_word(&line, &digest) || !span_word(&line, &size) ||
	    !span_word(&line, &name) || span_has(name, "/") || !span_has(name, ".orig.tar.") ||
	    span_ends(name, ".asc"))
		return false;
	l->file = span_dup(name);
	l->size = number(size);
	return true;
}

/* Does @stanza tell of what is wanted? Then @l gets its file. */
static bool is_orig(struct span stanza, struct listed *l)
{
	struct span line;

	while (span_line(&stanza, &line))
		if (orig_line(line, l))
			return true;
	return false;
}

static bool is_package(struct span stanza, struct listed *l)
{
	if (!span_is(value_of(stanza, "Architecture"), "all"))
		return false;
	l->file = xasprintf(SPAN_FMT "_" SPAN_FMT "_all.deb",
			    SPAN_ARG(value_of(stanza, "Package")),
			    SPAN_ARG(value_of(stanza, "Version")));
	l->size = number(value_of(stanza, "Size"));
	return true;
}

/*
 * The @nth file of a release in what apt-cache printed, the newest first: more than one package may
 * have its original, each with a file of its own, and an archive may name one that has left it.
 */
static bool find_nth(struct span text, const struct source *src, const struct part *part,
		     size_t nth, struct listed *l)
{
	_cleanup_strv_ struct strv files = STRV_INIT;
	struct span stanza;

	while (stanza_next(&text, &stanza)) {
		struct span version = value_of(stanza, "Version");

		listed_clear(l);
		if (!upstream_is(version, src->name) || !part->tells(stanza, l) ||
		    strv_has(&files, l->file))
			continue;
		strv_add(&files, l->file);
		if (files.n <= nth)
			continue;
		l->package = span_dup(value_of(stanza, "Package"));
		l->version = span_dup(version);
		return true;
	}
	listed_clear(l);
	return false;
}

/* Return: 0, ERR_NOTFOUND, others. */
static int look_up_archive(struct source *src, const struct part *part, const char *dir, size_t nth,
			   struct listed *l, struct err *err)
{
	char branch[RELEASE_MAX];
	_cleanup_free_ char *own = xasprintf("linux-%s", release_branch(&src->release, branch));
	_cleanup_free_ char *package = xasprintf("linux-source-%s", branch);
	const char *sources[] = { "apt-cache", "showsrc", "--only-source", "linux", own, NULL };
	const char *packages[] = { "apt-cache", "show", package, NULL };
	_cleanup_str_ struct str text = STR_INIT;
	_cleanup_err_ struct err e = ERR_INIT;
	int ret = apt_run(dir, part->kind == APT_SOURCES ? sources : packages, NULL, NULL, 0,
			  &text, &e);

	/* None of the packages being known ends as an error. */
	if (ret && ret != ERR_SYSTEM)
		return err_move(err, &e);
	if (find_nth(str_span(&text), src, part, nth, l))
		return 0;
	return err_set(err, ERR_NOTFOUND, "the Debian archive of this machine's apt sources has no "
		       "%s %s", part->kind == APT_SOURCES ? "linux" : package, src->name);
}

/* What this run has done with the lists of this provider. */
struct lists {
	bool ready;		/* the private configuration was written */
	bool updated;		/* they were refreshed */
};

static struct lists *lists_of(const struct source *src)
{
	return source_state(src->set, src->provider);
}

static int update_lists(struct source *src, const struct part *part, const char *dir,
			const char *stamp, struct err *err)
{
	static const char *const argv[] = { "apt-get", "-q", "update", "-o", "APT::Status-Fd=2",
					    NULL };
	_cleanup_err_ struct err e = ERR_INIT;
	int ret;

	if (src->set->o.out)
		out_status(src->set->o.out, "Debian's archive: asking for its list of %s",
			   part->what);
	lists_of(src)->updated = true;
	ret = apt_run(dir, argv, NULL, NULL, source_patience(src->set), NULL, &e);
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
static int locate(struct source *src, const struct part *part, const char *dir, struct listed *l,
		  struct err *err)
{
	bool *fresh = &lists_of(src)->updated;
	_cleanup_free_ char *stamp = fs_join(dir, "updated");
	_cleanup_err_ struct err e = ERR_INIT;
	int ret, updated;

	if (fs_exists(stamp)) {
		ret = look_up_archive(src, part, dir, 0, l, &e);
		if (ret != ERR_NOTFOUND || *fresh || age(stamp) < RETRY_AGE)
			return ret ? err_move(err, &e) : 0;
		err_clear(&e);
	}
	updated = *fresh ? 0 : update_lists(src, part, dir, stamp, &e);
	if (updated == ERR_INTERRUPTED)
		return err_move(err, &e);
	ret = look_up_archive(src, part, dir, 0, l, err);
	/* "not found" in what could not be brought up to date isn't the whole truth. */
	return ret == ERR_NOTFOUND && updated ? err_move(err, &e) : ret;
}

static int use_orig(struct source *src, const struct listed *l, const char *path, struct err *err)
{
	_cleanup_free_ char *to = xasprintf("%s/sources/%s", src->set->o.cache, l->file);

	if (rename(path, to) < 0)
		return err_sys(err, "%s", to);
	local_take_tar(src, to);
	return 0;
}

static int orig_there(struct source *src, const char *sources, struct err *err)
{
	_cleanup_free_ char *path = local_tarball(sources, src);

	if (!path)
		return ERR_NOTFOUND;
	local_take_tar(src, path);
	return 0;
}

/* What is inside is all that is wanted. */
static int use_package(struct source *src, const struct listed *l, const char *path,
		       struct err *err)
{
	int ret = package_unpack(src, path, err);

	if (!ret && unlink(path) < 0)
		ret = err_sys(err, "%s", path);
	return ret;
}

static int package_there(struct source *src, const char *sources, struct err *err)
{
	_cleanup_strv_ struct strv dirs = STRV_INIT;

	strv_add(&dirs, sources);
	return package_find_in(src, &dirs, err);
}

static const struct part originals = {
	APT_SOURCES, "apt", "sources", is_orig, use_orig, orig_there,
};

static const struct part packages = {
	APT_PACKAGES, "apt/packages", "packages", is_package, use_package, package_there,
};

static int download(struct source *src, const struct part *part, const char *dir,
		    const struct listed *l, struct err *err)
{
	_cleanup_free_ char *spec = xasprintf("%s=%s", l->package, l->version);
	_cleanup_free_ char *cwd = fs_join(dir, "download");
	_cleanup_free_ char *path = fs_join(cwd, l->file);
	_cleanup_free_ char *sources = fs_join(src->set->o.cache, "sources");
	const char *argv[10] = { "apt-get", "-q", "-o", "APT::Status-Fd=2" };
	struct source_progress progress;
	size_t n = 4;
	int ret = fs_mkdirs(sources, err);

	if (ret)
		return ret;
	if (part->kind == APT_SOURCES) {
		argv[n++] = "source";
		argv[n++] = "--download-only";
		argv[n++] = "--tar-only";
	} else {
		argv[n++] = "download";
	}
	argv[n] = spec;
	if (src->set->o.out)
		out_note(src->set->o.out, "linux %s: fetching %s (%.0f MiB) from Debian's archive",
			 src->name, l->file, (double)l->size / (1 << 20));
	source_progress_begin(&progress, src, "fetching", l->size);
	ret = apt_run(dir, argv, cwd, &progress, source_patience(src->set) * STALL_FACTOR, NULL,
		      err);
	source_progress_end(&progress);
	if (ret)
		return ret == ERR_INTERRUPTED ? ret : err_prefix(err, "fetching %s", l->file);
	/* apt checks size and digest before it is content; a kill leaves the file where it was. */
	return part->use(src, l, path, err);
}

/* Try every file that has the release. */
static int download_any(struct source *src, const struct part *part, const char *dir,
			struct err *err)
{
	_cleanup_err_ struct err first = ERR_INIT;
	int ret;

	for (size_t nth = 0;; nth++) {
		_cleanup_(listed_clear) struct listed l = { 0 };
		_cleanup_err_ struct err e = ERR_INIT;

		ret = look_up_archive(src, part, dir, nth, &l, &e);
		if (!ret)
			ret = download(src, part, dir, &l, &e);
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

static int set_up_apt(struct source *src, const struct part *part, const char *dir,
		      const char *stamp, struct err *err)
{
	bool changed = false;
	int ret;

	if (lists_of(src)->ready)
		return 0;
	ret = apt_setup(src->set, dir, part->kind, &changed, err);
	if (ret)
		return ret;
	lists_of(src)->ready = true;
	/* Lists of other archives than these are none. */
	return changed && unlink(stamp) < 0 && errno != ENOENT ? err_sys(err, "%s", stamp) : 0;
}

static int find_locked(struct source *src, const struct part *part, const char *dir, bool fetch,
		       struct err *err)
{
	_cleanup_(listed_clear) struct listed l = { 0 };
	_cleanup_err_ struct err e = ERR_INIT;
	_cleanup_free_ char *stamp = fs_join(dir, "updated");
	_cleanup_free_ char *sources = fs_join(src->set->o.cache, "sources");
	int ret = part->there(src, sources, &e);

	if (ret != ERR_NOTFOUND)
		return ret ? err_move(err, &e) : 0;
	err_clear(&e);
	ret = set_up_apt(src, part, dir, stamp, err);
	ret = ret ? ret : locate(src, part, dir, &l, err);
	if (ret)
		return ret;
	if (!fetch) {
		src->kind = SOURCE_REMOTE;
		src->size = l.size;
		src->desc = xasprintf("Debian's archive, %s %s (%s, %.0f MiB)%s", l.package,
				      l.version, l.file, (double)l.size / (1 << 20),
				      part->kind == APT_PACKAGES ? ", with Debian's patches" : "");
		return 0;
	}
	ret = download_any(src, part, dir, &e);
	if (ret != ERR_SYSTEM || lists_of(src)->updated)
		return ret ? err_move(err, &e) : 0;
	/* The lists may name what has left the archive. */
	ret = update_lists(src, part, dir, stamp, err);
	return ret ? ret : download_any(src, part, dir, err);
}

static int find_part(struct source *src, const struct part *part, bool fetch, struct err *err)
{
	const char *own = src->set->o.cache;
	_cleanup_free_ char *cache = realpath(own, NULL);
	_cleanup_free_ char *dir = fs_join(cache ? cache : own, part->below);
	_cleanup_free_ char *lock = fs_join(dir, "lock");
	_cleanup_close_ int fd = -1;
	int ret;

	/* Candidates are not uploaded under their own name. */
	if (src->release.rc)
		return err_set(err, ERR_NOTFOUND, "has no release candidates");
	ret = fs_mkdirs(dir, err);
	if (!ret)
		ret = source_lock(src, lock, "uses apt", &fd, err);
	return ret ? ret : find_locked(src, part, dir, fetch, err);
}

static int debian_find(struct source *src, bool fetch, struct err *err)
{
	return find_part(src, &originals, fetch, err);
}

static int debian_package_find(struct source *src, bool fetch, struct err *err)
{
	return find_part(src, &packages, fetch, err);
}

const struct source_provider provider_debian = {
	.name = "debian",
	.network = true,
	.state = sizeof(struct lists),
	.find = debian_find,
	.read = local_read,
	.extract = local_extract,
};

const struct source_provider provider_debian_package = {
	.name = "debian package",
	.network = true,
	.state = sizeof(struct lists),
	.find = debian_package_find,
	.read = local_read,
	.extract = local_extract,
};
