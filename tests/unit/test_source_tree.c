// SPDX-License-Identifier: GPL-2.0-only
#include "../source/help.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>

static void find_by_any_name(void **state)
{
	static const char *const names[] = {
		"linux-6.6.150.tar.xz", "linux-6.6.150.tar.gz", "linux-6.6.150.tar.zst",
		"linux-6.6.150.tar.bz2", "linux_6.6.150.orig.tar.xz",
		"linux-6.6_6.6.150.orig.tar.xz",
	};
	struct bed b;

	bed_open(&b, *state);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *path = fs_join(b.search, names[i]);
		struct one o = { NULL };

		make_kernel_tar(path);
		assert_ok(&b, bed_find(&b, "6.6.150"));
		assert_text(source_describe(b.src), names[i]);
		assert_ok(&b, bed_read(&b, "fs/nfsd/state.c", &o));
		assert_int_equal(o.found, 1);
		assert_string_equal(o.text.s, "int state;\n");
		str_free(&o.text);
		assert_int_equal(unlink(path), 0);
	}
	bed_close(&b);
}

static void believe_the_makefile(void **state)
{
	static const struct member m[] = {
		{ "linux-6.6.151/", AE_IFDIR, NULL, 0755 },
		{ "linux-6.6.151/Makefile", AE_IFREG, MAKEFILE("6", "6", "150"), 0644 },
	};
	static const struct member none[] = {
		{ "linux-6.6.152/", AE_IFDIR, NULL, 0755 },
		{ "linux-6.6.152/README", AE_IFREG, "hello\n", 0644 },
	};
	_cleanup_free_ char *path = NULL, *path2 = NULL, *tree = NULL;
	struct bed b;
	struct one o = { NULL };

	bed_open(&b, *state);
	/* A tree of the wrong release is named with both, and no source. */
	put_file(b.search, "linux-6.6.149/Makefile", MAKEFILE("6", "6", "150"));
	assert_fails(&b, bed_find(&b, "6.6.149"), ERR_MISSING,
		   "taken for linux 6.6.149, but its Makefile says 6.6.150");
	put_file(b.search, "linux-6.6.148/README", "no kernel\n");
	assert_fails(&b, bed_find(&b, "6.6.148"), ERR_MISSING, "has no Makefile");
	path = fs_join(b.search, "linux-6.6.151.tar.xz");
	make_tar(path, m, ARRAY_SIZE(m));
	assert_ok(&b, bed_find(&b, "6.6.151"));
	assert_fails(&b, bed_read(&b, "fs/x", &o), ERR_INPUT, "its Makefile says 6.6.150");
	assert_fails(&b, source_tree(b.src, &tree, &b.err), ERR_INPUT,
		   "taken for linux 6.6.151");
	path2 = fs_join(b.search, "linux-6.6.152.tar.xz");
	make_tar(path2, none, ARRAY_SIZE(none));
	assert_ok(&b, bed_find(&b, "6.6.152"));
	assert_fails(&b, bed_read(&b, "README", &o), ERR_INPUT, "no top Makefile");
	assert_fails(&b, source_tree(b.src, &tree, &b.err), ERR_INPUT, "no top Makefile");
	str_free(&o.text);
	bed_close(&b);
}

static void users_own_tree(void **state)
{
	_cleanup_free_ char *path = NULL, *own = NULL, *search = NULL;
	struct bed b;
	struct one o = { NULL };

	bed_open(&b, *state);
	put_file(b.dir, "my/Makefile", MAKEFILE("6", "12", "0"));
	put_file(b.dir, "my/Kconfig", "\n");
	put_file(b.dir, "my/fs/a.c", "a\n");
	own = fs_join(b.dir, "my");
	search = xasprintf("%s/none::%s:%s", b.dir, b.search, own);
	b.opts.search = search;
	assert_ok(&b, bed_find(&b, "6.12"));
	assert_ok(&b, source_tree(b.src, &path, &b.err));
	assert_string_equal(path, own);
	assert_ok(&b, bed_read(&b, "fs/a.c", &o));
	assert_string_equal(o.text.s, "a\n");
	/* A link out of the tree is not followed. */
	put_file(b.dir, "secret", "secret\n");
	{
		_cleanup_free_ char *link = fs_join(own, "out");

		assert_int_equal(symlink("..", link), 0);
	}
	assert_ok(&b, bed_read(&b, "out/secret", &o));
	assert_int_equal(o.found, 0);
	assert_ok(&b, bed_read(&b, "out", &o));
	assert_int_equal(o.mode, MODE_LINK);
	assert_fails(&b, bed_find(&b, "6.12.1"), ERR_MISSING, "(no such directory)");
	str_free(&o.text);
	bed_close(&b);
}

