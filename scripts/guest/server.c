// SPDX-License-Identifier: GPL-2.0-only
/* Starts and stops the kernel's NFS server. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "helper.h"
#include "nfs4_proto.h"
#include "server.h"

#define UMOUNT_TRIES 100	/* two seconds */
#define CTL	"/proc/fs/nfsd"
#define THREADS	"4"

static pid_t helper;	/* the helper process */

/*
 * NFSv4 only: without version 3 the server needs neither lockd nor a port mapper. Version 2 is
 * named because a kernel that lacks it takes "-2" all the same.
 */
#define VERSIONS "-2 -3 +4 +4.1 +4.2\n"

int server_ctl_read(const char *file, char *buf, size_t size)
{
	char path[64];
	ssize_t n;
	int fd, err = 0;

	buf[0] = '\0';
	snprintf(path, sizeof(path), CTL "/%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	if (n < 0)
		err = -errno;
	else
		buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	close(fd);
	return err;
}

int server_ctl_write(const char *file, const char *text)
{
	char path[64];
	int fd, err = 0;

	snprintf(path, sizeof(path), CTL "/%s", file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

int server_threads(void)
{
	char buf[32];
	int err = server_ctl_read("threads", buf, sizeof(buf));

	return err ? err : (int)strtol(buf, NULL, 10);
}

struct sockaddr_in server_address(void)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(NFS4_PORT),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
}

static int mount_at(const char *type, const char *path, const char *options)
{
	if (mkdir(path, 0755) && errno != EEXIST)
		return -errno;
	return mount(type, path, type, 0, options) ? -errno : 0;
}

/* server_stop() lets go of the export; any process may have called it. */
static int mount_export(char *why, size_t size)
{
	struct stat export, root;
	int err;

	if (!stat(SERVER_EXPORT, &export) && !stat("/", &root) && export.st_dev != root.st_dev)
		return 0;
	err = mount_at("tmpfs", SERVER_EXPORT, "mode=1777");
	if (err)
		snprintf(why, size, "mount -t tmpfs %s: %s", SERVER_EXPORT, strerror(-err));
	return err;
}

int server_prepare(char *why, size_t size)
{
	static const struct {
		const char *type, *path, *options;
	} mounts[] = {
		{ "nfsd", CTL, NULL },
		{ "rpc_pipefs", HELPER_PIPEFS, NULL },
	};
	static bool done;
	int err;

	if (done)
		return 0;
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		err = mount_at(mounts[i].type, mounts[i].path, mounts[i].options);
		if (err) {
			snprintf(why, size, "mount -t %s %s: %s", mounts[i].type, mounts[i].path,
				 strerror(-err));
			return err;
		}
	}
	helper = helper_start(why, size);
	done = helper > 0;
	return done ? 0 : (int)helper;
}

bool server_is_helper(pid_t pid)
{
	return helper > 0 && pid == helper;
}

/*
 * nfsd takes a client whose lease was renewed in second 0 since boot for one that has expired
 * (is_client_expired()), and a guest can be up that early.
 */
static void leave_second_zero(void)
{
	const struct timespec one = { .tv_sec = 1 };

	while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &one, NULL) == EINTR)
		;
}

int server_start(char *why, size_t size)
{
	/* In this order: versions and times can't be set once the server has a socket. */
	static const struct {
		const char *file, *text;
	} settings[] = {
		{ "versions", VERSIONS },
		{ "nfsv4leasetime", "10\n" },	/* the shortest there is */
		{ "nfsv4gracetime", "10\n" },
		{ "portlist", "tcp 2049\n" },
		{ "threads", THREADS "\n" },
	};
	char grace[8];
	int err;

	if (server_threads() > 0)
		return 0;
	err = mount_export(why, size);
	if (err)
		return err;
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		err = server_ctl_write(settings[i].file, settings[i].text);
		if (err) {
			snprintf(why, size, "%s/%s: %s", CTL, settings[i].file, strerror(-err));
			return err;
		}
	}
	leave_second_zero();
	/* There is a grace period only when clients were on record; nobody is to wait for it. */
	if (!server_ctl_read("v4_end_grace", grace, sizeof(grace)) && grace[0] == 'N')
		server_ctl_write("v4_end_grace", "Y\n");
	return 0;
}

static void flush_cache(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/net/rpc/%s/flush", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	/* Any number: the kernel flushes all there is. */
	if (write(fd, "1\n", 2) < 0)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	close(fd);
}

/*
 * Files that the server closes in a work item are let go of by another one (fput() in a kernel
 * thread, fs/file_table.c), perhaps after the server has stopped. What stays is a leak.
 */
static int umount_export(void)
{
	struct timespec pause = { .tv_nsec = 20000000 };

	for (int left = UMOUNT_TRIES; umount(SERVER_EXPORT); left--) {
		if (errno != EBUSY || !left)
			return -errno;
		nanosleep(&pause, NULL);
	}
	return 0;
}

int server_stop(char *why, size_t size)
{
	int err = server_ctl_write("threads", "0\n");

	if (err) {
		snprintf(why, size, "%s/threads: %s", CTL, strerror(-err));
		return err;
	}
	flush_cache("nfsd.fh");
	flush_cache("nfsd.export");
	flush_cache("auth.unix.ip");
	err = umount_export();
	if (err)
		snprintf(why, size, "umount %s: %s", SERVER_EXPORT, strerror(-err));
	return err;
}
