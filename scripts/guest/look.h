/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Steps of checks: a client connects to the server, looks at the root of the export, and leaves.
 * Their state is, or begins with, a struct look.
 */
#ifndef GUEST_LOOK_H
#define GUEST_LOOK_H

#include "nfs4_client.h"

struct look {
	struct rpc_loop loop;
	struct nfs4_client cl;
};

/** look_null_call() - connect, and see the server answer. */
int look_null_call(void *state);

/** look_session() - in place of that connection, one with a client and a session of NFSv4.1. */
int look_session(void *state);

/** look_export_root() - the root is the export, and has the attributes that it has here. */
int look_export_root(void *state);

/** look_goodbye() - session and client are destroyed. */
int look_goodbye(void *state);

#endif
