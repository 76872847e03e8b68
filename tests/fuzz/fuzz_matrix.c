// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_matrix.c - any bytes as build-matrix.yaml, beside the queues, fragments and proofs of
 * tests/data
 *
 * Run it from the top of the repository.
 */
#include <unistd.h>

#include "matrix/matrix.h"
#include "replay.h"

#define DATA "tests/data/matrix"

static char *path;

static void leave(void)
{
	_cleanup_free_ char *dir = xstrndup(path, strlen(path) - strlen("/m.yaml"));

	fs_remove_tree(dir, NULL);
	free(path);
}

static void arrive(void)
{
	static const char *const beside[] = { "configs", "proofs", "queue-6.1", "queue-6.12" };
	char dir[] = "/tmp/stableq-fuzz-XXXXXX";

	if (!mkdtemp(dir))
		abort();
	for (size_t i = 0; i < ARRAY_SIZE(beside); i++) {
		_cleanup_free_ char *from = xasprintf(DATA "/%s", beside[i]);
		_cleanup_free_ char *real = realpath(from, NULL), *to = fs_join(dir, beside[i]);

		if (!real || symlink(real, to))
			abort();
	}
	path = fs_join(dir, "m.yaml");
	atexit(leave);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct release r = { 6, 12, 200, 0 };
	struct strv paths = STRV_INIT;
	const struct matrix_branch *b;
	struct matrix m;
	int ret;

	if (!path)
		arrive();
	if (fs_write(path, data, size, 0644, &err))
		abort();
	ret = matrix_load(&m, path, &err);
	if (ret && (ret != ERR_INPUT || !err.msg ||
		    (!strstr(err.msg, "m.yaml:") && !strstr(err.msg, "/proof.yaml"))))
		abort();
	if (!ret) {
		if (!matrix_branch_of(&m, &r, &b, &err))
			for (size_t i = 0; i < m.ncells; i++)
				matrix_fragments(&m, &m.cells[i], b, &paths);
		matrix_free(&m);
	}
	strv_free(&paths);
	err_clear(&err);
	return 0;
}
