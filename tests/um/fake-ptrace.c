// SPDX-License-Identifier: GPL-2.0-only
/*
 * fake-ptrace.c - preloaded, it plays a host with other registers than this one has
 *
 * FAKE_XSTATE says which: "small" takes a short register state back, "large" only the whole of one
 * that is a little larger than the real one, "huge" likewise of more than anybody has room for, and
 * "never" takes none. All else is this host's.
 */
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define BEHIND 0xa5		/* behind the real state: has to come back as it was read */

static char real[1 << 16];	/* nobody here traces from two threads */

static long set(pid_t pid, size_t n)
{
	struct iovec io = { real, n };

	return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, NT_X86_XSTATE, &io);
}

static size_t get(pid_t pid)
{
	struct iovec io = { real, sizeof(real) };

	return syscall(SYS_ptrace, PTRACE_GETREGSET, pid, NT_X86_XSTATE, &io) ? 0 : io.iov_len;
}

static long refuse(int e)
{
	errno = e;
	return -1;
}

static long fake(const char *host, int request, pid_t pid, struct iovec *io)
{
	size_t n = get(pid), all = n;

	if (!n)
		return refuse(EIO);
	if (!strcmp(host, "large") || !strcmp(host, "huge"))
		all = n + (*host == 'l' ? 4096 : 1 << 20);
	if (request == PTRACE_GETREGSET) {
		io->iov_len = io->iov_len < all ? io->iov_len : all;
		memset(io->iov_base, BEHIND, io->iov_len);
		memcpy(io->iov_base, real, io->iov_len < n ? io->iov_len : n);
		return 0;
	}
	if (!strcmp(host, "never") || (all > n && io->iov_len < all))
		return refuse(EFAULT);
	for (size_t i = n; i < all; i++)
		if (((unsigned char *)io->iov_base)[i] != BEHIND)
			return refuse(EINVAL);
	memcpy(real, io->iov_base, io->iov_len < n ? io->iov_len : n);
	return set(pid, n);
}

long ptrace(enum __ptrace_request request, ...)
{
	const char *host = getenv("FAKE_XSTATE");
	va_list ap;
	pid_t pid;
	void *addr, *data;
	long word, ret;

	va_start(ap, request);
	pid = va_arg(ap, pid_t);
	addr = va_arg(ap, void *);
	data = va_arg(ap, void *);
	va_end(ap);
	if (host && (request == PTRACE_GETREGSET || request == PTRACE_SETREGSET) &&
	    (uintptr_t)addr == NT_X86_XSTATE)
		return fake(host, request, pid, data);
	if (request != PTRACE_PEEKTEXT && request != PTRACE_PEEKDATA && request != PTRACE_PEEKUSER)
		return syscall(SYS_ptrace, request, pid, addr, data);
	ret = syscall(SYS_ptrace, request, pid, addr, &word);
	if (ret < 0)
		return -1;
	errno = 0;
	return word;
}
