/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The helper process: answers what the kernel asks user space for the NFS server, as mountd and
 * nfsdcld do on a whole system.
 */
#ifndef GUEST_HELPER_H
#define GUEST_HELPER_H

#include <poll.h>
#include <stddef.h>
#include <sys/types.h>

#define HELPER_PIPEFS	"/run/rpc_pipefs"

pid_t helper_start(char *why, size_t size);

/* sunrpc's caches (upcall.c) */
#define UPCALL_CHANNELS	6
int upcall_open(struct pollfd *pfd);
void upcall_answer(int channel, int fd);

/* the record of clients (cld.c) */
#define CLD_FDS		2
int cld_open(struct pollfd *pfd);
void cld_answer(struct pollfd *pfd);

#endif
