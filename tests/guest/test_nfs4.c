// SPDX-License-Identifier: GPL-2.0-only
/* nfs4: compounds and results against bytes that were put together by hand from RFC 5662. */
#include "guest_test.h"
#include "nfs4.h"

#define W(x)	0, 0, 0, (x)		/* a small word */

static struct nfs4_compound c;		/* too large for a stack */

static void begin(struct nfs4_reply *r, struct xdr *x, const uint8_t *bytes, size_t len)
{
	memset(r, 0, sizeof(*r));
	xdr_init(x, (void *)bytes, len);
	assert_int_equal(nfs4_reply_begin(r, x), 0);
}

static void sequence_and_lookup(void **state)
{
	static const uint8_t want[] = {
		W(3), 't', 'a', 'g', 0, W(1), W(4),
		W(53), 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17,
		0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f,
		W(7), W(2), W(3), W(1),
		W(24),
		W(15), W(5), 'h', 'e', 'l', 'l', 'o', 0, 0, 0,
		W(9), W(2), W(0x1a), W(2),
	};
	static const uint32_t mask[] = {
		1u << FATTR4_TYPE | 1u << FATTR4_CHANGE | 1u << FATTR4_SIZE, 2,
	};
	struct nfs4_sessionid id;

	(void)state;
	for (int i = 0; i < NFS4_SESSIONID_SIZE; i++)
		id.data[i] = (uint8_t)(0x10 + i);
	nfs4_compound(&c, 1, "tag");
	nfs4_put_sequence(&c, &id, 7, 2, 3, true);
	nfs4_put_op(&c, OP_PUTROOTFH);
	nfs4_put_lookup(&c, "hello");
	nfs4_put_getattr(&c, mask, 2);
	assert_int_equal(c.x.err, 0);
	assert_bytes(&c.x, want);
}

static void open_create(void **state)
{
	static const uint8_t want[] = {
		W(0), W(2), W(1),
		W(18), W(0), W(3), W(1),			/* seqid, access, deny */
		1, 2, 3, 4, 5, 6, 7, 8, W(2), 'm', 'e', 0, 0,	/* open owner */
		W(1), W(1), W(2), W(0), W(2), W(4), 0, 0, 1, 0xa4,	/* GUARDED4, mode 0644 */
		W(0), W(1), 'f', 0, 0, 0,
	};
	struct nfs4_open_args args = {
		.access = OPEN4_SHARE_ACCESS_BOTH, .deny = 1, .clientid = 0x0102030405060708,
		.owner = "me", .type = OPEN4_CREATE, .mode = GUARDED4, .file_mode = 0644,
		.claim = CLAIM_NULL, .name = "f",
	};

	(void)state;
	nfs4_compound(&c, 2, "");
	nfs4_put_open(&c, &args);
	assert_int_equal(c.x.err, 0);
	assert_bytes(&c.x, want);
}

static void create_session(void **state)
{
	static const uint8_t want[] = {
		W(0), W(1), W(1),
		W(43), 0, 0, 0, 0, 0, 0, 0, 9, W(4), W(2),
		W(0), W(11), W(12), W(13), W(14), W(15), W(0),
		W(0), W(21), W(22), W(23), W(24), W(25), W(0),
		0x40, 0, 0, 0, W(1), W(0),
	};
	struct nfs4_create_session_args args = {
		.clientid = 9, .seqid = 4, .flags = CREATE_SESSION4_FLAG_CONN_BACK_CHAN,
		.fore = { 0, 11, 12, 13, 14, 15 }, .back = { 0, 21, 22, 23, 24, 25 },
		.cb_program = NFS4_CB_PROGRAM, .cb_flavor = RPC_AUTH_NONE,
	};

	(void)state;
	nfs4_compound(&c, 1, "");
	nfs4_put_create_session(&c, &args);
	assert_bytes(&c.x, want);
}

static void too_long_a_write(void **state)
{
	static const struct nfs4_stateid stateid;
	static uint8_t data[NFS4_COMPOUND_MAX];
	uint32_t xid;

	(void)state;
	nfs4_compound(&c, 1, "");
	nfs4_put_write(&c, &stateid, 0, FILE_SYNC4, data, sizeof(data));
	/* Nothing is sent: there is no connection that it could crash on. */
	assert_int_equal(nfs4_send(NULL, &c, &xid), -ENOBUFS);
}

static void open_results(void **state)
{
	static const uint8_t bytes[] = {
		W(0), W(0), W(1),
		W(18), W(0),
		W(1), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,		/* stateid */
		W(1), 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2,	/* change info */
		W(4), W(2), W(0), W(2),					/* flags, attrset */
		W(2), W(3), 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,	/* write */
		W(0), W(1), 0, 0, 0, 0, 0, 0, 0, 9,			/* space limit */
		W(0), W(0), W(0), W(0),					/* ace */
	};
	struct nfs4_open_res res;
	struct nfs4_reply r;
	struct xdr x;

	(void)state;
	begin(&r, &x, bytes, sizeof(bytes));
	assert_int_equal(nfs4_get_open(&r, &res), 0);
	assert_int_equal(res.stateid.seqid, 1);
	assert_int_equal(res.stateid.other[11], 12);
	assert_int_equal(res.rflags, 4);
	assert_int_equal(res.deleg, OPEN_DELEGATE_WRITE);
	assert_int_equal(res.deleg_stateid.seqid, 3);
	assert_int_equal(res.deleg_stateid.other[0], 21);
	assert_int_equal(xdr_left(&x), 0);

	/* However short the reply is cut, it is an error and nothing is read behind its end. */
	for (size_t len = 12; len < sizeof(bytes); len++) {
		uint8_t *cut = malloc(len);

		memcpy(cut, bytes, len);
		begin(&r, &x, cut, len);
		assert_int_equal(nfs4_get_open(&r, &res), -EBADMSG);
		free(cut);
	}
}

