// SPDX-License-Identifier: GPL-2.0-only
/*
 * measure.c - run a program, and tell what it used
 *
 *	measure FILE COMMAND...
 *
 * FILE gets one line: wall and CPU seconds, user and system, of the program and those that it
 * waited for, the KiB of the largest of them, and its exit status. The program is started from this
 * small one, since the size that a process had before it became another counts, too.
 */
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	FILE *to = argc > 2 ? fopen(argv[1], "we") : NULL;
	double begin = now();
	struct rusage used;
	int status;
	pid_t pid;

	if (!to || posix_spawnp(&pid, argv[2], NULL, NULL, argv + 2, environ)) {
		fprintf(stderr, "usage: measure FILE COMMAND...\n");
		return 2;
	}
	if (wait4(pid, &status, 0, &used) != pid)
		return 2;
	fprintf(to, "%.6f %.6f %ld %d\n", now() - begin,
		seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss,
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return fclose(to) ? 2 : 0;
}
