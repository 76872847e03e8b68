/* SPDX-License-Identifier: GPL-2.0-only */
/* queue/private.h - what the files of the room share */
#ifndef STABLEQ_QUEUE_PRIVATE_H
#define STABLEQ_QUEUE_PRIVATE_H

#include "queue/queue.h"

/** queue_load_as() - queue_load_part(), or with @whole queue_load(), read in either way */
int queue_load_as(struct queue *q, const char *dir, const char *series, bool whole,
		  enum patch_reading reading, struct err *err);

/** queue_is_packed() - how much of its name says so; queue_unpack() - @text is replaced. */
size_t queue_is_packed(struct span name);
int queue_unpack(const char *path, struct str *text, struct err *err);

/** queue_check_requires() - @part: a patch may require what isn't listed. */
int queue_check_requires(const struct queue *q, bool part, struct err *err);

/**
 * queue_field() - is @line "NAME: value"? @value is trimmed; names compare without case, as in
 * mail.
 */
bool queue_field(struct span line, const char *name, struct span *value);

/**
 * queue_provenance_line() - take a line of the message that tells where the fix comes from
 * @why: what is wrong with it, or NULL; static
 *
 * Return: true if it is such a line.
 */
bool queue_provenance_line(struct queue_patch *qp, struct span line, const char **why);

#endif
