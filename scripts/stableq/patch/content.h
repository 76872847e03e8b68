/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch/content.h - what is in a file, shared by all who hold it
 *
 * A content never changes once it is made. What a patch makes of one is another, which borrows
 * every line that the hunks left alone; the bytes that they add are kept with it, so that no patch
 * has to outlive the files it changed.
 */
#ifndef STABLEQ_CONTENT_H
#define STABLEQ_CONTENT_H

#include "patch/patch.h"

struct line {
	const char *p;		/* with its newline; only a file's last line may lack one */
	uint32_t len;
	uint32_t hash;		/* of its bytes, see line_hash(); 0: nobody asked yet */
};

/* A file cut into lines. */
struct lines {
	struct line *v;
	size_t n;
};

/* No line is longer, since no file that is patched is. */
#define CONTENT_MAX ((size_t)UINT32_MAX)

struct content;

/** content_new() - a copy of @text, held by the caller until content_put(). */
struct content *content_new(struct span text);

/** content_take() - the same of a buffer, which is empty then. */
struct content *content_take(struct str *text);

/**
 * content_over() - what a patch made of another content
 * @from: some of the lines are its
 * @lines: taken over; empty then
 * @added: texts that the other lines point into; taken over, also the array
 * @nadded: how many
 */
struct content *content_over(struct content *from, struct lines *lines, char **added,
			     size_t nadded);

/** content_get() - hold it once more. Return: @c. */
struct content *content_get(struct content *c);

/** content_put() - hold it no longer; NULL is fine. Any thread may. */
void content_put(struct content *c);

/** content_lines() - good as long as it is held; nothing of it changes but a hash that was 0. */
struct lines *content_lines(struct content *c);

/** content_text() - its bytes in one piece, good as long as it is held. */
struct span content_text(struct content *c);

/** content_copy() - its bytes are added to @to; any thread may, whatever another does with it. */
void content_copy(const struct content *c, struct str *to);

/** content_write() - its bytes go to a descriptor, from any thread. Return: 0, or -1 and errno. */
int content_write(const struct content *c, int fd);

/** content_empty() - has it no bytes? */
bool content_empty(const struct content *c);

/** content_eq() - are the bytes the same? */
bool content_eq(struct content *a, struct content *b);

/** line_eq() - are the bytes of two lines the same? */
static inline bool line_eq(const struct line *a, struct span b)
{
	return a->len == b.len && (!b.len || memcmp(a->p, b.p, b.len) == 0);
}

/** line_hash() - made when first asked for. Never 0. */
uint32_t line_hash(struct line *l);

#endif
