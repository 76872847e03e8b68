// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dump follows the pointer to the operations only if the count that it read is of the same
 * request
 */
#include "rpc_status_order.h"

static void rpc_status_shrink_compound(struct stableq_watch *watch, unsigned long addr)
{
	struct rpc_status *rs = container_of(watch, struct rpc_status, watch);

	rs->fired++;
	rpc_status_done(rs);
	stableq_reader = &rs->reader;
	nfsd4_release_compoundargs(rs->rqstp);
}

/* The count is of an array that is replaced by the inline one before the dump looks for it */
static void the_count_is_of_the_array(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin_compound(rs, 9);
	rpc_status_before_load(rs, &rpc_status_args(rs)->ops, sizeof(void *),
			       rpc_status_shrink_compound);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 0);
	KUNIT_ASSERT_EQ(test, rs->fired, 1);
	stableq_reader_gone();
}

/* Nothing may be sure of the array before the look that comes between is behind a barrier */
static void a_look_comes_before_the_array(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin_compound(rs, 9);
	rpc_status_dump_in_order(rs);
	rpc_status_expect_ops(rs, 9);
	rpc_status_done(rs);
	nfsd4_release_compoundargs(rs->rqstp);
	KUNIT_ASSERT_TRUE(test, rpc_status_order.followed);
	KUNIT_EXPECT_GE_MSG(test, rpc_status_order.vouched, 2,
			    "the array is read before a second look at the counter");
	KUNIT_EXPECT_EQ_MSG(test, rpc_status_order.doubtful, 0,
			    "no read barrier before the look that vouches for the array");
}

static unsigned int rpc_status_nth_load;

/*
 * The thread's request is over, and the next one is being decoded: its count is stored, and its
 * array isn't allocated yet.
 */
static void rpc_status_decode_next(struct stableq_watch *watch, unsigned long addr)
{
	struct rpc_status *rs = container_of(watch, struct rpc_status, watch);

	if (rs->fired++ != rpc_status_nth_load) {
		stableq_watch(watch);
		return;
	}
	rpc_status_done(rs);
	rs->rqstp->rq_xid = cpu_to_be32(0x5eed0002);
	rpc_status_args(rs)->ops = rpc_status_args(rs)->iops;
	rpc_status_args(rs)->opcnt = 20;
}

/*
 * Whichever of the dump's loads from the arguments it is that the request ends before. One that
 * ends behind the last of them may be reported.
 */
static void the_next_compound_comes_at_any_time(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct nfsd4_op *ops;
	int n;

	for (rpc_status_nth_load = 0;; rpc_status_nth_load++) {
		rpc_status_begin_compound(rs, 9);
		ops = rpc_status_args(rs)->ops;
		rs->fired = 0;
		rpc_status_before_load(rs, rs->rqstp->rq_argp, sizeof(struct nfsd4_compoundargs),
				       rpc_status_decode_next);
		n = rpc_status_dump(rs);
		rpc_status_args(rs)->ops = ops;
		if (rs->fired <= rpc_status_nth_load)
			rpc_status_done(rs);
		nfsd4_release_compoundargs(rs->rqstp);
		KUNIT_ASSERT_GT_MSG(test, rs->fired, 0, "the dump doesn't read the arguments");
		KUNIT_EXPECT_EQ_MSG(test, n, rs->fired <= rpc_status_nth_load,
				    "load %u", rpc_status_nth_load);
		if (rs->fired <= rpc_status_nth_load)
			break;
	}
}

static struct kunit_case rpc_status_order_cases[] = {
	KUNIT_CASE(a_look_comes_before_the_array),
	KUNIT_CASE(the_next_compound_comes_at_any_time),
	KUNIT_CASE(the_count_is_of_the_array),
	{}
};

static struct kunit_suite rpc_status_order_suite = {
	.name = STABLEQ_SUITE,
	.init = rpc_status_init,
	.exit = rpc_status_exit,
	.test_cases = rpc_status_order_cases,
};
kunit_test_suite(rpc_status_order_suite);
