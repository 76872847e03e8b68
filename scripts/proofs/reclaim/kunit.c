// SPDX-License-Identifier: GPL-2.0-only
/*
 * The records of clients that may reclaim.
 */
#include <linux/kthread.h>
#include "xdr4.h"
#include "stableq.h"
#include "stableq_state.h"
#include "stableq_cld.h"

#if IS_ENABLED(CONFIG_NFSD_LEGACY_CLIENT_TRACKING) || LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define STABLEQ_LEGACY_TRACKING
#endif

#define RECLAIM_NAME	"client-0"

struct reclaim_test {
	struct nfsd_net			*nn;
	struct nfs4_client		*clp;
	struct nfsd4_compound_state	cstate;
	union nfsd4_op_u		op;
	int				locks;	/* held when the case began */
	/* another thread, that releases all records */
	struct task_struct		*releaser;
	struct completion		started;
	struct completion		released;
};

static void (*reclaim_in_digest)(void);
static struct reclaim_test *reclaim_now;
static bool reclaim_lock_lost;

/* The check of a principal comes by here between finding a record and looking into it. */
static int stableq_shash_tfm_digest(struct crypto_shash *tfm, const u8 *data, unsigned int len,
				    u8 *out)
{
	void (*hook)(void) = reclaim_in_digest;

	reclaim_in_digest = NULL;
	if (hook)
		hook();
	return crypto_shash_tfm_digest(tfm, data, len, out);
}

static int reclaim_locks_held(void)
{
#ifdef CONFIG_LOCKDEP
	return current->lockdep_depth;
#else
	return 0;
#endif
}

static void reclaim_set_name(struct reclaim_test *t, const char *name)
{
	t->clp->cl_name.data = (u8 *)name;
	t->clp->cl_name.len = strlen(name);
	t->clp->cl_flags = 0;
}

static int reclaim_init(struct kunit *test)
{
	struct reclaim_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_FALSE_MSG(test, reclaim_lock_lost,
			       "after an earlier case any other would hang");
	KUNIT_ASSERT_NOT_NULL(test, t);
	t->clp = kunit_kzalloc(test, sizeof(*t->clp), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->clp);
	t->nn = net_generic(&init_net, nfsd_net_id);
	KUNIT_ASSERT_EQ(test, stableq_state_create(&init_net), 0);
	KUNIT_ASSERT_EQ(test, stableq_cld_start(&init_net, 2), 0);
	locks_start_grace(&init_net, &t->nn->nfsd4_manager);
	t->clp->net = &init_net;
	t->clp->cl_time = 1;
	reclaim_set_name(t, RECLAIM_NAME);
	t->cstate.clp = t->clp;
	t->locks = reclaim_locks_held();
	init_completion(&t->started);
	init_completion(&t->released);
	reclaim_now = t;
	test->priv = t;
	return 0;
}

static void reclaim_exit(struct kunit *test)
{
	struct reclaim_test *t = test->priv;

	if (!t || reclaim_lock_lost)
		return;
	reclaim_in_digest = NULL;
	locks_end_grace(&t->nn->nfsd4_manager);
	stableq_cld_stop(&init_net);
	KUNIT_EXPECT_EQ(test, t->nn->reclaim_str_hashtbl_size, 0);
	stableq_state_destroy(&init_net);
	rcu_barrier();
}

/* A way out that keeps the lock of the table would hang the next one to change it. */
static void reclaim_expect_unlocked(struct kunit *test)
{
	struct reclaim_test *t = test->priv;

	reclaim_lock_lost = reclaim_locks_held() != t->locks;
	KUNIT_ASSERT_FALSE_MSG(test, reclaim_lock_lost, "the lock of the table is kept");
}

static struct nfs4_client_reclaim *reclaim_add_hash(struct reclaim_test *t, const char *name,
						    const char *hash)
{
	struct xdr_netobj n = { .len = strlen(name), .data = (u8 *)name };
	struct xdr_netobj h = { .len = strlen(hash), .data = (u8 *)hash };

	return nfs4_client_to_reclaim(n, h, t->nn);
}

static int reclaim_records(struct reclaim_test *t)
{
	struct list_head *pos;
	int i, n = 0;

	for (i = 0; i < CLIENT_HASH_SIZE; i++)
		list_for_each(pos, &t->nn->reclaim_str_hashtbl[i])
			n++;
	return n;
}

static void reclaim_expect_records(struct kunit *test, int n)
{
	struct reclaim_test *t = test->priv;

	KUNIT_EXPECT_EQ_MSG(test, reclaim_records(t), n, "records in the table");
	KUNIT_EXPECT_EQ_MSG(test, t->nn->reclaim_str_hashtbl_size, n, "records counted");
}

