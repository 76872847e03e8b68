// SPDX-License-Identifier: GPL-2.0-only
/*
 * The disposal queue of a namespace lives as long as the namespace
 */

struct fcache_late_param {
	const char *name;
	enum fcache_collector kind;
	bool late_open;
};

static const struct fcache_late_param fcache_late[] = {
	{ "laundrette", FCACHE_GC },
	{ "shrinker", FCACHE_SHRINKER },
	{ "fsnotify", FCACHE_FSNOTIFY },
	{ "lease", FCACHE_LEASE },
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	{ "local open", FCACHE_GC, .late_open = true },	/* there is LOCALIO */
#endif
};

static void fcache_late_desc(const struct fcache_late_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(fcache_late, fcache_late, fcache_late_desc);

/* Collected files wait for their closing at the most until nfsd stops. */
static void what_is_queued_is_closed_when_nfsd_stops(struct kunit *test)
{
	const struct fcache_param *p = test->param_value;
	struct fcache_test *t = test->priv;
	struct fcache_file *ff;

	fcache_start(test, &init_net);
	ff = fcache_open(test, t->sf, &init_net, "file");
	fcache_collect(p->kind, ff);
	KUNIT_EXPECT_FALSE(test, nfsd_file_is_cached(file_inode(ff->file)));
	fcache_stop(&init_net);
	KUNIT_EXPECT_FALSE_MSG(test, fcache_is_open(ff), "open after nfsd has stopped");
	fcache_release(ff);
}

static void many_are_closed_when_nfsd_stops(struct kunit *test)
{
	struct fcache_test *t = test->priv;
	struct fcache_file *ff[20];
	char name[] = "a";
	int i;

	fcache_start(test, &init_net);
	for (i = 0; i < ARRAY_SIZE(ff); i++, name[0]++)
		ff[i] = fcache_open(test, t->sf, &init_net, name);
	nfsd_file_gc();
	fcache_stop(&init_net);
	for (i = 0; i < ARRAY_SIZE(ff); i++) {
		KUNIT_EXPECT_FALSE_MSG(test, fcache_is_open(ff[i]), "file %d is open", i);
		fcache_release(ff[i]);
	}
}

/* What isn't collected is closed as well. */
static void what_is_cached_is_closed_when_nfsd_stops(struct kunit *test)
{
	struct fcache_test *t = test->priv;
	struct fcache_file *ff;

	fcache_start(test, &init_net);
	ff = fcache_open(test, t->sf, &init_net, "file");
	fcache_stop(&init_net);
	KUNIT_EXPECT_FALSE(test, nfsd_file_is_cached(file_inode(ff->file)));
	KUNIT_EXPECT_FALSE(test, fcache_is_open(ff));
	fcache_release(ff);
}

static void nfsd_stops_with_nothing_queued(struct kunit *test)
{
	int i;

	for (i = 0; i < 2; i++) {
		fcache_start(test, &init_net);
		nfsd_file_gc();
		fcache_stop(&init_net);
	}
}

static void nfsd_queues_again_after_a_restart(struct kunit *test)
{
	struct fcache_test *t = test->priv;
	struct fcache_file *ff;
	int i;

	for (i = 0; i < 3; i++) {
		fcache_start(test, &init_net);
		ff = fcache_open(test, t->sf, &init_net, "file");
		nfsd_file_gc();
		fcache_stop(&init_net);
		KUNIT_EXPECT_FALSE(test, fcache_is_open(ff));
		fcache_release(ff);
	}
}

/* Each namespace has a queue of its own. */
static void stopping_leaves_the_queue_of_another_namespace(struct kunit *test)
{
	struct fcache_test *t = test->priv;
	struct fcache_file *here, *there;
	struct net *net = fcache_new_net(test);

	fcache_start(test, &init_net);
	fcache_start(test, net);
	here = fcache_open(test, t->sf, &init_net, "here");
	there = fcache_open(test, t->sf, net, "there");
	nfsd_file_gc();
	fcache_stop(net);
	KUNIT_EXPECT_FALSE(test, fcache_is_open(there));
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	/* before that a work item closes it soon */
	KUNIT_EXPECT_TRUE(test, fcache_is_open(here));
#endif
	fcache_stop(&init_net);
	KUNIT_EXPECT_FALSE(test, fcache_is_open(here));
	fcache_release(here);
	fcache_release(there);
	fcache_drop_net(net);
}

/*
 * nfsd has stopped while a collector held a file of the namespace, or waits for that collector. In
 * the first case the collector finds a queue that is still there, and the next stop empties it.
 */
static void collect_while_nfsd_stops(struct kunit *test, enum fcache_collector kind,
				     struct fcache_file *ff)
{
	struct fcache_race *r = fcache_race_park(test, kind, ff);

	fcache_race_stop(test, r, false);
	fcache_race_resume(r);
	wait_for_completion(&r->stopped);
}

/*
 * No collector is late here: the file is. A LOCALIO open that got its reference to the namespace's
 * server just before has it cached behind the purge, since the shutdown waits for such references
 * only afterwards. Nothing but the queue's own content is asked for: upstream begins it anew with
 * the next start.
 */
static void collect_behind_the_purge(struct kunit *test, struct fcache_test *t)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	struct fcache_file *ff;

	fcache_start(test, &init_net);
	fcache_stop(&init_net);
	ff = fcache_open(test, t->sf, &init_net, "file");
	nfsd_file_gc();
	nfsd_file_net_dispose(net_generic(&init_net, nfsd_net_id));
	KUNIT_EXPECT_FALSE_MSG(test, fcache_is_open(ff), "a file that was handed over is lost");
	fcache_release(ff);
#endif
}

static void a_late_collector_finds_the_queue(struct kunit *test)
{
	const struct fcache_late_param *p = test->param_value;
	struct fcache_test *t = test->priv;
	struct fcache_file *ff;

	if (p->late_open) {
		collect_behind_the_purge(test, t);
		return;
	}
	fcache_start(test, &init_net);
	ff = fcache_open(test, t->sf, &init_net, "file");
	collect_while_nfsd_stops(test, p->kind, ff);

	fcache_start(test, &init_net);
	fcache_stop(&init_net);
	KUNIT_EXPECT_FALSE_MSG(test, fcache_is_open(ff), "a file that was handed over is lost");
	fcache_release(ff);
}

static int fcache_disposal_suite_init(struct kunit_suite *suite)
{
	return register_pernet_subsys(&fcache_net_ops);
}

static void fcache_disposal_suite_exit(struct kunit_suite *suite)
{
	unregister_pernet_subsys(&fcache_net_ops);
}

static struct kunit_case fcache_disposal_cases[] = {
	KUNIT_CASE_PARAM(what_is_queued_is_closed_when_nfsd_stops, fcache_collectors_gen_params),
	KUNIT_CASE(many_are_closed_when_nfsd_stops),
	KUNIT_CASE(what_is_cached_is_closed_when_nfsd_stops),
	KUNIT_CASE(nfsd_stops_with_nothing_queued),
	KUNIT_CASE(nfsd_queues_again_after_a_restart),
	KUNIT_CASE(stopping_leaves_the_queue_of_another_namespace),
	KUNIT_CASE_PARAM(a_late_collector_finds_the_queue, fcache_late_gen_params),
	{}
};

static struct kunit_suite fcache_disposal_suite = {
	.name = STABLEQ_SUITE,
	.suite_init = fcache_disposal_suite_init,
	.suite_exit = fcache_disposal_suite_exit,
	.init = fcache_init,
	.exit = fcache_exit,
	.test_cases = fcache_disposal_cases,
};

kunit_test_suite(fcache_disposal_suite);
