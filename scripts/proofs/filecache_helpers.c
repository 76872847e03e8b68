// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files in the server's cache, and those who collect them
 *
 * A collector (laundrette, shrinker, fsnotify or lease callback) takes files off the hash table and
 * the LRU, and hands them over to the disposal queues of their namespaces, which it finds by
 * net_generic(). Just before that call it has files that nobody else can find. There it is parked
 * while nfsd is stopped in the namespace by another thread.
 *
 * It may hold a spinlock meanwhile. One CPU stands for two here: the collector sleeps with the lock
 * held, and whoever wants the lock sleeps until it is released. The lock itself is the real one.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include "stableq_fh.h"

enum fcache_collector { FCACHE_GC, FCACHE_SHRINKER, FCACHE_FSNOTIFY, FCACHE_LEASE };

struct fcache_file {
	struct stableq_fh *sf;
	struct net *net;
	struct file *file;	/* the struct file that is in the cache */
};

struct fcache_race {
	enum fcache_collector kind;
	struct fcache_file *ff;
	bool drop_net;			/* let the namespace go once nfsd has stopped in it */

	struct task_struct *collector;
	spinlock_t *held;		/* by the parked collector */
	struct completion parked, resume, released, collected;

	bool has_stopped;
	struct completion settled;	/* the stopper waits for the collector, or has stopped */
	struct completion stopped;
};

static struct fcache_race *fcache_race;

/* Remember the lock, and make it one that can be slept with. */
static void fcache_hold(struct fcache_race *r, spinlock_t *lock)
{
	if (r && current == r->collector && !r->held) {
		r->held = lock;
		preempt_enable_no_resched();
	}
}

static void stableq_spin_lock(spinlock_t *lock)
{
	struct fcache_race *r = fcache_race;

	if (r && current != r->collector && lock == r->held) {
		complete(&r->settled);
		wait_for_completion(&r->released);
	}
	(spin_lock)(lock);
	fcache_hold(r, lock);
}

static int stableq_spin_trylock(spinlock_t *lock)
{
	int locked = (spin_trylock)(lock);

	if (locked)
		fcache_hold(fcache_race, lock);
	return locked;
}

static void stableq_spin_unlock(spinlock_t *lock)
{
	struct fcache_race *r = fcache_race;
	bool held = r && current == r->collector && lock == r->held;

	if (held) {
		preempt_disable();
		r->held = NULL;
	}
	(spin_unlock)(lock);
	if (held)
		complete_all(&r->released);
}

/* A lock that didn't come by the calls above can't be slept with: nobody can get between then. */
static void stableq_hand_over(void)
{
	struct fcache_race *r = fcache_race;

	if (!r || current != r->collector || completion_done(&r->parked))
		return;
	complete_all(&r->parked);
	if (!in_atomic())
		wait_for_completion(&r->resume);
}

static void fcache_start(struct kunit *test, struct net *net)
{
	mutex_lock(&nfsd_mutex);
	KUNIT_EXPECT_EQ(test, nfsd_file_cache_start_net(net), 0);
	mutex_unlock(&nfsd_mutex);
}

static void fcache_stop(struct net *net)
{
	mutex_lock(&nfsd_mutex);
	nfsd_file_cache_shutdown_net(net);
	mutex_unlock(&nfsd_mutex);
}

static void fcache_up(struct kunit *test)
{
	mutex_lock(&nfsd_mutex);
	KUNIT_EXPECT_EQ(test, nfsd_file_cache_init(), 0);
	mutex_unlock(&nfsd_mutex);
}

static void fcache_down(void)
{
	mutex_lock(&nfsd_mutex);
	nfsd_file_cache_shutdown();
	mutex_unlock(&nfsd_mutex);
	rcu_barrier();
}

/* An NFSv3 client of @net reads file @name; the server keeps it open. */
static struct fcache_file *fcache_open(struct kunit *test, struct stableq_fh *sf, struct net *net,
				       const char *name)
{
	struct fcache_file *ff = kunit_kzalloc(test, sizeof(*ff), GFP_KERNEL);
	struct file *file = stableq_fh_open(test, sf, name, O_CREAT | O_RDWR);
	struct nfsd_file *nf = NULL;
	struct svc_fh fh;
	__be32 status;

	KUNIT_ASSERT_NOT_NULL(test, ff);
	ff->sf = sf;
	ff->net = net;
	fh_init(&fh, NFS3_FHSIZE);
	stableq_fh_fill(sf, &fh, file->f_path.dentry);
	sf->xprt.xpt_net = net;
	status = nfsd_file_acquire_gc(&sf->rqst, &fh, NFSD_MAY_READ, &nf);
	stableq_fh_revert_creds();
	fh_put(&fh);
	__fput_sync(file);
	KUNIT_ASSERT_EQ(test, (u32)status, (u32)nfs_ok);
	ff->file = get_file(nf->nf_file);
	nfsd_file_put(nf);

	/* nobody collects unless told to; a first round finds the file in recent use */
	cancel_delayed_work_sync(&nfsd_filecache_laundrette);
	nfsd_file_gc();
	KUNIT_EXPECT_TRUE(test, nfsd_file_is_cached(file_inode(ff->file)));
	return ff;
}

