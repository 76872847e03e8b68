/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run.h - carries a plan out: trees, builds, boots, results into the store
 */
#ifndef STABLEQ_RUN_H
#define STABLEQ_RUN_H

#include "out.h"
#include "plan.h"

struct vm_um;

struct run_opts {
	struct out *out;
	const char *cache;	/* <cache>/work, <cache>/logs, <cache>/guest */
	const char *guest;	/* the guest's init program */
	const struct vm_um *um;	/* what user-mode Linux needs here */
	unsigned int jobs;	/* 0: as many as CPUs */
	bool again;		/* run what the store has, too */
};

/**
 * run_prepare() - trees, states and keys for every release; finished work looked up in the store
 *
 * Return: as plan_prepare().
 */
int run_prepare(struct plan *p, struct source_set *set, struct store *store,
		const struct run_opts *opts, struct err *err);

/**
 * run_plan() - build, boot and judge what isn't done yet
 * @p: prepared; items are done on return, unless an error or the user ended the run
 *
 * Every result is stored before the next step begins.
 * Return: 0 whatever the results are (run_findings() tells); ERR_INPUT for a configuration that
 * can't be made, ERR_MISSING, ERR_INTERRUPTED, ERR_SYSTEM.
 */
int run_plan(struct plan *p, struct store *store, const struct run_opts *opts, struct err *err);

/**
 * run_findings() - 0, or ERR_FINDING when a result isn't as it should be; ERR_MISSING when nothing
 *	is wrong but the host
 */
int run_findings(const struct plan *p);

#endif
