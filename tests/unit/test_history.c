// SPDX-License-Identifier: GPL-2.0-only
/* Upstream ids in a repository's messages and in changelogs; reverts; damage. */
#include "unit.h"

#include <git2.h>

#include "history.h"

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
		if (same_commit(h->v[i].upstream, id))
			return &h->v[i];
	return NULL;
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
	commit(&r, "nfsd: b\n\n[ Upstream commit " ID(OTHER) " ]\n\nAs in:\n    commit " ID("4444") " upstream.\n");
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
	commit(&r, "Revert \"b\"\n\ncommit " ID("7777") " upstream.\n\nThis reverts commit " ID(OTHER) ".\n");
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

static void put(const char *dir, const char *name, const char *text)
{
	_cleanup_free_ char *path = fs_join(dir, name);

	assert_int_equal(fs_write(path, text, strlen(text), 0644, NULL), 0);
}

#define LOG(id, text) "commit " ID(id) "\nAuthor: A <a@example.org>\nDate:   x\n\n" text "\n"

static void changelogs(void **state)
{
	struct verdict_history h = { NULL, 0 };
	struct err e = ERR_INIT;
	_cleanup_free_ char *search = xasprintf("/nonexistent:%s:%s", (char *)*state, (char *)*state);
	size_t found;

	put(*state, "ChangeLog-6.12.3",
	    LOG("aaaa", "    Linux 6.12.3\n")
	    LOG("bbbb", "    Revert \"x\"\n    \n    This reverts commit " ID("eeee") ".\n")
	    LOG("cccc", "    nfsd: y\n    \n    commit " ID(UP) " upstream.\n    \n"
			"    commit " ID("9999") " upstream.\n"));
	put(*state, "ChangeLog-6.12.2",
	    LOG("dddd", "    nfsd: z\n    \n    [ Upstream commit " ID(OTHER) " ]\n")
	    LOG("eeee", "    nfsd: x\n    \n    commit " ID("3333") " upstream."));
	put(*state, "ChangeLog-6.12.4", LOG("ffff", "    n\n    \n    commit " ID("4444") " upstream.\n"));
	put(*state, "ChangeLog-6.1.2", LOG("ffff", "    n\n    \n    commit " ID("5555") " upstream.\n"));
	assert_int_equal(history_changelogs(&h, search, &r612, &found, &e), 0);
	assert_int_equal(found, 2);
	assert_int_equal(h.n, 2);
	assert_string_equal(seen(&h, ID(UP))->where, "commit cccccccccccc in ChangeLog-6.12.3");
	assert_int_equal(seen(&h, ID(UP))->kind, EVIDENCE_CHANGELOG);
	assert_non_null(seen(&h, ID(OTHER)));
	/* Reverted in a later release. */
	assert_null(seen(&h, ID("3333")));
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
	put(*state, "ChangeLog-6.12.3", LOG("cccc", "    nfsd: y\n    \n    commit " ID(OTHER) " upstream.\n"));
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
		unit_test_scratch(what_is_not_there),
		unit_test_scratch(changelogs),
		unit_test_scratch(no_changelog),
		unit_test_scratch(all_that_is_at_hand),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