static void reclaim_complete(struct reclaim_test *t, const char *name)
{
	reclaim_set_name(t, name);
	nfsd4_reclaim_complete(NULL, &t->cstate, &t->op);
}

static void name_given_twice_is_one_record(struct kunit *test)
{
	struct reclaim_test *t = test->priv;
	struct nfs4_client_reclaim *first = stableq_reclaim_add(t->nn, RECLAIM_NAME);

	KUNIT_ASSERT_NOT_NULL(test, first);
	KUNIT_EXPECT_PTR_EQ(test, stableq_reclaim_add(t->nn, RECLAIM_NAME), first);
	reclaim_expect_records(test, 1);
}

/* The hash of a principal may come with the second message, and is kept from then on. */
static void known_name_keeps_its_principal(struct kunit *test)
{
	struct reclaim_test *t = test->priv;
	struct nfs4_client_reclaim *crp;

	KUNIT_ASSERT_NOT_NULL(test, stableq_reclaim_add(t->nn, RECLAIM_NAME));
	KUNIT_ASSERT_NOT_NULL(test, reclaim_add_hash(t, RECLAIM_NAME, "one"));
	crp = reclaim_add_hash(t, RECLAIM_NAME, "other");
	KUNIT_ASSERT_NOT_NULL(test, crp);
	KUNIT_ASSERT_EQ_MSG(test, crp->cr_princhash.len, 3, "length of the principal's hash");
	KUNIT_EXPECT_EQ(test, memcmp(crp->cr_princhash.data, "one", 3), 0);
	reclaim_expect_records(test, 1);
}

static void repeated_name_does_not_delay_the_end_of_grace(struct kunit *test)
{
	struct reclaim_test *t = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, stableq_reclaim_add(t->nn, "client-a"));
	KUNIT_ASSERT_NOT_NULL(test, stableq_reclaim_add(t->nn, "client-b"));
	KUNIT_ASSERT_NOT_NULL(test, stableq_reclaim_add(t->nn, "client-a"));
	reclaim_complete(t, "client-a");
	KUNIT_EXPECT_EQ(test, stableq_cld_upcalls(Cld_GraceDone), 0);
	reclaim_complete(t, "client-b");
	KUNIT_EXPECT_EQ_MSG(test, stableq_cld_upcalls(Cld_GraceDone), 1,
			    "the grace period hasn't ended with the last client");
}

static int reclaim_releaser(void *data)
{
	struct reclaim_test *t = data;

	complete(&t->started);
	nfs4_release_reclaim(t->nn);
	complete(&t->released);
	return 0;
}

/* Returns when the other thread is done, or has to wait for us. */
static void reclaim_release_elsewhere(void)
{
	struct reclaim_test *t = reclaim_now;
	struct task_struct *task = kthread_run(reclaim_releaser, t, "stableq-release");

	if (IS_ERR(task))
		return;
	t->releaser = task;
	wait_for_completion(&t->started);
	while (!completion_done(&t->released) &&
	       !(READ_ONCE(task->__state) & TASK_UNINTERRUPTIBLE))
		schedule_timeout_uninterruptible(1);
}

static void records_are_released_while_a_principal_is_checked(struct kunit *test)
{
	struct reclaim_test *t = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, reclaim_add_hash(t, RECLAIM_NAME, "0123456789abcdef"));
	t->clp->cl_cred.cr_principal = "principal";
	reclaim_in_digest = reclaim_release_elsewhere;
	KUNIT_EXPECT_EQ(test, nfsd4_cld_check_v2(t->clp), -ENOENT);
	KUNIT_ASSERT_NOT_NULL(test, t->releaser);
	wait_for_completion(&t->released);
	reclaim_expect_records(test, 0);
}

struct reclaim_complete_param {
	const char	*name;
	const char	*clients;	/* one letter each */
	int		ends_at;	/* number of the RECLAIM_COMPLETE that ends it */
};

static const struct reclaim_complete_param reclaim_complete_params[] = {
	{ "one", "a", 1 },
	{ "three", "abc", 3 },
	{ "unknown_ones_between", "xaybz", 2 },
};

