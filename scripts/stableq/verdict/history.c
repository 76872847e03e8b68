// SPDX-License-Identifier: GPL-2.0-only
#include "verdict/history.h"

#include <ctype.h>
#include <git2.h>

#include "base/fs.h"

#define LOG_MAX ((size_t)64 << 20)	/* the longest changelog of a stable release has 5 MiB */

/* Messages from new to old: a revert is met before what it reverts. */
struct scan {
	struct verdict_history *h;
	enum evidence_kind kind;
	const char *where;		/* "v6.12.111", "ChangeLog-6.1.192" */
	struct strv reverted;
};

/* The id at the beginning of what is left of a line. */
static bool take_id(struct span *rest, struct span *id)
{
	*id = span_head(*rest, span_run(*rest, isxdigit));
	*rest = span_skip(*rest, id->len);
	return is_commit_id(*id);
}

/*
 * Every id behind a word "commit", as in "This reverts commit ID which is commit ID upstream.",
 * however its lines are broken; the second is what upstream calls the first.
 */
static void add_reverted(struct span text, struct strv *ids)
{
	struct span before, id;

	while (span_cut(text, "commit", &before, &text)) {
		text = span_past(text, isspace);
		if (take_id(&text, &id))
			strv_addf(ids, SPAN_FMT, SPAN_ARG(id));
	}
}

/* A paragraph that begins with "This reverts commit": all of it, the rest of @message behind it. */
static bool reverts(struct span line, struct span *message, struct span *paragraph)
{
	struct span next;

	if (!span_starts(span_trim(line), "This reverts commit") &&
	    !span_starts(span_trim(line), "This reverts upstream commit"))
		return false;
	*paragraph = line;
	while (span_line(message, &next) && span_trim(next).len)
		paragraph->len = (size_t)(next.p + next.len - paragraph->p);
	return true;
}

static bool was_reverted(const struct scan *s, const char *commit)
{
	for (size_t i = 0; i < s->reverted.n; i++)
		if (same_commit(s->reverted.v[i], commit))
			return true;
	return false;
}

/*
 * One commit. The line that stands first is its own; what it quotes further down is another's, and
 * so is what a revert calls the commit that it takes back. A revert that was taken over from
 * upstream names upstream's id of that, one that was made for the branch the branch's, and mostly
 * both.
 */
static void scan_message(struct scan *s, const char *commit, struct span message)
{
	_cleanup_strv_ struct strv reverted = STRV_INIT;
	_cleanup_free_ char *upstream = NULL;
	struct span line, id;
	bool gone;

	while (span_line(&message, &line)) {
		if (reverts(line, &message, &id))
			add_reverted(id, &reverted);
		else if (!upstream && upstream_line(span_trim(line), &id) && is_commit_id(id))
			upstream = span_dup(id);
	}
	gone = was_reverted(s, commit) || (upstream && was_reverted(s, upstream));
	/* What a revert took back that was reverted in turn stays. */
	for (size_t i = 0; i < reverted.n && !gone; i++)
		strv_add(&s->reverted, reverted.v[i]);
	if (upstream) {
		struct verdict_seen *v = &ARRAY_PUSH(s->h->v, s->h->n);

		v->upstream = span_dup(span_of(upstream));
		v->kind = s->kind;
		v->reverted = gone;
		v->where = xasprintf("commit %.12s in %s", commit, s->where);
	}
}

static int no_commit(const char *repo, const char *what, struct err *err)
{
	const git_error *e = git_error_last();

	return err_set(err, ERR_MISSING, "%s: %s: %s", repo, what,
		       e && e->message ? e->message : "unknown error");
}

/* The commit that a name stands for. */
static int find_commit(git_repository *repo, const char *rev, git_oid *oid)
{
	git_object *o = NULL, *commit = NULL;
	int ret = git_revparse_single(&o, repo, rev);

	if (!ret)
		ret = git_object_peel(&commit, o, GIT_OBJECT_COMMIT);
	if (!ret)
		git_oid_cpy(oid, git_object_id(commit));
	git_object_free(commit);
	git_object_free(o);
	return ret;
}

static int scan_commit(struct scan *s, git_repository *repo, const git_oid *oid, bool *root)
{
	char hex[GIT_OID_HEXSZ + 1];
	git_commit *c = NULL;
	const char *text;

	if (git_commit_lookup(&c, repo, oid) < 0)
		return -1;
	*root = !git_commit_parentcount(c);
	text = git_commit_message(c);
	scan_message(s, git_oid_tostr(hex, sizeof(hex), oid), span_of(text ? text : ""));
	git_commit_free(c);
	return 0;
}

