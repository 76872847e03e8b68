// SPDX-License-Identifier: GPL-2.0-only
/* When a guest's end is this host's doing, and says nothing of the kernel. */
#include "vm/vm.h"

#include <signal.h>

#include "vm/private.h"

#define LINE_MAX_BYTES 512
#define SAID_MAX 300

/*
 * What user-mode Linux prints when the host refuses it something (arch/um/os-Linux/skas/process.c
 * and mem.c, arch/um/kernel/trap.c, of 6.1 to 6.12). Only what no bug of the guest's kernel can
 * lead to: EFAULT is about the length of the state, other errors may be about what is in it.
 */
static const struct {
	const char *line, *why;
} uml_says[] = {
	{ "ptrace set fp regs failed, errno = 14",
	  "the host's registers are larger than what the kernel gives back" },
	{ "put_fp_registers returned -14",
	  "the host's registers are larger than what the kernel gives back" },
	{ "Bus error - the host /dev/shm or /tmp ", "no room for the guest's memory" },
	{ "start_userspace : clone failed", "no further process may start" },
	{ "start_userspace : mmap failed, errno = 12", "no memory left" },
};

struct host_watch {
	char line[LINE_MAX_BYTES];
	size_t n;
	bool uml;
	const char *emulator;	/* what QEMU's own lines begin with */
	const char *why;
	char *said;
	char *own;		/* the first of the emulator's own lines that is no warning */
	char *asked;		/* its line about a signal that asked it to end */
};

struct host_watch *vm_host_watch(const struct vm_run *v, const char *emulator)
{
	struct host_watch *w = xcalloc(1, sizeof(*w));

	w->uml = arch_is_um(v->arch);
	w->emulator = emulator;
	return w;
}

void vm_host_watch_free(struct host_watch *w)
{
	if (!w)
		return;
	free(w->said);
	free(w->own);
	free(w->asked);
	free(w);
}

/* Return: what a line of QEMU's says, without its name; or nothing. */
static struct span of_emulator(const struct host_watch *w, struct span line)
{
	if (w->uml || !span_take(&line, w->emulator) || !span_take(&line, ": "))
		return SPAN_EMPTY;
	return line;
}

static const char *qemu_says(struct span line)
{
	/* These leave QEMU running, with a guest that has stopped for ever. */
	if (span_starts(line, "error: kvm run failed") || span_starts(line, "KVM internal error"))
		return VM_HOST_KVM;
	return NULL;
}

static const char *look_at_line(const struct host_watch *w, struct span line)
{
	if (!w->uml)
		return qemu_says(line);
	for (size_t i = 0; i < ARRAY_SIZE(uml_says); i++)
		if (span_has(line, uml_says[i].line))
			return uml_says[i].why;
	return NULL;
}

static struct span without_stamp(struct span line)
{
	struct span stamp, rest;

	if (!span_starts(line, "[") || !span_cut(line, "]", &stamp, &rest))
		return line;
	return span_trim(rest);
}

/* Of several complaints the first is the cause. */
static void take_line(struct host_watch *w)
{
	struct span line = without_stamp(span_trim((struct span){ w->line, w->n }));
	struct span own = of_emulator(w, line);

	w->n = 0;
	line = span_head(line, SAID_MAX);
	if (!w->said)
		w->why = look_at_line(w, line);
	if (!w->said && w->why)
		w->said = span_dup(line);
	if (!w->asked && span_starts(own, "terminating on signal"))
		w->asked = span_dup(line);
	else if (!w->own && own.len && !span_starts(own, "warning: "))
		w->own = span_dup(line);
}

bool vm_host_feed(struct host_watch *w, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\n')
			take_line(w);
		else if (w->n < sizeof(w->line))
			w->line[w->n++] = p[i];
	}
	return w->said && !w->uml;
}

/* The emulator's own line, else what stands last on the console. */
static char *last_words(const struct host_watch *w, const struct str *text)
{
	struct span rest = str_span(text), line, last = { "", 0 };

	if (w->own)
		return xstrdup(w->own);
	while (span_line(&rest, &line))
		if (span_trim(line).len)
			last = span_trim(line);
	return span_dup(span_head(last, SAID_MAX));
}

static char *how(const struct child *c)
{
	if (c->end == CHILD_SIGNALED)
		return xasprintf("was ended by signal %d (%s)", c->status, strsignal(c->status));
	return xasprintf("ended with status %d", c->status);
}

/* No guest can do that to the process that it runs in. */
static bool ended_from_outside(const struct host_watch *w, const struct child *c)
{
	static const int signals[] = { SIGKILL, SIGXCPU, SIGXFSZ };

	if (!w->uml)
		return c->end == CHILD_SIGNALED || (c->end == CHILD_EXITED && c->status);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (c->end == CHILD_SIGNALED && c->status == signals[i])
			return true;
	return false;
}

char *vm_host_verdict(struct host_watch *w, const struct vm_run *v, const struct child *c)
{
	_cleanup_free_ char *what = NULL, *last = NULL;
	bool died = c->end == CHILD_SIGNALED || (c->end == CHILD_EXITED && c->status);
	const char *program = w->uml ? "user-mode Linux" : w->emulator;

	take_line(w);
	if (w->said)
		return xasprintf("%s: %s", w->why, w->said);
	/* We ask in the same way, at a limit: then it is the kernel that hung. */
	if (w->asked && c->end == CHILD_EXITED)
		return xasprintf("somebody ended QEMU: %s", w->asked);
	if (!ended_from_outside(w, c) && !(died && !console_booted(v->console)))
		return NULL;
	what = how(c);
	last = last_words(w, &c->out);
	if (c->end == CHILD_SIGNALED && c->status == SIGKILL)
		return xasprintf("%s %s: out of memory?", program, what);
	return xasprintf("%s %s%s%s%s", program, what, console_booted(v->console) ? "" :
			 " before the kernel said anything", *last ? ": " : "", last);
}
