// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debian's packages linux-source-6.1 on this machine: as .deb, as the tarball from inside it, named
 * linux-source-6.1_6.1.192-2.tar.xz here, or as the tree that was made from it. What they hold is
 * the release with Debian's patches, so neither file nor tree has the pristine one's name.
 */
#include "source/package.h"

#include <dirent.h>

#include "base/child.h"
#include "base/fs.h"
#include "source/deb.h"
#include "source/local.h"
#include "source/seal.h"

#define DEB "_all.deb"
#define TAR ".tar.xz"

/* What follows the last dash of a version is Debian's. */
static struct span upstream_part(struct span version)
{
	while (version.len && span_last(version) != '-')
		version = span_chop(version, 1);
	return span_chop(version, 1);
}

bool package_name(const char *file, char **variant, struct release *r)
{
	struct span s = span_of(file), rest, branch, version;
	_cleanup_free_ char *name = NULL;
	char own[RELEASE_MAX];

	if (!span_take_end(&s, DEB))
		span_take_end(&s, TAR);
	rest = s;
	if (!span_take(&rest, "linux-source-") || !span_cut(rest, "_", &branch, &version))
		return false;
	name = span_dup(upstream_part(version));
	if (release_parse(name, r, NULL) || !span_is(branch, release_branch(r, own)))
		return false;
	*variant = span_dup(s);
	return true;
}

/* The best so far: the newest, and of one version the tarball, which is ready for use. */
struct candidate {
	char *path, *variant;
};

static void candidate_clear(struct candidate *c)
{
	free(c->path);
	free(c->variant);
}

/* Both are of the same release. Return: 1 if @a is newer than @b, else 0; or an error. */
static int is_newer(const char *a, const char *b, struct err *err)
{
	const char *const argv[] = { "dpkg", "--compare-versions", strchr(a, '_') + 1, "gt",
				     strchr(b, '_') + 1, NULL };
	struct child c = { .argv = argv, .timeout_ms = 10000 };
	int ret = child_run(&c, err);

	if (!ret)
		ret = c.end == CHILD_EXITED && c.status == 0;
	child_free(&c);
	if (ret != ERR_MISSING)
		return ret;
	return err_set(err, ERR_SYSTEM, "which of %s and %s is newer only dpkg knows, which isn't "
		       "installed: remove one", a, b);
}

static int is_better(const char *file, const char *variant, const struct candidate *than,
		     struct err *err)
{
	if (!than->variant)
		return 1;
	if (strcmp(variant, than->variant) != 0)
		return is_newer(variant, than->variant, err);
	return span_ends(span_of(than->path), DEB) && !span_ends(span_of(file), DEB);
}

/* @end: what the names must end with, or "" for trees */
static bool is_of_kind(const char *name, const char *variant, const char *end)
{
	return *end ? span_ends(span_of(name), end) : !strcmp(name, variant);
}

static int take_better(const struct source *src, const char *dir, const char *name, const char *end,
		       struct candidate *best, struct err *err)
{
	_cleanup_free_ char *variant = NULL, *path = fs_join(dir, name);
	struct release r;
	int ret;

	if (!package_name(name, &variant, &r) || release_cmp(&r, &src->release) ||
	    !is_of_kind(name, variant, end) || fs_is_dir(path) != !*end)
		return 0;
	ret = is_better(name, variant, best, err);
	if (ret <= 0)
		return ret;
	candidate_clear(best);
	*best = (struct candidate){ path, variant };
	path = variant = NULL;
	return 0;
}

static int look_for_packages(const struct source *src, const char *dir, const char *end,
			     struct candidate *best, struct err *err)
{
	struct dirent *e;
	DIR *d = opendir(dir);
	int ret = 0;

	while (!ret && d && (e = readdir(d)))
		ret = take_better(src, dir, e->d_name, end, best, err);
	if (d)
		closedir(d);
	return ret;
}

/* "linux-source-6.1_6.1.192-2" -> "debian package linux-source-6.1 6.1.192-2, with …" */
static void describe(struct source *src, const char *where)
{
	char *name = xstrdup(src->variant), *under = strchr(name, '_');

	*under = '\0';
	free(src->desc);
	src->desc = xasprintf("debian package %s %s, with Debian's patches (%s)", name, under + 1,
			      where);
	free(name);
}

