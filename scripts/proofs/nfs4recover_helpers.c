// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfsdcld: the trackers are the real ones, and an upcall is answered as soon as it is queued.
 */
#include "stableq.h"
#include "stableq_cld.h"

static int cld_upcalls[U8_MAX + 1];

static int stableq_rpc_queue_upcall(struct rpc_pipe *pipe, struct rpc_pipe_msg *msg)
{
	struct cld_upcall *cup = container_of(msg->data, struct cld_upcall, cu_u);

	cld_upcalls[cup->cu_u.cu_msg.cm_cmd]++;
	cup->cu_u.cu_msg.cm_status = 0;
	complete(&cup->cu_done);
	return 0;
}

int stableq_cld_upcalls(enum cld_command cmd)
{
	return cld_upcalls[cmd];
}

int stableq_cld_start(struct net *net, int version)
{
	struct nfsd_net *nn = net_generic(net, nfsd_net_id);
	struct cld_net *cn = kzalloc(sizeof(*cn), GFP_KERNEL);
	int err;

	if (!cn)
		return -ENOMEM;
	spin_lock_init(&cn->cn_lock);
	INIT_LIST_HEAD(&cn->cn_list);
	cn->cn_tfm = crypto_alloc_shash("sha256", 0, 0);
	if (IS_ERR(cn->cn_tfm)) {
		err = PTR_ERR(cn->cn_tfm);
		goto free_cn;
	}
	err = nfs4_cld_state_init(net);
	if (err)
		goto free_tfm;
	nn->cld_net = cn;
	nn->client_tracking_ops = version == 2 ? &nfsd4_cld_tracking_ops_v2 :
						 &nfsd4_cld_tracking_ops;
	memset(cld_upcalls, 0, sizeof(cld_upcalls));
	return 0;

free_tfm:
	crypto_free_shash(cn->cn_tfm);
free_cn:
	kfree(cn);
	return err;
}

void stableq_cld_stop(struct net *net)
{
	struct nfsd_net *nn = net_generic(net, nfsd_net_id);

	nfs4_release_reclaim(nn);
	nfs4_cld_state_shutdown(net);
	crypto_free_shash(nn->cld_net->cn_tfm);
	kfree(nn->cld_net);
	nn->cld_net = NULL;
	nn->client_tracking_ops = NULL;
}

struct nfs4_client_reclaim *stableq_reclaim_add(struct nfsd_net *nn, const char *name)
{
	struct xdr_netobj obj = { .len = strlen(name), .data = (u8 *)name };
	struct xdr_netobj none = {};

	return nfs4_client_to_reclaim(obj, none, nn);
}
