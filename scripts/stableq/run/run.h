/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run/run.h - carries a plan out: trees, builds, boots; what is seen goes into the store
 */
#ifndef STABLEQ_RUN_H
#define STABLEQ_RUN_H

#include "run/lab.h"
#include "run/plan.h"

/**
 * run_prepare() - trees and states for every release; what the store knows of them is judged
 * @lab: open
 * @again: what is known doesn't count, but for a base that is only compared with
 *
 * Return: as plan_prepare().
 */
int run_prepare(struct plan *p, struct source_set *set, const struct lab *lab, bool again,
		struct err *err);

/**
 * run_plan() - build and boot what isn't known yet, and judge all
 * @p: prepared; items are done on return, unless an error or the user ended the run
 *
 * What was seen is stored before the next step begins. A base whose build isn't known is built
 * when the patched state has warnings to compare.
 * Return: 0 whatever the results are (run_findings() tells); ERR_INPUT for a configuration that
 * can't be made, ERR_MISSING, ERR_INTERRUPTED, ERR_SYSTEM.
 */
int run_plan(struct plan *p, const struct lab *lab, struct err *err);

/**
 * run_findings() - 0, or ERR_FINDING when a result isn't as it should be; ERR_MISSING when nothing
 *	is wrong but the host
 */
int run_findings(const struct plan *p);

#endif
