// SPDX-License-Identifier: GPL-2.0-only
/* stableq queue - read a queue strictly and list it */
#include "cmd.h"
#include "fs.h"
#include "json.h"
#include "queue.h"

static const char *series;

static const struct opt opts[] = {
	{ "series", OPT_STRING, &series, "FILE", "another series file of the queue" },
};

static void text(struct out *out, const struct queue *q)
{
	out_printf(out, "%s: %zu patch%s\n", q->series, q->n, q->n == 1 ? "" : "es");
	for (size_t i = 0; i < q->n; i++) {
		const struct queue_patch *p = &q->patches[i];

		out_printf(out, "%3zu  %-12.12s  %s%s%s%s\n", i + 1, p->upstream ? p->upstream : "-",
			   p->subject ? p->subject : p->file, p->cve ? " (" : "",
			   p->cve ? p->cve : "", p->cve ? ")" : "");
	}
}

static json_t *json_or_null(const char *s)
{
	return s ? json_string(s) : json_null();
}

static json_t *json_patch(const struct queue_patch *p)
{
	json_t *files = json_array(), *requires = json_array();

	for (size_t i = 0; i < p->patch.nfiles; i++) {
		const struct file_patch *f = &p->patch.files[i];

		json_array_append_new(files, json_string(f->new_path ? f->new_path : f->old_path));
	}
	for (size_t i = 0; i < p->requires.n; i++)
		json_array_append_new(requires, json_string(p->requires.v[i]));
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:s}", "patch", p->file, "subject",
			 json_or_null(p->subject), "upstream", json_or_null(p->upstream), "cve",
			 json_or_null(p->cve), "files", files, "requires", requires, "sha256", p->hash);
}

/* The releases' own series: what they put in the place of what. */
static int list_releases(struct ctx *ctx, const char *dir, json_t *all, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	int ret = queue_series_list(dir, &names, err);

	for (size_t i = 0; i < names.n && !ret; i++) {
		json_t *variants = json_array();
		struct queue q = { NULL };
		struct release r;

		queue_series_release(names.v[i], &r);
		ret = queue_load_for(&q, dir, &r, err);
		if (!ret && ctx->out.format == OUT_TEXT)
			out_printf(&ctx->out, "%s/%s\n", dir, names.v[i]);
		for (size_t k = 0; k < q.n && !ret; k++) {
			const struct queue_patch *p = &q.patches[k];

			if (!p->variant_of)
				continue;
			json_array_append_new(variants, json_string(p->file));
			if (ctx->out.format == OUT_TEXT)
				out_printf(&ctx->out, "%3zu  %-12.12s  %s\n", k + 1,
					   p->upstream ? p->upstream : "-", p->file);
		}
		json_array_append_new(all, json_pack("{s:s, s:o}", "series", names.v[i], "variants",
						     variants));
		queue_free(&q);
	}
	return ret;
}

static int list(struct ctx *ctx, const char *dir, json_t *all, struct err *err)
{
	json_t *releases = json_array();
	struct queue q = { NULL };
	int ret = queue_load(&q, dir, series, err);

	if (!ret && ctx->out.format == OUT_JSON) {
		json_t *patches = json_array();

		for (size_t i = 0; i < q.n; i++)
			json_array_append_new(patches, json_patch(&q.patches[i]));
		json_array_append_new(all, json_pack("{s:s, s:s, s:o, s:O}", "queue", dir, "series",
						     q.series, "patches", patches, "releases",
						     releases));
	} else if (!ret) {
		text(&ctx->out, &q);
	}
	if (!ret && !series)
		ret = list_releases(ctx, dir, releases, err);
	json_decref(releases);
	queue_free(&q);
	return ret;
}

static int run(struct ctx *ctx, int argc, char **argv, struct err *err)
{
	json_t *all = json_array(), *root;
	int ret = 0;

	if (!argc)
		ret = err_set(err, ERR_INPUT, "queue: expected a queue's directory, such as queue-6.12");
	for (int i = 0; i < argc && !ret; i++)
		ret = list(ctx, argv[i], all, err);
	root = json_pack("{s:o}", "queues", all);
	if (!ret && ctx->out.format == OUT_JSON)
		out_json(&ctx->out, root);
	else
		json_decref(root);
	return ret;
}

const struct cmd cmd_queue = {
	.name = "queue",
	.args = "DIR…",
	.summary = "read queues strictly: series, headers, diffs, dependencies; and list them",
	.about = "Everything that a run would trip over is found here without a kernel tree: a series line\n"
		 "without its patch, a hunk cut short, a header that contradicts itself, a dependency that\n"
		 "does not come before.",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.run = run,
};
