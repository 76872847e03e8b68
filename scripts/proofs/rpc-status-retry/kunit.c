// SPDX-License-Identifier: GPL-2.0-only
/*
 * rpc_status_retry_kunit.c - a second look at the status counter vouches for all that the dump read
 *
 * What another processor makes of a missing barrier cannot be seen on one. The order in which the
 * function loads and passes barriers can.
 */

struct rpc_status_order {
	struct rpc_status *rs;
	const void *ops;
	unsigned long ops_len;
	unsigned int looks;	/* loads of the counter */
	unsigned int read;	/* loads of the request since the last read barrier */
	unsigned int unordered;	/* the same, at the last look */
	bool counted;		/* the last load of all is among the latter */

	bool followed;		/* the array of operations was read from */
	unsigned int vouched;	/* looks until then */
	unsigned int doubtful;	/* loads that were unordered at the last of them */
};

static struct rpc_status_order rpc_status_order;

static void rpc_status_see_barrier(void)
{
	rpc_status_order.read = 0;
}

/* The load that was just done comes before what follows: smp_load_acquire() */
static void rpc_status_see_acquired(void)
{
	rpc_status_order.read -= rpc_status_order.counted;
	rpc_status_order.counted = false;
}

static void rpc_status_see_load(struct stableq_watch *watch, unsigned long addr)
{
	struct rpc_status_order *order = &rpc_status_order;
	struct svc_rqst *rqstp = order->rs->rqstp;
	bool of_array = addr - (unsigned long)order->ops < order->ops_len;

	order->counted = false;
	if (of_array && !order->followed) {
		order->followed = true;
		order->vouched = order->looks;
		order->doubtful = order->unordered;
	}
	if (addr == (unsigned long)&rqstp->rq_status_counter) {
		order->looks++;
		order->unordered = order->read;
	} else if (addr - (unsigned long)rqstp < sizeof(*rqstp) || of_array ||
		   addr - (unsigned long)rqstp->rq_argp < sizeof(struct nfsd4_compoundargs)) {
		order->counted = true;
		order->read++;
	}
	stableq_watch(watch);
}

static void rpc_status_dump_in_order(struct rpc_status *rs)
{
	rpc_status_order = (struct rpc_status_order){
		.rs = rs,
		.ops = rpc_status_args(rs)->ops,
		.ops_len = 9 * sizeof(struct nfsd4_op),
	};
	stableq_read_barrier = rpc_status_see_barrier;
	stableq_load_acquired = rpc_status_see_acquired;
	rpc_status_before_load(rs, NULL, ULONG_MAX, rpc_status_see_load);
	KUNIT_EXPECT_EQ(rs->test, rpc_status_dump(rs), 1);
	stableq_read_barrier = NULL;
	stableq_load_acquired = NULL;
}

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
	.name = "nfsd-rpc-status-retry",
	.init = rpc_status_init,
	.exit = rpc_status_exit,
	.test_cases = rpc_status_retry_cases,
};
kunit_test_suite(rpc_status_retry_suite);
