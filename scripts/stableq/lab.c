// SPDX-License-Identifier: GPL-2.0-only
#include "lab.h"

#include "fs.h"
#include "manifest.h"
#include "source.h"
#include "tree.h"

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

int lab_place(const struct lab *lab, const char *release, const char *state, struct lab_place *p,
	      struct err *err)
{
	const char *cell = p->cell->name;
	int ret;

	/*
	 * From the object directory the tree is ../src in every release: its name stands in every
	 * unit's -I options, and another one would miss ccache for each of them.
	 */
	p->work = xasprintf("%s/work/%s/src", lab->cache, release);
	p->obj = xasprintf("%s/work/%s/obj-%s", lab->cache, release, cell);
	p->logs = xasprintf("%s/logs/%s-%s-%s", lab->cache, release, cell, state);
	p->label = xasprintf("%s %s %s", release, cell, state);
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
static int prepare(const struct lab *lab, const struct lab_place *p, struct err *err)
{
	_cleanup_free_ char *memory = manifest_memory(lab->cache, p->pristine);
	const struct tree_origin from = { p->pristine, memory, p->source };
	size_t updated = 0;
	int ret = tree_prepare(&from, p->work, &updated, err);

	if (!ret && updated)
		out_note(lab->out, "%s: %zu file%s of the working tree brought up to date",
			 p->label, updated, updated == 1 ? "" : "s");
	if (ret != ERR_FINDING)
		return ret;
	source_unseal(lab->cache, p->pristine);
	return err_set(err, ERR_SYSTEM, "%s, it isn't what this run began with; run the same "
		       "command again", err->msg);
}

int lab_build(const struct lab *lab, const struct lab_place *p, struct fileset *fs,
	      struct kbuild *k, struct err *err)
{
	_cleanup_strv_ struct strv fragments = STRV_INIT;
	_cleanup_free_ char *log = fs_join(p->logs, "build.log");
	int ret;

	*k = (struct kbuild){
		.arch = kbuild_arch(p->cell->arch), .toolchain = p->cell->toolchain,
		.tree = p->work, .obj = p->obj, .fragments = &fragments,
		.jobs = lab->jobs, .timeout_ms = BUILD_TIMEOUT_S * 1000, .log = log,
		.out = lab->out, .label = p->label,
		.estimate = store_seconds(lab->store, p->cell->name, RESULT_BUILD),
	};
	matrix_fragments(lab->matrix, p->cell, p->branch, &fragments);
	ret = lab_clock(lab, p, err);
	ret = ret ? ret : prepare(lab, p, err);
	ret = ret ? ret : tree_flip(p->pristine, p->work, fs, NULL, err);
	ret = ret ? ret : kbuild_config(k, err);
	ret = ret ? ret : kbuild_make(k, err);
	k->fragments = NULL;
	k->log = NULL;
	return ret;
}
