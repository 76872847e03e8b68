// SPDX-License-Identifier: GPL-2.0-only
/* Runs checks, each in a process of its own, and says what they came to. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "out.h"
#include "server.h"

#define WHY_MAX		400
#define KILLED_WAIT_MS	2000	/* a killed check is waited for this long, then left behind */

/* What GUEST_CHECK() has put there; the linker knows where it begins and ends. */
extern const struct check_entry __start_guest_checks[] __attribute__((weak));
extern const struct check_entry __stop_guest_checks[] __attribute__((weak));

/* Shared by a check's process and process 1, which says the rest when the check can't. */
struct progress {
	size_t step;			/* that runs, from 0; nr_steps: none any more */
	size_t failed;			/* steps that did */
	char why[WHY_MAX];		/* the message of the step that runs */
	char first[WHY_MAX];		/* of the first step that failed, with its name */
};

static struct progress *progress;

int check_fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(progress->why, sizeof(progress->why), fmt, args);
	va_end(args);
	return STEP_FAILED;
}

int check_skip(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(progress->why, sizeof(progress->why), fmt, args);
	va_end(args);
	return STEP_SKIPPED;
}

void check_note(const char *fmt, ...)
{
	char text[OUT_LINE_MAX - 16];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	out_diag(1, "%s", text);
}

int check_server(void *state)
{
	char why[WHY_MAX];

	(void)state;
	return server_start(why, sizeof(why)) ? check_fail("%s", why) : STEP_OK;
}

static void note_failure(const struct check *check, size_t step, const char *why)
{
	if (!progress->failed++)
		snprintf(progress->first, sizeof(progress->first), "%s: %s",
			 check->steps[step].name, why);
	out_result(1, false, step + 1, check->steps[step].name, NULL, why);
}

/* Runs the steps, in the check's own process. */
static void run_steps(const struct check *check)
{
	void *state = calloc(1, check->state_size + 1);

	for (size_t i = 0; i < check->nr_steps; i++) {
		const struct check_step *step = &check->steps[i];
		int res;

		progress->step = i;
		progress->why[0] = '\0';
		if (progress->failed && !(step->flags & STEP_ALWAYS)) {
			out_result(1, true, i + 1, step->name, "an earlier step failed", NULL);
			continue;
		}
		res = state ? step->run(state) : check_fail("%s", strerror(ENOMEM));
		if (res == STEP_FAILED)
			note_failure(check, i, progress->why);
		else
			out_result(1, true, i + 1, step->name,
				   res == STEP_SKIPPED ? progress->why : NULL, NULL);
	}
	progress->step = check->nr_steps;
	free(state);
}

/* Says what the check's process could not: the step that it ended in, and those after. */
static void close_steps(const struct check *check, const char *why)
{
	if (progress->step == check->nr_steps)
		return;
	note_failure(check, progress->step, why);
	for (size_t i = progress->step + 1; i < check->nr_steps; i++)
		out_result(1, true, i + 1, check->steps[i].name, "not reached", NULL);
}

/* Waits for the end of a process. Returns false when it has not come in time. */
static bool wait_end(pid_t pid, int pidfd, int ms, int *status)
{
	struct pollfd pfd = { .fd = pidfd, .events = POLLIN };
	int n;

	do {
		n = poll(&pfd, 1, ms);
	} while (n < 0 && errno == EINTR);
	return n > 0 && waitpid(pid, status, 0) == pid;
}

static void run_process(const struct check *check, unsigned int seconds)
{
	char why[WHY_MAX];
	pid_t pid = fork();
	int pidfd, status;

	if (!pid) {
		setpgid(0, 0);
		run_steps(check);
		_exit(0);
	}
	pidfd = pid < 0 ? -1 : pidfd_open(pid, 0);
	if (pidfd < 0) {
		close_steps(check, strerror(errno));
		return;
	}
	setpgid(pid, pid);
	if (!wait_end(pid, pidfd, (int)seconds * 1000, &status)) {
		kill(-pid, SIGKILL);
		snprintf(why, sizeof(why), "timed out after %u s", seconds);
		if (!wait_end(pid, pidfd, KILLED_WAIT_MS, &status))
			snprintf(why, sizeof(why), "timed out after %u s, and can't be killed",
				 seconds);
		close_steps(check, why);
	} else if (WIFSIGNALED(status)) {
		snprintf(why, sizeof(why), "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
		close_steps(check, why);
	} else {
		close_steps(check, "its process ended early");
	}
	/* What the check has left running must not disturb the next one. */
	kill(-pid, SIGKILL);
	close(pidfd);
}

static void run_check(const struct check_entry *entry, size_t nr, unsigned int scale)
{
	const struct check *check = entry->check;
	char why[WHY_MAX] = "";
	pid_t pid;

	out_line("stableq: check %s begin", entry->name);
	memset(progress, 0, sizeof(*progress));
	if (check->flags & CHECK_SERVER && server_prepare(why, sizeof(why))) {
		out_result(0, false, nr, entry->name, NULL, why);
	} else {
		out_ktap(1, entry->name, check->nr_steps);
		if (check->flags & CHECK_IN_INIT)
			run_steps(check);
		else
			run_process(check, check->seconds * scale);
		out_result(0, !progress->failed, nr, entry->name, NULL, progress->first);
	}
	out_line("stableq: check %s end", entry->name);
	/* Process 1 inherits orphans. */
	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
		if (server_is_helper(pid))
			out_diag(0, "the server's helper process has ended");
	}
}

static const struct check_entry *find(const char *name)
{
	for (const struct check_entry *e = __start_guest_checks; e < __stop_guest_checks; e++) {
		if (!strcmp(e->name, name))
			return e;
	}
	return NULL;
}

static size_t count(const char *names)
{
	size_t nr = 0;

	for (const char *p = names; *p; p += strspn(p, ",")) {
		nr++;
		p += strcspn(p, ",");
		if (!*p)
			break;
	}
	return nr;
}

void checks_run(char *names, unsigned int scale)
{
	size_t nr = 0;

	names += strspn(names, ",");
	out_ktap(0, NULL, count(names));
	progress = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (char *name = strtok(names, ","); name; name = strtok(NULL, ",")) {
		const struct check_entry *entry = find(name);

		if (progress == MAP_FAILED)
			out_result(0, false, ++nr, name, NULL, "no memory to run it in");
		else if (!entry)
			out_result(0, false, ++nr, name, NULL, "no such check");
		else
			run_check(entry, ++nr, scale);
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct check_entry *)a)->name, ((const struct check_entry *)b)->name);
}

void checks_list(void)
{
	size_t nr = (size_t)(__stop_guest_checks - __start_guest_checks);
	struct check_entry *all = calloc(nr + 1, sizeof(*all));

	if (!all)
		return;
	memcpy(all, __start_guest_checks, nr * sizeof(*all));
	qsort(all, nr, sizeof(*all), by_name);
	for (size_t i = 0; i < nr; i++)
		printf("%s\n", all[i].name);
	free(all);
}
