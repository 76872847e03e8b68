// SPDX-License-Identifier: GPL-2.0-only
#include "cli/status.h"

#include "out/json.h"

static void add_number(struct json *j, const char *key, size_t n)
{
	if (n)
		json_add_int(j, key, (long long)n);
	else
		json_add_null(j, key);
}

static void add_variant(struct json *j, const struct queue_patch *p)
{
	if (!p->variant_of) {
		json_add_null(j, "variant");
		return;
	}
	json_open_object(j, "variant");
	json_add_text(j, "patch", p->file);
	json_add_text(j, "upstream", p->upstream);
	json_close(j);
}

static void add_misfits(struct json *j, const struct verdict *v)
{
	json_open_array(j, "misfits");
	for (size_t k = 0; k < v->nmisfits; k++) {
		const struct verdict_misfit *m = &v->misfits[k];

		json_open_object(j, NULL);
		json_add_text(j, "file", m->file);
		add_number(j, "hunk", m->hunk);
		add_number(j, "line", m->line);
		json_add_text(j, "expected", m->expected);
		json_add_text(j, "found", m->found);
		json_add_text(j, "detail", m->detail);
		json_close(j);
	}
	json_close(j);
}

static void add_evidence(struct json *j, const struct verdict *v)
{
	json_open_array(j, "evidence");
	for (size_t k = 0; k < v->n; k++) {
		json_open_object(j, NULL);
		json_add_text(j, "kind", evidence_name(v->evidence[k].kind));
		json_add_text(j, "detail", v->evidence[k].detail);
		json_add_bool(j, "disagrees", v->evidence[k].disagrees);
		json_close(j);
	}
	json_close(j);
}

static void add_verdict(struct json *j, const struct queue_patch *main, const struct verdict *v)
{
	json_open_object(j, NULL);
	json_add_text(j, "patch", main->file);
	json_add_text(j, "upstream", main->upstream);
	json_add_text(j, "cve", main->cve);
	add_variant(j, v->patch);
	json_add_text(j, "verdict", verdict_name(v->kind));
	json_add_text(j, "needed", verdict_need_name(v->need));
	json_add_text(j, "why", v->why);
	json_add_text(j, "fit", verdict_fit_name(v->fit));
	json_add_text(j, "requires", v->requires);
	add_misfits(j, v);
	json_add_bool(j, "marked", v->marked);
	json_add_bool(j, "verified", v->verified);
	json_add_bool(j, "reworded", v->reworded);
	json_add_bool(j, "ambiguous", v->ambiguous);
	json_add_bool(j, "reverted", v->reverted);
	add_evidence(j, v);
	json_close(j);
}

static void add_near(struct json *j, const struct status_row *row)
{
	const struct survey_near *c = &row->content;

	if (!row->own || row->error.msg) {
		json_add_null(j, "nearest");
		return;
	}
	json_open_object(j, "nearest");
	json_add_text(j, "matrix", *row->near ? row->near : NULL);
	json_add_text(j, "content", *c->release ? c->release : NULL);
	json_add_int(j, "identical", (long long)c->identical);
	json_add_int(j, "files", (long long)c->files);
	json_close(j);
}

static void add_row(struct json *j, const struct status_row *row)
{
	json_open_object(j, NULL);
	json_add_text(j, "release", row->name);
	json_add_text(j, "source", row->origin);
	json_add_text(j, "error", row->error.msg);
	add_near(j, row);
	json_open_array(j, "patches");
	for (size_t i = 0; row->verdicts && i < row->queue.n; i++)
		add_verdict(j, &row->main->patches[i], &row->verdicts[i]);
	json_close(j);
	json_close(j);
}

int status_json(struct out *out, const struct status_row *rows, size_t n, struct err *err)
{
	_cleanup_json_ struct json j = JSON_INIT;

	json_open_object(&j, NULL);
	json_open_array(&j, "releases");
	for (size_t r = 0; r < n; r++)
		add_row(&j, &rows[r]);
	json_close(&j);
	json_close(&j);
	return out_json(out, &j, err);
}
