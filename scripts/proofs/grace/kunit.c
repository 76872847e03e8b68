// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of the grace period. Its trace event stands between the test whether it has ended and
 * what follows from that: there the suite lets the second caller in. And whether it may end yet:
 * there a client reclaims right after the flag was looked at.
 */
#include "state_kunit.h"
#include "recover_kunit.h"

struct grace_test {
	struct nfsd_net			*nn;
	struct nfs4_client		*clp;
	struct nfsd4_compound_state	cstate;
	union nfsd4_op_u		op;
};

static void (*grace_second_caller)(struct grace_test *t);
static struct grace_test *grace_now;

static void stableq_grace_complete(struct nfsd_net *nn)
{
	void (*second)(struct grace_test *t) = grace_second_caller;

	trace_nfsd_grace_complete(nn);
	grace_second_caller = NULL;
	if (second)
		second(grace_now);
}

/* A client that comes when the flag was looked at. Only the first one counts. */
static struct {
	bool	armed;
	int	accesses;	/* to the bool, which is read and then written */
} grace_late_client;

static void grace_reclaim_now(struct nfsd_net *nn)
{
	grace_late_client.armed = false;
	stableq_set_flag(nn, SOMEBODY_RECLAIMED, somebody_reclaimed, true);
}

static bool stableq_grace_looked(long nr, const volatile unsigned long *addr, bool was)
{
#ifdef STABLEQ_NET_FLAGS
	if (grace_late_client.armed && addr == &grace_now->nn->flags &&
	    nr == NFSD_NET_SOMEBODY_RECLAIMED)
		grace_reclaim_now(grace_now->nn);
#endif
	return was;
}

/* The index of the only one. Its second access comes behind the look. */
static int __maybe_unused stableq_grace_access(void)
{
	if (grace_late_client.armed && ++grace_late_client.accesses == 2)
		grace_reclaim_now(grace_now->nn);
	return 0;
}

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
	grace_second_caller = NULL;
	memset(&grace_late_client, 0, sizeof(grace_late_client));
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

struct grace_reclaiming_param {
	const char	*name;
	bool		somebody;
	bool		forced;
	int		complete;	/* of one client */
	bool		late;		/* two lease times are over */
	bool		ret;
	bool		somebody_after;
};

static const struct grace_reclaiming_param grace_reclaiming_params[] = {
	{ "nobody" },
	{ "somebody", .somebody = true, .ret = true },
	{ "somebody_too_late", .somebody = true, .late = true },
	{ "forced", .somebody = true, .forced = true, .somebody_after = true },
	{ "all_complete", .somebody = true, .complete = 1, .somebody_after = true },
};

static void grace_reclaiming_desc(const struct grace_reclaiming_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(grace_reclaiming, grace_reclaiming_params, grace_reclaiming_desc);

static void clients_that_reclaim_are_waited_for(struct kunit *test)
{
	struct grace_test *t = test->priv;
	const struct grace_reclaiming_param *p = test->param_value;
	struct nfsd_net *nn = t->nn;
	time64_t start = p->late ? -3 * nn->nfsd4_lease : 0;

	stableq_set_flag(nn, SOMEBODY_RECLAIMED, somebody_reclaimed, p->somebody);
	stableq_set_flag(nn, GRACE_END_FORCED, grace_end_forced, p->forced);
	atomic_set(&nn->nr_reclaim_complete, p->complete);
	/* what the clock since boot is compared with: its own start, or by mistake the real one */
#ifdef STABLEQ_BOOT_TIME_BT
	nn->boot_time_bt = start;
#else
	nn->boot_time = start;
#endif
	KUNIT_EXPECT_EQ(test, clients_still_reclaiming(nn), p->ret);
	KUNIT_EXPECT_EQ(test, stableq_flag(nn, SOMEBODY_RECLAIMED, somebody_reclaimed),
			p->somebody_after);
	if (!p->ret)
		return;
	/* the laundromat asks again a lease time later */
	KUNIT_EXPECT_FALSE(test, clients_still_reclaiming(nn));
	stableq_set_flag(nn, SOMEBODY_RECLAIMED, somebody_reclaimed, true);
	nfs4_laundromat(nn);
	KUNIT_EXPECT_FALSE(test, grace_ended(t));
	nfs4_laundromat(nn);
	KUNIT_EXPECT_TRUE(test, grace_ended(t));
}

static void a_reclaim_right_after_the_look_counts(struct kunit *test)
{
	struct grace_test *t = test->priv;
	struct nfsd_net *nn = t->nn;

#ifdef STABLEQ_BOOT_TIME_BT
	nn->boot_time_bt = 0;
#else
	nn->boot_time = 0;
#endif
	stableq_set_flag(nn, SOMEBODY_RECLAIMED, somebody_reclaimed, true);
	grace_late_client.armed = true;
	KUNIT_EXPECT_TRUE(test, clients_still_reclaiming(nn));
	KUNIT_EXPECT_FALSE(test, grace_late_client.armed);
	KUNIT_EXPECT_TRUE_MSG(test, stableq_flag(nn, SOMEBODY_RECLAIMED, somebody_reclaimed),
			      "a client that has just reclaimed is forgotten");
	nfs4_laundromat(nn);
	KUNIT_EXPECT_FALSE_MSG(test, grace_ended(t),
			       "the grace period ends while a client reclaims");
	/* once waited for, it is not waited for again */
	nfs4_laundromat(nn);
	KUNIT_EXPECT_TRUE(test, grace_ended(t));
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
	.name = "nfsd-grace",
	.init = grace_init,
	.exit = grace_exit,
	.test_cases = grace_cases,
};

static struct kunit_case grace_reclaim_cases[] = {
	KUNIT_CASE_PARAM(clients_that_reclaim_are_waited_for, grace_reclaiming_gen_params),
	KUNIT_CASE(a_reclaim_right_after_the_look_counts),
	{}
};

static struct kunit_suite grace_reclaim_suite = {
	.name = "nfsd-grace-reclaim",
	.init = grace_init,
	.exit = grace_exit,
	.test_cases = grace_reclaim_cases,
};
kunit_test_suites(&grace_suite, &grace_reclaim_suite);
