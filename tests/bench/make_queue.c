// SPDX-License-Identifier: GPL-2.0-only
/*
 * make_queue.c - a tree and a queue of as many patches as are asked for, in a distribution's shape
 *
 *	make_queue PATCHES DIRECTORY
 *
 * Makes DIRECTORY/tree and DIRECTORY/patches with its series. The shape is that of the kernel
 * series of distributions: a patch is a mail of a thousand bytes with a diff of one to four files,
 * of one to three hunks each; a few files are touched again and again, most once or twice; one
 * patch in twenty-five adds a file, one in a hundred takes one away. All apply one on top of the
 * other without offset. One number gives the same bytes everywhere.
 */
#include <sys/stat.h>

#include "base/fs.h"
#include "gen.h"

struct made_file {
	char *path;
	char **v;		/* lines, without their newlines */
	size_t n;
};

struct making {
	struct rng rng;
	const char *dir;
	struct made_file *files;
	size_t nfiles;
	unsigned int patch;
};

static void must(int ret, struct err *err)
{
	if (!ret)
		return;
	fprintf(stderr, "%s\n", err->msg);
	exit(EXIT_MISSING);
}

static char *make_line(struct rng *r)
{
	static const char *const forms[] = {
		"\tif (!%s_%x(%s, %u))", "\t\treturn -%s%x;", "\t%s->%s_%x = %u;", "}", "",
		"static int %s_%x(struct %s *p)", "{", "\t/* %s %x is %s of %u */",
		"\tret = %s_%x(%s, &%x);", "#define %s_%x %u",
	};
	static const char *const words[] = { "file", "lock", "inode", "page", "queue", "client",
					     "state", "buffer", "node", "index" };
	const char *f = forms[rng_below(r, ARRAY_SIZE(forms))];
	struct str s = STR_INIT;

	for (; *f; f++) {
		if (*f != '%') {
			str_addc(&s, *f);
			continue;
		}
		f++;
		if (*f == 's')
			str_adds(&s, words[rng_below(r, ARRAY_SIZE(words))]);
		else if (*f == 'x')
			str_addf(&s, "%x", rng_below(r, 1 << 20));
		else
			str_addf(&s, "%u", rng_below(r, 4096));
	}
	return str_take(&s);
}

static void insert(struct made_file *f, size_t at, char *line)
{
	f->v = xrealloc(f->v, (f->n + 1) * sizeof(*f->v));
	memmove(&f->v[at + 1], &f->v[at], (f->n++ - at) * sizeof(*f->v));
	f->v[at] = line;
}

static void drop(struct made_file *f, size_t at)
{
	free(f->v[at]);
	memmove(&f->v[at], &f->v[at + 1], (--f->n - at) * sizeof(*f->v));
}

/* Most files are short; one in sixteen has thousands of lines. */
static void make_file(struct making *m, const char *kind, size_t lines)
{
	struct made_file *f = &ARRAY_PUSH(m->files, m->nfiles);
	unsigned int n = (unsigned int)m->nfiles;

	f->path = xasprintf("%s/dir%u/sub%u/file%u.c", kind, n % 61, n % 7, n);
	f->v = xmalloc(lines * sizeof(*f->v));
	while (f->n < lines)
		f->v[f->n++] = make_line(&m->rng);
}

static void write_file(const struct making *m, const struct made_file *f)
{
	_cleanup_free_ char *path = xasprintf("%s/tree/%s", m->dir, f->path);
	_cleanup_str_ struct str s = STR_INIT;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < f->n; i++)
		str_addf(&s, "%s\n", f->v[i]);
	must(fs_mkparents(path, &err), &err);
	must(fs_write(path, str_span(&s).p, s.len, 0644, &err), &err);
}

/*
 * A hunk at line @at, from 0: three lines of context, some old and new lines in the midst, three
 * more.
 * Return: by how many lines the file has grown.
 */
static long put_hunk(struct making *m, struct made_file *f, size_t at, long grown, struct str *to)
{
	size_t minus = rng_below(&m->rng, 5), plus = rng_below(&m->rng, 6) + !minus;
	size_t old_start = at + 1 - (size_t)grown;

	str_addf(to, "@@ -%zu,%zu +%zu,%zu @@ section\n", old_start, minus + 6, at + 1, plus + 6);
	for (size_t i = at; i < at + 3; i++)
		str_addf(to, " %s\n", f->v[i]);
	for (size_t i = 0; i < minus; i++) {
		str_addf(to, "-%s\n", f->v[at + 3]);
		drop(f, at + 3);
	}
	for (size_t i = 0; i < plus; i++) {
		insert(f, at + 3 + i, make_line(&m->rng));
		str_addf(to, "+%s\n", f->v[at + 3 + i]);
	}
	for (size_t i = at + 3 + plus; i < at + 6 + plus; i++)
		str_addf(to, " %s\n", f->v[i]);
	return (long)plus - (long)minus;
}

