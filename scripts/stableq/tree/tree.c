// SPDX-License-Identifier: GPL-2.0-only
#include "tree/tree.h"

#include "tree/io.h"

static int load(void *ctx, const char *path, struct str *to, unsigned int *mode, struct err *err)
{
	return tree_read(ctx, path, to, mode, err);
}

struct fileset *tree_fileset(const char *root)
{
	/* Only read from there. */
	return fileset_new(load, (void *)root);
}
