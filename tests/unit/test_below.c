// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "base/below.h"

/* root/a/b/file, root/link -> a, root/a/out -> .., outside/secret */
struct ground {
	char *top, *root;
	int fd;
};

static void ground_open(struct ground *g, char *scratch)
{
	g->top = scratch;
	g->root = fs_join(scratch, "root");
	put(g->root, "a/b/file", "x");
	put(scratch, "outside/secret", "x");
	g->fd = open(g->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(g->fd >= 0);
	assert_int_equal(symlinkat("a", g->fd, "link"), 0);
	assert_int_equal(symlinkat("../outside", g->fd, "a/out"), 0);
}

static void ground_close(struct ground *g)
{
	close(g->fd);
	free(g->root);
}

static void inside(void **state)
{
	static const char *const yes[] = { "a", "a/b", "a//b", "./a", "..a", "a/..b/c..", "..." };
	static const char *const no[] = { "", "/", "/a", "..", "../a", "a/..", "a/../b", "a//..//b",
					  "a/b/.." };

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
		assert_true(below_inside(yes[i]));
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		assert_false(below_inside(no[i]));
}

/* What is opened by a path is what stands there by that name. */
static void opened(void **state)
{
	static const struct {
		const char *path, *base;
	} files[] = {
		{ "a/b/file", "file" }, { "a//b/./file", "file" }, { "link", "link" },
		{ "a/out", "out" }, { "a/b/none", "none" },
	};
	struct ground g;

	ground_open(&g, *state);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_close_ int dir = -1;
		const char *base = NULL;
		struct stat is, want;

		dir = below_parent(g.fd, files[i].path, 0, NULL, &base);
		assert_true(dir >= 0);
		assert_string_equal(base, files[i].base);
		if (fstatat(g.fd, files[i].path, &want, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		assert_int_equal(fstatat(dir, base, &is, AT_SYMLINK_NOFOLLOW), 0);
		assert_int_equal(is.st_ino, want.st_ino);
	}
	ground_close(&g);
}

/* Which step fails is told, and why. */
static void refused(void **state)
{
	static const struct {
		const char *path, *step;
		int error;
	} bad[] = {
		{ "link/b/file", "link/b/file", ELOOP },
		{ "a/out/secret", "out/secret", ELOOP },
		{ "a/out/deeper/secret", "out/deeper/secret", ELOOP },
		{ "a/b/file/x", "file/x", ENOTDIR },
		{ "a/none/x", "none/x", ENOENT },
		{ "../outside/secret", "../outside/secret", EXDEV },
		{ "a/../../outside/secret", "../../outside/secret", EXDEV },
		{ "a/../a/b/file", "../a/b/file", EXDEV },
		{ "a/..", "..", EXDEV },
		{ "..", "..", EXDEV },
		{ "/etc/passwd", "/etc/passwd", EXDEV },
	};
	char name[NAME_MAX + 8];
	const char *step = NULL;
	struct ground g;

	ground_open(&g, *state);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		for (mode_t mode = 0; mode <= 0755; mode += 0755) {
			/* Nothing is made behind a link either. */
			if (mode && bad[i].error == ENOENT)
				continue;
			errno = 0;
			assert_int_equal(below_parent(g.fd, bad[i].path, mode, NULL, &step), -1);
			assert_int_equal(errno, bad[i].error);
			assert_string_equal(step, bad[i].step);
		}
	}
	memset(name, 'n', sizeof(name));
	memcpy(name + sizeof(name) - 3, "/x", 3);
	assert_int_equal(below_parent(g.fd, name, 0755, NULL, &step), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	ground_close(&g);
}

/* In one call where the kernel has it, else step by step: the answers are the same. */
static void files_opened(void **state)
{
	static const struct {
		const char *path;
		int error;
	} tries[] = {
		{ "a/b/file", 0 }, { "a/./b//file", 0 }, { "a/b", 0 }, { "a/b/none", ENOENT },
		{ "a/none/file", ENOENT }, { "a/b/file/x", ENOTDIR }, { "link", ELOOP },
		{ "link/b/file", ELOOP }, { "a/out/secret", ELOOP },
		{ "a/../a/b/file", EXDEV }, { "../outside/secret", EXDEV },
		{ "/etc/passwd", EXDEV },
	};
	struct ground g;

	ground_open(&g, *state);
	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		int fd = below_open(g.fd, tries[i].path, O_RDONLY, 0);

		if ((fd < 0 ? errno : 0) != tries[i].error)
			fail_msg("%s: %s", tries[i].path, fd < 0 ? strerror(errno) : "opened");
		if (fd >= 0)
			close(fd);
	}
	ground_close(&g);
}

static void made(void **state)
{
	mode_t before = umask(027);
	struct ground g;
	uint64_t n = 1;
	struct stat st;
	int dir;

	ground_open(&g, *state);
	dir = below_dir(g.fd, span_of("a/new/er/"), 0775, &n, NULL);
	assert_true(dir >= 0);
	assert_int_equal(n, 3);
	assert_int_equal(fstat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0750);
	close(dir);
	dir = below_dir(g.fd, span_of("a/new/er"), 0775, &n, NULL);
	assert_true(dir >= 0);
	assert_int_equal(n, 3);
	close(dir);
	assert_int_equal(below_dir(g.fd, span_of("link/new"), 0775, &n, NULL), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(fstatat(g.fd, "a/new/new", &st, 0), -1);
	assert_int_equal(below_dir(g.fd, span_of("a/b/file"), 0775, NULL, NULL), -1);
	assert_int_equal(errno, ENOTDIR);
	umask(before);
	ground_close(&g);
}

/* The directory itself is below nothing: it is opened anew. */
static void itself(void **state)
{
	struct stat is, want;
	struct ground g;
	int dir;

	ground_open(&g, *state);
	dir = below_dir(g.fd, span_of(""), 0, NULL, NULL);
	assert_true(dir >= 0 && dir != g.fd);
	assert_int_equal(fstat(dir, &is), 0);
	assert_int_equal(fstat(g.fd, &want), 0);
	assert_int_equal(is.st_ino, want.st_ino);
	assert_int_equal(fcntl(dir, F_GETFD), FD_CLOEXEC);
	close(dir);
	ground_close(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inside),
		unit_test_scratch(opened),
		unit_test_scratch(refused),
		unit_test_scratch(files_opened),
		unit_test_scratch(made),
		unit_test_scratch(itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
