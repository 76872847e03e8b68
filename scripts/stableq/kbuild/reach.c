// SPDX-License-Identifier: GPL-2.0-only
#include "kbuild/reach.h"

#include <errno.h>
#include <fts.h>

#include "base/child.h"
#include "base/fs.h"

#define SOURCE_MAX (32UL * 1024 * 1024)

/* A file includes another by this name. */
struct include {
	uint32_t by;		/* which file: index in files */
	uint32_t base;		/* where the last part of @name begins */
	bool exact;		/* @name is a path below the tree, else the end of one */
	char *name;
};

struct index {
	struct include *v;
	size_t n, cap;
	struct strv files;	/* those that were read, below the tree */
};

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_unit(const char *path)
{
	return span_ends(span_of(path), ".c") || span_ends(span_of(path), ".S");
}

static bool is_source(const char *path)
{
	return is_unit(path) || span_ends(span_of(path), ".h");
}

/* `#include "name"` or <name>: the name. False for any other line. */
static bool include_of(struct span line, struct span *name, bool *quoted)
{
	line = span_trim(line);
	if (!span_take(&line, "#"))
		return false;
	line = span_trim(line);
	if (!span_take(&line, "include"))
		return false;
	line = span_trim(line);
	*quoted = span_take(&line, "\"");
	if (!*quoted && !span_take(&line, "<"))
		return false;
	return span_cut(line, *quoted ? "\"" : ">", name, &line) && name->len;
}

/* "fs/nfs/../nfsd/state.h" is fs/nfsd/state.h; what leads out of the tree is left away. */
static char *straight(struct span path)
{
	_cleanup_str_ struct str to = STR_INIT;
	struct span part;

	while (path.len) {
		span_cut(path, "/", &part, &path);
		if (!part.len || span_is(part, "."))
			continue;
		if (span_is(part, "..")) {
			const char *slash = to.len ? strrchr(to.s, '/') : NULL;

			str_trunc(&to, slash ? (size_t)(slash - to.s) : 0);
			continue;
		}
		str_addf(&to, "%s" SPAN_FMT, to.len ? "/" : "", SPAN_ARG(part));
	}
	return str_take(&to);
}

/* The file beside @by that a name in quotes means, or NULL when there is none. */
static char *beside(const char *tree, const char *by, struct span name)
{
	_cleanup_free_ char *joined = xasprintf("%.*s" SPAN_FMT, (int)(last_part(by) - by), by,
						SPAN_ARG(name));
	char *path = straight(span_of(joined));
	_cleanup_free_ char *file = xasprintf("%s/%s", tree, path);

	if (fs_exists(file))
		return path;
	free(path);
	return NULL;
}

static void add_name(struct index *ix, const char *tree, struct span name, bool quoted)
{
	const char *by = ix->files.v[ix->files.n - 1];
	char *exact = quoted ? beside(tree, by, name) : NULL;
	char *to = exact ? exact : straight(name);

	ARRAY_PUSH(ix->v, ix->n) = (struct include){
		.by = (uint32_t)ix->files.n - 1, .base = (uint32_t)(last_part(to) - to),
		.exact = exact, .name = to,
	};
}

static int read_file(struct index *ix, const char *tree, const char *path, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct span rest, line, name;
	bool quoted;
	int ret = fs_read(path, SOURCE_MAX, &text, err);

	if (ret)
		return ret;
	strv_add(&ix->files, path + strlen(tree) + 1);
	for (rest = str_span(&text); span_line(&rest, &line);)
		if (include_of(line, &name, &quoted))
			add_name(ix, tree, name, quoted);
	return 0;
}

static bool no_kernel(const FTSENT *e)
{
	static const char *const names[] = {
		"Documentation", "samples", "scripts", "tools", "rust", ".git",
	};

	for (size_t i = 0; e->fts_level == 1 && i < ARRAY_SIZE(names); i++)
		if (!strcmp(e->fts_name, names[i]))
			return true;
	return false;
}

static int read_all(struct index *ix, const char *tree, struct err *err)
{
	char *roots[] = { (char *)tree, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *e;
	int ret = fts ? 0 : err_sys(err, "%s", tree);

	while (!ret && (e = fts_read(fts))) {
		if (e->fts_info == FTS_D && no_kernel(e))
			fts_set(fts, e, FTS_SKIP);
		else if (e->fts_info == FTS_F && is_source(e->fts_name))
			ret = read_file(ix, tree, e->fts_path, err);
		else if (e->fts_info == FTS_D && child_interrupted())
			ret = err_set(err, ERR_INTERRUPTED, "interrupted");
		else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR)
			ret = (errno = e->fts_errno, err_sys(err, "%s", e->fts_path));
	}
	if (fts)
		fts_close(fts);
	return ret;
}

static int by_base(const void *a, const void *b)
{
	const struct include *l = a, *r = b;

	return strcmp(l->name + l->base, r->name + r->base);
}

/* Can this line mean that file? */
static bool means(const struct include *in, const char *path)
{
	size_t n = strlen(path), len = strlen(in->name);

	if (in->exact || n <= len)
		return !strcmp(in->name, path);
	return !strcmp(path + n - len, in->name) && path[n - len - 1] == '/';
}

/* The first line whose file's last part is @base. */
static size_t first(const struct index *ix, const char *base)
{
	size_t lo = 0, hi = ix->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (strcmp(ix->v[mid].name + ix->v[mid].base, base) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* What includes @path, and wasn't known to be reached. */
static void includers(const struct index *ix, const char *path, bool *known, struct strv *reached)
{
	const char *base = last_part(path);

	for (size_t i = first(ix, base); i < ix->n; i++) {
		const struct include *in = &ix->v[i];

		if (strcmp(in->name + in->base, base) != 0)
			return;
		if (known[in->by] || !means(in, path))
			continue;
		known[in->by] = true;
		strv_add(reached, ix->files.v[in->by]);
	}
}

/* From the touched files to those that include them, until there are no more. */
static void spread(const struct index *ix, const struct strv *touched, struct strv *sources)
{
	_cleanup_free_ bool *known = xcalloc(ix->files.n + 1, sizeof(*known));
	_cleanup_strv_ struct strv reached = STRV_INIT;

	for (size_t i = 0; i < ix->files.n; i++)
		known[i] = strv_has(touched, ix->files.v[i]);
	for (size_t i = 0; i < touched->n; i++)
		strv_add(&reached, touched->v[i]);
	for (size_t r = 0; r < reached.n; r++)
		includers(ix, reached.v[r], known, &reached);
	for (size_t r = 0; r < reached.n; r++)
		if (is_unit(reached.v[r]))
			strv_add(sources, reached.v[r]);
	strv_sort(sources);
}

int kbuild_reach(const char *tree, const struct strv *touched, struct strv *sources,
		 struct err *err)
{
	struct index ix = { NULL };
	int ret = read_all(&ix, tree, err);

	if (!ret && ix.n)
		qsort(ix.v, ix.n, sizeof(*ix.v), by_base);
	if (!ret)
		spread(&ix, touched, sources);
	for (size_t i = 0; i < ix.n; i++)
		free(ix.v[i].name);
	free(ix.v);
	strv_free(&ix.files);
	return ret;
}
