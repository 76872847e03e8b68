/* SPDX-License-Identifier: GPL-2.0-only */
/* filecache_helpers.c says what the calls are for that are put in here. */
static void stableq_spin_lock(spinlock_t *lock);
static int __maybe_unused stableq_spin_trylock(spinlock_t *lock);
static void stableq_spin_unlock(spinlock_t *lock);
static void stableq_hand_over(void);

#define spin_lock(lock)		stableq_spin_lock(lock)
#define spin_trylock(lock)	stableq_spin_trylock(lock)
#define spin_unlock(lock)	stableq_spin_unlock(lock)
#define net_generic(net, id)	({ stableq_hand_over(); (net_generic)(net, id); })
