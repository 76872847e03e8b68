// SPDX-License-Identifier: GPL-2.0-only
#include "cli/status.h"

#include "out/text.h"

#define WIDTH 80
#define REWORDED ", in other words than ours"
#define REVERTED ", after a revert"

/* Releases of which the same is said. */
struct group {
	const struct verdict *like;	/* of the first of them; NULL: @what says it */
	const char *what;
	struct strv names;
};

struct groups {
	struct group *v;
	size_t n;
};

static void groups_clear(struct groups *g)
{
	for (size_t i = 0; i < g->n; i++)
		strv_free(&g->v[i].names);
	free(g->v);
}

/* What stands behind the words, in grey. */
static const char *note(const struct verdict *v)
{
	if (v && v->reverted)
		return REVERTED;
	return v && v->reworded && v->kind == VERDICT_MERGED && !v->marked &&
	       !v->verified ? REWORDED : "";
}

static struct group *group_of(struct groups *g, const char *what, const struct verdict *v)
{
	struct group *new;

	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->v[i].what, what) && !strcmp(note(g->v[i].like), note(v)))
			return &g->v[i];
	new = &ARRAY_PUSH(g->v, g->n);
	*new = (struct group){ .like = v, .what = what };
	return new;
}

static bool follows(const struct release *a, const struct release *b)
{
	return a->version == b->version && a->patchlevel == b->patchlevel && !a->rc && !b->rc &&
	       b->sublevel == a->sublevel + 1;
}

/* "6.6.1 to 6.6.43, 6.6.50": three and more in a row are a range. */
static void fold(const struct strv *names, struct strv *to)
{
	for (size_t i = 0, end; i < names->n; i = end) {
		struct release last, next;

		release_parse(names->v[i], &last, NULL);
		for (end = i + 1; end < names->n; end++, last = next) {
			release_parse(names->v[end], &next, NULL);
			if (!follows(&last, &next))
				break;
		}
		if (end - i >= 3) {
			strv_addf(to, "%s to %s", names->v[i], names->v[end - 1]);
			continue;
		}
		end = i + 1;
		strv_add(to, names->v[i]);
	}
}

/* Releases, with commas, no line longer than @WIDTH and none broken; @at: where they begin. */
static void print_names(struct out *out, const struct strv *names, size_t at)
{
	_cleanup_strv_ struct strv folded = STRV_INIT;
	size_t column = at;

	fold(names, &folded);
	for (size_t i = 0; i < folded.n; i++) {
		size_t len = strlen(folded.v[i]) + (i + 1 < folded.n);

		if (i && column + 1 + len > WIDTH) {
			out_printf(out, "\n%*s", (int)at, "");
			column = at;
		} else if (i) {
			out_printf(out, " ");
			column++;
		}
		out_printf(out, "%s%s", folded.v[i], i + 1 < folded.n ? "," : "");
		column += len;
	}
	out_printf(out, "\n");
}

static enum out_color color(const struct verdict *v)
{
	switch (v->kind) {
	case VERDICT_MERGED:
	case VERDICT_SUPERSEDED:
	case VERDICT_NOT_AFFECTED:
		return v->marked ? OUT_RED : OUT_GREEN;
	case VERDICT_CLEAN:
	case VERDICT_OFFSET:
		return v->marked || v->need != NEED_YES ? OUT_RED : OUT_YELLOW;
	default:
		return OUT_RED;
	}
}

static size_t columns(const struct group *g)
{
	return text_width(span_of(g->what)) + text_width(span_of(note(g->like)));
}

/* What is said on the left, of which releases on the right. */
static void print_groups(struct out *out, const struct groups *g, int indent)
{
	size_t width = 0;

	for (size_t i = 0; i < g->n; i++)
		width = MAX(width, columns(&g->v[i]));
	for (size_t i = 0; i < g->n; i++) {
		const struct group *p = &g->v[i];
		const char *more = note(p->like);

		out_printf(out, "%*s%s%s%s", indent, "", p->like ? out_on(out, color(p->like)) : "",
			   p->what, p->like ? out_off(out) : "");
		if (*more)
			out_printf(out, "%s%s%s", out_on(out, OUT_DIM), more, out_off(out));
		out_printf(out, "%*s", (int)(width - columns(p)) + 2, "");
		print_names(out, &p->names, (size_t)indent + width + 2);
	}
}

/* "2 needed (1 clean, 1 conflict), 15 merged" */
struct tally {
	size_t needed, unknown;
	size_t kinds[VERDICT_UNKNOWN + 1], open[VERDICT_UNKNOWN + 1];
};

static void tally(struct tally *t, const struct status_row *row)
{
	*t = (struct tally){ 0 };
	for (size_t i = 0; i < row->queue.n; i++) {
		const struct verdict *v = &row->verdicts[i];

		t->needed += v->need == NEED_YES;
		t->unknown += v->need == NEED_UNKNOWN;
		t->open[v->kind] += v->need == NEED_YES;
		t->kinds[v->kind] += v->need == NEED_NO;
	}
}

