// SPDX-License-Identifier: GPL-2.0-only
#include "source/dir.h"

#include <dirent.h>

#include "base/fs.h"
#include "source/local.h"
#include "source/seal.h"

/* An entry of the search path that is a kernel tree itself, of whichever release. */
static bool is_this_tree(const char *dir, const struct source *src)
{
	_cleanup_free_ char *kconfig = fs_join(dir, "Kconfig");
	_cleanup_str_ struct str text = STR_INIT;
	struct release r;

	return !fs_regular(kconfig, NULL) && local_release(dir, &text, &r, NULL) == 0 &&
	       release_cmp(&r, &src->release) == 0;
}

/* Return: 0 found, 1 not there, or an error. */
static int look_for_source(struct source *src, const char *dir, struct err *err)
{
	_cleanup_free_ char *named = xasprintf("%s/linux-%s", dir, src->name);
	_cleanup_free_ char *tarball = NULL;

	if (fs_is_dir(named))
		return local_take_tree(src, named, err);
	tarball = local_tarball(dir, src);
	if (tarball) {
		local_take_tar(src, tarball);
		return 0;
	}
	return is_this_tree(dir, src) ? local_take_tree(src, dir, err) : 1;
}

static int directory_find(struct source *src, bool fetch, struct err *err)
{
	_cleanup_strv_ struct strv dirs = STRV_INIT;
	_cleanup_str_ struct str looked = STR_INIT;

	local_dirs(src->set, &dirs);
	for (size_t i = 0; i < dirs.n; i++) {
		int ret = look_for_source(src, dirs.v[i], err);

		if (ret <= 0)
			return ret;
		str_addf(&looked, "%s%s%s", looked.len ? ", " : "", dirs.v[i],
			 fs_is_dir(dirs.v[i]) ? "" : " (no such directory)");
	}
	/* Its tarball may have been thrown away to save space. */
	if (seal_find(src, NULL, &src->path, &src->id)) {
		src->kind = SOURCE_TREE;
		src->desc = xasprintf("directory %s, made from %s", src->path, src->id);
		return 0;
	}
	return err_set(err, ERR_NOTFOUND, "neither linux-%s/ nor a tarball of it in %s", src->name,
		       looked.s);
}

static void add_trees(const char *path, const char *branch, struct strv *to)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct release r;
	struct dirent *e;
	DIR *d = opendir(path);

	if (!d)
		return;
	while ((e = readdir(d))) {
		_cleanup_free_ char *full = fs_join(path, e->d_name);

		if (e->d_name[0] != '.' && local_name(e->d_name, fs_is_dir(full), &r))
			source_add(to, branch, &r);
	}
	closedir(d);
	if (local_release(path, &text, &r, NULL) == 0)
		source_add(to, branch, &r);
}

static int directory_list(struct source_set *set, const char *branch, struct strv *to,
			  struct err *err)
{
	_cleanup_strv_ struct strv dirs = STRV_INIT;

	local_dirs(set, &dirs);
	strv_addf(&dirs, "%s/trees", set->o.cache);
	for (size_t i = 0; i < dirs.n; i++)
		add_trees(dirs.v[i], branch, to);
	return 0;
}

const struct source_provider provider_directory = {
	.name = "directory",
	.find = directory_find,
	.list = directory_list,
	.read = local_read,
	.extract = local_extract,
};
