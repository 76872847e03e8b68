// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debian's packages linux-source-6.1 on this machine: as .deb, as the tarball from inside it, named
 * linux-source-6.1_6.1.192-2.tar.xz here, or as the tree that was made from it. What they hold is
 * the release with Debian's patches, so neither file nor tree has the pristine one's name.
 */
#include "source/package.h"

#include <ctype.h>
#include <dirent.h>

#include "base/fs.h"
#include "source/deb.h"
#include "source/local.h"
#include "source/seal.h"

#define DEB "_all.deb"
#define TAR ".tar.xz"

bool package_name(const char *file, char **variant, struct release *r)
{
	struct span s = span_of(file), branch, version;
	_cleanup_free_ char *name = NULL;
	char own[RELEASE_MAX];
	const char *under;

	if (!span_starts(s, "linux-source-"))
		return false;
	if (span_ends(s, DEB))
		s.len -= strlen(DEB);
	else if (span_ends(s, TAR))
		s.len -= strlen(TAR);
	under = memchr(s.p, '_', s.len);
	if (!under)
		return false;
	branch.p = s.p + strlen("linux-source-");
	branch.len = (size_t)(under - branch.p);
	version.p = under + 1;
	version.len = (size_t)(s.p + s.len - version.p);
	/* What follows the last dash is Debian's. */
	while (version.len && version.p[version.len - 1] != '-')
		version.len--;
	if (!version.len)
		return false;
	version.len--;
	name = span_dup(version);
	if (release_parse(name, r, NULL) || !span_is(branch, release_branch(r, own)))
		return false;
	*variant = span_dup(s);
	return true;
}

/* Debian's order of characters: a tilde before the end, the end before letters, those before others. */
static int weight(char c)
{
	if (c == '~')
		return -1;
	if (!c || isdigit((unsigned char)c))
		return 0;
	return isalpha((unsigned char)c) ? c : c + 256;
}

static int compare_versions(const char *a, const char *b)
{
	while (*a || *b) {
		unsigned long x, y;
		char *end;

		while ((*a && !isdigit((unsigned char)*a)) || (*b && !isdigit((unsigned char)*b))) {
			if (weight(*a) != weight(*b))
				return weight(*a) - weight(*b);
			a++;
			b++;
		}
		x = strtoul(a, &end, 10);
		a = end;
		y = strtoul(b, &end, 10);
		b = end;
		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
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

static bool is_better(const char *file, const char *variant, const struct candidate *than)
{
	int order = than->variant ? compare_versions(variant, than->variant) : 1;

	return order > 0 || (!order && span_ends(span_of(than->path), DEB) &&
			     !span_ends(span_of(file), DEB));
}

/* @end: what the names must end with, or "" for trees */
static void look_into(const struct source *src, const char *dir, const char *end,
		      struct candidate *best)
{
	struct dirent *e;
	DIR *d = opendir(dir);

	while (d && (e = readdir(d))) {
		_cleanup_free_ char *variant = NULL, *path = fs_join(dir, e->d_name);
		struct release r;

		if (!package_name(e->d_name, &variant, &r) || release_cmp(&r, &src->release) ||
		    (*end ? !span_ends(span_of(e->d_name), end) : strcmp(e->d_name, variant) != 0) ||
		    !is_better(e->d_name, variant, best) || fs_is_dir(path) != !*end)
			continue;
		candidate_clear(best);
		best->path = path;
		best->variant = variant;
		path = variant = NULL;
	}
	if (d)
		closedir(d);
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
static bool use_tree(struct source *src)
{
	_cleanup_(candidate_clear) struct candidate best = { NULL, NULL };
	_cleanup_free_ char *trees = fs_join(src->set->o.cache, "trees");

	look_into(src, trees, "", &best);
	if (!best.path)
		return false;
	src->variant = best.variant;
	best.variant = NULL;
	if (!seal_find(src, NULL, &src->path, &src->id)) {
		free(src->variant);
		src->variant = NULL;
		return false;
	}
	src->kind = SOURCE_TREE;
	describe(src, src->path);
	return true;
}

int package_find_in(struct source *src, const struct strv *dirs, struct err *err)
{
	_cleanup_(candidate_clear) struct candidate best = { NULL, NULL };
	char branch[RELEASE_MAX];

	for (size_t i = 0; i < dirs->n; i++) {
		look_into(src, dirs->v[i], TAR, &best);
		look_into(src, dirs->v[i], DEB, &best);
	}
	if (!best.path)
		return use_tree(src) ? 0 : err_set(err, ERR_NOTFOUND, "no linux-source-%s of %s in the "
						   "same directories",
						   release_branch(&src->release, branch), src->name);
	if (span_ends(span_of(best.path), DEB))
		return package_unpack(src, best.path, err);
	use_tarball(src, best.path, best.variant);
	return 0;
}

static int find_here(struct source *src, bool fetch, struct err *err)
{
	_cleanup_strv_ struct strv dirs = STRV_INIT;

	local_dirs(src->set, &dirs);
	return package_find_in(src, &dirs, err);
}

static void list_dir(const char *path, const char *branch, struct strv *to)
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

static int list_here(struct source_set *set, const char *branch, struct strv *to, struct err *err)
{
	_cleanup_strv_ struct strv dirs = STRV_INIT;

	local_dirs(set, &dirs);
	strv_addf(&dirs, "%s/trees", set->o.cache);
	for (size_t i = 0; i < dirs.n; i++)
		list_dir(dirs.v[i], branch, to);
	return 0;
}

const struct source_provider provider_package = {
	.name = "package",
	.find = find_here,
	.list = list_here,
	.read = local_read,
	.extract = local_extract,
};