static char *summary(const struct status_row *row)
{
	struct str s = STR_INIT;
	struct tally t;
	bool first = true;

	tally(&t, row);
	if (t.needed)
		str_addf(&s, "%zu needed", t.needed);
	for (int k = 0; k <= VERDICT_UNKNOWN; k++)
		if (t.open[k]) {
			str_addf(&s, "%s%zu %s", first ? " (" : ", ", t.open[k], verdict_name(k));
			first = false;
		}
	str_adds(&s, first ? "" : ")");
	if (t.unknown)
		str_addf(&s, "%s%zu need unknown", s.len ? ", " : "", t.unknown);
	for (int k = 0; k <= VERDICT_UNKNOWN; k++)
		if (t.kinds[k])
			str_addf(&s, "%s%zu %s", s.len ? ", " : "", t.kinds[k], verdict_name(k));
	return str_take(&s);
}

static void print_summaries(struct out *out, const struct queue *q, const struct status_row *rows,
			    size_t n)
{
	_cleanup_(groups_clear) struct groups g = { NULL, 0 };
	_cleanup_strv_ struct strv texts = STRV_INIT;

	for (size_t r = 0; r < n; r++) {
		_cleanup_free_ char *s = NULL;

		if (rows[r].main != q || !rows[r].verdicts)
			continue;
		s = summary(&rows[r]);
		strv_add(&texts, s);
		strv_add(&group_of(&g, texts.v[texts.n - 1], NULL)->names, rows[r].name);
	}
	print_groups(out, &g, 2);
}

/* A branch: what each release needs, then each patch's verdicts. */
static void print_branch(struct out *out, const struct queue *q, const struct status_row *rows,
			 size_t n)
{
	size_t read = 0;

	for (size_t r = 0; r < n; r++)
		read += rows[r].main == q && rows[r].verdicts;
	if (!read)
		return;
	out_printf(out, "%s%s%s\n", out_on(out, OUT_BOLD), q->dir, out_off(out));
	print_summaries(out, q, rows, n);
	for (size_t i = 0; i < q->n; i++) {
		_cleanup_(groups_clear) struct groups g = { NULL, 0 };

		for (size_t r = 0; r < n; r++)
			if (rows[r].main == q && rows[r].verdicts)
				strv_add(&group_of(&g, verdict_words(&rows[r].verdicts[i]),
						   &rows[r].verdicts[i])->names, rows[r].name);
		out_printf(out, "%s\n", q->patches[i].file);
		print_groups(out, &g, 4);
	}
	out_printf(out, "\n");
}

static void print_near(struct out *out, const struct status_row *row)
{
	out_printf(out, "%s is linux %s", row->origin, row->name);
	if (*row->near)
		out_printf(out, "; nearest release of build-matrix.yaml: %s", row->near);
	if (*row->content.release)
		out_printf(out, "; by content: %s (%zu of %zu files of the queue are the same)",
			   row->content.release, row->content.identical, row->content.files);
	out_printf(out, "\n");
}

static void print_origins(struct out *out, const struct status_row *rows, size_t n)
{
	for (size_t r = 0; r < n; r++) {
		if (rows[r].own && !rows[r].error.msg)
			print_near(out, &rows[r]);
		if (rows[r].error.msg)
			out_lines(out, "%s: skipped: %s\n", rows[r].name, rows[r].error.msg);
	}
}

void status_print(struct out *out, const struct queue *queues, size_t nqueues,
		  const struct status_row *rows, size_t n)
{
	for (size_t q = 0; q < nqueues; q++)
		if (queues[q].dir)
			print_branch(out, &queues[q], rows, n);
	print_origins(out, rows, n);
}

static void print_lines(struct out *out, const char *name, const char *detail)
{
	struct span rest = span_of(detail), line;

	while (span_line(&rest, &line)) {
		out_printf(out, "    %-20s " SPAN_FMT "\n", name, SPAN_ARG(line));
		name = "";
	}
}

static void print_evidence(struct out *out, const struct verdict *v)
{
	for (size_t k = 0; k < v->n; k++) {
		print_lines(out, evidence_name(v->evidence[k].kind), v->evidence[k].detail);
		if (v->evidence[k].disagrees)
			out_printf(out, "    %-20s (this contradicts the verdict)\n", "");
	}
}

static void explain_row(struct out *out, const struct status_row *row, const struct verdict *v)
{
	out_printf(out, "%s on %s: %s%s\n", queue_patch_row(v->patch), row->name, verdict_words(v),
		   note(v));
	if (v->patch->variant_of)
		out_printf(out, "    %-20s %s, commit %s\n", "variant", v->patch->file,
			   v->patch->upstream ? v->patch->upstream : "-");
	out_printf(out, "    %-20s %s: %s\n", "needed", verdict_need_name(v->need), v->why);
	if (v->fit)
		out_printf(out, "    %-20s %s\n", "fit", verdict_fit_name(v->fit));
	print_evidence(out, v);
}

void status_explain(struct out *out, const struct strv *chosen, const struct status_row *rows,
		    size_t n)
{
	for (size_t r = 0; r < n; r++)
		for (size_t i = 0; rows[r].verdicts && i < rows[r].queue.n; i++)
			if (strv_has(chosen, queue_patch_row(rows[r].verdicts[i].patch)))
				explain_row(out, &rows[r], &rows[r].verdicts[i]);
	print_origins(out, rows, n);
}
