// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stopping nfsd in a namespace waits for those who collect its files
 */

/* The file is out of the cache, and still open or not, according to who closes it. */
static void a_collector_hands_over_what_it_collects(struct kunit *test)
{
	const struct fcache_param *p = test->param_value;
	struct fcache_test *t = test->priv;
	struct fcache_file *ff;

	fcache_start(test, &init_net);
	ff = fcache_open(test, t->sf, &init_net, "file");
	fcache_collect(p->kind, ff);
	KUNIT_EXPECT_FALSE(test, nfsd_file_is_cached(file_inode(ff->file)));
	KUNIT_EXPECT_EQ(test, list_lru_count(&nfsd_file_lru), 0UL);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	/* not the collector */
	KUNIT_EXPECT_TRUE(test, fcache_is_open(ff));
#endif
	fcache_stop(&init_net);
	KUNIT_EXPECT_FALSE(test, fcache_is_open(ff));
	fcache_release(ff);
}

/* Someone reads the file: it leaves the hash table at most. */
static void a_collector_leaves_a_file_in_use(struct kunit *test)
{
	const struct fcache_param *p = test->param_value;
	struct fcache_test *t = test->priv;
	struct fcache_file *ff;
	struct nfsd_file *nf;

	fcache_start(test, &init_net);
	ff = fcache_open(test, t->sf, &init_net, "file");
	rcu_read_lock();
	nf = nfsd_file_lookup_locked(&init_net, current_cred(), file_inode(ff->file),
				     NFSD_MAY_READ, true);
	rcu_read_unlock();
	KUNIT_ASSERT_NOT_NULL(test, nf);

	fcache_collect(p->kind, ff);
	KUNIT_EXPECT_TRUE(test, fcache_is_open(ff));
	nfsd_file_put(nf);
	cancel_delayed_work_sync(&nfsd_filecache_laundrette);
	fcache_stop(&init_net);
	KUNIT_EXPECT_FALSE(test, fcache_is_open(ff));
	fcache_release(ff);
}

static void a_collector_with_nothing_to_do_does_nothing(struct kunit *test)
{
	const struct fcache_param *p = test->param_value;
	struct fcache_test *t = test->priv;
	struct fcache_file ff = { .sf = t->sf, .net = &init_net };

	fcache_start(test, &init_net);
	ff.file = stableq_fh_open(test, t->sf, "file", O_CREAT | O_RDWR);
	fcache_collect(p->kind, &ff);
	fcache_stop(&init_net);
	fcache_release(&ff);
}

/* Reclaim can't wait for another collector; it may find nothing to do. */
static void the_shrinker_does_not_wait_for_a_collector(struct kunit *test)
{
	struct shrink_control sc = { .nr_to_scan = 100, .gfp_mask = GFP_KERNEL };
	struct fcache_test *t = test->priv;
	struct fcache_file *ff, *other;
	struct fcache_race *r;
	unsigned long ret;

	fcache_start(test, &init_net);
	ff = fcache_open(test, t->sf, &init_net, "file");
	other = fcache_open(test, t->sf, &init_net, "other");
	r = fcache_race_park(test, FCACHE_FSNOTIFY, ff);

	ret = nfsd_file_lru_scan(NULL, &sc);
	KUNIT_EXPECT_TRUE(test, ret == SHRINK_STOP || ret == 1);
	KUNIT_EXPECT_FALSE(test, completion_done(&r->settled));
	fcache_race_resume(r);

	fcache_stop(&init_net);
	KUNIT_EXPECT_FALSE(test, fcache_is_open(ff));
	KUNIT_EXPECT_FALSE(test, fcache_is_open(other));
	fcache_release(ff);
	fcache_release(other);
}

static void stopping_nfsd_waits_for_a_collector(struct kunit *test)
{
	const struct fcache_param *p = test->param_value;
	struct fcache_test *t = test->priv;
	struct fcache_file *ff;
	struct fcache_race *r;
	bool early;

	fcache_start(test, &init_net);
	ff = fcache_open(test, t->sf, &init_net, "file");
	r = fcache_race_park(test, p->kind, ff);
	fcache_race_stop(test, r, false);
	early = r->has_stopped;
	KUNIT_EXPECT_FALSE_MSG(test, early, "nfsd has stopped while a collector holds its file");
	if (early)
		fcache_start(test, &init_net);	/* the collector needs somewhere to go */
	fcache_race_resume(r);
	wait_for_completion(&r->stopped);
	if (early)
		fcache_stop(&init_net);

	KUNIT_EXPECT_FALSE(test, fcache_is_open(ff));
	fcache_release(ff);
}

/* And so the namespace, which files don't hold, is there as long as someone looks for it. */
static void a_namespace_outlives_the_collecting_of_its_files(struct kunit *test)
{
	struct fcache_test *t = test->priv;
	struct net *net = fcache_new_net(test);
	struct fcache_file *ff;
	struct fcache_race *r;

	fcache_start(test, net);
	ff = fcache_open(test, t->sf, net, "file");
	r = fcache_race_park(test, FCACHE_GC, ff);
	fcache_race_stop(test, r, true);
	fcache_race_resume(r);
	wait_for_completion(&r->stopped);
	KUNIT_EXPECT_FALSE(test, fcache_is_open(ff));
	fcache_release(ff);
}

static struct kunit_case fcache_shutdown_cases[] = {
	KUNIT_CASE_PARAM(a_collector_hands_over_what_it_collects, fcache_collectors_gen_params),
	KUNIT_CASE_PARAM(a_collector_leaves_a_file_in_use, fcache_collectors_gen_params),
	KUNIT_CASE_PARAM(a_collector_with_nothing_to_do_does_nothing,
			 fcache_collectors_gen_params),
	KUNIT_CASE(the_shrinker_does_not_wait_for_a_collector),
	KUNIT_CASE_PARAM(stopping_nfsd_waits_for_a_collector, fcache_collectors_gen_params),
	KUNIT_CASE(a_namespace_outlives_the_collecting_of_its_files),
	{}
};

static struct kunit_suite fcache_shutdown_suite = {
	.name = STABLEQ_SUITE,
	.suite_init = fcache_disposal_suite_init,
	.suite_exit = fcache_disposal_suite_exit,
	.init = fcache_init,
	.exit = fcache_exit,
	.test_cases = fcache_shutdown_cases,
};

kunit_test_suite(fcache_shutdown_suite);
