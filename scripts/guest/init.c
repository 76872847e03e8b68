// SPDX-License-Identifier: GPL-2.0-only
/*
 * Process 1 of the kernel under test: mounts what is needed, runs the checks that the kernel's
 * command line names, says what they came to, and powers the machine off.
 *
 *   stableq.checks=boot,session	the checks, in this order
 *   stableq.scale=4			multiplies their time limits, for a slow machine
 *
 * Anywhere else "--list" says which checks there are.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "out.h"

#define CMDLINE_MAX	4096
#define SCALE_MAX	1000

static void mount_all(void)
{
	static const struct {
		const char *type, *path;
	} mounts[] = {
		{ "devtmpfs", "/dev" },
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "tmpfs", "/run" },
		{ "tmpfs", "/tmp" },
	};
	char failed[200] = "";

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].path, 0755);
		/* EBUSY: the kernel has mounted it, as CONFIG_DEVTMPFS_MOUNT has it. */
		if (mount(mounts[i].type, mounts[i].path, mounts[i].type, 0, NULL) &&
		    errno != EBUSY) {
			size_t len = strlen(failed);

			snprintf(failed + len, sizeof(failed) - len, " %s (%s)", mounts[i].path,
				 strerror(errno));
		}
	}
	out_open();
	if (failed[0])
		out_diag(0, "can't mount%s", failed);
}

static void loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &ifr) < 0) {
		out_diag(0, "no loopback interface: %s", strerror(errno));
	} else {
		ifr.ifr_flags |= IFF_UP | IFF_RUNNING;
		if (ioctl(fd, SIOCSIFFLAGS, &ifr) < 0)
			out_diag(0, "loopback interface: %s", strerror(errno));
	}
	if (fd >= 0)
		close(fd);
}

/* Parameters with a dot are not handed to process 1: the kernel takes them for its modules'. */
static void read_cmdline(char *checks, size_t size, unsigned int *scale)
{
	static const char checks_is[] = "stableq.checks=", scale_is[] = "stableq.scale=";
	char buf[CMDLINE_MAX];
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);

	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = '\0';
	for (char *p = strtok(buf, " \t\n"); p; p = strtok(NULL, " \t\n")) {
		if (!strncmp(p, checks_is, strlen(checks_is)))
			snprintf(checks, size, "%s", p + strlen(checks_is));
		else if (!strncmp(p, scale_is, strlen(scale_is)))
			*scale = (unsigned int)strtoul(p + strlen(scale_is), NULL, 10);
	}
	if (*scale < 1 || *scale > SCALE_MAX)
		*scale = 1;
}

/*
 * What the kernel has to say about any fork belongs to no check: User-mode Linux 6.1 walks the
 * memory map in force_flush_all() without its lock, and lockdep says so, once.
 */
static void fork_once(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	if (pid < 0)
		out_diag(0, "fork: %s", strerror(errno));
	else
		waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	static char checks[CMDLINE_MAX];
	unsigned int scale = 1;

	if (getpid() != 1 && argc == 2 && !strcmp(argv[1], "--list")) {
		checks_list();
		return 0;
	}
	if (getpid() != 1) {
		fprintf(stderr, "init: runs as process 1 of a virtual machine only\n");
		return 2;
	}
	mount_all();
	/* The kernel's own NFS client makes its name from it. */
	if (sethostname("stableq", strlen("stableq")))
		out_diag(0, "host name: %s", strerror(errno));
	loopback_up();
	fork_once();
	read_cmdline(checks, sizeof(checks), &scale);
	checks_run(checks, scale);
	out_line("stableq: done");
	reboot(RB_POWER_OFF);
	/* A machine without a power switch may know how to start anew; that ends it as well. */
	reboot(RB_AUTOBOOT);
	return 1;
}
