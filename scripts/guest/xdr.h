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

void xdr_init(struct xdr *x, void *buf, size_t size);
size_t xdr_pos(const struct xdr *x);
size_t xdr_left(const struct xdr *x);

void xdr_put_u32(struct xdr *x, uint32_t v);
void xdr_put_u64(struct xdr *x, uint64_t v);
void xdr_put_bool(struct xdr *x, bool v);
void xdr_put_fixed(struct xdr *x, const void *data, size_t len);
void xdr_put_opaque(struct xdr *x, const void *data, size_t len);
void xdr_put_string(struct xdr *x, const char *s);
void xdr_put_bitmap(struct xdr *x, const uint32_t *words, uint32_t nr);
void xdr_set_u32(struct xdr *x, size_t pos, uint32_t v);

uint32_t xdr_get_u32(struct xdr *x);
uint64_t xdr_get_u64(struct xdr *x);
bool xdr_get_bool(struct xdr *x);
void xdr_get_fixed(struct xdr *x, void *data, size_t len);
const uint8_t *xdr_get_opaque(struct xdr *x, uint32_t max, uint32_t *len);
void xdr_get_string(struct xdr *x, char *s, size_t size);
void xdr_get_bitmap(struct xdr *x, uint32_t *words, uint32_t nr);
void xdr_skip(struct xdr *x, size_t len);

#endif