static void reclaim_complete_desc(const struct reclaim_complete_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(reclaim_complete, reclaim_complete_params, reclaim_complete_desc);

/* x, y and z are unknown */
static void last_known_client_ends_the_grace_period(struct kunit *test)
{
	struct reclaim_test *t = test->priv;
	const struct reclaim_complete_param *p = test->param_value;
	char name[] = "client-?";
	char *letter = &name[sizeof(name) - 2];
	const char *c;
	int known = 0;

	for (c = p->clients; *c; c++) {
		*letter = *c;
		if (*c < 'x')
			KUNIT_ASSERT_NOT_NULL(test, stableq_reclaim_add(t->nn, name));
	}
	for (c = p->clients; *c; c++) {
		*letter = *c;
		reclaim_complete(t, name);
		reclaim_expect_unlocked(test);
		known += *c < 'x';
		KUNIT_EXPECT_EQ(test, stableq_cld_upcalls(Cld_GraceDone), known == p->ends_at);
	}
	reclaim_expect_records(test, 0);
}

static void client_is_looked_up_by_its_name(struct kunit *test)
{
	struct reclaim_test *t = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, stableq_reclaim_add(t->nn, RECLAIM_NAME));
	KUNIT_EXPECT_FALSE(test, nfs4_has_reclaimed_state(t->clp->cl_name, t->nn));
	reclaim_expect_unlocked(test);

	KUNIT_EXPECT_EQ(test, nfsd4_cld_check(t->clp), 0);
	reclaim_expect_unlocked(test);
	KUNIT_EXPECT_TRUE(test, nfs4_has_reclaimed_state(t->clp->cl_name, t->nn));
	reclaim_expect_unlocked(test);

	reclaim_set_name(t, "client-9");
	KUNIT_EXPECT_EQ(test, nfsd4_cld_check(t->clp), -ENOENT);
	reclaim_expect_unlocked(test);
	KUNIT_EXPECT_EQ(test, nfsd4_cld_check_v2(t->clp), -ENOENT);
	reclaim_expect_unlocked(test);
	KUNIT_EXPECT_FALSE(test, nfs4_has_reclaimed_state(t->clp->cl_name, t->nn));
	reclaim_expect_unlocked(test);

	/* known to be on stable storage, so there's nothing to look up */
	set_bit(NFSD4_CLIENT_STABLE, &t->clp->cl_flags);
	KUNIT_EXPECT_EQ(test, nfsd4_cld_check(t->clp), 0);
	KUNIT_EXPECT_EQ(test, nfsd4_cld_check_v2(t->clp), 0);
	reclaim_expect_unlocked(test);
}

struct reclaim_principal_param {
	const char	*name;
	char		*recorded;	/* the record's principal */
	char		*raw;
	char		*principal;
	int		status;
};

static const struct reclaim_principal_param reclaim_principal_params[] = {
	{ "none_recorded", NULL, NULL, NULL, 0 },
	{ "none_recorded_but_given", NULL, NULL, "nfs@client", 0 },
	{ "same", "nfs@client", NULL, "nfs@client", 0 },
	{ "same_raw", "nfs@client", "nfs@client", "other", 0 },
	{ "other", "nfs@client", NULL, "nfs@other", -ENOENT },
	{ "missing", "nfs@client", NULL, NULL, -ENOENT },
};

