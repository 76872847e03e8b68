// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the user names by itself instead of a release. Providers that have such things read them.
 */
#include "source/source.h"

#include "base/fs.h"
#include "source/dir.h"
#include "source/git.h"
#include "source/local.h"
#include "source/tar.h"

static struct source *new_named(struct source_set *set, const struct source_provider *p,
				const char *as)
{
	struct source *src = xcalloc(1, sizeof(*src));

	src->set = set;
	src->provider = p;
	src->as = as;
	return src;
}

/* Its Makefile was read by now. */
static int give(struct source *src, int ret, struct source **to)
{
	if (ret) {
		source_free(src);
		return ret;
	}
	release_name(&src->release, src->name);
	*to = src;
	return 0;
}

static int take_dir(struct source *src, const char *dir, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	_cleanup_err_ struct err e = ERR_INIT;
	int ret = local_release(dir, &text, &src->release, &e);

	if (ret)
		return err_set(err, ERR_INPUT, "%s: not a kernel tree: %s", dir, e.msg);
	ret = local_take_tree(src, dir, err);
	if (ret)
		return ret;
	free(src->desc);
	src->desc = xasprintf("tree %s", src->path);
	return 0;
}

int source_of_tree(struct source_set *set, const char *dir, struct source **to, struct err *err)
{
	bool is_file = !fs_regular(dir, NULL);
	struct source *src = new_named(set, &provider_directory, is_file ? "tarball" : "tree");

	if (!is_file)
		return give(src, take_dir(src, dir, err), to);
	local_take_tar(src, dir);
	return give(src, source_tar_release(src, err), to);
}

int source_of_rev(struct source_set *set, const char *rev, struct source **to, struct err *err)
{
	struct source *src = new_named(set, &provider_git, "rev");

	return give(src, source_take_rev(src, rev, err), to);
}
