// SPDX-License-Identifier: GPL-2.0-only
#include "console/replay.h"

static void on_line(void *ctx, struct span line)
{
	struct replay *r = ctx;

	ktap_line(r->ktap, line);
	if (r->also)
		r->also(r->ctx, line);
}

void replay(struct replay *r, struct span text, console_line_fn also, void *ctx)
{
	*r = (struct replay){ .ktap = ktap_new(), .also = also, .ctx = ctx };
	r->console = console_new(on_line, r);
	console_feed(r->console, text.p, text.len);
	console_end(r->console);
	r->tests = ktap_end(r->ktap);
	r->splats = console_splats(r->console, &r->nsplats);
}

void replay_clear(struct replay *r)
{
	console_free(r->console);
	ktap_free(r->ktap);
	*r = (struct replay){ NULL };
}
