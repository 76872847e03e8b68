// SPDX-License-Identifier: GPL-2.0-only
#include "tree/tree.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/fs.h"
#include "patch/fileset.h"
#include "tree/io.h"

struct tree {
	const char *root;
	int fd;			/* opened when the first file is asked for */
};

static int load_file(void *ctx, const char *path, struct str *to, unsigned int *mode,
		     struct err *err)
{
	struct tree *t = ctx;

	if (t->fd < 0)
		t->fd = open(t->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (t->fd < 0)
		return err_sys(err, "%s", t->root);
	return tree_read_at(t->fd, t->root, path, to, mode, err);
}

static void tree_free(void *ctx)
{
	struct tree *t = ctx;

	if (t->fd >= 0)
		close(t->fd);
	free(t);
}

struct fileset *tree_fileset(const char *root)
{
	struct tree *t = xcalloc(1, sizeof(*t));
	struct fileset *fs;

	*t = (struct tree){ root, -1 };
	fs = fileset_new(load_file, t);
	fileset_own(fs, tree_free);
	return fs;
}
