/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * setacl.h - the suite of both SETACLs: a request changes only the ACLs that its mask selects
 *
 * Shared by the two versions of the NFSACL protocol. Who includes it defines STABLEQ_SETACL (the
 * handler), STABLEQ_SETACL_RES (its result), STABLEQ_SETACL_RELEASE and STABLEQ_SETACL_FHSIZE.
 */
#include "stableq_fh.h"

/* A mask, and what comes with it for a selected ACL; the decoder stores nothing for the others. */
struct setacl_param {
	const char *name;
	u32 mask;
	unsigned int access, dfault;	/* entries sent: 0 is an empty list */
	int want_access, want_dfault;	/* entries afterwards */
};

enum { HAS = 5, SENT = 6 };		/* entries set up before, and sent */

static const struct setacl_param setacl_selected[] = {
	{ "both full", NFS_ACL | NFS_DFACL, SENT, SENT, SENT, SENT },
	{ "both empty", NFS_ACL | NFS_DFACL, 0, 0, 0, 0 },
	{ "access full, default empty", NFS_ACL | NFS_DFACL, SENT, 0, SENT, 0 },
	{ "access empty, default full", NFS_ACL | NFS_DFACL, 0, SENT, 0, SENT },
	{ "both full with counts", NFS_ACL_MASK, SENT, SENT, SENT, SENT },
};

static const struct setacl_param setacl_access_only[] = {
	{ "full", NFS_ACL, SENT, 0, SENT, HAS },
	{ "empty", NFS_ACL, 0, 0, 0, HAS },
	{ "full with count of the other", NFS_ACL | NFS_DFACLCNT, SENT, 0, SENT, HAS },
};

static const struct setacl_param setacl_default_only[] = {
	{ "full", NFS_DFACL, 0, SENT, HAS, SENT },
	{ "empty", NFS_DFACL, 0, 0, HAS, 0 },
	{ "full with count of the other", NFS_DFACL | NFS_ACLCNT, 0, SENT, HAS, SENT },
};

static const struct setacl_param setacl_none[] = {
	{ "nothing", 0, 0, 0, HAS, HAS },
	{ "count of access", NFS_ACLCNT, 0, 0, HAS, HAS },
	{ "count of default", NFS_DFACLCNT, 0, 0, HAS, HAS },
	{ "both counts", NFS_ACLCNT | NFS_DFACLCNT, 0, 0, HAS, HAS },
};

static void setacl_param_desc(const struct setacl_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(setacl_selected, setacl_selected, setacl_param_desc);
KUNIT_ARRAY_PARAM(setacl_access_only, setacl_access_only, setacl_param_desc);
KUNIT_ARRAY_PARAM(setacl_default_only, setacl_default_only, setacl_param_desc);
KUNIT_ARRAY_PARAM(setacl_none, setacl_none, setacl_param_desc);

struct setacl_test {
	struct stableq_fh *sf;
	struct file *file;	/* the object: a directory, or a file without default ACL */
	struct nfsd3_setaclargs argp;
	STABLEQ_SETACL_RES resp;
};

/* Where the handler's filehandle leads to. */
static struct setacl_test *setacl_now;

static __be32 stableq_fh_verify(struct svc_rqst *rqstp, struct svc_fh *fhp, umode_t type, int acc)
{
	if (!fhp->fh_dentry)
		stableq_fh_fill(setacl_now->sf, fhp, setacl_now->file->f_path.dentry);
	return (fh_verify)(rqstp, fhp, type, acc);
}

/* An ACL of @count entries, with named users from @uid on; NULL for none. */
static struct posix_acl *setacl_acl(struct kunit *test, unsigned int count, unsigned int uid)
{
	struct posix_acl *acl;
	unsigned int i;

	if (!count)
		return NULL;
	acl = posix_acl_alloc(count, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, acl);
	acl->a_entries[0] = (struct posix_acl_entry){ .e_tag = ACL_USER_OBJ, .e_perm = 7 };
	for (i = 1; i < count - 3; i++) {
		acl->a_entries[i].e_tag = ACL_USER;
		acl->a_entries[i].e_perm = 7;
		acl->a_entries[i].e_uid = make_kuid(&init_user_ns, uid + i);
	}
	acl->a_entries[i++] = (struct posix_acl_entry){ .e_tag = ACL_GROUP_OBJ, .e_perm = 5 };
	acl->a_entries[i++] = (struct posix_acl_entry){ .e_tag = ACL_MASK, .e_perm = 7 };
	acl->a_entries[i++] = (struct posix_acl_entry){ .e_tag = ACL_OTHER, .e_perm = 5 };
	return acl;
}

static void setacl_put(struct kunit *test, struct dentry *dentry, int type, struct posix_acl *acl)
{
	int err;

	inode_lock(d_inode(dentry));
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	err = set_posix_acl(&nop_mnt_idmap, dentry, type, acl);
#else
	err = set_posix_acl(&init_user_ns, d_inode(dentry), type, acl);
#endif
	inode_unlock(d_inode(dentry));
	posix_acl_release(acl);
	KUNIT_ASSERT_EQ(test, err, 0);
}

/* The number of entries, 0 if there is no such ACL. */
static int setacl_count(struct setacl_test *t, int type)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	struct posix_acl *acl = get_inode_acl(file_inode(t->file), type);
#else
	struct posix_acl *acl = get_acl(file_inode(t->file), type);
#endif
	int count;

	if (IS_ERR_OR_NULL(acl))
		return PTR_ERR_OR_ZERO(acl);
	count = acl->a_count;
	posix_acl_release(acl);
	return count;
}