/* The server has it open beside the suite itself. */
static bool fcache_is_open(struct fcache_file *ff)
{
	return file_count(ff->file) > 1;
}

static void fcache_release(struct fcache_file *ff)
{
	__fput_sync(ff->file);
	ff->file = NULL;
}

static void fcache_collect(enum fcache_collector kind, struct fcache_file *ff)
{
	struct shrink_control sc = { .nr_to_scan = 100, .gfp_mask = GFP_KERNEL };
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	struct file_lease lease = { .c.flc_flags = FL_LEASE, .c.flc_file = ff->file };
#else
	struct file_lock lease = { .fl_flags = FL_LEASE, .fl_file = ff->file };
#endif

	switch (kind) {
	case FCACHE_GC:
		nfsd_file_gc();
		break;
	case FCACHE_SHRINKER:
		nfsd_file_lru_scan(NULL, &sc);
		break;
	case FCACHE_FSNOTIFY:
		nfsd_file_fsnotify_handle_event(NULL, FS_DELETE_SELF, file_inode(ff->file), NULL,
						NULL, 0);
		break;
	case FCACHE_LEASE:
		nfsd_file_lease_notifier_call(NULL, 0, &lease);
		break;
	}
}

static int fcache_collector_thread(void *data)
{
	struct fcache_race *r = data;

	r->collector = current;
	fcache_collect(r->kind, r->ff);
	r->collector = NULL;
	complete_all(&r->parked);
	complete(&r->collected);
	return 0;
}

/* Tells when a namespace has been left by everything that is registered for namespaces. */
static struct net *fcache_net_leaving;
static DECLARE_COMPLETION(fcache_net_left);

static void __net_exit fcache_net_exit(struct net *net)
{
	if (net == fcache_net_leaving)
		complete(&fcache_net_left);
}

static struct pernet_operations fcache_net_ops = { .exit = fcache_net_exit };

/* Put the last reference, and wait until the data of the namespace have been freed. */
static void fcache_drop_net(struct net *net)
{
	fcache_net_leaving = net;
	reinit_completion(&fcache_net_left);
	put_net(net);
	wait_for_completion(&fcache_net_left);
	net_ns_barrier();
}

static int fcache_stopper_thread(void *data)
{
	struct fcache_race *r = data;

	fcache_stop(r->ff->net);
	r->has_stopped = true;
	if (r->drop_net)
		fcache_drop_net(r->ff->net);
	complete(&r->settled);
	complete(&r->stopped);
	return 0;
}

/* Have a collector go until it is about to hand @ff over. */
static struct fcache_race *fcache_race_park(struct kunit *test, enum fcache_collector kind,
					    struct fcache_file *ff)
{
	struct fcache_race *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, r);
	r->kind = kind;
	r->ff = ff;
	init_completion(&r->parked);
	init_completion(&r->resume);
	init_completion(&r->released);
	init_completion(&r->collected);
	init_completion(&r->settled);
	init_completion(&r->stopped);

	fcache_race = r;
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(fcache_collector_thread, r, "collector")));
	wait_for_completion(&r->parked);
	KUNIT_EXPECT_FALSE(test, nfsd_file_is_cached(file_inode(ff->file)));
	return r;
}

/* Stop nfsd in the namespace of the file meanwhile. Returns when that can get no further. */
static void fcache_race_stop(struct kunit *test, struct fcache_race *r, bool drop_net)
{
	r->drop_net = drop_net;
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(fcache_stopper_thread, r, "stopper")));
	/* a stopper that waits by other means than a spinlock doesn't say so */
	wait_for_completion_timeout(&r->settled, 5 * HZ);
}

static void fcache_race_resume(struct fcache_race *r)
{
	complete_all(&r->resume);
	wait_for_completion(&r->collected);
	fcache_race = NULL;
}

struct fcache_test {
	struct stableq_fh *sf;
};

static int fcache_init(struct kunit *test)
{
	struct fcache_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->sf = stableq_fh_create(test, &init_net);
	fcache_up(test);
	return 0;
}

static void fcache_exit(struct kunit *test)
{
	struct fcache_test *t = test->priv;

	fcache_down();
	stableq_fh_destroy(test, t->sf);
}

struct fcache_param {
	const char *name;
	enum fcache_collector kind;
};

static const struct fcache_param fcache_collectors[] = {
	{ "laundrette", FCACHE_GC },
	{ "shrinker", FCACHE_SHRINKER },
	{ "fsnotify", FCACHE_FSNOTIFY },
	{ "lease", FCACHE_LEASE },
};

static void fcache_param_desc(const struct fcache_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(fcache_collectors, fcache_collectors, fcache_param_desc);

static struct net *fcache_new_net(struct kunit *test)
{
	struct net *net = copy_net_ns(CLONE_NEWNET, &init_user_ns, &init_net);

	KUNIT_ASSERT_FALSE(test, IS_ERR(net));
	return net;
}
