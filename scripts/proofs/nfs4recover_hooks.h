// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfs4recover.c with its suites. Upcalls go to recover_kunit.c, and digests of principals through
 * reclaim_kunit.c.
 */
#include <crypto/hash.h>
#include <linux/fs.h>
#include <linux/sunrpc/rpc_pipe_fs.h>

static int stableq_rpc_queue_upcall(struct rpc_pipe *pipe, struct rpc_pipe_msg *msg);
static int stableq_shash_tfm_digest(struct crypto_shash *tfm, const u8 *data, unsigned int len,
				    u8 *out);

#define rpc_queue_upcall stableq_rpc_queue_upcall
#define crypto_shash_tfm_digest stableq_shash_tfm_digest
#include "../nfs4recover.c"
#undef rpc_queue_upcall
#undef crypto_shash_tfm_digest

#include "xdr4.h"
#include "stableq.h"
#include "recover_kunit.c"
#include "reclaim_kunit.c"
