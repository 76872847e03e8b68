// SPDX-License-Identifier: GPL-2.0-only
/*
 * diff_patch.c - generated cases through our patch room and through GNU patch
 *
 * Compared are: whether it applies, each hunk's line, fuzz and offset as GNU patch reports them,
 * and every file's bytes and permissions, also of a patch that fits only in part. Prints one line,
 * "N cases, N same, N different", and ends with 1 when there is a difference; the case is kept.
 *
 * Of commits in one file that touch a file twice, we refuse what GNU patch makes something else of
 * than the commits do, one after the other. Those are counted; that it is so is checked.
 */
#include "base/fs.h"
#include "patch/patch.h"
#include "run.h"

struct counts {
	unsigned int clean, offset, fuzz, failed;
	unsigned int twice, refused, unread, one_diff;
};

static int load(void *ctx, const char *path, struct str *to, unsigned int *mode, struct err *err)
{
	struct gen_file *f = gen_find(ctx, path);

	if (!f)
		return err_set(err, ERR_NOTFOUND, "%s: no such file", path);
	str_add(to, f->text.s, f->text.len);
	*mode = f->mode;
	return 0;
}

static int take(void *ctx, const struct fileset_change *c)
{
	if (c->exists)
		gen_set(ctx, c->path, c->text, c->mode);
	else
		gen_remove(ctx, c->path);
	return 0;
}

/* Each hunk as one line, in the order of the patch. */
static void our_report(const struct file_outcome *o, size_t n, struct str *to, struct counts *c)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < o[i].nhunks; k++) {
			const struct hunk_outcome *h = &o[i].hunks[k];

			switch (h->result) {
			case HUNK_CLEAN:
				c->clean++;
				continue;
			case HUNK_OFFSET:
				c->offset++;
				break;
			case HUNK_FUZZ:
				c->fuzz++;
				break;
			case HUNK_FAILED:
			case HUNK_REVERSED:
				c->failed++;
				str_addf(to, "#%zu failed\n", k + 1);
				continue;
			}
			str_addf(to, "#%zu fuzz %u offset %ld\n", k + 1, h->fuzz, h->offset);
		}
	}
}

/* The same out of "Hunk #1 succeeded at 12 with fuzz 1 (offset -3 lines)." */
static void real_report(struct span out, struct str *to)
{
	struct span line;

	while (span_line(&out, &line)) {
		_cleanup_free_ char *l = span_dup(line);
		const char *fuzz = strstr(l, " with fuzz "), *offset = strstr(l, " (offset ");
		unsigned int hunk;

		if (sscanf(l, "Hunk #%u ", &hunk) != 1)
			continue;
		if (strstr(l, " FAILED "))
			str_addf(to, "#%u failed\n", hunk);
		else if (strstr(l, " succeeded "))
			str_addf(to, "#%u fuzz %ld offset %ld\n", hunk,
				 fuzz ? strtol(fuzz + 11, NULL, 10) : 0,
				 offset ? strtol(offset + 9, NULL, 10) : 0);
	}
}

static int apply_ours(const struct gen_case *c, bool partial, struct gen_tree *result,
		      struct str *report, struct counts *counts, struct err *err)
{
	struct patch_apply_opts opts = { .max_fuzz = c->fuzz, .keep_partial = partial };
	struct file_outcome *o = NULL;
	struct fileset *fs;
	struct patch p;
	int ret = patch_parse(&p, "p", str_span(&c->patch), c->strip, err);

	if (!ret && c->reverse)
		patch_reverse(&p);
	for (size_t i = 0; i < c->tree.n; i++)
		gen_set(result, c->tree.f[i].path, str_span(&c->tree.f[i].text),
			c->tree.f[i].mode);
	if (!ret) {
		fs = fileset_new(load, (void *)&c->tree);
		ret = patch_apply(fs, &p, &opts, &o, err);
		our_report(o, p.nfiles, report, counts);
		fileset_each(fs, take, result);
		file_outcomes_free(o, p.nfiles);
		fileset_free(fs);
	}
	patch_free(&p);
	return ret;
}

/* GNU patch goes on, and we don't. Is an edit lost by it? NULL, or what is wrong. */
static char *check_refusal(const struct gen_case *c, const char *work, struct counts *counts)
{
	_cleanup_(gen_tree_free) struct gen_tree real = { 0 };
	_cleanup_free_ char *lost = NULL;

	gen_tree_read(&real, work, NULL);
	lost = gen_tree_differs(&real, (struct gen_tree *)&c->after);
	counts->refused++;
	return lost ? NULL : xstrdup("refused, though GNU patch makes of it what the commits make");
}

