/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's own NFS client: mounts the server's export, without mount.nfs. */
#ifndef GUEST_KCLIENT_H
#define GUEST_KCLIENT_H

#include <stddef.h>

int kclient_mount(const char *path, unsigned int minor, char *why, size_t size);
int file_write(const char *path, const void *data, size_t len);
int file_compare(const char *path, const void *data, size_t len);

#endif
