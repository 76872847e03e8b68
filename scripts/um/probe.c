// SPDX-License-Identifier: GPL-2.0-only
/*
 * probe.c - does this host take the floating point state of a user-mode Linux back?
 *
 * Does what the kernel does each time it returns to its user space, on a stopped child. Run as it
 * is it tells of the host, with xstate.so preloaded whether that helps. Says in a line what came of
 * it.
 *
 * Exit status: 0 it does; 1 it refuses; 2 no processes can be traced here, so nothing can be said.
 */
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define UML_STATE 2696		/* HOST_FP_SIZE of arch/x86/um/user-offsets.c */
#define STATE_MAX 65536

static char state[STATE_MAX];

static long regset(enum __ptrace_request request, pid_t pid, size_t *n)
{
	struct iovec io = { state, *n };
	long ret = ptrace(request, pid, (void *)NT_X86_XSTATE, &io);

	*n = io.iov_len;
	return ret;
}

static int cannot_tell(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	return 2;
}

static int probe(pid_t pid)
{
	size_t all = sizeof(state), part = UML_STATE;

	/* Without this register set the kernel uses an older one of fixed length. */
	if (regset(PTRACE_GETREGSET, pid, &all) < 0) {
		printf("the host has no extended register state\n");
		return 0;
	}
	if (regset(PTRACE_GETREGSET, pid, &part) < 0)
		return cannot_tell("PTRACE_GETREGSET");
	if (regset(PTRACE_SETREGSET, pid, &part) < 0) {
		printf("of the host's %zu bytes of register state it won't take %d back: %s\n", all,
		       UML_STATE, strerror(errno));
		return 1;
	}
	printf("the host takes %d of its %zu bytes of register state back\n",
	       all < UML_STATE ? (int)all : UML_STATE, all);
	return 0;
}

int main(void)
{
	pid_t pid = fork();
	int status, ret;

	if (pid < 0)
		return cannot_tell("fork");
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
			raise(SIGSTOP);
		_exit(errno);
	}
	if (waitpid(pid, &status, 0) < 0)
		return cannot_tell("waitpid");
	if (!WIFSTOPPED(status)) {
		errno = WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
		return cannot_tell("PTRACE_TRACEME");
	}
	ret = probe(pid);
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return ret;
}
