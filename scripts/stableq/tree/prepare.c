// SPDX-License-Identifier: GPL-2.0-only
/*
 * tree/prepare.c - a working tree becomes what its source is now
 *
 * Never by hard links: what a build writes into its tree must not reach the user's.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fs.h"
#include "source/manifest.h"
#include "tree/tree.h"
#include "tree/io.h"

#define COPY_STEP ((size_t)1 << 30)

struct update {
	const char *from, *to;
	const struct manifest *want, *have;
	struct strv journal;	/* paths that are tree_flip()'s to put right */
	struct manifest result;
	size_t n;		/* files that were written or removed */

	/* Of the file copied last: the next one is most likely beside it. */
	char *parent;
	int from_dir, to_dir;
};

static void leave(struct update *u)
{
	if (u->from_dir >= 0)
		close(u->from_dir);
	if (u->to_dir >= 0)
		close(u->to_dir);
	u->from_dir = u->to_dir = -1;
	free(u->parent);
	u->parent = NULL;
}

static int enter(struct update *u, const char *path, const char **base, struct err *err)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *parent = xstrndup(path, slash ? (size_t)(slash - path) : 0);
	int ret;

	*base = slash ? slash + 1 : path;
	if (u->parent && !strcmp(u->parent, parent))
		return 0;
	leave(u);
	ret = tree_open_parent(u->from, path, false, &u->from_dir, base, err);
	ret = ret ? ret : tree_open_parent(u->to, path, true, &u->to_dir, base, err);
	if (!ret)
		u->parent = xstrdup(parent);
	return ret;
}

static int copy_bytes(int in, int out)
{
	bool begun = false;
	ssize_t n;

	/* Older kernels refuse it between two file systems. */
	while ((n = copy_file_range(in, NULL, out, NULL, COPY_STEP, 0)) > 0)
		begun = true;
	if (n < 0 && !begun)
		while ((n = sendfile(out, in, NULL, COPY_STEP)) > 0 || (n < 0 && errno == EINTR))
			;
	return n < 0 ? -1 : 0;
}

/* Return: 0; 1 when it isn't what it was when the manifest was made; -1 and errno. */
static int copy_data(int in, int out, const struct manifest_entry *e)
{
	unsigned char digest[HASH_SIZE];
	struct manifest_stat is;
	struct stat after;

	if ((ioctl(out, FICLONE, in) < 0 && copy_bytes(in, out) < 0) || fstat(in, &after) < 0)
		return -1;
	is = manifest_stat(&after);
	if (manifest_stat_eq(&is, &e->st))
		return 0;
	/* Touched, or one of its hard links was removed: only the content counts. */
	if (lseek(out, 0, SEEK_SET) < 0 || hash_raw_fd(out, digest) < 0)
		return -1;
	return !!memcmp(digest, e->digest, HASH_SIZE);
}

