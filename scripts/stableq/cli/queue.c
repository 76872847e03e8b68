// SPDX-License-Identifier: GPL-2.0-only
/* stableq queue - read a queue strictly and list it */
#include "cli/cmd.h"
#include "base/fs.h"
#include "base/hash.h"
#include "out/json.h"
#include "queue/queue.h"

struct listing {
	const char *series;
	size_t nlacking;	/* patches, of all series, that leave something untold */
};

static const struct opt opts[] = {
	{ "series", OPT_STRING, offsetof(struct listing, series), "FILE",
	  "another series file of the queue" },
};

static size_t tell_lacks(struct out *out, const struct queue_patch *p)
{
	_cleanup_strv_ struct strv lacks = STRV_INIT;

	queue_lacks(p, &lacks);
	for (size_t i = 0; i < lacks.n && out->format == OUT_TEXT; i++)
		out_printf(out, "     %s: %s\n", p->patch.name, lacks.v[i]);
	return lacks.n;
}

static void queue_text(struct out *out, const struct queue *q)
{
	out_printf(out, "%s: %zu patch%s\n", q->series, q->n, q->n == 1 ? "" : "es");
	for (size_t i = 0; i < q->n; i++) {
		const struct queue_patch *p = &q->patches[i];

		out_printf(out, "%3zu  %-12.12s  %s%s%s%s\n", i + 1,
			   p->upstream ? p->upstream : "-",
			   p->subject ? p->subject : p->file, p->cve ? " (" : "",
			   p->cve ? p->cve : "", p->cve ? ")" : "");
		tell_lacks(out, p);
	}
}

static void json_patch(struct json *j, const struct queue_patch *p, size_t *nlacking)
{
	_cleanup_strv_ struct strv lacks = STRV_INIT;
	char hash[HASH_HEX + 1];
	bool known = !hash_raw_file(p->patch.name, hash, NULL);

	queue_lacks(p, &lacks);
	*nlacking += lacks.n > 0;
	json_open_object(j, NULL);
	json_add_text(j, "patch", p->file);
	json_add_text(j, "subject", p->subject);
	json_add_text(j, "from", p->from);
	json_add_text(j, "upstream", p->upstream);
	json_add_text(j, "candidate", p->candidate);
	json_add_text(j, "author", p->author);
	json_add_text(j, "date", p->date);
	json_add_text(j, "message_id", p->message_id);
	json_add_texts(j, "reported_by", &p->reported_by);
	json_add_text(j, "fixes", p->fixes);
	json_add_text(j, "cve", p->cve);
	json_open_array(j, "files");
	for (size_t i = 0; i < p->patch.nfiles; i++) {
		const struct file_patch *f = &p->patch.files[i];

		json_add_text(j, NULL, f->new_path ? f->new_path : f->old_path);
	}
	json_close(j);
	json_add_texts(j, "requires", &p->requires);
	json_add_texts(j, "lacks", &lacks);
	json_add_text(j, "sha256", known ? hash : NULL);
	json_close(j);
}

/* The releases' own series: what they put in the place of what. */
static int list_releases(struct ctx *ctx, struct listing *l, const char *dir, struct json *j,
			 struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	int ret = queue_series_list(dir, &names, err);

	for (size_t i = 0; i < names.n && !ret; i++) {
		char first[RELEASE_MAX] = "", last[RELEASE_MAX] = "";
		struct queue_serves s;
		struct queue q = { NULL };

		ret = queue_series_serves(dir, names.v[i], &s, err);
		if (!ret) {
			release_name(&s.first, first);
			release_name(&s.last, last);
			ret = queue_load_for(&q, dir, &s.first, err);
		}
		if (!ret && ctx->out.format == OUT_TEXT)
			out_printf(&ctx->out, "%s/%s: serves %s%s%s\n", dir, names.v[i], first,
				   strcmp(first, last) ? " to " : "",
				   strcmp(first, last) ? last : "");
		json_open_object(j, NULL);
		json_add_text(j, "series", names.v[i]);
		json_add_text(j, "serves_from", first);
		json_add_text(j, "serves_to", last);
		json_open_array(j, "variants");
		for (size_t k = 0; k < q.n && !ret; k++) {
			const struct queue_patch *p = &q.patches[k];

			if (!p->variant_of)
				continue;
			json_add_text(j, NULL, p->file);
			if (ctx->out.format == OUT_TEXT)
				out_printf(&ctx->out, "%3zu  %-12.12s  %s\n", k + 1,
					   p->upstream ? p->upstream : "-", p->file);
			l->nlacking += tell_lacks(&ctx->out, p) > 0;
		}
		json_close(j);
		json_close(j);
		queue_free(&q);
	}
	return ret;
}

static int list_queue(struct ctx *ctx, struct listing *l, const char *dir, struct json *j,
		      struct err *err)
{
	struct queue q = { NULL };
	int ret = queue_load(&q, dir, l->series, err);

	ret = ret ? ret : queue_check_own(&q, l->series, err);
	if (!ret && ctx->out.format == OUT_TEXT)
		queue_text(&ctx->out, &q);
	json_open_object(j, NULL);
	json_add_text(j, "queue", dir);
	json_add_text(j, "series", q.series);
	json_open_array(j, "patches");
	for (size_t i = 0; i < q.n && !ret; i++)
		json_patch(j, &q.patches[i], &l->nlacking);
	json_close(j);
	json_open_array(j, "releases");
	if (!ret && !l->series)
		ret = list_releases(ctx, l, dir, j, err);
	json_close(j);
	json_close(j);
	queue_free(&q);
	return ret;
}

static int verb_queue(struct ctx *ctx, void *own, int argc, char **argv, struct err *err)
{
	struct listing *l = own;
	_cleanup_json_ struct json j = JSON_INIT;
	int ret = 0;

	if (!argc)
		ret = err_set(err, ERR_INPUT,
			      "queue: expected a queue's directory, such as queue-6.12");
	json_open_object(&j, NULL);
	json_open_array(&j, "queues");
	for (int i = 0; i < argc && !ret; i++)
		ret = list_queue(ctx, l, argv[i], &j, err);
	json_close(&j);
	json_close(&j);
	if (!ret && ctx->out.format == OUT_JSON)
		ret = out_json(&ctx->out, &j, err);
	if (ret || !l->nlacking)
		return ret;
	return err_set(err, ERR_FINDING, "%zu patch%s untold where %s", l->nlacking,
		       l->nlacking == 1 ? " leaves" : "es leave",
		       l->nlacking == 1 ? "it comes from" : "they come from");
}

const struct cmd cmd_queue = {
	.name = "queue",
	.args = "DIR…",
	.summary = "read queues strictly: series, headers, diffs, dependencies; and list them",
	.about =
		"Everything that a run would trip over is found here without a kernel tree: a\n"
		"series line without its patch, a hunk cut short, a header that contradicts\n"
		"itself, a dependency that does not come before. So is what a patch leaves\n"
		"untold of where it comes from, see queue(5).",
	.groups = { OPT_GROUP(opts, 0) },
	.size = sizeof(struct listing),
	.run = verb_queue,
};
