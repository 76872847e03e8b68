// SPDX-License-Identifier: GPL-2.0-only
/*
 * Layout stateids made from a parent whose file may be gone: put_deleg_file() takes the file of a
 * delegation away while somebody holds the stateid.
 */
#include "filecache.h"
#include "stableq_fh.h"
#include "stableq_state.h"

struct layout_test {
	struct stableq_fh		*sf;
	struct nfsd_file		*nf;
	struct nfs4_client		*clp;
	struct nfs4_file		*fp;
	struct nfs4_stid		*parent;
	struct nfsd4_compound_state	cstate;
};

static struct {
	bool			note_bugs;
	int			bugs;
	struct nfs4_file	*returned;	/* the delegations on it, when its file is taken */
} layout_hook;

static bool stableq_bug_is_noted(void)
{
	layout_hook.bugs++;
	return layout_hook.note_bugs;
}

/* Locks that keep put_deleg_file() out, or the file that it has put from being freed. */
static bool layout_file_is_safe(struct nfs4_file *fp)
{
#ifdef CONFIG_PROVE_LOCKING
	/* after a report lockdep is off, and doesn't know: then nobody comes */
	return lockdep_is_held(&fp->fi_lock) != LOCK_STATE_NOT_HELD ||
	       lock_is_held(&rcu_lock_map) != LOCK_STATE_NOT_HELD;
#else
	return true;
#endif
}

/*
 * The pointer to @nf has been read. This is when DELEGRETURN comes, unless it would have to wait.
 */
static struct nfsd_file *stableq_file_get(struct nfsd_file *nf)
{
	struct nfs4_file *fp = layout_hook.returned;

	layout_hook.returned = NULL;
	if (fp && !layout_file_is_safe(fp)) {
		stableq_put_deleg_file(fp);
		rcu_barrier();
	}
	return nfsd_file_get(nf);
}

static int layout_init(struct kunit *test)
{
	struct layout_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->clp = kunit_kzalloc(test, sizeof(*t->clp), GFP_KERNEL);
	t->fp = kunit_kzalloc(test, sizeof(*t->fp), GFP_KERNEL);
	t->parent = kunit_kzalloc(test, sizeof(*t->parent), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, t->clp && t->fp && t->parent);
	KUNIT_ASSERT_EQ(test, stableq_state_create(&init_net), 0);
	stableq_file_cache_up(test);
	t->sf = stableq_fh_create(test, &init_net);
	t->nf = stableq_fh_acquire(test, t->sf, "file");

	spin_lock_init(&t->clp->cl_lock);
	idr_init(&t->clp->cl_stateids);
	INIT_LIST_HEAD(&t->clp->cl_lo_states);
	t->clp->net = &init_net;
	spin_lock_init(&t->fp->fi_lock);
	refcount_set(&t->fp->fi_ref, 1);
	INIT_LIST_HEAD(&t->fp->fi_lo_states);
	t->parent->sc_file = t->fp;
	t->parent->sc_client = t->clp;
	t->cstate.clp = t->clp;
	memset(&layout_hook, 0, sizeof(layout_hook));
	test->priv = t;
	return 0;
}

static void layout_expect_nothing_left(struct kunit *test)
{
	struct layout_test *t = test->priv;

	KUNIT_EXPECT_TRUE(test, idr_is_empty(&t->clp->cl_stateids));
	KUNIT_EXPECT_TRUE(test, list_empty(&t->clp->cl_lo_states));
	KUNIT_EXPECT_TRUE(test, list_empty(&t->fp->fi_lo_states));
	KUNIT_EXPECT_EQ(test, refcount_read(&t->fp->fi_ref), 1);
}

static void layout_exit(struct kunit *test)
{
	struct layout_test *t = test->priv;

	if (!t)
		return;
	layout_expect_nothing_left(test);
	if (t->nf) {
		KUNIT_EXPECT_EQ(test, refcount_read(&t->nf->nf_ref), 1);
		nfsd_file_put(t->nf);
	}
	idr_destroy(&t->clp->cl_stateids);
	stableq_file_cache_down();
	stableq_fh_destroy(test, t->sf);
	stableq_state_destroy(&init_net);
}

static struct nfs4_layout_stateid *layout_alloc(struct layout_test *t, unsigned int parent_type)
{
	t->parent->sc_type = parent_type;
	return nfsd4_alloc_layout_stateid(&t->cstate, t->parent, LAYOUT_FLEX_FILES);
}

