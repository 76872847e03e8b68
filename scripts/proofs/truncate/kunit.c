// SPDX-License-Identifier: GPL-2.0-only
/*
 * SETATTR decides under the inode lock whether it makes a file smaller
 *
 * The unit has stableq_inode_lock() called in the place of inode_lock(): there, at the last moment
 * before the server gets the lock, a local process appends to the file.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include "stableq_fh.h"

enum { TRUNCATE_SIZE = 100, TRUNCATE_MORE = 50 };

struct truncate_param {
	const char *name;
	loff_t size;		/* requested */
	bool append_only;
	bool raced;		/* TRUNCATE_MORE bytes are appended just before the lock */
	__be32 status;
	loff_t want;		/* size afterwards */
};

/* What was no shrink when the request came in has become one. */
static const struct truncate_param truncate_raced[] = {
	{ "to the size it had", 100, true, true, nfserr_perm, 150 },
	{ "to less than was appended", 149, true, true, nfserr_perm, 150 },
};

static const struct truncate_param truncate_refused[] = {
	{ "shrink", 50, true, false, nfserr_perm, 100 },
	{ "shrink to nothing", 0, true, false, nfserr_perm, 100 },
};

static const struct truncate_param truncate_allowed[] = {
	{ "shrink", 50, false, false, nfs_ok, 50 },
	{ "keep", 100, false, false, nfs_ok, 100 },
	{ "grow", 200, false, false, nfs_ok, 200 },
	{ "shrink, and raced", 50, false, true, nfs_ok, 50 },
	{ "raced, to the size it had", 100, false, true, nfs_ok, 100 },
	{ "append-only, keep", 100, true, false, nfs_ok, 100 },
	{ "append-only, grow", 200, true, false, nfs_ok, 200 },
	{ "append-only, raced, keep", 150, true, true, nfs_ok, 150 },
	{ "append-only, raced, grow", 200, true, true, nfs_ok, 200 },
};

