// SPDX-License-Identifier: GPL-2.0-only
/*
 * filecache.c - unit of the server's file of that name
 *
 * filecache_kunit.h says what the calls are for that are put in here.
 */
#include <linux/hash.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/file.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/list_lru.h>
#include <linux/fsnotify_backend.h>
#include <linux/fsnotify.h>
#include <linux/seq_file.h>
#include <linux/rhashtable.h>
#include <linux/version.h>
#include "../vfs.h"
#include "../nfsd.h"
#include "../nfsfh.h"
#include "../netns.h"
#include "../filecache.h"
#include "../trace.h"

static void stableq_spin_lock(spinlock_t *lock);
static int stableq_spin_trylock(spinlock_t *lock);
static void stableq_spin_unlock(spinlock_t *lock);
static void stableq_hand_over(void);

#define spin_lock(lock)		stableq_spin_lock(lock)
#define spin_trylock(lock)	stableq_spin_trylock(lock)
#define spin_unlock(lock)	stableq_spin_unlock(lock)
#define net_generic(net, id)	({ stableq_hand_over(); (net_generic)(net, id); })

/* only there since the server's threads close files */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
static void stableq_wake_up(struct svc_serv *serv);
#define svc_wake_up(serv)	stableq_wake_up(serv)
#endif

#include "../filecache.c"
#include "stableq_fh.h"
#include "filecache_kunit.h"
#include "fcache_disposal_kunit.c"
#include "fcache_shutdown_kunit.c"
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
#include "fcache_threads_kunit.c"
#endif
