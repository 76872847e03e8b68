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
#include "source/private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "base/fs.h"
#include "source/manifest.h"

#define SEAL_HEAD "stableq tree 2"

struct seal {
	char *release;
	char *id;
	char *tarball;			/* its SHA-256; "" for a repository's */
	char *tree;			/* fingerprint of what was extracted */
	uint64_t top;			/* entries of the top directory */
	struct sink_count count;
};

struct names {
	char *trees, *tree, *seal, *lock, *tmp;
};

static void names_clear(struct names *n)
{
	free(n->trees);
	free(n->tree);
	free(n->seal);
	free(n->lock);
	free(n->tmp);
}

static void seal_clear(struct seal *s)
{
	free(s->release);
	free(s->id);
	free(s->tarball);
	free(s->tree);
}

static void names_of(const struct source *src, struct names *n)
{
	_cleanup_free_ char *name = src->variant ? xstrdup(src->variant) :
				    xasprintf("linux-%s", src->name);

	n->trees = fs_join(src->set->o.cache, "trees");
	n->tree = fs_join(n->trees, name);
	n->seal = xasprintf("%s/%s.seal", n->trees, name);
	n->lock = xasprintf("%s/.%s.lock", n->trees, name);
	n->tmp = xasprintf("%s/.%s.tmp", n->trees, name);
}

static bool field(struct span line, const char *name, struct span *value)
{
	size_t n = strlen(name);

	if (!span_starts(line, name) || line.len <= n || line.p[n] != ' ')
		return false;
	*value = (struct span){ line.p + n + 1, line.len - n - 1 };
	return true;
}

static bool number(struct span line, const char *name, uint64_t *to)
{
	_cleanup_free_ char *text = NULL;
	struct span v;
	char *end;

	if (!field(line, name, &v) || !v.len || v.p[0] < '0' || v.p[0] > '9')
		return false;
	text = span_dup(v);
	*to = strtoull(text, &end, 10);
	return !*end;
}

static bool seal_read(const char *path, struct seal *s)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct span rest, line, v;
	int got = 0;

	if (fs_read(path, 65536, &text, NULL))
		return false;
	rest = str_span(&text);
	if (!span_line(&rest, &line) || !span_is(line, SEAL_HEAD))
		return false;
	while (span_line(&rest, &line)) {
		if (field(line, "release", &v) && !s->release)
			s->release = span_dup(v);
		else if (field(line, "from", &v) && !s->id)
			s->id = span_dup(v);
		else if (field(line, "tarball", &v) && !s->tarball)
			s->tarball = span_dup(v);
		else if (field(line, "tree", &v) && !s->tree)
			s->tree = span_dup(v);
		else
			got += number(line, "top", &s->top) ||
			       number(line, "files", &s->count.files) ||
			       number(line, "dirs", &s->count.dirs) ||
			       number(line, "bytes", &s->count.bytes) ||
			       number(line, "left-out", &s->count.left_out);
	}
	return s->release && s->id && s->tree && strlen(s->tree) == HASH_HEX && got == 5;
}

static int seal_write(const char *path, const struct seal *s, struct err *err)
{
	_cleanup_free_ char *text = xasprintf(SEAL_HEAD "\nrelease %s\nfrom %s\ntarball %s\n"
		"tree %s\ntop %llu\nfiles %llu\ndirs %llu\nbytes %llu\nleft-out %llu\n",
		s->release, s->id, s->tarball, s->tree, (unsigned long long)s->top,
		(unsigned long long)s->count.files, (unsigned long long)s->count.dirs,
		(unsigned long long)s->count.bytes, (unsigned long long)s->count.left_out);

	return fs_write(path, text, strlen(text), 0644, err);
}

static uint64_t count_top(const char *dir)
{
	struct dirent *e;
	uint64_t n = 0;
	DIR *d = opendir(dir);

	if (!d)
		return 0;
	while ((e = readdir(d)))
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}

static int check_makefile(const struct source *src, const char *dir, struct err *err)
{
	_cleanup_free_ char *path = fs_join(dir, "Makefile");
	_cleanup_str_ struct str text = STR_INIT;
	int ret = fs_read(path, (size_t)4 << 20, &text, err);

	if (ret == ERR_NOTFOUND)
		return err_set(err, ERR_INPUT, "%s: has no top Makefile, so it is not a kernel's",
			       src->desc ? src->desc : dir);
	return ret ? ret : source_check_makefile(src, src->desc ? src->desc : dir,
						 str_span(&text), err);
}

