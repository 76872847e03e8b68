/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rpc_status_order.h - in which order the dump loads, and passes barriers
 *
 * What another processor makes of a missing barrier cannot be seen on one. The order can.
 */
#ifndef STABLEQ_RPC_STATUS_ORDER_H
#define STABLEQ_RPC_STATUS_ORDER_H

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

#endif
