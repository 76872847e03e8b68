// SPDX-License-Identifier: GPL-2.0-only
/* stableq series - the patches that a kernel needs, as a series for plain quilt */
#include "base/fs.h"
#include "out/json.h"
#include "cli/needed.h"

struct series_opts {
	struct needed_from from;
	bool write;
};

#define AT(member) offsetof(struct series_opts, member)

static const struct opt opts[] = {
	{ "write", OPT_FLAG, AT(write), NULL,
	  "put it beside the queue's series, as series-RELEASE" },
	{ "tree", OPT_STRING, AT(from.tree), "DIR", "of this kernel tree" },
	{ "rev", OPT_STRING, AT(from.rev), "REV", "of a commit of --git's repository" },
	{ "queue", OPT_STRING, AT(from.queue), "DIR", "this queue, whatever the branch" },
	{ "fuzz", OPT_STRING, AT(from.fuzz), "N",
	  "lines of context to ignore: 0 to 2; else the matrix'" },
};

/* Which file of the queue serves the release so far? */
static int find_serving(const struct needed *n, char **name, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	int ret = queue_series_list(n->q.dir, &names, err);

	*name = NULL;
	for (size_t i = 0; i < names.n && !ret; i++) {
		struct queue_serves s;

		ret = queue_series_serves(n->q.dir, names.v[i], &s, err);
		if (!ret && !*name && release_cmp(&s.first, &n->r) <= 0 &&
		    release_cmp(&n->r, &s.last) <= 0)
			*name = xstrdup(names.v[i]);
	}
	return ret;
}

/* What is said at the beginning of a series file stays. */
static int old_comments(const char *path, struct str *to, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct span rest, line;
	int ret = fs_read(path, 0, &text, err);

	rest = str_span(&text);
	while (!ret && span_line(&rest, &line) && span_starts(line, "#"))
		str_addf(to, SPAN_FMT "\n", SPAN_ARG(span_trim(line)));
	return ret;
}

static bool lists_the_same(const struct needed *n, const struct queue *other)
{
	bool same = other->n == n->files.n;

	for (size_t i = 0; i < other->n && same; i++)
		same = !strcmp(other->patches[i].file, n->files.v[i]);
	return same;
}

/* Does @name, or the main series for NULL, list exactly what the release needs? */
static int is_current(struct ctx *ctx, const struct needed *n, const char *name, bool *current,
		      struct err *err)
{
	struct queue other = { NULL };
	int ret = queue_load_part(&other, n->q.dir, name, err);

	*current = !ret && lists_the_same(n, &other);
	if (*current)
		out_printf(&ctx->out, "%s lists what %s needs; nothing was written\n", other.series,
			   n->name);
	queue_free(&other);
	return ret;
}

static int put_series(struct ctx *ctx, const struct needed *n, const char *own, bool anew,
		      struct err *err)
{
	_cleanup_free_ char *path = fs_join(n->q.dir, own);
	_cleanup_str_ struct str text = STR_INIT;
	int ret = anew ? 0 : old_comments(path, &text, err);

	if (anew) {
		str_addf(&text, "# What %s needs.\n", n->name);
		if (!n->r.rc)
			str_addf(&text, "# serves: %s\n", n->name);
	}
	needed_lines(n, &text);
	ret = ret ? ret : fs_write(path, str_span(&text).p, text.len, 0644, err);
	if (!ret)
		out_printf(&ctx->out, "%s: %zu of %zu patches\n", path, n->files.n, n->q.n);
	return ret;
}

/* To a temporary file that is renamed: the queue is read before, and whole at any time. */
static int write_series(struct ctx *ctx, const struct needed *n, struct err *err)
{
	_cleanup_free_ char *own = xasprintf("series-%s", n->name);
	_cleanup_free_ char *serving = NULL;
	bool current = false;
	int ret = needed_all(n, err);

	if (ret)
		return err_prefix(err, "nothing was written");
	ret = find_serving(n, &serving, err);
	if (!ret)
		ret = is_current(ctx, n, serving, &current, err);
	if (ret || current)
		return ret;
	if (serving && strcmp(serving, own) != 0)
		return err_set(err, ERR_FINDING,
			       "%s/%s serves %s, which needs other patches than it lists; nothing "
			       "was written: take it out of the line \"# serves:\" first", n->q.dir,
			       serving, n->name);
	return put_series(ctx, n, own, !serving, err);
}

static int print_json(struct ctx *ctx, const struct needed *n, struct err *err)
{
	_cleanup_json_ struct json j = JSON_INIT;

	json_open_object(&j, NULL);
	json_add_text(&j, "release", n->name);
	json_add_text(&j, "queue", n->q.dir);
	json_add_texts(&j, "patches", &n->files);
	json_open_array(&j, "left_out");
	for (size_t i = 0; i < n->nleft; i++) {
		json_open_object(&j, NULL);
		json_add_text(&j, "patch", n->left[i].file);
		json_add_text(&j, "why", n->left[i].why);
		json_close(&j);
	}
	json_close(&j);
	json_close(&j);
	return out_json(&ctx->out, &j, err);
}

static int print_series(struct ctx *ctx, const struct needed *n, struct err *err)
{
	_cleanup_str_ struct str lines = STR_INIT;
	struct span rest, line;

	if (ctx->out.format == OUT_JSON)
		return print_json(ctx, n, err);
	needed_lines(n, &lines);
	out_printf(&ctx->out, "# %s for %s\n", n->q.dir, n->name);
	for (rest = str_span(&lines); span_line(&rest, &line);)
		out_printf(&ctx->out, SPAN_FMT "\n", SPAN_ARG(line));
	for (size_t i = 0; i < n->nleft; i++)
		out_printf(&ctx->out, "# left out: %s: %s\n", n->left[i].file, n->left[i].why);
	return 0;
}

static int verb_series(struct ctx *ctx, void *own, int argc, char **argv, struct err *err)
{
	struct series_opts *o = own;
	struct needed_from *from = &o->from;
	_cleanup_(needed_clear) struct needed n = { .set = NULL };
	int ret = needed_check(from, argc, err);

	if (!ret && !from->tree && !from->rev && argc != 1)
		ret = err_set(err, ERR_INPUT, "expected one release, such as 6.1.192");
	if (!ret && o->write && from->tree)
		ret = err_set(err, ERR_INPUT, "--write is for releases: a tree is none");
	if (ret)
		return ret;
	from->release = argc ? argv[0] : NULL;
	ret = needed_find(&n, ctx, from, err);
	if (ret)
		return ret;
	if (o->write)
		return write_series(ctx, &n, err);
	ret = print_series(ctx, &n, err);
	return ret ? ret : needed_all(&n, err);
}

const struct cmd cmd_series = {
	.name = "series",
	.args = "RELEASE | --tree DIR | --git REPO --rev REV",
	.summary = "the series of a release, for plain quilt",
	.about =
		"Names the patches of the branch's queue that a kernel lacks and takes, in\n"
		"order; those that it needs and that don't go in stand behind, as comments.\n"
		"With --write they become the queue's own series-RELEASE, for quilt:\n"
		"QUILT_SERIES=series-6.1.192. A shell's \"> series-6.1.192\" would empty that\n"
		"file before it is read.",
	.groups = { OPT_GROUP(opts, 0), OPT_GROUP(opts_sources, AT(from.sources)) },
	.size = sizeof(struct series_opts),
	.run = verb_series,
};
