// SPDX-License-Identifier: GPL-2.0-only
/* A client that looks at the export from the network. */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "look.h"
#include "server.h"

int look_null_call(void *state)
{
	struct look *b = state;
	struct sockaddr_in to = server_address();
	struct rpc_reply reply;
	int err = nfs4_client_connect(&b->cl, &b->loop, &to);

	if (err)
		return check_fail("no connection to port %d: %s", NFS4_PORT, strerror(-err));
	err = rpc_call(&b->cl.conn, NFS4_PROGRAM, NFS4_VERSION, NFS4_PROC_NULL, NULL, 0, &reply);
	rpc_reply_free(&reply);
	return err ? check_fail("NULL: %s", strerror(-err)) : STEP_OK;
}

int look_session(void *state)
{
	struct look *b = state;
	struct sockaddr_in to = server_address();
	int err;

	rpc_close(&b->cl.conn);
	err = nfs4_client_establish(&b->cl, &b->loop, &to, "stableq look");
	return err ? check_fail("no session: %s", nfs4_strerror(err)) : STEP_OK;
}

int look_export_root(void *state)
{
	static const uint32_t mask[] = {
		1u << FATTR4_TYPE | 1u << FATTR4_FSID | 1u << FATTR4_LEASE_TIME,
		1u << (FATTR4_MODE - 32),
	};
	struct look *b = state;
	struct nfs4_compound c;
	struct nfs4_attrs attrs;
	struct nfs4_reply r;
	int err;

	nfs4_client_compound(&b->cl, &c, "root", false);
	nfs4_put_op(&c, OP_PUTROOTFH);
	nfs4_put_getattr(&c, mask, 2);
	err = nfs4_client_call(&b->cl, &c, &r);
	if (!err)
		err = nfs4_get_op(&r, OP_PUTROOTFH);
	if (!err)
		err = nfs4_get_getattr(&r, &attrs);
	nfs4_reply_free(&r);
	if (err)
		return check_fail("the root can't be looked at: %s", nfs4_strerror(err));
	/* The mode tells our tmpfs from an empty pseudo root. */
	if (attrs.type != NF4DIR || (attrs.mode & 07777) != 01777)
		return check_fail("the root has type %u and mode %o, and is not the export",
				  attrs.type, attrs.mode);
	check_note("lease time %u s, fsid %llu:%llu", attrs.lease_time,
		   (unsigned long long)attrs.fsid_major, (unsigned long long)attrs.fsid_minor);
	return STEP_OK;
}

int look_goodbye(void *state)
{
	struct look *b = state;
	int err = nfs4_client_destroy(&b->cl);

	return err ? check_fail("the client can't be destroyed: %s", nfs4_strerror(err)) : STEP_OK;
}
