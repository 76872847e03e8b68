// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory is written in this machine's own byte order: a head, then for each entry a record with
 * its path behind it, last a digest of all that.
 */
#include "source/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <time.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fs.h"

#define MAGIC "stableq manifest 1\n"
#define NS 1000000000LL
#define SETTLED (2 * NS)	/* the coarsest time stamps that a file system has */
#define TRIES 5			/* to read a file that changes meanwhile */

struct head {
	char magic[sizeof(MAGIC)];
	char fingerprint[HASH_HEX + 1];
	int64_t asked;
	uint64_t n;
};

struct record {
	struct manifest_stat st;
	unsigned char digest[HASH_SIZE];
	uint32_t path;			/* bytes, the terminator among them */
};

struct walk {
	const struct manifest_opts *o;
	const char *root;
	struct manifest *m;
	const struct manifest *old;
	size_t next;			/* in old: those before it come before the walk's place */
};

struct manifest_stat manifest_stat(const struct stat *st)
{
	return (struct manifest_stat){
		.size = (uint64_t)st->st_size, .ino = st->st_ino, .mode = st->st_mode,
		.mtime = st->st_mtim.tv_sec * NS + st->st_mtim.tv_nsec,
		.ctime = st->st_ctim.tv_sec * NS + st->st_ctim.tv_nsec,
	};
}

int64_t manifest_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * NS + t.tv_nsec;
}

bool manifest_stat_eq(const struct manifest_stat *a, const struct manifest_stat *b)
{
	return a->size == b->size && a->ino == b->ino && a->mtime == b->mtime &&
	       a->ctime == b->ctime && a->mode == b->mode;
}

int manifest_order(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	/* The end of a name comes before whatever else it might go on with. */
	if (!*a || !*b)
		return !!*a - !!*b;
	if (*a == '/' || *b == '/')
		return *a == '/' ? -1 : 1;
	return (unsigned char)*a - (unsigned char)*b;
}

/* What of a file's mode is the tree's: git keeps no more either. */
static char kind(const struct manifest_entry *e)
{
	return S_ISLNK(e->st.mode) ? 'l' : e->st.mode & 0111 ? 'x' : 'f';
}

bool manifest_same(const struct manifest_entry *a, const struct manifest_entry *b)
{
	return kind(a) == kind(b) && !memcmp(a->digest, b->digest, HASH_SIZE);
}

void manifest_add(struct manifest *m, const char *path, const struct manifest_stat *st,
		  const unsigned char digest[HASH_SIZE])
{
	struct manifest_entry *e = &ARRAY_PUSH(m->v, m->n);

	/* The buffer moves while it grows; manifest_end() sets the names. */
	str_add(&m->paths, path, strlen(path) + 1);
	e->st = *st;
	memcpy(e->digest, digest, HASH_SIZE);
}

void manifest_end(struct manifest *m)
{
	_cleanup_str_ struct str all = STR_INIT;
	unsigned char digest[HASH_SIZE];
	const char *path = str_span(&m->paths).p;

	for (size_t i = 0; i < m->n; i++) {
		struct manifest_entry *e = &m->v[i];

		e->path = path;
		path += strlen(path) + 1;
		str_addc(&all, kind(e));
		str_add(&all, e->path, strlen(e->path) + 1);
		str_add(&all, e->digest, HASH_SIZE);
	}
	hash_raw(str_span(&all).p, all.len, digest);
	hash_hex(digest, m->fingerprint);
}

void manifest_free(struct manifest *m)
{
	free(m->v);
	str_free(&m->paths);
	*m = (struct manifest){ NULL };
}

static bool take_bytes(struct span *rest, void *to, size_t n)
{
	if (rest->len < n)
		return false;
	memcpy(to, rest->p, n);
	*rest = span_skip(*rest, n);
	return true;
}

/* What isn't whole was caught by the digest, what isn't ours by the magic. */
static void load_records(struct manifest *m, struct span rest, size_t n)
{
	struct record r;

	while (n-- && take_bytes(&rest, &r, sizeof(r)) && r.path && r.path <= rest.len &&
	       !rest.p[r.path - 1]) {
		manifest_add(m, rest.p, &r.st, r.digest);
		rest = span_skip(rest, r.path);
	}
}

