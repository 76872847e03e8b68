// SPDX-License-Identifier: GPL-2.0-only
/* Upstream ids in a repository's messages and in changelogs; reverts; damage. */
#include "unit.h"

#include <git2.h>

#include "verdict/history.h"

#define ID(c) c c c c c c c c c c	/* four hex digits make a full id */
#define UP "1111"
#define OTHER "2222"

struct repo {
	git_repository *repo;
	git_oid tip;
	bool any;
	time_t when;
};

static void make_repo(struct repo *r, const char *dir)
{
	*r = (struct repo){ .when = 1 };
	assert_true(git_libgit2_init() > 0);
	assert_int_equal(git_repository_init(&r->repo, dir, 1), 0);
}

/* A commit on top, of an empty tree. Return: its id. */
static const char *commit(struct repo *r, const char *message)
{
	static char hex[GIT_OID_HEXSZ + 1];
	git_signature *who;
	git_treebuilder *tb;
	git_tree *tree;
	git_commit *parent = NULL;
	const git_commit *parents[1];
	git_oid oid;

	assert_int_equal(git_signature_new(&who, "A", "a@example.org", r->when++, 0), 0);
	assert_int_equal(git_treebuilder_new(&tb, r->repo, NULL), 0);
	assert_int_equal(git_treebuilder_write(&oid, tb), 0);
	assert_int_equal(git_tree_lookup(&tree, r->repo, &oid), 0);
	if (r->any)
		assert_int_equal(git_commit_lookup(&parent, r->repo, &r->tip), 0);
	parents[0] = parent;
	assert_int_equal(git_commit_create(&r->tip, r->repo, "HEAD", who, who, NULL, message, tree,
					   r->any, parents), 0);
	r->any = true;
	git_commit_free(parent);
	git_tree_free(tree);
	git_treebuilder_free(tb);
	git_signature_free(who);
	return git_oid_tostr(hex, sizeof(hex), &r->tip);
}

static void tag(struct repo *r, const char *name)
{
	_cleanup_free_ char *full = xasprintf("refs/tags/%s", name);
	git_reference *ref;

	assert_int_equal(git_reference_create(&ref, r->repo, full, &r->tip, 0, NULL), 0);
	git_reference_free(ref);
}

static void drop_repo(struct repo *r)
{
	git_repository_free(r->repo);
	git_libgit2_shutdown();
}

static const struct verdict_seen *seen(const struct verdict_history *h, const char *id)
{
	for (size_t i = 0; i < h->n; i++)
		if (!h->v[i].reverted && same_commit(h->v[i].upstream, id))
			return &h->v[i];
	return NULL;
}

static bool was_reverted(const struct verdict_history *h, const char *id)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].reverted && same_commit(h->v[i].upstream, id))
			return true;
	return false;
}

static const struct release r612 = { 6, 12, 3, 0 };

static void both_lines_are_found_back_to_the_branch_point(void **state)
{
	struct verdict_history h = { NULL, 0 };
	struct err e = ERR_INIT;
	struct repo r;
	bool whole;

	make_repo(&r, *state);
	commit(&r, "too old\n\ncommit " ID("3333") " upstream.\n");
	tag(&r, "v6.12");
	commit(&r, "nfsd: a\n\ncommit " ID(UP) " upstream.\n\nText.\n");
	commit(&r, "nfsd: b\n\n[ Upstream commit " ID(OTHER) " ]\n\nAs in:\n"
		   "    commit " ID("4444") " upstream.\n");
	commit(&r, "no upstream\n\nSee commit " ID("5555") " upstream, which is not it\n");
	tag(&r, "v6.12.3");
	commit(&r, "later\n\ncommit " ID("6666") " upstream.\n");
	assert_int_equal(history_git(&h, *state, "v6.12.3", &r612, &whole, &e), 0);
	assert_true(whole);
	assert_int_equal(h.n, 2);
	assert_non_null(seen(&h, "111111111111"));
	assert_int_equal(seen(&h, ID(OTHER))->kind, EVIDENCE_HISTORY);
	assert_non_null(strstr(seen(&h, ID(OTHER))->where, " in v6.12.3"));
	history_free(&h);
	drop_repo(&r);
}

static void reverts_take_away_and_give_back(void **state)
{
	struct verdict_history h = { NULL, 0 };
	struct err e = ERR_INIT;
	struct repo r;
	_cleanup_free_ char *revert = NULL, *again = NULL;
	bool whole;

	make_repo(&r, *state);
	commit(&r, "a\n\ncommit " ID(UP) " upstream.\n");
	/* By upstream's id, as a revert that was taken over names it. */
	commit(&r, "b\n\ncommit " ID(OTHER) " upstream.\n");
	commit(&r, "Revert \"b\"\n\ncommit " ID("7777") " upstream.\n\n"
		   "This reverts commit " ID(OTHER) ".\n");
	/* And one that came back. */
	revert = xasprintf("Revert \"c\"\n\nThis reverts commit %s, for now.\n",
			   commit(&r, "c\n\ncommit " ID("8888") " upstream.\n"));
	again = xasprintf("Reapply c\n\nThis reverts commit %s.\n", commit(&r, revert));
	commit(&r, again);
	assert_int_equal(history_git(&h, *state, "HEAD", &r612, &whole, &e), 0);
	/* There is no tag v6.12 to stop at. */
	assert_false(whole);
	assert_non_null(seen(&h, ID(UP)));
	assert_null(seen(&h, ID(OTHER)));
	assert_non_null(seen(&h, ID("7777")));
	assert_non_null(seen(&h, ID("8888")));
	history_free(&h);
	drop_repo(&r);
}

