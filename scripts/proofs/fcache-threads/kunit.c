// SPDX-License-Identifier: GPL-2.0-only
/*
 * The server's threads close what is queued, with and without a service
 */
#define FCACHE_BATCH	8	/* what a thread takes at a time */

struct fcache_threads_param {
	const char *name;
	int queued;
	int left;
};

static const struct fcache_threads_param fcache_threads_few[] = {
	{ "none", 0, 0 },
	{ "one", 1, 0 },
	{ "one batch", FCACHE_BATCH, 0 },
};

static const struct fcache_threads_param fcache_threads_many[] = {
	{ "one more than a batch", FCACHE_BATCH + 1, 1 },
	{ "two batches and more", 2 * FCACHE_BATCH + 1, FCACHE_BATCH + 1 },
};

static void fcache_threads_desc(const struct fcache_threads_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(fcache_threads_few, fcache_threads_few, fcache_threads_desc);
KUNIT_ARRAY_PARAM(fcache_threads_many, fcache_threads_many, fcache_threads_desc);

/* A service whose threads aren't woken, but counted, and what was open at that time. */
static struct svc_serv fcache_serv;
static struct fcache_file *fcache_queued[2 * FCACHE_BATCH + 1];
static int fcache_woken, fcache_open_when_woken;

static int fcache_count_open(void)
{
	int i, open = 0;

	for (i = 0; i < ARRAY_SIZE(fcache_queued); i++)
		open += fcache_queued[i] && fcache_is_open(fcache_queued[i]);
	return open;
}

static void stableq_wake_up(struct svc_serv *serv)
{
	if (serv == &fcache_serv) {
		fcache_woken++;
		fcache_open_when_woken = fcache_count_open();
		return;
	}
	(svc_wake_up)(serv);
}

/* Queue files while no service is there, then have a thread close them with @serv. */
static void fcache_threads_dispose(struct kunit *test, struct svc_serv *serv)
{
	const struct fcache_threads_param *p = test->param_value;
	struct nfsd_net *nn = net_generic(&init_net, nfsd_net_id);
	struct fcache_test *t = test->priv;
	char name[] = "a";
	int i;

	for (i = 0; i < p->queued; i++, name[0]++)
		fcache_queued[i] = fcache_open(test, t->sf, &init_net, name);
	nfsd_file_gc();
	KUNIT_EXPECT_EQ(test, fcache_count_open(), p->queued);

	nn->nfsd_serv = serv;
	nfsd_file_net_dispose(nn);
	KUNIT_EXPECT_EQ(test, fcache_count_open(), p->left);
	if (fcache_woken)
		KUNIT_EXPECT_EQ(test, fcache_open_when_woken, p->queued);

	nfsd_file_net_dispose(nn);
	KUNIT_EXPECT_EQ(test, fcache_count_open(), max(p->left - FCACHE_BATCH, 0));
	nn->nfsd_serv = NULL;
}

static void a_thread_closes_a_few(struct kunit *test)
{
	fcache_threads_dispose(test, &fcache_serv);
	KUNIT_EXPECT_EQ(test, fcache_woken, 0);
}

static void a_thread_without_service_closes_a_few(struct kunit *test)
{
	fcache_threads_dispose(test, NULL);
}

/* The other thread is woken first, so that both can be at work. */
static void a_thread_wakes_another_for_many(struct kunit *test)
{
	const struct fcache_threads_param *p = test->param_value;

	fcache_threads_dispose(test, &fcache_serv);
	KUNIT_EXPECT_EQ(test, fcache_woken, p->left > FCACHE_BATCH ? 2 : 1);
}

static void a_collector_wakes_a_thread(struct kunit *test)
{
	struct nfsd_net *nn = net_generic(&init_net, nfsd_net_id);
	struct fcache_test *t = test->priv;

	fcache_queued[0] = fcache_open(test, t->sf, &init_net, "file");
	nn->nfsd_serv = &fcache_serv;
	nfsd_file_gc();
	nn->nfsd_serv = NULL;
	KUNIT_EXPECT_EQ(test, fcache_woken, 1);
}

/* The service is gone already: nobody can be woken. */
static void a_thread_without_service_closes_a_batch(struct kunit *test)
{
	fcache_threads_dispose(test, NULL);
}

static int fcache_threads_init(struct kunit *test)
{
	int ret = fcache_init(test);

	memset(fcache_queued, 0, sizeof(fcache_queued));
	fcache_woken = 0;
	fcache_open_when_woken = 0;
	fcache_start(test, &init_net);
	return ret;
}

static void fcache_threads_exit(struct kunit *test)
{
	int i;

	fcache_stop(&init_net);
	KUNIT_EXPECT_EQ(test, fcache_count_open(), 0);
	for (i = 0; i < ARRAY_SIZE(fcache_queued); i++)
		if (fcache_queued[i])
			fcache_release(fcache_queued[i]);
	fcache_exit(test);
}

static struct kunit_case fcache_threads_cases[] = {
	KUNIT_CASE_PARAM(a_thread_closes_a_few, fcache_threads_few_gen_params),
	KUNIT_CASE_PARAM(a_thread_without_service_closes_a_few, fcache_threads_few_gen_params),
	KUNIT_CASE_PARAM(a_thread_wakes_another_for_many, fcache_threads_many_gen_params),
	KUNIT_CASE(a_collector_wakes_a_thread),
	KUNIT_CASE_PARAM(a_thread_without_service_closes_a_batch,
			 fcache_threads_many_gen_params),
	{}
};

static struct kunit_suite fcache_threads_suite = {
	.name = STABLEQ_SUITE,
	.init = fcache_threads_init,
	.exit = fcache_threads_exit,
	.test_cases = fcache_threads_cases,
};

kunit_test_suite(fcache_threads_suite);