static void setacl_call(struct kunit *test, u32 mask, struct posix_acl *access,
			struct posix_acl *dfault)
{
	struct setacl_test *t = test->priv;

	t->argp.mask = mask;
	t->argp.acl_access = access;
	t->argp.acl_default = dfault;
	fh_init(&t->argp.fh, STABLEQ_SETACL_FHSIZE);
	KUNIT_EXPECT_EQ(test, (u32)STABLEQ_SETACL(&t->sf->rqst), (u32)rpc_success);

	stableq_fh_revert_creds();

	/* whatever the outcome, neither lock nor write access is left behind */
	KUNIT_EXPECT_FALSE(test, inode_is_locked(file_inode(t->file)));
	KUNIT_EXPECT_FALSE(test, t->resp.fh.fh_want_write);
}

static void setacl_check(struct kunit *test)
{
	const struct setacl_param *p = test->param_value;
	struct setacl_test *t = test->priv;

	setacl_put(test, t->file->f_path.dentry, ACL_TYPE_ACCESS, setacl_acl(test, HAS, 1000));
	setacl_put(test, t->file->f_path.dentry, ACL_TYPE_DEFAULT, setacl_acl(test, HAS, 2000));

	setacl_call(test, p->mask, setacl_acl(test, p->access, 3000),
		    setacl_acl(test, p->dfault, 4000));

	KUNIT_EXPECT_EQ(test, (u32)t->resp.status, (u32)nfs_ok);
	KUNIT_EXPECT_EQ_MSG(test, setacl_count(t, ACL_TYPE_ACCESS), p->want_access,
			    "access ACL, mask 0x%x, %s", p->mask, p->name);
	KUNIT_EXPECT_EQ_MSG(test, setacl_count(t, ACL_TYPE_DEFAULT), p->want_dfault,
			    "default ACL, mask 0x%x, %s", p->mask, p->name);
}

static void a_selected_acl_is_set_or_removed(struct kunit *test)
{
	setacl_check(test);
}

static void selecting_access_keeps_the_default_acl(struct kunit *test)
{
	setacl_check(test);
}

static void selecting_default_keeps_the_access_acl(struct kunit *test)
{
	setacl_check(test);
}

static void selecting_neither_keeps_both_acls(struct kunit *test)
{
	setacl_check(test);
}

/* An ACL that isn't valid is refused, and the one after it isn't attempted. */
static void an_invalid_access_acl_stops_the_request(struct kunit *test)
{
	struct setacl_test *t = test->priv;
	struct posix_acl *bad = setacl_acl(test, SENT, 3000);

	setacl_put(test, t->file->f_path.dentry, ACL_TYPE_DEFAULT, setacl_acl(test, HAS, 2000));
	bad->a_entries[0].e_tag = ACL_OTHER;
	setacl_call(test, NFS_ACL | NFS_DFACL, bad, setacl_acl(test, SENT, 4000));

	KUNIT_EXPECT_EQ(test, (u32)t->resp.status, (u32)nfserr_inval);
	KUNIT_EXPECT_EQ(test, setacl_count(t, ACL_TYPE_ACCESS), 0);
	KUNIT_EXPECT_EQ(test, setacl_count(t, ACL_TYPE_DEFAULT), HAS);
}

