// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walk that unmounts idle source servers of inter-server copies. It drops the lock of its list
 * around each unmount. The mounts here are of a filesystem whose kill_sb plays the COPY that
 * changes the list in that moment: such a mount is torn down inside of the last mntput().
 */
#include <linux/pseudo_fs.h>
#include <linux/mount.h>
#include "stableq.h"
#include "ssc_dul.h"

struct ssc_test {
	struct nfsd_net			*nn;
	struct wait_queue_entry		waiter;
	int				woken;
	int				umounts;
	/* during the unmount of number hook_at (from 1 on) */
	int				hook_at;
	void				(*hook)(struct ssc_test *t);
	struct nfsd4_ssc_umount_item	*item;
};

static struct ssc_test *ssc_now;

static int ssc_init_fs_context(struct fs_context *fc)
{
	return init_pseudo(fc, 0x73746271) ? 0 : -ENOMEM;
}

static void ssc_kill_sb(struct super_block *sb)
{
	struct ssc_test *t = ssc_now;

	if (++t->umounts == t->hook_at)
		t->hook(t);
	kill_anon_super(sb);
}

static struct file_system_type ssc_fs = {
	.owner			= THIS_MODULE,
	.name			= "stableq-ssc",
	.init_fs_context	= ssc_init_fs_context,
	.kill_sb		= ssc_kill_sb,
};

static int ssc_woken(struct wait_queue_entry *w, unsigned int mode, int flags, void *key)
{
	container_of(w, struct ssc_test, waiter)->woken++;
	return 0;
}

static int ssc_init(struct kunit *test)
{
	struct ssc_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->nn = net_generic(&init_net, nfsd_net_id);
	nfsd4_ssc_init_umount_work(t->nn);
	init_waitqueue_func_entry(&t->waiter, ssc_woken);
	add_wait_queue(&t->nn->nfsd_ssc_waitq, &t->waiter);
	ssc_now = t;
	test->priv = t;
	return 0;
}

static void ssc_exit(struct kunit *test)
{
	struct ssc_test *t = test->priv;

	t->hook_at = 0;
	remove_wait_queue(&t->nn->nfsd_ssc_waitq, &t->waiter);
	nfsd4_ssc_shutdown_umount(t->nn);
	KUNIT_EXPECT_TRUE(test, list_empty(&t->nn->nfsd_ssc_mount_list));
	rcu_barrier();
}

static struct vfsmount *ssc_mount(void)
{
	return vfs_kern_mount(&ssc_fs, SB_KERNMOUNT, ssc_fs.name, NULL);
}

/* A COPY that has just begun: its source isn't mounted yet. */
static struct nfsd4_ssc_umount_item *ssc_pending(struct kunit *test, char *ipaddr)
{
	struct ssc_test *t = test->priv;
	struct nfsd4_ssc_umount_item *ni = stableq_ssc_begin(t->nn, ipaddr);

	KUNIT_ASSERT_NOT_NULL(test, ni);
	KUNIT_ASSERT_TRUE(test, ni->nsui_busy);
	KUNIT_ASSERT_EQ(test, refcount_read(&ni->nsui_refcnt), 2);
	return ni;
}

/* A COPY under way. */
static struct nfsd4_ssc_umount_item *ssc_copying(struct kunit *test, char *ipaddr)
{
	struct ssc_test *t = test->priv;
	struct nfsd4_ssc_umount_item *ni = ssc_pending(test, ipaddr);
	struct vfsmount *mnt = ssc_mount();

	KUNIT_ASSERT_FALSE(test, IS_ERR(mnt));
	stableq_ssc_mounted(t->nn, ni, mnt);
	return ni;
}

/* The end of a COPY, after it has closed its file: the item goes to the tail. */
static void ssc_finish(struct ssc_test *t, struct nfsd4_ssc_umount_item *ni, unsigned long expire)
{
	spin_lock(&t->nn->nfsd_ssc_lock);
	refcount_dec(&ni->nsui_refcnt);
	ni->nsui_expire = expire;
	list_move_tail(&ni->nsui_list, &t->nn->nfsd_ssc_mount_list);
	spin_unlock(&t->nn->nfsd_ssc_lock);
}

static struct nfsd4_ssc_umount_item *ssc_idle(struct kunit *test, char *ipaddr,
					      unsigned long expire)
{
	struct nfsd4_ssc_umount_item *ni = ssc_copying(test, ipaddr);

	ssc_finish(test->priv, ni, expire);
	return ni;
}

static struct nfsd4_ssc_umount_item *ssc_expired(struct kunit *test, char *ipaddr)
{
	return ssc_idle(test, ipaddr, jiffies - HZ);
}

/* Which items are left, as the letters that their addresses begin with */
static void ssc_expect_left(struct kunit *test, const char *want)
{
	struct ssc_test *t = test->priv;
	struct nfsd4_ssc_umount_item *ni;
	char left[16] = "";

	list_for_each_entry(ni, &t->nn->nfsd_ssc_mount_list, nsui_list)
		strncat(left, ni->nsui_ipaddr, 1);
	KUNIT_EXPECT_STREQ_MSG(test, left, want, "items left on the list");
}

