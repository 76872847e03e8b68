// SPDX-License-Identifier: GPL-2.0-only
/*
 * diff_releases.c - the queues on the real releases that are on this machine
 *
 * The verdicts are compared with tests/verdicts.txt. Then real quilt pushes the series that serves
 * the release, with --fuzz=0, and has to come to the same bytes as the patches that we select.
 * --print writes the table anew instead; releases that aren't here keep what it has for them.
 */
#include <limits.h>
#include <unistd.h>

#include "base/fs.h"
#include "matrix/matrix.h"
#include "queue/queue.h"
#include "run.h"
#include "verdict/snapshot.h"
#include "verdict/survey.h"

#define TABLE "tests/verdicts.txt"
#define WORD_MAX 64

/* What stands in the table for an upstream commit on a release, or "". */
struct table {
	struct str text;
};

static bool word(struct span *line, char to[WORD_MAX])
{
	struct span s = span_trim(*line);
	size_t n = 0;

	while (n < s.len && s.p[n] != ' ')
		n++;
	snprintf(to, WORD_MAX, SPAN_FMT, (int)n, s.p);
	*line = (struct span){ s.p + n, s.len - n };
	return n > 0;
}

/* "branch 6.1 6.1.187 6.1.190" names the columns of the lines "ID verdict verdict" below it. */
static void lookup(const struct table *t, const char *release, const char *id, char to[WORD_MAX])
{
	struct span rest = str_span(&t->text), line;
	char w[WORD_MAX];
	long column = -1;

	*to = '\0';
	while (span_line(&rest, &line)) {
		bool head = span_starts(line, "branch ");

		if (!word(&line, w) || *w == '#')
			continue;
		if (head) {
			column = -1;
			word(&line, w);
			for (long i = 0; word(&line, w); i++)
				if (!strcmp(w, release))
					column = i;
		} else if (column >= 0 && !strcmp(w, id)) {
			for (long i = 0; i <= column && word(&line, w); i++)
				if (i == column)
					snprintf(to, WORD_MAX, "%s", w);
		}
	}
}

struct job {
	const struct matrix *m;
	struct source_set *set;
	struct table table;
	const char *scratch;
	size_t here, away, cells, pushed, wrong;
};

/* A release in the table's terms. */
struct column {
	char name[RELEASE_MAX];
	const struct matrix_branch *branch;
	struct queue queue;
	struct verdict *v;	/* NULL: not on this machine */
};

static void id_of(const struct queue_patch *main, char to[WORD_MAX])
{
	snprintf(to, WORD_MAX, "%.12s",
		 queue_patch_commit(main) ? queue_patch_commit(main) : main->file);
}

static void cell_of(const struct job *j, const struct column *c, const struct queue_patch *main,
		    size_t i, char to[WORD_MAX])
{
	char id[WORD_MAX];

	id_of(main, id);
	if (c->v)
		snprintf(to, WORD_MAX, "%s%s", verdict_name(c->v[i].kind),
			 c->v[i].marked ? ":but" : "");
	else
		lookup(&j->table, c->name, id, to);
}

static void print_branch(const struct job *j, const struct matrix_branch *b,
			 const struct queue *main, const struct column *c)
{
	char w[WORD_MAX];

	printf("\nbranch %-6s", b->name);
	for (size_t r = 0; r < b->nreleases; r++)
		printf(" %-*s", r + 1 < b->nreleases ? 12 : 0, c[r].name);
	for (size_t i = 0; i < main->n; i++) {
		id_of(&main->patches[i], w);
		printf("\n%-13s", w);
		for (size_t r = 0; r < b->nreleases; r++) {
			cell_of(j, &c[r], &main->patches[i], i, w);
			printf(" %-*s", r + 1 < b->nreleases ? 12 : 0, *w ? w : "?");
		}
	}
	printf("\n");
}

static void compare(struct job *j, const struct queue *main, const struct column *c)
{
	for (size_t i = 0; c->v && i < main->n; i++) {
		char id[WORD_MAX], want[WORD_MAX], is[WORD_MAX];

		id_of(&main->patches[i], id);
		cell_of(j, c, &main->patches[i], i, is);
		lookup(&j->table, c->name, id, want);
		j->cells++;
		if (!strcmp(is, want))
			continue;
		j->wrong++;
		printf("%s: %s (%s) is %s, " TABLE " has %s\n", c->name, id, main->patches[i].file,
		       is, *want ? want : "no such cell");
	}
}

static void wrong(struct job *j, const struct column *c, const char *what, const char *detail)
{
	j->wrong++;
	printf("%s: %s%s%s\n", c->name, what, detail && *detail ? ":\n" : "", detail ? detail : "");
}

