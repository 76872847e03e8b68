// SPDX-License-Identifier: GPL-2.0-only
/*
 * One call of the kernel's make.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "kbuild/private.h"

#define SHOW_EVERY 0.2		/* seconds between two progress lines */

char *kbuild_own(const struct kbuild *b, const char *name)
{
	return xasprintf("%s/.stableq/%s", b->obj, name);
}

int kbuild_check_paths(const struct kbuild *b, struct err *err)
{
	const char *const paths[] = { b->tree, b->obj };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (strpbrk(paths[i], " \t:"))
			return err_set(err, ERR_INPUT, "%s: the kernel's make can't work in a "
				       "directory with a space or colon in its name; set "
				       "STABLEQ_CACHE to another place", paths[i]);
	return 0;
}

/* The longest directory that both are in; NULL for the root. */
static char *common_dir(const char *a, const char *b)
{
	size_t n = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '/')
			n = i;
	return n ? xstrndup(a, n) : NULL;
}

/* The way from directory @from to @to, both real paths: "../src". */
static char *way(const char *from, const char *to)
{
	struct str rel = STR_INIT;
	_cleanup_free_ char *common = common_dir(from, to);
	size_t n = common ? strlen(common) : 0;

	for (const char *s = from + n; *s; s++)
		if (*s == '/' && s[1])
			str_adds(&rel, "../");
	str_adds(&rel, to[n] ? to + n + 1 : "");
	return str_take(&rel);
}

static char *real_path(const char *path)
{
	char *real = realpath(path, NULL);

	return real ? real : xstrdup(path);
}

void kbuild_env(const struct kbuild *b, struct strv *env)
{
	/*
	 * Whatever the user has set for other builds, or a make that we run under, would change
	 * what is built behind the back of our content keys.
	 */
	static const char *const unset[] = {
		"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "GNUMAKEFLAGS", "MAKEFILES",
		"ARCH", "SUBARCH", "CROSS_COMPILE", "O", "V", "C", "CF", "W", "M", "KBUILD_OUTPUT",
		"KBUILD_VERBOSE", "KBUILD_EXTMOD", "KBUILD_EXTRA_WARN", "KBUILD_ABS_SRCTREE",
		"KBUILD_DEFCONFIG", "KBUILD_CFLAGS", "KCFLAGS", "KCPPFLAGS", "KAFLAGS",
		"KCONFIG_CONFIG", "KCONFIG_ALLCONFIG", "KCONFIG_DEFCONFIG_LIST", "KCONFIG_SEED",
		"KCONFIG_NOSILENTUPDATE", "KCONFIG_OVERWRITECONFIG", "KCONFIG_WERROR", "CONFIG_",
		"CC", "LD", "AR", "NM", "OBJCOPY", "OBJDUMP", "READELF", "STRIP", "HOSTCC",
		"HOSTCXX", "HOSTLD", "HOSTCFLAGS", "HOSTLDFLAGS", "LLVM", "LLVM_IAS", "CFLAGS",
		"CPPFLAGS", "LDFLAGS", "CPATH", "C_INCLUDE_PATH", "GCC_COLORS", "CCACHE_PREFIX",
	};
	static const char *const set[] = {
		/*
		 * The kernel's Makefile unexports LC_ALL; messages are wanted in ASCII all the
		 * same.
		 */
		"LC_ALL=C", "LANG=C", "LC_CTYPE=C", "LC_MESSAGES=C", "LANGUAGE=C", "TZ=UTC",
		"LOCALVERSION=", "KBUILD_BUILD_VERSION=1",
		"KBUILD_BUILD_TIMESTAMP=Thu Jan  1 00:00:00 UTC 1970",
		"KBUILD_BUILD_USER=stableq", "KBUILD_BUILD_HOST=stableq",
		/*
		 * Only debug information has the directory in it, and its place is of no interest.
		 */
		"CCACHE_NOHASHDIR=1",
		/* A state was written a moment ago: its files are as new as the build itself. */
		"CCACHE_SLOPPINESS=include_file_mtime,include_file_ctime",
	};
	_cleanup_free_ char *tree = real_path(b->tree), *obj = real_path(b->obj);
	_cleanup_free_ char *common = common_dir(tree, obj);

	for (size_t i = 0; i < ARRAY_SIZE(unset); i++)
		strv_add(env, unset[i]);
	for (size_t i = 0; i < ARRAY_SIZE(set); i++)
		strv_add(env, set[i]);
	if (common)
		strv_addf(env, "CCACHE_BASEDIR=%s", common);
	if (b->ccache_dir)
		strv_addf(env, "CCACHE_DIR=%s", b->ccache_dir);
}

