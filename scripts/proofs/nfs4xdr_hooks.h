// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfs4xdr.c - unit of the server's file of that name
 */
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include "reader_kunit.c"
#endif
#include "../nfs4xdr.c"
#include "stableq.h"
#include "create_kunit.c"