/* NULL, or what is different. @dir gets the tree that GNU patch makes. */
static char *compare(const struct gen_case *c, const char *dir, struct counts *counts)
{
	_cleanup_free_ char *work = fs_join(dir, "t"), *patch = fs_join(dir, "p");
	_cleanup_free_ char *strip = xasprintf("-p%u", c->strip);
	_cleanup_free_ char *fuzz = xasprintf("--fuzz=%u", c->fuzz);
	const char *argv[] = { "patch", strip, fuzz, "-f", "--no-backup-if-mismatch", "-r", "-",
			       "-i", "../p", c->reverse ? "-R" : NULL, NULL };
	_cleanup_str_ struct str out = STR_INIT, ours = STR_INIT, theirs = STR_INIT;
	_cleanup_str_ struct str ignored = STR_INIT;
	_cleanup_(gen_tree_free) struct gen_tree a = { 0 }, b = { 0 }, whole = { 0 };
	_cleanup_err_ struct err err = ERR_INIT, again = ERR_INIT;
	struct counts none = { 0 };
	int ret, real, strict;
	char *why;

	gen_tree_write(&c->tree, work);
	fs_write(patch, c->patch.s, c->patch.len, 0644, NULL);
	real = run_in(work, argv, &out);
	ret = apply_ours(c, true, &a, &ours, counts, &err);
	strict = apply_ours(c, false, &whole, &ignored, &none, &again);
	/* A plain diff behind a git diff without lines: GNU patch takes the two for one. */
	if (c->twice && ret == ERR_INPUT) {
		counts->unread++;
		return NULL;
	}
	if (c->twice && ret && !real && strstr(err.msg, "touches it twice: "))
		return check_refusal(c, work, counts);
	if (ret && ret != ERR_FINDING)
		return xasprintf("ours refuses it: %s", err.msg);
	counts->twice += c->twice;
	if (!ret != !real)
		return xasprintf("ours says \"%s\", patch ends with %d and says:\n%s",
				 err.msg ? err.msg : "applied", real, out.s);
	if (!strict != !ret)
		return xstrdup("all or nothing and in part disagree on whether it applies");
	why = gen_tree_differs(&whole, ret ? (struct gen_tree *)&c->tree : &a);
	if (why)
		return why;
	/* GNU patch died before its end: nothing left to compare. */
	if (real > 1)
		return NULL;
	/* It decides by bytes that it never set whether to remove such a file in the end. */
	if (c->twice && real && strstr(out.s, "which does not exist!  Applying it anyway."))
		return NULL;
	real_report(str_span(&out), &theirs);
	if (!span_eq(str_span(&ours), str_span(&theirs)))
		return xasprintf("hunks: ours\n%spatch:\n%s%s", ours.s ? ours.s : "",
				 theirs.s ? theirs.s : "", out.s);
	gen_tree_read(&b, work, NULL);
	why = gen_tree_differs(&a, &b);
	/* Sources of copies are meant as before all of it, if it can be one diff. */
	if (!why && c->twice && !ret) {
		_cleanup_free_ char *other = gen_tree_differs(&a, (struct gen_tree *)&c->after);

		counts->one_diff += other != NULL;
	}
	return why;
}

/* A difference is kept: the tree before, the patch, and what GNU patch made of it. */
static char *one_case(void *ctx, const char *dir, uint64_t seed, uint64_t k)
{
	_cleanup_free_ char *before = fs_join(dir, "before"), *why = NULL;
	char *told = NULL;
	struct gen_case c;

	gen_case(&c, seed, k);
	why = compare(&c, dir, ctx);
	if (why) {
		gen_tree_write(&c.tree, before);
		told = xasprintf("(-p%u --fuzz=%u%s): %s", c.strip, c.fuzz, c.reverse ? " -R" : "",
				 why);
	}
	gen_case_free(&c);
	return told;
}

int main(int argc, char **argv)
{
	struct counts counts = { 0 };
	struct run r;

	if (!run_begin(&r, argc, argv, 2500))
		return EXIT_USAGE;
	run_cases(&r, one_case, &counts);
	printf("seed %llu; hunks: %u clean, %u at an offset, %u with fuzz, %u failed\n", r.seed,
	       counts.clean, counts.offset, counts.fuzz, counts.failed);
	printf("%u of commits that touch a file twice: %u refused, since GNU patch makes something "
	       "else of them than they do one after the other; %u refused, a plain diff behind a "
	       "git diff without lines; %u can be one diff, and were taken for one\n", counts.twice,
	       counts.refused, counts.unread, counts.one_diff);
	return run_end(&r);
}
