// SPDX-License-Identifier: GPL-2.0-only
/*
 * The count of operations goes with them, and no dump applies it to the
 * inline array
 */

/* Inline (up to 8), and in an array of their own */
static const unsigned int rpc_status_opcnts[] = { 1, 8, 9, 20, NFSD_MAX_OPS_PER_COMPOUND };

static void rpc_status_opcnt_desc(const unsigned int *opcnt, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u operations", *opcnt);
}
KUNIT_ARRAY_PARAM(rpc_status_opcnt, rpc_status_opcnts, rpc_status_opcnt_desc);

static void a_compound_is_dumped_in_order(struct kunit *test)
{
	const unsigned int *opcnt = test->param_value;
	struct rpc_status *rs = test->priv;

	rpc_status_begin_compound(rs, *opcnt);
	KUNIT_EXPECT_EQ(test, rpc_status_args(rs)->ops == rpc_status_args(rs)->iops, *opcnt <= 8);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 1);
	rpc_status_expect_ops(rs, *opcnt);
	rpc_status_done(rs);
	nfsd4_release_compoundargs(rs->rqstp);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 0);
}

/*
 * Where nfsd_dispatch() doesn't call a request done that it drops or answers from the reply cache,
 * the thread may be looked at; that it is left out is as good an answer as that it has none.
 */
static void rpc_status_expect_no_ops(struct rpc_status *rs)
{
	int n = rpc_status_dump(rs);

	KUNIT_ASSERT_GE(rs->test, n, 0);
	if (n)
		KUNIT_EXPECT_EQ_MSG(rs->test, rpc_status_parsed(rs)->opcnt, 0,
				    "operations are reported that are released");
}

static void released_operations_are_not_reported(struct kunit *test)
{
	static const unsigned int opcnt[] = { 1, 8 };
	struct rpc_status *rs = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opcnt); i++) {
		rpc_status_begin_compound(rs, opcnt[i]);
		nfsd4_release_compoundargs(rs->rqstp);
		rpc_status_expect_no_ops(rs);
		rpc_status_done(rs);
	}
}

static void compounds_follow_each_other(struct kunit *test)
{
	static const unsigned int opcnt[] = { 20, 3, 50, 8, 9 };
	struct rpc_status *rs = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opcnt); i++) {
		rpc_status_begin_compound(rs, opcnt[i]);
		KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 1);
		rpc_status_expect_ops(rs, opcnt[i]);
		rpc_status_done(rs);
		nfsd4_release_compoundargs(rs->rqstp);
	}
}

static void another_version_or_procedure_has_no_operations(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin(rs, 3, NFSPROC4_COMPOUND);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 1);
	rpc_status_expect_ops(rs, 0);
	rpc_status_done(rs);
	rpc_status_begin(rs, 4, NFSPROC4_NULL);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 1);
	rpc_status_expect_ops(rs, 0);
	rpc_status_done(rs);
}

/* The count of an array that is gone isn't applied to the inline one */
static void a_dropped_compound_is_dumped_after_its_release(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin_compound(rs, 9);
	nfsd4_release_compoundargs(rs->rqstp);
	rpc_status_expect_no_ops(rs);
	rpc_status_done(rs);
}

static struct kunit_case rpc_status_opcnt_cases[] = {
	KUNIT_CASE_PARAM(a_compound_is_dumped_in_order, rpc_status_opcnt_gen_params),
	KUNIT_CASE(compounds_follow_each_other),
	KUNIT_CASE(another_version_or_procedure_has_no_operations),
	KUNIT_CASE(released_operations_are_not_reported),
	KUNIT_CASE(a_dropped_compound_is_dumped_after_its_release),
	{}
};

static struct kunit_suite rpc_status_opcnt_suite = {
	.name = STABLEQ_SUITE,
	.init = rpc_status_init,
	.exit = rpc_status_exit,
	.test_cases = rpc_status_opcnt_cases,
};
kunit_test_suite(rpc_status_opcnt_suite);
