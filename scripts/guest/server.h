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

int server_prepare(char *why, size_t size);
bool server_is_helper(pid_t pid);
int server_start(char *why, size_t size);
int server_stop(char *why, size_t size);
int server_threads(void);
struct sockaddr_in server_address(void);

int server_ctl_read(const char *file, char *buf, size_t size);
int server_ctl_write(const char *file, const char *text);

#endif
