// SPDX-License-Identifier: GPL-2.0-only
/*
 * diff_neighbours.c - what a point release changed, as patches, judged on both sides of it
 *
 * Every file that differs between two neighbours of a stable branch gives a patch of one file. The
 * older release needs it and the newer one has it; nothing but the files' text may tell. No header
 * names a commit, no probe a line, no "index" line the file's id.
 *
 *	diff_neighbours --git linux-stable.git [--branch 6.6] [--all | --every N] [--far N]
 *			[--paths fs,net]
 *
 * The repository may be in $STABLEQ_GIT; without one the test is skipped. Every tenth file is a
 * sample. What the reader refuses, and what is judged ambiguous, is counted by its reason.
 *
 * --far N judges N releases farther off on both sides as well, where lines have moved. What is true
 * there nobody knows for sure: a fix may have been taken back, or written anew. So it is told,
 * patch by patch, and fails nothing.
 */
#include <getopt.h>
#include <git2.h>

#include "base/release.h"
#include "run.h"
#include "verdict/verdict.h"

#define RELEASES 999

struct counts {
	size_t right, wrong, open;
};

struct tally {
	char *why;
	size_t n;
};

struct job {
	git_repository *repo;
	git_tree *trees[RELEASES + 1];	/* by sublevel; NULL: no such tag */
	unsigned long every, at;	/* judge one file of so many */
	unsigned int far;
	size_t pairs, files, ambiguous;
	struct counts near[2], off[2];	/* of the older release, of the newer one */
	struct tally *refused;
	size_t nrefused;
};

/* One file, as a release has it. */
struct side {
	const char *path;
	struct span text;
	bool there;
};

static int load(void *ctx, const char *path, struct str *to, unsigned int *mode, struct err *err)
{
	const struct side *s = ctx;

	if (!s->there || strcmp(path, s->path) != 0)
		return err_set(err, ERR_NOTFOUND, "%s: not there", path);
	str_add(to, s->text.p, s->text.len);
	*mode = 0100644;
	return 0;
}

static void refused(struct job *j, const char *why)
{
	size_t i = 0;

	while (i < j->nrefused && strcmp(j->refused[i].why, why) != 0)
		i++;
	if (i == j->nrefused)
		ARRAY_PUSH(j->refused, j->nrefused).why = xstrdup(why);
	j->refused[i].n++;
}

static void tell(const char *pair, const char *path, const char *should, const struct verdict *v)
{
	printf("%s: %s should be %s and is %s: %s\n", pair, path, should, verdict_words(v),
	       v->why ? v->why : "");
	for (size_t i = 0; i < v->n; i++)
		printf("  %s: %s\n", evidence_name(v->evidence[i].kind), v->evidence[i].detail);
}

static void judge(struct job *j, const char *pair, const struct queue *q, struct side *s,
		  bool newer, bool far)
{
	struct counts *c = far ? &j->off[newer] : &j->near[newer];
	struct fileset *fs = fileset_new(load, s);
	struct err err = ERR_INIT;
	struct verdict *v = NULL;
	bool right, open;

	if (verdict_queue(q, fs, &v, &err)) {
		printf("%s: %s\n", pair, err.msg);
		exit(EXIT_MISSING);
	}
	right = newer ? v->kind == VERDICT_MERGED : v->need == NEED_YES;
	/* Next to the change there is nothing that could be open. */
	open = far && !right && v->need == NEED_UNKNOWN;
	c->right += right;
	c->open += open;
	c->wrong += !right && !open;
	j->ambiguous += v->ambiguous && !far;
	if ((!right && !open) || (v->ambiguous && !far))
		tell(pair, s->path, newer ? "merged" : "needed", v);
	verdicts_free(v, q->n);
	fileset_free(fs);
}

/* The diff without its "index" line: what text says is under test, not an id. */
static void without_index(struct span text, struct str *to)
{
	struct span line;

	while (span_line(&text, &line)) {
		if (span_starts(line, "@@ ")) {
			str_add(to, line.p, (size_t)(text.p + text.len - line.p));
			return;
		}
		if (!span_starts(line, "index "))
			str_addf(to, SPAN_FMT "\n", SPAN_ARG(line));
	}
}

