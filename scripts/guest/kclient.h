/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's own NFS client: mounts the server's export, without mount.nfs. */
#ifndef GUEST_KCLIENT_H
#define GUEST_KCLIENT_H

#include <stddef.h>

/**
 * kclient_mount() - mount the server's NFSv4 root
 * @path: where to; made when it isn't there
 * @minor: minor version
 * @why: set to the reason of a failure
 * @size: room in @why
 *
 * Return: 0 or a negative errno.
 */
int kclient_mount(const char *path, unsigned int minor, char *why, size_t size);

/**
 * file_write() - write a file anew, down to the server's disk
 * @path: the file
 * @data: what it is to hold
 * @len: how much
 *
 * Return: 0 or a negative errno.
 */
int file_write(const char *path, const void *data, size_t len);

/**
 * file_compare() - whether a file holds just these bytes
 * @path: the file
 * @data: the bytes
 * @len: how many
 *
 * Return: 0, -EILSEQ when it holds others, or another negative errno.
 */
int file_compare(const char *path, const void *data, size_t len);

#endif