static void list_branch(void **state)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct bed b;

	bed_open(&b, *state);
	put_file(b.search, "linux-6.6.150/Makefile", "");
	put_file(b.search, "linux-6.6.9.tar.xz", "");
	put_file(b.search, "linux_6.6.10.orig.tar.xz", "");
	put_file(b.search, "linux-6.6_6.6.151.orig.tar.xz", "");
	put_file(b.search, "linux-6.6.150.tar.gz", "");
	put_file(b.search, "linux-6.12.1.tar.gz", "");
	put_file(b.search, "linux-6.6.12.tar.sig", "");
	put_file(b.search, "linux-firmware_6.6.1.orig.tar.sig", "");
	b.set = source_set_new(&b.opts);
	assert_ok(&b, source_list(b.set, "6.6", &names, &b.err));
	assert_int_equal(names.n, 4);
	assert_string_equal(names.v[0], "6.6.9");
	assert_string_equal(names.v[1], "6.6.10");
	assert_string_equal(names.v[3], "6.6.151");
	bed_close(&b);
}

static void nobody_has_it(void **state)
{
	struct bed b;

	bed_open(&b, *state);
	assert_int_equal(bed_find(&b, "6.6.150"), ERR_MISSING);
	assert_text(b.err.msg, "directory: neither linux-6.6.150/ nor a tarball");
	assert_text(b.err.msg, "git: no repository was named");
	assert_text(b.err.msg, "debian: not asked: offline");
	assert_text(b.err.msg, "kernel.org: not asked: offline");
	assert_text(b.err.msg, "STABLEQ_SOURCES");
	bed_close(&b);
}

static ino_t inode(const char *dir, const char *name)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_ino;
}

