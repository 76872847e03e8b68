// SPDX-License-Identifier: GPL-2.0-only
#include "source_private.h"

int source_git_find(struct source_set *set, struct source *src, bool fetch, struct err *err)
{
	return err_set(err, ERR_NOTFOUND, "not supported yet");
}

int source_git_list(struct source_set *set, const char *branch, struct strv *to, struct err *err)
{
	return 0;
}

int source_git_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		    struct err *err)
{
	return err_set(err, ERR_MISSING, "git: not supported yet");
}

int source_git_extract(struct source *src, struct sink *sink, struct err *err)
{
	return err_set(err, ERR_MISSING, "git: not supported yet");
}

void source_git_close(struct source_set *set)
{
}
