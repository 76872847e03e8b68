// SPDX-License-Identifier: GPL-2.0-only
/* Record marking (RFC 5531 section 11). */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "record.h"

void record_init(struct record *r, size_t max)
{
	memset(r, 0, sizeof(*r));
	r->max = max < RECORD_MAX ? max : RECORD_MAX;
}

void record_free(struct record *r)
{
	free(r->buf);
	memset(r, 0, sizeof(*r));
}

void record_next(struct record *r)
{
	r->len = 0;
	r->mark_len = 0;
	r->frag_left = 0;
	r->frags = 0;
	r->last = false;
}

static int begin_fragment(struct record *r)
{
	uint32_t mark = (uint32_t)r->mark[0] << 24 | (uint32_t)r->mark[1] << 16 |
			(uint32_t)r->mark[2] << 8 | r->mark[3];
	size_t need;

	r->last = mark & RECORD_LAST;
	r->frag_left = mark & ~RECORD_LAST;
	/* The announced length is checked before a byte of it is stored. */
	if (r->frag_left > r->max - r->len || ++r->frags > RECORD_FRAGS)
		return -EMSGSIZE;
	need = r->len + r->frag_left;
	if (need > r->room || !r->buf) {
		uint8_t *buf = realloc(r->buf, need ? need : 1);

		if (!buf)
			return -ENOMEM;
		r->buf = buf;
		r->room = need;
	}
	return 0;
}

/* Reads what is there into [p, p + *want), counts it off, and says whether more is to be had. */
static ssize_t take(int fd, void *p, size_t want)
{
	ssize_t n;

	do {
		n = recv(fd, p, want, MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EWOULDBLOCK ? -EAGAIN : -errno;
	return n;
}

int record_recv(struct record *r, int fd)
{
	for (;;) {
		ssize_t n;

		if (r->mark_len < sizeof(r->mark)) {
			n = take(fd, r->mark + r->mark_len, sizeof(r->mark) - r->mark_len);
			if (n == 0)
				return r->mark_len || r->frags ? -EPIPE : -ENOTCONN;
			if (n < 0)
				return (int)n;
			r->mark_len += (size_t)n;
			if (r->mark_len < sizeof(r->mark))
				continue;
			n = begin_fragment(r);
			if (n)
				return (int)n;
		}
		while (r->frag_left) {
			n = take(fd, r->buf + r->len, r->frag_left);
			if (n == 0)
				return -EPIPE;
			if (n < 0)
				return (int)n;
			r->len += (size_t)n;
			r->frag_left -= (size_t)n;
		}
		if (r->last)
			return 1;
		r->mark_len = 0;
	}
}

static int send_all(int fd, const uint8_t *p, size_t len, int flags)
{
	while (len) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL | flags);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			struct pollfd pfd = { .fd = fd, .events = POLLOUT };

			if (poll(&pfd, 1, -1) < 0 && errno != EINTR)
				return -errno;
			continue;
		}
		if (n < 0)
			return -errno;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int record_send(int fd, const void *buf, size_t len, size_t frag)
{
	const uint8_t *p = buf;

	if (len > RECORD_MAX)
		return -EMSGSIZE;
	do {
		size_t n = frag && frag < len ? frag : len;
		uint32_t mark = (uint32_t)n | (n == len ? RECORD_LAST : 0);
		uint8_t word[4] = { (uint8_t)(mark >> 24), (uint8_t)(mark >> 16),
				    (uint8_t)(mark >> 8), (uint8_t)mark };
		/* MSG_MORE: mark and data leave in one segment, with no wait for an answer. */
		int err = send_all(fd, word, sizeof(word), n ? MSG_MORE : 0);

		if (!err)
			err = send_all(fd, p, n, 0);
		if (err)
			return err;
		p += n;
		len -= n;
	} while (len);
	return 0;
}
