// SPDX-License-Identifier: GPL-2.0-only
/* record: fragments put together, whatever the pieces they arrive in; lengths that are refused. */
#include "guest_test.h"
#include "record.h"

struct pair {
	int us, peer;
	struct record r;
};

static int setup(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));
	int fd[2];

	if (!p || socketpair(AF_UNIX, SOCK_STREAM, 0, fd)) {
		free(p);
		return -1;
	}
	p->us = fd[0];
	p->peer = fd[1];
	record_init(&p->r, 1000);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct pair *p = *state;

	record_free(&p->r);
	close(p->us);
	if (p->peer >= 0)
		close(p->peer);
	free(p);
	return 0;
}

static void feed(struct pair *p, const void *data, size_t len)
{
	assert_int_equal(write(p->peer, data, len), len);
}

static void hang_up(struct pair *p)
{
	close(p->peer);
	p->peer = -1;
}

static void one_byte_at_a_time(void **state)
{
	static const uint8_t bytes[] = {
		0x00, 0, 0, 3, 'a', 'b', 'c',		/* a fragment */
		0x00, 0, 0, 0,				/* an empty one */
		0x80, 0, 0, 2, 'd', 'e',		/* the last */
	};
	struct pair *p = *state;

	assert_int_equal(record_recv(&p->r, p->us), -EAGAIN);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		feed(p, &bytes[i], 1);
		assert_int_equal(record_recv(&p->r, p->us),
				 i + 1 == sizeof(bytes) ? 1 : -EAGAIN);
	}
	assert_int_equal(p->r.len, 5);
	assert_memory_equal(p->r.buf, "abcde", 5);
}

static void records_in_a_row(void **state)
{
	static const uint8_t bytes[] = {
		0x80, 0, 0, 1, 'a', 0x80, 0, 0, 0, 0x80, 0, 0, 2, 'b', 'c',
	};
	struct pair *p = *state;

	feed(p, bytes, sizeof(bytes));
	assert_int_equal(record_recv(&p->r, p->us), 1);
	assert_int_equal(p->r.len, 1);
	record_next(&p->r);
	assert_int_equal(record_recv(&p->r, p->us), 1);
	assert_int_equal(p->r.len, 0);
	record_next(&p->r);
	assert_int_equal(record_recv(&p->r, p->us), 1);
	assert_int_equal(p->r.len, 2);
	assert_memory_equal(p->r.buf, "bc", 2);
	record_next(&p->r);
	assert_int_equal(record_recv(&p->r, p->us), -EAGAIN);
	hang_up(p);
	assert_int_equal(record_recv(&p->r, p->us), -ENOTCONN);
}

static void oversized(void **state)
{
	static const uint8_t one[] = { 0x80, 0, 0x03, 0xe9 };	/* 1001 */
	struct pair *p = *state;

	feed(p, one, sizeof(one));
	assert_int_equal(record_recv(&p->r, p->us), -EMSGSIZE);
	assert_int_equal(p->r.room, 0);
}

static void largest_length(void **state)
{
	static const uint8_t one[] = { 0xff, 0xff, 0xff, 0xff };
	struct pair *p = *state;

	feed(p, one, sizeof(one));
	assert_int_equal(record_recv(&p->r, p->us), -EMSGSIZE);
}

static void oversized_in_sum(void **state)
{
	static const uint8_t mark[] = { 0, 0, 0x02, 0x58 };	/* 600 */
	static const uint8_t data[600];
	struct pair *p = *state;

	feed(p, mark, sizeof(mark));
	feed(p, data, sizeof(data));
	assert_int_equal(record_recv(&p->r, p->us), -EAGAIN);
	feed(p, mark, sizeof(mark));
	assert_int_equal(record_recv(&p->r, p->us), -EMSGSIZE);
}

static void endless_empty_fragments(void **state)
{
	static const uint8_t mark[4];
	struct pair *p = *state;
	int res = -EAGAIN;

	for (int i = 0; i < RECORD_FRAGS + 1 && res == -EAGAIN; i++) {
		feed(p, mark, sizeof(mark));
		res = record_recv(&p->r, p->us);
	}
	assert_int_equal(res, -EMSGSIZE);
}

static void truncated(void **state)
{
	static const uint8_t bytes[] = { 0x80, 0, 0, 4, 'a', 'b' };
	struct pair *p = *state;

	feed(p, bytes, sizeof(bytes));
	hang_up(p);
	assert_int_equal(record_recv(&p->r, p->us), -EPIPE);
}

static void truncated_mark(void **state)
{
	static const uint8_t bytes[] = { 0x80, 0 };
	struct pair *p = *state;

	feed(p, bytes, sizeof(bytes));
	hang_up(p);
	assert_int_equal(record_recv(&p->r, p->us), -EPIPE);
}

static void truncated_between_fragments(void **state)
{
	static const uint8_t bytes[] = { 0, 0, 0, 1, 'a' };
	struct pair *p = *state;

	feed(p, bytes, sizeof(bytes));
	hang_up(p);
	assert_int_equal(record_recv(&p->r, p->us), -EPIPE);
}

static void sends_fragments(void **state)
{
	static const uint8_t want[] = {
		0, 0, 0, 2, 'a', 'b', 0, 0, 0, 2, 'c', 'd', 0x80, 0, 0, 1, 'e',
	};
	struct pair *p = *state;
	uint8_t got[sizeof(want) + 1];

	assert_int_equal(record_send(p->us, "abcde", 5, 2), 0);
	assert_int_equal(read(p->peer, got, sizeof(got)), sizeof(want));
	assert_memory_equal(got, want, sizeof(want));

	/* A whole number of fragments has no empty one behind it. */
	assert_int_equal(record_send(p->us, "abcd", 4, 2), 0);
	assert_int_equal(read(p->peer, got, sizeof(got)), 12);
	assert_int_equal(got[6], 0x80);

	assert_int_equal(record_send(p->us, "", 0, 0), 0);
	assert_int_equal(read(p->peer, got, sizeof(got)), 4);
	assert_memory_equal(got, "\x80\0\0\0", 4);
}

static void send_refuses(void **state)
{
	struct pair *p = *state;

	assert_int_equal(record_send(p->us, "", RECORD_MAX + 1, 0), -EMSGSIZE);
	hang_up(p);
	assert_int_equal(record_send(p->us, "abc", 3, 0), -EPIPE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_byte_at_a_time), TEST(records_in_a_row), TEST(oversized),
		TEST(largest_length), TEST(oversized_in_sum), TEST(endless_empty_fragments),
		TEST(truncated), TEST(truncated_mark), TEST(truncated_between_fragments),
		TEST(sends_fragments), TEST(send_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