static void load_memory(const char *memory, struct manifest *m)
{
	_cleanup_str_ struct str raw = STR_INIT;
	unsigned char digest[HASH_SIZE];
	struct head h;
	struct span rest;

	if (fs_read(memory, 0, &raw, NULL) || raw.len < sizeof(h) + HASH_SIZE)
		return;
	rest = (struct span){ raw.s, raw.len - HASH_SIZE };
	hash_raw(rest.p, rest.len, digest);
	if (memcmp(digest, rest.p + rest.len, HASH_SIZE) != 0 ||
	    !take_bytes(&rest, &h, sizeof(h)) || memcmp(h.magic, MAGIC, sizeof(MAGIC)) != 0)
		return;
	load_records(m, rest, h.n);
	manifest_end(m);
	m->asked = h.asked;
}

int manifest_save(const struct manifest *m, const char *memory, struct err *err)
{
	_cleanup_str_ struct str raw = STR_INIT;
	struct head h = { .magic = MAGIC, .asked = m->asked, .n = m->n };
	unsigned char digest[HASH_SIZE];
	int ret = fs_mkparents(memory, err);

	memcpy(h.fingerprint, m->fingerprint, sizeof(h.fingerprint));
	str_add(&raw, &h, sizeof(h));
	for (size_t i = 0; i < m->n; i++) {
		const struct manifest_entry *e = &m->v[i];
		struct record r;

		/* Member by member: padding goes to disk, too, and has to be zero there. */
		memset(&r, 0, sizeof(r));
		r.st.size = e->st.size;
		r.st.ino = e->st.ino;
		r.st.mtime = e->st.mtime;
		r.st.ctime = e->st.ctime;
		r.st.mode = e->st.mode;
		memcpy(r.digest, e->digest, HASH_SIZE);
		r.path = (uint32_t)strlen(e->path) + 1;
		str_add(&raw, &r, sizeof(r));
		str_add(&raw, e->path, r.path);
	}
	hash_raw(raw.s, raw.len, digest);
	str_add(&raw, digest, HASH_SIZE);
	return ret ? ret : fs_write(memory, raw.s, raw.len, 0644, err);
}

char *manifest_memory(const char *cache, const char *root)
{
	_cleanup_free_ char *real = realpath(root, NULL);
	const char *name = real ? real : root;
	unsigned char digest[HASH_SIZE];
	char hex[HASH_HEX + 1];

	hash_raw(name, strlen(name), digest);
	hash_hex(digest, hex);
	return xasprintf("%s/manifests/%.32s", cache, hex);
}

/* The digest of what is remembered as it is now, or NULL. */
static const unsigned char *remembered(struct walk *w, const char *path,
				       const struct manifest_stat *st)
{
	const struct manifest *old = w->old;
	const struct manifest_entry *e;

	if (w->o->reread)
		return NULL;
	while (w->next < old->n && manifest_order(old->v[w->next].path, path) < 0)
		w->next++;
	if (w->next == old->n)
		return NULL;
	e = &old->v[w->next];
	if (strcmp(e->path, path) != 0 || !manifest_stat_eq(&e->st, st) ||
	    st->ctime >= old->asked - SETTLED)
		return NULL;
	return e->digest;
}

static int read_link(int dir, const char *name, unsigned char digest[HASH_SIZE])
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, name, target, sizeof(target));

	if (n < 0)
		return -1;
	hash_raw(target, (size_t)n, digest);
	return 0;
}

/* Read a file that may change meanwhile: what is kept fits what the file system says of it. */
static int read_file(int dir, const char *name, struct manifest_stat *is,
		     unsigned char digest[HASH_SIZE])
{
	for (unsigned int i = 0; i < TRIES; i++) {
		/* A root may be named by a link; nothing below it is reached by one. */
		int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (dir == AT_FDCWD ? 0 : O_NOFOLLOW);
		int fd = openat(dir, name, flags), ret, saved;
		struct manifest_stat now;
		struct stat st;

		if (fd < 0)
			return -1;
		ret = fstat(fd, &st);
		*is = manifest_stat(&st);
		if (!ret && !S_ISREG(st.st_mode)) {
			errno = EINVAL;
			ret = -1;
		}
		ret = ret ? ret : hash_raw_fd(fd, digest);
		ret = ret ? ret : fstat(fd, &st);
		saved = errno;
		close(fd);
		errno = saved;
		if (ret)
			return ret;
		now = manifest_stat(&st);
		if (manifest_stat_eq(&now, is))
			return 0;
	}
	errno = EBUSY;
	return -1;
}