/* Stable branches are lines, so first parents are all there is; and a merge stays cheap. */
static int walk_commits(struct scan *s, git_repository *repo, const git_oid *from,
			const git_oid *to, bool *whole)
{
	git_revwalk *w = NULL;
	bool root = false;
	git_oid oid;
	int ret = git_revwalk_new(&w, repo);

	*whole = false;
	if (!ret) {
		git_revwalk_sorting(w, GIT_SORT_TOPOLOGICAL);
		git_revwalk_simplify_first_parent(w);
		ret = git_revwalk_push(w, from);
	}
	if (!ret && to)
		ret = git_revwalk_hide(w, to);
	for (size_t n = 0; !ret && !root && n < HISTORY_MAX; n++) {
		ret = git_revwalk_next(&oid, w);
		*whole = ret == GIT_ITEROVER && to;
		ret = ret ? ret : scan_commit(s, repo, &oid, &root);
	}
	git_revwalk_free(w);
	return ret == GIT_ITEROVER ? 0 : ret;
}

int history_git(struct verdict_history *h, const char *path, const char *rev,
		const struct release *r, bool *whole, struct err *err)
{
	struct scan s = { .h = h, .kind = EVIDENCE_HISTORY, .where = rev };
	char branch[RELEASE_MAX];
	_cleanup_free_ char *tag = xasprintf("refs/tags/v%s", release_branch(r, branch));
	git_repository *repo = NULL;
	git_oid from, to;
	int ret = 0;

	*whole = false;
	if (git_libgit2_init() < 0)
		return no_commit(path, "libgit2", err);
	/* As in source/git.c: objects are read, nothing is run. */
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	if (git_repository_open(&repo, path) < 0)
		ret = no_commit(path, "no repository", err);
	else if (find_commit(repo, rev, &from) < 0)
		ret = no_commit(path, rev, err);
	else if (walk_commits(&s, repo, &from, find_commit(repo, tag, &to) ? NULL : &to, whole) < 0)
		ret = no_commit(path, "its history can't be read to the end", err);
	git_repository_free(repo);
	git_libgit2_shutdown();
	strv_free(&s.reverted);
	return ret;
}

/* "commit 0123…", not indented, begins a commit of a changelog. */
static bool commit_line(struct span line, struct span *id)
{
	if (!span_take(&line, "commit "))
		return false;
	*id = span_trim(line);
	return id->len == 40 && is_commit_id(*id);
}

static int scan_changelog(struct scan *s, const char *path, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	_cleanup_free_ char *commit = NULL;
	struct span rest, line, id, message = { "", 0 };
	const char *slash = strrchr(path, '/');
	int ret = fs_read(path, LOG_MAX, &text, err);

	s->where = slash ? slash + 1 : path;
	rest = str_span(&text);
	while (!ret && span_line(&rest, &line)) {
		if (commit_line(line, &id)) {
			if (commit)
				scan_message(s, commit, message);
			free(commit);
			commit = span_dup(id);
			message = (struct span){ rest.p, 0 };
		} else if (commit) {
			message.len = (size_t)(rest.p - message.p);
		}
	}
	if (commit)
		scan_message(s, commit, message);
	else if (!ret)
		ret = err_set(err, ERR_INPUT, "%s: no changelog: expected lines \"commit <id>\"",
			      path);
	return ret;
}

int history_changelog(struct verdict_history *h, const char *path, struct err *err)
{
	struct scan s = { .h = h, .kind = EVIDENCE_CHANGELOG };
	int ret = scan_changelog(&s, path, err);

	strv_free(&s.reverted);
	return ret;
}

/* The first folder of @search that has it; NULL if none does. */
static char *find_changelog(const char *search, const struct release *r)
{
	_cleanup_free_ char *copy = xstrdup(search ? search : "");
	char *save = NULL, name[RELEASE_MAX];

	release_name(r, name);
	for (char *dir = strtok_r(copy, ":", &save); dir; dir = strtok_r(NULL, ":", &save)) {
		char *path = xasprintf("%s/ChangeLog-%s", dir, name);

		if (fs_exists(path))
			return path;
		free(path);
	}
	return NULL;
}

int history_changelogs(struct verdict_history *h, const char *search, const struct release *r,
		       size_t *found, struct err *err)
{
	struct scan s = { .h = h, .kind = EVIDENCE_CHANGELOG };
	struct release at = { r->version, r->patchlevel, r->sublevel, 0 };
	int ret = 0;

	*found = 0;
	for (; at.sublevel && !ret; at.sublevel--) {
		_cleanup_free_ char *path = find_changelog(search, &at);

		if (!path)
			continue;
		ret = scan_changelog(&s, path, err);
		++*found;
	}
	strv_free(&s.reverted);
	return ret;
}

int history_of(struct verdict_history *h, const char *git, const char *rev, const char *search,
	       const struct release *r, struct err *err)
{
	char name[RELEASE_MAX];
	_cleanup_free_ char *tag = xasprintf("v%s", release_name(r, name));
	size_t found;
	bool whole;

	if (git && history_git(h, git, rev ? rev : tag, r, &whole, err) == ERR_MISSING)
		err_clear(err);
	return history_changelogs(h, search, r, &found, err);
}

void history_free(struct verdict_history *h)
{
	for (size_t i = 0; i < h->n; i++) {
		free(h->v[i].upstream);
		free(h->v[i].where);
	}
	free(h->v);
	*h = (struct verdict_history){ NULL, 0 };
}
