// SPDX-License-Identifier: GPL-2.0-only
/*
 * The open file behind a stateid that READ and WRITE name. That of a delegation belongs to all
 * delegations of the file: put_deleg_file() takes it away with the last one, whoever holds the
 * stateid.
 */
#include "stableq_fh.h"
#include "stableq_state.h"

#ifdef SC_TYPE_DELEG
#define find_file_close(s)	((s)->sc_status = SC_STATUS_CLOSED)
#else
#define find_file_close(s)	((s)->sc_type = NFS4_CLOSED_DELEG_STID)
#endif

struct find_file_test {
	struct stableq_fh	*sf;
	struct nfsd_file	*nf;
	struct nfs4_file	*fp;
	struct nfs4_stid	*stid;
};

/* The delegations on it are returned when its file is taken. */
static struct nfs4_file *find_file_returned;

/* Would put_deleg_file() have to wait? */
static bool find_file_waits(struct nfs4_file *fp)
{
#ifdef CONFIG_PROVE_LOCKING
	/* after a report lockdep is off, and doesn't know: then nobody comes */
	return lockdep_is_held(&fp->fi_lock) != LOCK_STATE_NOT_HELD;
#else
	return true;
#endif
}

/*
 * The pointer to @nf has been read. This is when DELEGRETURN comes, unless it would have to wait.
 */
static struct nfsd_file *stableq_find_file_get(struct nfsd_file *nf)
{
	struct nfs4_file *fp = find_file_returned;

	find_file_returned = NULL;
	if (fp && !find_file_waits(fp)) {
		put_deleg_file(fp);
		rcu_barrier();
	}
	return nfsd_file_get(nf);
}

static int find_file_init(struct kunit *test)
{
	struct find_file_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->fp = kunit_kzalloc(test, sizeof(*t->fp), GFP_KERNEL);
	t->stid = kunit_kzalloc(test, sizeof(*t->stid), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, t->fp && t->stid);
	stableq_file_cache_up(test);
	t->sf = stableq_fh_create(test, &init_net);
	t->nf = stableq_fh_acquire(test, t->sf, "file");

	spin_lock_init(&t->fp->fi_lock);
	t->stid->sc_file = t->fp;
	t->stid->sc_type = STABLEQ_STID_DELEG;
	find_file_returned = NULL;
	test->priv = t;
	return 0;
}

static void find_file_exit(struct kunit *test)
{
	struct find_file_test *t = test->priv;

	if (!t)
		return;
	if (t->nf) {
		KUNIT_EXPECT_EQ(test, refcount_read(&t->nf->nf_ref), 1);
		nfsd_file_put(t->nf);
	}
	stableq_file_cache_down();
	stableq_fh_destroy(test, t->sf);
}

static void find_file_expect(struct kunit *test, int flags, struct nfsd_file *want)
{
	struct find_file_test *t = test->priv;
	struct nfsd_file *nf = nfs4_find_file(t->stid, flags);

	KUNIT_EXPECT_PTR_EQ(test, nf, want);
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&t->fp->fi_lock));
	if (!nf)
		return;
	KUNIT_EXPECT_EQ(test, refcount_read(&nf->nf_ref), 2);
	nfsd_file_put(nf);
}

static void no_stateid_has_no_file(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, nfs4_find_file(NULL, RD_STATE), NULL);
}

static void a_delegation_has_the_file_of_all(struct kunit *test)
{
	struct find_file_test *t = test->priv;

	t->fp->fi_deleg_file = t->nf;
	find_file_expect(test, RD_STATE, t->nf);
	find_file_expect(test, WR_STATE, t->nf);
	find_file_close(t->stid);
	find_file_expect(test, RD_STATE, NULL);
}

static void an_open_has_a_file_of_its_mode(struct kunit *test)
{
	struct find_file_test *t = test->priv;

	t->stid->sc_type = STABLEQ_STID_OPEN;
	find_file_expect(test, RD_STATE, NULL);
	t->fp->fi_fds[O_RDONLY] = t->nf;
	find_file_expect(test, RD_STATE, t->nf);
	find_file_expect(test, WR_STATE, NULL);
	t->fp->fi_fds[O_RDONLY] = NULL;
	t->fp->fi_fds[O_RDWR] = t->nf;
	find_file_expect(test, RD_STATE, t->nf);
	find_file_expect(test, WR_STATE, t->nf);
}

/* What put_deleg_file() leaves: nothing that anybody did wrong. */
static void a_returned_delegation_has_no_file(struct kunit *test)
{
	find_file_expect(test, RD_STATE, NULL);
}

/* The window: fi_deleg_file has been read, and the last delegation is returned. */
static void a_delegation_is_returned_while_its_file_is_taken(struct kunit *test)
{
	struct find_file_test *t = test->priv;
	struct nfsd_file *nf;

	/* the only reference is the delegation's */
	t->fp->fi_deleg_file = t->nf;
	t->fp->fi_delegees = 1;
	find_file_returned = t->fp;
	nf = nfs4_find_file(t->stid, RD_STATE);
	if (!t->fp->fi_deleg_file) {
		t->nf = NULL;
		return;
	}
	/* it came in time, and the delegation may go */
	KUNIT_EXPECT_PTR_EQ(test, nf, t->nf);
	put_deleg_file(t->fp);
	KUNIT_EXPECT_EQ(test, refcount_read(&nf->nf_ref), 1);
}

static struct kunit_case find_file_cases[] = {
	KUNIT_CASE(no_stateid_has_no_file),
	KUNIT_CASE(a_delegation_has_the_file_of_all),
	KUNIT_CASE(an_open_has_a_file_of_its_mode),
	KUNIT_CASE(a_returned_delegation_has_no_file),
	KUNIT_CASE(a_delegation_is_returned_while_its_file_is_taken),
	{}
};

static struct kunit_suite find_file_suite = {
	.name = STABLEQ_SUITE,
	.init = find_file_init,
	.exit = find_file_exit,
	.test_cases = find_file_cases,
};
kunit_test_suite(find_file_suite);