static struct side side_of(git_repository *repo, const char *path, const git_oid *id,
			   git_blob **blob)
{
	struct side s = { .path = path, .text = { "", 0 }, .there = id && !git_oid_is_zero(id) };

	*blob = NULL;
	if (s.there && git_blob_lookup(blob, repo, id)) {
		printf("%s: %s\n", path, git_error_last()->message);
		exit(EXIT_MISSING);
	}
	if (s.there)
		s.text = (struct span){ git_blob_rawcontent(*blob),
					(size_t)git_blob_rawsize(*blob) };
	return s;
}

static void judge_side(struct job *j, const char *pair, const struct queue *q,
		       const git_diff_file *f, bool newer)
{
	git_blob *blob;
	struct side s = side_of(j->repo, f->path, &f->id, &blob);

	judge(j, pair, q, &s, newer, false);
	git_blob_free(blob);
}

static void judge_far(struct job *j, const struct queue *q, const char *path, long n, bool newer)
{
	_cleanup_free_ char *where = xasprintf("release %ld", n);
	git_tree *tree = n > 0 && n <= RELEASES ? j->trees[n] : NULL;
	git_tree_entry *e = NULL;
	git_blob *blob;
	struct side s;

	if (!tree || git_tree_entry_bypath(&e, tree, path))
		return;
	s = side_of(j->repo, path, git_tree_entry_id(e), &blob);
	judge(j, where, q, &s, newer, true);
	git_blob_free(blob);
	git_tree_entry_free(e);
}

static void judge_all(struct job *j, const char *pair, unsigned int n, const struct queue *q,
		      const git_diff_delta *d)
{
	j->files++;
	judge_side(j, pair, q, &d->old_file, false);
	judge_side(j, pair, q, &d->new_file, true);
	if (!j->far)
		return;
	judge_far(j, q, d->old_file.path, (long)n - 1 - j->far, false);
	judge_far(j, q, d->new_file.path, (long)n + j->far, true);
}

static void one_file(struct job *j, const char *pair, unsigned int n, git_diff *diff, size_t i)
{
	const git_diff_delta *d = git_diff_get_delta(diff, i);
	struct queue_patch qp = { .file = (char *)"the.patch", .strip = 1 };
	struct queue q = { .patches = &qp, .n = 1 };
	_cleanup_str_ struct str text = STR_INIT;
	struct err err = ERR_INIT;
	git_buf buf = { 0 };
	git_patch *patch;

	if (git_patch_from_diff(&patch, diff, i) || git_patch_to_buf(&buf, patch)) {
		printf("%s: %s: %s\n", pair, d->new_file.path, git_error_last()->message);
		exit(EXIT_MISSING);
	}
	without_index((struct span){ buf.ptr, buf.size }, &text);
	if (patch_parse(&qp.patch, "p", str_span(&text), 1, &err)) {
		refused(j, err.msg);
		err_clear(&err);
	} else {
		judge_all(j, pair, n, &q, d);
	}
	patch_free(&qp.patch);
	git_buf_dispose(&buf);
	git_patch_free(patch);
}

static git_tree *tree_of(git_repository *repo, const char *tag)
{
	_cleanup_free_ char *spec = xasprintf("refs/tags/%s^{tree}", tag);
	git_object *o = NULL;

	return git_revparse_single(&o, repo, spec) ? NULL : (git_tree *)o;
}

/* What release @n changed. */
static void one_pair(struct job *j, const char *branch, unsigned int n, struct strv *paths)
{
	_cleanup_free_ char *pair = xasprintf("v%s.%u..%u", branch, n - 1, n);
	git_diff_options opts;
	git_diff *diff;

	git_diff_options_init(&opts, GIT_DIFF_OPTIONS_VERSION);
	opts.pathspec = (git_strarray){ paths->v, paths->n };
	opts.flags = GIT_DIFF_DISABLE_PATHSPEC_MATCH;
	if (git_diff_tree_to_tree(&diff, j->repo, j->trees[n - 1], j->trees[n], &opts)) {
		printf("%s: %s\n", pair, git_error_last()->message);
		exit(EXIT_MISSING);
	}
	for (size_t i = 0; i < git_diff_num_deltas(diff); i++)
		if (!(j->at++ % j->every))
			one_file(j, pair, n, diff, i);
	git_diff_free(diff);
	j->pairs++;
}

