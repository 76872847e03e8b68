// SPDX-License-Identifier: GPL-2.0-only
#include "source/private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "base/fs.h"

#define MAKEFILE_MAX ((size_t)4 << 20)

static const char *const suffixes[] = { ".tar.xz", ".tar.gz", ".tar.zst", ".tar.bz2" };

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* kernel.org's name, then Debian's two: linux_V.orig and, for a second branch, linux-B_V.orig. */
char *source_dir_tarball(const char *dir, const struct source *src)
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
			if (!hit && is_file(tries[t]))
				hit = tries[t];
			else
				free(tries[t]);
		}
		if (hit)
			return hit;
	}
	return NULL;
}

static int tree_release(const char *dir, struct str *text, struct release *r, struct err *err)
{
	_cleanup_free_ char *makefile = fs_join(dir, "Makefile");
	int ret = fs_read(makefile, MAKEFILE_MAX, text, err);

	if (ret)
		return ret;
	ret = release_from_makefile(text->s ? text->s : "", text->len, r, err);
	return ret ? err_prefix(err, "%s", makefile) : 0;
}

/* An entry of the search path that is a kernel tree itself, of whichever release. */
static bool is_this_tree(const char *dir, const struct source *src)
{
	_cleanup_free_ char *kconfig = fs_join(dir, "Kconfig");
	_cleanup_str_ struct str text = STR_INIT;
	struct release r;

	return is_file(kconfig) && tree_release(dir, &text, &r, NULL) == 0 &&
	       release_cmp(&r, &src->release) == 0;
}

