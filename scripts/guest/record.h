/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Record marking: RPC messages on a byte stream (RFC 5531 section 11).
 *
 * A record is sent as one or more fragments, each behind a word whose top bit says "last" and whose
 * other bits are the length.
 */
#ifndef GUEST_RECORD_H
#define GUEST_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_LAST	0x80000000u
#define RECORD_MAX	(2u << 20)	/* no record of ours, or of nfsd, is longer */
#define RECORD_FRAGS	4096		/* nor has more fragments: a peer that sends empty ones */

/* What was received of the record that is on its way. */
struct record {
	uint8_t *buf;		/* the fragments so far, put together */
	size_t len;		/* bytes in @buf */
	size_t room;		/* bytes allocated */
	size_t max;		/* longest record that is accepted */
	uint8_t mark[4];	/* the word in front of a fragment */
	size_t mark_len;	/* bytes of @mark received */
	size_t frag_left;	/* bytes of the fragment still to come */
	unsigned int frags;	/* fragments begun */
	bool last;		/* the fragment is the last one */
};

/**
 * record_init() - get ready for the first record
 * @r: the reader
 * @max: longest record that is accepted, at most RECORD_MAX
 */
void record_init(struct record *r, size_t max);

/**
 * record_free() - let go of the buffer
 * @r: the reader
 */
void record_free(struct record *r);

/**
 * record_recv() - read what a socket has, up to the end of a record
 * @r: the reader
 * @fd: the socket; is not waited for
 *
 * Return: 1 when @r->buf holds a record of @r->len bytes; -EAGAIN when more must come first;
 * -ENOTCONN at the end of the stream, between records; -EPIPE when it ended within one;
 * -EMSGSIZE for a record that is too long; another negative errno from the socket.
 */
int record_recv(struct record *r, int fd);

/**
 * record_next() - forget the record that record_recv() completed, and expect another
 * @r: the reader
 */
void record_next(struct record *r);

/**
 * record_send() - send one record
 * @fd: the socket
 * @buf: the message
 * @len: its length
 * @frag: longest fragment, 0 for a single one
 *
 * Return: 0 or a negative errno.
 */
int record_send(int fd, const void *buf, size_t len, size_t frag);

#endif