static void all_pairs(struct job *j, const char *branch, struct strv *paths)
{
	for (unsigned int n = 1; n <= RELEASES; n++) {
		_cleanup_free_ char *tag = xasprintf("v%s.%u", branch, n);

		j->trees[n] = tree_of(j->repo, tag);
	}
	for (unsigned int n = 2; n <= RELEASES; n++)
		if (j->trees[n - 1] && j->trees[n])
			one_pair(j, branch, n, paths);
	for (unsigned int n = 1; n <= RELEASES; n++)
		git_tree_free(j->trees[n]);
}

static int report(struct job *j)
{
	size_t nrefused = 0;

	for (size_t i = 0; i < j->nrefused; i++) {
		printf("refused, %zu x: %s\n", j->refused[i].n, j->refused[i].why);
		nrefused += j->refused[i].n;
		free(j->refused[i].why);
	}
	free(j->refused);
	if (j->far)
		printf("%u releases off: older: %zu needed, %zu open, %zu merged; newer: %zu "
		       "merged, %zu open, %zu needed\n", j->far, j->off[0].right, j->off[0].open,
		       j->off[0].wrong, j->off[1].right, j->off[1].open, j->off[1].wrong);
	printf("neighbours: %zu pairs, %zu files (one of %lu), %zu refused, %zu ambiguous; needed: "
	       "%zu, %zu false; merged: %zu, %zu false\n", j->pairs, j->files, j->every, nrefused,
	       j->ambiguous, j->near[0].right, j->near[1].wrong, j->near[1].right,
	       j->near[0].wrong);
	return j->near[0].wrong || j->near[1].wrong || !j->files ? EXIT_FINDINGS : EXIT_OK;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "git", required_argument, NULL, 'g' },
		{ "branch", required_argument, NULL, 'b' },
		{ "paths", required_argument, NULL, 'p' },
		{ "every", required_argument, NULL, 'e' },
		{ "all", no_argument, NULL, 'a' },
		{ "far", required_argument, NULL, 'f' },
		{ NULL, 0, NULL, 0 },
	};
	const char *git = getenv("STABLEQ_GIT"), *branch = "6.6";
	_cleanup_free_ char *list = xstrdup("fs,net,include,kernel");
	_cleanup_strv_ struct strv paths = STRV_INIT;
	struct job j = { .every = 10 };
	int c, ret;

	while ((c = getopt_long(argc, argv, "g:b:p:e:af:", options, NULL)) >= 0) {
		if (c == 'g') {
			git = optarg;
		} else if (c == 'b') {
			branch = optarg;
		} else if (c == 'p') {
			free(list);
			list = xstrdup(optarg);
		} else if (c == 'e' || c == 'a') {
			j.every = c == 'a' ? 1 : MAX(strtoul(optarg, NULL, 10), 1ul);
		} else if (c == 'f') {
			j.far = (unsigned int)strtoul(optarg, NULL, 10);
		} else {
			return EXIT_USAGE;
		}
	}
	if (!git || !*git) {
		printf("skip neighbours: no repository with linux-stable's tags; name one by --git "
		       "or in STABLEQ_GIT\n");
		return EXIT_OK;
	}
	for (char *save = NULL, *p = strtok_r(list, ",", &save); p; p = strtok_r(NULL, ",", &save))
		strv_add(&paths, p);
	git_libgit2_init();
	if (git_repository_open(&j.repo, git)) {
		printf("%s: %s\n", git, git_error_last()->message);
		return EXIT_MISSING;
	}
	all_pairs(&j, branch, &paths);
	ret = report(&j);
	git_repository_free(j.repo);
	git_libgit2_shutdown();
	return ret;
}
