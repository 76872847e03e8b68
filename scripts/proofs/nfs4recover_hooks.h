/* SPDX-License-Identifier: GPL-2.0-only */
/* Upcalls to nfsdcld go to nfs4recover_helpers.c. */
static int stableq_rpc_queue_upcall(struct rpc_pipe *pipe, struct rpc_pipe_msg *msg);

#define rpc_queue_upcall stableq_rpc_queue_upcall
