// SPDX-License-Identifier: GPL-2.0-only
/*
 * grace_kunit.c - what grace.h declares, and the calls of the unit that go there
 */
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "grace.h"

struct stableq_grace *stableq_grace;

void stableq_vfree(const void *ptr)
{
	if (stableq_grace && stableq_grace->freeing)
		stableq_grace->freeing(stableq_grace, ptr);
	vfree(ptr);
}

void stableq_kvfree_call_rcu(struct rcu_head *head, void *ptr)
{
	if (stableq_grace && stableq_grace->freeing)
		stableq_grace->freeing(stableq_grace, ptr);
	if (!stableq_grace || head) {
		kvfree_call_rcu(head, ptr);
		return;
	}
	WARN_ON(stableq_grace->kept);
	stableq_grace->kept = ptr;
}

void stableq_grace_end(void)
{
	struct stableq_grace *grace = stableq_grace;

	stableq_grace = NULL;
	if (grace->kept)
		kvfree_call_rcu(NULL, grace->kept);
}

#define vfree stableq_vfree
#define kvfree_call_rcu stableq_kvfree_call_rcu
