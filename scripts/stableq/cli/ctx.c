// SPDX-License-Identifier: GPL-2.0-only
#include "cli/ctx.h"

#include "base/fs.h"

int ctx_matrix(const struct ctx *ctx, struct matrix *m, struct err *err)
{
	int ret = matrix_load(m, ctx->matrix, err);

	if (ret != ERR_NOTFOUND)
		return ret;
	return err_set(err, ERR_INPUT, "%s; run in the repository or name it with --matrix",
		       err->msg);
}

int ctx_queue(const struct matrix *m, const struct matrix_branch *b, const struct release *r,
	      struct queue *q, struct err *err)
{
	_cleanup_free_ char *dir = fs_join(m->dir, b->queue);

	return r ? queue_load_for(q, dir, r, err) : queue_load(q, dir, NULL, err);
}

struct source_set *ctx_sources(struct ctx *ctx, const struct opts_sources *from)
{
	struct source_opts opts = {
		.cache = ctx->cache, .search = getenv("STABLEQ_SOURCES"), .git = from->git,
		.offline = from->offline, .out = &ctx->out,
	};

	return source_set_new(&opts);
}