static void layout_expect_made(struct kunit *test, struct nfs4_layout_stateid *ls)
{
	struct layout_test *t = test->priv;
	int nf_ref = refcount_read(&t->nf->nf_ref);

	KUNIT_ASSERT_NOT_NULL(test, ls);
	KUNIT_EXPECT_PTR_EQ(test, ls->ls_file, t->nf);
	KUNIT_EXPECT_PTR_EQ(test, ls->ls_stid.sc_file, t->fp);
	KUNIT_EXPECT_EQ(test, refcount_read(&t->fp->fi_ref), 2);
	KUNIT_EXPECT_FALSE(test, idr_is_empty(&t->clp->cl_stateids));
	KUNIT_EXPECT_FALSE(test, list_empty(&ls->ls_perclnt));
	KUNIT_EXPECT_FALSE(test, list_empty(&ls->ls_perfile));
	nfs4_put_stid(&ls->ls_stid);
	KUNIT_EXPECT_EQ(test, refcount_read(&t->nf->nf_ref), nf_ref - 1);
	layout_expect_nothing_left(test);
}

static void parent_is_a_delegation(struct kunit *test)
{
	struct layout_test *t = test->priv;

	t->fp->fi_deleg_file = t->nf;
	layout_expect_made(test, layout_alloc(t, STABLEQ_STID_DELEG));
}

struct layout_fd_param {
	const char	*name;
	int		fd;
};

static const struct layout_fd_param layout_fd_params[] = {
	{ "rdonly", O_RDONLY }, { "wronly", O_WRONLY }, { "rdwr", O_RDWR },
};

static void layout_fd_desc(const struct layout_fd_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(layout_fd, layout_fd_params, layout_fd_desc);

static void parent_is_an_open(struct kunit *test)
{
	struct layout_test *t = test->priv;
	const struct layout_fd_param *p = test->param_value;

	t->fp->fi_fds[p->fd] = t->nf;
	layout_expect_made(test, layout_alloc(t, STABLEQ_STID_OPEN));
}

struct layout_gone_param {
	const char	*name;
	unsigned int	type;
};

static const struct layout_gone_param layout_gone_params[] = {
	{ "delegation", STABLEQ_STID_DELEG },
	{ "open", STABLEQ_STID_OPEN },
#ifndef SC_TYPE_DELEG
	/* what unhashing makes of a delegation */
	{ "closed_delegation", NFS4_CLOSED_DELEG_STID },
	{ "revoked_delegation", NFS4_REVOKED_DELEG_STID },
#endif
};

static void layout_gone_desc(const struct layout_gone_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(layout_gone, layout_gone_params, layout_gone_desc);

/* What a BUG_ON() that was not obeyed has left. */
static void layout_drop(struct layout_test *t, struct nfs4_layout_stateid *ls)
{
	if (!ls)
		return;
	if (!ls->ls_file)
		ls->ls_file = nfsd_file_get(t->nf);
	nfs4_put_stid(&ls->ls_stid);
}

static void parent_has_no_file_left(struct kunit *test)
{
	struct layout_test *t = test->priv;
	const struct layout_gone_param *p = test->param_value;
	struct nfs4_layout_stateid *ls;

	layout_hook.note_bugs = true;
	ls = layout_alloc(t, p->type);
	KUNIT_EXPECT_EQ_MSG(test, layout_hook.bugs, 0, "a missing file is taken for a bug");
	KUNIT_EXPECT_PTR_EQ(test, ls, NULL);
	layout_drop(t, ls);
}

/* The window: fi_deleg_file has been read, and the last delegation is returned. */
static void delegation_is_returned_while_its_file_is_taken(struct kunit *test)
{
	struct layout_test *t = test->priv;
	struct nfs4_layout_stateid *ls;

	/* the only reference is the delegation's */
	t->fp->fi_deleg_file = t->nf;
	t->fp->fi_delegees = 1;
	layout_hook.note_bugs = true;
	layout_hook.returned = t->fp;
	ls = layout_alloc(t, STABLEQ_STID_DELEG);
	if (!t->fp->fi_deleg_file)
		t->nf = NULL;
	KUNIT_EXPECT_EQ_MSG(test, layout_hook.bugs, 0, "a missing file is taken for a bug");
	if (t->nf) {
		/* it came in time, and the delegation may go */
		KUNIT_EXPECT_NOT_NULL(test, ls);
		stableq_put_deleg_file(t->fp);
		t->nf = NULL;
		layout_drop(t, ls);
	}
}

static void bug_is_not_reached(struct kunit *test)
{
	struct layout_test *t = test->priv;

	KUNIT_EXPECT_PTR_EQ(test, layout_alloc(t, STABLEQ_STID_DELEG), NULL);
}

static struct kunit_case layout_cases[] = {
	KUNIT_CASE(parent_is_a_delegation),
	KUNIT_CASE_PARAM(parent_is_an_open, layout_fd_gen_params),
	KUNIT_CASE_PARAM(parent_has_no_file_left, layout_gone_gen_params),
	KUNIT_CASE(delegation_is_returned_while_its_file_is_taken),
	/* last: without the fix it ends the kernel */
	KUNIT_CASE(bug_is_not_reached),
	{}
};

static struct kunit_suite layout_suite = {
	.name = STABLEQ_SUITE,
	.init = layout_init,
	.exit = layout_exit,
	.test_cases = layout_cases,
};
kunit_test_suite(layout_suite);
