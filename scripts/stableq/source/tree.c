// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trees that are never written to: <cache>/trees/linux-<release> (or a package's own name), and
 * beside each
 *   linux-<release>.seal     what was in it when the last byte was written
 *   .linux-<release>.lock    held by the process that makes it
 *   .linux-<release>.tmp     where it is made
 * Only the holder of the lock writes any of them. The seal is written just before the rename and
 * taken away first, so a tree with a seal is whole, whenever a kill came.
 */
#include "source/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "base/fs.h"
#include "source/manifest.h"
#include "source/progress.h"
#include "source/provider.h"
#include "source/seal.h"
#include "source/sink.h"

/* Temporary trees whose makers died: nobody holds their locks. */
static void sweep(const struct seal_names *own)
{
	struct dirent *e;
	DIR *d = opendir(own->trees);

	if (!d)
		return;
	while ((e = readdir(d))) {
		struct span s = span_of(e->d_name);
		_cleanup_free_ char *tmp = NULL, *lock = NULL;
		_cleanup_close_ int fd = -1;

		if (!span_starts(s, ".linux-") || !span_ends(s, ".tmp"))
			continue;
		tmp = fs_join(own->trees, e->d_name);
		if (!strcmp(tmp, own->tmp))
			continue;
		lock = xasprintf("%.*s.lock", (int)(strlen(tmp) - strlen(".tmp")), tmp);
		if (fs_lock(lock, false, &fd, NULL) == 0)
			fs_remove_tree(tmp, NULL);
	}
	closedir(d);
}

static int fill(struct source *src, const struct seal_names *n, struct seal *seal,
		struct manifest *m, struct err *err)
{
	struct manifest_opts o = { NULL };
	struct sink *sink = sink_new(n->tmp, err);
	int ret, fd;

	if (!sink)
		return ERR_SYSTEM;
	ret = src->provider->extract(src, sink, err);
	seal->count = *sink_count(sink);
	sink_free(sink);
	if (!ret)
		ret = source_check_tree(src, n->tmp, err);
	ret = ret ? ret : manifest_of(n->tmp, &o, m, err);
	if (ret)
		return ret;
	seal->top = seal_top(n->tmp);
	/* The seal must not reach the disk before what it vouches for. */
	fd = open(n->tmp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || syncfs(fd) < 0)
		ret = err_sys(err, "%s", n->tmp);
	closep(&fd);
	return ret;
}

/* For who looks at the tree next; it was read just now. */
static void remember(const struct source *src, const struct seal_names *n, const struct manifest *m)
{
	_cleanup_free_ char *memory = manifest_memory(src->set->o.cache, n->tree);

	manifest_save(m, memory, NULL);
}

static int make_tree(struct source *src, const struct seal_names *n, struct err *err)
{
	_cleanup_(manifest_free) struct manifest m = { NULL };
	char tarball[HASH_HEX + 1];
	struct seal seal = {
		.release = src->name, .id = src->id, .tarball = tarball, .tree = m.fingerprint,
	};
	int ret = seal_tarball(src, tarball, err);

	if (ret)
		return ret;
	if (unlink(n->seal) < 0 && errno != ENOENT)
		return err_sys(err, "%s", n->seal);
	ret = fs_remove_tree(n->tree, err);
	if (!ret)
		ret = fs_remove_tree(n->tmp, err);
	if (!ret && mkdir(n->tmp, 0755) < 0)
		ret = err_sys(err, "%s", n->tmp);
	if (ret)
		return ret;
	if (src->set->o.out)
		out_note(src->set->o.out, "linux %s: making its tree from %s", src->name,
			 src->desc);
	ret = fill(src, n, &seal, &m, err);
	if (!ret)
		ret = seal_write(n->seal, &seal, err);
	if (!ret && rename(n->tmp, n->tree) < 0)
		ret = err_sys(err, "%s", n->tree);
	if (ret)
		unlink(n->seal);
	else
		remember(src, n, &m);
	/* Who asks to stop doesn't want to wait for that: the next one takes it away. */
	if (ret && ret != ERR_INTERRUPTED)
		fs_remove_tree(n->tmp, NULL);
	return ret;
}

