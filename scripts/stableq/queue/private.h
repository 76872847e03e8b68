/* SPDX-License-Identifier: GPL-2.0-only */
/* queue/private.h - what the files of the room share */
#ifndef STABLEQ_QUEUE_PRIVATE_H
#define STABLEQ_QUEUE_PRIVATE_H

#include "queue/queue.h"

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
