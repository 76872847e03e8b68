// SPDX-License-Identifier: GPL-2.0-only
/* stableq source - where the kernels come from; fetch, extract and verify them */
#include "cli/ctx.h"
#include "out/json.h"
#include "source/source.h"

struct source_verb_opts {
	bool fetch, verify;
	struct opts_sources sources;
};

#define AT(member) offsetof(struct source_verb_opts, member)

static const struct opt opts[] = {
	{ "fetch", OPT_FLAG, AT(fetch), NULL, "fetch and extract, so that a run finds them here" },
	{ "verify", OPT_FLAG, AT(verify), NULL, "read every file of the extracted trees" },
};

/* What became of one release. */
struct answer {
	char *provider;		/* NULL: none has it */
	char *where;
	bool local;
	char *tree;		/* with --fetch */
	const char *state;	/* with --verify: "whole", "damaged", "not extracted"; or NULL */
	struct err err;
};

static void answer_clear(struct answer *a)
{
	free(a->provider);
	free(a->where);
	free(a->tree);
	err_clear(&a->err);
}

static int verify_tree(struct source *src, struct answer *a)
{
	int ret = source_verify(src, &a->err);

	a->state = !ret ? "whole" : ret == ERR_NOTFOUND ? "not extracted" :
		   ret == ERR_FINDING ? "damaged" : NULL;
	if (ret != ERR_NOTFOUND)
		return ret;
	err_clear(&a->err);
	return 0;
}

static int ask_release(const struct source_verb_opts *o, struct source_set *set,
		       const struct release *r, struct answer *a)
{
	struct source *src;
	int ret = o->fetch ? source_open(set, r, &src, &a->err) :
			  source_locate(set, r, &src, &a->err);

	if (ret)
		return ret;
	a->provider = xstrdup(source_provider(src));
	a->where = xstrdup(source_describe(src));
	a->local = source_is_local(src);
	if (o->verify)
		ret = verify_tree(src, a);
	/* A damaged tree is what --fetch then makes anew: no finding is left. */
	if (o->fetch && (!ret || ret == ERR_FINDING)) {
		err_clear(&a->err);
		ret = source_tree(src, &a->tree, &a->err);
	}
	source_free(src);
	return ret;
}

static void print_text(struct out *out, const char *name, const struct answer *a)
{
	if (!a->provider) {
		out_printf(out, "%-12s no source\n", name);
		out_error(out, "%s", a->err.msg);
		return;
	}
	out_printf(out, "%-12s %s%s%s%s%s%s\n", name, a->where,
		   a->local ? "" : " (not fetched)", a->tree ? ", tree " : "",
		   a->tree ? a->tree : "", a->state ? ", " : "", a->state ? a->state : "");
	if (a->err.msg)
		out_error(out, "%s", a->err.msg);
}

static void answer_json(struct json *j, const char *name, const struct answer *a)
{
	json_open_object(j, NULL);
	json_add_text(j, "release", name);
	json_add_text(j, "provider", a->provider);
	json_add_text(j, "source", a->where);
	json_add_bool(j, "local", a->local);
	json_add_text(j, "tree", a->tree);
	json_add_text(j, "state", a->state);
	json_add_text(j, "error", a->err.msg);
	json_close(j);
}

static int add_release(struct strv *names, const char *name, struct err *err)
{
	char canonical[RELEASE_MAX];
	struct release r;
	int ret = release_parse(name, &r, err);

	if (!ret && !strv_has(names, release_name(&r, canonical)))
		strv_add(names, canonical);
	return ret;
}

static int all_of_matrix(struct ctx *ctx, struct strv *names, struct err *err)
{
	struct matrix m = { NULL };
	char name[RELEASE_MAX];
	int ret = ctx_matrix(ctx, &m, err);

	for (size_t b = 0; !ret && b < m.nbranches; b++)
		for (size_t i = 0; !ret && i < m.branches[b].nreleases; i++)
			ret = add_release(names, release_name(&m.branches[b].releases[i], name),
					  err);
	matrix_free(&m);
	return ret;
}

/* Ask for each. Return: the first failure that one of them had, or 0; it was said already. */
static int ask_all(struct ctx *ctx, const struct source_verb_opts *o, const struct strv *names,
		   struct json *all, struct err *err)
{
	struct source_set *set = ctx_sources(ctx, &o->sources);
	int worst = 0;

	for (size_t i = 0; i < names->n && worst != ERR_INTERRUPTED; i++) {
		_cleanup_(answer_clear) struct answer a = { .err = ERR_INIT };
		struct release r;
		int ret = release_parse(names->v[i], &r, &a.err);

		ret = ret ? ret : ask_release(o, set, &r, &a);
		if (ret == ERR_INTERRUPTED) {
			err_clear(err);
			worst = err_move(err, &a.err);
			continue;
		}
		if (ctx->out.format == OUT_JSON)
			answer_json(all, names->v[i], &a);
		else
			print_text(&ctx->out, names->v[i], &a);
		if (ret && (!worst || worst == ERR_FINDING)) {
			worst = ret;
			err_set(err, ret, "%s", ret == ERR_FINDING ? "damaged trees were found" :
				"not every release is at hand");
		}
	}
	source_set_free(set);
	return worst;
}

static int verb_source(struct ctx *ctx, void *own, int argc, char **argv, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_json_ struct json all = JSON_INIT;
	int ret = 0, bad;

	for (int i = 0; i < argc && !ret; i++)
		ret = add_release(&names, argv[i], err);
	if (!ret && !argc)
		ret = all_of_matrix(ctx, &names, err);
	if (ret)
		return ret;
	json_open_object(&all, NULL);
	json_open_array(&all, "sources");
	ret = ask_all(ctx, own, &names, &all, err);
	json_close(&all);
	json_close(&all);
	if (ctx->out.format != OUT_JSON || ret == ERR_INTERRUPTED)
		return ret;
	bad = out_json(&ctx->out, &all, err);
	return bad ? bad : ret;
}

const struct cmd cmd_source = {
	.name = "source",
	.args = "[RELEASE…]",
	.summary = "where kernels come from; fetch, extract and verify them",
	.about =
		"For every release of the matrix, or those named: which provider has it. Asked\n"
		"in order: directories and tarballs in $STABLEQ_SOURCES and the cache, the\n"
		"repository of --git, linux-source packages in the same directories, Debian's\n"
		"archive through apt, kernel.org with its signature (its keys are looked up\n"
		"once and known by their fingerprints; $STABLEQ_KEYRING names others), and last\n"
		"Debian's linux-source packages, which have Debian's patches.",
	.groups = { OPT_GROUP(opts, 0), OPT_GROUP(opts_sources, AT(sources)) },
	.size = sizeof(struct source_verb_opts),
	.run = verb_source,
};