static int add_file(struct walk *w, int dir, const char *name, const char *path,
		    const struct stat *st, struct err *err)
{
	struct manifest_stat is = manifest_stat(st);
	const unsigned char *known = remembered(w, path, &is);
	unsigned char digest[HASH_SIZE];
	int ret = 0;

	if (!known) {
		ret = S_ISLNK(st->st_mode) ? read_link(dir, name, digest) :
		      read_file(dir, name, &is, digest);
		w->m->changed = true;
		w->m->bytes_read += is.size;
	}
	if (ret)
		return err_sys(err, "%s%s%s", w->root, *path ? "/" : "", path);
	if (!known && w->o->progress)
		w->o->progress(w->o->ctx, w->m->bytes_read);
	manifest_add(w->m, path, &is, known ? known : digest);
	return 0;
}

/* Names in order, since directories have them in none. @fd is closed. */
static int names_of(int fd, struct strv *names)
{
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	int saved;

	if (!d) {
		saved = errno;
		if (fd >= 0)
			close(fd);
		errno = saved;
		return -1;
	}
	errno = 0;
	while ((e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			strv_add(names, e->d_name);
	saved = errno;
	closedir(d);
	errno = saved;
	strv_sort(names);
	return saved ? -1 : 0;
}

static int walk_dir(struct walk *w, int dir, const char *at, struct err *err);

static int walk_entry(struct walk *w, int dir, const char *name, const char *path, struct err *err)
{
	struct stat st;
	int fd, ret;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "%s/%s", w->root, path);
	if (S_ISREG(st.st_mode) || S_ISLNK(st.st_mode))
		return add_file(w, dir, name, path, &st, err);
	if (!S_ISDIR(st.st_mode))
		return 0;	/* a source tree has no sockets */
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, "%s/%s", w->root, path);
	ret = walk_dir(w, fd, path, err);
	close(fd);
	return ret;
}

static int walk_dir(struct walk *w, int dir, const char *at, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	int ret = 0;

	if (child_interrupted())
		return err_set(err, ERR_INTERRUPTED, "interrupted while reading %s", w->root);
	if (names_of(fcntl(dir, F_DUPFD_CLOEXEC, 0), &names) < 0)
		return err_sys(err, "%s/%s", w->root, at);
	for (size_t i = 0; i < names.n && !ret; i++) {
		_cleanup_free_ char *path = *at ? xasprintf("%s/%s", at, names.v[i]) :
						  xstrdup(names.v[i]);

		/* git's own files change whenever somebody looks at them. */
		if (strcmp(path, ".git") != 0)
			ret = walk_entry(w, dir, names.v[i], path, err);
	}
	return ret;
}

static int walk_root(struct walk *w, struct err *err)
{
	struct stat st;
	int fd, ret;

	if (stat(w->root, &st) < 0)
		return err_sys(err, "%s", w->root);
	if (S_ISREG(st.st_mode))
		return add_file(w, AT_FDCWD, w->root, "", &st, err);
	fd = open(w->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, "%s", w->root);
	ret = walk_dir(w, fd, "", err);
	close(fd);
	return ret;
}

/* The first path at which two manifests differ, or NULL. */
static const char *difference(const struct manifest *a, const struct manifest *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++) {
		int order = manifest_order(a->v[i].path, b->v[i].path);

		if (order || !manifest_same(&a->v[i], &b->v[i]))
			return order > 0 ? b->v[i].path : a->v[i].path;
	}
	if (a->n == b->n)
		return NULL;
	return a->n > b->n ? a->v[b->n].path : b->v[a->n].path;
}

static int unexpected(const struct walk *w, struct err *err)
{
	const char *path = NULL;

	if (!strcmp(w->old->fingerprint, w->o->expect))
		path = difference(w->old, w->m);
	if (!path || !*path)
		return err_set(err, ERR_FINDING, "%s: has changed", w->root);
	return err_set(err, ERR_FINDING, "%s: %s has changed", w->root, path);
}

int manifest_of(const char *root, const struct manifest_opts *o, struct manifest *m,
		struct err *err)
{
	_cleanup_(manifest_free) struct manifest old = { NULL };
	struct walk w = { .o = o, .root = root, .m = m, .old = &old };
	int ret;

	*m = (struct manifest){ .asked = manifest_now() };
	if (o->memory)
		load_memory(o->memory, &old);
	ret = walk_root(&w, err);
	if (ret)
		return ret;
	manifest_end(m);
	m->changed = m->changed || m->n != old.n;
	if (o->expect && strcmp(m->fingerprint, o->expect) != 0)
		return unexpected(&w, err);
	if (o->memory && m->changed)
		manifest_save(m, o->memory, NULL);
	return 0;
}
