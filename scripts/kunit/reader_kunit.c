// SPDX-License-Identifier: GPL-2.0-only
/*
 * reader_kunit.c - what reader.h declares, and the calls of the unit that go there
 */
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "reader.h"

struct stableq_reader *stableq_reader;

void stableq_vfree(const void *ptr)
{
	if (stableq_reader && stableq_reader->freeing)
		stableq_reader->freeing(stableq_reader, ptr);
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
	WARN_ON(stableq_reader->kept);
	stableq_reader->kept = ptr;
}

void stableq_reader_gone(void)
{
	struct stableq_reader *reader = stableq_reader;

	stableq_reader = NULL;
	if (reader->kept)
		kvfree_call_rcu(NULL, reader->kept);
}

#define vfree stableq_vfree
#define kvfree_call_rcu stableq_kvfree_call_rcu
