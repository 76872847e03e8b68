// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own NFS client, and files to try it with. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kclient.h"

int kclient_mount(const char *path, unsigned int minor, char *why, size_t size)
{
	char options[128];
	int err = 0;

	/* What mount.nfs would work out: the kernel resolves no names. */
	snprintf(options, sizeof(options),
		 "vers=4.%u,addr=127.0.0.1,clientaddr=127.0.0.1,proto=tcp,sec=sys", minor);
	if ((mkdir(path, 0755) && errno != EEXIST) ||
	    mount("127.0.0.1:/", path, "nfs4", 0, options))
		err = -errno;
	if (err)
		snprintf(why, size, "mount -t nfs4 -o %s: %s", options, strerror(-err));
	return err;
}

int file_write(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), err = 0;
	const uint8_t *p = data;

	if (fd < 0)
		return -errno;
	while (len && !err) {
		ssize_t n = write(fd, p, len);

		if (n < 0) {
			err = -errno;
		} else {
			p += n;
			len -= (size_t)n;
		}
	}
	if (!err && fsync(fd))
		err = -errno;
	/* NFS reports errors of writing at the close too. */
	if (close(fd) && !err)
		err = -errno;
	return err;
}

int file_compare(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	const uint8_t *p = data;
	uint8_t buf[4096];
	ssize_t n;

	if (fd < 0)
		return -errno;
	while (!err && (n = read(fd, buf, sizeof(buf)))) {
		if (n < 0)
			err = -errno;
		else if ((size_t)n > len || memcmp(buf, p, (size_t)n) != 0)
			err = -EILSEQ;
		else
			p += n, len -= (size_t)n;
	}
	if (!err && len)
		err = -EILSEQ;
	close(fd);
	return err;
}
