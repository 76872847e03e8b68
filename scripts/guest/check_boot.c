// SPDX-License-Identifier: GPL-2.0-only
/* boot: the server is up, and what it exports can be looked at from the network. */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "nfs4_client.h"
#include "server.h"

struct boot {
	struct rpc_loop loop;
	struct nfs4_client cl;
};

static int threads(void *state)
{
	int n = server_threads();

	(void)state;
	if (n < 0)
		return check_fail("nfsd's threads can't be read: %s", strerror(-n));
	return n ? STEP_OK : check_fail("nfsd runs no thread");
}

static int grace_over(void *state)
{
	char buf[8];
	int err = server_ctl_read("v4_end_grace", buf, sizeof(buf));

	(void)state;
	if (err)
		return check_fail("v4_end_grace can't be read: %s", strerror(-err));
	return buf[0] == 'Y' ? STEP_OK : check_fail("the grace period lasts");
}

static int null_call(void *state)
{
	struct boot *b = state;
	struct sockaddr_in to = server_address();
	struct rpc_reply reply;
	int err = nfs4_client_connect(&b->cl, &b->loop, &to);

	if (err)
		return check_fail("no connection to port %d: %s", NFS4_PORT, strerror(-err));
	err = rpc_call(&b->cl.conn, NFS4_PROGRAM, NFS4_VERSION, NFS4_PROC_NULL, NULL, 0, &reply);
	rpc_reply_free(&reply);
	return err ? check_fail("NULL: %s", strerror(-err)) : STEP_OK;
}

static int session(void *state)
{
	struct boot *b = state;
	struct sockaddr_in to = server_address();
	int err;

	rpc_close(&b->cl.conn);
	err = nfs4_client_establish(&b->cl, &b->loop, &to, "stableq boot");
	return err ? check_fail("no session: %s", nfs4_strerror(err)) : STEP_OK;
}

static int export_root(void *state)
{
	static const uint32_t mask[] = {
		1u << FATTR4_TYPE | 1u << FATTR4_FSID | 1u << FATTR4_LEASE_TIME,
		1u << (FATTR4_MODE - 32),
	};
	struct boot *b = state;
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

static int goodbye(void *state)
{
	struct boot *b = state;
	int err = nfs4_client_destroy(&b->cl);

	return err ? check_fail("the client can't be destroyed: %s", nfs4_strerror(err)) : STEP_OK;
}

static const struct check_step steps[] = {
	{ "server", check_server, 0 },
	{ "threads", threads, 0 },
	{ "grace_over", grace_over, 0 },
	{ "null_call", null_call, 0 },
	{ "session", session, 0 },
	{ "export_root", export_root, 0 },
	{ "goodbye", goodbye, 0 },
};

const struct check check_boot = {
	.name = "boot",
	.about = "the NFS server is up and serves its export",
	.seconds = 10,
	.flags = CHECK_SERVER,
	CHECK_STEPS(steps),
	.state_size = sizeof(struct boot),
};

/* stop: the server stops, lets go of the export, and can be started again. */

static int stop(void *state)
{
	char why[200];

	(void)state;
	return server_stop(why, sizeof(why)) ? check_fail("%s", why) : STEP_OK;
}

static const struct check_step stop_steps[] = {
	{ "server", check_server, 0 },
	{ "stop", stop, 0 },
	{ "start_again", check_server, 0 },
	{ "null_call", null_call, 0 },
	{ "session", session, 0 },
	{ "export_root", export_root, 0 },
	{ "goodbye", goodbye, 0 },
	{ "stop_again", stop, 0 },
};

const struct check check_stop = {
	.name = "stop",
	.about = "the NFS server stops, lets go of its export, and starts again",
	.seconds = 15,
	.flags = CHECK_SERVER,
	CHECK_STEPS(stop_steps),
	.state_size = sizeof(struct boot),
};