static void ssc_expect_walk(struct kunit *test, int umounts, bool woken)
{
	struct ssc_test *t = test->priv;

	t->woken = 0;
	nfsd4_ssc_expire_umount(t->nn);
	KUNIT_EXPECT_EQ(test, t->umounts, umounts);
	KUNIT_EXPECT_EQ(test, t->woken != 0, woken);
}

static void nothing_to_do_on_an_empty_list(struct kunit *test)
{
	ssc_expect_walk(test, 0, false);
}

static void expired_idle_items_go_all_at_once(struct kunit *test)
{
	ssc_expired(test, "a");
	ssc_expired(test, "b");
	ssc_expired(test, "c");
	ssc_expect_walk(test, 3, true);
	ssc_expect_left(test, "");
}

static void items_in_use_are_skipped(struct kunit *test)
{
	struct ssc_test *t = test->priv;
	struct nfsd4_ssc_umount_item *shared;

	shared = ssc_expired(test, "a");
	ssc_expired(test, "b");
	ssc_copying(test, "c");
	ssc_expired(test, "d");
	KUNIT_EXPECT_PTR_EQ(test, stableq_ssc_begin(t->nn, "a"), shared);
	ssc_expect_walk(test, 2, true);
	ssc_expect_left(test, "ac");
	KUNIT_EXPECT_FALSE(test, shared->nsui_busy);
	KUNIT_EXPECT_EQ(test, refcount_read(&shared->nsui_refcnt), 2);

	/* idle again */
	ssc_finish(t, shared, jiffies - HZ);
	ssc_expect_walk(test, 3, true);
	ssc_expect_left(test, "c");
}

static void walk_ends_at_the_first_item_with_time_left(struct kunit *test)
{
	ssc_expired(test, "a");
	ssc_idle(test, "b", jiffies + 60 * HZ);
	ssc_expired(test, "c");
	ssc_expect_walk(test, 1, true);
	ssc_expect_left(test, "bc");
	ssc_expect_walk(test, 1, false);
	ssc_expect_left(test, "bc");
}

static void ssc_begin_another(struct ssc_test *t)
{
	/* the item being unmounted is busy, so this source gets one of its own */
	t->item = stableq_ssc_begin(t->nn, "n");
}

static void copy_that_begins_during_an_unmount_stays(struct kunit *test)
{
	struct ssc_test *t = test->priv;

	ssc_expired(test, "a");
	t->hook_at = 1;
	t->hook = ssc_begin_another;
	ssc_expect_walk(test, 1, true);
	ssc_expect_left(test, "n");
	KUNIT_EXPECT_TRUE(test, t->item && t->item->nsui_busy);
	if (t->item)
		stableq_ssc_cancel(t->nn, t->item);
}

static void ssc_cancel_item(struct ssc_test *t)
{
	stableq_ssc_cancel(t->nn, t->item);
}

/* no neighbour of the item being unmounted */
static void copy_further_back_fails_during_an_unmount(struct kunit *test)
{
	struct ssc_test *t = test->priv;

	ssc_expired(test, "a");
	ssc_expired(test, "b");
	t->item = ssc_pending(test, "p");
	t->hook_at = 1;
	t->hook = ssc_cancel_item;
	ssc_expect_walk(test, 2, true);
	ssc_expect_left(test, "");
}

static void ssc_finish_item(struct ssc_test *t)
{
	ssc_finish(t, t->item, jiffies + 60 * HZ);
}

/* The neighbour goes to the tail, where the items with time left are. */
static void copy_behind_ends_during_an_unmount(struct kunit *test)
{
	struct ssc_test *t = test->priv;

	ssc_expired(test, "a");
	t->item = ssc_copying(test, "c");
	ssc_expired(test, "e");
	t->hook_at = 1;
	t->hook = ssc_finish_item;
	ssc_expect_walk(test, 2, true);
	ssc_expect_left(test, "c");
}

/* The neighbour is freed. */
static void copy_behind_fails_during_an_unmount(struct kunit *test)
{
	struct ssc_test *t = test->priv;

	ssc_expired(test, "a");
	t->item = ssc_pending(test, "p");
	/* a walk that looks at it after all ends there, and not far off in freed memory */
	t->item->nsui_expire = jiffies + 60 * HZ;
	ssc_expired(test, "e");
	t->hook_at = 1;
	t->hook = ssc_cancel_item;
	ssc_expect_walk(test, 2, true);
	ssc_expect_left(test, "");
}

static struct kunit_case ssc_cases[] = {
	KUNIT_CASE(nothing_to_do_on_an_empty_list),
	KUNIT_CASE(expired_idle_items_go_all_at_once),
	KUNIT_CASE(items_in_use_are_skipped),
	KUNIT_CASE(walk_ends_at_the_first_item_with_time_left),
	KUNIT_CASE(copy_that_begins_during_an_unmount_stays),
	KUNIT_CASE(copy_further_back_fails_during_an_unmount),
	KUNIT_CASE(copy_behind_ends_during_an_unmount),
	KUNIT_CASE(copy_behind_fails_during_an_unmount),
	{}
};

static struct kunit_suite ssc_suite = {
	.name = STABLEQ_SUITE,
	.init = ssc_init,
	.exit = ssc_exit,
	.test_cases = ssc_cases,
};
kunit_test_suite(ssc_suite);
