/* SPDX-License-Identifier: GPL-2.0-only */
/* queue_private.h - what the files of the room share */
#ifndef STABLEQ_QUEUE_PRIVATE_H
#define STABLEQ_QUEUE_PRIVATE_H

#include "queue.h"

/** queue_check_requires() - @part: a patch may require what isn't listed. */
int queue_check_requires(const struct queue *q, bool part, struct err *err);

#endif
