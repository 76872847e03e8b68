/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stableq.h - what the suites share: the branches' differences, and small helpers
 */
#ifndef STABLEQ_KUNIT_H
#define STABLEQ_KUNIT_H

#include <kunit/test.h>
#include <linux/version.h>

#endif
