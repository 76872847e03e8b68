// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whatever count of operations the dump reads, it copies no more than it
 * has room for
 */

/*
 * Behind the room for as many as a compound may have there is padding, and then KASAN's red zone.
 * Some more is seen there and does no harm.
 */
#define RPC_STATUS_TOO_MANY (NFSD_MAX_OPS_PER_COMPOUND + 6)

static bool rpc_status_clamped;

/*
 * A compound in progress whose count says @opcnt, and an array that is as long, if that can be had
 */
static struct nfsd4_op *rpc_status_begin_miscounted(struct rpc_status *rs, u32 opcnt)
{
	struct nfsd4_op *ops;
	unsigned int i;

	ops = kunit_kcalloc(rs->test, RPC_STATUS_TOO_MANY, sizeof(*ops), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(rs->test, ops);
	for (i = 0; i < RPC_STATUS_TOO_MANY; i++)
		ops[i].opnum = rpc_status_opnum(i);
	memset(rs->rqstp->rq_argp, 0, sizeof(struct nfsd4_compoundargs));
	rpc_status_args(rs)->ops = ops;
	rpc_status_args(rs)->opcnt = opcnt;
	rpc_status_begin(rs, 4, NFSPROC4_COMPOUND);
	return ops;
}

static void rpc_status_end_miscounted(struct rpc_status *rs)
{
	rpc_status_done(rs);
	rpc_status_args(rs)->ops = rpc_status_args(rs)->iops;
	rpc_status_args(rs)->opcnt = 0;
}

/*
 * The thread may as well be left out, since no compound has so many. Return: how many operations
 * are reported.
 */
static unsigned int rpc_status_expect_clamped(struct rpc_status *rs)
{
	int n = rpc_status_dump(rs);
	unsigned int opcnt;

	KUNIT_ASSERT_GE(rs->test, n, 0);
	if (!n)
		return 0;
	opcnt = rpc_status_parsed(rs)->opcnt;
	KUNIT_EXPECT_LE_MSG(rs->test, opcnt, NFSD_MAX_OPS_PER_COMPOUND,
			    "more operations are copied than there is room for");
	rpc_status_expect_ops(rs, opcnt);
	return opcnt;
}

static void a_count_that_is_right_is_kept(struct kunit *test)
{
	static const u32 opcnt[] = { 0, 1, 8, NFSD_MAX_OPS_PER_COMPOUND };
	struct rpc_status *rs = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opcnt); i++) {
		rpc_status_begin_miscounted(rs, opcnt[i]);
		KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 1);
		rpc_status_expect_ops(rs, opcnt[i]);
		rpc_status_end_miscounted(rs);
	}
}

static void no_more_is_copied_than_there_is_room_for(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin_miscounted(rs, RPC_STATUS_TOO_MANY);
	rpc_status_clamped = rpc_status_expect_clamped(rs) < RPC_STATUS_TOO_MANY;
	rpc_status_end_miscounted(rs);
}

static unsigned int rpc_status_nth;

static void rpc_status_miscount(struct stableq_watch *watch, unsigned long addr)
{
	struct rpc_status *rs = container_of(watch, struct rpc_status, watch);

	if (rs->fired++ == rpc_status_nth)
		rpc_status_args(rs)->opcnt = RPC_STATUS_TOO_MANY;
	else
		stableq_watch(watch);
}

/* However often the count is read, and wherever it changes in between */
static void a_count_that_changes_is_limited_all_the_same(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	for (rpc_status_nth = 0;; rpc_status_nth++) {
		rpc_status_begin_miscounted(rs, 3);
		rs->fired = 0;
		rpc_status_before_load(rs, &rpc_status_args(rs)->opcnt, sizeof(u32),
				       rpc_status_miscount);
		rpc_status_expect_clamped(rs);
		rpc_status_end_miscounted(rs);
		KUNIT_ASSERT_GT_MSG(test, rs->fired, 0, "the dump doesn't read the count");
		if (rs->fired <= rpc_status_nth)
			break;
	}
}

/* No kernel that copies as many lives to tell */
static void any_count_at_all_is_limited(struct kunit *test)
{
	static const u32 opcnt[] = { 0x7fffffff, 0x80000000, 0xffffffff };
	struct rpc_status *rs = test->priv;
	unsigned int i;

	if (!rpc_status_clamped)
		kunit_skip(test, "nothing limits the count");
	for (i = 0; i < ARRAY_SIZE(opcnt); i++) {
		rpc_status_begin_miscounted(rs, opcnt[i]);
		rpc_status_expect_clamped(rs);
		rpc_status_end_miscounted(rs);
	}
}

static struct kunit_case rpc_status_clamp_cases[] = {
	KUNIT_CASE(a_count_that_is_right_is_kept),
	KUNIT_CASE(no_more_is_copied_than_there_is_room_for),
	KUNIT_CASE(a_count_that_changes_is_limited_all_the_same),
	KUNIT_CASE(any_count_at_all_is_limited),
	{}
};

static struct kunit_suite rpc_status_clamp_suite = {
	.name = STABLEQ_SUITE,
	.init = rpc_status_init,
	.exit = rpc_status_exit,
	.test_cases = rpc_status_clamp_cases,
};
kunit_test_suite(rpc_status_clamp_suite);
