// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfs4state.c with its suites
 */
#include "../nfs4state.c"
#include "stableq.h"
#include "state_kunit.c"
#include "ssc_expire_kunit.c"
