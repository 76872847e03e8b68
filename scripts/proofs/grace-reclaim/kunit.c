// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether the grace period may end yet: a client reclaims right after it was looked whether
 * somebody has.
 */
#include "grace.h"

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

static void grace_reclaim_exit(struct kunit *test)
{
	memset(&grace_late_client, 0, sizeof(grace_late_client));
	grace_exit(test);
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

static struct kunit_case grace_reclaim_cases[] = {
	KUNIT_CASE_PARAM(clients_that_reclaim_are_waited_for, grace_reclaiming_gen_params),
	KUNIT_CASE(a_reclaim_right_after_the_look_counts),
	{}
};

static struct kunit_suite grace_reclaim_suite = {
	.name = STABLEQ_SUITE,
	.init = grace_init,
	.exit = grace_reclaim_exit,
	.test_cases = grace_reclaim_cases,
};
kunit_test_suite(grace_reclaim_suite);
