// SPDX-License-Identifier: GPL-2.0-only
/*
 * A few files out of a large .tar.xz. xz -T writes blocks that can be decoded one by one, with an
 * index at the end (The .xz File Format, tukaani.org). A kernel's archive is sorted, so the block
 * that has a path is found by bisection over the first path in each block, and only the beginning
 * of a block has to be decoded to know that. An archive that turns out not to be sorted, or not to
 * have blocks, is read from end to end by the caller instead.
 *
 * One block is given to libarchive as a whole .xz file of its own: the header of the real one, the
 * block, and an index and a footer made for it.
 */
#include "source/xz.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>

#include "base/fs.h"
#include "source/progress.h"

#define HEAD ((size_t)12)	/* stream header, and footer too */
#define SECTOR 512
#define MIN_BLOCKS 4		/* below that, reading on costs no more than looking around */
#define MAX_BLOCKS ((size_t)65536)
#define CHUNK 65536

struct block {
	uint64_t at, size;	/* in the file; size without its padding */
	uint64_t uat, usize;	/* decoded */
	char *first;		/* path of the first entry that begins in it; NULL: not known */
	uint64_t first_at;	/* where that stands, decoded */
	bool looked;
};

struct xz {
	const char *path;
	int fd;
	unsigned char head[HEAD];
	struct block *b;
	size_t n;
	struct source_progress progress;
	uint64_t decoded;
};

/* Decoded bytes from some block on. */
struct stream {
	struct xz *x;
	size_t block;		/* the one that @a decodes */
	struct archive *a;
	unsigned char tail[HEAD + 32];
	size_t tail_len;
	uint64_t done;		/* bytes of the made-up file that were handed out */
	unsigned char in[CHUNK];
	unsigned char out[CHUNK];
	uint64_t at;		/* decoded offset of the next byte */
};

static uint32_t crc32_of(const unsigned char *p, size_t n)
{
	uint32_t c = ~0U;

	while (n--) {
		c ^= *p++;
		for (int i = 0; i < 8; i++)
			c = c >> 1 ^ (c & 1 ? 0xedb88320U : 0);
	}
	return ~c;
}

