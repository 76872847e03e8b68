// SPDX-License-Identifier: GPL-2.0-only
/*
 * A git repository, bare or not, with tags v6.6.150. Only objects are read: no work tree, no index,
 * none of its configuration's programs.
 */
#include "source/git.h"

#include <git2.h>

#include "base/below.h"
#include "source/progress.h"
#include "source/sink.h"

#define NAMED_MAX 5		/* lacking files named one by one in a message */

static const char *git_why(void)
{
	const git_error *e = git_error_last();

	return e && e->message ? e->message : "unknown error";
}

/* What a set keeps of its repository. */
struct store {
	git_repository *repo;
	bool ready;		/* libgit2 was initialised */
};

/* What a commit is read by. */
struct commit {
	git_oid tree;
	time_t when;		/* every file of an extracted tree gets it */
};

static struct store *store_of(struct source_set *set)
{
	return source_state(set, &provider_git);
}

static git_repository *repo_of(const struct source *src)
{
	return store_of(src->set)->repo;
}

static void repo_close(void *state)
{
	struct store *s = state;

	if (s->repo)
		git_repository_free(s->repo);
	if (s->ready)
		git_libgit2_shutdown();
}

static int start_libgit2(struct store *s, struct err *err)
{
	static const char *const known[] = { "partialclone", "worktreeconfig", "preciousobjects" };

	if (s->ready)
		return 0;
	if (git_libgit2_init() < 0)
		return err_set(err, ERR_MISSING, "libgit2: %s", git_why());
	s->ready = true;
	/*
	 * The check guards those whose git would run what a stranger's configuration names. Nothing
	 * is run here, and root does read its users' repositories.
	 */
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	/* None of these changes how objects are read; missing ones are named below. */
	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, known, ARRAY_SIZE(known));
	return 0;
}

static int open_repo(struct source_set *set, struct err *err)
{
	struct store *s = store_of(set);
	int ret = start_libgit2(s, err);

	if (ret || s->repo)
		return ret;
	if (git_repository_open(&s->repo, set->o.git) == 0)
		return 0;
	s->repo = NULL;
	return err_set(err, ERR_MISSING, "%s: %s; name a repository that has the tags of "
		       "linux-stable", set->o.git, git_why());
}

/* How to get what a partial or damaged repository lacks. */
static int lacks(const struct source *src, const char *what, const git_oid *oid, struct err *err)
{
	const char *git = src->set->o.git;
	bool is_tag = *src->name && !strcmp(src->rev + 1, src->name);
	char hex[GIT_OID_HEXSZ + 1];

	return err_set(err, ERR_INPUT, "%s lacks %s of %s (object %s): it is partial or damaged; "
		       "complete it, as by git -C %s fetch --refetch --no-filter origin%s%s", git,
		       what, src->rev, git_oid_tostr(hex, sizeof(hex), oid), git,
		       is_tag ? " tag " : "", is_tag ? src->rev : "");
}

/* What to say of a commit that isn't there. */
static const char *if_shallow(const struct source *src)
{
	return git_repository_is_shallow(repo_of(src)) == 1 ?
	       "; it is shallow: git fetch --unshallow, or fetch that tag" : "";
}

static int commit_tree(struct source *src, git_object *named, git_tree **tree, time_t *when,
		       struct err *err)
{
	git_object *commit = NULL;
	int ret = 0;

	if (git_object_peel(&commit, named, GIT_OBJECT_COMMIT) < 0) {
		/* A tag may also stand on a tree. */
		if (git_object_peel((git_object **)tree, named, GIT_OBJECT_TREE) < 0)
			ret = err_set(err, ERR_INPUT, "%s: %s cannot be read (%s): it is no "
				      "commit, or the repository is partial or damaged; fetch it "
				      "again", src->set->o.git, src->rev, git_why());
		return ret;
	}
	*when = (time_t)git_commit_time((git_commit *)commit);
	if (git_commit_tree(tree, (git_commit *)commit) < 0)
		ret = lacks(src, "the tree", git_commit_tree_id((git_commit *)commit), err);
	git_object_free(commit);
	return ret;
}

