/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * console/replay.h - a console that was kept, read again: its splats and its tests
 *
 * Every judgement begins here, that of a boot that has just ended as well: so it can't differ from
 * what the same boot comes to when it is asked about later.
 */
#ifndef STABLEQ_REPLAY_H
#define STABLEQ_REPLAY_H

#include "console/console.h"
#include "console/ktap.h"

struct replay {
	struct console *console;
	struct ktap *ktap;
	const struct ktap_node *tests;	/* the root; NULL until all is read */
	const struct splat *splats;
	size_t nsplats;
	console_line_fn also;
	void *ctx;
};

/**
 * replay() - read a console
 * @r: replay_clear() frees what it holds
 * @text: what the guest printed, any bytes
 * @also: gets each line that may be KTAP once it is read, with @r->console as it is by then; or
 *	NULL
 * @ctx: for @also
 */
void replay(struct replay *r, struct span text, console_line_fn also, void *ctx);
void replay_clear(struct replay *r);

#endif