static int take_tree(struct source *src, const char *dir, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct release r;
	int ret = tree_release(dir, &text, &r, err);

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

static int source_of_tarball(struct source_set *set, const char *path, struct source **to,
			     struct err *err)
{
	struct source *src = xcalloc(1, sizeof(*src));
	int ret;

	src->set = set;
	src->provider = "tarball";
	source_set_tar(src, path);
	ret = source_tar_release(src, err);
	if (ret) {
		source_free(src);
		return ret;
	}
	release_name(&src->release, src->name);
	*to = src;
	return 0;
}

int source_of_tree(struct source_set *set, const char *dir, struct source **to, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	_cleanup_err_ struct err e = ERR_INIT;
	struct source *src;
	int ret;

	if (is_file(dir))
		return source_of_tarball(set, dir, to, err);
	src = xcalloc(1, sizeof(*src));
	ret = tree_release(dir, &text, &src->release, &e);
	src->set = set;
	src->provider = "tree";
	if (ret)
		ret = err_set(err, ERR_INPUT, "%s: not a kernel tree: %s", dir, e.msg);
	else
		ret = take_tree(src, dir, err);
	if (ret) {
		source_free(src);
		return ret;
	}
	release_name(&src->release, src->name);
	free(src->desc);
	src->desc = xasprintf("tree %s", src->path);
	*to = src;
	return 0;
}

/* Return: 0 found, 1 not there, or an error. */
static int look_into(struct source *src, const char *dir, struct err *err)
{
	_cleanup_free_ char *named = xasprintf("%s/linux-%s", dir, src->name);
	_cleanup_free_ char *tarball = NULL;

	if (fs_is_dir(named))
		return take_tree(src, named, err);
	tarball = source_dir_tarball(dir, src);
	if (tarball) {
		source_set_tar(src, tarball);
		return 0;
	}
	return is_this_tree(dir, src) ? take_tree(src, dir, err) : 1;
}

void source_dir_search(struct source_set *set, struct strv *dirs)
{
	_cleanup_free_ char *list = xstrdup(set->o.search ? set->o.search : "");
	char *save = NULL;

	for (char *d = strtok_r(list, ":", &save); d; d = strtok_r(NULL, ":", &save))
		strv_add(dirs, d);
	strv_addf(dirs, "%s/sources", set->o.cache);
}

int source_dir_find(struct source_set *set, struct source *src, bool fetch, struct err *err)
{
	_cleanup_strv_ struct strv dirs = STRV_INIT;
	_cleanup_str_ struct str looked = STR_INIT;

	source_dir_search(set, &dirs);
	for (size_t i = 0; i < dirs.n; i++) {
		int ret = look_into(src, dirs.v[i], err);

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

/* "linux-6.12_6.12.107.orig.tar.xz" -> 6.12.107 */
static bool name_release(const char *name, bool is_dir, struct release *r)
{
	struct span s = span_of(name);
	_cleanup_free_ char *text = NULL;
	const char *under;

	if (!span_starts(s, "linux-") && !span_starts(s, "linux_"))
		return false;
	if (!is_dir) {
		size_t i;

		for (i = 0; i < ARRAY_SIZE(suffixes) && !span_ends(s, suffixes[i]); i++)
			;
		if (i == ARRAY_SIZE(suffixes))
			return false;
		s.len -= strlen(suffixes[i]);
		if (span_ends(s, ".orig"))
			s.len -= strlen(".orig");
	}
	s.p += strlen("linux-");
	s.len -= strlen("linux-");
	under = memchr(s.p, '_', s.len);
	if (under) {
		s.len -= (size_t)(under + 1 - s.p);
		s.p = under + 1;
	}
	text = span_dup(s);
	return release_parse(text, r, NULL) == 0;
}

static void add_if(struct strv *to, const char *branch, const struct release *r)
{
	char name[RELEASE_MAX], b[RELEASE_MAX];

	release_name(r, name);
	if (!strcmp(release_branch(r, b), branch) && !strv_has(to, name))
		strv_add(to, name);
}

static void list_dir(const char *path, const char *branch, struct strv *to)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct release r;
	struct dirent *e;
	DIR *d = opendir(path);

	if (!d)
		return;
	while ((e = readdir(d))) {
		_cleanup_free_ char *full = fs_join(path, e->d_name), *variant = NULL;

		if (e->d_name[0] != '.' && (name_release(e->d_name, fs_is_dir(full), &r) ||
					    package_name(e->d_name, &variant, &r)))
			add_if(to, branch, &r);
	}
	closedir(d);
	if (tree_release(path, &text, &r, NULL) == 0)
		add_if(to, branch, &r);
}

int source_dir_list(struct source_set *set, const char *branch, struct strv *to, struct err *err)
{
	_cleanup_strv_ struct strv dirs = STRV_INIT;

	source_dir_search(set, &dirs);
	strv_addf(&dirs, "%s/trees", set->o.cache);
	for (size_t i = 0; i < dirs.n; i++)
		list_dir(dirs.v[i], branch, to);
	return 0;
}

/* Open @path below @root; a link on the way isn't followed, for it may lead anywhere. */
static int open_below(int root, const char *path, int *fd)
{
	_cleanup_free_ char *copy = xstrdup(path);
	_cleanup_close_ int at = dup(root);
	char *save = NULL, *c = strtok_r(copy, "/", &save), *next;

	for (; at >= 0 && c; c = next) {
		int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
		int down;

		next = strtok_r(NULL, "/", &save);
		/* A link at the end is opened as such, for readlinkat(). */
		down = openat(at, c, next ? flags | O_DIRECTORY : flags);
		if (down < 0 && !next && errno == ELOOP)
			down = openat(at, c, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (down < 0)
			return -1;
		close(at);
		at = down;
	}
	if (at < 0)
		return -1;
	*fd = dup(at);
	return *fd < 0 ? -1 : 0;
}

static int read_one(struct source *src, int root, const char *path, struct str *text,
		    unsigned int *mode, struct err *err)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	ssize_t n;

	if (!path_inside(path) || open_below(root, path, &fd) < 0) {
		if (path_inside(path) && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
			return err_sys(err, "%s/%s", src->path, path);
		return ERR_NOTFOUND;
	}
	if (fstat(fd, &st) < 0)
		return err_sys(err, "%s/%s", src->path, path);
	if (S_ISLNK(st.st_mode)) {
		*mode = MODE_LINK;
		n = readlinkat(fd, "", str_reserve(text, 4096), 4096);
		if (n < 0)
			return err_sys(err, "%s/%s", src->path, path);
		text->len = (size_t)n;
		text->s[n] = '\0';
		return 0;
	}
	if (!S_ISREG(st.st_mode)) {
		*mode = SOURCE_NO_FILE;
		return 0;
	}
	if ((size_t)st.st_size > SOURCE_FILE_MAX)
		return err_set(err, ERR_INPUT, "%s/%s: %lld bytes, too large for a kernel file",
			       src->path, path, (long long)st.st_size);
	*mode = st.st_mode & 0100 ? MODE_EXEC : MODE_FILE;
	do {
		n = read(fd, str_reserve(text, (size_t)st.st_size + 1), (size_t)st.st_size + 1);
		if (n > 0)
			text->len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	if (n < 0)
		return err_sys(err, "%s/%s", src->path, path);
	text->s[text->len] = '\0';
	return 0;
}

int source_dir_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		    struct err *err)
{
	_cleanup_close_ int root = open(src->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (root < 0)
		return err_sys(err, "%s", src->path);
	for (size_t i = 0; i < paths->n; i++) {
		_cleanup_str_ struct str text = STR_INIT;
		unsigned int mode = 0;
		int ret = read_one(src, root, paths->v[i], &text, &mode, err);

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
