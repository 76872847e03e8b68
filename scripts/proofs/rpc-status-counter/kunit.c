// SPDX-License-Identifier: GPL-2.0-only
/*
 * However nfsd_dispatch() ends, the request is over for who looks at the
 * thread's status counter
 *
 * A procedure of the suite's own makes nfsd_dispatch() take each of its exits. Only then does a
 * second look at the counter, which the dump relies on for everything that it reads, tell anything.
 */

/* A procedure, and what it is to do */
struct rpc_status_call {
	struct svc_procedure proc;
	bool undecodable, unencodable, dropped;
	struct svc_rqst *copy;	/* a thread that receives the same request meanwhile */
	int copy_ret;
	unsigned int executed;

	__be32 stat;
	__be32 res[16];
};

static struct rpc_status_call *rpc_status_call_of(const struct svc_rqst *rqstp)
{
	return container_of(rqstp->rq_procinfo, struct rpc_status_call, proc);
}

static bool rpc_status_decode(struct svc_rqst *rqstp, struct xdr_stream *xdr)
{
	return !rpc_status_call_of(rqstp)->undecodable;
}

static bool rpc_status_encode(struct svc_rqst *rqstp, struct xdr_stream *xdr)
{
	if (rpc_status_call_of(rqstp)->unencodable)
		return false;
	return xdr_stream_encode_u32(xdr, 0x5eed) > 0;
}

static int rpc_status_dispatch(struct svc_rqst *rqstp, struct rpc_status_call *call, u32 xid);

static __be32 rpc_status_execute(struct svc_rqst *rqstp)
{
	struct rpc_status_call *call = rpc_status_call_of(rqstp);
	struct svc_rqst *copy = call->copy;

	call->executed++;
	if (copy) {
		call->copy = NULL;
		call->copy_ret = rpc_status_dispatch(copy, call, be32_to_cpu(rqstp->rq_xid));
	}
	if (call->dropped)
		set_bit(RQ_DROPME, &rqstp->rq_flags);
	return rpc_success;
}

static struct rpc_status_call *rpc_status_call(struct rpc_status *rs, u32 cachetype)
{
	struct rpc_status_call *call = kunit_kzalloc(rs->test, sizeof(*call), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(rs->test, call);
	call->proc = (struct svc_procedure){
		.pc_func = rpc_status_execute,
		.pc_decode = rpc_status_decode,
		.pc_encode = rpc_status_encode,
		.pc_cachetype = cachetype,
		.pc_name = "STABLEQ",
	};
	return call;
}

static int rpc_status_call_with(struct svc_rqst *rqstp, struct rpc_status_call *call, u32 xid)
{
	struct kvec *res = &rqstp->rq_res.head[0];

	rqstp->rq_xid = cpu_to_be32(xid);
	rqstp->rq_bc_net = &init_net;
	rqstp->rq_procinfo = &call->proc;
	rqstp->rq_accept_statp = &call->stat;
	clear_bit(RQ_DROPME, &rqstp->rq_flags);
	res->iov_base = call->res;
	res->iov_len = 0;
	rqstp->rq_res.buflen = sizeof(call->res);
	rqstp->rq_res.len = 0;
	xdr_init_encode(&rqstp->rq_res_stream, &rqstp->rq_res, call->res, NULL);
	return nfsd_dispatch(rqstp);
}

/* A request of NFS version 3 with 16 bytes of arguments, the same each time */
static int rpc_status_dispatch(struct svc_rqst *rqstp, struct rpc_status_call *call, u32 xid)
{
	static __be32 args[4];
	struct kvec *head = &rqstp->rq_arg.head[0];

	rqstp->rq_prog = NFS_PROGRAM;
	rqstp->rq_vers = 3;
	rqstp->rq_proc = 1;
	head->iov_base = args;
	head->iov_len = sizeof(args);
	rqstp->rq_arg.len = sizeof(args);
	xdr_init_decode(&rqstp->rq_arg_stream, &rqstp->rq_arg, args, NULL);
	return rpc_status_call_with(rqstp, call, xid);
}

/* What the counter is before: as it should be, or as an exit of before has left it */
static const unsigned int rpc_status_starts[] = { 0, 1 };

static void rpc_status_start_desc(const unsigned int *start, char *desc)
{
	strscpy(desc, *start ? "stuck" : "even", KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(rpc_status_start, rpc_status_starts, rpc_status_start_desc);

static void rpc_status_set_start(struct kunit *test, struct svc_rqst *rqstp)
{
	const unsigned int *start = test->param_value;

	WRITE_ONCE(rqstp->rq_status_counter, *start);
}

/* Even, and another value than a reader may have seen before */
static void rpc_status_expect_done(struct kunit *test, const struct svc_rqst *rqstp)
{
	const unsigned int *start = test->param_value;
	unsigned int counter = READ_ONCE(rqstp->rq_status_counter);

	KUNIT_EXPECT_EQ_MSG(test, counter & 1, 0, "the counter stays odd");
	KUNIT_EXPECT_GT_MSG(test, (int)(counter - *start), 0, "the counter doesn't advance");
}

static void a_request_ends_with_its_reply(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct rpc_status_call *call = rpc_status_call(rs, RC_NOCACHE);

	rpc_status_set_start(test, rs->rqstp);
	KUNIT_EXPECT_EQ(test, rpc_status_dispatch(rs->rqstp, call, 1), 1);
	KUNIT_EXPECT_EQ(test, call->stat, rpc_success);
	KUNIT_EXPECT_EQ(test, rs->rqstp->rq_res.head[0].iov_len, 4);
	rpc_status_expect_done(test, rs->rqstp);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 0);
}

static void a_request_that_is_not_decoded_never_begins(struct kunit *test)
{
	const unsigned int *start = test->param_value;
	struct rpc_status *rs = test->priv;
	struct rpc_status_call *call = rpc_status_call(rs, RC_NOCACHE);

	call->undecodable = true;
	rpc_status_set_start(test, rs->rqstp);
	KUNIT_EXPECT_EQ(test, rpc_status_dispatch(rs->rqstp, call, 1), 1);
	KUNIT_EXPECT_EQ(test, call->stat, rpc_garbage_args);
	KUNIT_EXPECT_EQ(test, call->executed, 0);
	KUNIT_EXPECT_EQ(test, rs->rqstp->rq_status_counter, *start);
}

static void a_request_that_is_executed_is_reported(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_begin(rs, 3, 1);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 1);
	rpc_status_done(rs);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 0);
}