static void truncate_param_desc(const struct truncate_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(truncate_raced, truncate_raced, truncate_param_desc);
KUNIT_ARRAY_PARAM(truncate_refused, truncate_refused, truncate_param_desc);
KUNIT_ARRAY_PARAM(truncate_allowed, truncate_allowed, truncate_param_desc);

struct truncate_test {
	struct stableq_fh *sf;
	struct svc_fh fh;
	struct file *writer;		/* the local process's */
	struct inode *inode;
	struct iattr iattr;
	bool pre_saved;
	struct completion appended;
};

/* Who appends while the server waits for the inode lock; nobody if NULL. */
static struct truncate_test *truncate_racer;

static void truncate_append(struct truncate_test *t, size_t len)
{
	char buf[TRUNCATE_SIZE] = {};
	loff_t pos = 0;

	kernel_write(t->writer, buf, len, &pos);
}

static int truncate_appender(void *data)
{
	struct truncate_test *t = data;

	truncate_append(t, TRUNCATE_MORE);
	complete(&t->appended);
	return 0;
}

static void stableq_inode_lock(struct inode *inode)
{
	struct truncate_test *t = truncate_racer;

	if (t && t->inode == inode) {
		truncate_racer = NULL;
		if (!IS_ERR(kthread_run(truncate_appender, t, "truncate_appender")))
			wait_for_completion(&t->appended);
	}
	(inode_lock)(inode);
}

/* SETATTR of t->iattr; @guard: of a file that has changed since the client saw it. */
static __be32 truncate_setattr(struct kunit *test, bool guard)
{
	struct truncate_test *t = test->priv;
	struct nfsd_attrs attrs = { .na_iattr = &t->iattr };
	int writers = atomic_read(&t->inode->i_writecount);
	__be32 status;

	fh_init(&t->fh, NFS3_FHSIZE);
	stableq_fh_fill(t->sf, &t->fh, t->writer->f_path.dentry);
	KUNIT_ASSERT_EQ(test, fh_want_write(&t->fh), 0);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	status = nfsd_setattr(&t->sf->rqst, &t->fh, &attrs,
			      guard ? &(struct timespec64){ .tv_sec = 1 } : NULL);
#else
	status = nfsd_setattr(&t->sf->rqst, &t->fh, &attrs, guard, 1);
#endif
	t->pre_saved = t->fh.fh_pre_saved;
	fh_put(&t->fh);
	stableq_fh_revert_creds();

	/* whatever the outcome, neither lock nor write access is left behind */
	KUNIT_EXPECT_FALSE(test, inode_is_locked(t->inode));
	KUNIT_EXPECT_EQ(test, atomic_read(&t->inode->i_writecount), writers);
	return status;
}

static void truncate_to(struct truncate_test *t, loff_t size)
{
	t->iattr.ia_valid = ATTR_SIZE;
	t->iattr.ia_size = size;
}

static void truncate_set_append_only(struct truncate_test *t)
{
	inode_lock(t->inode);
	inode_set_flags(t->inode, S_APPEND, S_APPEND);
	inode_unlock(t->inode);
}

static void truncate_check(struct kunit *test)
{
	const struct truncate_param *p = test->param_value;
	struct truncate_test *t = test->priv;
	__be32 status;

	if (p->append_only)
		truncate_set_append_only(t);
	truncate_to(t, p->size);
	truncate_racer = p->raced ? t : NULL;
	status = truncate_setattr(test, false);

	KUNIT_EXPECT_PTR_EQ_MSG(test, (void *)truncate_racer, NULL, "nobody has appended");
	KUNIT_EXPECT_EQ(test, (u32)status, (u32)p->status);
	KUNIT_EXPECT_EQ_MSG(test, i_size_read(t->inode), p->want, "of %d bytes, %lld are left",
			    TRUNCATE_SIZE + (p->raced ? TRUNCATE_MORE : 0), i_size_read(t->inode));
	/* a request that is refused reports no attributes */
	KUNIT_EXPECT_EQ(test, t->pre_saved, status == nfs_ok);
}

static void setattr_changes_the_size(struct kunit *test)
{
	truncate_check(test);
}

static void an_append_only_file_is_not_cut(struct kunit *test)
{
	truncate_check(test);
}

static void an_append_only_file_that_grows_meanwhile_is_not_cut(struct kunit *test)
{
	truncate_check(test);
}

/* Write access comes first: nothing changes in a file that is being executed. */
static void a_file_being_executed_is_not_cut(struct kunit *test)
{
	struct truncate_test *t = test->priv;
	struct file *exec = stableq_fh_open(test, t->sf, "file", O_RDONLY);

	__fput_sync(t->writer);
	t->writer = exec;
	KUNIT_ASSERT_EQ(test, deny_write_access(exec), 0);
	truncate_to(t, 50);
	KUNIT_EXPECT_EQ(test, (u32)truncate_setattr(test, false), (u32)nfserrno(-ETXTBSY));
	allow_write_access(exec);
	KUNIT_EXPECT_EQ(test, i_size_read(t->inode), (loff_t)TRUNCATE_SIZE);
}

static void a_guard_that_fails_changes_nothing(struct kunit *test)
{
	struct truncate_test *t = test->priv;

	truncate_to(t, 50);
	KUNIT_EXPECT_EQ(test, (u32)truncate_setattr(test, true), (u32)nfserr_notsync);
	KUNIT_EXPECT_EQ(test, i_size_read(t->inode), (loff_t)TRUNCATE_SIZE);
}

/* Another attribute needs no leave to truncate, append-only or not. */
static void other_attributes_are_set_without_size(struct kunit *test)
{
	struct truncate_test *t = test->priv;

	truncate_racer = t;
	t->iattr.ia_valid = ATTR_MODE;
	t->iattr.ia_mode = 0600;
	KUNIT_EXPECT_EQ(test, (u32)truncate_setattr(test, false), (u32)nfs_ok);
	KUNIT_EXPECT_EQ(test, t->inode->i_mode & 0777, 0600);
	KUNIT_EXPECT_EQ(test, i_size_read(t->inode), (loff_t)TRUNCATE_SIZE + TRUNCATE_MORE);
}

/* Size and mode in one request: if the one is refused, the other isn't done. */
static void nothing_is_set_when_the_size_is_refused(struct kunit *test)
{
	struct truncate_test *t = test->priv;

	truncate_set_append_only(t);
	truncate_to(t, 50);
	t->iattr.ia_valid |= ATTR_MODE;
	t->iattr.ia_mode = 0600;
	KUNIT_EXPECT_EQ(test, (u32)truncate_setattr(test, false), (u32)nfserr_perm);
	KUNIT_EXPECT_EQ(test, t->inode->i_mode & 0777, 0644);
}

static int truncate_init(struct kunit *test)
{
	struct truncate_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	truncate_racer = NULL;
	init_completion(&t->appended);
	t->sf = stableq_fh_create(test, &init_net);
	t->writer = stableq_fh_open(test, t->sf, "file", O_CREAT | O_WRONLY | O_APPEND);
	t->inode = file_inode(t->writer);
	truncate_append(t, TRUNCATE_SIZE);
	KUNIT_ASSERT_EQ(test, i_size_read(t->inode), (loff_t)TRUNCATE_SIZE);
	return 0;
}

static void truncate_exit(struct kunit *test)
{
	struct truncate_test *t = test->priv;

	truncate_racer = NULL;
	__fput_sync(t->writer);
	stableq_fh_destroy(test, t->sf);
}

static struct kunit_case truncate_cases[] = {
	KUNIT_CASE_PARAM(setattr_changes_the_size, truncate_allowed_gen_params),
	KUNIT_CASE_PARAM(an_append_only_file_is_not_cut, truncate_refused_gen_params),
	KUNIT_CASE(a_file_being_executed_is_not_cut),
	KUNIT_CASE(a_guard_that_fails_changes_nothing),
	KUNIT_CASE(other_attributes_are_set_without_size),
	KUNIT_CASE(nothing_is_set_when_the_size_is_refused),
	KUNIT_CASE_PARAM(an_append_only_file_that_grows_meanwhile_is_not_cut,
			 truncate_raced_gen_params),
	{}
};

static struct kunit_suite truncate_suite = {
	.name = STABLEQ_SUITE,
	.init = truncate_init,
	.exit = truncate_exit,
	.test_cases = truncate_cases,
};

kunit_test_suite(truncate_suite);
