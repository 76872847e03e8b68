// SPDX-License-Identifier: GPL-2.0-only
/*
 * diff_quilt.c - generated queues pushed by us and by quilt
 *
 * Compared are every file's bytes and permissions, and what quilt keeps in .pc; then quilt goes
 * on from our tree: applied, pop, push, refresh, and pop -a back to the beginning.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "run.h"
#include "tree/tree.h"

#define MAX_PATCHES 5

static int quilt(const char *dir, struct str *out, const char *a, const char *b, const char *c)
{
	const char *argv[] = { "quilt", "--quiltrc", "-", a, b, b ? c : NULL, NULL };

	str_trunc(out, 0);
	return run_in(dir, argv, out);
}

static void write_queue(const char *dir, const struct str *patches, size_t n)
{
	_cleanup_free_ char *series = fs_join(dir, "series");
	_cleanup_str_ struct str text = STR_INIT;

	fs_mkdirs(dir, NULL);
	for (size_t i = 0; i < n; i++) {
		/* Sub-folders are part of a queue. */
		_cleanup_free_ char *name =
			xasprintf("%spatch-%zu.patch", i % 3 == 2 ? "sub/" : "", i);
		_cleanup_free_ char *path = fs_join(dir, name);

		fs_mkparents(path, NULL);
		fs_write(path, patches[i].s ? patches[i].s : "", patches[i].len, 0644, NULL);
		str_addf(&text, "%s\n", name);
	}
	fs_write(series, text.s, text.len, 0644, NULL);
}

/* Trees with .pc, but for where the patches are, which the two name differently. */
static void read_all(struct gen_tree *t, const char *dir)
{
	gen_tree_read(t, dir, ".pc/.quilt_patches");
}

static char *go_on(struct gen_tree *before, const char *ours, const char *top, unsigned int what)
{
	_cleanup_(gen_tree_free) struct gen_tree pushed = { 0 }, after = { 0 }, end = { 0 };
	_cleanup_str_ struct str out = STR_INIT;
	char *why;

	if (quilt(ours, &out, "top", NULL, NULL) || !span_is(span_trim(str_span(&out)), top))
		return xasprintf("quilt top: %s", out.s);
	read_all(&pushed, ours);
	switch (what % 3) {
	case 0:
		if (quilt(ours, &out, "pop", NULL, NULL) ||
		    quilt(ours, &out, "push", "--fuzz=0", NULL))
			return xasprintf("quilt pop and push: %s", out.s);
		read_all(&after, ours);
		why = gen_tree_differs(&pushed, &after);
		if (why)
			return why;
		break;
	case 1:
		if (quilt(ours, &out, "refresh", NULL, NULL))
			return xasprintf("quilt refresh: %s", out.s);
		break;
	default:
		if (quilt(ours, &out, "applied", NULL, NULL))
			return xasprintf("quilt applied: %s", out.s);
	}
	if (quilt(ours, &out, "pop", "-a", NULL))
		return xasprintf("quilt pop -a: %s", out.s);
	gen_tree_read(&end, ours, ".pc");
	return gen_tree_differs(before, &end);
}

static char *compare(void *ctx, const char *dir, uint64_t seed, uint64_t k)
{
	_cleanup_free_ char *ours = fs_join(dir, "ours"), *theirs = fs_join(dir, "theirs");
	_cleanup_free_ char *queue = fs_join(dir, "queue");
	_cleanup_(gen_tree_free) struct gen_tree t = { 0 }, a = { 0 }, b = { 0 };
	_cleanup_(queue_free) struct queue q = { 0 };
	_cleanup_str_ struct str out = STR_INIT;
	_cleanup_err_ struct err err = ERR_INIT;
	struct str patches[MAX_PATCHES];
	size_t n = 2 + k % (MAX_PATCHES - 1);
	char *why;
	int ret, real;

	gen_queue(&t, patches, n, seed, k);
	gen_tree_write(&t, ours);
	gen_tree_write(&t, theirs);
	write_queue(queue, patches, n);
	for (size_t i = 0; i < n; i++)
		str_free(&patches[i]);
	real = quilt(theirs, &out, "push", "-a", "--fuzz=0");
	ret = queue_load(&q, queue, NULL, &err);
	if (!ret)
		ret = tree_push_quilt(ours, &q, SIZE_MAX, NULL, &err);
	if (!ret != !real)
		return xasprintf("ours says \"%s\", quilt ends with %d and says:\n%s",
				 err.msg ? err.msg : "pushed", real, out.s);
	if (ret)
		return NULL;
	read_all(&a, ours);
	read_all(&b, theirs);
	why = gen_tree_differs(&a, &b);
	return why ? why : go_on(&t, ours, q.patches[q.n - 1].file, (unsigned int)k);
}

int main(int argc, char **argv)
{
	struct run r;

	if (!run_begin(&r, argc, argv, 30))
		return EXIT_USAGE;
	setenv("QUILT_PATCHES", "../queue", 1);
	run_cases(&r, compare, NULL);
	return run_end(&r);
}