/* The SHA-256 of @src's tarball, which is read when it has changed since; "" if it is none. */
static int tarball_digest(const struct source *src, char hex[HASH_HEX + 1], struct err *err)
{
	_cleanup_(manifest_free) struct manifest m = { NULL };
	_cleanup_free_ char *memory = NULL;
	struct manifest_opts o = { NULL };
	int ret;

	*hex = '\0';
	if (src->kind != SOURCE_TAR)
		return 0;
	memory = manifest_memory(src->set->o.cache, src->path);
	o.memory = memory;
	ret = manifest_of(src->path, &o, &m, err);
	if (!ret && m.n != 1)
		ret = err_set(err, ERR_INPUT, "%s: not a regular file", src->path);
	if (!ret)
		hash_hex(m.v[0].digest, hex);
	return ret;
}

/* Is it what the seal was made for? A tarball may be another by the same name, of the same size. */
static bool same_origin(const struct source *src, const struct seal *s, const char *id)
{
	char hex[HASH_HEX + 1];

	if (strcmp(s->release, src->name) != 0 || (id && strcmp(s->id, id) != 0))
		return false;
	if (!id)
		return true;
	return !tarball_digest(src, hex, NULL) && !strcmp(hex, s->tarball ? s->tarball : "");
}

/*
 * What is asked each time a tree is used: a few system calls, so that it costs nothing. @why says
 * what is wrong.
 */
static bool tree_whole(const struct source *src, const struct names *n, const char *id,
		       char **origin, char **why)
{
	_cleanup_(seal_clear) struct seal s = { 0 };
	_cleanup_err_ struct err e = ERR_INIT;

	if (!fs_is_dir(n->tree))
		return false;
	if (!seal_read(n->seal, &s)) {
		*why = xstrdup("it has no seal: never finished, or changed since");
		return false;
	}
	if (!same_origin(src, &s, id)) {
		*why = xasprintf("it came from %s", s.id);
		return false;
	}
	if (count_top(n->tree) != s.top) {
		*why = xstrdup("entries were added or removed at its top");
		return false;
	}
	if (check_makefile(src, n->tree, &e)) {
		*why = xstrdup(e.msg);
		return false;
	}
	if (origin)
		*origin = xstrdup(s.id);
	return true;
}

bool source_tree_find(struct source *src, const char *id, char **path, char **origin)
{
	_cleanup_(names_clear) struct names n = { 0 };
	_cleanup_free_ char *why = NULL;

	names_of(src, &n);
	if (!tree_whole(src, &n, id, origin, &why))
		return false;
	*path = xstrdup(n.tree);
	return true;
}

/* Temporary trees whose makers died: nobody holds their locks. */
static void sweep(const struct names *own)
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

static int fill(struct source *src, const struct names *n, struct seal *seal, struct manifest *m,
		struct err *err)
{
	struct manifest_opts o = { NULL };
	struct sink *sink = sink_new(n->tmp, err);
	int ret, fd;

	if (!sink)
		return ERR_SYSTEM;
	ret = src->kind == SOURCE_GIT ? source_git_extract(src, sink, err) :
	      source_tar_extract(src, sink, err);
	seal->count = *sink_count(sink);
	sink_free(sink);
	if (!ret)
		ret = check_makefile(src, n->tmp, err);
	ret = ret ? ret : manifest_of(n->tmp, &o, m, err);
	if (ret)
		return ret;
	seal->top = count_top(n->tmp);
	/* The seal must not reach the disk before what it vouches for. */
	fd = open(n->tmp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || syncfs(fd) < 0)
		ret = err_sys(err, "%s", n->tmp);
	closep(&fd);
	return ret;
}

/* For who looks at the tree next; it was read just now. */
static void remember(const struct source *src, const struct names *n, const struct manifest *m)
{
	_cleanup_free_ char *memory = manifest_memory(src->set->o.cache, n->tree);

	manifest_save(m, memory, NULL);
}

static int make_tree(struct source *src, const struct names *n, struct err *err)
{
	_cleanup_(manifest_free) struct manifest m = { NULL };
	char tarball[HASH_HEX + 1];
	struct seal seal = {
		.release = src->name, .id = src->id, .tarball = tarball, .tree = m.fingerprint,
	};
	int ret = tarball_digest(src, tarball, err);

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
	_cleanup_(names_clear) struct names n = { 0 };
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
	names_of(src, &n);
	ret = fs_mkdirs(n.trees, err);
	if (ret)
		return ret;
	if (!tree_whole(src, &n, src->id, NULL, &why)) {
		ret = source_lock(src, n.lock, "makes this tree", &lock, err);
		if (ret)
			return ret;
		sweep(&n);
		free(why);
		why = NULL;
		/* Whoever held the lock may have made it. */
		if (!tree_whole(src, &n, src->id, NULL, &why)) {
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
	_cleanup_(names_clear) struct names n = { 0 };
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
	names_of(src, &n);
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
	_cleanup_(names_clear) struct names n = { 0 };
	_cleanup_(seal_clear) struct seal s = { 0 };
	_cleanup_(manifest_free) struct manifest m = { NULL };
	struct manifest_opts o = { .reread = true };
	int ret;

	names_of(src, &n);
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
