// SPDX-License-Identifier: GPL-2.0-only
/*
 * diff_quilt.c - generated queues pushed by us and by quilt
 *
 * Compared are every file's bytes and permissions, and what quilt keeps in .pc; then quilt goes
 * on from our tree: applied, pop, push, refresh, and pop -a back to the beginning. Every other case
 * is a patch that may not fit, pushed by force, and the rejects are compared, too.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/names.h"
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
		/*
		 * Sub-folders are part of a queue. Of an empty patch in one that .pc doesn't have
		 * yet quilt writes no .timestamp, since its mkdir fails.
		 */
		_cleanup_free_ char *name =
			xasprintf("%spatch-%zu.patch", i % 3 == 2 && patches[i].len ? "sub/" : "",
				  i);
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

/*
 * Of a file that one patch touches twice quilt keeps the second state, which pop then brings back.
 */
static bool touches_twice(const struct patch *p)
{
	_cleanup_(names_free) struct names seen = { NULL };
	size_t at;

	for (size_t i = 0; i < p->nfiles; i++) {
		const char *paths[2] = { p->files[i].old_path, p->files[i].new_path };

		for (size_t k = 0; k < 2; k++) {
			if (!paths[k])
				continue;
			if (names_find(&seen, paths[k], &at) && at != i)
				return true;
			names_set(&seen, paths[k], i);
		}
	}
	return false;
}

/* A patch that may not fit, pushed by quilt push -f and by us: bytes, rejects and what .pc says. */
static char *compare_forced(const char *dir, uint64_t seed, uint64_t k)
{
	_cleanup_free_ char *ours = fs_join(dir, "ours"), *theirs = fs_join(dir, "theirs");
	_cleanup_free_ char *queue = fs_join(dir, "queue"), *path = fs_join(queue, "a.patch");
	_cleanup_free_ char *series = fs_join(queue, "series");
	_cleanup_(gen_tree_free) struct gen_tree a = { 0 }, b = { 0 };
	_cleanup_(gen_case_free) struct gen_case c;
	_cleanup_(queue_free) struct queue q = { 0 };
	_cleanup_free_ char *line = NULL, *fuzz = NULL;
	_cleanup_str_ struct str out = STR_INIT;
	_cleanup_err_ struct err err = ERR_INIT;
	struct patch_apply_opts opts = { .keep_partial = true };
	int ret, real;

	gen_case(&c, seed, k);
	opts.max_fuzz = c.fuzz;
	fuzz = xasprintf("--fuzz=%u", c.fuzz);
	line = xasprintf("a.patch -p%u%s\n", c.strip, c.reverse ? " -R" : "");
	gen_tree_write(&c.tree, ours);
	gen_tree_write(&c.tree, theirs);
	fs_mkdirs(queue, NULL);
	fs_write(path, c.patch.s, c.patch.len, 0644, NULL);
	fs_write(series, line, strlen(line), 0644, NULL);
	real = quilt(theirs, &out, "push", "-f", fuzz);
	ret = queue_load(&q, queue, NULL, &err);
	ret = ret ? ret : tree_push_quilt(ours, &q, SIZE_MAX, &opts, &err);
	/* GNU patch died before its end: nothing left to compare. */
	if (strstr(out.s, "patch: ****") || strstr(out.s, "Assertion"))
		return NULL;
	if (!ret != !real || (ret && ret != ERR_FINDING))
		return xasprintf("ours says \"%s\", quilt ends with %d and says:\n%s",
				 err.msg ? err.msg : "pushed", real, out.s);
	/*
	 * Of a file that should go and isn't there patch keeps a backup, too, which says just that.
	 */
	for (size_t i = 0; i < q.patches[0].patch.nfiles; i++) {
		const struct file_patch *f = &q.patches[0].patch.files[i];

		if (f->change == FILE_DELETED && !gen_find(&c.tree, f->old_path))
			return NULL;
	}
	if (touches_twice(&q.patches[0].patch)) {
		gen_tree_read(&a, ours, ".pc");
		gen_tree_read(&b, theirs, ".pc");
	} else {
		read_all(&a, ours);
		read_all(&b, theirs);
	}
	return gen_tree_differs(&a, &b);
}

static char *either(void *ctx, const char *dir, uint64_t seed, uint64_t k)
{
	return k % 2 ? compare_forced(dir, seed, k) : compare(ctx, dir, seed, k);
}

int main(int argc, char **argv)
{
	struct run r;

	if (!run_begin(&r, argc, argv, 30))
		return EXIT_USAGE;
	setenv("QUILT_PATCHES", "../queue", 1);
	run_cases(&r, either, NULL);
	return run_end(&r);
}
