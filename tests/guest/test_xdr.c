// SPDX-License-Identifier: GPL-2.0-only
/* xdr: what is encoded, bounds on both sides, errors that stick. */
#include "guest_test.h"
#include "xdr.h"

static void encodes(void **state)
{
	static const uint8_t want[] = {
		0x01, 0x02, 0x03, 0x04,
		0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18,
		0, 0, 0, 1,
		'a', 'b', 'c', 'd', 'e', 0, 0, 0,		/* fixed, 5 */
		0, 0, 0, 3, 'x', 'y', 'z', 0,			/* string */
		0, 0, 0, 0,					/* empty opaque */
		0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2,		/* bitmap */
		0, 0, 0, 0,					/* bitmap of zeroes */
	};
	static const uint32_t words[] = { 0, 2, 0 };
	uint8_t buf[128];
	struct xdr x;

	(void)state;
	memset(buf, 0xee, sizeof(buf));
	xdr_init(&x, buf, sizeof(buf));
	xdr_put_u32(&x, 0x01020304);
	xdr_put_u64(&x, 0x1112131415161718);
	xdr_put_bool(&x, true);
	xdr_put_fixed(&x, "abcde", 5);
	xdr_put_string(&x, "xyz");
	xdr_put_opaque(&x, NULL, 0);
	xdr_put_bitmap(&x, words, 3);
	xdr_put_bitmap(&x, words, 1);
	assert_int_equal(x.err, 0);
	assert_bytes(&x, want);
}

static void decodes_what_it_encodes(void **state)
{
	uint32_t words[3] = { 7, 0, 9 }, got[3], len;
	uint8_t buf[128], fixed[5];
	const uint8_t *p;
	char s[8];
	struct xdr x;

	(void)state;
	xdr_init(&x, buf, sizeof(buf));
	xdr_put_u32(&x, UINT32_MAX);
	xdr_put_u64(&x, UINT64_MAX - 1);
	xdr_put_bool(&x, false);
	xdr_put_fixed(&x, "abcde", 5);
	xdr_put_opaque(&x, "opaq!", 5);
	xdr_put_string(&x, "seven77");
	xdr_put_bitmap(&x, words, 3);
	assert_int_equal(x.err, 0);

	xdr_init(&x, buf, xdr_pos(&x));
	assert_true(xdr_get_u32(&x) == UINT32_MAX);
	assert_true(xdr_get_u64(&x) == UINT64_MAX - 1);
	assert_false(xdr_get_bool(&x));
	xdr_get_fixed(&x, fixed, 5);
	assert_memory_equal(fixed, "abcde", 5);
	p = xdr_get_opaque(&x, 5, &len);
	assert_int_equal(len, 5);
	assert_memory_equal(p, "opaq!", 5);
	xdr_get_string(&x, s, sizeof(s));
	assert_string_equal(s, "seven77");
	xdr_get_bitmap(&x, got, 3);
	assert_memory_equal(got, words, sizeof(words));
	assert_int_equal(x.err, 0);
	assert_int_equal(xdr_left(&x), 0);
}

static void encoding_stops_at_the_end(void **state)
{
	uint8_t buf[12];
	struct xdr x;

	(void)state;
	memset(buf, 0xee, sizeof(buf));
	xdr_init(&x, buf, 6);
	xdr_put_u32(&x, 1);
	xdr_put_u32(&x, 2);
	assert_int_equal(x.err, -ENOBUFS);
	/* The error sticks, though this would have room. */
	xdr_put_fixed(&x, "a", 0);
	assert_int_equal(xdr_pos(&x), 4);
	assert_int_equal(buf[6], 0xee);

	/* The data fit and their padding doesn't. */
	xdr_init(&x, buf, 9);
	xdr_put_opaque(&x, "abcde", 5);
	assert_int_equal(x.err, -ENOBUFS);
	assert_int_equal(buf[9], 0xee);

	/* A length whose padding would wrap. */
	xdr_init(&x, buf, sizeof(buf));
	xdr_put_fixed(&x, "a", SIZE_MAX);
	assert_int_equal(x.err, -ENOBUFS);
	assert_int_equal(xdr_pos(&x), 0);
}

