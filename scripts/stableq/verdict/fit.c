// SPDX-License-Identifier: GPL-2.0-only
/* verdict/fit.c - a patch against a release's files: put in, taken out, and line by line */
#include "verdict/private.h"

#include "verdict/landed.h"

static const char *target(const struct file_patch *f)
{
	return f->new_path ? f->new_path : f->old_path;
}

/* One line a hunk that isn't where and as the patch says. Return: the number of such hunks. */
static size_t describe(const struct file_outcome *out, size_t nfiles, struct str *to,
		       size_t *total)
{
	size_t odd = 0;

	for (size_t f = 0; f < nfiles; f++) {
		const char *path = target(out[f].fp);

		if (out[f].error) {
			str_addf(to, "%s%s: %s", to->len ? "\n" : "", path, out[f].error);
			odd++;
		}
		*total += out[f].nhunks;
		for (size_t h = 0; h < out[f].nhunks; h++) {
			const struct hunk_outcome *o = &out[f].hunks[h];

			if (o->result == HUNK_CLEAN)
				continue;
			str_addf(to, "%s%s: hunk %zu: ", to->len ? "\n" : "", path, h + 1);
			if (o->result == HUNK_OFFSET)
				str_addf(to, "offset %ld", o->offset);
			else if (o->result == HUNK_FUZZ)
				str_addf(to, "fuzz %u, offset %ld", o->fuzz, o->offset);
			else
				str_addf(to, "%s", o->detail ? o->detail : "does not fit");
			odd += o->result == HUNK_FAILED || o->result == HUNK_REVERSED;
		}
	}
	return odd;
}

/* A parsed copy of the patch, turned round. */
static int reversed(const struct queue_patch *p, struct patch *r, struct err *err)
{
	struct str text = STR_INIT;
	int ret;

	str_add(&text, p->patch.text, p->patch.len);
	ret = patch_parse_own(r, p->patch.name, &text, p->strip, p->patch.reading, err);

	if (!ret && !p->reverse)
		patch_reverse(r);
	return ret;
}

/* In a layer over the tree that is then thrown away. */
int verdict_take_out(const struct queue_patch *p, struct fileset *fs, struct file_outcome **out,
		     struct err *err)
{
	struct patch_apply_opts opts = { .max_fuzz = 0, .keep_partial = true };
	struct fileset *copy = fileset_over(fs);
	struct patch r = { NULL };
	int ret = reversed(p, &r, err);

	*out = NULL;
	ret = ret ? ret : patch_apply(copy, &r, &opts, out, err);
	/* What is left borrows nothing from the reversed copy. */
	for (size_t i = 0; *out && i < p->patch.nfiles; i++)
		(*out)[i].fp = &p->patch.files[i];
	patch_free(&r);
	fileset_free(copy);
	if (ret != ERR_FINDING)
		return ret;
	err_clear(err);
	return 0;
}

/* How the hunks of a merged patch were found. */
struct landing {
	size_t total, fit, there;
	struct str said;
};

static void landing_hunk(struct landing *l, const char *path, const struct file_outcome *out,
			 size_t h, struct span text)
{
	const struct hunk_outcome *o = h < out->nhunks ? &out->hunks[h] : NULL;
	_cleanup_str_ struct str said = STR_INIT;

	l->total++;
	if (o && (o->result == HUNK_CLEAN || o->result == HUNK_OFFSET)) {
		l->fit++;
		if (o->result == HUNK_OFFSET)
			str_addf(&l->said, "\n%s: hunk %zu: offset %ld", path, h + 1, o->offset);
		return;
	}
	if (!landed_hunk(path, &out->fp->hunks[h], text, &said)) {
		str_addf(&l->said, "\n%s: hunk %zu: %s", path, h + 1, str_span(&said).p);
		return;
	}
	l->there++;
	str_addf(&l->said, "\n%s: hunk %zu: its lines are there; around them, %s", path, h + 1,
		 o && o->detail ? o->detail : out->error ? out->error : "something differs");
}

static int landing_file(struct landing *l, const struct file_outcome *out, struct fileset *fs,
			struct err *err)
{
	const char *path = target(out->fp);
	_cleanup_str_ struct str text = STR_INIT;
	unsigned int mode;
	struct span raw;
	int ret = fileset_get(fs, path, &raw, &mode, err);

	/* Nothing is in a file that isn't there. */
	if (ret == ERR_NOTFOUND)
		err_clear(err);
	else if (ret)
		return ret;
	else
		landed_text(path, raw, &text);
	/* A rename, or an empty file. */
	if (!out->fp->nhunks && out->error) {
		l->total++;
		str_addf(&l->said, "\n%s: %s", path, out->error);
	}
	for (size_t h = 0; h < out->fp->nhunks; h++)
		landing_hunk(l, path, out, h, str_span(&text));
	return 0;
}

int verdict_landed(const struct queue_patch *p, struct fileset *fs, struct verdict *v,
		   struct err *err)
{
	_cleanup_str_ struct str detail = STR_INIT;
	struct file_outcome *out = NULL;
	struct landing l = { 0 };
	size_t differ;
	int ret = verdict_take_out(p, fs, &out, err);

