// SPDX-License-Identifier: GPL-2.0-only
/* upcall and cld: the kernel's questions, over a socket pair, and what is answered. */
#include "guest_test.h"
#include "helper.h"

enum { IP, GID, FH, EXPORT, IDTONAME, NAMETOID };	/* as upcall.c numbers them */

static int fds[2];	/* ours, the kernel's */

static int setup(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds);
}

static int teardown(void **state)
{
	(void)state;
	close(fds[0]);
	close(fds[1]);
	return 0;
}

static void expect(int channel, const char *question, const char *answer)
{
	char buf[8192];
	ssize_t n;

	assert_int_equal(write(fds[1], question, strlen(question)), strlen(question));
	upcall_answer(channel, fds[0]);
	n = recv(fds[1], buf, sizeof(buf) - 1, MSG_DONTWAIT);
	if (!answer) {
		assert_int_equal(n, -1);
		return;
	}
	assert_true(n > 0);
	buf[n] = '\0';
	assert_string_equal(buf, answer);
}

#define NEVER "2147483647"

static void caches(void **state)
{
	(void)state;
	expect(IP, "nfsd 127.0.0.1\n", "nfsd 127.0.0.1 " NEVER " *\n");
	expect(GID, "1000\n", "1000 " NEVER " 0\n");
	expect(FH, "* 1 \\x00000000\n", "* 1 \\x00000000 " NEVER " /export\n");
	expect(FH, "* 1 \\x01000000\n", "* 1 \\x01000000 " NEVER "\n");
	expect(FH, "* 6 \\x00\n", "* 6 \\x00 " NEVER "\n");
	expect(EXPORT, "* /export\n", "* /export " NEVER " 9218 65534 65534 0\n");
	expect(EXPORT, "* /export/sub\\040folder\n", "* /export/sub\\040folder " NEVER "\n");
	expect(IDTONAME, "* user 0\n", "* user 0 " NEVER " 0\n");
	expect(NAMETOID, "* group 12\n", "* group 12 " NEVER " 12\n");
	expect(NAMETOID, "* user me@here\n", "* user me@here " NEVER " 65534\n");
}

static void malformed_questions(void **state)
{
	(void)state;
	expect(IP, "\n", NULL);
	expect(IP, "nfsd\n", NULL);
	expect(GID, "1 2\n", NULL);
	expect(FH, "a b c d e f\n", NULL);
}

/* include/uapi/linux/nfsd/cld.h, version 2 */
struct cld {
	uint8_t version, command;
	int16_t status;
	uint32_t xid;
	uint16_t len;
	uint8_t id[1024];
	uint8_t hash_len, hash[32];
} __attribute__((packed));

enum { CREATE, REMOVE, CHECK, GRACE_DONE, GRACE_START, GET_VERSION };

static struct cld ask(uint8_t command, const char *name)
{
	struct pollfd pfd[CLD_FDS] = {
		{ .fd = -1 }, { .fd = fds[0], .events = POLLIN, .revents = POLLIN },
	};
	struct cld m = { .version = 2, .command = command, .xid = 77 };

	m.len = (uint16_t)strlen(name);
	memcpy(m.id, name, m.len);
	assert_int_equal(write(fds[1], &m, sizeof(m)), sizeof(m));
	cld_answer(pfd);
	memset(&m, 0, sizeof(m));
	assert_int_equal(recv(fds[1], &m, sizeof(m), MSG_DONTWAIT), sizeof(m));
	assert_int_equal(m.xid, 77);
	return m;
}

static void client_record(void **state)
{
	struct cld m;

	(void)state;
	m = ask(GET_VERSION, "");
	assert_int_equal(m.status, 0);
	assert_int_equal(m.len & 0xff, 2);
	assert_int_equal(ask(GRACE_START, "").status, 0);
	assert_int_equal(ask(CHECK, "alpha").status, -EACCES);
	assert_int_equal(ask(CREATE, "alpha").status, 0);
	assert_int_equal(ask(CREATE, "alpha").status, 0);
	assert_int_equal(ask(CREATE, "beta").status, 0);
	assert_int_equal(ask(CHECK, "alpha").status, 0);

	/* After a restart both are told, and then the answer comes. */
	m = ask(GRACE_START, "");
	assert_int_equal(m.status, -EINPROGRESS);
	assert_memory_equal(m.id, "alpha", 5);
	assert_int_equal(recv(fds[1], &m, sizeof(m), MSG_DONTWAIT), sizeof(m));
	assert_int_equal(m.status, -EINPROGRESS);
	assert_memory_equal(m.id, "beta", 4);
	assert_int_equal(recv(fds[1], &m, sizeof(m), MSG_DONTWAIT), sizeof(m));
	assert_int_equal(m.status, 0);

	assert_int_equal(ask(REMOVE, "alpha").status, 0);
	assert_int_equal(ask(CHECK, "alpha").status, -EACCES);
	assert_int_equal(ask(REMOVE, "beta").status, 0);
	assert_int_equal(ask(GRACE_DONE, "").status, 0);
	assert_int_equal(ask(99, "").status, -EOPNOTSUPP);
}

static void client_record_is_bounded(void **state)
{
	char name[32];
	int i, status = 0;

	(void)state;
	for (i = 0; i < 100 && !status; i++) {
		snprintf(name, sizeof(name), "client %d", i);
		status = ask(CREATE, name).status;
	}
	assert_int_equal(status, -ENOSPC);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(caches), TEST(malformed_questions), TEST(client_record),
		TEST(client_record_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
