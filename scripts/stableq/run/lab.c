// SPDX-License-Identifier: GPL-2.0-only
#include "run/lab.h"

#include "base/fs.h"
#include "kbuild/reach.h"
#include "source/manifest.h"
#include "source/source.h"
#include "tree/tree.h"

#define BUILD_TIMEOUT_S (4 * 3600)

int lab_open(struct lab *lab, const char *guest, struct err *err)
{
	int ret = hash_raw_file(guest, lab->guest, err);

	if (ret)
		return ret;
	lab->initramfs = xasprintf("%s/guest/%.16s.cpio.gz", lab->cache, lab->guest);
	if (fs_exists(lab->initramfs))
		return 0;
	ret = fs_mkparents(lab->initramfs, err);
	return ret ? ret : vm_initramfs(lab->initramfs,
					(const char *const[]){ "init", guest, NULL }, err);
}

void lab_close(struct lab *lab)
{
	free(lab->initramfs);
	lab->initramfs = NULL;
}

int lab_place(const struct lab *lab, const struct state *st, struct lab_place *p, struct err *err)
{
	const char *cell = st->cell->name;
	_cleanup_free_ char *name = xstrdup(st->name);
	int ret;

	/* Part of a directory's name. */
	for (char *c = name; *c; c++)
		if (*c == '/')
			*c = '_';
	/*
	 * From the object directory the tree is ../src in every release: its name stands in every
	 * unit's -I options, and another one would miss ccache for each of them.
	 */
	*p = (struct lab_place){
		.state = st,
		.work = xasprintf("%s/work/%s/src", lab->cache, st->release),
		.obj = xasprintf("%s/work/%s/obj-%s", lab->cache, st->release, cell),
		.logs = xasprintf("%s/logs/%s-%s-%s", lab->cache, st->release, cell, name),
		.label = xasprintf("%s %s %s", st->release, cell, st->name),
	};
	ret = fs_mkparents(p->work, err);
	ret = ret ? ret : fs_mkparents(p->obj, err);
	return ret ? ret : fs_mkdirs(p->logs, err);
}

void lab_place_clear(struct lab_place *p)
{
	free(p->work);
	free(p->obj);
	free(p->logs);
	free(p->label);
}

/* The tree that is built is the one that the keys name, whatever was built there before. */
static int prepare_work(const struct lab *lab, const struct lab_place *p, struct err *err)
{
	_cleanup_free_ char *memory = manifest_memory(lab->cache, p->state->pristine);
	const struct tree_origin from = { p->state->pristine, memory, p->state->source };
	size_t updated = 0;
	int ret = tree_prepare(&from, p->work, &updated, err);

	if (!ret && updated)
		out_note(lab->out, "%s: %zu file%s of the working tree brought up to date",
			 p->label, updated, updated == 1 ? "" : "s");
	if (ret != ERR_FINDING)
		return ret;
	source_unseal(lab->cache, p->state->pristine);
	return err_set(err, ERR_SYSTEM, "%s, it isn't what this run began with; run the same "
		       "command again", err->msg);
}

static int build_in_lab(const struct lab *lab, const struct lab_place *p, struct kbuild *k,
			struct err *err)
{
	const struct state *st = p->state;
	_cleanup_strv_ struct strv fragments = STRV_INIT;
	_cleanup_free_ char *log = fs_join(p->logs, "build.log");
	int ret;

	*k = (struct kbuild){
		.arch = st->cell->arch, .toolchain = st->cell->toolchain,
		.more = &st->cell->warnings,
		.tree = p->work, .obj = p->obj, .fragments = &fragments,
		.jobs = lab->jobs, .timeout_ms = BUILD_TIMEOUT_S * 1000, .log = log,
		.out = lab->out, .label = p->label,
		.estimate = store_build_seconds(lab->store, st->cell->name),
	};
	matrix_fragments(lab->matrix, st->cell, st->branch, &fragments);
	ret = lab_clock(lab, p, err);
	ret = ret ? ret : prepare_work(lab, p, err);
	ret = ret ? ret : tree_flip(st->pristine, p->work, st->fs, NULL, err);
	ret = ret ? ret : kbuild_config(k, err);
	if (!ret && st->cell->kind == CELL_OBJECTS) {
		k->sources = st->reached;
		if (!st->reached->n)
			ret = kbuild_reach(st->pristine, st->touched, st->reached, err);
	}
	ret = ret ? ret : kbuild_make(k, err);
	k->sources = NULL;
	k->fragments = NULL;
	k->log = NULL;
	return ret;
}

/*
 * Built once more for a boot: what the compiler says of the whole is the same, and how long the
 * rest of it took is no use for estimates.
 */
static bool known(const struct lab *lab, const struct build_fact *b)
{
	_cleanup_(build_fact_clear) struct build_fact old = { .failed = false };

	return !store_get_build(lab->store, b->key, &old, NULL) && old.failed == b->failed &&
	       !strcmp(old.lines, b->lines);
}

/* In a line: why it failed, or what was made of it besides an image. */
static char *message(const struct state *st, const struct kbuild *k, bool failed,
		     const struct err *why)
{
	if (failed)
		return xstrdup(why->msg);
	if (st->cell->kind == CELL_FULL)
		return xstrdup("");
	if (!k->objects.n)
		return xstrdup("no object of this configuration depends on the queue");
	return xasprintf("%zu object%s", k->objects.n, k->objects.n == 1 ? "" : "s");
}

int lab_build(const struct lab *lab, const struct lab_place *p, struct build_fact *b,
	      char **image, struct err *err)
{
	const struct state *st = p->state;
	_cleanup_(kbuild_free) struct kbuild k;
	int ret = build_in_lab(lab, p, &k, err);

	*image = NULL;
	if (ret && ret != ERR_FINDING)
		return ret;
	*b = (struct build_fact){
		.release = xstrdup(st->release), .cell = xstrdup(st->cell->name),
		.state = xstrdup(st->name), .failed = ret != 0, .seconds = k.seconds,
		.message = message(st, &k, ret != 0, err),
		.lines = strv_lines(ret ? &k.errors : &k.warnings),
	};
	memcpy(b->key, st->key, sizeof(b->key));
	err_clear(err);
	if (!b->failed && k.image)
		*image = xstrdup(k.image);
	return known(lab, b) ? 0 : store_put_build(lab->store, b, err);
}

/* What isn't there is no error. */
static int found_it(int ret, bool *found, struct err *err)
{
	*found = !ret;
	if (ret == ERR_NOTFOUND)
		err_clear(err);
	return ret == ERR_NOTFOUND ? 0 : ret;
}

int lab_known_build(const struct lab *lab, const struct state *st, struct build_fact *b,
		    bool *found, struct err *err)
{
	return found_it(store_get_build(lab->store, st->key, b, err), found, err);
}

int lab_known_boot(const struct lab *lab, const struct state *st, const struct lab_what *what,
		   struct boot_fact *b, bool *found, struct err *err)
{
	char key[HASH_HEX + 1];

	state_boot_key(st, lab->guest, what->suite, key);
	return found_it(store_get_boot(lab->store, key, what->checks, st->cell->timeout_s * 1000, b,
				       err), found, err);
}
