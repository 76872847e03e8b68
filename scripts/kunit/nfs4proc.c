// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfs4proc.c with its suites
 */
#include "../nfs4proc.c"
#include "stableq.h"
#include "ssc_dul_kunit.c"