static void a_revert_by_the_branchs_own_id(void **state)
{
	struct verdict_history h = { NULL, 0 };
	struct err e = ERR_INIT;
	_cleanup_free_ char *revert = NULL;
	struct repo r;
	bool whole;

	make_repo(&r, *state);
	revert = xasprintf("Revert \"a\"\n\nThis reverts commit %s.\n",
			   commit(&r, "a\n\ncommit " ID(UP) " upstream.\n"));
	commit(&r, revert);
	assert_int_equal(history_git(&h, *state, "HEAD", &r612, &whole, &e), 0);
	assert_null(seen(&h, ID(UP)));
	history_free(&h);
	drop_repo(&r);
}

/* The stable team's own form names both ids, and breaks its lines anywhere. */
static void a_revert_is_not_what_it_reverts(void **state)
{
	static const char *const forms[] = {
		"Revert \"a\"\n\nThis reverts commit %s which is commit " ID(UP) " upstream.\n\n"
		"It broke.\n",
		"Revert \"a\"\n\nThis reverts commit %s, which is\ncommit " ID(UP) " upstream.\n"
		"\nIt broke.\n",
		"Revert \"a\"\n\nThis reverts commit %s which is commit\n" ID(UP) " upstream.\n",
		"Revert \"a\"\n\nThis reverts commit\n%s.\n",
		"Revert \"a\"\n\n[ Upstream commit " ID("7777") " ]\n\n"
		"This reverts commit " ID(UP) " (\"a\").\n",
		"Revert \"a\"\n\nThis reverts commit " ID(UP) " (\"a\").\n\n"
		"[ Upstream commit " ID("7777") " ]\n",
		"Revert \"a\"\n\nThis reverts upstream commit " ID(UP) ".\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		_cleanup_free_ char *dir = xasprintf("%s/%zu", (char *)*state, i);
		_cleanup_free_ char *before = NULL, *after = NULL, *message = NULL;
		struct verdict_history h = { NULL, 0 };
		struct err e = ERR_INIT;
		const char *mark;
		struct repo r;
		bool whole;

		make_repo(&r, dir);
		commit(&r, "root\n");
		message = xstrdup(commit(&r, "a\n\ncommit " ID(UP) " upstream.\n"));
		mark = strstr(forms[i], "%s");
		before = mark ? xasprintf("%.*s%s", (int)(mark - forms[i]), forms[i], message) :
			 NULL;
		after = mark ? xasprintf("%s%s", before, mark + 2) : xstrdup(forms[i]);
		commit(&r, after);
		assert_int_equal(history_git(&h, dir, "HEAD", &r612, &whole, &e), 0);
		if (seen(&h, ID(UP)) || !was_reverted(&h, ID(UP)))
			fail_msg("case %zu: %s", i, after);
		history_free(&h);
		drop_repo(&r);
	}
}

/* A revert that is taken over from upstream, and its own revert: by upstream's ids alone. */
static void a_revert_of_a_revert_by_upstream_ids(void **state)
{
	struct verdict_history h = { NULL, 0 };
	struct err e = ERR_INIT;
	struct repo r;
	bool whole;

	make_repo(&r, *state);
	commit(&r, "a\n\ncommit " ID(UP) " upstream.\n");
	commit(&r, "Revert \"a\"\n\nThis reverts commit " ID(UP) ".\n\n"
		   "[ Upstream commit " ID("7777") " ]\n");
	commit(&r, "Revert \"Revert \"a\"\"\n\nThis reverts commit " ID("7777")
		   ".\n\n[ Upstream commit " ID("8888") " ]\n");
	assert_int_equal(history_git(&h, *state, "HEAD", &r612, &whole, &e), 0);
	assert_non_null(seen(&h, ID(UP)));
	assert_null(seen(&h, ID("7777")));
	assert_non_null(seen(&h, ID("8888")));
	history_free(&h);
	/* Taken over anew under the same id. */
	commit(&r, "Revert \"a\" again\n\nThis reverts commit " ID(UP) ".\n");
	commit(&r, "a, take two\n\ncommit " ID(UP) " upstream.\n");
	assert_int_equal(history_git(&h, *state, "HEAD", &r612, &whole, &e), 0);
	assert_non_null(seen(&h, ID(UP)));
	assert_true(was_reverted(&h, ID(UP)));
	history_free(&h);
	drop_repo(&r);
}

