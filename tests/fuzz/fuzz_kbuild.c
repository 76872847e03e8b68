// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_kbuild.c - any bytes as the output of make, and as what Kconfig's files may say
 *
 * The first byte chooses which, and how the output is cut into pieces.
 */
#include "kbuild/kbuild.h"
#include "kbuild/diag.h"
#include "kbuild/kconfig.h"
#include "replay.h"

static void as_output(const char *p, size_t n, size_t step)
{
	struct kbuild_diag d = { .tree = "/cache/src", .obj = "/cache/obj" };
	struct strv fresh = STRV_INIT;

	for (size_t i = 0; i < n; i += step)
		kbuild_diag_feed(&d, p + i, MIN(step, n - i));
	kbuild_diag_end(&d);
	kbuild_new_warnings(&d.errors, &d.warnings, &fresh);
	strv_free(&fresh);
	kbuild_diag_free(&d);
}

static char dir[] = "/tmp/stableq-fuzz-XXXXXX";

static void leave(void)
{
	fs_remove_tree(dir, NULL);
}

/* The same bytes as a fragment, as a .config and as the only Kconfig file of a tree. */
static void as_files(const char *p, size_t n)
{
	_cleanup_free_ char *path = NULL;
	struct kconfig k = { NULL, 0 };
	struct err err = ERR_INIT;
	static bool made;

	if (!made && (!mkdtemp(dir) || atexit(leave)))
		abort();
	made = true;
	path = fs_join(dir, "Kconfig");
	if (fs_write(path, p, n, 0644, &err))
		abort();
	if (kconfig_fragment(&k, path, &err) && !strstr(err.msg, "Kconfig:"))
		abort();
	err_clear(&err);
	kconfig_free(&k);
	if (kconfig_result(&k, path, &err))
		abort();
	free(kconfig_explain(dir, "um", &k, "A", "y"));
	free(kconfig_explain(dir, "um", &k, "A", "n"));
	kconfig_free(&k);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data + 1;

	if (!size)
		return 0;
	if (data[0] % 4 == 1)
		as_files(p, size - 1);
	else
		as_output(p, size - 1, data[0]);
	return 0;
}
