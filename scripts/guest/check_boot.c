// SPDX-License-Identifier: GPL-2.0-only
/* boot: the server is up, and what it exports can be looked at from the network. */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "look.h"
#include "server.h"

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

static const struct check_step steps[] = {
	{ "server", check_server, 0 },
	{ "threads", threads, 0 },
	{ "grace_over", grace_over, 0 },
	{ "null_call", look_null_call, 0 },
	{ "session", look_session, 0 },
	{ "export_root", look_export_root, 0 },
	{ "goodbye", look_goodbye, 0 },
};

GUEST_CHECK(boot) = {
	.about = "the NFS server is up and serves its export",
	.seconds = 10,
	.flags = CHECK_SERVER,
	CHECK_STEPS(steps),
	.state_size = sizeof(struct look),
};
