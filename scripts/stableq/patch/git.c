// SPDX-License-Identifier: GPL-2.0-only
/*
 * patch/git.c - the extended headers of git's diffs (git-diff(1), "Generating patch text with -p")
 */
#include "patch/git.h"

#include <ctype.h>

struct git_header {
	struct diff_name name[2];	/* of the "diff --git" line */
	char *from, *to;		/* of the rename or copy lines, nothing stripped */
	unsigned int old_mode, new_mode;
	bool new_file, deleted, rename, copy;
	bool absent[2];			/* by the index line, before and after */
};

static void git_header_free(struct git_header *g)
{
	diff_name_free(&g->name[0]);
	diff_name_free(&g->name[1]);
	free(g->from);
	free(g->to);
}

static int parse_mode(struct parser *ps, struct span s, unsigned int *mode)
{
	unsigned int m = 0;

	s = span_trim(s);
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '7' || s.len != 6)
			return parse_error(ps, ps->line, "malformed mode: " SPAN_FMT, SPAN_ARG(s));
		m = m * 8 + (unsigned int)(s.p[i] - '0');
	}
	if (m >> 12 == 012)
		return parse_error(ps, ps->line, "a symbolic link; only regular files are patched");
	if (m >> 12 == 016)
		return parse_error(ps, ps->line, "a submodule; only regular files are patched");
	if (m >> 12 != 010)
		return parse_error(ps, ps->line, "unknown mode " SPAN_FMT ", expected 100644 or "
				   "100755", SPAN_ARG(s));
	*mode = m & 0777;
	return 0;
}

static int moved_name(struct parser *ps, struct span s, char **name)
{
	if (*name)
		return parse_error(ps, ps->line, "a second name for the same side");
	*name = diff_name_unquote(span_trim(s));
	return *name ? 0 : parse_error(ps, ps->line, "a quoted file name that is malformed");
}

/*
 * git leaves the a/ and b/ out of these names, so that they are one component ahead. GNU patch
 * ignores them; here they have to say what the "diff --git" line says.
 */
static int check_moved(struct parser *ps, const struct file_patch *f, const char *moved,
		       const char *path)
{
	const char *want = ps->strip && moved ? diff_name_strip(moved, ps->strip - 1) : NULL;

	if (!moved)
		return parse_error(ps, f->line, "a rename or copy with only one of its two names");
	if (ps->strip && (!want || strcmp(want, path) != 0))
		return parse_error(ps, f->line,
				   "\"%s\" on the \"diff --git\" line and \"%s\" below it "
				   "disagree",
				   path, moved);
	return 0;
}

static bool only_zeros(struct span id)
{
	for (size_t i = 0; i < id.len; i++)
		if (id.p[i] != '0')
			return false;
	return id.len >= 7;
}

static int check_index(struct parser *ps, struct span s, struct git_header *g)
{
	struct span ids, mode, old, new;
	unsigned int bits;

	if (span_cut(span_head(s, strcspn(s.p, " \r\n")), "..", &old, &new)) {
		g->absent[0] = only_zeros(old);
		g->absent[1] = only_zeros(new);
	}
	return span_cut(span_trim(s), " ", &ids, &mode) ? parse_mode(ps, mode, &bits) : 0;
}

/* One extended header line. Return: 1 when @line is none. */
static int extended(struct parser *ps, struct span line, struct git_header *g)
{
	static const struct {
		const char *word;
		enum { OLD_MODE, NEW_MODE, DELETED, NEW, RENAME_FROM, RENAME_TO, COPY_FROM, COPY_TO,
		       SIMILARITY, INDEX } what;
	} words[] = {
		{ "old mode ", OLD_MODE },
		{ "new mode ", NEW_MODE },
		{ "deleted file mode ", DELETED },
		{ "new file mode ", NEW },
		{ "rename from ", RENAME_FROM },
		{ "rename to ", RENAME_TO },
		{ "copy from ", COPY_FROM },
		{ "copy to ", COPY_TO },
		{ "similarity index ", SIMILARITY },
		{ "dissimilarity index ", SIMILARITY },
		{ "index ", INDEX },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct span s = line;

		if (!span_take(&s, words[i].word))
			continue;
		parse_next(ps, &line);
		switch (words[i].what) {
		case OLD_MODE:
			return parse_mode(ps, s, &g->old_mode);
		case NEW_MODE:
			return parse_mode(ps, s, &g->new_mode);
		case DELETED:
			g->deleted = true;
			return parse_mode(ps, s, &g->old_mode);
		case NEW:
			g->new_file = true;
			return parse_mode(ps, s, &g->new_mode);
		case RENAME_FROM:
			g->rename = true;
			return moved_name(ps, s, &g->from);
		case RENAME_TO:
			g->rename = true;
			return moved_name(ps, s, &g->to);
		case COPY_FROM:
			g->copy = true;
			return moved_name(ps, s, &g->from);
		case COPY_TO:
			g->copy = true;
			return moved_name(ps, s, &g->to);
		case SIMILARITY:
			return 0;
		case INDEX:
			return check_index(ps, s, g);
		}
	}
	return 1;
}

