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

/**
 * helper_start() - start the helper process
 * @why: set to the reason of a failure
 * @size: room in @why
 *
 * All its descriptors are open when this returns, so that the server can be started.
 *
 * Return: the process, or a negative errno.
 */
pid_t helper_start(char *why, size_t size);

/* sunrpc's caches (upcall.c) */
#define UPCALL_CHANNELS	6

/**
 * upcall_open() - open the channels of the caches
 * @pfd: UPCALL_CHANNELS entries to fill in; a cache that the kernel lacks gets the descriptor -1
 *
 * Must come before the server starts: the kernel refuses at once when nobody listens.
 *
 * Return: 0, or a negative errno when a cache that is needed is not there.
 */
int upcall_open(struct pollfd *pfd);

/**
 * upcall_answer() - answer one question
 * @channel: which cache, as upcall_open() numbered it
 * @fd: its channel
 */
void upcall_answer(int channel, int fd);

/* the record of clients (cld.c) */
#define CLD_FDS		2

/**
 * cld_open() - wait for the server to make its pipe
 * @pfd: CLD_FDS entries to fill in
 *
 * Return: 0 or a negative errno.
 */
int cld_open(struct pollfd *pfd);

/**
 * cld_answer() - handle what has come in
 * @pfd: as cld_open() filled it in, after poll()
 */
void cld_answer(struct pollfd *pfd);

#endif
