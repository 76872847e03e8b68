/* SPDX-License-Identifier: GPL-2.0-only */
/* The threads of kunit.c's service aren't woken, but counted. */
static void stableq_wake_up(struct svc_serv *serv);

#define svc_wake_up(serv)	stableq_wake_up(serv)