static void a_request_ends_with_a_reply_from_the_cache(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct rpc_status_call *call = rpc_status_call(rs, RC_REPLSTAT);

	KUNIT_ASSERT_EQ(test, rpc_status_dispatch(rs->rqstp, call, 2), 1);
	rpc_status_set_start(test, rs->rqstp);
	memset(call->res, 0, sizeof(call->res));
	KUNIT_EXPECT_EQ(test, rpc_status_dispatch(rs->rqstp, call, 2), 1);
	KUNIT_EXPECT_EQ(test, call->executed, 1);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(call->res[0]), 0x5eed);
	rpc_status_expect_done(test, rs->rqstp);
}

static void a_copy_of_a_request_is_dropped(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct rpc_status_call *call = rpc_status_call(rs, RC_REPLSTAT);
	struct svc_rqst *copy;

	rpc_status_threads(rs, 2);
	copy = rpc_status_first(rs);
	if (copy == rs->rqstp)
		copy = list_next_entry(copy, rq_all);
	call->copy = copy;
	call->copy_ret = -1;
	rpc_status_set_start(test, copy);
	KUNIT_EXPECT_EQ(test, rpc_status_dispatch(rs->rqstp, call, 3), 1);
	KUNIT_EXPECT_EQ(test, call->copy_ret, 0);
	KUNIT_EXPECT_EQ(test, call->executed, 1);
	rpc_status_expect_done(test, copy);
}

static void a_request_is_dropped_by_its_procedure(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct rpc_status_call *call = rpc_status_call(rs, RC_REPLSTAT);

	call->dropped = true;
	rpc_status_set_start(test, rs->rqstp);
	KUNIT_EXPECT_EQ(test, rpc_status_dispatch(rs->rqstp, call, 4), 0);
	KUNIT_EXPECT_EQ(test, call->executed, 1);
	rpc_status_expect_done(test, rs->rqstp);
}

static void a_reply_can_not_be_encoded(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct rpc_status_call *call = rpc_status_call(rs, RC_REPLSTAT);

	call->unencodable = true;
	rpc_status_set_start(test, rs->rqstp);
	KUNIT_EXPECT_EQ(test, rpc_status_dispatch(rs->rqstp, call, 5), 1);
	KUNIT_EXPECT_EQ(test, call->stat, rpc_system_err);
	rpc_status_expect_done(test, rs->rqstp);
}