	for (size_t f = 0; out && f < p->patch.nfiles && !ret; f++)
		ret = landing_file(&l, &out[f], fs, err);
	differ = l.total - l.fit - l.there;
	str_addf(&detail, "%zu of %zu hunks can be taken out again", l.fit, l.total);
	if (l.there)
		str_addf(&detail, ", %zu more %s there in other surroundings", l.there,
			 l.there == 1 ? "is" : "are");
	if (differ)
		str_addf(&detail, ", %zu %s: the fix landed in other words, or not as a whole",
			 differ, differ == 1 ? "differs" : "differ");
	str_adds(&detail, str_span(&l.said).p);
	if (!ret)
		verdict_add(v, EVIDENCE_REVERSE, false, str_take(&detail));
	v->reworded = !ret && differ > 0;
	str_free(&l.said);
	file_outcomes_free(out, p->patch.nfiles);
	return ret;
}

/* The worst of the hunks decides between clean, offset and fuzz. */
static enum verdict_fit grade(const struct file_outcome *out, size_t nfiles)
{
	enum verdict_fit fit = FIT_CLEAN;

	for (size_t f = 0; f < nfiles; f++)
		for (size_t h = 0; h < out[f].nhunks; h++) {
			if (out[f].hunks[h].result == HUNK_FUZZ)
				fit = FIT_FUZZ;
			else if (out[f].hunks[h].result == HUNK_OFFSET && fit == FIT_CLEAN)
				fit = FIT_OFFSET;
		}
	return fit;
}

/* Every hunk and file that doesn't fit, for programs. */
static void add_misfits(const struct file_outcome *out, size_t nfiles, struct verdict *v)
{
	for (size_t f = 0; f < nfiles; f++) {
		const char *path = target(out[f].fp);

		if (out[f].error)
			ARRAY_PUSH(v->misfits, v->nmisfits) = (struct verdict_misfit){
				.file = xstrdup(path), .detail = xstrdup(out[f].error),
			};
		for (size_t h = 0; h < out[f].nhunks; h++) {
			const struct hunk_outcome *o = &out[f].hunks[h];

			if (o->result != HUNK_FAILED && o->result != HUNK_REVERSED)
				continue;
			ARRAY_PUSH(v->misfits, v->nmisfits) = (struct verdict_misfit){
				.file = xstrdup(path), .hunk = h + 1, .line = o->line,
				.expected = o->expected ? xstrdup(o->expected) : NULL,
				.found = o->found ? xstrdup(o->found) : NULL,
				.detail = xstrdup(o->detail ? o->detail : "is in the file already"),
			};
		}
	}
}

int verdict_try(const struct queue_patch *p, struct fileset *fs, struct verdict *v,
		struct err *err)
{
	struct patch_apply_opts opts = { .max_fuzz = 2 };
	_cleanup_str_ struct str detail = STR_INIT;
	struct file_outcome *out = NULL;
	size_t total = 0, missing;
	int ret = patch_apply(fs, &p->patch, &opts, &out, err);

	if (ret && ret != ERR_FINDING) {
		file_outcomes_free(out, p->patch.nfiles);
		return ret;
	}
	missing = describe(out, p->patch.nfiles, &detail, &total);
	v->fit = ret ? FIT_CONFLICT : grade(out, p->patch.nfiles);
	add_misfits(out, p->patch.nfiles, v);
	if (ret)
		verdict_add(v, EVIDENCE_FORWARD, false,
			    xasprintf("%zu of %zu hunks do not fit\n%s", missing, total,
				      str_span(&detail).p));
	else
		verdict_add(v, EVIDENCE_FORWARD, false,
			    xasprintf("%zu of %zu hunks fit%s%s", total, total,
				      detail.len ? "\n" : "", str_span(&detail).p));
	err_clear(err);
	file_outcomes_free(out, p->patch.nfiles);
	return 0;
}

static int count_lines(const struct file_patch *f, struct fileset *fs, struct landed_groups *g,
		       struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct span raw = { "", 0 };
	unsigned int mode;
	int ret = f->old_path ? fileset_get(fs, f->old_path, &raw, &mode, err) : 0;

	if (ret == ERR_NOTFOUND)
		err_clear(err);
	else if (ret)
		return ret;
	else
		landed_text(f->old_path ? f->old_path : f->new_path, raw, &text);
	for (size_t h = 0; h < f->nhunks; h++)
		landed_before(target(f), &f->hunks[h], str_span(&text), g);
	return 0;
}

int verdict_lines(const struct queue_patch *p, struct fileset *fs, struct verdict *v, bool *all,
		  struct err *err)
{
	struct landed_groups g = { 0, 0 };
	int ret = 0;

	for (size_t f = 0; f < p->patch.nfiles && !ret; f++)
		ret = count_lines(&p->patch.files[f], fs, &g, err);
	*all = g.total && g.there == g.total;
	if (!ret && g.total)
		verdict_add(v, EVIDENCE_LINES, false,
			    xasprintf("%zu of %zu places that it changes stand there as without it",
				      g.there, g.total));
	return ret;
}

int verdict_no_files(const struct queue_patch *p, struct fileset *fs, bool *none, struct err *err)
{
	size_t wanted = 0, there = 0;

	for (size_t f = 0; f < p->patch.nfiles; f++) {
		const char *path = p->patch.files[f].old_path;
		unsigned int mode;
		struct span text;
		int ret = path ? fileset_get(fs, path, &text, &mode, err) : ERR_NOTFOUND;

		if (ret && ret != ERR_NOTFOUND)
			return ret;
		wanted += path != NULL;
		there += !ret;
		err_clear(err);
	}
	*none = wanted && !there;
	return 0;
}