static void reclaim_principal_desc(const struct reclaim_principal_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(reclaim_principal, reclaim_principal_params, reclaim_principal_desc);

static void client_is_recognised_by_its_principal(struct kunit *test)
{
	struct reclaim_test *t = test->priv;
	const struct reclaim_principal_param *p = test->param_value;
	struct xdr_netobj hash = {};
	u8 digest[32];

	if (p->recorded) {
		KUNIT_ASSERT_EQ(test, crypto_shash_tfm_digest(t->nn->cld_net->cn_tfm, p->recorded,
							      strlen(p->recorded), digest), 0);
		hash.data = digest;
		hash.len = sizeof(digest);
	}
	KUNIT_ASSERT_NOT_NULL(test, nfs4_client_to_reclaim(t->clp->cl_name, hash, t->nn));
	t->clp->cl_cred.cr_raw_principal = p->raw;
	t->clp->cl_cred.cr_principal = p->principal;
	KUNIT_EXPECT_EQ(test, nfsd4_cld_check_v2(t->clp), p->status);
	reclaim_expect_unlocked(test);
	KUNIT_EXPECT_EQ(test, nfs4_has_reclaimed_state(t->clp->cl_name, t->nn), !p->status);
}

static void names_that_differ_have_records_of_their_own(struct kunit *test)
{
	struct reclaim_test *t = test->priv;
	struct xdr_netobj with_nul = { .len = sizeof(RECLAIM_NAME), .data = RECLAIM_NAME };
	struct xdr_netobj none = {};

	KUNIT_ASSERT_NOT_NULL(test, stableq_reclaim_add(t->nn, RECLAIM_NAME));
	KUNIT_ASSERT_NOT_NULL(test, stableq_reclaim_add(t->nn, RECLAIM_NAME "2"));
	KUNIT_ASSERT_NOT_NULL(test, nfs4_client_to_reclaim(with_nul, none, t->nn));
	reclaim_expect_records(test, 3);
	reclaim_expect_unlocked(test);
	nfs4_release_reclaim(t->nn);
	reclaim_expect_records(test, 0);
	reclaim_expect_unlocked(test);
}

#ifdef STABLEQ_LEGACY_TRACKING
/*
 * The name of a recovery directory is recorded with its NUL when the directory is found at start.
 */
static void client_is_looked_up_by_its_recovery_directory(struct kunit *test)
{
	struct reclaim_test *t = test->priv;
	char dname[HEXDIR_LEN];
	struct xdr_netobj name = { .len = HEXDIR_LEN, .data = (u8 *)dname };
	struct xdr_netobj none = {};

	t->nn->cld_net->cn_has_legacy = true;
	KUNIT_EXPECT_EQ(test, nfsd4_cld_check(t->clp), -ENOENT);
	reclaim_expect_unlocked(test);
	KUNIT_EXPECT_EQ(test, nfsd4_cld_check_v2(t->clp), -ENOENT);
	reclaim_expect_unlocked(test);
	KUNIT_EXPECT_EQ(test, nfsd4_check_legacy_client(t->clp), -ENOENT);
	reclaim_expect_unlocked(test);

	KUNIT_ASSERT_EQ(test, nfs4_make_rec_clidname(dname, &t->clp->cl_name), 0);
	KUNIT_ASSERT_NOT_NULL(test, nfs4_client_to_reclaim(name, none, t->nn));
	KUNIT_EXPECT_EQ(test, nfsd4_cld_check(t->clp), 0);
	reclaim_expect_unlocked(test);
	KUNIT_EXPECT_EQ(test, nfsd4_cld_check_v2(t->clp), 0);
	reclaim_expect_unlocked(test);
	KUNIT_EXPECT_EQ(test, nfsd4_check_legacy_client(t->clp), 0);
	reclaim_expect_unlocked(test);
	KUNIT_EXPECT_TRUE(test, test_bit(NFSD4_CLIENT_STABLE, &t->clp->cl_flags));
	KUNIT_EXPECT_TRUE(test, nfs4_has_reclaimed_state(name, t->nn));
}

static void recovery_directory_comes_and_goes_during_grace(struct kunit *test)
{
	struct reclaim_test *t = test->priv;
	char dname[HEXDIR_LEN];
	struct xdr_netobj name = { .len = HEXDIR_LEN - 1, .data = (u8 *)dname };

	KUNIT_ASSERT_EQ(test, nfs4_make_rec_clidname(dname, &t->clp->cl_name), 0);
	__nfsd4_create_reclaim_record_grace(t->clp, dname, t->nn);
	reclaim_expect_records(test, 1);
	reclaim_expect_unlocked(test);
	KUNIT_EXPECT_TRUE(test, nfs4_has_reclaimed_state(name, t->nn));

	/* not that one */
	__nfsd4_remove_reclaim_record_grace(RECLAIM_NAME, strlen(RECLAIM_NAME), t->nn);
	reclaim_expect_records(test, 1);
	reclaim_expect_unlocked(test);
	__nfsd4_remove_reclaim_record_grace(dname, HEXDIR_LEN - 1, t->nn);
	reclaim_expect_records(test, 0);
	reclaim_expect_unlocked(test);
}
#endif

static struct kunit_case reclaim_cases[] = {
	KUNIT_CASE_PARAM(last_known_client_ends_the_grace_period, reclaim_complete_gen_params),
	KUNIT_CASE(client_is_looked_up_by_its_name),
	KUNIT_CASE_PARAM(client_is_recognised_by_its_principal, reclaim_principal_gen_params),
	KUNIT_CASE(names_that_differ_have_records_of_their_own),
#ifdef STABLEQ_LEGACY_TRACKING
	KUNIT_CASE(client_is_looked_up_by_its_recovery_directory),
	KUNIT_CASE(recovery_directory_comes_and_goes_during_grace),
#endif
	KUNIT_CASE(name_given_twice_is_one_record),
	KUNIT_CASE(known_name_keeps_its_principal),
	KUNIT_CASE(repeated_name_does_not_delay_the_end_of_grace),
	KUNIT_CASE(records_are_released_while_a_principal_is_checked),
	{}
};

static struct kunit_suite reclaim_suite = {
	.name = STABLEQ_SUITE,
	.init = reclaim_init,
	.exit = reclaim_exit,
	.test_cases = reclaim_cases,
};
kunit_test_suite(reclaim_suite);
