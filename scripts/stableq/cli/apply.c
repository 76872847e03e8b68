// SPDX-License-Identifier: GPL-2.0-only
/* stableq apply - a tree with exactly the patches that a release needs */
#include "base/child.h"
#include "base/fs.h"
#include "cli/needed.h"
#include "tree/tree.h"

#define COPY_LIMIT_MS (30 * 60 * 1000)

struct apply_opts {
	struct needed_from from;
	const char *to;
	bool in_place, force, keep_going;
};

#define AT(member) offsetof(struct apply_opts, member)

static const struct opt opts[] = {
	{ "to", OPT_STRING, AT(to), "DIR", "the new tree; must not exist yet" },
	{ "tree", OPT_STRING, AT(from.tree), "DIR", "a copy of this tree, which stays as it is" },
	{ "in-place", OPT_FLAG, AT(in_place), NULL, "change the tree itself, as quilt push does" },
	{ "queue", OPT_STRING, AT(from.queue), "DIR", "this queue, whatever the branch" },
	{ "force", OPT_FLAG, AT(force), NULL, "judge nothing: all patches of the queue" },
	{ "fuzz", OPT_STRING, AT(from.fuzz), "N",
	  "lines of context to ignore: 0 to 2; else the matrix'" },
	{ "keep-going", OPT_FLAG, AT(keep_going), NULL, "what doesn't fit becomes rejects (.rej)" },
};

/* DIR/patches: the needed patches and their series, where quilt looks for them by itself. */
static int write_patches(const struct needed *n, const char *dir, struct err *err)
{
	_cleanup_free_ char *patches = fs_join(dir, "patches");
	_cleanup_free_ char *series = fs_join(patches, "series");
	_cleanup_str_ struct str lines = STR_INIT;
	int ret = fs_mkdirs(patches, err);

	for (size_t i = 0; i < n->q.n && !ret; i++) {
		const struct queue_patch *p = &n->q.patches[i];
		_cleanup_free_ char *file = fs_join(patches, p->file);

		if (!strv_has(&n->files, p->file))
			continue;
		ret = fs_mkparents(file, err);
		ret = ret ? ret : fs_write(file, p->patch.text, p->patch.len, 0644, err);
	}
	needed_lines(n, &lines);
	return ret ? ret : fs_write(series, str_span(&lines).p, lines.len, 0644, err);
}

static int push_needed(const struct needed *n, const char *dir, const struct patch_apply_opts *how,
		       struct err *err)
{
	_cleanup_free_ char *patches = fs_join(dir, "patches");
	struct queue q = { NULL };
	int ret = write_patches(n, dir, err);

	/* What they require may be in the release. */
	ret = ret ? ret : queue_load_anyones(&q, patches, NULL, err);
	if (!ret && q.n)
		ret = tree_push_quilt(dir, &q, SIZE_MAX, how, err);
	queue_free(&q);
	return ret;
}

/* A real copy: the user will edit it, and the pristine tree must not change with it. */
static int copy_tree(const char *pristine, const char *dir, struct err *err)
{
	struct child c = {
		.argv = (const char *const[]){ "cp", "-a", "--reflink=auto", "--", pristine, dir,
					       NULL },
		.timeout_ms = COPY_LIMIT_MS,
	};
	int ret = child_check(&c, err);

	child_free(&c);
	return ret;
}

/* Rejects are for somebody to look at. */
static bool is_made(int ret, const struct patch_apply_opts *how)
{
	return !ret || (ret == ERR_FINDING && how->keep_partial);
}

static int make_tree(struct needed *n, const char *to, const struct patch_apply_opts *how,
		     struct err *err)
{
	_cleanup_free_ char *tmp = xasprintf("%s.stableq-tmp", to);
	_cleanup_free_ char *pristine = NULL;
	int ret = source_tree(n->src, &pristine, err);

	ret = ret ? ret : fs_remove_tree(tmp, err);
	ret = ret ? ret : fs_mkparents(tmp, err);
	ret = ret ? ret : copy_tree(pristine, tmp, err);
	ret = ret ? ret : push_needed(n, tmp, how, err);
	if (is_made(ret, how) && rename(tmp, to) < 0)
		ret = err_sys(err, "%s", to);
	if (!is_made(ret, how))
		fs_remove_tree(tmp, NULL);
	return ret;
}

/* Quilt goes on with the user's own folder of patches, where all of it is applied. */
static int push_whole(const char *queue, const char *dir, const struct patch_apply_opts *how,
		      size_t *n, struct err *err)
{
	struct queue q = { NULL };
	int ret = queue_load_part(&q, queue, NULL, err);

	*n = q.n;
	ret = ret ? ret : tree_push_quilt(dir, &q, SIZE_MAX, how, err);
	queue_free(&q);
	return ret;
}

