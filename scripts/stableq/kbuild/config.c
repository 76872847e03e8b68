// SPDX-License-Identifier: GPL-2.0-only
/*
 * From fragments to a configuration that has everything they ask for.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "kbuild/kconfig.h"
#include "kbuild/private.h"

#define AUTO_CMD_MAX (4UL * 1024 * 1024)
#define NAMED_MAX 5		/* symbols that one message names */

/*
 * The Kconfig files that the last configuration was made from: make's own list, in
 * include/config/auto.conf.cmd ("deps_config := \", then a name a line).
 */
static void kconfig_files(const struct kbuild *b, struct strv *files)
{
	_cleanup_free_ char *path = fs_join(b->obj, "include/config/auto.conf.cmd");
	_cleanup_str_ struct str text = STR_INIT;
	struct span rest, line;
	bool in = false;

	if (fs_read(path, AUTO_CMD_MAX, &text, NULL))
		return;
	for (rest = str_span(&text); span_line(&rest, &line);) {
		bool more = span_take_end(&line, "\\");

		line = span_trim(line);
		if (in && line.len && line.p[0] == '/')
			strv_addf(files, SPAN_FMT, SPAN_ARG(line));
		else if (in && line.len)
			strv_addf(files, "%s/" SPAN_FMT, b->tree, SPAN_ARG(line));
		if (span_starts(line, "deps_config :="))
			in = true;
		else if (in && !more)
			break;
	}
}

int kbuild_config_key(const struct kbuild *b, char key[HASH_HEX + 1], struct err *err)
{
	_cleanup_free_ char *toolchain = NULL;
	_cleanup_strv_ struct strv files = STRV_INIT;
	struct hash *h;
	int ret = kbuild_toolchain_id(b->arch, b->toolchain, &toolchain, err);

	if (ret)
		return ret;
	h = hash_new();
	hash_adds(h, "stableq config 1");
	hash_adds(h, b->arch->name);
	hash_adds(h, toolchain);
	hash_adds(h, child_have("ccache") ? "ccache" : "");
	for (size_t i = 0; i < b->fragments->n && !ret; i++)
		ret = hash_file(h, b->fragments->v[i], err);
	kconfig_files(b, &files);
	/* One that is gone makes another key, which is all it has to do. */
	for (size_t i = 0; i < files.n && !ret; i++)
		if (hash_file(h, files.v[i], NULL))
			hash_adds(h, "missing");
	hash_end(h, key);
	return ret;
}

