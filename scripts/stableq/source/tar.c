// SPDX-License-Identifier: GPL-2.0-only
#include "source/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "source/archive.h"
#include "source/cache.h"
#include "source/pick.h"
#include "source/progress.h"
#include "source/xzpick.h"

#define READ_SIZE 65536

static int open_tar(const char *path, struct archive **to, struct err *err)
{
	struct archive *a = archive_read_new();
	int ret;

	*to = a;
	if (!a)
		return err_set(err, ERR_SYSTEM, "%s: out of memory", path);
	ret = source_filters(a, path, err);
	/* A FIFO would be waited for. */
	ret = ret ? ret : fs_regular(path, err);
	if (ret)
		return ret;
	archive_read_support_format_tar(a);
	if (archive_read_open_filename(a, path, READ_SIZE) != ARCHIVE_OK)
		return tar_damaged(a, path, err);
	return source_one_filter(a, path, err);
}

/* The next entry. Return: 0, 1 at the end, or an error. */
static int next_entry(struct archive *a, const char *tarball, struct archive_entry **e,
		      struct err *err)
{
	int ret = archive_read_next_header(a, e);

	if (ret == ARCHIVE_EOF)
		return 1;
	if (ret != ARCHIVE_OK && ret != ARCHIVE_WARN)
		return tar_damaged(a, tarball, err);
	if (archive_entry_size(*e) > (la_int64_t)SOURCE_FILE_MAX)
		return err_set(err, ERR_INPUT, "%s: entry '%s' says it has %lld bytes: refused",
			       tarball, archive_entry_pathname(*e),
			       (long long)archive_entry_size(*e));
	if (archive_filter_bytes(a, 0) > SOURCE_TREE_MAX)
		return err_set(err, ERR_INPUT, "%s: more than %lld bytes, which no kernel's tree "
			       "has: refused", tarball, SOURCE_TREE_MAX);
	return source_interrupted(err);
}

static int copy_data(struct archive *a, const char *tarball, struct sink *sink, int fd,
		     const char *path, struct err *err)
{
	const void *p;
	size_t n;
	la_int64_t at, done = 0;
	int ret;

	while ((ret = archive_read_data_block(a, &p, &n, &at)) == ARCHIVE_OK) {
		if (at != done)
			return err_set(err, ERR_INPUT, "%s: entry '%s' has holes: refused",
				       tarball, path);
		ret = sink_write(sink, fd, path, p, n, err);
		if (ret)
			return ret;
		done += (la_int64_t)n;
	}
	return ret == ARCHIVE_EOF ? 0 : tar_damaged(a, tarball, err);
}

static int extract_file(struct archive *a, struct archive_entry *e, const char *tarball,
			struct sink *sink, const char *path, struct err *err)
{
	int fd, ret = sink_open(sink, path, &fd, err), ret2;

	if (ret)
		return ret;
	ret = copy_data(a, tarball, sink, fd, path, err);
	ret2 = sink_close(sink, fd, path, archive_entry_perm(e), archive_entry_mtime(e),
			  ret ? NULL : err);
	return ret ? ret : ret2;
}

static int extract_entry(void *ctx, const char *tarball, struct archive *a,
			 struct archive_entry *e, struct err *err)
{
	struct sink *sink = ctx;
	_cleanup_str_ struct str path = STR_INIT, target = STR_INIT;
	const char *name = archive_entry_pathname(e);
	const char *link = archive_entry_hardlink(e);
	int ret = tar_path(tarball, name, &path, err);

	if (ret)
		return ret == ERR_NOTFOUND && archive_entry_filetype(e) == AE_IFDIR ? 0 :
		       ret == ERR_NOTFOUND ? err_set(err, ERR_INPUT, "%s: entry '%s' stands beside "
						     "the tree, not in it: refused", tarball, name)
					   : ret;
	if (link) {
		ret = tar_path(tarball, link, &target, err);
		if (ret == ERR_NOTFOUND)
			return err_set(err, ERR_INPUT, "%s: entry '%s' is a hard link to '%s': "
				       "refused", tarball, name, link);
		if (!ret)
			ret = sink_hardlink(sink, path.s, target.s, err);
		return ret ? err_prefix(err, "%s", tarball) : 0;
	}
	switch (archive_entry_filetype(e)) {
	case AE_IFREG:
		ret = extract_file(a, e, tarball, sink, path.s, err);
		break;
	case AE_IFDIR:
		ret = sink_dir(sink, path.s, archive_entry_perm(e), err);
		break;
	case AE_IFLNK:
		link = archive_entry_symlink(e);
		ret = sink_symlink(sink, path.s, link ? link : "", err);
		break;
	default:
		return err_set(err, ERR_INPUT, "%s: entry '%s' is a device or another special "
			       "file: refused", tarball, name);
	}
	/* Damage names the tarball already. */
	return ret && err && err->msg && strncmp(err->msg, tarball, strlen(tarball)) != 0 ?
	       err_prefix(err, "%s", tarball) : ret;
}