/* A compound of NFSv4 that is dropped, and its operations released, as svc_process() does */
static void a_compound_that_is_over_is_not_reported(struct kunit *test)
{
	struct rpc_status *rs = test->priv;
	struct rpc_status_call *call = rpc_status_call(rs, RC_NOCACHE);

	call->dropped = true;
	call->proc.pc_decode = nfs4svc_decode_compoundargs;
	rpc_status_receive_compound(rs, 9);
	rs->rqstp->rq_vers = 4;
	rs->rqstp->rq_proc = NFSPROC4_COMPOUND;
	KUNIT_EXPECT_EQ(test, rpc_status_call_with(rs->rqstp, call, 6), 0);
	KUNIT_ASSERT_EQ(test, call->executed, 1);
	nfsd4_release_compoundargs(rs->rqstp);
	/* What else is wrong with a dump of it is for other suites */
	rpc_status_args(rs)->opcnt = 0;
	KUNIT_EXPECT_EQ_MSG(test, rpc_status_dump(rs), 0, "a compound is reported that is over");
}

static struct rpc_status_call *rpc_status_next;

static void rpc_status_dispatch_next(struct stableq_watch *watch, unsigned long addr)
{
	struct rpc_status *rs = container_of(watch, struct rpc_status, watch);

	rs->fired++;
	rpc_status_done(rs);
	rpc_status_dispatch(rs->rqstp, rpc_status_next, 7);
}

/*
 * While the dump copies a request, that one ends and the next one begins and ends: what is copied
 * is of both. A thread that is stuck gives a second look nothing to notice.
 */
static void the_second_look_notices_a_request_in_between(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_next = rpc_status_call(rs, RC_NOCACHE);
	rpc_status_next->unencodable = true;
	rpc_status_begin(rs, 3, 2);
	rpc_status_before_load(rs, &rs->rqstp->rq_prog, sizeof(u32), rpc_status_dispatch_next);
	KUNIT_EXPECT_EQ(test, rpc_status_dump(rs), 0);
	KUNIT_EXPECT_EQ(test, rs->fired, 1);
	KUNIT_EXPECT_EQ_MSG(test, rpc_status_dump(rs), 0, "a request is reported that is over");
}

static void rpc_status_dispatch_stuck(struct stableq_watch *watch, unsigned long addr)
{
	struct rpc_status *rs = container_of(watch, struct rpc_status, watch);

	rs->fired++;
	rpc_status_dispatch(rs->rqstp, rpc_status_next, 8);
}

/*
 * The thread's last request ended by an exit of this suite, and the next one begins and ends while
 * the dump copies: a second look that compares equal vouches for a mixture.
 */
static void two_requests_of_a_stuck_thread_are_not_mixed(struct kunit *test)
{
	struct rpc_status *rs = test->priv;

	rpc_status_next = rpc_status_call(rs, RC_NOCACHE);
	rpc_status_next->dropped = true;
	KUNIT_ASSERT_EQ(test, rpc_status_dispatch(rs->rqstp, rpc_status_next, 7), 0);
	rpc_status_before_load(rs, &rs->rqstp->rq_prog, sizeof(u32), rpc_status_dispatch_stuck);
	KUNIT_EXPECT_EQ_MSG(test, rpc_status_dump(rs), 0,
			    "the second look passes, and the dump shows a mixture");
}

static int rpc_status_counter_init(struct kunit *test)
{
	struct nfsd_net *nn = net_generic(&init_net, nfsd_net_id);
	int err = rpc_status_init(test);

	return err ? err : nfsd_reply_cache_init(nn);
}

static void rpc_status_counter_exit(struct kunit *test)
{
	struct nfsd_net *nn = net_generic(&init_net, nfsd_net_id);

	rpc_status_exit(test);
	if (nn->drc_hashtbl)
		nfsd_reply_cache_shutdown(nn);
}

static struct kunit_case rpc_status_counter_cases[] = {
	KUNIT_CASE_PARAM(a_request_ends_with_its_reply, rpc_status_start_gen_params),
	KUNIT_CASE_PARAM(a_request_that_is_not_decoded_never_begins, rpc_status_start_gen_params),
	KUNIT_CASE(a_request_that_is_executed_is_reported),
	KUNIT_CASE_PARAM(a_request_ends_with_a_reply_from_the_cache, rpc_status_start_gen_params),
	KUNIT_CASE_PARAM(a_copy_of_a_request_is_dropped, rpc_status_start_gen_params),
	KUNIT_CASE_PARAM(a_request_is_dropped_by_its_procedure, rpc_status_start_gen_params),
	KUNIT_CASE_PARAM(a_reply_can_not_be_encoded, rpc_status_start_gen_params),
	KUNIT_CASE(a_compound_that_is_over_is_not_reported),
	KUNIT_CASE(the_second_look_notices_a_request_in_between),
	KUNIT_CASE(two_requests_of_a_stuck_thread_are_not_mixed),
	{}
};

static struct kunit_suite rpc_status_counter_suite = {
	.name = STABLEQ_SUITE,
	.init = rpc_status_counter_init,
	.exit = rpc_status_counter_exit,
	.test_cases = rpc_status_counter_cases,
};
kunit_test_suite(rpc_status_counter_suite);
