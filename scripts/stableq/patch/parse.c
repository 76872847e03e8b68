// SPDX-License-Identifier: GPL-2.0-only
/*
 * patch/parse.c - from a patch file's bytes to its files
 *
 * GNU patch reads past anything it doesn't know. Here that is an error, since one damaged byte
 * would otherwise drop a hunk or a whole file from a patch without a word.
 */
#include "patch/git.h"

#include <ctype.h>

/* "index 0123456..89abcde 100644" and its like: nothing but git writes these. */
static bool is_git_extended(struct span l)
{
	static const char *const whole[] = { "old mode ", "new mode ", "new file mode ",
					     "deleted file mode ", "similarity index " };

	l = span_trim(l);
	for (size_t i = 0; i < ARRAY_SIZE(whole); i++)
		if (span_take(&l, whole[i]))
			return span_run(l, isdigit) && !span_has_c(l, ' ');
	if (!span_take(&l, "index ") || !span_run(l, isxdigit))
		return false;
	l = span_past(l, isxdigit);
	return l.len > 3 && span_take(&l, "..") && span_run(l, isxdigit);
}

static bool is_hunk_start(struct span l)
{
	return l.len > 4 && span_starts(l, "@@ -") && isdigit((unsigned char)l.p[4]);
}

/* Lines that come before the "--- " of a plain diff and say nothing that it doesn't. */
static bool is_prelude(struct span l)
{
	return (span_starts(l, "diff -") && !span_starts(l, "diff --git ")) ||
	       span_starts(l, "Index: ") || span_starts(l, "==========");
}

static bool is_signature(struct span l)
{
	return span_is(l, "-- ") || span_is(l, "--") || span_is(l, "-- \r") || span_is(l, "--\r");
}

/* Without what GNU patch takes for the indent of a diff, or for a digest's "- ". */
static struct span unindented(struct span l)
{
	while (l.len && (l.p[0] == ' ' || l.p[0] == '\t' || l.p[0] == 'X' ||
			 span_starts(l, "- ")))
		l = span_skip(l, l.p[0] == '-' ? 2 : 1);
	return l;
}

/*
 * Text before, between or behind the diffs: a mail's header and body, its signature. Stops in
 * front of a diff, or at the end. @end is where the text ends: before the prelude of the diff.
 */
static int skip_text(struct parser *ps, const char **end)
{
	struct span line, before = { "", 0 };

	*end = NULL;
	while (parse_peek(ps, &line)) {
		struct span rest = ps->rest, next = { "", 0 };
		unsigned int at = ps->line + 1;

		span_line(&rest, &line);
		span_line(&rest, &next);
		if (span_starts(line, "diff --git "))
			break;
		if (span_starts(line, "--- ") && span_starts(next, "+++ "))
			break;
		if (is_hunk_start(line))
			return parse_error(ps, at,
					   "a hunk without the --- and +++ lines of its file");
		if (is_git_extended(line) && !patch_allows(ps->p->reading, ALLOW_ORPHANS))
			return parse_error(ps, at, "a line of a git diff without its "
					   "\"diff --git\" line: " SPAN_FMT, SPAN_ARG(line));
		if (span_starts(line, "GIT binary patch") ||
		    (span_starts(line, "Binary files ") && span_ends(line, " differ")))
			return parse_error(ps, at, "a binary patch; a queue holds text only");
		if (span_starts(line, "***************") && span_starts(next, "*** "))
			return parse_error(ps, at,
					   "a context diff; expected a unified one (diff -u)");
		if (is_hunk_start(unindented(line)) && span_starts(unindented(before), "+++ "))
			return parse_error(ps, at,
					   "an indented diff in the text, which patch would "
					   "apply: break its \"@@\" line");
		if (is_prelude(line)) {
			if (!*end)
				*end = line.p;
		} else {
			*end = NULL;
		}
		before = line;
		parse_next(ps, &line);
	}
	if (!*end)
		*end = ps->rest.p;
	return 0;
}

/*
 * What may stand behind a complete file: nothing that looks like more of its hunks. @apart: there
 * was text, as between two commits.
 */
