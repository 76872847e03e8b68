/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reader.h - a reader that is under way while nfs4xdr.c frees
 *
 * On one processor without preemption nobody can wait for the end of a grace period while a reader
 * stands in its section. Here the reader itself calls what frees; the unit's kvfree_call_rcu(), or
 * its vfree() behind a synchronize_rcu(), keeps what it would have to wait for until the reader has
 * left.
 */
#ifndef STABLEQ_READER_H
#define STABLEQ_READER_H

#include <linux/rcupdate.h>

struct stableq_reader {
	void *kept;
	bool waited;		/* for a grace period */
	const void *watched;	/* what a grace period is waited for */
	void (*freeing)(struct stableq_reader *reader, const void *ptr);
	void *priv;
};

/* Set while there is a reader */
extern struct stableq_reader *stableq_reader;

void stableq_synchronize_rcu(void);
void stableq_vfree(const void *ptr);
void stableq_kvfree_call_rcu(struct rcu_head *head, void *ptr);

/* The reader has left its section */
void stableq_reader_gone(void);

#endif
