// SPDX-License-Identifier: GPL-2.0-only
#include "patch/content.h"

#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

/* What the lines of a file and of all that was made of it point into. */
struct pool {
	unsigned int holders;
	char **v;
	size_t n;
};

struct content {
	unsigned int holders;
	struct pool *pool;
	struct span text;	/* in one piece, if @whole; this or @lines is there, or both */
	bool whole;
	char *joined;		/* @text, when it was made of the lines */
	struct lines lines;	/* if @cut */
	bool cut;
};

static void pool_put(struct pool *p)
{
	if (__atomic_sub_fetch(&p->holders, 1, __ATOMIC_ACQ_REL))
		return;
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i]);
	free(p->v);
	free(p);
}

static struct content *content_alloc(struct pool *pool)
{
	struct content *c = xcalloc(1, sizeof(*c));

	c->holders = 1;
	c->pool = pool;
	__atomic_add_fetch(&pool->holders, 1, __ATOMIC_RELAXED);
	return c;
}

struct content *content_take(struct str *text)
{
	struct content *c = content_alloc(xcalloc(1, sizeof(struct pool)));

	c->text.len = text->len;
	c->text.p = str_take(text);
	c->whole = true;
	/* Never written to through the span. */
	ARRAY_PUSH(c->pool->v, c->pool->n) = (char *)c->text.p;
	return c;
}

struct content *content_new(struct span text)
{
	struct str copy = STR_INIT;

	str_add(&copy, text.p, text.len);
	return content_take(&copy);
}

struct content *content_over(struct content *from, struct lines *lines, char **added,
			     size_t nadded)
{
	struct content *c = content_alloc(from->pool);

	c->lines = *lines;
	c->cut = true;
	*lines = (struct lines){ 0 };
	for (size_t i = 0; i < nadded; i++)
		ARRAY_PUSH(c->pool->v, c->pool->n) = added[i];
	free(added);
	return c;
}

struct content *content_get(struct content *c)
{
	__atomic_add_fetch(&c->holders, 1, __ATOMIC_RELAXED);
	return c;
}

void content_put(struct content *c)
{
	if (!c || __atomic_sub_fetch(&c->holders, 1, __ATOMIC_ACQ_REL))
		return;
	pool_put(c->pool);
	free(c->lines.v);
	free(c->joined);
	free(c);
}

struct lines *content_lines(struct content *c)
{
	struct span rest = c->text;
	size_t room = rest.len / 24 + 8;

	if (c->cut)
		return &c->lines;
	c->lines.v = xmalloc(size_class(room * sizeof(*c->lines.v)));
	while (rest.len) {
		const char *nl = memchr(rest.p, '\n', rest.len);
		size_t len = nl ? (size_t)(nl - rest.p) + 1 : rest.len;

		if (c->lines.n == room)
			c->lines.v = xrealloc(c->lines.v, (room *= 2) * sizeof(*c->lines.v));
		c->lines.v[c->lines.n++] = (struct line){ rest.p, (uint32_t)len, 0 };
		rest.p += len;
		rest.len -= len;
	}
	/* It may stay for long. */
	if (c->lines.n < room / 4 * 3)
		c->lines.v = xrealloc(c->lines.v, size_class(c->lines.n * sizeof(*c->lines.v)));
	c->cut = true;
	return &c->lines;
}

/* Its text may be joined at the same time, by the thread that applies. */
static bool is_whole(const struct content *c)
{
	return __atomic_load_n(&c->whole, __ATOMIC_ACQUIRE);
}

static int write_pieces(int fd, struct iovec *v, int n)
{
	while (n) {
		ssize_t done = writev(fd, v, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -1;
		for (; n && done > 0 && (size_t)done >= v->iov_len; v++, n--)
			done -= (ssize_t)v->iov_len;
		if (n && done > 0) {
			v->iov_base = (char *)v->iov_base + done;
			v->iov_len -= (size_t)done;
		}
	}
	return 0;
}

/* Line @i and all behind it that lie one behind the other. Return: the line after those. */
static size_t run_of(const struct lines *l, size_t i, struct iovec *run)
{
	const char *p = l->v[i].p;
	size_t len = 0;

	for (; i < l->n && l->v[i].p == p + len; i++)
		len += l->v[i].len;
	/* Only read from. */
	*run = (struct iovec){ (char *)p, len };
	return i;
}

int content_write(const struct content *c, int fd)
{
	struct iovec v[64];
	int n = 0;

	if (is_whole(c)) {
		v[0] = (struct iovec){ (char *)c->text.p, c->text.len };
		return c->text.len ? write_pieces(fd, v, 1) : 0;
	}
	for (size_t i = 0; i < c->lines.n; ) {
		i = run_of(&c->lines, i, &v[n++]);
		if (n == (int)ARRAY_SIZE(v) || i == c->lines.n) {
			if (write_pieces(fd, v, n) < 0)
				return -1;
			n = 0;
		}
	}
	return 0;
}

void content_copy(const struct content *c, struct str *to)
{
	size_t n = 0;
	char *at;

	if (is_whole(c)) {
		str_add(to, c->text.p, c->text.len);
		return;
	}
	for (size_t i = 0; i < c->lines.n; i++)
		n += c->lines.v[i].len;
	at = str_reserve(to, n);
	for (size_t i = 0; i < c->lines.n;) {
		struct iovec run;

		i = run_of(&c->lines, i, &run);
		memcpy(at, run.iov_base, run.iov_len);
		at += run.iov_len;
	}
	*at = '\0';
	to->len += n;
}

struct span content_text(struct content *c)
{
	struct str text = STR_INIT;

	if (!c->whole) {
		content_copy(c, &text);
		c->text.len = text.len;
		c->joined = str_take(&text);
		c->text.p = c->joined;
		__atomic_store_n(&c->whole, true, __ATOMIC_RELEASE);
	}
	return c->text;
}

bool content_empty(const struct content *c)
{
	return c->whole ? !c->text.len : !c->lines.n;
}

bool content_eq(struct content *a, struct content *b)
{
	return a == b || span_eq(content_text(a), content_text(b));
}

uint32_t line_hash(struct line *l)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ l->len, w;
	const char *p = l->p;
	size_t n = l->len;

	if (l->hash)
		return l->hash;
	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&w, p, 8);
		h = (h ^ w) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	w = 0;
	memcpy(&w, p, n);
	h = (h ^ w) * 0xff51afd7ed558ccdu;
	l->hash = (uint32_t)(h >> 32) | 1;
	return l->hash;
}
