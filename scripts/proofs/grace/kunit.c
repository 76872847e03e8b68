// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of the grace period. Its trace event stands between the test whether it has ended and
 * what follows from that: there the suite lets the second caller in.
 */
#include "grace.h"

static void (*grace_second_caller)(struct grace_test *t);

static void stableq_grace_complete(struct nfsd_net *nn)
{
	void (*second)(struct grace_test *t) = grace_second_caller;

	trace_nfsd_grace_complete(nn);
	grace_second_caller = NULL;
	if (second)
		second(grace_now);
}

static void grace_callers_exit(struct kunit *test)
{
	grace_second_caller = NULL;
	grace_exit(test);
}

static void grace_by_laundromat(struct grace_test *t)
{
	nfs4_laundromat(t->nn);
}

static void grace_by_reclaim_complete(struct grace_test *t)
{
	nfsd4_reclaim_complete(NULL, &t->cstate, &t->op);
}

struct grace_callers_param {
	const char	*name;
	void		(*first)(struct grace_test *t);
	void		(*second)(struct grace_test *t);
};

static const struct grace_callers_param grace_callers_params[] = {
	{ "laundromat_first", grace_by_laundromat, grace_by_reclaim_complete },
	{ "last_client_first", grace_by_reclaim_complete, grace_by_laundromat },
	{ "laundromat_twice", grace_by_laundromat, grace_by_laundromat },
};

static void grace_callers_desc(const struct grace_callers_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(grace_callers, grace_callers_params, grace_callers_desc);

static void two_callers_end_the_grace_period_once(struct kunit *test)
{
	struct grace_test *t = test->priv;
	const struct grace_callers_param *p = test->param_value;

	grace_second_caller = p->second;
	p->first(t);
	KUNIT_EXPECT_TRUE(test, !grace_second_caller);
	KUNIT_EXPECT_EQ_MSG(test, stableq_cld_upcalls(Cld_GraceDone), 1,
			    "how often nfsdcld is told that the grace period is over");
	KUNIT_EXPECT_TRUE(test, grace_ended(t));
	KUNIT_EXPECT_FALSE(test, locks_in_grace(&init_net));
	KUNIT_EXPECT_EQ(test, t->nn->reclaim_str_hashtbl_size, 0);
}

static void ended_grace_period_stays_ended(struct kunit *test)
{
	struct grace_test *t = test->priv;

	KUNIT_EXPECT_FALSE(test, grace_ended(t));
	KUNIT_EXPECT_TRUE(test, locks_in_grace(&init_net));
	nfsd4_end_grace(t->nn);
	KUNIT_EXPECT_TRUE(test, grace_ended(t));
	KUNIT_EXPECT_FALSE(test, locks_in_grace(&init_net));
	nfsd4_end_grace(t->nn);
	grace_by_laundromat(t);
	KUNIT_EXPECT_EQ(test, stableq_cld_upcalls(Cld_GraceDone), 1);
}

static void last_reclaim_complete_ends_it(struct kunit *test)
{
	struct grace_test *t = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, stableq_reclaim_add(t->nn, "client-2"));
	grace_by_reclaim_complete(t);
	KUNIT_EXPECT_FALSE(test, grace_ended(t));
	/* the same client again doesn't count */
	grace_by_reclaim_complete(t);
	KUNIT_EXPECT_FALSE(test, grace_ended(t));

	clear_bit(NFSD4_CLIENT_RECLAIM_COMPLETE, &t->clp->cl_flags);
	t->clp->cl_name.data = (u8 *)"client-3";
	grace_by_reclaim_complete(t);
	KUNIT_EXPECT_FALSE(test, grace_ended(t));

	clear_bit(NFSD4_CLIENT_RECLAIM_COMPLETE, &t->clp->cl_flags);
	t->clp->cl_name.data = (u8 *)"client-2";
	grace_by_reclaim_complete(t);
	KUNIT_EXPECT_TRUE(test, grace_ended(t));
	KUNIT_EXPECT_EQ(test, stableq_cld_upcalls(Cld_GraceDone), 1);
}