static void make_and_keep_tree(void **state)
{
	_cleanup_free_ char *path = NULL, *tar = NULL, *again = NULL, *run = NULL, *mk = NULL;
	struct bed b;
	struct stat st;
	ino_t before;

	bed_open(&b, *state);
	tar = fs_join(b.search, "linux-6.6.150.tar.xz");
	make_kernel_tar(tar);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_ok(&b, source_tree(b.src, &path, &b.err));
	run = fs_join(path, "scripts/run.sh");
	assert_int_equal(stat(run, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(st.st_mtime, 1700000000);
	mk = fs_join(path, "Makefile");
	assert_int_equal(stat(mk, &st), 0);
	assert_int_equal(st.st_mode & 07777, fs_umask(0664));
	before = inode(path, "Makefile");
	assert_ok(&b, source_tree(b.src, &again, &b.err));
	assert_string_equal(path, again);
	assert_int_equal(inode(path, "Makefile"), before);
	assert_ok(&b, source_verify(b.src, &b.err));
	/* The tree outlives its tarball. */
	assert_int_equal(unlink(tar), 0);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_text(source_describe(b.src), "linux-6.6.150.tar.xz");
	bed_close(&b);
}

static void remake(struct bed *b, const char *why)
{
	_cleanup_free_ char *path = NULL, *junk = NULL;

	b->log_len = 0;
	assert_ok(b, source_tree(b->src, &path, &b->err));
	assert_text(bed_log(b), why);
	junk = fs_join(path, "junk");
	assert_false(fs_exists(junk));
	assert_ok(b, source_verify(b->src, &b->err));
}

static void damaged_tree_is_redone(void **state)
{
	_cleanup_free_ char *path = NULL, *tar = NULL, *seal = NULL, *deep = NULL, *tmp = NULL;
	_cleanup_free_ char *other = NULL;
	struct bed b;

	bed_open(&b, *state);
	tar = fs_join(b.search, "linux-6.6.150.tar.xz");
	make_kernel_tar(tar);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_ok(&b, source_tree(b.src, &path, &b.err));
	seal = xasprintf("%s.seal", path);
	deep = fs_join(path, "fs/nfsd/state.c");
	/* Half a tree, as a kill of an older program could have left it. */
	assert_int_equal(unlink(seal), 0);
	put_file(path, "junk", "");
	remake(&b, "never finished");
	put_file(path, "junk", "");
	remake(&b, "added or removed at its top");
	put_file(path, "Makefile", MAKEFILE("6", "6", "1"));
	remake(&b, "Makefile says 6.6.1");
	assert_int_equal(fs_write(seal, "stableq tree 1\nrelease 6.6.150\n", 31, 0644, NULL), 0);
	remake(&b, "never finished");
	/* Damage deep inside is found by reading all of it, also what no count would show. */
	assert_int_equal(truncate(deep, 3), 0);
	assert_fails(&b, source_verify(b.src, &b.err), ERR_FINDING,
		     "linux-6.6.150: fs/nfsd/state.c has changed; it is made anew");
	err_clear(&b.err);
	remake(&b, "never finished");
	put_file(path, "fs/nfsd/state.c", "INT STATE;\n");
	assert_fails(&b, source_verify(b.src, &b.err), ERR_FINDING, "fs/nfsd/state.c has changed");
	err_clear(&b.err);
	remake(&b, "never finished");
	/* What dead processes left, of this release and of another. */
	tmp = xasprintf("%s/trees/.linux-6.6.150.tmp", b.cache);
	other = xasprintf("%s/trees/.linux-6.1.1.tmp", b.cache);
	put_file(tmp, "a/b", "half");
	put_file(other, "a/b", "half");
	assert_int_equal(unlink(seal), 0);
	remake(&b, "never finished");
	assert_false(fs_exists(tmp));
	assert_false(fs_exists(other));
	bed_close(&b);
}

static void fingerprint_is_the_content(void **state)
{
	static const struct member other[] = { KERNEL_HEAD,
		{ KERNEL_DIR "fs/nfsd/state.c", AE_IFREG, "int other;\n", 0644 } };
	static const struct member third[] = { KERNEL_HEAD,
		{ KERNEL_DIR "fs/nfsd/state.c", AE_IFREG, "int third;\n", 0644 } };
	_cleanup_free_ char *path = NULL, *tar = NULL, *copy = NULL, *again = NULL, *file = NULL;
	char of_tar[HASH_HEX + 1], of_copy[HASH_HEX + 1];
	struct stat before, after;
	struct bed b;

	bed_open(&b, *state);
	tar = fs_join(b.search, "linux-6.6.150.tar.gz");
	make_tar(tar, other, ARRAY_SIZE(other));
	assert_int_equal(stat(tar, &before), 0);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_ok(&b, source_tree(b.src, &path, &b.err));
	assert_ok(&b, source_fingerprint(b.src, of_tar, &b.err));
	/* The same files, as somebody's own directory. */
	copy = fs_join(b.search, "linux-6.6.150");
	assert_int_equal(rename(path, copy), 0);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_string_equal(source_provider(b.src), "directory");
	assert_ok(&b, source_fingerprint(b.src, of_copy, &b.err));
	assert_string_equal(of_tar, of_copy);
	file = fs_join(copy, "fs/nfsd/state.c");
	assert_int_equal(unlink(file), 0);
	put_file(copy, "fs/nfsd/state.c", "int OTHER;\n");
	assert_ok(&b, source_fingerprint(b.src, of_copy, &b.err));
	assert_string_not_equal(of_tar, of_copy);
	/* Another tarball by the same name, of the same size and age. */
	assert_int_equal(fs_remove_tree(copy, NULL), 0);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_ok(&b, source_tree(b.src, &again, &b.err));
	make_tar(tar, third, ARRAY_SIZE(third));
	assert_int_equal(truncate(tar, before.st_size), 0);
	assert_int_equal(utimensat(AT_FDCWD, tar, (struct timespec[]){ before.st_atim,
				   before.st_mtim }, 0), 0);
	assert_int_equal(stat(tar, &after), 0);
	assert_int_equal(before.st_size, after.st_size);
	b.log_len = 0;
	assert_ok(&b, bed_find(&b, "6.6.150"));
	free(again);
	assert_ok(&b, source_tree(b.src, &again, &b.err));
	assert_text(bed_log(&b), "made anew");
	assert_ok(&b, source_fingerprint(b.src, of_copy, &b.err));
	assert_string_not_equal(of_tar, of_copy);
	bed_close(&b);
}

static void refuse_entries(void **state)
{
	static const struct {
		struct member m[2];
		const char *why;
	} cases[] = {
		{ { { KERNEL_DIR "../../evil", AE_IFREG, "x", 0644 } }, "would leave the folder" },
		{ { { "/tmp/evil", AE_IFREG, "x", 0644 } }, "would leave the folder" },
		{ { { "..", AE_IFREG, "x", 0644 } }, "would leave the folder" },
		{ { { "evil", AE_IFREG, "x", 0644 } }, "stands beside the tree" },
		{ { { KERNEL_DIR "up", AE_IFLNK, "..", 0777 } }, "leaves the folder" },
		{ { { KERNEL_DIR "abs", AE_IFLNK, "/etc", 0777 } }, "leaves the folder" },
		{ { { KERNEL_DIR "a/up", AE_IFLNK, "../../x", 0777 } }, "leaves the folder" },
		{ { { KERNEL_DIR "a/up", AE_IFLNK, "b/../../../x", 0777 } }, "leaves the folder" },
		{ { { KERNEL_DIR "dir", AE_IFLNK, "fs", 0777 },
		    { KERNEL_DIR "dir/evil", AE_IFREG, "x", 0644 } }, "through a link" },
		{ { { KERNEL_DIR "Kconfig", AE_IFREG, "x", 0644 } }, "twice" },
		{ { { KERNEL_DIR "hard", 0, "other/../../evil", 0644 } }, "would leave" },
		{ { { KERNEL_DIR "hard", 0, "/etc/passwd", 0644 } }, "would leave" },
		{ { { KERNEL_DIR "null", AE_IFCHR, NULL, 0644 } }, "device" },
		{ { { KERNEL_DIR "fifo", AE_IFIFO, NULL, 0644 } }, "device" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct member m[] = { KERNEL_HEAD, KERNEL_REST, cases[i].m[0],
					    cases[i].m[1] };
		_cleanup_free_ char *path = NULL, *tar = NULL, *tmp = NULL, *tree = NULL;
		_cleanup_free_ char *evil = NULL;
		struct bed b;

		bed_open(&b, *state);
		tar = fs_join(b.search, "linux-6.6.150.tar.gz");
		make_tar(tar, m, ARRAY_SIZE(m) - !cases[i].m[1].path);
		assert_ok(&b, bed_find(&b, "6.6.150"));
		assert_fails(&b, source_tree(b.src, &path, &b.err), ERR_INPUT,
			   cases[i].why);
		assert_null(path);
		tmp = xasprintf("%s/trees/.linux-6.6.150.tmp", b.cache);
		tree = xasprintf("%s/trees/linux-6.6.150", b.cache);
		evil = xasprintf("%s/trees/evil", b.cache);
		assert_false(fs_exists(tmp));
		assert_false(fs_exists(tree));
		assert_false(fs_exists(evil));
		bed_close(&b);
	}
}

static void keep_links_inside(void **state)
{
	static const struct member m[] = { KERNEL_HEAD, KERNEL_REST,
		{ KERNEL_DIR "tools/sub/up", AE_IFLNK, "./../../include", 0777 },
		{ KERNEL_DIR "tools/hard.h", 0, KERNEL_DIR "include/a.h", 0644 },
	};
	_cleanup_free_ char *path = NULL, *tar = NULL, *up = NULL;
	char to[64] = "";
	struct bed b;

	bed_open(&b, *state);
	tar = fs_join(b.search, "linux-6.6.150.tar.zst");
	make_tar(tar, m, ARRAY_SIZE(m));
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_ok(&b, source_tree(b.src, &path, &b.err));
	up = fs_join(path, "tools/sub/up");
	assert_true(readlink(up, to, sizeof(to) - 1) > 0);
	assert_string_equal(to, "./../../include");
	assert_int_equal(inode(path, "tools/hard.h"), inode(path, "include/a.h"));
	assert_ok(&b, source_verify(b.src, &b.err));
	bed_close(&b);
}

static void damaged_tarball(void **state)
{
	_cleanup_free_ char *path = NULL, *tar = NULL, *tmp = NULL;
	struct bed b;
	struct one o = { NULL };
	struct stat st;

	bed_open(&b, *state);
	tar = fs_join(b.search, "linux-6.6.150.tar.xz");
	make_kernel_tar(tar);
	assert_int_equal(stat(tar, &st), 0);
	assert_int_equal(truncate(tar, st.st_size * 2 / 3), 0);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_fails(&b, source_tree(b.src, &path, &b.err), ERR_INPUT, "damaged");
	tmp = xasprintf("%s/trees/.linux-6.6.150.tmp", b.cache);
	assert_false(fs_exists(tmp));
	err_clear(&b.err);
	assert_fails(&b, bed_read(&b, "none", &o), ERR_INPUT, "damaged");
	put_file(b.search, "linux-6.6.150.tar.xz", "this is no archive");
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_fails(&b, source_tree(b.src, &path, &b.err), ERR_INPUT, "damaged");
	str_free(&o.text);
	bed_close(&b);
}

static void together(void **state)
{
	_cleanup_free_ char *tar = NULL;
	struct bed b;
	pid_t pids[4];
	int made = 0;

	bed_open(&b, *state);
	tar = fs_join(b.search, "linux-6.6.150.tar.xz");
	make_kernel_tar(tar);
	for (size_t i = 0; i < ARRAY_SIZE(pids); i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			char *path;
			int bad = bed_find(&b, "6.6.150") || source_tree(b.src, &path, &b.err);

			_exit(bad ? 99 : strstr(bed_log(&b), "making its tree") != NULL);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(pids); i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
		made += WEXITSTATUS(status);
	}
	assert_int_equal(made, 1);
	bed_close(&b);
}

/* In a process of its own, whose end code says how it went. */
static int stopped_child(struct bed *b)
{
	_cleanup_free_ char *tree = xasprintf("%s/trees/linux-6.6.150", b->cache);
	char *path;

	child_catch_signals();
	if (bed_find(b, "6.6.150"))
		return 1;
	raise(SIGINT);
	if (source_tree(b->src, &path, &b->err) != ERR_INTERRUPTED)
		return 2;
	return fs_exists(tree) ? 3 : 0;
}

static int full_disk_child(struct bed *b)
{
	_cleanup_free_ char *trees = fs_join(b->cache, "trees");
	_cleanup_free_ char *tmp = fs_join(trees, ".linux-6.6.150.tmp");
	char *path;

	if (unshare(CLONE_NEWNS | (geteuid() ? CLONE_NEWUSER : 0)) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return 77;
	if (fs_mkdirs(trees, NULL) || mount("full", trees, "tmpfs", 0, "size=64k") < 0)
		return 77;
	if (bed_find(b, "6.6.150"))
		return 1;
	if (source_tree(b->src, &path, &b->err) != ERR_SYSTEM)
		return 2;
	if (!strstr(b->err.msg, "No space left") || !strstr(b->err.msg, "free some space"))
		return 3;
	return fs_exists(tmp) ? 4 : 0;
}

static int in_child(struct bed *b, int (*fn)(struct bed *b))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(fn(b));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void interrupted(void **state)
{
	_cleanup_free_ char *tar = NULL, *tmp = NULL, *path = NULL;
	struct bed b;

	bed_open(&b, *state);
	tar = fs_join(b.search, "linux-6.6.150.tar.xz");
	tmp = xasprintf("%s/trees/.linux-6.6.150.tmp", b.cache);
	make_kernel_tar(tar);
	assert_int_equal(in_child(&b, stopped_child), 0);
	/* What is half done doesn't keep the next one from it. */
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_ok(&b, source_tree(b.src, &path, &b.err));
	assert_false(fs_exists(tmp));
	bed_close(&b);
}

static void full_disk(void **state)
{
	_cleanup_free_ char *tar = NULL, *big = xmalloc(200000);
	struct member m[] = { KERNEL_HEAD, { KERNEL_DIR "big", AE_IFREG, big, 0644 } };
	struct bed b;
	int ret;

	memset(big, 'x', 199999);
	big[199999] = '\0';
	bed_open(&b, *state);
	tar = fs_join(b.search, "linux-6.6.150.tar.xz");
	make_tar(tar, m, ARRAY_SIZE(m));
	ret = in_child(&b, full_disk_child);
	bed_close(&b);
	/* skip() jumps out of here. */
	free(big);
	big = NULL;
	free(tar);
	tar = NULL;
	if (ret == 77) {
		print_message("skip: no tmpfs can be mounted here, the full disk is not tested\n");
		skip();
	}
	assert_int_equal(ret, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(find_by_any_name),
		unit_test_scratch(believe_the_makefile),
		unit_test_scratch(users_own_tree),
		unit_test_scratch(list_branch),
		unit_test_scratch(nobody_has_it),
		unit_test_scratch(make_and_keep_tree),
		unit_test_scratch(damaged_tree_is_redone),
		unit_test_scratch(fingerprint_is_the_content),
		unit_test_scratch(refuse_entries),
		unit_test_scratch(keep_links_inside),
		unit_test_scratch(damaged_tarball),
		unit_test_scratch(together),
		unit_test_scratch(interrupted),
		unit_test_scratch(full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
