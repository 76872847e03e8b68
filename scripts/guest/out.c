// SPDX-License-Identifier: GPL-2.0-only
/* What the guest says on the console. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/klog.h>
#include <unistd.h>

#include "out.h"

#define KLOG_CONSOLE_LEVEL	8	/* syslog(2): set the level of what the console shows */

static int kmsg = -1;

void out_open(void)
{
	int fd;

	kmsg = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	/* Not even "quiet" on the command line may hide a result. */
	if (kmsg >= 0)
		klogctl(KLOG_CONSOLE_LEVEL, NULL, 8);
	/* Where the limit was not lifted on the command line, it can be here, given sysctl. */
	fd = open("/proc/sys/kernel/printk_devkmsg", O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		/* EINVAL: the command line has settled it. */
		if (write(fd, "on\n", 3) < 0 && errno != EINVAL)
			out_diag(0, "printk_devkmsg: %s", strerror(errno));
		close(fd);
	}
}

static void vline(const char *prefix, const char *fmt, va_list args)
{
	static const char level[] = "<5>";	/* KERN_NOTICE */
	char buf[OUT_LINE_MAX + 2];
	size_t skip = kmsg >= 0 ? 0 : strlen(level), len;
	ssize_t n;

	len = (size_t)snprintf(buf, sizeof(buf), "%s%s", level, prefix);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): the callers start it */
	vsnprintf(buf + len, sizeof(buf) - len - 1, fmt, args);
	len = strlen(buf);
	/* A line is a line, whatever a server put into a message. */
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)buf[i] < ' ' || buf[i] == 0x7f)
			buf[i] = '?';
	}
	buf[len++] = '\n';
	do {
		n = write(kmsg >= 0 ? kmsg : STDOUT_FILENO, buf + skip, len - skip);
	} while (n < 0 && errno == EINTR);
}

static void __attribute__((format(printf, 2, 3))) line(const char *prefix, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vline(prefix, fmt, args);
	va_end(args);
}

void out_line(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vline("", fmt, args);
	va_end(args);
}

static const char *indent(unsigned int level)
{
	return level ? "    " : "";
}

void out_ktap(unsigned int level, const char *subtest, size_t plan)
{
	line(indent(level), "KTAP version 1");
	if (level)
		line(indent(level), "# Subtest: %s", subtest);
	line(indent(level), "1..%zu", plan);
}

void out_result(unsigned int level, bool ok, size_t nr, const char *name, const char *skip,
		const char *why)
{
	const char *result = ok ? "ok" : "not ok";

	if (skip)
		line(indent(level), "%s %zu %s # SKIP %s", result, nr, name, skip);
	else if (!ok && why && *why)
		line(indent(level), "%s %zu %s # %s", result, nr, name, why);
	else
		line(indent(level), "%s %zu %s", result, nr, name);
}

void out_diag(unsigned int level, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vline(level ? "    # " : "# ", fmt, args);
	va_end(args);
}