static void an_invalid_default_acl_is_refused(struct kunit *test)
{
	struct setacl_test *t = test->priv;
	struct posix_acl *bad = setacl_acl(test, SENT, 4000);

	setacl_put(test, t->file->f_path.dentry, ACL_TYPE_DEFAULT, setacl_acl(test, HAS, 2000));
	bad->a_entries[0].e_tag = ACL_OTHER;
	setacl_call(test, NFS_ACL | NFS_DFACL, setacl_acl(test, SENT, 3000), bad);

	KUNIT_EXPECT_EQ(test, (u32)t->resp.status, (u32)nfserr_inval);
	KUNIT_EXPECT_EQ(test, setacl_count(t, ACL_TYPE_ACCESS), SENT);
	KUNIT_EXPECT_EQ(test, setacl_count(t, ACL_TYPE_DEFAULT), HAS);
}

/* What clients send for a regular file: the access ACL alone. */
static void a_regular_file_takes_an_access_acl(struct kunit *test)
{
	struct setacl_test *t = test->priv;

	fput(t->file);
	t->file = stableq_fh_open(test, t->sf, "file", O_CREAT | O_RDWR);
	setacl_call(test, NFS_ACL, setacl_acl(test, SENT, 3000), NULL);

	KUNIT_EXPECT_EQ(test, (u32)t->resp.status, (u32)nfs_ok);
	KUNIT_EXPECT_EQ(test, setacl_count(t, ACL_TYPE_ACCESS), SENT);
}

static void another_user_may_not_set_an_acl(struct kunit *test)
{
	struct setacl_test *t = test->priv;

	t->sf->rqst.rq_cred.cr_uid = make_kuid(&init_user_ns, 1001);
	t->sf->rqst.rq_cred.cr_gid = make_kgid(&init_user_ns, 1001);
	setacl_call(test, NFS_ACL | NFS_DFACL, setacl_acl(test, SENT, 3000),
		    setacl_acl(test, SENT, 4000));

	KUNIT_EXPECT_EQ(test, (u32)t->resp.status, (u32)nfserr_perm);
	KUNIT_EXPECT_EQ(test, setacl_count(t, ACL_TYPE_ACCESS), 0);
	KUNIT_EXPECT_EQ(test, setacl_count(t, ACL_TYPE_DEFAULT), 0);
}

static int setacl_init(struct kunit *test)
{
	struct setacl_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	setacl_now = t;
	t->sf = stableq_fh_create(test, &init_net);
	t->file = stableq_fh_open(test, t->sf, ".", O_RDONLY | O_DIRECTORY);
	t->sf->rqst.rq_argp = &t->argp;
	t->sf->rqst.rq_resp = &t->resp;
	return 0;
}

/* The release function of the protocol puts the filehandle and the decoded ACLs. */
static void setacl_exit(struct kunit *test)
{
	struct setacl_test *t = test->priv;

	STABLEQ_SETACL_RELEASE(&t->sf->rqst);
	__fput_sync(t->file);
	stableq_fh_destroy(test, t->sf);
	setacl_now = NULL;
}

static struct kunit_case setacl_cases[] = {
	KUNIT_CASE_PARAM(a_selected_acl_is_set_or_removed, setacl_selected_gen_params),
	KUNIT_CASE_PARAM(selecting_access_keeps_the_default_acl, setacl_access_only_gen_params),
	KUNIT_CASE_PARAM(selecting_default_keeps_the_access_acl, setacl_default_only_gen_params),
	KUNIT_CASE_PARAM(selecting_neither_keeps_both_acls, setacl_none_gen_params),
	KUNIT_CASE(an_invalid_access_acl_stops_the_request),
	KUNIT_CASE(an_invalid_default_acl_is_refused),
	KUNIT_CASE(a_regular_file_takes_an_access_acl),
	KUNIT_CASE(another_user_may_not_set_an_acl),
	{}
};

static struct kunit_suite setacl_suite = {
	.name = STABLEQ_SUITE,
	.init = setacl_init,
	.exit = setacl_exit,
	.test_cases = setacl_cases,
};

kunit_test_suite(setacl_suite);
