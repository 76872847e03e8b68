// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel's archive is sorted, so the block that has a path is found by bisection over the first
 * path in each block, and only the beginning of a block has to be decoded to know that. An archive
 * that turns out not to be sorted, or not to have blocks, is read from end to end by the caller
 * instead.
 */
#include "source/xzpick.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#include "source/archive.h"
#include "source/progress.h"
#include "source/xz.h"

#define SECTOR 512
#define MIN_BLOCKS 4		/* below that, reading on costs no more than looking around */
#define CHUNK 65536

/* What is known of a block. */
struct seen {
	char *first;		/* path of the first entry that begins in it; NULL: none is known */
	uint64_t first_at;	/* where that stands, decoded */
	bool looked;
};

struct search {
	struct pick *p;
	struct xz x;
	struct seen *seen;		/* one a block */
	struct xz_stream *look;		/* for beginnings of blocks */
	struct source_progress progress;
	uint64_t decoded;
	size_t block;			/* where reading goes on */
	size_t next;			/* of p's paths: the one to be read next */
};

/* The archive from some entry on, for libarchive. */
struct tail {
	struct search *s;
	struct xz_stream *stream;
	uint64_t begin;			/* decoded offset of that entry */
	unsigned char out[CHUNK];
	struct err err;
};

/* A header of the kind that POSIX calls ustar, its checksum right? */
static bool is_header(const unsigned char *h)
{
	unsigned long sum = 8UL * ' ', want = 0;

	if (memcmp(h + 257, "ustar", 5) != 0 || !strchr("0125", h[156] ? h[156] : '0'))
		return false;
	for (int i = 0; i < SECTOR; i++)
		sum += i < 148 || i >= 156 ? h[i] : 0;
	for (int i = 148; i < 156 && h[i] >= '0' && h[i] <= '7'; i++)
		want = want * 8 + (unsigned long)(h[i] - '0');
	return sum == want;
}

static void header_path(const unsigned char *h, struct str *name)
{
	const char *prefix = (const char *)h + 345;

	/* GNU's own format has other things where the prefix stands. */
	if (*prefix && h[263] == '0')
		str_addf(name, "%.155s/", prefix);
	str_addf(name, "%.100s", (const char *)h);
}

/* Read a whole sector. @got: false at the archive's end. */
static int read_sector(struct xz_stream *s, unsigned char *h, bool *got, struct err *err)
{
	size_t done = 0, n = 1;
	int ret = 0;

	for (; !ret && n && done < SECTOR; done += n)
		ret = xz_read(s, h + done, SECTOR - done, &n, err);
	*got = done == SECTOR;
	return ret;
}

/* The path of the entry whose header @h is, as entries are compared; NULL if it is no header. */
static char *entry_path(const struct search *s, const unsigned char *h)
{
	_cleanup_str_ struct str name = STR_INIT, path = STR_INIT;

	if (!is_header(h))
		return NULL;
	header_path(h, &name);
	if (tar_path(s->x.path, name.s, &path, NULL))
		return NULL;
	if (h[156] == '5')
		str_addc(&path, '/');
	return str_take(&path);
}

/* Find the first entry that begins in block @i. Return: 0, also when there is none; errors. */
static int look_for(struct search *s, size_t i, struct err *err)
{
	const struct xz_block *b = &s->x.b[i];
	struct seen *seen = &s->seen[i];
	uint64_t at = (b->uat + SECTOR - 1) / SECTOR * SECTOR;
	unsigned char h[SECTOR];
	bool more = true;
	int ret;

	if (seen->looked)
		return 0;
	ret = xz_seek(s->look, i, err);
	ret = ret ? ret : xz_skip(s->look, at, err);
	for (; !ret && !seen->first && at + SECTOR <= b->uat + b->usize; at += SECTOR) {
		ret = read_sector(s->look, h, &more, err);
		if (ret || !more)
			break;
		seen->first = entry_path(s, h);
		seen->first_at = at;
	}
	seen->looked = !ret;
	return ret ? ret : source_interrupted(err);
}

/* The last block from @lo on whose first entry comes before the next path: reading starts there. */
static int bisect(struct search *s, size_t lo, size_t *to, struct err *err)
{
	const char *path = s->p->paths[s->next];
	size_t hi = s->x.n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2, m = mid;

		/* A large file may fill a block, in which then nothing begins: look back. */
		for (; m > lo; m--) {
			int ret = look_for(s, m, err);

			if (ret)
				return ret;
			if (s->seen[m].first)
				break;
		}
		if (m == lo || s->p->order(s->seen[m].first, path) < 0)
			lo = mid;
		else
			hi = m;
	}
	/* lo may be a block in which nothing begins, chosen for what is before it. */
	while (lo && !s->seen[lo].first && s->seen[lo].looked)
		lo--;
	*to = lo;
	return 0;
}

/*
 * Do the first paths that are known stand in order? Where they do, from one end of the archive to
 * the other, and so do all entries that are read, it is taken as sorted.
 */
static int check_order(struct search *s, struct err *err)
{
	const char *before = "";
	int ret = look_for(s, s->x.n - 1, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < s->x.n; i++) {
		if (!s->seen[i].first)
			continue;
		if (s->p->order(before, s->seen[i].first) >= 0)
			s->p->unsorted = true;
		before = s->seen[i].first;
	}
	return s->p->unsorted ? ERR_NOTFOUND : 0;
}

