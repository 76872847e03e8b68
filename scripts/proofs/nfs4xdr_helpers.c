// SPDX-License-Identifier: GPL-2.0-only
/*
 * What reader.h declares: no suite of an older server reads while nfs4xdr.c frees.
 */
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "reader.h"

struct stableq_reader *stableq_reader;

static void keep(struct stableq_reader *reader, void *ptr)
{
	WARN_ON(reader->kept);
	reader->kept = ptr;
}

void stableq_synchronize_rcu(void)
{
	if (!stableq_reader) {
		synchronize_rcu();
		return;
	}
	if (stableq_reader->freeing && stableq_reader->watched)
		stableq_reader->freeing(stableq_reader, stableq_reader->watched);
	stableq_reader->waited = true;
}

void stableq_vfree(const void *ptr)
{
	if (stableq_reader && stableq_reader->freeing)
		stableq_reader->freeing(stableq_reader, ptr);
	if (stableq_reader && stableq_reader->waited)
		keep(stableq_reader, (void *)ptr);
	else
		vfree(ptr);
}

void stableq_kvfree_call_rcu(struct rcu_head *head, void *ptr)
{
	if (stableq_reader && stableq_reader->freeing)
		stableq_reader->freeing(stableq_reader, ptr);
	if (!stableq_reader || head) {
		kvfree_call_rcu(head, ptr);
		return;
	}
	keep(stableq_reader, ptr);
}

void stableq_reader_gone(void)
{
	struct stableq_reader *reader = stableq_reader;

	stableq_reader = NULL;
	if (reader->kept)
		kvfree_call_rcu(NULL, reader->kept);
}
#endif