static void attributes(void **state)
{
	static const uint8_t bytes[] = {
		W(0), W(0), W(1), W(9), W(0),
		W(2), W(0x12), W(2), W(16),		/* type, size, mode */
		W(1), 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 0xed,
	};
	static const uint8_t unknown[] = {
		W(0), W(0), W(1), W(9), W(0), W(1), W(4), W(4), W(0),
	};
	static const uint8_t surplus[] = {
		W(0), W(0), W(1), W(9), W(0), W(1), W(2), W(8), W(1), W(1),
	};
	struct nfs4_attrs res;
	struct nfs4_reply r;
	struct xdr x;

	(void)state;
	begin(&r, &x, bytes, sizeof(bytes));
	assert_int_equal(nfs4_get_getattr(&r, &res), 0);
	assert_int_equal(res.type, NF4REG);
	assert_true(res.size == 0x100000002);
	assert_int_equal(res.mode, 0755);

	begin(&r, &x, unknown, sizeof(unknown));
	assert_int_equal(nfs4_get_getattr(&r, &res), -EBADMSG);
	begin(&r, &x, surplus, sizeof(surplus));
	assert_int_equal(nfs4_get_getattr(&r, &res), -EBADMSG);
}

static void read_results(void **state)
{
	static const uint8_t bytes[] = {
		W(0), W(0), W(1), W(25), W(0), W(1), W(3), 'a', 'b', 'c', 0,
	};
	static const uint8_t lies[] = {
		W(0), W(0), W(1), W(25), W(0), W(1), W(5), 'a', 'b', 'c', 0,
	};
	struct nfs4_read_res res;
	struct nfs4_reply r;
	struct xdr x;

	(void)state;
	begin(&r, &x, bytes, sizeof(bytes));
	assert_int_equal(nfs4_get_read(&r, &res), 0);
	assert_true(res.eof);
	assert_int_equal(res.len, 3);
	assert_memory_equal(res.data, "abc", 3);
	begin(&r, &x, lies, sizeof(lies));
	assert_int_equal(nfs4_get_read(&r, &res), -EBADMSG);
}

static void statuses(void **state)
{
	static const uint8_t failed[] = {
		0, 0, 0x27, 0x44, W(0), W(1), W(53), 0, 0, 0x27, 0x44,	/* BADSESSION */
	};
	static const uint8_t refused[] = { 0, 0, 0x27, 0x25, W(0), W(0) };
	static const uint8_t missing[] = { W(0), W(0), W(0) };
	static const uint8_t other[] = { W(0), W(0), W(1), W(24), W(0) };
	struct nfs4_sequence_res seq;
	struct nfs4_reply r;
	struct xdr x;

	(void)state;
	begin(&r, &x, failed, sizeof(failed));
	assert_int_equal(nfs4_get_sequence(&r, &seq), NFS4ERR_BADSESSION);
	/* There is no second result, and the compound's status says why. */
	assert_int_equal(nfs4_get_op(&r, OP_PUTROOTFH), NFS4ERR_BADSESSION);

	begin(&r, &x, refused, sizeof(refused));
	assert_int_equal(nfs4_get_op(&r, OP_PUTROOTFH), NFS4ERR_MINOR_VERS_MISMATCH);
	begin(&r, &x, missing, sizeof(missing));
	assert_int_equal(nfs4_get_op(&r, OP_PUTROOTFH), -ENODATA);
	begin(&r, &x, other, sizeof(other));
	assert_int_equal(nfs4_get_op(&r, OP_GETFH), -EBADMSG);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(nfs4_strerror(NFS4_OK), "NFS4_OK");
	assert_string_equal(nfs4_strerror(10052), "NFS4ERR_BADSESSION");
	assert_string_equal(nfs4_strerror(10094), "NFS4ERR_OFFLOAD_NO_REQS");
	assert_string_equal(nfs4_strerror(4711), "NFS status 4711");
	assert_string_equal(nfs4_strerror(-EPIPE), strerror(EPIPE));
	assert_string_equal(nfs4_op_name(OP_SEQUENCE), "SEQUENCE");
	assert_string_equal(nfs4_op_name(999), "operation 999");
	assert_string_equal(nfs4_cb_op_name(OP_CB_RECALL), "CB_RECALL");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequence_and_lookup),
		cmocka_unit_test(open_create),
		cmocka_unit_test(create_session),
		cmocka_unit_test(too_long_a_write),
		cmocka_unit_test(open_results),
		cmocka_unit_test(attributes),
		cmocka_unit_test(read_results),
		cmocka_unit_test(statuses),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