static int header_lines(struct parser *ps, struct file_patch *f, struct git_header *g)
{
	struct span line;
	const char *why;
	int ret;

	parse_next(ps, &line);
	span_take(&line, "diff --git ");
	for (int i = 0; i < 2; i++) {
		why = diff_name_word(&g->name[i], &line, ps->strip);
		if (why)
			return parse_error(ps, ps->line, "%s on the \"diff --git\" line", why);
	}
	/* Names with blanks that aren't quoted: only the lines below can tell. */
	if (span_trim(line).len) {
		diff_name_free(&g->name[0]);
		diff_name_free(&g->name[1]);
		g->name[0].short_of_strip = g->name[1].short_of_strip = false;
	}
	while (parse_peek(ps, &line)) {
		ret = extended(ps, line, g);
		if (ret < 0)
			return ret;
		if (ret)
			break;
	}
	if (parse_peek(ps, &line) && (span_starts(line, "GIT binary patch") ||
				      span_starts(line, "Binary files ")))
		return parse_error(ps, ps->line + 1, "a binary patch; a queue holds text only");
	if (g->new_file + g->deleted + g->rename + g->copy > 1)
		return parse_error(ps, f->line,
				   "new, deleted, renamed and copied exclude each other");
	/* GNU patch believes it, and then finds that the file isn't as it says. */
	if (g->absent[0] && !g->new_file)
		return parse_error(ps, f->line,
				   "the \"index\" line says that the file is not there "
				   "before, and no \"new file mode\" line does");
	if (g->absent[1] && !g->deleted)
		return parse_error(ps, f->line,
				   "the \"index\" line says that the file is not there "
				   "after, and no \"deleted file mode\" line does");
	if (!g->new_mode != !g->old_mode && !g->new_file && !g->deleted)
		return parse_error(ps, f->line, "an old mode without a new mode, or the reverse");
	return 0;
}

/*
 * An empty file that comes or goes has no lines that name it, and with the wrong -p two names are
 * left on its "diff --git" line.
 */
static int check_one_name(struct parser *ps, const struct file_patch *f, const struct git_header *g)
{
	const char *a = g->name[0].path, *b = g->name[1].path;

	if (f->nhunks || !(g->new_file || g->deleted) || !a || !b || !strcmp(a, b))
		return 0;
	return parse_error(ps, f->line,
			   "an empty file with two names, of which GNU patch takes \"%s\" and git "
			   "none: expected one, is -p%u right?", a, ps->strip);
}

/* The name of one side; @line is that of --- or +++, if there is one. */
static int settle_side(struct parser *ps, const struct file_patch *f, struct diff_name *git,
		       struct diff_name *line, bool absent, char **path)
{
	bool short_name = git->short_of_strip || line->short_of_strip;

	if (f->nhunks && line->dev_null != absent)
		return parse_error(ps, f->line, "/dev/null and the \"%s file mode\" line disagree",
				   path == &f->old_path ? "new" : "deleted");
	if (absent)
		return 0;
	if (!git->path && !line->path)
		return parse_error(ps, f->line, short_name ?
				   "a name with fewer components than -p%u removes" :
				   "names with blanks have to be quoted (-p%u)", ps->strip);
	if (git->path && line->path && strcmp(git->path, line->path) != 0)
		return parse_error(ps, f->line,
				   "\"%s\" on the \"diff --git\" line and \"%s\" below it "
				   "disagree",
				   git->path, line->path);
	*path = line->path ? line->path : git->path;
	*(line->path ? &line->path : &git->path) = NULL;
	return parse_check_path(ps, f->line, *path);
}

int parse_git(struct parser *ps, struct file_patch *f)
{
	_cleanup_(diff_name_free) struct diff_name old = { 0 }, new = { 0 };
	_cleanup_(git_header_free) struct git_header g = { 0 };
	struct span line;
	int ret;

	f->git = true;
	ret = header_lines(ps, f, &g);
	if (!ret && parse_peek(ps, &line) && span_starts(line, "--- ")) {
		struct span rest = ps->rest, next = { "", 0 };

		span_line(&rest, &line);
		span_line(&rest, &next);
		if (!span_starts(next, "+++ "))
			return parse_error(ps, ps->line + 2, "expected a +++ line");
		ret = parse_hunks(ps, f, &old, &new);
	}
	if (ret)
		return ret;
	f->change = g.new_file ? FILE_NEW : g.deleted ? FILE_DELETED :
		    g.rename ? FILE_RENAMED : g.copy ? FILE_COPIED : FILE_MODIFIED;
	f->old_mode = g.old_mode;
	f->new_mode = g.new_mode;
	if (!f->nhunks && f->change == FILE_MODIFIED && !f->new_mode)
		return parse_error(ps, f->line, "a \"diff --git\" line without a change behind it");
	ret = check_one_name(ps, f, &g);
	if (!ret)
		ret = settle_side(ps, f, &g.name[0], &old, g.new_file, &f->old_path);
	if (!ret)
		ret = settle_side(ps, f, &g.name[1], &new, g.deleted, &f->new_path);
	if (!ret)
		ret = parse_check_whole(ps, f);
	if (ret)
		return ret;
	if (g.rename || g.copy) {
		ret = check_moved(ps, f, g.from, f->old_path);
		if (!ret)
			ret = check_moved(ps, f, g.to, f->new_path);
		if (!ret && !strcmp(f->old_path, f->new_path))
			ret = parse_error(ps, f->line, "a rename or copy of \"%s\" to itself",
					  f->old_path);
		return ret;
	}
	if (f->change == FILE_MODIFIED && strcmp(f->old_path, f->new_path) != 0)
		return parse_error(ps, f->line,
				   "\"%s\" becomes \"%s\" without a rename or copy line",
				   f->old_path, f->new_path);
	return 0;
}
