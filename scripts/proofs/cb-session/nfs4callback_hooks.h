// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfs4callback.c with its suites. What it calls to make an RPC client, to move in an XDR buffer and
 * to delay a task goes through cb_session_kunit.c.
 */
#include <linux/sunrpc/clnt.h>
#include <linux/sunrpc/xprt.h>
#include <linux/sunrpc/svc_xprt.h>
#include <linux/slab.h>
#include "nfsd.h"
#include "state.h"
#include "netns.h"
#include "trace.h"
#include "xdr4cb.h"
#include "xdr4.h"

static struct rpc_clnt *stableq_rpc_create(struct rpc_create_args *args);
static void stableq_rpc_delay(struct rpc_task *task, unsigned long delay);
static __be32 *stableq_xdr_reserve_space(struct xdr_stream *xdr, size_t nbytes);
static __be32 *stableq_xdr_inline_decode(struct xdr_stream *xdr, size_t nbytes);

#define rpc_create stableq_rpc_create
#define rpc_delay stableq_rpc_delay
#define xdr_reserve_space stableq_xdr_reserve_space
#define xdr_inline_decode stableq_xdr_inline_decode
#include "../nfs4callback.c"
#undef rpc_create
#undef rpc_delay
#undef xdr_reserve_space
#undef xdr_inline_decode

#include "stableq.h"
#include "cb_session_kunit.c"
