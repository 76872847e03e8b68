// SPDX-License-Identifier: GPL-2.0-only
/* stop: the server stops, lets go of the export, and can be started again. */
#include "check.h"
#include "look.h"
#include "server.h"

static int stop(void *state)
{
	char why[200];

	(void)state;
	return server_stop(why, sizeof(why)) ? check_fail("%s", why) : STEP_OK;
}

static const struct check_step steps[] = {
	{ "server", check_server, 0 },
	{ "stop", stop, 0 },
	{ "start_again", check_server, 0 },
	{ "null_call", look_null_call, 0 },
	{ "session", look_session, 0 },
	{ "export_root", look_export_root, 0 },
	{ "goodbye", look_goodbye, 0 },
	{ "stop_again", stop, 0 },
};

GUEST_CHECK(stop) = {
	.about = "the NFS server stops, lets go of its export, and starts again",
	.seconds = 15,
	.flags = CHECK_SERVER,
	CHECK_STEPS(steps),
	.state_size = sizeof(struct look),
};
