// SPDX-License-Identifier: GPL-2.0-only
/*
 * xstate.c - lets a user-mode Linux with a small floating point buffer run on any x86 host
 *
 * Put before the C library by LD_PRELOAD when a kernel is started. UML of the stable branches keeps
 * 2696 bytes of its guest's extended state and writes them back with PTRACE_SETREGSET. A host whose
 * CPUs have more state (AMX: 11008 bytes) cuts a read to that length, but takes only whole states
 * back: EFAULT, and the guest's init dies of it. So a short write is completed here with what the
 * process has behind it at that moment. The state's header and all that a UML guest can use lie in
 * front; it has no permission for what lies behind.
 *
 * Every other request, and this one too where it can't be completed, goes on as it came.
 */
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

#define STATE_MAX 32768		/* bytes; three times what a CPU with AMX has */
#define STATES 8

typedef long (*ptrace_fn)(enum __ptrace_request request, ...);

/*
 * A signal may come between reading and writing, and its handler may run another guest process:
 * each call has a buffer of its own. The stack has no room for one, a kernel's stack in UML is 16
 * KiB.
 */
static struct state {
	atomic_flag busy;
	_Alignas(64) char bytes[STATE_MAX];
} states[STATES];

static ptrace_fn next;

/* Early: where the kernel calls ptrace() from is no place for the dynamic linker. */
static void __attribute__((constructor)) find_next(void)
{
	void *f = dlsym(RTLD_NEXT, "ptrace");

	/* ISO C has no cast from an object's to a function's pointer. */
	memcpy(&next, &f, sizeof(next));
}

static struct state *get_state(void)
{
	for (int i = 0; i < STATES; i++)
		if (!atomic_flag_test_and_set(&states[i].busy))
			return &states[i];
	return NULL;
}

static void put_state(struct state *s)
{
	if (s)
		atomic_flag_clear(&s->busy);
}

/* Return: whether @s is the whole state, with the caller's bytes at its beginning. */
static bool complete(struct state *s, pid_t pid, const struct iovec *ours, struct iovec *whole)
{
	*whole = (struct iovec){ s->bytes, sizeof(s->bytes) };
	if (next(PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, whole) < 0)
		return false;
	/* A full buffer may be the beginning of something larger. */
	if (whole->iov_len >= sizeof(s->bytes) || ours->iov_len >= whole->iov_len)
		return false;
	memcpy(s->bytes, ours->iov_base, ours->iov_len);
	return true;
}

static long set_xstate(pid_t pid, void *addr, struct iovec *ours)
{
	struct state *s = get_state();
	int saved = errno;
	struct iovec whole;
	bool ready = s && complete(s, pid, ours, &whole);
	long ret;

	errno = saved;
	ret = next(PTRACE_SETREGSET, pid, addr, ready ? &whole : ours);
	put_state(s);
	return ret;
}

long ptrace(enum __ptrace_request request, ...)
{
	va_list ap;
	pid_t pid;
	void *addr, *data;

	va_start(ap, request);
	pid = va_arg(ap, pid_t);
	addr = va_arg(ap, void *);
	data = va_arg(ap, void *);
	va_end(ap);
	if (!next)
		find_next();
	if (!next) {
		errno = ENOSYS;
		return -1;
	}
	if (request == PTRACE_SETREGSET && (uintptr_t)addr == NT_X86_XSTATE && data)
		return set_xstate(pid, addr, data);
	return next(request, pid, addr, data);
}
