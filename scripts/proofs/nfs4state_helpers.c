// SPDX-License-Identifier: GPL-2.0-only
/*
 * The NFSv4 state of a namespace without a server, and sessions in it, made and ended by
 * nfs4state.c's own functions.
 */
#include "stableq.h"
#include "stableq_state.h"

int stableq_state_create(struct net *net)
{
	return nfs4_state_create_net(net);
}

void stableq_state_destroy(struct net *net)
{
	struct nfsd_net *nn = net_generic(net, nfsd_net_id);

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	shrinker_free(nn->nfsd_client_shrinker);
#else
	unregister_shrinker(&nn->nfsd_client_shrinker);
#endif
	cancel_work_sync(&nn->nfsd_shrinker_work);
	cancel_delayed_work_sync(&nn->laundromat_work);
	nfs4_state_destroy_net(net);
}

struct nfsd4_session *stableq_session_create(struct nfs4_client *clp, u32 nr)
{
	struct nfsd_net *nn = net_generic(clp->net, nfsd_net_id);
	struct nfsd4_channel_attrs attrs = { .maxreqs = 1 };
	struct nfsd4_session *ses = alloc_session(&attrs, &attrs);
	struct nfsd4_sessionid *sid;

	if (!ses)
		return NULL;
	ses->se_client = clp;
	INIT_LIST_HEAD(&ses->se_conns);
	sid = (struct nfsd4_sessionid *)ses->se_sessionid.data;
	sid->clientid = clp->cl_clientid;
	sid->sequence = nr;

	/* free_session() gives it back */
	spin_lock(&nfsd_drc_lock);
	nfsd_drc_mem_used += slot_bytes(&attrs);
	spin_unlock(&nfsd_drc_lock);

	spin_lock(&nn->client_lock);
	list_add(&ses->se_hash, &nn->sessionid_hashtbl[hash_sessionid(&ses->se_sessionid)]);
	spin_lock(&clp->cl_lock);
	list_add_tail(&ses->se_perclnt, &clp->cl_sessions);
	spin_unlock(&clp->cl_lock);
	spin_unlock(&nn->client_lock);
	return ses;
}

void stableq_session_put_dead(struct nfsd4_session *ses)
{
	struct nfsd_net *nn = net_generic(ses->se_client->net, nfsd_net_id);

	spin_lock(&nn->client_lock);
	if (!nfsd4_get_session_locked(ses) && !mark_session_dead_locked(ses, 1)) {
		unhash_session(ses);
		nfsd4_put_session_locked(ses);
	}
	spin_unlock(&nn->client_lock);
}

void stableq_put_deleg_file(struct nfs4_file *fp)
{
	put_deleg_file(fp);
}