static int push_copy(const struct apply_opts *o, const struct patch_apply_opts *how, size_t *n,
		     struct err *err)
{
	_cleanup_free_ char *tmp = xasprintf("%s.stableq-tmp", o->to);
	int ret = fs_remove_tree(tmp, err);

	ret = ret ? ret : fs_mkparents(tmp, err);
	ret = ret ? ret : copy_tree(o->from.tree, tmp, err);
	ret = ret ? ret : push_whole(o->from.queue, tmp, how, n, err);
	if (is_made(ret, how) && rename(tmp, o->to) < 0)
		ret = err_sys(err, "%s", o->to);
	if (!is_made(ret, how))
		fs_remove_tree(tmp, NULL);
	return ret;
}

/* A queue and a tree, of whatever program. */
static int apply_whole(struct ctx *ctx, const struct apply_opts *o, struct err *err)
{
	struct patch_apply_opts how = { .keep_partial = o->keep_going };
	size_t n = 0;
	int ret = needed_fuzz(o->from.fuzz, &how.max_fuzz, err);

	if (!ret)
		ret = o->in_place ? push_whole(o->from.queue, o->from.tree, &how, &n, err) :
				    push_copy(o, &how, &n, err);
	if (!ret)
		out_printf(&ctx->out, "%s: all %zu patches of %s applied\n",
			   o->in_place ? o->from.tree : o->to, n, o->from.queue);
	return ret;
}

static bool has(const char *tree, const char *name)
{
	_cleanup_free_ char *path = fs_join(tree, name);

	return fs_exists(path);
}

static int check_opts(const struct apply_opts *o, int argc, struct err *err)
{
	const struct needed_from *from = &o->from;
	int ret = needed_check(from, argc, err);

	if (ret)
		return ret;
	if (o->in_place && (o->to || !from->tree))
		return err_set(err, ERR_INPUT, "--in-place: expected --tree DIR, and no --to");
	if (!o->to && !o->in_place)
		return err_set(err, ERR_INPUT,
			       "apply: expected --to DIR, or --tree DIR --in-place");
	if (!from->tree && argc != 1)
		return err_set(err, ERR_INPUT, "expected one release, such as 6.1.192");
	if (o->to && fs_exists(o->to))
		return err_set(err, ERR_INPUT, "%s: is there already; nothing was changed", o->to);
	if (from->tree && !fs_is_dir(from->tree))
		return err_set(err, ERR_INPUT, "%s: expected a directory with a tree", from->tree);
	return 0;
}

/* With all of a queue that was named, quilt's own patches may be there: those before go on. */
static int check_pushed(const char *tree, struct err *err)
{
	if (!tree || (!has(tree, ".pc") && !has(tree, "patches")))
		return 0;
	return err_set(err, ERR_INPUT, "%s: has patches of its own by quilt (.pc, patches): pop "
		       "them and take that away first", tree);
}

static int verb_apply(struct ctx *ctx, void *own, int argc, char **argv, struct err *err)
{
	_cleanup_(needed_clear) struct needed n = { .set = NULL };
	struct apply_opts *o = own;
	struct patch_apply_opts how = { .keep_partial = o->keep_going };
	struct needed_from *from = &o->from;
	int ret = check_opts(o, argc, err);

	if (ret)
		return ret;
	if (from->tree && from->queue && o->force)
		return apply_whole(ctx, o, err);
	ret = check_pushed(from->tree, err);
	if (ret)
		return ret;
	from->release = argc ? argv[0] : NULL;
	from->all = o->force;
	from->misfits = o->keep_going;
	ret = needed_find(&n, ctx, from, err);
	if (ret && from->tree && from->queue && !n.src)
		err_prefix(err, "to judge no patch, but apply all, say --force");
	ret = ret ? ret : needed_all(&n, err);
	how.max_fuzz = n.fuzz;
	if (!ret)
		ret = o->in_place ? push_needed(&n, from->tree, &how, err) :
				    make_tree(&n, o->to, &how, err);
	if (!ret)
		out_printf(&ctx->out, "%s: %s with %zu of %zu patches of %s applied\n",
			   o->in_place ? from->tree : o->to, n.name, n.files.n, n.q.n, n.q.dir);
	return ret;
}

const struct cmd cmd_apply = {
	.name = "apply",
	.args = "RELEASE --to DIR | --tree DIR [--to DIR | --in-place]",
	.summary = "make a tree with exactly the patches that a release needs",
	.about =
		"DIR becomes a copy of the release with the patches pushed as quilt pushes\n"
		"them: DIR/patches has them with their series, and quilt applied, pop, push and\n"
		"refresh go on from there. With --force and --queue, all patches of a queue are\n"
		"pushed to any tree, a kernel or not.",
	.groups = { OPT_GROUP(opts, 0), OPT_GROUP(opts_sources, AT(from.sources)) },
	.size = sizeof(struct apply_opts),
	.run = verb_apply,
};
