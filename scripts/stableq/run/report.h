/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run/report.h - a run's results for people (a table) and for programs (one JSON object)
 */
#ifndef STABLEQ_REPORT_H
#define STABLEQ_REPORT_H

#include "out/out.h"
#include "run/plan.h"

/**
 * report_run() - print what came of a plan, also of one that did not come to its end
 * @out: where and in which format
 * @p: the plan
 * @error: what ended the run early, or NULL
 * @seconds: how long the run took
 * @err: may be @error
 *
 * The shape of the JSON object is documented in stableq(1); keys may be added, never renamed.
 * Return: as out_json().
 */
int report_run(struct out *out, const struct plan *p, const struct err *error, double seconds,
	       struct err *err) __must_check;

#endif
