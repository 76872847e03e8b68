/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stableq.h - what every suite begins with: KUnit, and the kernel's version
 *
 * Suites tell branches apart by LINUX_VERSION_CODE where a function changed, and by the macros of
 * has.mk where a stable branch may have got a field or a constant later.
 */
#ifndef STABLEQ_KUNIT_H
#define STABLEQ_KUNIT_H

#include <kunit/test.h>
#include <linux/version.h>

#endif
