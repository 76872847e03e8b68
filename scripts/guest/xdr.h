/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * XDR (RFC 4506) over a buffer of known size.
 *
 * Errors stick: after the first one every put is dropped and every get gives zeroes, so that a
 * whole message is built or taken apart without a test a line, and @err is looked at once.
 */
#ifndef GUEST_XDR_H
#define GUEST_XDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xdr {
	uint8_t *start;		/* the buffer */
	uint8_t *p;		/* where the next item goes, or comes from */
	uint8_t *end;		/* first byte behind the buffer */
	int err;		/* 0, or the first error as a negative errno */
};

/**
 * xdr_init() - start encoding into, or decoding from, a buffer
 * @x: the stream
 * @buf: the bytes
 * @size: how many there are
 */
void xdr_init(struct xdr *x, void *buf, size_t size);

/**
 * xdr_pos() - how many bytes were written or read so far
 * @x: the stream
 */
size_t xdr_pos(const struct xdr *x);

/**
 * xdr_left() - how many bytes the buffer still has
 * @x: the stream
 */
size_t xdr_left(const struct xdr *x);

/**
 * xdr_put_u32() - encode an unsigned integer, an enum or a status (RFC 4506 sections 4.1 to 4.3)
 * @x: the stream; -ENOBUFS in @x->err when it is full
 * @v: the value
 */
void xdr_put_u32(struct xdr *x, uint32_t v);

/**
 * xdr_put_u64() - encode an unsigned hyper integer (RFC 4506 section 4.5)
 * @x: the stream
 * @v: the value
 */
void xdr_put_u64(struct xdr *x, uint64_t v);

/**
 * xdr_put_bool() - encode a boolean (RFC 4506 section 4.4)
 * @x: the stream
 * @v: the value
 */
void xdr_put_bool(struct xdr *x, bool v);

/**
 * xdr_put_fixed() - encode opaque data of a length both sides know (RFC 4506 section 4.9)
 * @x: the stream
 * @data: the bytes
 * @len: how many
 */
void xdr_put_fixed(struct xdr *x, const void *data, size_t len);

/**
 * xdr_put_opaque() - encode a length and as many bytes (RFC 4506 section 4.10)
 * @x: the stream
 * @data: the bytes
 * @len: how many
 */
void xdr_put_opaque(struct xdr *x, const void *data, size_t len);

/**
 * xdr_put_string() - encode a string, without its terminating zero (RFC 4506 section 4.11)
 * @x: the stream
 * @s: the string
 */
void xdr_put_string(struct xdr *x, const char *s);

/**
 * xdr_put_bitmap() - encode a bitmap4 (RFC 8881 section 3.2)
 * @x: the stream
 * @words: the words, lowest attributes first
 * @nr: how many; trailing zero words are not sent
 */
void xdr_put_bitmap(struct xdr *x, const uint32_t *words, uint32_t nr);

/**
 * xdr_set_u32() - overwrite a word that was encoded before, as a count that is known only later
 * @x: the stream
 * @pos: xdr_pos() of the word
 * @v: the new value
 */
void xdr_set_u32(struct xdr *x, size_t pos, uint32_t v);

/**
 * xdr_get_u32() - decode an unsigned integer, an enum or a status
 * @x: the stream; -EBADMSG in @x->err when it has ended
 */
uint32_t xdr_get_u32(struct xdr *x);

/**
 * xdr_get_u64() - decode an unsigned hyper integer
 * @x: the stream
 */
uint64_t xdr_get_u64(struct xdr *x);

/**
 * xdr_get_bool() - decode a boolean; anything but 0 and 1 is an error
 * @x: the stream
 */
bool xdr_get_bool(struct xdr *x);

/**
 * xdr_get_fixed() - decode opaque data of a known length
 * @x: the stream
 * @data: where to; zeroed when the stream is too short
 * @len: how many bytes
 */
void xdr_get_fixed(struct xdr *x, void *data, size_t len);

/**
 * xdr_get_opaque() - decode a length and as many bytes, which stay in the buffer
 * @x: the stream
 * @max: longest that is accepted
 * @len: set to the length, 0 on error
 *
 * Return: the bytes, or NULL on error.
 */
const uint8_t *xdr_get_opaque(struct xdr *x, uint32_t max, uint32_t *len);

/**
 * xdr_get_string() - decode a string
 * @x: the stream
 * @s: where to; always terminated
 * @size: room in @s; a longer string, and one with a zero inside, is an error
 */
void xdr_get_string(struct xdr *x, char *s, size_t size);

/**
 * xdr_get_bitmap() - decode a bitmap4 (RFC 8881 section 3.2)
 * @x: the stream
 * @words: where to; what was not sent is zero
 * @nr: words there is room for; bits in further ones are an error
 */
void xdr_get_bitmap(struct xdr *x, uint32_t *words, uint32_t nr);

/**
 * xdr_skip() - pass over opaque data of a known length
 * @x: the stream
 * @len: how many bytes, padding not counted
 */
void xdr_skip(struct xdr *x, size_t len);

#endif
