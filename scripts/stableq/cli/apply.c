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
};

#define AT(member) offsetof(struct apply_opts, member)

static const struct opt opts[] = {
	{ "to", OPT_STRING, AT(to), "DIR", "the new tree; must not exist yet" },
	{ "tree", OPT_STRING, AT(from.tree), "DIR",
	  "a copy of this kernel tree, which stays as it is" },
	{ "queue", OPT_STRING, AT(from.queue), "DIR", "this queue, whatever the branch" },
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

static int push(const struct needed *n, const char *dir, struct err *err)
{
	_cleanup_free_ char *patches = fs_join(dir, "patches");
	struct queue q = { NULL };
	int ret = write_patches(n, dir, err);

	/* What they require may be in the release. */
	ret = ret ? ret : queue_load_part(&q, patches, NULL, err);
	if (!ret && q.n)
		ret = tree_push_quilt(dir, &q, SIZE_MAX, NULL, err);
	queue_free(&q);
	return ret;
}

/* A real copy: the user will edit it, and the pristine tree must not change with it. */
static int copy_tree(const char *pristine, const char *dir, struct err *err)
{
	struct child c = {
		.argv = (const char *const[]){ "cp", "-a", "--reflink=auto", "--", pristine, dir, NULL },
		.timeout_ms = COPY_LIMIT_MS,
	};
	int ret = child_check(&c, err);

	child_free(&c);
	return ret;
}

static int make_tree(struct needed *n, const char *to, struct err *err)
{
	_cleanup_free_ char *tmp = xasprintf("%s.stableq-tmp", to);
	_cleanup_free_ char *pristine = NULL;
	int ret = source_tree(n->src, &pristine, err);

	ret = ret ? ret : fs_remove_tree(tmp, err);
	ret = ret ? ret : fs_mkparents(tmp, err);
	ret = ret ? ret : copy_tree(pristine, tmp, err);
	ret = ret ? ret : push(n, tmp, err);
	if (!ret && rename(tmp, to) < 0)
		ret = err_sys(err, "%s", to);
	if (ret)
		fs_remove_tree(tmp, NULL);
	return ret;
}

static bool is_pushed(const char *tree, const char *name)
{
	_cleanup_free_ char *path = fs_join(tree, name);

	return fs_exists(path);
}

static int verb_apply(struct ctx *ctx, void *own, int argc, char **argv, struct err *err)
{
	struct apply_opts *o = own;
	struct needed_from *from = &o->from;
	_cleanup_(needed_clear) struct needed n = { .set = NULL };
	int ret = needed_check(from, argc, err);

	if (ret)
		return ret;
	if (!o->to)
		return err_set(err, ERR_INPUT, "apply: expected --to DIR");
	if (!from->tree && argc != 1)
		return err_set(err, ERR_INPUT, "expected one release, such as 6.1.192");
	if (fs_exists(o->to))
		return err_set(err, ERR_INPUT, "%s: is there already; nothing was changed", o->to);
	if (from->tree && !fs_is_dir(from->tree))
		return err_set(err, ERR_INPUT, "%s: expected a directory with a kernel tree", from->tree);
	if (from->tree && (is_pushed(from->tree, ".pc") || is_pushed(from->tree, "patches")))
		return err_set(err, ERR_INPUT, "%s: has patches of its own by quilt (.pc, patches): pop them "
			       "and take that away first", from->tree);
	from->release = argc ? argv[0] : NULL;
	ret = needed_find(&n, ctx, from, err);
	ret = ret ? ret : needed_all(&n, err);
	ret = ret ? ret : make_tree(&n, o->to, err);
	if (!ret)
		out_printf(&ctx->out, "%s: %s with %zu of %zu patches of %s applied\n", o->to, n.name,
			   n.files.n, n.q.n, n.q.dir);
	return ret;
}

const struct cmd cmd_apply = {
	.name = "apply",
	.args = "RELEASE | --tree DIR --to DIR",
	.summary = "make a tree with exactly the patches that a release needs",
	.about = "DIR becomes a copy of the release with the patches pushed as quilt pushes them: DIR/patches\n"
		 "has them with their series, and quilt applied, pop, push and refresh go on from there.",
	.groups = { OPT_GROUP(opts, 0), OPT_GROUP(opts_sources, AT(from.sources)) },
	.size = sizeof(struct apply_opts),
	.run = verb_apply,
};