/* Go through all entries until @fn returns something: an error, or 1 when it has enough. */
static int walk_entries(struct source *src, const char *verb,
			int (*fn)(void *ctx, const char *tarball, struct archive *a,
				  struct archive_entry *e, struct err *err),
			void *ctx, struct err *err)
{
	_cleanup_archive_ struct archive *a = NULL;
	struct source_progress progress;
	struct archive_entry *e;
	struct stat st = { 0 };
	int ret = open_tar(src->path, &a, err);

	if (ret)
		return ret;
	if (stat(src->path, &st) < 0)
		return err_sys(err, "%s", src->path);
	source_progress_begin(&progress, src, verb, (uint64_t)st.st_size);
	while (!(ret = next_entry(a, src->path, &e, err))) {
		ret = fn(ctx, src->path, a, e, err);
		if (ret)
			break;
		source_progress(&progress, (uint64_t)archive_filter_bytes(a, -1));
	}
	source_progress_end(&progress);
	return ret == 1 ? 0 : ret;
}

int source_tar_extract(struct source *src, struct sink *sink, struct err *err)
{
	return walk_entries(src, "extracting", extract_entry, sink, err);
}

static int offer_entry(void *ctx, const char *tarball, struct archive *a, struct archive_entry *e,
		       struct err *err)
{
	return pick_entry(ctx, tarball, a, e, err);
}

/* What a read goes through: the caller's function, the cache, the check of the Makefile. */
struct reading {
	struct source *src;
	struct file_cache *cache;
	const struct strv *asked;
	source_file_fn fn;
	void *ctx;
	bool is_kernel;
	struct err *err;
};

static int deliver(void *ctx, const char *path, struct span text, unsigned int mode)
{
	struct reading *r = ctx;

	if (!strcmp(path, "Makefile")) {
		int ret = source_check_makefile(r->src, r->src->path, text, r->err);

		if (ret)
			return ret;
		r->is_kernel = true;
	}
	file_cache_put(r->cache, path, text, mode);
	return strv_has(r->asked, path) ? r->fn(r->ctx, path, text, mode) : 0;
}

/* Give out what the cache knows; what it doesn't goes into @p. */
static int from_cache(struct reading *r, const struct strv *paths, struct pick *p)
{
	for (size_t i = 0; i < paths->n; i++) {
		_cleanup_str_ struct str text = STR_INIT;
		unsigned int mode;
		int got;

		if (i && !strcmp(paths->v[i], paths->v[i - 1]))
			continue;
		got = file_cache_get(r->cache, paths->v[i], &text, &mode);
		if (got < 0) {
			p->paths[p->n++] = paths->v[i];
			continue;
		}
		if (got || !strv_has(r->asked, paths->v[i]))
			continue;
		got = r->fn(r->ctx, paths->v[i], str_span(&text), mode);
		if (got)
			return got;
	}
	p->left = p->n;
	return 0;
}

int source_tar_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		    struct err *err)
{
	_cleanup_strv_ struct strv want = STRV_INIT;
	struct reading r = { src, file_cache_open(src), paths, fn, ctx, false, err };
	struct pick p = { .order = path_order_git, .fn = deliver, .ctx = &r };
	int ret;

	/* A tarball is believed only when its Makefile names the release. */
	strv_add(&want, "Makefile");
	for (size_t i = 0; i < paths->n; i++)
		strv_add(&want, paths->v[i]);
	strv_sort(&want);
	p.paths = xcalloc(want.n, sizeof(*p.paths));
	p.seen = xcalloc(want.n, sizeof(*p.seen));
	ret = from_cache(&r, &want, &p);
	if (!ret && p.n) {
		ret = source_xz_read(src, &p, err);
		if (ret == ERR_NOTFOUND)
			ret = walk_entries(src, "reading", offer_entry, &p, err);
	}
	for (size_t i = 0; !ret && i < p.n; i++) {
		if (p.seen[i])
			continue;
		if (!strcmp(p.paths[i], "Makefile"))
			ret = err_set(err, ERR_INPUT, "%s: has no top Makefile, so it is not a "
				      "kernel's", src->path);
		else
			file_cache_put_absent(r.cache, p.paths[i]);
	}
	free(p.paths);
	free(p.seen);
	str_free(&p.prev);
	file_cache_free(r.cache);
	return ret;
}

static int take_release(void *ctx, const char *path, struct span text, unsigned int mode)
{
	struct release *r = ctx;

	(void)path;
	(void)mode;
	return release_from_makefile(text.p, text.len, r, NULL);
}

int source_tar_release(struct source *src, struct err *err)
{
	char makefile[] = "Makefile", *path = makefile;
	bool seen = false;
	struct pick p = { .order = path_order_git, .fn = take_release, .ctx = &src->release,
			  .paths = &path, .seen = &seen, .n = 1, .left = 1 };
	int ret = source_xz_read(src, &p, err);

	if (ret == ERR_NOTFOUND)
		ret = walk_entries(src, "reading", offer_entry, &p, err);
	str_free(&p.prev);
	if (!ret && seen && src->release.version)
		return 0;
	if (ret == ERR_INTERRUPTED)
		return ret;
	return err_set(err, ERR_INPUT,
		       "%s: neither a kernel tree nor a whole tarball of one, whose top Makefile "
		       "names its release", src->path);
}