static uint32_t get32(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put32(unsigned char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

static bool get_number(const unsigned char **p, const unsigned char *end, uint64_t *v)
{
	*v = 0;
	for (int shift = 0; *p < end && shift < 63; shift += 7) {
		unsigned char c = *(*p)++;

		*v |= (uint64_t)(c & 0x7f) << shift;
		if (!(c & 0x80))
			return true;
	}
	return false;
}

static unsigned char *put_number(unsigned char *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*p++ = (unsigned char)(v | 0x80);
	*p++ = (unsigned char)v;
	return p;
}

static bool read_at(int fd, void *to, size_t n, uint64_t at)
{
	char *p = to;

	while (n) {
		ssize_t got = pread(fd, p, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
		at += (uint64_t)got;
	}
	return true;
}

static bool take_index(struct xz *x, const unsigned char *p, size_t n)
{
	const unsigned char *end = p + n - 4;
	uint64_t count, at = HEAD, uat = 0;

	if (get32(end) != crc32_of(p, n - 4) || *p++ != 0 || !get_number(&p, end, &count) ||
	    count < MIN_BLOCKS || count > MAX_BLOCKS)
		return false;
	x->b = xcalloc(count, sizeof(*x->b));
	x->n = count;
	for (uint64_t i = 0; i < count; i++) {
		struct block *b = &x->b[i];

		*b = (struct block){ .at = at, .uat = uat };
		if (!get_number(&p, end, &b->size) || !get_number(&p, end, &b->usize) ||
		    b->size > UINT32_MAX || b->usize > (uint64_t)1 << 40)
			return false;
		at += (b->size + 3) / 4 * 4;
		uat += b->usize;
	}
	/* That the blocks fill the file says that it is one stream. */
	return lseek(x->fd, 0, SEEK_END) == (off_t)(at + n + HEAD);
}

/* Is this an .xz of one stream with an index that can be trusted? */
static bool open_xz(struct xz *x)
{
	static const unsigned char magic[] = { 0xfd, '7', 'z', 'X', 'Z', 0 };
	unsigned char foot[HEAD], *index;
	off_t size = lseek(x->fd, 0, SEEK_END);
	size_t n;
	bool ok;

	if (size < (off_t)(4 * HEAD) || !read_at(x->fd, x->head, HEAD, 0) ||
	    !read_at(x->fd, foot, HEAD, (uint64_t)size - HEAD))
		return false;
	if (memcmp(x->head, magic, sizeof(magic)) != 0 || foot[10] != 'Y' || foot[11] != 'Z' ||
	    memcmp(foot + 8, x->head + 6, 2) != 0 || get32(foot) != crc32_of(foot + 4, 6))
		return false;
	n = ((size_t)get32(foot + 4) + 1) * 4;
	if (n < 8 || n > (size_t)size - 2 * HEAD || n > MAX_BLOCKS * 20)
		return false;
	index = xmalloc(n);
	ok = read_at(x->fd, index, n, (uint64_t)size - HEAD - n) && take_index(x, index, n);
	free(index);
	return ok;
}

static void close_xz(struct xz *x)
{
	for (size_t i = 0; i < x->n; i++)
		free(x->b[i].first);
	free(x->b);
	closep(&x->fd);
}

/* Index and footer for one block. */
static void make_tail(struct stream *s, const struct block *b)
{
	unsigned char *p = s->tail, *foot;

	*p++ = 0;
	*p++ = 1;
	p = put_number(p, b->size);
	p = put_number(p, b->usize);
	while ((p - s->tail) % 4)
		*p++ = 0;
	put32(p, crc32_of(s->tail, (size_t)(p - s->tail)));
	p += 4;
	foot = p;
	put32(foot + 4, (uint32_t)((foot - s->tail) / 4 - 1));
	memcpy(foot + 8, s->x->head + 6, 2);
	put32(foot, crc32_of(foot + 4, 6));
	foot[10] = 'Y';
	foot[11] = 'Z';
	s->tail_len = (size_t)(foot + HEAD - s->tail);
}

static la_ssize_t feed(struct archive *a, void *ctx, const void **buf)
{
	struct stream *s = ctx;
	const struct block *b = &s->x->b[s->block];
	uint64_t body = (b->size + 3) / 4 * 4, at = s->done;
	size_t n;

	if (at < HEAD) {
		*buf = s->x->head;
		n = HEAD;
	} else if (at < HEAD + body) {
		n = (size_t)MIN(HEAD + body - at, (uint64_t)CHUNK);
		if (!read_at(s->x->fd, s->in, n, b->at + at - HEAD)) {
			archive_set_error(a, EIO, "cannot be read");
			return ARCHIVE_FATAL;
		}
		*buf = s->in;
	} else {
		*buf = s->tail;
		n = at == HEAD + body ? s->tail_len : 0;
	}
	s->done += n;
	return (la_ssize_t)n;
}

static int broken(const struct stream *s, struct err *err)
{
	const char *why = s->a ? archive_error_string(s->a) : NULL;

	return err_set(err, ERR_INPUT, "%s: damaged (%s); delete it, so that it is fetched again, "
		       "or put a whole one there", s->x->path, why ? why : "unknown error");
}

static int open_block(struct stream *s, size_t block, struct err *err)
{
	struct archive_entry *e;

	if (s->a)
		archive_read_free(s->a);
	s->block = block;
	s->done = 0;
	s->at = s->x->b[block].uat;
	make_tail(s, &s->x->b[block]);
	s->a = archive_read_new();
	if (!s->a)
		return err_set(err, ERR_SYSTEM, "out of memory");
	archive_read_support_filter_xz(s->a);
	archive_read_support_format_raw(s->a);
	if (archive_read_open(s->a, s, NULL, feed, NULL) != ARCHIVE_OK ||
	    archive_read_next_header(s->a, &e) != ARCHIVE_OK)
		return broken(s, err);
	return 0;
}

/* Up to @n bytes of the current block, or of the next when it has ended; 0 at the end of all. */
static la_ssize_t stream_read(struct stream *s, void *to, size_t n, struct err *err)
{
	la_ssize_t got = archive_read_data(s->a, to, n);

	while (got == 0 && s->block + 1 < s->x->n) {
		if (open_block(s, s->block + 1, err))
			return -1;
		got = archive_read_data(s->a, to, n);
	}
	if (got < 0) {
		broken(s, err);
		return -1;
	}
	s->at += (uint64_t)got;
	s->x->decoded += (uint64_t)got;
	return got;
}

static bool stream_full(struct stream *s, void *to, size_t n, struct err *err)
{
	char *p = to;

	while (n) {
		la_ssize_t got = stream_read(s, p, MIN(n, (size_t)CHUNK), err);

		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

static void stream_close(struct stream *s)
{
	if (s->a)
		archive_read_free(s->a);
	s->a = NULL;
}

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

/* Find the first entry that begins in block @i. Return: 0, also when there is none; errors. */
static int look(struct xz *x, struct stream *s, size_t i, struct err *err)
{
	struct block *b = &x->b[i];
	uint64_t at = (b->uat + SECTOR - 1) / SECTOR * SECTOR;
	unsigned char h[SECTOR];
	int ret;

	if (b->looked)
		return 0;
	ret = open_block(s, i, err);
	if (ret)
		return ret;
	if (at > b->uat && !stream_full(s, h, (size_t)(at - b->uat), err))
		return ERR_INPUT;
	for (; at + SECTOR <= b->uat + b->usize; at += SECTOR) {
		_cleanup_str_ struct str name = STR_INIT, path = STR_INIT;

		if (!stream_full(s, h, sizeof(h), err))
			return ERR_INPUT;
		if (!is_header(h))
			continue;
		header_path(h, &name);
		if (tar_path(x->path, name.s, &path, NULL))
			continue;
		if (h[156] == '5')
			str_addc(&path, '/');
		b->first = str_take(&path);
		b->first_at = at;
		break;
	}
	b->looked = true;
	return source_interrupted(err);
}

/* The last block from @lo on whose first entry comes before @path: reading starts there. */
static int bisect(struct xz *x, struct stream *s, const struct pick *p, size_t next, size_t lo,
		  size_t *to, struct err *err)
{
	const char *path = p->paths[next];
	size_t hi = x->n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2, m = mid;

		/* A large file may fill a block, in which then nothing begins: look back. */
		for (; m > lo; m--) {
			int ret = look(x, s, m, err);

			if (ret)
				return ret;
			if (x->b[m].first)
				break;
		}
		if (m == lo || p->order(x->b[m].first, path) < 0)
			lo = mid;
		else
			hi = m;
	}
	/* lo may be a block in which nothing begins, chosen for what is before it. */
	while (lo && !x->b[lo].first && x->b[lo].looked)
		lo--;
	*to = lo;
	return 0;
}

/*
 * Do the first paths that are known stand in order? Where they do, from one end of the archive to
 * the other, and so do all entries that are read, it is taken as sorted.
 */
static int check_order(struct xz *x, struct stream *s, struct pick *p, struct err *err)
{
	const char *before = "";
	int ret = look(x, s, x->n - 1, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < x->n; i++) {
		if (!x->b[i].first)
			continue;
		if (p->order(before, x->b[i].first) >= 0)
			p->unsorted = true;
		before = x->b[i].first;
	}
	return p->unsorted ? ERR_NOTFOUND : 0;
}

static la_ssize_t feed_tar(struct archive *a, void *ctx, const void **buf)
{
	struct stream *s = ctx;
	_cleanup_err_ struct err err = ERR_INIT;
	la_ssize_t n = stream_read(s, s->out, sizeof(s->out), &err);

	if (n < 0) {
		archive_set_error(a, EIO, "%s", err.msg);
		return ARCHIVE_FATAL;
	}
	source_progress(&s->x->progress, s->x->decoded);
	*buf = s->out;
	return n;
}

static size_t block_at(const struct xz *x, uint64_t at)
{
	size_t i = 0;

	while (i + 1 < x->n && x->b[i + 1].uat <= at)
		i++;
	return i;
}

/*
 * Read on from block @from while that is where the next wanted path is. @block is where it stopped
 * and @next the path that is wanted next; p->n when there is none.
 */
static int read_from(struct xz *x, struct stream *look_stream, struct pick *p, size_t from,
		     size_t *block, size_t *next, struct err *err)
{
	struct stream *s = xcalloc(1, sizeof(*s));
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	uint64_t begin = from ? x->b[from].first_at : 0;
	size_t to;
	int ret, got;

	s->x = x;
	ret = open_block(s, from, err);
	while (!ret && s->at < begin)
		if (!stream_full(s, s->out, (size_t)MIN(begin - s->at, (uint64_t)CHUNK), err))
			ret = ERR_INPUT;
	archive_read_support_format_tar(a);
	if (!ret && archive_read_open(a, s, NULL, feed_tar, NULL) != ARCHIVE_OK)
		ret = err_set(err, ERR_INPUT, "%s: %s", x->path, archive_error_string(a));
	while (!ret) {
		got = archive_read_next_header(a, &e);
		*next = got == ARCHIVE_EOF ? p->n : *next;
		if (got == ARCHIVE_EOF)
			break;
		if (got != ARCHIVE_OK && got != ARCHIVE_WARN) {
			ret = err_set(err, ERR_INPUT, "%s: damaged (%s); delete it, so that it is "
				      "fetched again, or put a whole one there", x->path,
				      archive_error_string(a));
			break;
		}
		ret = pick_entry(p, x->path, a, e, err);
		if (!ret && p->unsorted)
			ret = ERR_NOTFOUND;
		if (ret || !p->prev.len || p->order(p->prev.s, p->paths[*next]) < 0)
			continue;
		/* Past it, found or not: is the next one far away? */
		while (*next < p->n && p->order(p->prev.s, p->paths[*next]) >= 0)
			++*next;
		if (*next == p->n)
			break;
		*block = block_at(x, begin + (uint64_t)archive_read_header_position(a));
		ret = bisect(x, look_stream, p, *next, *block, &to, err);
		if (!ret && to != *block) {
			*block = to;
			break;
		}
	}
	if (ret == 1) {
		*next = p->n;
		ret = 0;
	}
	if (!ret)
		ret = source_interrupted(err);
	archive_read_free(a);
	stream_close(s);
	free(s);
	return ret;
}

static int read_in_order(struct xz *x, struct stream *s, struct pick *p, struct err *err)
{
	size_t block = 0, next = 0;
	int ret = bisect(x, s, p, 0, 0, &block, err);

	while (!ret && next < p->n) {
		ret = check_order(x, s, p, err);
		if (!ret)
			ret = read_from(x, s, p, block, &block, &next, err);
	}
	return ret;
}

int source_xz_read(struct source *src, struct pick *p, struct err *err)
{
	/* A wrong one is found out late, so the likeliest comes first. */
	static const path_order_fn upstream[] = { path_order_git, path_order_names, path_order_lines };
	static const path_order_fn package[] = { path_order_lines, path_order_names, path_order_git };
	const path_order_fn *orders = src->variant ? package : upstream;
	struct xz x = { .path = src->path, .fd = open(src->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) };
	struct stream *s = NULL;
	int ret = ERR_NOTFOUND;

	if (x.fd < 0)
		return err_sys(err, "%s", src->path);
	if (!open_xz(&x))
		goto out;
	s = xcalloc(1, sizeof(*s));
	s->x = &x;
	source_progress_begin(&x.progress, src, "reading", 0);
	p->stop_past = true;
	for (size_t i = 0; ret == ERR_NOTFOUND && i < ARRAY_SIZE(upstream); i++) {
		pick_reorder(p, orders[i]);
		ret = p->n ? read_in_order(&x, s, p, err) : 0;
	}
	/* Where there is no order to rely on all is read; what was seen stays so. */
	p->stop_past = false;
	source_progress_end(&x.progress);
out:
	if (s)
		stream_close(s);
	free(s);
	close_xz(&x);
	return ret;
}
