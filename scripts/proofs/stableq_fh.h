/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stableq_fh.h - an export of a tmpfs of its own, and a request that may use it
 *
 * Filehandles get their dentry and export from here, so that neither mountd nor its upcalls are
 * needed; everything that fh_verify() checks behind that is real.
 */
#ifndef STABLEQ_FH_H
#define STABLEQ_FH_H

#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/sunrpc/svc.h>
#include <linux/sunrpc/svcauth.h>
#include <linux/sunrpc/svc_xprt.h>
#include "nfsd.h"
#include "filecache.h"
#include "stableq.h"

struct stableq_fh {
	struct vfsmount *mnt;
	struct svc_export exp;
	struct cache_detail cd;
	struct svc_xprt xprt;
	struct svc_rqst rqst;
};

/* Mount a tmpfs, export it, and set up a request of root's for @net. */
static inline struct stableq_fh *stableq_fh_create(struct kunit *test, struct net *net)
{
	struct stableq_fh *sf = kunit_kzalloc(test, sizeof(*sf), GFP_KERNEL);
	struct file_system_type *fs = get_fs_type("tmpfs");

	KUNIT_ASSERT_NOT_NULL(test, sf);
	KUNIT_ASSERT_NOT_NULL(test, fs);
	sf->mnt = kern_mount(fs);
	put_filesystem(fs);
	KUNIT_ASSERT_FALSE(test, IS_ERR(sf->mnt));

	kref_init(&sf->exp.h.ref);
	sf->exp.cd = &sf->cd;
	sf->exp.ex_path.mnt = sf->mnt;
	sf->exp.ex_path.dentry = sf->mnt->mnt_root;
	sf->exp.ex_flags = NFSEXP_INSECURE_PORT | NFSEXP_ASYNC;
#ifdef NFSEXP_XPRTSEC_ALL
	sf->exp.ex_xprtsec_modes = NFSEXP_XPRTSEC_ALL;
#endif
	sf->xprt.xpt_net = net;
	sf->rqst.rq_xprt = &sf->xprt;
	sf->rqst.rq_cred.cr_group_info = groups_alloc(0);
	KUNIT_ASSERT_NOT_NULL(test, sf->rqst.rq_cred.cr_group_info);
	sf->rqst.rq_cred.cr_flavor = RPC_AUTH_UNIX;
	return sf;
}

/* fh_verify() leaves the caller with the credentials of the request: take the thread's own ones. */
static inline void stableq_fh_revert_creds(void)
{
	revert_creds(get_cred(current->real_cred));
}

/* Every filehandle is expected to be put, so that the export has only its first reference left. */
static inline void stableq_fh_destroy(struct kunit *test, struct stableq_fh *sf)
{
	KUNIT_EXPECT_EQ(test, kref_read(&sf->exp.h.ref), 1);
	put_group_info(sf->rqst.rq_cred.cr_group_info);
	kern_unmount(sf->mnt);
}

/* What the lookup of a filehandle would do: it refers to @dentry and to the export. */
static inline void stableq_fh_fill(struct stableq_fh *sf, struct svc_fh *fhp, struct dentry *dentry)
{
	fhp->fh_dentry = dget(dentry);
	fhp->fh_export = exp_get(&sf->exp);
}

static inline struct file *stableq_fh_open(struct kunit *test, struct stableq_fh *sf,
					   const char *name, int flags)
{
	struct path root = { .mnt = sf->mnt, .dentry = sf->mnt->mnt_root };
	struct file *file = file_open_root(&root, name, flags | O_LARGEFILE, 0644);

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	return file;
}

/* Bring the server's cache of open files up, and down again when all files in it have been put. */
static inline void stableq_file_cache_up(struct kunit *test)
{
	mutex_lock(&nfsd_mutex);
	KUNIT_EXPECT_EQ(test, nfsd_file_cache_init(), 0);
	mutex_unlock(&nfsd_mutex);
}

static inline void stableq_file_cache_down(void)
{
	mutex_lock(&nfsd_mutex);
	nfsd_file_cache_shutdown();
	mutex_unlock(&nfsd_mutex);
	flush_delayed_fput();
	rcu_barrier();
}

/* A file that the server has open for reading, with one reference that is the caller's. */
static inline struct nfsd_file *stableq_fh_acquire(struct kunit *test, struct stableq_fh *sf,
						   const char *name)
{
	struct file *file = stableq_fh_open(test, sf, name, O_CREAT | O_RDWR);
	struct nfsd_file *nf = NULL;
	struct svc_fh fh;
	__be32 status;

	fh_init(&fh, NFS4_FHSIZE);
	stableq_fh_fill(sf, &fh, file->f_path.dentry);
	status = nfsd_file_acquire(&sf->rqst, &fh, NFSD_MAY_READ, &nf);
	stableq_fh_revert_creds();
	fh_put(&fh);
	fput(file);
	KUNIT_ASSERT_EQ(test, be32_to_cpu(status), NFS_OK);
	return nf;
}

#endif
