// SPDX-License-Identifier: GPL-2.0-only
/*
 * prove/table.c - what was proven as a table for docs/proven.md: a line a fix, a column a release
 */
#include "prove/private.h"

/* Fixes in the order of the queues, each once: what stands for it on any release. */
static const struct queue_patch **fixes(const struct prove *p, size_t *n)
{
	const struct queue_patch **v = NULL;

	*n = 0;
	for (size_t r = 0; r < p->nreleases; r++) {
		const struct prove_release *rel = &p->releases[r];

		for (size_t i = 0; i < rel->nrows; i++) {
			const char *row = queue_patch_row(rel->rows[i].patch);
			size_t k = 0;

			while (k < *n && strcmp(queue_patch_row(v[k]), row) != 0)
				k++;
			if (k < *n)
				continue;
			v = array_grow(v, *n, sizeof(const struct queue_patch *));
			v[(*n)++] = rel->rows[i].patch;
		}
	}
	return v;
}

static bool is_fix(const struct prove_row *row, const struct queue_patch *fix)
{
	return !strcmp(queue_patch_row(row->patch), queue_patch_row(fix));
}

/* Several proofs of a fix: the one that isn't as it should be is what counts. */
static const struct prove_row *worst(const struct prove_release *rel, const struct queue_patch *fix)
{
	const struct prove_row *found = NULL;

	for (size_t i = 0; i < rel->nrows; i++)
		if (is_fix(&rel->rows[i], fix) &&
		    (!found || (prove_row_good(found) && !prove_row_good(&rel->rows[i]))))
			found = &rel->rows[i];
	return found;
}

static void cell(struct out *out, const struct prove_row *row)
{
	const char *mark = row && prove_row_finding(row) ? "**" : "";

	out_printf(out, " %s%s%s |", mark, !row ? "–" : row->result == PROVE_SKIP ? row->reason :
		   prove_result_words(row->result), mark);
}

static void findings(struct out *out, const struct prove_release *rel, bool *any)
{
	for (size_t i = 0; i < rel->nrows; i++) {
		const struct prove_row *row = &rel->rows[i];

		if (!prove_row_finding(row))
			continue;
		if (!*any)
			out_printf(out, "\nNot as it should be:\n\n");
		out_printf(out, "- %s, %s: %s: %s\n", rel->pr.name, row->patch->subject,
			   prove_result_words(row->result), row->reason);
		*any = true;
	}
}

/* Where this machine keeps its sources is nobody's business in a document. */
static char *without_folders(const char *origin)
{
	struct str s = STR_INIT;
	size_t word = 0;

	for (; *origin; origin++) {
		if (*origin == '/') {
			str_trunc(&s, word);
			continue;
		}
		str_addc(&s, *origin);
		if (*origin == ' ' || *origin == '(')
			word = s.len;
	}
	return str_take(&s);
}

void prove_markdown(struct out *out, const struct prove *p)
{
	bool any = false;
	size_t n;
	_cleanup_free_ const struct queue_patch **v = fixes(p, &n);

	out_printf(out, "| fix | upstream |");
	for (size_t r = 0; r < p->nreleases; r++)
		out_printf(out, " %s |", p->releases[r].pr.name);
	out_printf(out, "\n|---|---|");
	for (size_t r = 0; r < p->nreleases; r++)
		out_printf(out, "---|");
	out_printf(out, "\n");
	for (size_t i = 0; i < n; i++) {
		out_printf(out, "| %s | %.12s |", v[i]->subject,
			   v[i]->upstream ? v[i]->upstream : "–");
		for (size_t r = 0; r < p->nreleases; r++)
			cell(out, worst(&p->releases[r], v[i]));
		out_printf(out, "\n");
	}
	for (size_t r = 0; r < p->nreleases; r++)
		findings(out, &p->releases[r], &any);
	out_printf(out, "\nThe releases:\n\n");
	for (size_t r = 0; r < p->nreleases; r++) {
		const struct plan_release *pr = &p->releases[r].pr;
		_cleanup_free_ char *origin = without_folders(pr->origin ? pr->origin :
							      "no source");

		out_printf(out, "- %s: %s\n", pr->name, origin);
	}
}
