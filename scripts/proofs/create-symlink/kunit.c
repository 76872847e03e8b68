// SPDX-License-Identifier: GPL-2.0-only
/*
 * The decoder of CREATE bounds the target of a symbolic link
 *
 * The requests lie in one piece of memory. Then not even a small page is a bound to what
 * xdr_inline_decode() hands out, so that the outcome is that of machines with large pages, too.
 */
#include "stableq.h"

enum { CREATE_BUFSIZE = 16384 };

struct create_param {
	u32 type;
	u32 len;
	__be32 status;
	const char *name;
};

static const struct create_param create_accepted[] = {
	{ NF4LNK, 1, nfs_ok, "1 byte" },
	{ NF4LNK, 255, nfs_ok, "255 bytes" },
	{ NF4LNK, NFS4_MAXPATHLEN - 1, nfs_ok, "one less than the most" },
	{ NF4LNK, NFS4_MAXPATHLEN, nfs_ok, "the most" },
};

static const struct create_param create_too_long[] = {
	{ NF4LNK, NFS4_MAXPATHLEN + 1, nfserr_nametoolong, "one more than the most" },
	{ NF4LNK, 2 * NFS4_MAXPATHLEN, nfserr_nametoolong, "twice the most" },
};

/* Types without a target; for a device, its two numbers stand there. */
static const struct create_param create_other[] = {
	{ NF4DIR, 0, nfs_ok, "directory" },
	{ NF4SOCK, 0, nfs_ok, "socket" },
	{ NF4FIFO, 0, nfs_ok, "fifo" },
	{ NF4BLK, 0, nfs_ok, "block device" },
	{ NF4CHR, 0, nfs_ok, "character device" },
};

