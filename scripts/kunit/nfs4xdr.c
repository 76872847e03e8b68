// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfs4xdr.c - unit of the server's file of that name
 */
#include "../nfs4xdr.c"
#include "stableq.h"
#include "create_kunit.c"
