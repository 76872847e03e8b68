// SPDX-License-Identifier: GPL-2.0-only
#include "source/local.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "base/below.h"
#include "base/fs.h"
#include "source/seal.h"
#include "source/tar.h"

#define MAKEFILE_MAX ((size_t)4 << 20)

static const char *const suffixes[] = { ".tar.xz", ".tar.gz", ".tar.zst", ".tar.bz2" };

/* kernel.org's name, then Debian's two: linux_V.orig and, for a second branch, linux-B_V.orig. */
char *local_tarball(const char *dir, const struct source *src)
{
	char branch[RELEASE_MAX];

	release_branch(&src->release, branch);
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		char *tries[] = {
			xasprintf("%s/linux-%s%s", dir, src->name, suffixes[i]),
			xasprintf("%s/linux_%s.orig%s", dir, src->name, suffixes[i]),
			xasprintf("%s/linux-%s_%s.orig%s", dir, branch, src->name, suffixes[i]),
		};
		char *hit = NULL;

		for (size_t t = 0; t < ARRAY_SIZE(tries); t++) {
			if (!hit && !fs_regular(tries[t], NULL))
				hit = tries[t];
			else
				free(tries[t]);
		}
		if (hit)
			return hit;
	}
	return NULL;
}

/* "linux-6.12_6.12.107.orig.tar.xz" -> 6.12.107 */
bool local_name(const char *name, bool is_dir, struct release *r)
{
	struct span s = span_of(name), branch, version;
	_cleanup_free_ char *text = NULL;

	if (!span_take(&s, "linux-") && !span_take(&s, "linux_"))
		return false;
	if (!is_dir) {
		size_t i = 0;

		while (i < ARRAY_SIZE(suffixes) && !span_take_end(&s, suffixes[i]))
			i++;
		if (i == ARRAY_SIZE(suffixes))
			return false;
		span_take_end(&s, ".orig");
	}
	text = span_dup(span_cut(s, "_", &branch, &version) ? version : s);
	return release_parse(text, r, NULL) == 0;
}

void local_dirs(const struct source_set *set, struct strv *dirs)
{
	_cleanup_free_ char *list = xstrdup(set->o.search ? set->o.search : "");
	char *save = NULL;

	for (char *d = strtok_r(list, ":", &save); d; d = strtok_r(NULL, ":", &save))
		strv_add(dirs, d);
	strv_addf(dirs, "%s/sources", set->o.cache);
}

int local_release(const char *dir, struct str *text, struct release *r, struct err *err)
{
	_cleanup_free_ char *makefile = fs_join(dir, "Makefile");
	int ret = fs_read(makefile, MAKEFILE_MAX, text, err);

	if (ret)
		return ret;
	ret = release_from_makefile(text->s ? text->s : "", text->len, r, err);
	return ret ? err_prefix(err, "%s", makefile) : 0;
}

int local_take_tree(struct source *src, const char *dir, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct release r;
	int ret = local_release(dir, &text, &r, err);

	if (ret)
		return ret == ERR_NOTFOUND ? err_set(err, ERR_INPUT, "%s: has no Makefile, "
						     "so it is not a kernel tree", dir) : ret;
	ret = source_check_makefile(src, dir, str_span(&text), err);
	if (ret)
		return ret;
	src->kind = SOURCE_TREE;
	src->path = realpath(dir, NULL);
	if (!src->path)
		return err_sys(err, "%s", dir);
	src->desc = xasprintf("directory %s", src->path);
	src->id = xasprintf("directory %s", src->path);
	return 0;
}

void local_take_tar(struct source *src, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat st = { 0 };

	src->kind = SOURCE_TAR;
	src->path = realpath(path, NULL);
	if (!src->path)
		src->path = xstrdup(path);
	src->desc = xasprintf("tarball %s", src->path);
	if (stat(path, &st) < 0)
		st.st_size = 0;
	src->id = xasprintf("tarball %s %lld", slash ? slash + 1 : path, (long long)st.st_size);
}

/* A link is read as such. Return: 0, or -1 with errno. */
static int read_link(int dir, const char *base, struct str *text)
{
	ssize_t n = readlinkat(dir, base, str_reserve(text, PATH_MAX), PATH_MAX);

	if (n < 0)
		return -1;
	text->len = (size_t)n;
	text->s[n] = '\0';
	return 0;
}

/* No file, nor a link or a file where a directory would have to be. */
static bool is_absent(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EXDEV;
}

static int read_file(int fd, const char *name, struct str *text, unsigned int *mode,
		     struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(err, "%s", name);
	if (!S_ISREG(st.st_mode)) {
		*mode = SOURCE_NO_FILE;
		return 0;
	}
	if ((size_t)st.st_size > SOURCE_FILE_MAX)
		return err_set(err, ERR_INPUT, "%s: %lld bytes, too large for a kernel file", name,
			       (long long)st.st_size);
	*mode = st.st_mode & 0100 ? MODE_EXEC : MODE_FILE;
	return fs_read_fd(fd, &st, text) < 0 ? err_sys(err, "%s", name) : 0;
}

static int read_one(int root, const char *top, const char *path, struct str *text,
		    unsigned int *mode, struct err *err)
{
	_cleanup_free_ char *name = fs_join(top, path);
	_cleanup_close_ int dir = -1, fd = -1;
	const char *base = path;

	dir = below_parent(root, path, 0, NULL, &base);
	if (dir >= 0)
		fd = openat(dir, base, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		return read_file(fd, name, text, mode, err);
	*mode = MODE_LINK;
	if (dir >= 0 && errno == ELOOP && !read_link(dir, base, text))
		return 0;
	return is_absent(errno) ? ERR_NOTFOUND : err_sys(err, "%s", name);
}

static int read_tree(const char *dir, const struct strv *paths, source_file_fn fn, void *ctx,
		     struct err *err)
{
	_cleanup_close_ int root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (root < 0)
		return err_sys(err, "%s", dir);
	for (size_t i = 0; i < paths->n; i++) {
		_cleanup_str_ struct str text = STR_INIT;
		unsigned int mode = 0;
		int ret = read_one(root, dir, paths->v[i], &text, &mode, err);

		if (ret == ERR_NOTFOUND)
			continue;
		if (ret)
			return ret;
		ret = fn(ctx, paths->v[i], str_span(&text), mode);
		if (ret)
			return ret;
	}
	return 0;
}

int local_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
	       struct err *err)
{
	_cleanup_free_ char *tree = NULL;

	if (src->kind == SOURCE_TREE)
		return read_tree(src->path, paths, fn, ctx, err);
	/* What was extracted from this very tarball spares decoding it. */
	if (seal_find(src, src->id, &tree, NULL))
		return read_tree(tree, paths, fn, ctx, err);
	return source_tar_read(src, paths, fn, ctx, err);
}

int local_extract(struct source *src, struct sink *sink, struct err *err)
{
	return source_tar_extract(src, sink, err);
}