static bool newer(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

bool kbuild_config_fresh(const struct kbuild *b, const char *key)
{
	_cleanup_free_ char *path = kbuild_own(b, "key"), *config = fs_join(b->obj, ".config");
	_cleanup_free_ char *made = fs_join(b->obj, "include/config/auto.conf");
	_cleanup_str_ struct str text = STR_INIT;
	_cleanup_strv_ struct strv files = STRV_INIT;
	struct stat st, ref;

	if (fs_read(path, 1024, &text, NULL) || !span_is(str_span(&text), key))
		return false;
	/* By time stamps make would do it all again, and write the release back into autoconf.h. */
	if (stat(made, &ref) < 0)
		return false;
	kconfig_files(b, &files);
	strv_add(&files, config);
	for (size_t i = 0; i < files.n; i++)
		if (stat(files.v[i], &st) < 0 || newer(&st.st_mtim, &ref.st_mtim))
			return false;
	return true;
}

/* merge_config.sh takes names apart at blanks, so it gets copies with names of our own. */
static int copy_fragments(const struct kbuild *b, struct strv *argv, struct err *err)
{
	for (size_t i = 0; i < b->fragments->n; i++) {
		_cleanup_free_ char *name = xasprintf("config/%zu.config", i);
		_cleanup_free_ char *copy = kbuild_own(b, name);
		_cleanup_str_ struct str text = STR_INIT;
		int ret = fs_read(b->fragments->v[i], 0, &text, err);

		ret = ret ? ret : fs_write(copy, str_span(&text).p, text.len, 0666, err);
		if (ret)
			return ret;
		strv_addf(argv, "%zu.config", i);
	}
	return 0;
}

static int merge(const struct kbuild *b, struct err *err)
{
	_cleanup_free_ char *dir = kbuild_own(b, "config"), *tree = realpath(b->tree, NULL);
	_cleanup_free_ char *real = NULL, *script = NULL;
	_cleanup_strv_ struct strv argv = STRV_INIT, env = STRV_INIT;
	struct child c = { .cwd = dir, .merge = true, .timeout_ms = 60000 };
	int ret;

	if (!tree)
		return err_sys(err, "%s", b->tree);
	/* Left over from another set of fragments they would only confuse the reader. */
	ret = fs_remove_tree(dir, err);
	ret = ret ? ret : fs_mkdirs(dir, err);
	if (ret)
		return ret;
	real = realpath(dir, NULL);
	script = fs_join(tree, "scripts/kconfig/merge_config.sh");
	if (!real || !fs_exists(script))
		return err_set(err, ERR_INPUT, "%s: no such file; is %s a kernel's source?", script,
			       b->tree);
	strv_add(&argv, "sh");
	strv_add(&argv, script);
	strv_add(&argv, "-m");
	strv_add(&argv, "-n");
	strv_add(&argv, "-O");
	strv_add(&argv, real);
	ret = copy_fragments(b, &argv, err);
	if (ret)
		return ret;
	kbuild_env(b, &env);
	c.argv = (const char *const *)argv.v;
	c.env = (const char *const *)env.v;
	ret = child_check(&c, err);
	if (ret && ret != ERR_INTERRUPTED)
		err_prefix(err, "merging the fragments for %s", b->obj);
	child_free(&c);
	return ret;
}

static int configure(struct kbuild *b, struct err *err)
{
	_cleanup_free_ char *merged = kbuild_own(b, "config/.config");
	_cleanup_free_ char *all = NULL;
	const char *args[] = { NULL, "allnoconfig", NULL };
	_cleanup_(kbuild_call_free) struct kbuild_call call = { .log = -1, .ledger = -1 };
	_cleanup_free_ char *real = NULL;
	int ret = merge(b, err);

	if (ret)
		return ret;
	real = realpath(merged, NULL);
	if (!real)
		return err_sys(err, "%s", merged);
	all = xasprintf("KCONFIG_ALLCONFIG=%s", real);
	args[0] = all;
	ret = kbuild_call_init(&call, b, err);
	ret = ret ? ret : kbuild_call_make(&call, args, err);
	if (ret == ERR_FINDING)
		err_prefix(err, "configuring failed");
	return ret;
}

static void fell_out(const struct kbuild *b, const struct kconfig_value *v, const char *is,
		     const struct kconfig *result, struct str *msg)
{
	_cleanup_free_ char *tree = realpath(b->tree, NULL);
	_cleanup_free_ char *why = kconfig_explain(tree ? tree : b->tree, b->arch->srcarch, result,
						   v->name, v->value);

	str_addf(msg, "%s:%u: CONFIG_%s=%s fell out: ", v->file, v->line, v->name, v->value);
	if (!strcmp(is, "n"))
		str_adds(msg, "it is not set in the result");
	else
		str_addf(msg, "it is %s in the result", is);
	str_addf(msg, "%s%s", why[0] ? "; " : "", why);
}

/* What the fragments want, against what kconfig made of it. */
static int verify_result(const struct kbuild *b, const struct kconfig *wanted, struct err *err)
{
	_cleanup_free_ char *path = fs_join(b->obj, ".config");
	_cleanup_(kconfig_free) struct kconfig result = { NULL, 0 };
	_cleanup_str_ struct str msg = STR_INIT;
	size_t out = 0;
	int ret = kconfig_result(&result, path, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < wanted->n; i++) {
		const struct kconfig_value *v = &wanted->v[i];
		const char *is = kconfig_get(&result, v->name);

		if (!strcmp(is, v->value) || ++out > NAMED_MAX)
			continue;
		if (msg.len)
			str_adds(&msg, "\n");
		fell_out(b, v, is, &result, &msg);
	}
	if (out > NAMED_MAX)
		str_addf(&msg, "\nand %zu more", out - NAMED_MAX);
	return out ? err_set(err, ERR_INPUT, "%s", msg.s) : 0;
}

int kbuild_config(struct kbuild *b, struct err *err)
{
	_cleanup_(kconfig_free) struct kconfig wanted = { NULL, 0 };
	_cleanup_free_ char *own = kbuild_own(b, "config"), *stamp = kbuild_own(b, "key");
	_cleanup_free_ char *lock = kbuild_own(b, "lock");
	char key[HASH_HEX + 1];
	int fd = -1, ret = kbuild_check_paths(b, err);

	for (size_t i = 0; i < b->fragments->n && !ret; i++)
		ret = kconfig_fragment(&wanted, b->fragments->v[i], err);
	ret = ret ? ret : fs_mkdirs(own, err);
	ret = ret ? ret : kbuild_config_key(b, key, err);
	ret = ret ? ret : fs_lock(lock, false, &fd, err);
	if (!ret && !kbuild_config_fresh(b, key)) {
		unlink(stamp);
		ret = configure(b, err);
	}
	ret = ret ? ret : verify_result(b, &wanted, err);
	if (fd >= 0)
		close(fd);
	return ret;
}
