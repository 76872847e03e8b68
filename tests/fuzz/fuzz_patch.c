// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_patch.c - any bytes as a patch, then applied to any bytes
 *
 * The input is a patch; behind a first NUL byte, if there is one, stands the file that it is
 * applied to, under every name. The patch's length chooses the options.
 */
#include "queue/queue.h"
#include "replay.h"

static int load(void *ctx, const char *path, struct str *to, unsigned int *mode, struct err *err)
{
	const struct span *file = ctx;

	/* Some files are not there. */
	if (strlen(path) % 5 == 4)
		return err_set(err, ERR_NOTFOUND, "%s: no such file", path);
	str_add(to, file->p, file->len);
	*mode = 0644;
	return 0;
}

static void apply(const struct patch *p, struct span file, const struct patch_apply_opts *opts)
{
	struct fileset *fs = fileset_new(load, &file);
	struct err err = ERR_INIT;
	struct file_outcome *o;
	int ret = patch_apply(fs, p, opts, &o, &err);

	if ((ret && ret != ERR_FINDING) || !ret != !err.code)
		abort();
	file_outcomes_free(o, p->nfiles);
	fileset_free(fs);
	err_clear(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	struct span text = { (const char *)data, nul ? (size_t)(nul - data) : size };
	struct span file = { nul ? (const char *)nul + 1 : "", nul ? size - text.len - 1 : 0 };
	struct patch_apply_opts opts = { .max_fuzz = text.len % 3, .keep_partial = text.len % 2 };
	struct queue_patch qp = { 0 };
	struct strv lacks = STRV_INIT;
	struct queue q = { 0 };
	struct err err = ERR_INIT;
	int ret = patch_parse(&qp.patch, "p", text, text.len % 7 ? 1 : 0, &err);

	if (!ret) {
		apply(&qp.patch, file, &opts);
		patch_reverse(&qp.patch);
		apply(&qp.patch, file, &opts);
		patch_reverse(&qp.patch);
		ret = queue_header_parse(&qp, &err);
		queue_lacks(&qp, &lacks);
	}
	strv_free(&lacks);
	if (ret && (ret != ERR_INPUT || strncmp(err.msg, "p:", 2) != 0))
		abort();
	err_clear(&err);
	q.patches = xcalloc(1, sizeof(qp));
	q.patches[q.n++] = qp;
	queue_free(&q);
	return 0;
}
