// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests that misbehave, for the tests of the host's side: no profile may name these checks.
 *
 *   hang     a check that never ends: it is given up after its time limit, the rest still runs
 *   crash    a check whose process is killed by a signal
 *   wedge    process 1 stops for good: only the host's time limit ends the guest
 *   panic    the kernel panics, since process 1 ends
 *   garbage  a mebibyte of bytes of every value on the console, then goes on well
 *   flood    writes to the console until it is stopped
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

#define GARBAGE_BYTES	(1u << 20)

static int hang(void *state)
{
	(void)state;
	while (pause() < 0)
		;
	return check_fail("woken up");
}

static int panic(void *state)
{
	(void)state;
	/* "Attempted to kill init!": needs no SysRq. */
	_exit(1);
}

static int crash(void *state)
{
	(void)state;
	raise(SIGSEGV);
	return check_fail("still alive");
}

/* Past /dev/kmsg, which would quote it. */
static int open_console(void)
{
	return open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC);
}

static int garbage(void *state)
{
	uint8_t buf[4096];
	uint32_t lcg = 1;
	int fd = open_console();

	(void)state;
	if (fd < 0)
		return check_fail("no console");
	for (unsigned int done = 0; done < GARBAGE_BYTES; done += sizeof(buf)) {
		for (size_t i = 0; i < sizeof(buf); i++) {
			lcg = lcg * 1664525 + 1013904223;
			buf[i] = (uint8_t)(lcg >> 24);
		}
		if (write(fd, buf, sizeof(buf)) < 0)
			break;
	}
	/* What follows begins on a line of its own. */
	if (write(fd, "\n", 1) < 0)
		return check_fail("the console takes no more");
	close(fd);
	return STEP_OK;
}

static int flood(void *state)
{
	char buf[4096];
	int fd = open_console();

	(void)state;
	if (fd < 0)
		return check_fail("no console");
	for (size_t i = 0; i < sizeof(buf); i++)
		buf[i] = i % 64 == 63 ? '\n' : (char)('0' + i % 10);
	while (write(fd, buf, sizeof(buf)) > 0)
		;
	close(fd);
	return check_fail("the console takes no more");
}

static const struct check_step hang_steps[] = { { "hang", hang, 0 } };
static const struct check_step panic_steps[] = { { "panic", panic, 0 } };
static const struct check_step crash_steps[] = { { "crash", crash, 0 } };
static const struct check_step garbage_steps[] = { { "garbage", garbage, 0 } };
static const struct check_step flood_steps[] = { { "flood", flood, 0 } };

GUEST_CHECK(hang) = {
	.about = "never ends", .seconds = 1, CHECK_STEPS(hang_steps),
};

GUEST_CHECK(wedge) = {
	.about = "process 1 stops for good", .flags = CHECK_IN_INIT,
	CHECK_STEPS(hang_steps),
};

GUEST_CHECK(panic) = {
	.about = "the kernel panics", .flags = CHECK_IN_INIT,
	CHECK_STEPS(panic_steps),
};

GUEST_CHECK(crash) = {
	.about = "its process is killed by a signal", .seconds = 5,
	CHECK_STEPS(crash_steps),
};

GUEST_CHECK(garbage) = {
	.about = "prints bytes of every value", .seconds = 60,
	CHECK_STEPS(garbage_steps),
};

GUEST_CHECK(flood) = {
	.about = "prints without end", .seconds = 3600, CHECK_STEPS(flood_steps),
};
