/* SPDX-License-Identifier: GPL-2.0-only */
/* A place just before the server gets an inode's lock. */
static void stableq_inode_lock(struct inode *inode);

#define inode_lock(inode) stableq_inode_lock(inode)
