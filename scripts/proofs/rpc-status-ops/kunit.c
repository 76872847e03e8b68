// SPDX-License-Identifier: GPL-2.0-only
/*
 * The array of a long compound's operations outlives who has found it
 * before its release
 */

#include <linux/vmalloc.h>

#define RPC_STATUS_LONG 20

static bool rpc_status_mapped(const void *ptr)
{
	return find_vm_area(ptr);
}

static void the_array_is_freed(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct nfsd4_compoundargs *args = rpc_status_args(rs);
	const void *ops;

	rpc_status_begin_compound(rs, RPC_STATUS_LONG);
	rpc_status_done(rs);
	ops = args->ops;
	KUNIT_ASSERT_TRUE(test, rpc_status_mapped(ops));
	nfsd4_release_compoundargs(rs->rqstp);
	kvfree_rcu_barrier();
	KUNIT_EXPECT_FALSE(test, rpc_status_mapped(ops));
	KUNIT_EXPECT_PTR_EQ(test, args->ops, &args->iops[0]);
}

static void releasing_twice_is_harmless(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct nfsd4_compoundargs *args = rpc_status_args(rs);

	rpc_status_begin_compound(rs, RPC_STATUS_LONG);
	rpc_status_done(rs);
	nfsd4_release_compoundargs(rs->rqstp);
	nfsd4_release_compoundargs(rs->rqstp);
	KUNIT_EXPECT_PTR_EQ(test, args->ops, &args->iops[0]);
}

static void the_inline_array_stays(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct nfsd4_compoundargs *args = rpc_status_args(rs);

	rpc_status_begin_compound(rs, 8);
	rpc_status_done(rs);
	stableq_reader = &rs->reader;
	nfsd4_release_compoundargs(rs->rqstp);
	stableq_reader_gone();
	KUNIT_EXPECT_NULL(test, rs->reader.kept);
	KUNIT_EXPECT_PTR_EQ(test, args->ops, &args->iops[0]);
	KUNIT_EXPECT_EQ(test, args->iops[7].opnum, rpc_status_opnum(7));
}

static void rpc_status_expect_hidden(struct stableq_reader *reader, const void *ptr)
{
	struct rpc_status *rs = reader->priv;

	rs->fired++;
	KUNIT_EXPECT_PTR_NE_MSG(rs->test, (const void *)rpc_status_args(rs)->ops, ptr,
				"args->ops points to what is being freed");
}

static void the_array_is_hidden_before_it_is_freed(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin_compound(rs, RPC_STATUS_LONG);
	rpc_status_done(rs);
	rs->reader.freeing = rpc_status_expect_hidden;
	rs->reader.priv = rs;
	rs->reader.watched = rpc_status_args(rs)->ops;
	stableq_reader = &rs->reader;
	nfsd4_release_compoundargs(rs->rqstp);
	stableq_reader_gone();
	KUNIT_EXPECT_GE(test, rs->fired, 1);
}

static void the_array_outlives_a_reader(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct nfsd4_op *ops;
	bool mapped;
	u32 opnum;

	rpc_status_begin_compound(rs, RPC_STATUS_LONG);
	rcu_read_lock();
	ops = READ_ONCE(rpc_status_args(rs)->ops);
	rpc_status_done(rs);
	stableq_reader = &rs->reader;
	nfsd4_release_compoundargs(rs->rqstp);
	mapped = rpc_status_mapped(ops);
	opnum = mapped ? ops[RPC_STATUS_LONG - 1].opnum : 0;
	rcu_read_unlock();
	stableq_reader_gone();
	kvfree_rcu_barrier();
	KUNIT_EXPECT_TRUE_MSG(test, mapped, "the array is freed under its reader");
	if (mapped)
		KUNIT_EXPECT_EQ(test, opnum, rpc_status_opnum(RPC_STATUS_LONG - 1));
	KUNIT_EXPECT_FALSE(test, rpc_status_mapped(ops));
}

static void rpc_status_end_compound(struct stableq_watch *watch, unsigned long addr)
{
	struct rpc_status *rs = container_of(watch, struct rpc_status, watch);
	const void *ops = rpc_status_args(rs)->ops;

	rs->fired++;
	rpc_status_done(rs);
	stableq_reader = &rs->reader;
	nfsd4_release_compoundargs(rs->rqstp);
	KUNIT_EXPECT_TRUE_MSG(rs->test, rpc_status_mapped(ops),
			      "the array is freed under the dump");
}

static unsigned long rpc_status_last;

static void rpc_status_note_load(struct stableq_watch *watch, unsigned long addr)
{
	rpc_status_last = addr;
	stableq_watch(watch);
}

/*
 * Last, and the last operation that the dump looks at: it faults where unmapped memory isn't
 * readable for a while yet, and would go on in the inline array.
 */
static void the_dump_reads_the_array_that_it_found(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin_compound(rs, RPC_STATUS_LONG);
	rpc_status_last = 0;
	rpc_status_before_load(rs, rpc_status_args(rs)->ops,
			       RPC_STATUS_LONG * sizeof(struct nfsd4_op), rpc_status_note_load);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 1);
	KUNIT_ASSERT_NE_MSG(test, rpc_status_last, 0, "the dump reads nothing of the array");

	rpc_status_before_load(rs, (void *)rpc_status_last, 1, rpc_status_end_compound);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 0);
	KUNIT_ASSERT_EQ(test, rs->fired, 1);
	stableq_reader_gone();
}

static struct kunit_case rpc_status_ops_cases[] = {
	KUNIT_CASE(the_array_is_freed),
	KUNIT_CASE(releasing_twice_is_harmless),
	KUNIT_CASE(the_inline_array_stays),
	KUNIT_CASE(the_array_is_hidden_before_it_is_freed),
	KUNIT_CASE(the_array_outlives_a_reader),
	KUNIT_CASE(the_dump_reads_the_array_that_it_found),
	{}
};

static struct kunit_suite rpc_status_ops_suite = {
	.name = STABLEQ_SUITE,
	.init = rpc_status_init,
	.exit = rpc_status_exit,
	.test_cases = rpc_status_ops_cases,
};
kunit_test_suite(rpc_status_ops_suite);
