/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls that kunit.c stands in for. */
static struct rpc_clnt *stableq_rpc_create(struct rpc_create_args *args);
static void stableq_rpc_delay(struct rpc_task *task, unsigned long delay);
static __be32 *stableq_xdr_reserve_space(struct xdr_stream *xdr, size_t nbytes);
static __be32 *stableq_xdr_inline_decode(struct xdr_stream *xdr, size_t nbytes);

#define rpc_create stableq_rpc_create
#define rpc_delay stableq_rpc_delay
#define xdr_reserve_space stableq_xdr_reserve_space
#define xdr_inline_decode stableq_xdr_inline_decode
