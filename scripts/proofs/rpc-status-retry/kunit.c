// SPDX-License-Identifier: GPL-2.0-only
/* A second look at the status counter vouches for all that the dump read. */
#include "rpc_status_order.h"

static void rpc_status_expect_order(struct rpc_status *rs)
{
	rpc_status_dump_in_order(rs);
	KUNIT_ASSERT_GE(rs->test, rpc_status_order.looks, 2);
	KUNIT_EXPECT_EQ_MSG(rs->test, rpc_status_order.unordered, 0,
			    "no read barrier before the last look at the counter");
}

static void a_compound_is_read_before_the_last_look(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin_compound(rs, 9);
	rpc_status_expect_order(rs);
	rpc_status_expect_ops(rs, 9);
	rpc_status_done(rs);
	nfsd4_release_compoundargs(rs->rqstp);
}

static void a_request_is_read_before_the_last_look(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin(rs, 3, 1);
	rpc_status_expect_order(rs);
	rpc_status_done(rs);
}

static void rpc_status_end_request(struct stableq_watch *watch, unsigned long addr)
{
	struct rpc_status *rs = container_of(watch, struct rpc_status, watch);

	rs->fired++;
	rpc_status_done(rs);
}

static void rpc_status_end_and_begin(struct stableq_watch *watch, unsigned long addr)
{
	struct rpc_status *rs = container_of(watch, struct rpc_status, watch);

	rs->fired++;
	rpc_status_done(rs);
	rpc_status_begin(rs, 3, 2);
}

static void a_request_that_ends_meanwhile_is_left_out(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin(rs, 3, 1);
	rpc_status_before_load(rs, &rs->rqstp->rq_prog, sizeof(u32), rpc_status_end_request);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 0);
	KUNIT_EXPECT_EQ(test, rs->fired, 1);
}

static void two_requests_are_not_mixed(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin(rs, 3, 1);
	rpc_status_before_load(rs, &rs->rqstp->rq_prog, sizeof(u32), rpc_status_end_and_begin);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 0);
	KUNIT_EXPECT_EQ(test, rs->fired, 1);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 1);
	rpc_status_done(rs);
}

static struct kunit_case rpc_status_retry_cases[] = {
	KUNIT_CASE(a_request_that_ends_meanwhile_is_left_out),
	KUNIT_CASE(two_requests_are_not_mixed),
	KUNIT_CASE(a_request_is_read_before_the_last_look),
	KUNIT_CASE(a_compound_is_read_before_the_last_look),
	{}
};

static struct kunit_suite rpc_status_retry_suite = {
	.name = STABLEQ_SUITE,
	.init = rpc_status_init,
	.exit = rpc_status_exit,
	.test_cases = rpc_status_retry_cases,
};
kunit_test_suite(rpc_status_retry_suite);