/* Read the release from the Makefile, or compare it with the one that @src is said to be. */
static int check_tree(struct source *src, git_tree *tree, struct err *err)
{
	const git_tree_entry *e = git_tree_entry_byname(tree, "Makefile");
	_cleanup_free_ char *where = xasprintf("%s, %s%s", src->set->o.git,
					       *src->name ? "tag " : "", src->rev);
	struct span text;
	git_blob *blob;
	int ret;

	if (!e || git_tree_entry_type(e) != GIT_OBJECT_BLOB)
		return err_set(err, ERR_INPUT, "%s: has no top Makefile, so it is not a kernel's",
			       where);
	if (git_blob_lookup(&blob, repo_of(src), git_tree_entry_id(e)) < 0)
		return lacks(src, "the file Makefile", git_tree_entry_id(e), err);
	text = (struct span){ git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob) };
	if (*src->name) {
		ret = source_check_makefile(src, where, text, err);
	} else {
		ret = release_from_makefile(text.p, text.len, &src->release, err);
		ret = ret ? err_prefix(err, "%s: Makefile", where) : 0;
	}
	git_blob_free(blob);
	return ret;
}

static int take_commit(struct source *src, git_object *named, struct err *err)
{
	char hex[GIT_OID_HEXSZ + 1];
	git_tree *tree = NULL;
	struct commit *c;
	time_t when = 0;
	int ret = commit_tree(src, named, &tree, &when, err);

	if (!ret)
		ret = check_tree(src, tree, err);
	if (!ret) {
		src->kind = SOURCE_STORE;
		src->own = c = xcalloc(1, sizeof(*c));
		c->tree = *git_tree_id(tree);
		c->when = when;
		src->desc = xasprintf("git repository %s, %s%s", src->set->o.git,
				      *src->name ? "tag " : "", src->rev);
		src->id = xasprintf("git tree %s",
				    git_oid_tostr(hex, sizeof(hex), &c->tree));
	}
	git_tree_free(tree);
	return ret;
}

static int repo_find(struct source *src, bool fetch, struct err *err)
{
	struct source_set *set = src->set;
	_cleanup_free_ char *name = xasprintf("refs/tags/v%s", src->name);
	git_reference *ref;
	git_object *named;
	int ret;

	if (!set->o.git)
		return err_set(err, ERR_NOTFOUND, "no repository was named");
	ret = open_repo(set, err);
	if (ret)
		return ret;
	ret = git_reference_lookup(&ref, repo_of(src), name);
	if (ret == GIT_ENOTFOUND)
		return err_set(err, ERR_NOTFOUND, "%s has no tag v%s%s", set->o.git, src->name,
			       if_shallow(src));
	if (ret < 0)
		return err_set(err, ERR_INPUT, "%s: tag v%s: %s", set->o.git, src->name,
			       git_why());
	ret = git_reference_peel(&named, ref, GIT_OBJECT_ANY);
	git_reference_free(ref);
	if (ret < 0)
		return err_set(err, ERR_INPUT, "%s: tag v%s cannot be read (%s): the repository is "
			       "partial or damaged; fetch the tag again", set->o.git, src->name,
			       git_why());
	src->rev = xasprintf("v%s", src->name);
	ret = take_commit(src, named, err);
	git_object_free(named);
	return ret;
}

static int repo_list(struct source_set *set, const char *branch, struct strv *to, struct err *err)
{
	_cleanup_free_ char *pattern = xasprintf("v%s*", branch);
	git_strarray tags;

	/* source_open() is the one that complains. */
	if (!set->o.git || open_repo(set, NULL))
		return 0;
	if (git_tag_list_match(&tags, pattern, store_of(set)->repo) < 0)
		return err_set(err, ERR_SYSTEM, "%s: %s", set->o.git, git_why());
	for (size_t i = 0; i < tags.count; i++) {
		struct release r;

		if (!release_parse(tags.strings[i], &r, NULL))
			source_add(to, branch, &r);
	}
	git_strarray_dispose(&tags);
	return 0;
}