static void set_stays_behind_the_end(void **state)
{
	uint8_t buf[8] = { 0 };
	struct xdr x;

	(void)state;
	xdr_init(&x, buf, sizeof(buf));
	xdr_put_u32(&x, 1);
	xdr_set_u32(&x, 0, 5);
	assert_int_equal(x.err, 0);
	assert_int_equal(buf[3], 5);
	xdr_set_u32(&x, 4, 6);
	assert_int_equal(x.err, -EINVAL);
	assert_int_equal(buf[7], 0);
}

static void decoding_stops_at_the_end(void **state)
{
	static uint8_t short_word[] = { 0, 0, 1 };
	static uint8_t long_opaque[] = { 0, 0, 0, 9, 'a', 'b', 'c', 'd' };
	static uint8_t unpadded[] = { 0, 0, 0, 3, 'a', 'b', 'c' };
	static uint8_t huge[] = { 0xff, 0xff, 0xff, 0xff, 'a', 'b', 'c', 'd' };
	uint32_t len = 1, words[1];
	uint8_t fixed[4] = { 1, 1, 1, 1 };
	struct xdr x;

	(void)state;
	xdr_init(&x, short_word, sizeof(short_word));
	assert_int_equal(xdr_get_u32(&x), 0);
	assert_int_equal(x.err, -EBADMSG);
	xdr_get_fixed(&x, fixed, 2);
	assert_int_equal(fixed[0], 0);

	xdr_init(&x, long_opaque, sizeof(long_opaque));
	assert_null(xdr_get_opaque(&x, 100, &len));
	assert_int_equal(len, 0);
	assert_int_equal(x.err, -EBADMSG);

	xdr_init(&x, unpadded, sizeof(unpadded));
	assert_null(xdr_get_opaque(&x, 100, &len));
	assert_int_equal(x.err, -EBADMSG);

	xdr_init(&x, huge, sizeof(huge));
	assert_null(xdr_get_opaque(&x, UINT32_MAX, &len));
	assert_int_equal(x.err, -EBADMSG);

	xdr_init(&x, huge, sizeof(huge));
	xdr_get_bitmap(&x, words, 1);
	assert_int_equal(x.err, -EBADMSG);

	xdr_init(&x, huge, sizeof(huge));
	xdr_skip(&x, SIZE_MAX);
	assert_int_equal(x.err, -EBADMSG);
}

static void refuses_what_is_not_allowed(void **state)
{
	static uint8_t two[] = { 0, 0, 0, 2 };
	static uint8_t zero_inside[] = { 0, 0, 0, 3, 'a', 0, 'b', 0 };
	static uint8_t four[] = { 0, 0, 0, 4, 'a', 'b', 'c', 'd' };
	static uint8_t far_bit[] = { 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1 };
	uint32_t words[1], len;
	char s[4];
	struct xdr x;

	(void)state;
	xdr_init(&x, two, sizeof(two));
	assert_false(xdr_get_bool(&x));
	assert_int_equal(x.err, -EBADMSG);

	xdr_init(&x, zero_inside, sizeof(zero_inside));
	xdr_get_string(&x, s, sizeof(s));
	assert_string_equal(s, "");
	assert_int_equal(x.err, -EBADMSG);

	/* A string of the buffer's size leaves no room for its end. */
	xdr_init(&x, four, sizeof(four));
	xdr_get_string(&x, s, sizeof(s));
	assert_string_equal(s, "");
	assert_int_equal(x.err, -EBADMSG);

	xdr_init(&x, four, sizeof(four));
	assert_null(xdr_get_opaque(&x, 3, &len));
	assert_int_equal(x.err, -EBADMSG);

	xdr_init(&x, far_bit, sizeof(far_bit));
	xdr_get_bitmap(&x, words, 1);
	assert_int_equal(x.err, -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes),
		cmocka_unit_test(decodes_what_it_encodes),
		cmocka_unit_test(encoding_stops_at_the_end),
		cmocka_unit_test(set_stays_behind_the_end),
		cmocka_unit_test(decoding_stops_at_the_end),
		cmocka_unit_test(refuses_what_is_not_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
