// SPDX-License-Identifier: GPL-2.0-only
/* The helper process of the NFS server. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "helper.h"

pid_t helper_start(char *why, size_t size)
{
	struct pollfd pfd[UPCALL_CHANNELS + CLD_FDS];
	struct pollfd *cld = pfd + UPCALL_CHANNELS;
	int err;
	pid_t pid;

	err = upcall_open(pfd);
	if (err) {
		snprintf(why, size, "the sunrpc caches can't be opened: %s", strerror(-err));
		return err;
	}
	err = cld_open(cld);
	if (err) {
		snprintf(why, size, "%s can't be watched: %s", HELPER_PIPEFS, strerror(-err));
		return err;
	}
	pid = fork();
	if (pid < 0) {
		err = -errno;
		snprintf(why, size, "no helper process: %s", strerror(errno));
		return err;
	}
	if (pid) {
		for (int i = 0; i < UPCALL_CHANNELS + CLD_FDS; i++) {
			if (pfd[i].fd >= 0)
				close(pfd[i].fd);
		}
		return pid;
	}
	for (;;) {
		if (poll(pfd, UPCALL_CHANNELS + CLD_FDS, -1) < 0)
			continue;
		for (int i = 0; i < UPCALL_CHANNELS; i++) {
			if (pfd[i].revents & POLLIN)
				upcall_answer(i, pfd[i].fd);
		}
		cld_answer(cld);
	}
}