static int root_tree(struct source *src, git_tree **tree, struct err *err)
{
	const struct commit *c = src->own;

	if (git_tree_lookup(tree, repo_of(src), &c->tree) < 0)
		return err_set(err, ERR_INPUT, "%s: %s", src->set->o.git, git_why());
	return 0;
}

static int read_blob(struct source *src, git_tree *root, const char *path, source_file_fn fn,
		    void *ctx, struct err *err)
{
	git_tree_entry *e;
	git_blob *blob;
	unsigned int mode;
	int ret;

	if (!below_inside(path))
		return 0;
	ret = git_tree_entry_bypath(&e, root, path);
	if (ret == GIT_ENOTFOUND) {
		_cleanup_free_ char *dir = xstrdup(path);
		char *slash = strrchr(dir, '/');

		/* A tree object that is missing gives the same answer as a path that is. */
		if (!slash)
			return 0;
		*slash = '\0';
		if (git_tree_entry_bypath(&e, root, dir) < 0)
			return 0;
		ret = 0;
		if (git_tree_entry_type(e) == GIT_OBJECT_TREE) {
			git_tree *sub;

			if (git_tree_lookup(&sub, repo_of(src), git_tree_entry_id(e)) < 0)
				ret = lacks(src, dir, git_tree_entry_id(e), err);
			else
				git_tree_free(sub);
		}
		git_tree_entry_free(e);
		return ret;
	}
	if (ret < 0)
		return err_set(err, ERR_INPUT, "%s: %s: %s", src->set->o.git, path, git_why());
	mode = git_tree_entry_filemode(e);
	if (git_tree_entry_type(e) != GIT_OBJECT_BLOB)
		ret = fn(ctx, path, SPAN_EMPTY, SOURCE_NO_FILE);
	else if (git_blob_lookup(&blob, repo_of(src), git_tree_entry_id(e)) < 0)
		ret = lacks(src, path, git_tree_entry_id(e), err);
	else {
		ret = fn(ctx, path, (struct span){ git_blob_rawcontent(blob),
			 (size_t)git_blob_rawsize(blob) }, mode == 0100664 ? MODE_FILE : mode);
		git_blob_free(blob);
	}
	git_tree_entry_free(e);
	return ret;
}

static int repo_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		     struct err *err)
{
	git_tree *root = NULL;
	int ret = root_tree(src, &root, err);

	if (ret)
		return ret;
	for (size_t i = 0; !ret && i < paths->n; i++)
		ret = read_blob(src, root, paths->v[i], fn, ctx, err);
	git_tree_free(root);
	return ret;
}

/*
 * What a kernel can be built without as long as it isn't configured in: large and far away, so that
 * repositories which leave out large files lack something there. Kconfig and Makefiles are read in
 * any case, wherever they stand.
 */
static bool can_do_without(const char *path)
{
	static const char *const dirs[] = {
		"Documentation/", "drivers/accel/", "drivers/gpu/", "drivers/infiniband/",
		"drivers/media/", "drivers/net/ethernet/", "drivers/net/wireless/",
		"drivers/scsi/", "drivers/staging/", "samples/", "sound/", "tools/perf/",
		"tools/testing/",
	};
	const char *base = strrchr(path, '/');

	base = base ? base + 1 : path;
	if (!strncmp(base, "Kconfig", 7) || !strncmp(base, "Makefile", 8) ||
	    !strncmp(base, "Kbuild", 6))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (!strncmp(path, dirs[i], strlen(dirs[i])))
			return true;
	return false;
}

struct writing {
	struct source *src;
	struct sink *sink;
	time_t when;
	struct source_progress progress;
	struct strv lacking;	/* the first few */
	size_t nlacking;
	struct err *err;
};

static int write_blob(struct writing *w, const char *path, const git_tree_entry *e,
		      git_blob *blob)
{
	const char *raw = git_blob_rawcontent(blob);
	size_t n = (size_t)git_blob_rawsize(blob);
	int fd, ret, closed;

	if (git_tree_entry_filemode(e) == GIT_FILEMODE_LINK) {
		_cleanup_free_ char *target = xstrndup(raw, n);

		return sink_symlink(w->sink, path, target, w->err);
	}
	ret = sink_open(w->sink, path, &fd, w->err);
	if (ret)
		return ret;
	ret = sink_write(w->sink, fd, path, raw, n, w->err);
	closed = sink_close(w->sink, fd, path,
			    git_tree_entry_filemode(e) == GIT_FILEMODE_BLOB_EXECUTABLE ? 0755
										       : 0644,
			    w->when, ret ? NULL : w->err);
	return ret ? ret : closed;
}

