// SPDX-License-Identifier: GPL-2.0-only
/*
 * The buffers of a thread that exits outlive who has found it before
 */

static int rpc_status_failing_threadfn(void *rqstp)
{
	svc_thread_init_status(rqstp, -EPROTO);
	return 0;
}

static void a_thread_that_fails_is_freed(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	int err;

	mutex_lock(&nfsd_mutex);
	rs->serv->sv_threadfn = rpc_status_failing_threadfn;
	err = svc_set_num_threads(rs->serv, NULL, 2);
	mutex_unlock(&nfsd_mutex);
	KUNIT_EXPECT_EQ(test, err, -EPROTO);
	KUNIT_EXPECT_EQ(test, rs->serv->sv_nrthreads, 1);
	KUNIT_EXPECT_PTR_EQ(test, rpc_status_first(rs), rs->rqstp);
}

static void the_buffers_are_freed(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	const void *argp = rs->rqstp->rq_argp, *resp = rs->rqstp->rq_resp, *rqstp = rs->rqstp;

	KUNIT_ASSERT_TRUE(test, kasan_byte_accessible(argp));
	KUNIT_ASSERT_TRUE(test, kasan_byte_accessible(resp));
	mutex_lock(&nfsd_mutex);
	svc_exit_thread(rs->rqstp);
	mutex_unlock(&nfsd_mutex);
	KUNIT_EXPECT_EQ(test, rs->serv->sv_nrthreads, 0);
	KUNIT_EXPECT_NULL(test, rpc_status_first(rs));
	kvfree_rcu_barrier();
	KUNIT_EXPECT_FALSE(test, kasan_byte_accessible(argp));
	KUNIT_EXPECT_FALSE(test, kasan_byte_accessible(resp));
	KUNIT_EXPECT_FALSE(test, kasan_byte_accessible(rqstp));
}

static void a_thread_that_has_exited_is_not_dumped(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin_compound(rs, 3);
	mutex_lock(&nfsd_mutex);
	svc_exit_thread(rs->rqstp);
	mutex_unlock(&nfsd_mutex);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 0);
}

static void the_buffers_outlive_a_reader(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	const void *argp = rs->rqstp->rq_argp, *resp = rs->rqstp->rq_resp, *rqstp = rs->rqstp;
	bool has_argp, has_resp, has_rqstp;

	mutex_lock(&nfsd_mutex);
	rcu_read_lock();
	svc_exit_thread(rs->rqstp);
	has_argp = kasan_byte_accessible(argp);
	has_resp = kasan_byte_accessible(resp);
	has_rqstp = kasan_byte_accessible(rqstp);
	rcu_read_unlock();
	mutex_unlock(&nfsd_mutex);
	KUNIT_EXPECT_TRUE_MSG(test, has_argp, "rq_argp is freed under its reader");
	KUNIT_EXPECT_TRUE_MSG(test, has_resp, "rq_resp is freed under its reader");
	KUNIT_EXPECT_TRUE_MSG(test, has_rqstp, "the svc_rqst is freed under its reader");
}

/* The dump holds the mutex that an exit needs */
static void rpc_status_leave(struct stableq_watch *watch, unsigned long addr)
{
	struct rpc_status *rs = container_of(watch, struct rpc_status, watch);

	rs->fired++;
	rpc_status_done(rs);
	svc_exit_thread(rs->rqstp);
}

static void the_dump_reads_the_arguments_that_it_found(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin_compound(rs, 3);
	rpc_status_before_load(rs, &rpc_status_args(rs)->opcnt, sizeof(u32), rpc_status_leave);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 0);
	KUNIT_EXPECT_EQ(test, rs->fired, 1);
}

static struct kunit_case rpc_status_exit_cases[] = {
	KUNIT_CASE(a_thread_that_fails_is_freed),
	KUNIT_CASE(the_buffers_are_freed),
	KUNIT_CASE(a_thread_that_has_exited_is_not_dumped),
	KUNIT_CASE(the_buffers_outlive_a_reader),
	KUNIT_CASE(the_dump_reads_the_arguments_that_it_found),
	{}
};

static struct kunit_suite rpc_status_exit_suite = {
	.name = STABLEQ_SUITE,
	.init = rpc_status_init,
	.exit = rpc_status_exit,
	.test_cases = rpc_status_exit_cases,
};
kunit_test_suite(rpc_status_exit_suite);