static int copy_file(const struct update *u, const char *base, const struct manifest_entry *e)
{
	mode_t mode = e->st.mode & 0111 ? 0777 : 0666;
	int in = openat(u->from_dir, base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int out, ret, saved;

	if (in < 0)
		return -1;
	out = openat(u->to_dir, base, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	ret = out < 0 ? -1 : copy_data(in, out, e);
	saved = errno;
	close(in);
	errno = saved;
	/* A full disk may show only here. */
	if (out >= 0 && close(out) < 0)
		ret = -1;
	return ret;
}

static int copy_link(const struct update *u, const char *base, const struct manifest_entry *e)
{
	unsigned char digest[HASH_SIZE];
	char target[PATH_MAX];
	ssize_t n = readlinkat(u->from_dir, base, target, sizeof(target) - 1);

	if (n < 0)
		return -1;
	target[n] = '\0';
	hash_raw(target, (size_t)n, digest);
	if (memcmp(digest, e->digest, HASH_SIZE) != 0)
		return 1;
	return symlinkat(target, u->to_dir, base);
}

static int copy(struct update *u, const struct manifest_entry *e, struct err *err)
{
	struct manifest_stat is;
	const char *base = e->path;
	struct stat st;
	int ret = enter(u, e->path, &base, err);

	if (ret)
		return ret;
	if (child_interrupted())
		return err_set(err, ERR_INTERRUPTED, "interrupted while copying %s/%s", u->from,
			       e->path);
	if (tree_before_step)
		tree_before_step();
	if (unlinkat(u->to_dir, base, 0) < 0 && errno != ENOENT)
		return err_sys(err, "%s/%s", u->to, e->path);
	ret = S_ISLNK(e->st.mode) ? copy_link(u, base, e) : copy_file(u, base, e);
	if (ret > 0)
		return err_set(err, ERR_FINDING, "%s: %s has changed", u->from, e->path);
	if (ret < 0 || fstatat(u->to_dir, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "%s/%s", u->to, e->path);
	is = manifest_stat(&st);
	manifest_add(&u->result, e->path, &is, e->digest);
	u->n++;
	return 0;
}

/* A file dated in the future would be made from again and again, and make says so each time. */
static int settle(struct update *u, const char *path, const struct manifest_entry *want,
		  const struct manifest_entry *have, struct err *err)
{
	struct timespec now;

	if (!have || have->st.mtime <= u->have->asked)
		return 0;
	clock_gettime(CLOCK_REALTIME, &now);
	return tree_touch(u->to, path, &now, err);
}

static int remove_extra(struct update *u, const char *path, const struct manifest_entry *want,
			const struct manifest_entry *have, struct err *err)
{
	if (want || strv_has(&u->journal, path))
		return 0;
	u->n++;
	return tree_remove(u->to, path, err);
}

static int bring(struct update *u, const char *path, const struct manifest_entry *want,
		 const struct manifest_entry *have, struct err *err)
{
	if ((want && have && manifest_same(want, have)) || strv_has(&u->journal, path)) {
		if (have)
			manifest_add(&u->result, path, &have->st, have->digest);
		return 0;
	}
	return want ? copy(u, want, err) : 0;
}

typedef int (*update_fn)(struct update *u, const char *path, const struct manifest_entry *want,
			 const struct manifest_entry *have, struct err *err);

/* Call @fn for each path of the two trees, in order, with what should be and what is there. */
static int each(struct update *u, update_fn fn, struct err *err)
{
	size_t w = 0, h = 0;
	int ret = 0;

	while (!ret && (w < u->want->n || h < u->have->n)) {
		const struct manifest_entry *want = w < u->want->n ? &u->want->v[w] : NULL;
		const struct manifest_entry *have = h < u->have->n ? &u->have->v[h] : NULL;
		int order = !have ? -1 : !want ? 1 : manifest_order(want->path, have->path);

		w += order <= 0;
		h += order >= 0;
		if (want && order <= 0)
			ret = fn(u, want->path, want, order ? NULL : have, err);
		else if (have)
			ret = fn(u, have->path, NULL, have, err);
	}
	return ret;
}

static int update(struct update *u, struct err *err)
{
	/* What is too much goes first: a file may stand where a folder is to be. */
	int ret = each(u, remove_extra, err);

	ret = ret ? ret : each(u, bring, err);
	leave(u);
	manifest_end(&u->result);
	return ret;
}

static void update_clear(struct update *u)
{
	strv_free(&u->journal);
	manifest_free(&u->result);
}

static int make_copy(const struct tree_origin *from, const struct manifest *want, const char *work,
		     const char *memory, struct err *err)
{
	static const struct manifest none;
	_cleanup_free_ char *temp = xasprintf("%s.new", work);
	_cleanup_free_ char *journal = xasprintf("%s.journal", work);
	_cleanup_(update_clear) struct update u = {
		.from = from->tree, .to = temp, .want = want, .have = &none,
		.from_dir = -1, .to_dir = -1,
	};
	int ret = fs_remove_tree(temp, err);

	if (!ret && mkdir(temp, 0777) < 0)
		ret = err_sys(err, "%s", temp);
	ret = ret ? ret : update(&u, err);
	/* Nobody else writes there yet, so what was copied a while ago needn't be read again. */
	u.result.asked = manifest_now();
	ret = ret ? ret : manifest_save(&u.result, memory, err);
	/* A journal of an earlier tree by that name says nothing about this one. */
	if (!ret && unlink(journal) < 0 && errno != ENOENT)
		ret = err_sys(err, "%s", journal);
	if (!ret && rename(temp, work) < 0)
		ret = err_sys(err, "%s", work);
	/* Who asks to stop doesn't want to wait for that: the next one takes it away. */
	if (ret && ret != ERR_INTERRUPTED)
		fs_remove_tree(temp, NULL);
	return ret;
}

static int bring_up_to_date(const struct tree_origin *from, const struct manifest *want,
			    const char *work, const char *memory, size_t *updated,
			    struct err *err)
{
	_cleanup_(manifest_free) struct manifest have = { NULL };
	_cleanup_(update_clear) struct update u = {
		.from = from->tree, .to = work, .want = want, .have = &have,
		.from_dir = -1, .to_dir = -1,
	};
	const struct manifest_opts o = { .memory = memory };
	int ret = manifest_of(work, &o, &have, err);

	ret = ret ? ret : tree_journal(work, &u.journal, err);
	if (ret)
		return ret;
	u.result.asked = have.asked;
	ret = each(&u, settle, err);
	ret = ret ? ret : update(&u, err);
	*updated = u.n;
	return ret || !u.n ? ret : manifest_save(&u.result, memory, err);
}

int tree_prepare(const struct tree_origin *from, const char *work, size_t *updated,
		 struct err *err)
{
	_cleanup_(manifest_free) struct manifest want = { NULL };
	_cleanup_free_ char *lock = xasprintf("%s.lock", work);
	_cleanup_free_ char *memory = xasprintf("%s.manifest", work);
	const struct manifest_opts o = { .memory = from->memory, .expect = from->fingerprint };
	size_t n = 0;
	int fd = -1;
	int ret = fs_mkparents(work, err);

	ret = ret ? ret : fs_lock(lock, true, &fd, err);
	if (ret)
		return ret;
	/*
	 * Without a memory of it nobody knows what it is: an older stableq made hard links. They go
	 * before the source is looked at, since that changes the inodes.
	 */
	if (!fs_exists(memory))
		ret = fs_remove_tree(work, err);
	ret = ret ? ret : manifest_of(from->tree, &o, &want, err);
	if (!ret && fs_is_dir(work))
		ret = bring_up_to_date(from, &want, work, memory, &n, err);
	else if (!ret)
		ret = make_copy(from, &want, work, memory, err);
	close(fd);
	if (updated)
		*updated = n;
	return ret;
}