static int write_file(struct writing *w, const char *path, const git_tree_entry *e)
{
	git_blob *blob;
	int ret;

	if (git_blob_lookup(&blob, repo_of(w->src), git_tree_entry_id(e)) < 0) {
		if (!can_do_without(path))
			return lacks(w->src, path, git_tree_entry_id(e), w->err);
		if (w->nlacking++ < NAMED_MAX)
			strv_add(&w->lacking, path);
		sink_left_out(w->sink);
		return 0;
	}
	ret = write_blob(w, path, e, blob);
	git_blob_free(blob);
	source_progress(&w->progress, sink_count(w->sink)->bytes);
	return ret ? ret : source_interrupted(w->err);
}

static int write_tree(struct writing *w, git_tree *tree, const char *prefix)
{
	for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *e = git_tree_entry_byindex(tree, i);
		_cleanup_free_ char *path = xasprintf("%s%s%s", prefix, *prefix ? "/" : "",
						      git_tree_entry_name(e));
		git_tree *sub;
		int ret = 0;

		switch (git_tree_entry_type(e)) {
		case GIT_OBJECT_BLOB:
			ret = write_file(w, path, e);
			break;
		case GIT_OBJECT_TREE:
			ret = sink_dir(w->sink, path, 0755, w->err);
			if (ret)
				break;
			if (git_tree_lookup(&sub, repo_of(w->src), git_tree_entry_id(e)) < 0)
				return lacks(w->src, path, git_tree_entry_id(e), w->err);
			ret = write_tree(w, sub, path);
			git_tree_free(sub);
			break;
		default:
			/* A kernel has no submodules. */
			return err_set(w->err, ERR_INPUT, "%s: %s in tag v%s is neither file nor "
				       "directory: refused", w->src->set->o.git, path,
				       w->src->name);
		}
		if (ret)
			return ret;
	}
	return 0;
}

static void say_lacking(const struct writing *w)
{
	_cleanup_str_ struct str names = STR_INIT;

	if (!w->nlacking || !w->src->set->o.out)
		return;
	for (size_t i = 0; i < w->lacking.n; i++)
		str_addf(&names, "%s%s", i ? ", " : "", w->lacking.v[i]);
	out_warn(w->src->set->o.out, "linux %s: %s lacks %zu files that a build without their "
		 "drivers can do without, left out: %s%s", w->src->name, w->src->set->o.git,
		 w->nlacking, names.s, w->nlacking > w->lacking.n ? ", ..." : "");
}

static int repo_extract(struct source *src, struct sink *sink, struct err *err)
{
	const struct commit *c = src->own;
	struct writing w = { .src = src, .sink = sink, .when = c->when, .err = err };
	git_tree *root = NULL;
	int ret = root_tree(src, &root, err);

	if (ret)
		return ret;
	source_progress_begin(&w.progress, src, "writing", 0);
	ret = write_tree(&w, root, "");
	source_progress_end(&w.progress);
	git_tree_free(root);
	if (!ret)
		say_lacking(&w);
	strv_free(&w.lacking);
	return ret;
}

int source_take_rev(struct source *src, const char *rev, struct err *err)
{
	git_object *named;
	int ret = open_repo(src->set, err);

	if (ret)
		return ret;
	if (git_revparse_single(&named, repo_of(src), rev) < 0)
		return err_set(err, ERR_MISSING, "%s has no commit '%s'%s", src->set->o.git, rev,
			       if_shallow(src));
	src->rev = xstrdup(rev);
	ret = take_commit(src, named, err);
	git_object_free(named);
	return ret;
}

const struct source_provider provider_git = {
	.name = "git",
	.state = sizeof(struct store),
	.find = repo_find,
	.list = repo_list,
	.read = repo_read,
	.extract = repo_extract,
	.close = repo_close,
};
