/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grace.h - a grace period of nfsd with one client that may reclaim, behind nfs4state.c
 */
#ifndef STABLEQ_GRACE_H
#define STABLEQ_GRACE_H

#include "stableq.h"
#include "stableq_state.h"
#include "stableq_cld.h"

/*
 * The bool may have another name, see grace-reclaim/nfs4state_early.h. Here nobody counts who
 * looks.
 */
#ifdef somebody_reclaimed
#undef somebody_reclaimed
#define somebody_reclaimed somebody_reclaimed_at[0]
#endif

struct grace_test {
	struct nfsd_net			*nn;
	struct nfs4_client		*clp;
	struct nfsd4_compound_state	cstate;
	union nfsd4_op_u		op;
};

static struct grace_test *grace_now;

static int grace_init(struct kunit *test)
{
	struct grace_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	static char name[] = "client-1";

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->clp = kunit_kzalloc(test, sizeof(*t->clp), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->clp);
	t->nn = net_generic(&init_net, nfsd_net_id);
	KUNIT_ASSERT_EQ(test, stableq_state_create(&init_net), 0);
	KUNIT_ASSERT_EQ(test, stableq_cld_start(&init_net, 1), 0);
	KUNIT_ASSERT_EQ(test, nfsd4_create_laundry_wq(), 0);
	nfsd4_ssc_init_umount_work(t->nn);
	locks_start_grace(&init_net, &t->nn->nfsd4_manager);

	t->clp->net = &init_net;
	t->clp->cl_time = 1;
	t->clp->cl_name.data = (u8 *)name;
	t->clp->cl_name.len = strlen(name);
	t->cstate.clp = t->clp;
	KUNIT_ASSERT_NOT_NULL(test, stableq_reclaim_add(t->nn, name));
	grace_now = t;
	test->priv = t;
	return 0;
}

static void grace_exit(struct kunit *test)
{
	struct grace_test *t = test->priv;

	if (!t)
		return;
	stableq_set_flag(t->nn, SOMEBODY_RECLAIMED, somebody_reclaimed, false);
	cancel_delayed_work_sync(&t->nn->laundromat_work);
	locks_end_grace(&t->nn->nfsd4_manager);
	nfsd4_destroy_laundry_wq();
	stableq_cld_stop(&init_net);
	stableq_state_destroy(&init_net);
	rcu_barrier();
}

static bool grace_ended(struct grace_test *t)
{
	return stableq_flag(t->nn, GRACE_ENDED, grace_ended);
}

#endif