static void create_param_desc(const struct create_param *p, char *desc)
{
	strscpy(desc, p->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(create_accepted, create_accepted, create_param_desc);
KUNIT_ARRAY_PARAM(create_too_long, create_too_long, create_param_desc);
KUNIT_ARRAY_PARAM(create_other, create_other, create_param_desc);

/* the decoder of a compound asks for the flavor */
static struct auth_ops create_auth = { .flavour = RPC_AUTH_UNIX };

struct create_test {
	struct svc_rqst rqst;
	struct nfsd4_compoundargs argp;
	struct xdr_buf buf;
	struct xdr_stream xdr;
	__be32 *base, *p;
	__be32 *target;			/* in the request, behind its length */
};

static void create_put(struct create_test *t, u32 word)
{
	*t->p++ = cpu_to_be32(word);
}

static void create_put_opaque(struct create_test *t, u32 len, int byte)
{
	create_put(t, len);
	memset(t->p, byte, len);
	t->p += XDR_QUADLEN(len);
}

/* Decode a compound of PUTROOTFH, CREATE and GETFH. */
static struct nfsd4_create *create_decode(struct kunit *test, u32 type, u32 len, bool complete)
{
	struct create_test *t = test->priv;

	create_put(t, 0);		/* no tag */
	create_put(t, 1);		/* minor version */
	create_put(t, 3);		/* operations */
	create_put(t, OP_PUTROOTFH);
	create_put(t, OP_CREATE);
	create_put(t, type);
	if (type == NF4BLK || type == NF4CHR) {
		create_put(t, 8);
		create_put(t, 1);
	} else if (type == NF4LNK) {
		if (complete)
			create_put_opaque(t, len, 't');
		else
			create_put(t, len);
		t->target = t->p - (complete ? XDR_QUADLEN(len) : 0);
	}
	if (complete) {
		create_put_opaque(t, 4, 'n');
		create_put(t, 0);	/* no attributes: an empty bitmap, ... */
		create_put(t, 0);	/* ... and an empty list */
		create_put(t, OP_GETFH);
	}

	t->buf.head[0].iov_base = t->base;
	t->buf.head[0].iov_len = (char *)t->p - (char *)t->base;
	t->buf.buflen = t->buf.head[0].iov_len;
	t->buf.len = t->buf.head[0].iov_len;
	xdr_init_decode(&t->xdr, &t->buf, t->base, NULL);

	KUNIT_ASSERT_TRUE(test, nfs4svc_decode_compoundargs(&t->rqst, &t->xdr));
	KUNIT_EXPECT_EQ(test, (u32)t->argp.ops[0].status, (u32)nfs_ok);
	KUNIT_EXPECT_EQ(test, t->argp.ops[1].opnum, OP_CREATE);
	return &t->argp.ops[1].u.create;
}

/* The compound ends at the CREATE, which answers @status; nothing was allocated for it. */
static void create_expect_refused(struct kunit *test, __be32 status)
{
	struct create_test *t = test->priv;
	u32 want = be32_to_cpu(status), got = be32_to_cpu(t->argp.ops[1].status);

	KUNIT_EXPECT_EQ_MSG(test, got, want, "CREATE is decoded with status %u, not %u", got, want);
	KUNIT_EXPECT_EQ(test, t->argp.opcnt, 2U);
	KUNIT_EXPECT_PTR_EQ_MSG(test, (void *)t->argp.to_free, NULL,
				"memory is held for a target that is refused");
}

static void create_expect_accepted(struct kunit *test, const struct nfsd4_create *create, u32 type)
{
	struct create_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, (u32)t->argp.ops[1].status, (u32)nfs_ok);
	KUNIT_EXPECT_EQ(test, t->argp.opcnt, 3U);
	KUNIT_EXPECT_EQ(test, (u32)t->argp.ops[2].status, (u32)nfs_ok);
	KUNIT_EXPECT_EQ(test, xdr_stream_remaining(&t->xdr), 0U);
	KUNIT_EXPECT_EQ(test, create->cr_type, type);
	KUNIT_EXPECT_EQ(test, create->cr_namelen, 4U);
	KUNIT_EXPECT_EQ(test, memcmp(create->cr_name, "nnnn", 4), 0);
}

static void a_target_within_the_bound_is_decoded(struct kunit *test)
{
	const struct create_param *p = test->param_value;
	struct nfsd4_create *create = create_decode(test, p->type, p->len, true);

	create_expect_accepted(test, create, p->type);
	KUNIT_ASSERT_NOT_NULL(test, create->cr_data);
	KUNIT_EXPECT_EQ(test, create->cr_datalen, p->len);
	KUNIT_EXPECT_EQ(test, strlen(create->cr_data), (size_t)p->len);
	KUNIT_EXPECT_EQ(test, create->cr_data[p->len - 1], (char)'t');
}

static void a_type_without_target_is_decoded(struct kunit *test)
{
	const struct create_param *p = test->param_value;
	struct create_test *t = test->priv;
	struct nfsd4_create *create = create_decode(test, p->type, p->len, true);

	create_expect_accepted(test, create, p->type);
	KUNIT_EXPECT_PTR_EQ(test, (void *)t->argp.to_free, NULL);
	if (p->type == NF4BLK || p->type == NF4CHR) {
		KUNIT_EXPECT_EQ(test, create->cr_specdata1, 8U);
		KUNIT_EXPECT_EQ(test, create->cr_specdata2, 1U);
	}
}

static void a_target_cut_short_is_bad_xdr(struct kunit *test)
{
	create_decode(test, NF4LNK, 255, false);
	create_expect_refused(test, nfserr_bad_xdr);
}

static void a_target_too_long_is_refused(struct kunit *test)
{
	const struct create_param *p = test->param_value;
	struct create_test *t = test->priv;

	create_decode(test, p->type, p->len, true);
	create_expect_refused(test, p->status);
	/* refused by its length alone */
	KUNIT_EXPECT_PTR_EQ(test, t->xdr.p, t->target);
}

static void an_empty_target_is_refused(struct kunit *test)
{
	create_decode(test, NF4LNK, 0, true);
	create_expect_refused(test, nfserr_inval);
}

/* The length is judged before the data are looked for. */
static void a_target_too_long_and_cut_short_is_too_long(struct kunit *test)
{
	create_decode(test, NF4LNK, NFS4_MAXPATHLEN + 1, false);
	create_expect_refused(test, nfserr_nametoolong);
}

static int create_init(struct kunit *test)
{
	struct create_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->base = kunit_kzalloc(test, CREATE_BUFSIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->base);
	t->p = t->base;
	t->rqst.rq_argp = &t->argp;
	t->rqst.rq_authop = &create_auth;
	return 0;
}

static void create_exit(struct kunit *test)
{
	struct create_test *t = test->priv;

	nfsd4_release_compoundargs(&t->rqst);
}

static struct kunit_case create_cases[] = {
	KUNIT_CASE_PARAM(a_target_within_the_bound_is_decoded, create_accepted_gen_params),
	KUNIT_CASE_PARAM(a_type_without_target_is_decoded, create_other_gen_params),
	KUNIT_CASE(a_target_cut_short_is_bad_xdr),
	KUNIT_CASE_PARAM(a_target_too_long_is_refused, create_too_long_gen_params),
	KUNIT_CASE(an_empty_target_is_refused),
	KUNIT_CASE(a_target_too_long_and_cut_short_is_too_long),
	{}
};

static struct kunit_suite create_suite = {
	.name = STABLEQ_SUITE,
	.init = create_init,
	.exit = create_exit,
	.test_cases = create_cases,
};

kunit_test_suite(create_suite);
