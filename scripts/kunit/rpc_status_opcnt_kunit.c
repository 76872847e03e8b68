// SPDX-License-Identifier: GPL-2.0-only
/*
 * rpc_status_opcnt_kunit.c - the count of operations goes with them, and no dump applies it to the
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

static void the_count_goes_with_the_operations(struct kunit *test)
{
	const unsigned int *opcnt = test->param_value;
	struct rpc_status *rs = test->priv;
	struct nfsd4_compoundargs *args = rpc_status_args(rs);

	rpc_status_begin_compound(rs, *opcnt);
	rpc_status_done(rs);
	nfsd4_release_compoundargs(rs->rqstp);
	KUNIT_EXPECT_EQ(test, args->opcnt, 0);
	KUNIT_EXPECT_PTR_EQ(test, args->ops, &args->iops[0]);
	KUNIT_EXPECT_NULL(test, args->to_free);
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

/* nfsd_dispatch() doesn't call a request done that it drops or answers from the reply cache */
static void a_dropped_compound_is_dumped_after_its_release(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin_compound(rs, 9);
	nfsd4_release_compoundargs(rs->rqstp);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 1);
	rpc_status_expect_ops(rs, 0);
	rpc_status_done(rs);
}

static struct kunit_case rpc_status_opcnt_cases[] = {
	KUNIT_CASE_PARAM(a_compound_is_dumped_in_order, rpc_status_opcnt_gen_params),
	KUNIT_CASE(compounds_follow_each_other),
	KUNIT_CASE(another_version_or_procedure_has_no_operations),
	KUNIT_CASE_PARAM(the_count_goes_with_the_operations, rpc_status_opcnt_gen_params),
	KUNIT_CASE(a_dropped_compound_is_dumped_after_its_release),
	{}
};

static struct kunit_suite rpc_status_opcnt_suite = {
	.name = "nfsd-rpc-status-opcnt",
	.init = rpc_status_init,
	.exit = rpc_status_exit,
	.test_cases = rpc_status_opcnt_cases,
};
kunit_test_suite(rpc_status_opcnt_suite);