static int skip_between(struct parser *ps, bool *apart)
{
	struct span line;
	bool blank = false;
	const char *end;

	*apart = false;
	while (parse_peek(ps, &line)) {
		struct span rest = ps->rest, next = { "", 0 };

		span_line(&rest, &line);
		span_line(&rest, &next);
		if (span_starts(line, "diff --git ") ||
		    (span_starts(line, "--- ") && span_starts(next, "+++ ")))
			return 0;
		if (!span_trim(line).len) {
			blank = true;
		} else if (is_signature(line) ||
			   (blank && (span_is(line, "---") || span_starts(line, "From ") ||
				      span_starts(line, "base-commit: ")))) {
			*apart = true;
			return skip_text(ps, &end);
		} else if (is_hunk_start(line)) {
			return parse_error(ps, ps->line + 1,
					   "a hunk without the --- and +++ lines of its file");
		} else if (span_starts(line, "GIT binary patch") ||
			   span_starts(line, "Binary files ")) {
			return parse_error(ps, ps->line + 1,
					   "a binary patch; a queue holds text only");
		} else if (!is_prelude(line) && !strchr(" +-\\", line.p[0]) &&
			   patch_allows(ps->p->reading, ALLOW_TEXT)) {
			*apart = true;
			return skip_text(ps, &end);
		} else if (!is_prelude(line)) {
			return parse_error(ps, ps->line + 1, "%s: " SPAN_FMT,
					   strchr(" +-", line.p[0]) ?
					   "the hunk is longer than its @@ line says" :
					   "garbage behind the last hunk", SPAN_ARG(line));
		}
		parse_next(ps, &line);
	}
	return 0;
}

static void drop(char **s)
{
	free(*s);
	*s = NULL;
}

static int parse_plain(struct parser *ps, struct file_patch *f)
{
	_cleanup_(diff_name_free) struct diff_name old = { 0 }, new = { 0 };
	int ret = parse_hunks(ps, f, &old, &new);

	if (ret)
		return ret;
	if (old.dev_null && new.dev_null)
		return parse_error(ps, f->line, "both names are /dev/null");
	if (old.epoch && f->old_empty)
		f->change = FILE_NEW;
	else if (new.epoch && f->new_empty)
		f->change = FILE_DELETED;
	else if (old.dev_null || new.dev_null)
		return parse_error(ps, f->hunks[0].line, "a hunk that %s lines of /dev/null",
				   old.dev_null ? "expects" : "makes");
	/* A name that is too short for -p is no name; the other one counts. */
	f->old_path = old.path ? old.path : new.path ? xstrdup(new.path) : NULL;
	f->new_path = new.path ? new.path : old.path ? xstrdup(old.path) : NULL;
	old.path = NULL;
	new.path = NULL;
	if (!f->old_path)
		return parse_error(ps, f->line,
				   "both names have fewer components than -p%u removes", ps->strip);
	/* diff -N names the file on both sides. */
	if (f->change == FILE_NEW)
		drop(&f->old_path);
	if (f->change == FILE_DELETED)
		drop(&f->new_path);
	ret = parse_check_whole(ps, f);
	if (!ret)
		ret = parse_check_path(ps, f->line, f->old_path);
	if (!ret)
		ret = parse_check_path(ps, f->line, f->new_path);
	return ret;
}

/* GNU patch looks for the lines of a git diff until it finds some, whosever they are. */
static int check_alone(struct parser *ps, const struct file_patch *before)
{
	if (!before || !before->git || before->nhunks || span_starts(ps->rest, "diff --git "))
		return 0;
	return parse_error(ps, ps->line + 1,
			   "GNU patch takes this for the lines of the git diff in line %u, "
			   "which has none, and git for a diff of its own: put it in a patch of "
			   "its own", before->line);
}

int patch_parse(struct patch *p, const char *name, struct span text, unsigned int strip,
		struct err *err)
{
	struct str copy = STR_INIT;

	str_add(&copy, text.p, text.len);
	return patch_parse_own(p, name, &copy, strip, READ_STRICT, err);
}

int patch_parse_own(struct patch *p, const char *name, struct str *text, unsigned int strip,
		    enum patch_reading reading, struct err *err)
{
	struct parser ps = { .p = p, .name = name, .strip = strip, .err = err };
	bool apart = false;
	const char *end;
	int ret;

	*p = (struct patch){ .reading = reading };
	p->name = xstrdup(name);
	/* An editor may have cut off the last newline. */
	if (text->len && text->s[text->len - 1] != '\n' && patch_allows(reading, ALLOW_CHOPPED))
		str_addc(text, '\n');
	p->len = text->len;
	p->text = str_take(text);
	ps.rest = (struct span){ p->text, p->len };
	ret = skip_text(&ps, &end);
	if (ret)
		return ret;
	p->header = (struct span){ p->text, (size_t)(end - p->text) };
	while (ps.rest.len) {
		struct file_patch *f = &ARRAY_PUSH(p->files, p->nfiles);

		ret = check_alone(&ps, p->nfiles > 1 ? f - 1 : NULL);
		if (ret)
			return ret;
		f->line = ps.line + 1;
		f->apart = apart;
		ret = span_starts(ps.rest, "diff --git ") ? parse_git(&ps, f) : parse_plain(&ps, f);
		if (!ret)
			ret = skip_between(&ps, &apart);
		if (ret)
			return ret;
	}
	if (!p->nfiles && p->len)
		return parse_error(&ps, 1, "no diff in it");
	return 0;
}