static void use_tarball(struct source *src, const char *path, const char *variant)
{
	local_take_tar(src, path);
	src->variant = xstrdup(variant);
	describe(src, src->path);
}

int package_unpack(struct source *src, const char *deb, struct err *err)
{
	const char *slash = strrchr(deb, '/');
	_cleanup_free_ char *variant = NULL, *dir = fs_join(src->set->o.cache, "sources");
	_cleanup_free_ char *to = NULL, *tmp = NULL, *lock = NULL;
	_cleanup_close_ int fd = -1;
	struct release r;
	int ret;

	if (!package_name(slash ? slash + 1 : deb, &variant, &r))
		return err_set(err, ERR_INPUT, "%s: not the name of a linux-source package", deb);
	to = xasprintf("%s/%s" TAR, dir, variant);
	tmp = xasprintf("%s/.%s.tmp", dir, variant);
	lock = xasprintf("%s/.%s.lock", dir, variant);
	ret = fs_mkdirs(dir, err);
	ret = ret ? ret : source_lock(src, lock, "unpacks this package", &fd, err);
	if (ret)
		return ret;
	/* Whoever held the lock may have done it. */
	if (!fs_exists(to)) {
		ret = deb_unpack(src, deb, tmp, err);
		if (!ret && rename(tmp, to) < 0)
			ret = err_sys(err, "%s", to);
		if (ret)
			unlink(tmp);
	}
	if (!ret)
		use_tarball(src, to, variant);
	return ret;
}

/* The tarball may have been thrown away to save space. */
static int use_tree(struct source *src, struct err *err)
{
	_cleanup_(candidate_clear) struct candidate best = { NULL, NULL };
	_cleanup_free_ char *trees = fs_join(src->set->o.cache, "trees");
	char branch[RELEASE_MAX];
	int ret = look_for_packages(src, trees, "", &best, err);

	if (ret)
		return ret;
	src->variant = best.variant;
	best.variant = NULL;
	if (!src->variant || !seal_find(src, NULL, &src->path, &src->id)) {
		free(src->variant);
		src->variant = NULL;
		return err_set(err, ERR_NOTFOUND, "no linux-source-%s of %s in the same "
			       "directories", release_branch(&src->release, branch), src->name);
	}
	src->kind = SOURCE_TREE;
	describe(src, src->path);
	return 0;
}

int package_find_in(struct source *src, const struct strv *dirs, struct err *err)
{
	_cleanup_(candidate_clear) struct candidate best = { NULL, NULL };
	int ret = 0;

	for (size_t i = 0; i < dirs->n && !ret; i++) {
		ret = look_for_packages(src, dirs->v[i], TAR, &best, err);
		ret = ret ? ret : look_for_packages(src, dirs->v[i], DEB, &best, err);
	}
	if (ret)
		return ret;
	if (!best.path)
		return use_tree(src, err);
	if (span_ends(span_of(best.path), DEB))
		return package_unpack(src, best.path, err);
	use_tarball(src, best.path, best.variant);
	return 0;
}

static int package_find(struct source *src, bool fetch, struct err *err)
{
	_cleanup_strv_ struct strv dirs = STRV_INIT;

	local_dirs(src->set, &dirs);
	return package_find_in(src, &dirs, err);
}

static void add_packages(const char *path, const char *branch, struct strv *to)
{
	struct dirent *e;
	DIR *d = opendir(path);

	while (d && (e = readdir(d))) {
		_cleanup_free_ char *variant = NULL;
		struct release r;

		if (package_name(e->d_name, &variant, &r))
			source_add(to, branch, &r);
	}
	if (d)
		closedir(d);
}

static int package_list(struct source_set *set, const char *branch, struct strv *to,
			struct err *err)
{
	_cleanup_strv_ struct strv dirs = STRV_INIT;

	local_dirs(set, &dirs);
	strv_addf(&dirs, "%s/trees", set->o.cache);
	for (size_t i = 0; i < dirs.n; i++)
		add_packages(dirs.v[i], branch, to);
	return 0;
}

const struct source_provider provider_package = {
	.name = "package",
	.find = package_find,
	.list = package_list,
	.read = local_read,
	.extract = local_extract,
};
