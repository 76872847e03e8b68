// SPDX-License-Identifier: GPL-2.0-only
#include "prove/changelog.h"

#include "base/fs.h"

#define BEGINS "Without this patch, on "
#define INDENT "    "

char *changelog_paragraph(const char *where, const char *test_case, const char *told)
{
	struct span rest = span_of(told), line;
	struct str s = STR_INIT;

	str_addf(&s, BEGINS "%s, the KUnit case\n%s fails:\n\n", where, test_case);
	while (span_line(&rest, &line))
		str_addf(&s, INDENT SPAN_FMT "\n", SPAN_ARG(line));
	str_addc(&s, '\n');
	return str_take(&s);
}

/* What stands at the end of a message: who, what, and the notes. */
static bool is_trailer(struct span line)
{
	static const char *const first[] = {
		"Fixes: ", "CVE: ", "Reported-by: ", "Closes: ", "Link: ", "Upstream-author: ",
		"Upstream-date: ", "Upstream-message-id: ", "Cc: ", "Signed-off-by: ",
		"Reviewed-by: ", "Tested-by: ", "Suggested-by: ", "Assisted-by: ", "[ Written for ",
		"[ Adapted to ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(first); i++)
		if (span_starts(line, first[i]))
			return true;
	return false;
}

/* The paragraph, its blank line, the indented lines and the blank line behind them. */
static void skip_old(struct span *rest)
{
	struct span after = *rest, line;
	bool report = false;

	while (span_line(&after, &line)) {
		if (report && line.len && !span_starts(line, INDENT))
			return;
		report = report || !line.len;
		*rest = after;
	}
}

static char *rewrite(struct span text, const char *paragraph)
{
	struct span rest = text, line;
	struct str out = STR_INIT;
	bool header = true, put = false;

	for (struct span at = rest; span_line(&rest, &line); at = rest) {
		bool end = !header && span_is(line, "---");

		if (!header && !put && span_starts(line, BEGINS)) {
			skip_old(&rest);
			continue;
		}
		if (!header && !put && (end || is_trailer(line))) {
			/* A paragraph of its own, also behind text without a blank line. */
			if (out.len > 1 && out.s[out.len - 2] != '\n')
				str_addc(&out, '\n');
			str_adds(&out, paragraph);
			put = true;
		}
		header = header && line.len;
		if (end) {
			str_add(&out, at.p, at.len);
			return str_take(&out);
		}
		str_add(&out, at.p, at.len - rest.len);
	}
	str_free(&out);
	return NULL;
}

int changelog_put(const char *path, const char *paragraph, bool *changed, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	_cleanup_free_ char *fresh = NULL;
	int ret = fs_read(path, 0, &text, err);

	*changed = false;
	if (ret)
		return ret;
	fresh = rewrite(str_span(&text), paragraph);
	if (!fresh)
		return err_set(err, ERR_INPUT,
			       "%s: its message has no end: expected a line \"---\"", path);
	if (strlen(fresh) == text.len && !memcmp(fresh, str_span(&text).p, text.len))
		return 0;
	*changed = true;
	return fs_write(path, fresh, strlen(fresh), 0644, err);
}

static bool speaks_for(const struct prove_release *rel, const struct prove_row *row)
{
	return row->result == PROVE_PROVEN && row->without->finding.told &&
	       (row->patch->variant_of ||
		!release_cmp(&rel->pr.release, &rel->pr.branch->base));
}

static int write_row(const struct prove *p, const struct prove_release *rel,
		     const struct prove_row *row, struct err *err)
{
	const struct proof_finding *f = &row->without->finding;
	_cleanup_free_ char *path = fs_join(rel->pr.queue.dir, row->patch->file);
	const struct prove_state *st = row->without->state;
	bool base = !strcmp(st->state.name, "base");
	_cleanup_free_ char *where = xasprintf("%s%s (%s)", rel->pr.name, base ? "" :
					       " with the patches before this one",
					       st->state.cell->name);
	_cleanup_free_ char *name = xasprintf("%s.%s", row->proof->suite, f->told_case);
	_cleanup_free_ char *text = changelog_paragraph(where, name, f->told);
	bool changed;
	int ret = changelog_put(path, text, &changed, err);

	if (!ret)
		out_note(p->lab.out, "%s: its changelog says %s", path,
			 changed ? "what was proven" : "so already");
	return ret;
}

int changelog_write(const struct prove *p, struct err *err)
{
	int ret = 0;

	for (size_t r = 0; r < p->nreleases; r++) {
		const struct prove_release *rel = &p->releases[r];

		for (size_t i = 0; i < rel->nrows && !ret; i++) {
			const struct prove_row *row = &rel->rows[i];
			bool again = i && rel->rows[i - 1].patch == row->patch;

			/* Of several proofs of a patch the first is told. */
			if (speaks_for(rel, row) && !(again && speaks_for(rel, row - 1)))
				ret = write_row(p, rel, row, err);
		}
	}
	return ret;
}
