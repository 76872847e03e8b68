// SPDX-License-Identifier: GPL-2.0-only
/* XDR (RFC 4506): bounded encoding and decoding. */
#include <errno.h>
#include <string.h>

#include "xdr.h"

/* XDR items fill whole words (RFC 4506 section 3). */
static size_t padded(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

static void fail(struct xdr *x, int err)
{
	if (!x->err)
		x->err = err;
}

/* Claims @len bytes, or returns NULL and leaves the error behind. */
static uint8_t *claim(struct xdr *x, size_t len, int err)
{
	uint8_t *p = x->p;

	if (x->err)
		return NULL;
	if (len > xdr_left(x)) {
		fail(x, err);
		return NULL;
	}
	x->p += len;
	return p;
}

void xdr_init(struct xdr *x, void *buf, size_t size)
{
	x->start = buf;
	x->p = buf;
	x->end = x->start + size;
	x->err = 0;
}

size_t xdr_pos(const struct xdr *x)
{
	return (size_t)(x->p - x->start);
}

size_t xdr_left(const struct xdr *x)
{
	return (size_t)(x->end - x->p);
}

void xdr_put_u32(struct xdr *x, uint32_t v)
{
	uint8_t *p = claim(x, 4, -ENOBUFS);

	if (!p)
		return;
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

void xdr_put_u64(struct xdr *x, uint64_t v)
{
	xdr_put_u32(x, (uint32_t)(v >> 32));
	xdr_put_u32(x, (uint32_t)v);
}

void xdr_put_bool(struct xdr *x, bool v)
{
	xdr_put_u32(x, v);
}

void xdr_put_fixed(struct xdr *x, const void *data, size_t len)
{
	uint8_t *p;

	if (len > xdr_left(x)) {
		fail(x, -ENOBUFS);
		return;
	}
	p = claim(x, padded(len), -ENOBUFS);
	if (!p || !len)
		return;
	memcpy(p, data, len);
	memset(p + len, 0, padded(len) - len);
}

void xdr_put_opaque(struct xdr *x, const void *data, size_t len)
{
	if (len > UINT32_MAX) {
		fail(x, -ENOBUFS);
		return;
	}
	xdr_put_u32(x, (uint32_t)len);
	xdr_put_fixed(x, data, len);
}

void xdr_put_string(struct xdr *x, const char *s)
{
	xdr_put_opaque(x, s, strlen(s));
}

void xdr_put_bitmap(struct xdr *x, const uint32_t *words, uint32_t nr)
{
	while (nr && !words[nr - 1])
		nr--;
	xdr_put_u32(x, nr);
	for (uint32_t i = 0; i < nr; i++)
		xdr_put_u32(x, words[i]);
}

void xdr_set_u32(struct xdr *x, size_t pos, uint32_t v)
{
	struct xdr at;

	if (x->err)
		return;
	if (pos + 4 > xdr_pos(x)) {
		fail(x, -EINVAL);
		return;
	}
	xdr_init(&at, x->start + pos, 4);
	xdr_put_u32(&at, v);
}

uint32_t xdr_get_u32(struct xdr *x)
{
	const uint8_t *p = claim(x, 4, -EBADMSG);

	if (!p)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

uint64_t xdr_get_u64(struct xdr *x)
{
	uint64_t high = xdr_get_u32(x);

	return high << 32 | xdr_get_u32(x);
}

bool xdr_get_bool(struct xdr *x)
{
	uint32_t v = xdr_get_u32(x);

	if (v > 1)
		fail(x, -EBADMSG);
	return v == 1;
}

void xdr_get_fixed(struct xdr *x, void *data, size_t len)
{
	const uint8_t *p = NULL;

	if (len <= xdr_left(x))
		p = claim(x, padded(len), -EBADMSG);
	else
		fail(x, -EBADMSG);
	if (p)
		memcpy(data, p, len);
	else
		memset(data, 0, len);
}

const uint8_t *xdr_get_opaque(struct xdr *x, uint32_t max, uint32_t *len)
{
	uint32_t n = xdr_get_u32(x);
	const uint8_t *p = NULL;

	if (n > max || n > xdr_left(x))
		fail(x, -EBADMSG);
	else
		p = claim(x, padded(n), -EBADMSG);
	*len = p ? n : 0;
	return p;
}

void xdr_get_string(struct xdr *x, char *s, size_t size)
{
	uint32_t len;
	const uint8_t *p = xdr_get_opaque(x, (uint32_t)size - 1, &len);

	if (p && memchr(p, 0, len))
		fail(x, -EBADMSG);
	if (p && !x->err)
		memcpy(s, p, len);
	else
		len = 0;
	s[len] = '\0';
}

void xdr_get_bitmap(struct xdr *x, uint32_t *words, uint32_t nr)
{
	uint32_t sent = xdr_get_u32(x);

	memset(words, 0, nr * sizeof(*words));
	if (sent > xdr_left(x) / 4) {
		fail(x, -EBADMSG);
		return;
	}
	for (uint32_t i = 0; i < sent; i++) {
		uint32_t word = xdr_get_u32(x);

		if (i < nr)
			words[i] = word;
		else if (word)
			fail(x, -EBADMSG);
	}
}

void xdr_skip(struct xdr *x, size_t len)
{
	if (len > xdr_left(x))
		fail(x, -EBADMSG);
	else
		claim(x, padded(len), -EBADMSG);
}
