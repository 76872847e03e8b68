// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfs.c - unit of the server's file of that name
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/namei.h>
#include <linux/splice.h>
#include "../xdr3.h"
#ifdef CONFIG_NFSD_V4
#include "../xdr4.h"
#endif
#include "../nfsd.h"
#include "../vfs.h"
#include "../filecache.h"

/* a place just before the server gets an inode's lock */
static void stableq_inode_lock(struct inode *inode);
#define inode_lock(inode) stableq_inode_lock(inode)

#include "../vfs.c"
#include "stableq_fh.h"
#include "truncate_kunit.c"
