// SPDX-License-Identifier: GPL-2.0-only
#include "kbuild/kbuild.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "kbuild/private.h"

#define AUTOCONF_MAX (4UL * 1024 * 1024)

/*
 * Every unit includes autoconf.h, whose comment names the release ("Linux/um 6.12.107 Kernel
 * Configuration"): with it each release would compile everything anew. Nothing depends on the file
 * itself, kbuild tracks single symbols; its time stamp is kept because make compares it with
 * .config's.
 */
static int normalise(const struct kbuild *b, struct err *err)
{
	_cleanup_free_ char *path = fs_join(b->obj, "include/generated/autoconf.h");
	_cleanup_str_ struct str text = STR_INIT, other = STR_INIT;
	struct span rest, line;
	_cleanup_err_ struct err why = ERR_INIT;
	struct stat st;
	int ret = fs_read(path, AUTOCONF_MAX, &text, &why);

	if (ret)
		return ret == ERR_NOTFOUND ? 0 : err_move(err, &why);
	if (stat(path, &st) < 0)
		return err_sys(err, "%s", path);
	for (rest = str_span(&text); span_line(&rest, &line);) {
		if (span_starts(line, " * Linux/") && span_ends(line, " Kernel Configuration"))
			str_adds(&other, " * Linux Kernel Configuration\n");
		else
			str_addf(&other, SPAN_FMT "\n", SPAN_ARG(line));
	}
	if (span_eq(str_span(&text), str_span(&other)))
		return 0;
	ret = fs_write(path, other.s, other.len, 0666, err);
	if (!ret && utimensat(AT_FDCWD, path,
			      (const struct timespec[]){ st.st_atim, st.st_mtim }, 0) < 0)
		ret = err_sys(err, "%s", path);
	return ret;
}

static int prepare_tree(struct kbuild_call *call, struct err *err)
{
	struct kbuild *b = call->b;
	_cleanup_free_ char *stamp = kbuild_own(b, "key");
	char key[HASH_HEX + 1];
	int ret = kbuild_config_key(b, key, err);

	if (ret || kbuild_config_fresh(b, key))
		return ret;
	call->doing = "preparing";
	ret = kbuild_call_make(call, (const char *const[]){ "prepare", NULL }, err);
	ret = ret ? ret : normalise(b, err);
	/* Only now make has its list of Kconfig files, which are part of the key. */
	ret = ret ? ret : kbuild_config_key(b, key, err);
	return ret ? ret : fs_write(stamp, key, strlen(key), 0666, err);
}

/* How many units the largest build of this directory had, for the progress line. */
static unsigned int full_build(const struct kbuild *b, unsigned int now)
{
	_cleanup_free_ char *path = kbuild_own(b, "units");
	_cleanup_str_ struct str text = STR_INIT;
	unsigned int most = 0;
	char line[16];

	if (!fs_read(path, 64, &text, NULL) && text.s)
		most = (unsigned int)strtoul(text.s, NULL, 10);
	if (now > most) {
		snprintf(line, sizeof(line), "%u\n", now);
		/* Without it the next progress line says less, that is all. */
		fs_write(path, line, strlen(line), 0666, NULL);
		most = now;
	}
	return most;
}

static int make_objects(struct kbuild_call *call, struct err *err)
{
	struct strv *objects = &call->b->objects;
	int ret = kbuild_objects(call->b, objects, err);

	call->expected = (unsigned int)objects->n;
	if (ret || !objects->n)
		return ret;
	call->doing = "compiling";
	return kbuild_call_make(call, (const char *const *)objects->v, err);
}

static int make_image(struct kbuild_call *call, struct err *err)
{
	struct kbuild *b = call->b;
	char *path = fs_join(b->obj, b->arch->image);
	int ret;

	call->doing = "building";
	ret = kbuild_call_make(call, (const char *const[]){ b->arch->target, NULL }, err);
	if (!ret && !fs_exists(path))
		ret = err_set(err, ERR_FINDING, "make %s succeeded, but %s is not there",
			      b->arch->target, path);
	if (!ret)
		b->image = path;
	else
		free(path);
	return ret;
}

bool kbuild_skewed(const char *obj)
{
	_cleanup_free_ char *mark = fs_join(obj, ".stableq/skewed");

	return fs_exists(mark);
}

/* make may have kept what it should have made, so neither its success nor its errors count. */
static int skewed(const struct kbuild *b, struct err *err)
{
	_cleanup_free_ char *mark = kbuild_own(b, "skewed");
	int ret = fs_write(mark, "", 0, 0666, err);

	return ret ? ret : err_set(err, ERR_SYSTEM, "%s: the clock was set back while make ran "
				   "there, so that it can't tell what is up to date; run the same "
				   "command again", b->obj);
}

static int build_image(struct kbuild_call *call, struct err *err)
{
	struct kbuild *b = call->b;
	_cleanup_free_ char *mark = kbuild_own(b, "building"), *image = NULL;
	_cleanup_strv_ struct strv old = STRV_INIT;
	_cleanup_err_ struct err later = ERR_INIT;
	double built = 0;
	size_t removed = 0;
	int ret, kept;

	ret = kbuild_recover(b, &removed, err);
	if (!ret && removed && b->out)
		out_note(b->out, "%s: the build was cut short last time; %zu files of its last "
			 "minute are made again", b->label ? b->label : b->obj, removed);
	ret = ret ? ret : fs_write(mark, "", 0, 0666, err);
	ret = ret ? ret : kbuild_ledger_open(b, &old, &built, &call->ledger, err);
	if (ret)
		return ret;
	image = fs_join(b->obj, b->arch->image);
	/* A directory that has an image needs only what has changed, and nobody knows how much. */
	call->expected = fs_exists(image) ? 0 : full_build(b, 0);
	ret = prepare_tree(call, err);
	if (!ret)
		ret = b->sources ? make_objects(call, err) : make_image(call, err);
	/* With every child gone by itself, nothing is written by half. */
	if (call->end == CHILD_EXITED)
		unlink(mark);
	kept = kbuild_ledger_close(b, &call->diag, &old, built, !ret, &later);
	if (b->sources)
		kbuild_only_objects(b);
	if (!ret && kept)
		ret = err_move(err, &later);
	b->units = call->units;
	b->link_remarks = call->diag.link_remarks;
	if (!ret)
		full_build(b, call->units);
	if (call->diag.skew)
		return skewed(b, err);
	return ret;
}

int kbuild_make(struct kbuild *b, struct err *err)
{
	_cleanup_free_ char *lock = kbuild_own(b, "lock");
	struct kbuild_call call;
	double begun = mono_seconds();
	int fd = -1, ret = fs_lock(lock, false, &fd, err);

	if (ret)
		return ret == ERR_NOTFOUND ?
		       err_prefix(err, "%s: not configured", b->obj) : ret;
	ret = kbuild_call_init(&call, b, err);
	ret = ret ? ret : build_image(&call, err);
	kbuild_call_free(&call);
	close(fd);
	b->seconds = mono_seconds() - begun;
	return ret;
}

void kbuild_free(struct kbuild *b)
{
	free(b->image);
	b->image = NULL;
	strv_free(&b->warnings);
	strv_free(&b->errors);
	strv_free(&b->objects);
}