int source_tree(struct source *src, char **path, struct err *err)
{
	_cleanup_(seal_names_clear) struct seal_names n = { 0 };
	_cleanup_free_ char *why = NULL;
	_cleanup_close_ int lock = -1;
	int ret;

	*path = NULL;
	if (src->kind == SOURCE_REMOTE)
		return err_set(err, ERR_MISSING, "linux %s was located (%s), not fetched",
			       src->name, src->desc);
	if (src->kind == SOURCE_TREE) {
		*path = xstrdup(src->path);
		return 0;
	}
	seal_names(src, &n);
	ret = fs_mkdirs(n.trees, err);
	if (ret)
		return ret;
	if (!seal_fits(src, &n, src->id, NULL, &why)) {
		ret = source_lock(src, n.lock, "makes this tree", &lock, err);
		if (ret)
			return ret;
		sweep(&n);
		free(why);
		why = NULL;
		/* Whoever held the lock may have made it. */
		if (!seal_fits(src, &n, src->id, NULL, &why)) {
			if (why && src->set->o.out)
				out_warn(src->set->o.out, "%s is made anew: %s", n.tree, why);
			ret = make_tree(src, &n, err);
		}
	}
	if (!ret)
		*path = xstrdup(n.tree);
	return ret;
}

static void show_progress(void *ctx, uint64_t bytes)
{
	source_progress(ctx, bytes);
}

/* Read what has changed of a tree, or all of it if that is asked for, for a fingerprint. */
static int look_at(const struct source *src, const char *tree, struct manifest_opts *o,
		   uint64_t total, struct manifest *m, struct err *err)
{
	_cleanup_free_ char *memory = manifest_memory(src->set->o.cache, tree);
	struct source_progress progress;
	int ret;

	source_progress_begin(&progress, src, "reading its tree", total);
	o->memory = memory;
	o->progress = show_progress;
	o->ctx = &progress;
	ret = manifest_of(tree, o, m, err);
	source_progress_end(&progress);
	return ret;
}

int source_fingerprint(struct source *src, char hex[HASH_HEX + 1], struct err *err)
{
	_cleanup_(seal_names_clear) struct seal_names n = { 0 };
	_cleanup_(seal_clear) struct seal s = { 0 };
	_cleanup_(manifest_free) struct manifest m = { NULL };
	struct manifest_opts o = { NULL };
	int ret;

	if (src->kind == SOURCE_TREE) {
		ret = look_at(src, src->path, &o, 0, &m, err);
		if (!ret)
			memcpy(hex, m.fingerprint, HASH_HEX + 1);
		return ret;
	}
	seal_names(src, &n);
	if (!seal_read(n.seal, &s))
		return err_set(err, ERR_SYSTEM, "%s: damaged or not made yet", n.seal);
	memcpy(hex, s.tree, HASH_HEX + 1);
	return 0;
}

void source_unseal(const char *cache, const char *tree)
{
	_cleanup_free_ char *trees = fs_join(cache, "trees/"), *seal = xasprintf("%s.seal", tree);

	if (span_starts(span_of(tree), trees))
		unlink(seal);
}

int source_verify(struct source *src, struct err *err)
{
	_cleanup_(seal_names_clear) struct seal_names n = { 0 };
	_cleanup_(seal_clear) struct seal s = { 0 };
	_cleanup_(manifest_free) struct manifest m = { NULL };
	struct manifest_opts o = { .reread = true };
	int ret;

	seal_names(src, &n);
	if (!fs_is_dir(n.tree))
		return err_set(err, ERR_NOTFOUND, "%s: not made yet", n.tree);
	if (!seal_read(n.seal, &s))
		return err_set(err, ERR_FINDING, "%s: damaged, it has no seal", n.tree);
	o.expect = s.tree;
	ret = look_at(src, n.tree, &o, s.count.bytes, &m, err);
	if (ret != ERR_FINDING)
		return ret;
	/* Without its seal it is made anew when it is needed next. */
	unlink(n.seal);
	return err_set(err, ERR_FINDING, "%s; it is made anew when it is needed next", err->msg);
}
