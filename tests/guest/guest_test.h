/* SPDX-License-Identifier: GPL-2.0-only */
/* What cmocka wants included in front of it. */
#ifndef GUEST_TEST_H
#define GUEST_TEST_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* cmocka has no size of its own for a whole array. */
#define assert_bytes(x, want) do {					\
	assert_int_equal(xdr_pos(x), sizeof(want));			\
	assert_memory_equal((x)->start, want, sizeof(want));		\
} while (0)

#endif