static void what_is_not_there(void **state)
{
	_cleanup_free_ char *none = fs_join(*state, "none");
	struct verdict_history h = { NULL, 0 };
	struct err e = ERR_INIT;
	struct repo r;
	bool whole;

	assert_int_equal(history_git(&h, none, "HEAD", &r612, &whole, &e), ERR_MISSING);
	assert_err(e, ERR_MISSING, "none: no repository");
	make_repo(&r, *state);
	commit(&r, "root\n");
	assert_int_equal(history_git(&h, *state, "v6.12.3", &r612, &whole, &e), ERR_MISSING);
	assert_err(e, ERR_MISSING, "v6.12.3");
	drop_repo(&r);
}

#define LOG(id, text) "commit " ID(id) "\nAuthor: A <a@example.org>\nDate:   x\n\n" text "\n"

static void changelogs(void **state)
{
	struct verdict_history h = { NULL, 0 };
	struct err e = ERR_INIT;
	_cleanup_free_ char *search = xasprintf("/nonexistent:%s:%s", (char *)*state,
						(char *)*state);
	size_t found;

	put(*state, "ChangeLog-6.12.3",
	    LOG("aaaa", "    Linux 6.12.3\n")
	    LOG("bbbb", "    Revert \"x\"\n    \n    This reverts commit " ID("eeee") ".\n")
	    LOG("cccc", "    nfsd: y\n    \n    commit " ID(UP) " upstream.\n    \n"
			"    commit " ID("9999") " upstream.\n"));
	put(*state, "ChangeLog-6.12.2",
	    LOG("dddd", "    nfsd: z\n    \n    [ Upstream commit " ID(OTHER) " ]\n")
	    LOG("eeee", "    nfsd: x\n    \n    commit " ID("3333") " upstream."));
	put(*state, "ChangeLog-6.12.4",
	    LOG("ffff", "    n\n    \n    commit " ID("4444") " upstream.\n"));
	put(*state, "ChangeLog-6.1.2",
	    LOG("ffff", "    n\n    \n    commit " ID("5555") " upstream.\n"));
	assert_int_equal(history_changelogs(&h, search, &r612, &found, &e), 0);
	assert_int_equal(found, 2);
	assert_int_equal(h.n, 3);
	assert_string_equal(seen(&h, ID(UP))->where, "commit cccccccccccc in ChangeLog-6.12.3");
	assert_int_equal(seen(&h, ID(UP))->kind, EVIDENCE_CHANGELOG);
	assert_non_null(seen(&h, ID(OTHER)));
	/* Reverted in a later release. */
	assert_null(seen(&h, ID("3333")));
	assert_true(was_reverted(&h, ID("3333")));
	history_free(&h);
	assert_int_equal(history_changelogs(&h, NULL, &r612, &found, &e), 0);
	assert_int_equal(found, 0);
}

static void no_changelog(void **state)
{
	_cleanup_free_ char *path = fs_join(*state, "ChangeLog-6.12.3");
	struct verdict_history h = { NULL, 0 };
	struct err e = ERR_INIT;

	assert_int_equal(history_changelog(&h, path, &e), ERR_NOTFOUND);
	err_clear(&e);
	put(*state, "ChangeLog-6.12.3", "<html>404</html>\ncommit to it\n");
	assert_int_equal(history_changelog(&h, path, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "ChangeLog-6.12.3: no changelog");
	assert_int_equal(h.n, 0);
}

static void all_that_is_at_hand(void **state)
{
	_cleanup_free_ char *bare = fs_join(*state, "repo.git"), *none = fs_join(*state, "none");
	struct verdict_history h = { NULL, 0 };
	struct err e = ERR_INIT;
	struct repo r;

	make_repo(&r, bare);
	commit(&r, "nfsd: a\n\ncommit " ID(UP) " upstream.\n");
	tag(&r, "v6.12.3");
	drop_repo(&r);
	put(*state, "ChangeLog-6.12.3",
	    LOG("cccc", "    nfsd: y\n    \n    commit " ID(OTHER) " upstream.\n"));
	assert_int_equal(history_of(&h, bare, NULL, *state, &r612, &e), 0);
	assert_int_equal(seen(&h, ID(UP))->kind, EVIDENCE_HISTORY);
	assert_int_equal(seen(&h, ID(OTHER))->kind, EVIDENCE_CHANGELOG);
	history_free(&h);
	assert_int_equal(history_of(&h, none, "HEAD", NULL, &r612, &e), 0);
	assert_int_equal(h.n, 0);
	put(*state, "ChangeLog-6.12.3", "nothing");
	assert_int_equal(history_of(&h, NULL, NULL, *state, &r612, &e), ERR_INPUT);
	assert_err(e, ERR_INPUT, "ChangeLog-6.12.3");
	history_free(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(both_lines_are_found_back_to_the_branch_point),
		unit_test_scratch(reverts_take_away_and_give_back),
		unit_test_scratch(a_revert_by_the_branchs_own_id),
		unit_test_scratch(a_revert_is_not_what_it_reverts),
		unit_test_scratch(a_revert_of_a_revert_by_upstream_ids),
		unit_test_scratch(what_is_not_there),
		unit_test_scratch(changelogs),
		unit_test_scratch(no_changelog),
		unit_test_scratch(all_that_is_at_hand),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