static void trackers_without_a_tally_wait(struct kunit *test)
{
	struct grace_test *t = test->priv;

	stableq_set_flag(t->nn, TRACK_RECLAIM_COMPLETES, track_reclaim_completes, false);
	grace_by_reclaim_complete(t);
	KUNIT_EXPECT_FALSE(test, grace_ended(t));
	KUNIT_EXPECT_EQ(test, atomic_read(&t->nn->nr_reclaim_complete), 0);
}

static void grace_period_is_forced_to_end(struct kunit *test)
{
	struct grace_test *t = test->priv;

	/* not before clients are tracked */
	KUNIT_EXPECT_FALSE(test, nfsd4_force_end_grace(t->nn));
	KUNIT_EXPECT_FALSE(test, stableq_flag(t->nn, GRACE_END_FORCED, grace_end_forced));

	t->nn->client_tracking_active = true;
	/* forcing is stronger than a client that reclaims */
	stableq_set_flag(t->nn, SOMEBODY_RECLAIMED, somebody_reclaimed, true);
	KUNIT_EXPECT_TRUE(test, nfsd4_force_end_grace(t->nn));
	KUNIT_EXPECT_TRUE(test, stableq_flag(t->nn, GRACE_END_FORCED, grace_end_forced));
	flush_delayed_work(&t->nn->laundromat_work);
	KUNIT_EXPECT_TRUE(test, grace_ended(t));
	KUNIT_EXPECT_EQ(test, stableq_cld_upcalls(Cld_GraceDone), 1);

	/* nor afterwards */
	KUNIT_EXPECT_FALSE(test, nfsd4_force_end_grace(t->nn));
}

/* lockd is up by the time that the NFSv4 state is created */
static void new_start_begins_a_grace_period_of_its_own(struct kunit *test)
{
	struct grace_test *t = test->priv;
	struct nfsd_net *nn = t->nn;

	nfsd4_end_grace(nn);
	stableq_set_flag(nn, GRACE_END_FORCED, grace_end_forced, true);
	stableq_state_destroy(&init_net);
	stableq_set_flag(nn, LOCKD_UP, lockd_up, true);
	KUNIT_ASSERT_EQ(test, stableq_state_create(&init_net), 0);
	KUNIT_EXPECT_FALSE(test, grace_ended(t));
	KUNIT_EXPECT_FALSE(test, stableq_flag(nn, GRACE_END_FORCED, grace_end_forced));
	KUNIT_EXPECT_TRUE(test, stableq_flag(nn, LOCKD_UP, lockd_up));
	KUNIT_EXPECT_TRUE(test, stableq_flag(nn, TRACK_RECLAIM_COMPLETES,
					     track_reclaim_completes));
	stableq_set_flag(nn, LOCKD_UP, lockd_up, false);
	nfsd4_end_grace(nn);
	KUNIT_EXPECT_EQ(test, stableq_cld_upcalls(Cld_GraceDone), 2);
}

static struct kunit_case grace_cases[] = {
	KUNIT_CASE(ended_grace_period_stays_ended),
	KUNIT_CASE(last_reclaim_complete_ends_it),
	KUNIT_CASE(trackers_without_a_tally_wait),
	KUNIT_CASE(grace_period_is_forced_to_end),
	KUNIT_CASE(new_start_begins_a_grace_period_of_its_own),
	KUNIT_CASE_PARAM(two_callers_end_the_grace_period_once, grace_callers_gen_params),
	{}
};

static struct kunit_suite grace_suite = {
	.name = STABLEQ_SUITE,
	.init = grace_init,
	.exit = grace_callers_exit,
	.test_cases = grace_cases,
};
kunit_test_suite(grace_suite);
