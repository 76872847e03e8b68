/* SPDX-License-Identifier: GPL-2.0-only */
/* What frees goes through nfs4xdr_helpers.c, for a reader that is under way: see reader.h. */
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include "reader.h"

#define synchronize_rcu stableq_synchronize_rcu
#define vfree stableq_vfree
#define kvfree_call_rcu stableq_kvfree_call_rcu
#endif