int kbuild_call_init(struct kbuild_call *call, struct kbuild *b, struct err *err)
{
	*call = (struct kbuild_call){ .b = b, .log = -1, .ledger = -1, .begun = mono_seconds() };
	call->diag.tree = real_path(b->tree);
	call->diag.obj = real_path(b->obj);
	if (!b->log)
		return 0;
	call->log = open(b->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	return call->log < 0 ? err_sys(err, "%s", b->log) : 0;
}

void kbuild_call_free(struct kbuild_call *call)
{
	free((char *)call->diag.tree);
	free((char *)call->diag.obj);
	kbuild_diag_free(&call->diag);
	if (call->log >= 0)
		close(call->log);
	if (call->ledger >= 0)
		close(call->ledger);
}

static void show_progress(struct kbuild_call *call)
{
	const struct kbuild *b = call->b;
	double t = mono_seconds(), gone = t - call->begun, left = b->estimate - gone;
	char of[32] = "", eta[48] = "";

	if (!call->doing || !b->out || t - call->shown < SHOW_EVERY)
		return;
	call->shown = t;
	if (call->expected >= call->units && call->expected)
		snprintf(of, sizeof(of), " of about %u", call->expected);
	if (call->expected > call->units && call->units > 20)
		left = gone / call->units * (call->expected - call->units);
	if (left > 0 && (b->estimate > 0 || of[0]))
		snprintf(eta, sizeof(eta), ", about %d:%02d left", (int)left / 60, (int)left % 60);
	out_status(b->out, "%s: %s, %u%s units, %d:%02d%s", b->label ? b->label : b->obj,
		   call->doing, call->units, of, (int)gone / 60, (int)gone % 60, eta);
}

static void on_unit(void *ctx)
{
	struct kbuild_call *call = ctx;

	call->units++;
	show_progress(call);
}

static void on_warning(void *ctx, const char *warning)
{
	struct kbuild_call *call = ctx;
	_cleanup_free_ char *line = NULL;

	if (call->ledger < 0)
		return;
	line = xasprintf("%s\n", warning);
	if (fs_write_fd(call->ledger, line, strlen(line)) < 0)
		call->log_errno = errno;
}

static int on_data(void *ctx, int fd, const char *p, size_t n)
{
	struct kbuild_call *call = ctx;

	if (call->log >= 0 && fs_write_fd(call->log, p, n) < 0)
		call->log_errno = errno;
	kbuild_diag_feed(&call->diag, p, n);
	return call->log_errno;
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static int missing(const struct kbuild_call *call, struct err *err)
{
	_cleanup_str_ struct str what = STR_INIT, packages = STR_INIT;
	const struct strv *m = &call->diag.missing;

	for (size_t i = 0; i < m->n; i++) {
		const char *package = kbuild_package(m->v[i]);

		str_addf(&what, "%s%s", i ? ", " : "", m->v[i]);
		if (package && !(packages.s && strstr(packages.s, package)))
			str_addf(&packages, " %s", package);
	}
	if (!packages.len)
		return err_set(err, ERR_MISSING, "the build needs %s, which this machine lacks",
			       what.s);
	return err_set(err, ERR_MISSING,
		       "the build needs %s, which this machine lacks; to have it: "
		       "apt-get install%s", what.s, packages.s);
}

static int failure(struct kbuild_call *call, const struct child *c, struct err *err)
{
	struct kbuild_diag *d = &call->diag;
	struct kbuild *b = call->b;
	_cleanup_free_ char *where = b->log ? xasprintf("; all output: %s", b->log) : xstrdup("");

	if (d->no_space)
		return err_set(err, ERR_SYSTEM, "%s: No space left on device while building; free "
			       "some space there and run the same command again", b->obj);
	if (d->killed)
		return err_set(err, ERR_SYSTEM, "the compiler was killed, most likely for want of "
			       "memory; try fewer jobs%s", where);
	if (d->missing.n)
		return missing(call, err);
	if (d->host.n)
		return err_set(err, ERR_SYSTEM, "%s%s", d->host.v[0], where);
	/* Neither a file nor a target: make itself couldn't go on, or didn't begin. */
	if (!d->errors.n && !d->failed.n)
		return err_set(err, ERR_SYSTEM,
			       "make ended with %s %d, and no word of the kernel%s",
			       c->end == CHILD_SIGNALED ? "signal" : "status", c->status, where);
	for (size_t i = 0; i < d->errors.n; i++)
		strv_add(&b->errors, d->errors.v[i]);
	for (size_t i = 0; i < d->failed.n && !d->errors.n; i++)
		strv_add(&b->errors, d->failed.v[i]);
	if (b->errors.n == 1)
		return err_set(err, ERR_FINDING, "%s%s", b->errors.v[0], where);
	return err_set(err, ERR_FINDING, "%s (and %zu more error%s%s)", b->errors.v[0],
		       b->errors.n - 1, plural(b->errors.n - 1), where);
}

void kbuild_make_argv(const struct kbuild *b, const char *const *args, struct strv *argv)
{
	_cleanup_free_ char *prefix = arch_prefix(b->arch);
	const char *cache = child_have("ccache") ? "ccache " : "";
	bool clang = !strcmp(b->toolchain, "clang");
	long jobs = b->jobs ? (long)b->jobs : sysconf(_SC_NPROCESSORS_ONLN);
	_cleanup_free_ char *tree = real_path(b->tree), *obj = real_path(b->obj);
	_cleanup_free_ char *rel = way(obj, tree);

	strv_add(argv, "make");
	strv_add(argv, "--no-print-directory");
	strv_add(argv, "-C");
	strv_add(argv, b->tree);
	/* make is in the tree when it reads this name. */
	strv_addf(argv, "O=%s", obj);
	strv_addf(argv, "ARCH=%s", b->arch->make);
	if (prefix[0])
		strv_addf(argv, "CROSS_COMPILE=%s", prefix);
	strv_addf(argv, "CC=%s%s%s", cache, clang ? "" : prefix, b->toolchain);
	strv_addf(argv, "HOSTCC=%s%s", cache, b->toolchain);
	/*
	 * kbuild takes the tree's absolute name off __FILE__, which ccache has made relative:
	 * without this, warnings of the guest would be "at ../src/fs/nfsd/state.c".
	 */
	strv_addf(argv, "KCPPFLAGS=-fmacro-prefix-map=%s/=", rel);
	/* C=2: also what needs no compiling, for it may have been compiled without. */
	for (size_t i = 0; b->more && i < b->more->n; i++)
		strv_add(argv, !strcmp(b->more->v[i], "sparse") ? "C=2" : b->more->v[i]);
	strv_addf(argv, "-j%ld", MAX(jobs, 1L));
	for (; *args; args++)
		strv_add(argv, *args);
}

int kbuild_call_make(struct kbuild_call *call, const char *const *args, struct err *err)
{
	_cleanup_strv_ struct strv argv = STRV_INIT, env = STRV_INIT;
	struct kbuild *b = call->b;
	struct child c = { .merge = true, .capture_max = 1, .on_data = on_data, .ctx = call };
	double gone = mono_seconds() - call->begun;
	int ret;

	if (b->timeout_ms) {
		if (gone * 1000 >= b->timeout_ms)
			return err_set(err, ERR_TIMEOUT, "make: not done after %u s",
				       b->timeout_ms / 1000);
		c.timeout_ms = b->timeout_ms - (unsigned int)(gone * 1000);
	}
	call->diag.on_unit = on_unit;
	call->diag.on_warning = on_warning;
	call->diag.ctx = call;
	kbuild_make_argv(b, args, &argv);
	kbuild_env(b, &env);
	c.argv = (const char *const *)argv.v;
	c.env = (const char *const *)env.v;
	call->shown = 0;
	show_progress(call);
	ret = child_run(&c, err);
	kbuild_diag_end(&call->diag);
	call->end = c.end;
	if (b->out)
		out_status_clear(b->out);
	if (call->log_errno) {
		errno = call->log_errno;
		ret = err_sys(err, "%s", b->log ? b->log : b->obj);
	} else if (!ret && (c.end != CHILD_EXITED || c.status)) {
		ret = failure(call, &c, err);
	}
	child_free(&c);
	return ret;
}

static int first_line(const char *program, char **line, struct err *err)
{
	const char *const argv[] = { program, "--version", NULL };
	struct child c = { .argv = argv, .env = (const char *const[]){ "LC_ALL=C", NULL },
			   .timeout_ms = 20000 };
	const char *package = kbuild_package(program);
	struct span rest, first = { "", 0 };
	int ret = child_check(&c, err);

	if (ret == ERR_MISSING && package)
		err_set(err, ERR_MISSING, "%s: no such program in PATH; to have it: "
			"apt-get install %s", program, package);
	rest = str_span(&c.out);
	span_line(&rest, &first);
	*line = ret ? NULL : span_dup(span_trim(first));
	child_free(&c);
	return ret;
}

int kbuild_toolchain_id(const struct arch *arch, const char *toolchain, char **id, struct err *err)
{
	_cleanup_free_ char *prefix = arch_prefix(arch);
	_cleanup_free_ char *cc = xasprintf("%s%s", strcmp(toolchain, "clang") ? prefix : "",
					    toolchain);
	_cleanup_free_ char *ld = xasprintf("%sld", prefix), *cc_id = NULL, *ld_id = NULL;
	int ret = first_line(cc, &cc_id, err);

	ret = ret ? ret : first_line(ld, &ld_id, err);
	*id = ret ? NULL : xasprintf("%s, %s", cc_id, ld_id);
	return ret;
}

int kbuild_warnings_id(const struct strv *warnings, char **id, struct err *err)
{
	struct str all = STR_INIT;
	int ret = 0;

	for (size_t i = 0; i < warnings->n && !ret; i++) {
		_cleanup_free_ char *version = NULL;

		if (!strcmp(warnings->v[i], "sparse"))
			ret = first_line("sparse", &version, err);
		str_addf(&all, "%s%s%s%s", i ? ", " : "", warnings->v[i], version ? " " : "",
			 version ? version : "");
	}
	*id = str_take(&all);
	return ret;
}