/* The series file that serves a release, as QUILT_SERIES names it. */
static const char *series_name(const struct queue *q)
{
	const char *path = q->variants ? q->variants : q->series, *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A release's own series has exactly what is needed there, under the same names and in order. */
static void compare_series(struct job *j, const struct column *c, const struct queue *plain,
			   const struct strv *needed)
{
	bool same = plain->n == needed->n;
	_cleanup_str_ struct str s = STR_INIT;

	for (size_t i = 0; i < plain->n && same; i++)
		same = !strcmp(plain->patches[i].file, needed->v[i]);
	if (same)
		return;
	for (size_t i = 0; i < needed->n; i++)
		str_addf(&s, "  %s\n", needed->v[i]);
	str_addf(&s, "  are needed, and these are in %s\n", plain->series);
	for (size_t i = 0; i < plain->n; i++)
		str_addf(&s, "  %s\n", plain->patches[i].file);
	wrong(j, c, "its series isn't what it needs", str_span(&s).p);
}

/*
 * Offsets are for patches that serve several releases: not for a base, nor for a variant on its
 * own.
 */
static void check_log(struct job *j, const struct column *c, const struct queue *plain,
		      const struct str *log)
{
	_cleanup_free_ char *own = xasprintf("series-%s", c->name);
	bool exact = !strcmp(series_name(&c->queue), own), strict = !c->queue.variants;
	struct span rest = str_span(log), line;
	char base[RELEASE_MAX];

	strict = strict && !strcmp(release_name(&c->branch->base, base), c->name);
	while (span_line(&rest, &line)) {
		_cleanup_free_ char *s = span_dup(line);

		for (size_t i = 0; i < plain->n && span_starts(line, "Applying patch "); i++)
			if (span_ends(line, plain->patches[i].file))
				strict = c->queue.variants ? exact &&
					plain->patches[i].variant_of : strict;
		if (strstr(s, "with fuzz") || (strict && strstr(s, "offset")))
			wrong(j, c, "quilt had to search", s);
	}
}

static int put_file(void *ctx, const char *path, struct span text, unsigned int mode)
{
	_cleanup_free_ char *to = fs_join(ctx, path);

	if ((mode & 0170000) != 0100000)
		return 0;
	return fs_mkparents(to, NULL) || fs_write(to, text.p, text.len, mode & 0777, NULL);
}

/* One file as the patches that we select make it. */
static int same_file(void *ctx, const struct fileset_change *ch)
{
	_cleanup_free_ char *path = fs_join(ctx, ch->path);
	_cleanup_str_ struct str text = STR_INIT;

	if (!ch->exists)
		return fs_exists(path);
	return fs_read(path, 0, &text, NULL) || !span_eq(str_span(&text), ch->text);
}

static void quilt(struct job *j, const struct column *c, const struct queue *plain, const char *dir,
		  struct fileset *fs)
{
	static const char *const push[] = { "quilt", "--quiltrc", "-", "push", "-a", "--fuzz=0",
					    NULL };
	char patches[PATH_MAX];
	_cleanup_str_ struct str log = STR_INIT;

	if (!realpath(c->queue.dir, patches))
		return wrong(j, c, c->queue.dir, "no such directory");
	setenv("QUILT_PATCHES", patches, 1);
	setenv("QUILT_SERIES", series_name(&c->queue), 1);
	/* Of nothing quilt says that it is an error. */
	if (plain->n && run_in(dir, push, &log))
		return wrong(j, c, "quilt push -a --fuzz=0", str_span(&log).p);
	check_log(j, c, plain, &log);
	if (fileset_each(fs, same_file, (void *)dir))
		return wrong(j, c, "quilt makes other files than the patches that are selected",
			     NULL);
	j->pushed++;
}

static int push_files(struct job *j, const struct column *c, struct source *src,
		      const struct queue *plain, const struct strv *needed, struct err *err)
{
	_cleanup_free_ char *dir = fs_join(j->scratch, c->name);
	_cleanup_strv_ struct strv paths = STRV_INIT;
	struct snapshot snap = { NULL, 0 };
	struct fileset *fs = NULL;
	int ret;

	queue_files(&c->queue, &paths);
	ret = fs_mkdirs(dir, err);
	ret = ret ? ret : source_read(src, &paths, put_file, dir, err);
	ret = ret ? ret : snapshot_read(&snap, src, &paths, err);
	if (!ret)
		fs = snapshot_fileset(&snap);
	for (size_t i = 0; i < c->queue.n && !ret; i++)
		if (strv_has(needed, c->queue.patches[i].file))
			ret = patch_apply(fs, &c->queue.patches[i].patch, NULL, NULL, err);
	if (!ret)
		quilt(j, c, plain, dir, fs);
	if (fs)
		fileset_free(fs);
	snapshot_free(&snap);
	return ret;
}

static int check_push(struct job *j, const struct column *c, struct source *src, struct err *err)
{
	_cleanup_strv_ struct strv needed = STRV_INIT;
	struct queue plain = { NULL };
	int ret = queue_load_part(&plain, c->queue.dir, series_name(&c->queue), err);

	ret = ret ? ret : verdict_select(&c->queue, c->v, c->name, &needed, err);
	if (!ret) {
		compare_series(j, c, &plain, &needed);
		ret = push_files(j, c, src, &plain, &needed, err);
	}
	queue_free(&plain);
	return ret;
}

static int check_column(struct job *j, struct column *c, const struct release *r, bool print,
			struct err *err)
{
	struct source *src = NULL;
	int ret = queue_load_for(&c->queue, c->queue.dir, r, err);

	if (ret)
		return ret;
	ret = source_open(j->set, r, &src, err);
	if (ret == ERR_MISSING || ret == ERR_NOTFOUND) {
		err_clear(err);
		j->away++;
		if (!print)
			printf("skip %s: no source of it on this machine\n", c->name);
		return 0;
	}
	j->here++;
	ret = ret ? ret : survey_source(src, &c->queue, &c->v, err);
	if (!ret && !print)
		ret = check_push(j, c, src, err);
	source_free(src);
	return ret;
}

static int check_branch(struct job *j, const struct matrix_branch *b, bool print, struct err *err)
{
	_cleanup_free_ struct column *c = xcalloc(b->nreleases, sizeof(*c));
	_cleanup_free_ char *dir = fs_join(j->m->dir, b->queue);
	struct queue main = { NULL };
	int ret = queue_load(&main, dir, NULL, err);

	for (size_t r = 0; r < b->nreleases && !ret; r++) {
		release_name(&b->releases[r], c[r].name);
		c[r].branch = b;
		c[r].queue.dir = dir;
		ret = check_column(j, &c[r], &b->releases[r], print, err);
		if (ret)
			wrong(j, &c[r], "failed", err->msg);
		err_clear(err);
		if (!print)
			compare(j, &main, &c[r]);
		ret = 0;
	}
	if (!ret && print)
		print_branch(j, b, &main, c);
	for (size_t r = 0; r < b->nreleases; r++) {
		verdicts_free(c[r].v, c[r].queue.n);
		queue_free(&c[r].queue);
	}
	queue_free(&main);
	return ret;
}

static int check_all(struct job *j, bool print, struct err *err)
{
	_cleanup_free_ char *cache = fs_cache_dir(err);
	struct out out;
	struct source_opts opts = { .cache = cache, .search = getenv("STABLEQ_SOURCES"),
				    .offline = true, .out = &out };
	int ret = cache ? 0 : ERR_INPUT;

	out_init(&out);
	out.quiet = true;
	j->set = ret ? NULL : source_set_new(&opts);
	for (size_t i = 0; i < j->m->nbranches && !ret; i++)
		ret = check_branch(j, &j->m->branches[i], print, err);
	if (j->set)
		source_set_free(j->set);
	return ret;
}

int main(int argc, char **argv)
{
	bool print = argc > 1 && !strcmp(argv[1], "--print");
	_cleanup_free_ char *scratch = run_scratch();
	struct matrix m = { NULL };
	struct job j = { .m = &m, .scratch = scratch };
	struct err err = ERR_INIT;
	int ret = matrix_load(&m, "build-matrix.yaml", &err);

	setenv("LC_ALL", "C", 1);
	if (!ret && fs_exists(TABLE))
		ret = fs_read(TABLE, 0, &j.table.text, &err);
	if (!ret && print)
		printf("# The verdict for each fix, by its upstream commit, on each release; "
		       "\"merged:but\" where some\n"
		       "# evidence contradicts it, as \"stableq status --explain\" tells. "
		       "Written by\n"
		       "# build/tests/diff_releases --print; what changes has to be so in the "
		       "release, not only in\n"
		       "# the program.\n");
	ret = ret ? ret : check_all(&j, print, &err);
	if (ret)
		fprintf(stderr, "%s\n", err.msg);
	if (!print)
		printf("releases: %zu here, %zu not; %zu verdicts compared, %zu pushed by quilt, "
		       "%zu wrong\n", j.here, j.away, j.cells, j.pushed, j.wrong);
	fs_remove_tree(scratch, NULL);
	str_free(&j.table.text);
	matrix_free(&m);
	err_clear(&err);
	return ret ? EXIT_USAGE : j.wrong ? EXIT_FINDINGS : EXIT_OK;
}