/* Hunks from the top downwards, with room between them. */
static void change_file(struct making *m, struct made_file *f, struct str *to)
{
	size_t hunks = 1 + rng_below(&m->rng, 3), part = f->n / hunks;
	long grown = 0;

	str_addf(to, "diff --git a/%s b/%s\nindex %07x..%07x 100644\n--- a/%s\n+++ b/%s\n", f->path,
		 f->path, 1 + rng_below(&m->rng, 1 << 27), m->patch + 1, f->path, f->path);
	for (size_t k = 0; k < hunks; k++) {
		size_t from = k * part + (size_t)(grown > 0 ? grown : 0);

		if (from + 24 < f->n)
			grown += put_hunk(m, f, from + rng_below(&m->rng, (unsigned int)(part > 40 ?
					  part - 40 : 1)), grown, to);
	}
}

static void add_file(struct making *m, struct str *to)
{
	struct made_file *f;

	make_file(m, "new", 40 + rng_below(&m->rng, 100));
	f = &m->files[m->nfiles - 1];
	str_addf(to, "diff --git a/%s b/%s\nnew file mode 100644\nindex 0000000..%07x\n"
		 "--- /dev/null\n+++ b/%s\n@@ -0,0 +1,%zu @@\n", f->path, f->path, m->patch + 1,
		 f->path, f->n);
	for (size_t i = 0; i < f->n; i++)
		str_addf(to, "+%s\n", f->v[i]);
}

static void remove_file(struct making *m, size_t which, struct str *to)
{
	struct made_file *f = &m->files[which];

	str_addf(to, "diff --git a/%s b/%s\ndeleted file mode 100644\nindex %07x..0000000\n"
		 "--- a/%s\n+++ /dev/null\n@@ -1,%zu +0,0 @@\n", f->path, f->path, m->patch + 1,
		 f->path, f->n);
	for (size_t i = 0; i < f->n; i++)
		str_addf(to, "-%s\n", f->v[i]);
	while (f->n)
		drop(f, f->n - 1);
}

/* The square of a chance: few files get many of the patches. */
static size_t choose(struct making *m)
{
	uint64_t u = rng_below(&m->rng, 1 << 20);
	size_t i = (size_t)((u * u * m->nfiles) >> 40);

	while (m->files[i].n < 60)
		i = (i + 1) % m->nfiles;
	return i;
}

static void make_patch(struct making *m, struct str *to)
{
	static const unsigned int counts[] = { 1, 1, 1, 1, 1, 2, 2, 2, 3, 4 };
	unsigned int files = counts[rng_below(&m->rng, ARRAY_SIZE(counts))];
	size_t before = SIZE_MAX;

	str_addf(to,
		 "From: A Developer <dev%u@example.org>\nDate: Fri, 25 Sep 2026 12:00:00 +0000\n"
		 "Subject: [PATCH] part%u: make change %u\n\n", m->patch % 97, m->patch % 31,
		 m->patch);
	for (unsigned int i = 0; i < 12; i++)
		str_addf(to, "This is line %u of what somebody wrote of change %u, as one does in "
			 "mails.\n", i, m->patch);
	str_adds(to, "\nSigned-off-by: A Developer <dev@example.org>\n---\n");
	if (rng_chance(&m->rng, 4))
		return add_file(m, to);
	if (m->nfiles > 20 && rng_chance(&m->rng, 1))
		return remove_file(m, choose(m), to);
	for (unsigned int i = 0; i < files; i++) {
		size_t which = choose(m);

		if (which != before)
			change_file(m, &m->files[which], to);
		before = which;
	}
}

static void make_queue(struct making *m, unsigned int n)
{
	_cleanup_free_ char *series = xasprintf("%s/patches/series", m->dir);
	_cleanup_str_ struct str names = STR_INIT, text = STR_INIT;
	struct err err = ERR_INIT;

	must(fs_mkparents(series, &err), &err);
	for (m->patch = 0; m->patch < n; m->patch++) {
		_cleanup_free_ char *name = xasprintf("patches.%u/%05u-make-change.patch",
						      m->patch % 8, m->patch);
		_cleanup_free_ char *path = xasprintf("%s/patches/%s", m->dir, name);

		str_trunc(&text, 0);
		make_patch(m, &text);
		must(fs_mkparents(path, &err), &err);
		must(fs_write(path, text.s, text.len, 0644, &err), &err);
		str_addf(&names, "%s\n", name);
	}
	must(fs_write(series, str_span(&names).p, names.len, 0644, &err), &err);
}

int main(int argc, char **argv)
{
	unsigned int n = argc == 3 ? (unsigned int)strtoul(argv[1], NULL, 10) : 0;
	struct making m = { .dir = argc == 3 ? argv[2] : NULL };

	if (!n) {
		fprintf(stderr, "usage: make_queue PATCHES DIRECTORY\n");
		return EXIT_USAGE;
	}
	umask(022);
	rng_seed(&m.rng, 1, n);
	while (m.nfiles < n / 2 + 8)
		make_file(&m, "tree", 60 + rng_below(&m.rng, m.nfiles % 16 ? 2400 : 8000));
	for (size_t i = 0; i < m.nfiles; i++)
		write_file(&m, &m.files[i]);
	make_queue(&m, n);
	for (size_t i = 0; i < m.nfiles; i++) {
		while (m.files[i].n)
			drop(&m.files[i], m.files[i].n - 1);
		free(m.files[i].v);
		free(m.files[i].path);
	}
	free(m.files);
	return 0;
}
