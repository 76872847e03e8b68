// SPDX-License-Identifier: GPL-2.0-only
#include "base/child_private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define FD_MAX 1024		/* where close_range() isn't to be had */

static void __attribute__((noreturn)) be_warden(int from)
{
	char done = 0;
	pid_t group;

	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	/* Holding any other descriptor would keep somebody's pipe from ending. */
	if (dup2(from, 0) < 0)
		_exit(1);
	if (close_range(1, ~0U, 0) < 0)
		for (int fd = 1; fd < FD_MAX; fd++)
			close(fd);
	if (read(0, &group, sizeof(group)) != sizeof(group))
		_exit(0);
	while (read(0, &done, 1) < 0 && errno == EINTR)
		;
	if (done)
		_exit(0);
	kill(-group, SIGTERM);
	for (int i = 0; i < GRACE_MS / 50 && kill(-group, 0) == 0; i++)
		usleep(50000);
	kill(-group, SIGKILL);
	_exit(0);
}

pid_t child_warden_start(int *hold)
{
	int p[2];
	pid_t pid;

	if (pipe2(p, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid == 0)
		be_warden(p[0]);
	close(p[0]);
	*hold = p[1];
	return pid;
}

void child_warden_end(pid_t warden, int hold)
{
	if (hold >= 0) {
		/* The warden may be gone already; nothing depends on it then. */
		if (write(hold, "x", 1) < 0)
			errno = 0;
		close(hold);
	}
	if (warden > 0)
		while (waitpid(warden, NULL, 0) < 0 && errno == EINTR)
			;
}