static la_ssize_t feed(struct archive *a, void *ctx, const void **buf)
{
	struct tail *t = ctx;
	size_t n = 0;

	*buf = t->out;
	if (xz_read(t->stream, t->out, sizeof(t->out), &n, &t->err)) {
		archive_set_error(a, EIO, "%s", t->err.msg);
		return ARCHIVE_FATAL;
	}
	source_progress(&t->s->progress, t->s->decoded += n);
	return (la_ssize_t)n;
}

static int tail_damaged(struct tail *t, struct archive *a, struct err *err)
{
	return t->err.code ? err_move(err, &t->err) : tar_damaged(a, t->s->x.path, err);
}

static size_t block_at(const struct xz *x, uint64_t at)
{
	size_t i = 0;

	while (i + 1 < x->n && x->b[i + 1].uat <= at)
		i++;
	return i;
}

/*
 * An entry was read. Is the next wanted path far away from it? Return: 0; 1 when reading doesn't go
 * on here; errors.
 */
static int is_far(struct search *s, uint64_t at, struct err *err)
{
	struct pick *p = s->p;
	size_t here = block_at(&s->x, at);
	int ret;

	if (!p->prev.len || p->order(p->prev.s, p->paths[s->next]) < 0)
		return 0;
	/* It is past it, found or not. */
	while (s->next < p->n && p->order(p->prev.s, p->paths[s->next]) >= 0)
		s->next++;
	if (s->next == p->n)
		return 1;
	ret = bisect(s, here, &s->block, err);
	return ret ? ret : s->block != here;
}

/* Read entries while the next wanted path is near. Return: 0, 1 when it isn't, errors. */
static int read_entries(struct tail *t, struct archive *a, struct err *err)
{
	struct search *s = t->s;
	struct archive_entry *e;
	int ret = 0;

	while (!ret) {
		int got = archive_read_next_header(a, &e);

		if (got != ARCHIVE_OK && got != ARCHIVE_WARN && got != ARCHIVE_EOF)
			return tail_damaged(t, a, err);
		ret = got == ARCHIVE_EOF ? 1 : pick_entry(s->p, s->x.path, a, e, err);
		if (ret == 1)
			s->next = s->p->n;
		else if (!ret && s->p->unsorted)
			ret = ERR_NOTFOUND;
		else if (!ret)
			ret = is_far(s, t->begin + (uint64_t)archive_read_header_position(a), err);
	}
	return ret;
}

static void tail_free(struct tail **t)
{
	xz_stream_free((*t)->stream);
	err_clear(&(*t)->err);
	free(*t);
}

/* Read on from the block that was found. */
static int read_on(struct search *s, struct err *err)
{
	_cleanup_(tail_free) struct tail *t = xcalloc(1, sizeof(*t));
	_cleanup_archive_ struct archive *a = archive_read_new();
	int ret;

	t->s = s;
	t->stream = xz_stream_new(&s->x);
	t->begin = s->block ? s->seen[s->block].first_at : 0;
	if (!a)
		return err_set(err, ERR_SYSTEM, "%s: out of memory", s->x.path);
	ret = xz_seek(t->stream, s->block, err);
	ret = ret ? ret : xz_skip(t->stream, t->begin, err);
	if (ret)
		return ret;
	archive_read_support_format_tar(a);
	if (archive_read_open(a, t, NULL, feed, NULL) != ARCHIVE_OK)
		return tail_damaged(t, a, err);
	ret = read_entries(t, a, err);
	return ret == 1 ? source_interrupted(err) : ret;
}

static int read_in_order(struct search *s, struct err *err)
{
	int ret;

	s->next = 0;
	ret = bisect(s, 0, &s->block, err);
	while (!ret && s->next < s->p->n) {
		ret = check_order(s, err);
		ret = ret ? ret : read_on(s, err);
	}
	return ret;
}

static void search_end(struct search *s)
{
	for (size_t i = 0; s->seen && i < s->x.n; i++)
		free(s->seen[i].first);
	free(s->seen);
	xz_stream_free(s->look);
	xz_close(&s->x);
}

int source_xz_read(struct source *src, struct pick *p, struct err *err)
{
	/* A wrong one is found out late, so the likeliest comes first. */
	static const path_order_fn orders[][3] = {
		{ path_order_git, path_order_names, path_order_lines },
		{ path_order_lines, path_order_names, path_order_git },
	};
	_cleanup_(search_end) struct search s = { .p = p };
	int ret = xz_open(&s.x, src->path, err);

	if (ret)
		return ret;
	if (s.x.n < MIN_BLOCKS)
		return ERR_NOTFOUND;
	s.seen = xcalloc(s.x.n, sizeof(*s.seen));
	s.look = xz_stream_new(&s.x);
	source_progress_begin(&s.progress, src, "reading", 0);
	p->stop_past = true;
	ret = ERR_NOTFOUND;
	for (size_t i = 0; ret == ERR_NOTFOUND && i < ARRAY_SIZE(orders[0]); i++) {
		pick_reorder(p, orders[src->variant != NULL][i]);
		ret = p->n ? read_in_order(&s, err) : 0;
	}
	/* Where there is no order to rely on all is read; what was seen stays so. */
	p->stop_past = false;
	source_progress_end(&s.progress);
	return ret;
}
