/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's NFS server, started with no other program: through nfsd's filesystem, with a helper
 * process that answers what the kernel asks user space meanwhile.
 */
#ifndef GUEST_SERVER_H
#define GUEST_SERVER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SERVER_EXPORT	"/export"	/* the export's path here; the root of NFSv4 there */

/**
 * server_prepare() - make what lasts as long as the guest: mounts, and the helper process
 * @why: set to the reason of a failure
 * @size: room in @why
 *
 * To be called by process 1; it is done once.
 *
 * Return: 0 or a negative errno.
 */
int server_prepare(char *why, size_t size);

/**
 * server_is_helper() - whether a process is the one that answers for the server
 * @pid: the process
 */
bool server_is_helper(pid_t pid);

/**
 * server_start() - start the NFS server, with SERVER_EXPORT exported, unless it is up
 * @why: set to the reason of a failure
 * @size: room in @why
 *
 * To be called after server_prepare(), by any process.
 *
 * Return: 0 or a negative errno.
 */
int server_start(char *why, size_t size);

/**
 * server_stop() - stop the NFS server and let go of the export
 * @why: set to the reason of a failure
 * @size: room in @why
 *
 * Return: 0 or a negative errno.
 */
int server_stop(char *why, size_t size);

/**
 * server_threads() - how many threads the server runs
 *
 * Return: the number, 0 when it is down, or a negative errno.
 */
int server_threads(void);

/** server_address() - where the server listens. */
struct sockaddr_in server_address(void);

/**
 * server_ctl_read() - read a file of nfsd's filesystem
 * @file: its name
 * @buf: set to its text, without the newline
 * @size: room in @buf
 *
 * Return: 0 or a negative errno.
 */
int server_ctl_read(const char *file, char *buf, size_t size);

/**
 * server_ctl_write() - write to a file of nfsd's filesystem
 * @file: its name
 * @text: what to write
 *
 * Return: 0 or a negative errno.
 */
int server_ctl_write(const char *file, const char *text);

#endif
