// SPDX-License-Identifier: GPL-2.0-only
#include "verdict.h"

#include "landed.h"

static const char *const verdict_names[] = {
	[VERDICT_CLEAN] = "clean",	 [VERDICT_OFFSET] = "offset",
	[VERDICT_FUZZ] = "fuzz",	 [VERDICT_MERGED] = "merged",
	[VERDICT_NEEDS] = "needs",	 [VERDICT_CONFLICT] = "conflict",
	[VERDICT_UNKNOWN] = "unknown",	 [VERDICT_SUPERSEDED] = "superseded",
	[VERDICT_NOT_AFFECTED] = "not-affected",
};

static const char *const evidence_names[] = {
	[EVIDENCE_HISTORY] = "history",
	[EVIDENCE_CHANGELOG] = "changelog",
	[EVIDENCE_SUPERSEDED] = "superseded-by",
	[EVIDENCE_NOT_AFFECTED] = "not-affected-if",
	[EVIDENCE_PROBE_FIXED] = "probe-fixed",
	[EVIDENCE_PROBE_AFFECTED] = "probe-affected",
	[EVIDENCE_REVERSE] = "reverse-application",
	[EVIDENCE_FORWARD] = "application",
	[EVIDENCE_REQUIRES] = "requires",
	[EVIDENCE_FILE] = "file",
};

const char *verdict_name(enum verdict_kind kind)
{
	return verdict_names[kind];
}

const char *evidence_name(enum evidence_kind kind)
{
	return evidence_names[kind];
}

/* Nothing is to be done about it. */
static bool settled(enum verdict_kind kind)
{
	return kind == VERDICT_MERGED || kind == VERDICT_SUPERSEDED || kind == VERDICT_NOT_AFFECTED;
}

int verdict_select(const struct queue *q, const struct verdict *v, const char *release,
		   struct strv *files, struct err *err)
{
	for (size_t i = 0; i < q->n; i++) {
		const char *file = q->patches[i].file;

		if (settled(v[i].kind))
			continue;
		if (v[i].kind != VERDICT_CLEAN && v[i].kind != VERDICT_OFFSET)
			return err_set(err, ERR_FINDING,
				       "%s: %s on %s; stableq status --explain %s %s says why", file,
				       verdict_name(v[i].kind), release, file, release);
		strv_add(files, file);
	}
	return 0;
}

static void add(struct verdict *v, enum evidence_kind kind, bool disagrees, char *detail)
{
	struct evidence *e = &ARRAY_PUSH(v->evidence, v->n);

	e->kind = kind;
	e->disagrees = disagrees;
	e->detail = detail;
	v->marked |= disagrees;
}

/* What a patch's probes say of a tree. */
struct probed {
	bool fixed;		/* one of the fixed probes holds */
	bool affected;		/* one of the affected probes holds */
	bool has_fixed, has_affected;
	struct str said[2];	/* by enum probe_kind: those that hold */
};

static int probe(const struct queue_patch *p, struct fileset *fs, struct probed *r,
		 struct err *err)
{
	*r = (struct probed){ false };
	for (size_t i = 0; i < p->nprobes; i++) {
		const struct probe *pr = &p->probes[i];
		unsigned int mode;
		struct span text = { "", 0 };
		size_t n;
		bool holds;
		int ret = fileset_get(fs, pr->path, &text, &mode, err);

		/* A file that isn't there holds no text: that is an answer, too. */
		if (ret == ERR_NOTFOUND)
			err_clear(err);
		else if (ret)
			return ret;
		n = text_count(text, pr->text);
		holds = n > 0;
		if (pr->count)
			holds = pr->kind == PROBE_FIXED ? n >= pr->count : n == pr->count;
		if (pr->kind == PROBE_FIXED)
			r->has_fixed = true;
		else
			r->has_affected = true;
		if (!holds)
			continue;
		*(pr->kind == PROBE_FIXED ? &r->fixed : &r->affected) = true;
		str_addf(&r->said[pr->kind], "%s%s has %zu x '%s'", r->said[pr->kind].len ? "; " : "",
			 pr->path, n, pr->text);
	}
	return 0;
}

static void probed_clear(struct probed *r)
{
	str_free(&r->said[PROBE_FIXED]);
	str_free(&r->said[PROBE_AFFECTED]);
}

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
	int ret = patch_parse(r, p->patch.name, (struct span){ p->patch.text, p->patch.len },
			      p->strip, err);

	if (!ret && !p->reverse)
		patch_reverse(r);
	return ret;
}

/*
 * Take the patch out again, in a layer over the tree that is then thrown away. @out has its files
 * and hunks in the patch's order.
 */
static int take_out(const struct queue_patch *p, struct fileset *fs, struct file_outcome **out,
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

/*
 * Is what the patch does there? Weak evidence: others have written the fix, too, and what stands
 * around it may have changed since. Only lines that are missing or left over disagree.
 */
static int add_reverse(const struct queue_patch *p, struct fileset *fs, struct verdict *v,
		       struct err *err)
{
	_cleanup_str_ struct str detail = STR_INIT;
	struct file_outcome *out = NULL;
	struct landing l = { 0 };
	size_t differ;
	int ret = take_out(p, fs, &out, err);

	for (size_t f = 0; f < p->patch.nfiles && !ret; f++)
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
		add(v, EVIDENCE_REVERSE, differ > 0, str_take(&detail));
	str_free(&l.said);
	file_outcomes_free(out, p->patch.nfiles);
	return ret;
}

/* What history and changelog say of an id, as evidence; also how much there is of it. */
static size_t add_seen(const struct verdict_history *seen, const char *id, struct verdict *v)
{
	size_t n = 0;

	for (size_t i = 0; seen && id && i < seen->n; i++) {
		if (!same_commit(seen->v[i].upstream, id))
			continue;
		add(v, seen->v[i].kind, false, xasprintf("%s names %s", seen->v[i].where, id));
		n++;
	}
	return n;
}

static int judge_merged(const struct queue_patch *p, struct fileset *fs, struct probed *pr,
			struct verdict *v, struct err *err)
{
	v->kind = VERDICT_MERGED;
	if (pr->has_fixed && pr->said[PROBE_FIXED].len)
		add(v, EVIDENCE_PROBE_FIXED, false, str_take(&pr->said[PROBE_FIXED]));
	else if (pr->has_fixed)
		add(v, EVIDENCE_PROBE_FIXED, true, xstrdup("no line tells that the fix is there"));
	if (pr->affected)
		add(v, EVIDENCE_PROBE_AFFECTED, true, str_take(&pr->said[PROBE_AFFECTED]));
	return add_reverse(p, fs, v, err);
}

/* The worst of the hunks decides between clean, offset and fuzz. */
static enum verdict_kind grade(const struct file_outcome *out, size_t nfiles)
{
	enum verdict_kind kind = VERDICT_CLEAN;

	for (size_t f = 0; f < nfiles; f++)
		for (size_t h = 0; h < out[f].nhunks; h++) {
			if (out[f].hunks[h].result == HUNK_FUZZ)
				kind = VERDICT_FUZZ;
			else if (out[f].hunks[h].result == HUNK_OFFSET && kind == VERDICT_CLEAN)
				kind = VERDICT_OFFSET;
		}
	return kind;
}

static const char *unmet(const struct queue *q, const struct queue_patch *p,
			 const struct verdict *v)
{
	for (size_t i = 0; i < p->requires.n; i++)
		for (size_t k = 0; k < q->n && &q->patches[k] != p; k++)
			if (!strcmp(queue_patch_row(&q->patches[k]), p->requires.v[i]) &&
			    (v[k].kind == VERDICT_CONFLICT || v[k].kind == VERDICT_NEEDS ||
			     v[k].kind == VERDICT_UNKNOWN))
				return queue_patch_row(&q->patches[k]);
	return NULL;
}

static int judge_needed(const struct queue *q, const struct queue_patch *p, struct fileset *fs,
			struct probed *pr, const struct verdict *all, struct verdict *v,
			struct err *err)
{
	struct patch_apply_opts opts = { .max_fuzz = 2 };
	struct file_outcome *out = NULL;
	struct str detail = STR_INIT;
	const char *need = unmet(q, p, all);
	size_t total = 0, missing;
	int ret = patch_apply(fs, &p->patch, &opts, &out, err);

	if (ret && ret != ERR_FINDING) {
		file_outcomes_free(out, p->patch.nfiles);
		return ret;
	}
	missing = describe(out, p->patch.nfiles, &detail, &total);
	v->kind = ret == ERR_FINDING ? VERDICT_CONFLICT : grade(out, p->patch.nfiles);
	if (need) {
		v->kind = VERDICT_NEEDS;
		add(v, EVIDENCE_REQUIRES, false, xasprintf("%s has to be there first", need));
	}
	if (pr->affected)
		add(v, EVIDENCE_PROBE_AFFECTED, false, str_take(&pr->said[PROBE_AFFECTED]));
	else if (pr->has_affected)
		add(v, EVIDENCE_PROBE_AFFECTED, true,
		    xstrdup("no line tells that the bug is there; is the release affected?"));
	if (ret == ERR_FINDING)
		add(v, EVIDENCE_FORWARD, false,
		    xasprintf("%zu of %zu hunks do not fit\n%s", missing, total, str_span(&detail).p));
	else
		add(v, EVIDENCE_FORWARD, false,
		    xasprintf("%zu of %zu hunks fit%s%s", total, total, detail.len ? "\n" : "",
			      str_span(&detail).p));
	err_clear(err);
	str_free(&detail);
	file_outcomes_free(out, p->patch.nfiles);
	return 0;
}

/* Without probes only reverse application can tell that a patch is there already. */
static int reverse_fits(const struct queue_patch *p, struct fileset *fs, bool *fits,
			struct err *err)
{
	_cleanup_str_ struct str detail = STR_INIT;
	struct file_outcome *out = NULL;
	size_t total = 0;
	int ret = take_out(p, fs, &out, err);

	*fits = !ret && !describe(out, p->patch.nfiles, &detail, &total) && total;
	file_outcomes_free(out, p->patch.nfiles);
	return ret;
}

/* Is another commit there that took the place of this one? Then the verdict is made. */
static int judge_superseded(const struct queue_patch *p, struct fileset *fs,
			    const struct verdict_history *seen, struct probed *pr,
			    struct verdict *v, bool *superseded, struct err *err)
{
	*superseded = false;
	for (size_t i = 0; i < p->nsuccessors; i++) {
		const struct successor *s = &p->successors[i];
		char *detail = NULL;
		bool holds;
		int ret = fact_check(&s->sign, fs, &holds, &detail, err);

		if (ret)
			return ret;
		if (holds)
			add(v, EVIDENCE_SUPERSEDED, false, xasprintf("commit %s: %s", s->id, detail));
		*superseded |= add_seen(seen, s->id, v) || holds;
		free(detail);
	}
	if (!*superseded)
		return 0;
	v->kind = VERDICT_SUPERSEDED;
	add_seen(seen, queue_patch_commit(p), v);
	if (pr->fixed && pr->has_fixed)
		add(v, EVIDENCE_PROBE_FIXED, false, str_take(&pr->said[PROBE_FIXED]));
	if (pr->affected)
		add(v, EVIDENCE_PROBE_AFFECTED, true, str_take(&pr->said[PROBE_AFFECTED]));
	return 0;
}

/*
 * Do all the facts hold that the header gives? Text that only the bug has outweighs them: then the
 * patch is needed, and they stand beside as what disagrees.
 */
static int judge_unaffected(const struct queue_patch *p, struct fileset *fs,
			    const struct probed *pr, struct verdict *v, bool *unaffected,
			    struct err *err)
{
	_cleanup_str_ struct str said = STR_INIT;
	bool holds = p->nunaffected > 0;

	*unaffected = false;
	for (size_t i = 0; i < p->nunaffected && holds; i++) {
		_cleanup_free_ char *detail = NULL;
		int ret = fact_check(&p->unaffected[i], fs, &holds, &detail, err);

		if (ret)
			return ret;
		str_addf(&said, "%s%s", said.len ? "; " : "", detail);
	}
	if (!holds)
		return 0;
	add(v, EVIDENCE_NOT_AFFECTED, pr->affected, str_take(&said));
	*unaffected = !pr->affected;
	if (*unaffected)
		v->kind = VERDICT_NOT_AFFECTED;
	return 0;
}

/* What is judged, and on what ground. */
struct judging {
	const struct queue *q;
	struct fileset *fs;
	const struct verdict_history *seen;
	struct verdict *all;
};

static int judge_probed(const struct judging *j, const struct queue_patch *p, struct probed *pr,
			struct verdict *v, struct err *err)
{
	bool settled_by_facts;
	int ret = pr->has_fixed ? 0 : reverse_fits(p, j->fs, &pr->fixed, err);

	ret = ret ? ret : judge_superseded(p, j->fs, j->seen, pr, v, &settled_by_facts, err);
	if (ret || settled_by_facts)
		return ret;
	if (add_seen(j->seen, queue_patch_commit(p), v) || pr->fixed)
		return judge_merged(p, j->fs, pr, v, err);
	ret = judge_unaffected(p, j->fs, pr, v, &settled_by_facts, err);
	if (ret || settled_by_facts)
		return ret;
	return judge_needed(j->q, p, j->fs, pr, j->all, v, err);
}

static int judge(const struct judging *j, size_t i, struct err *err)
{
	const struct queue_patch *p = &j->q->patches[i];
	struct verdict *v = &j->all[i];
	struct probed pr;
	int ret = probe(p, j->fs, &pr, err);

	v->patch = p;
	ret = ret ? ret : judge_probed(j, p, &pr, v, err);
	probed_clear(&pr);
	/* A file that can't be read spoils this row only. */
	if (ret == ERR_INPUT || ret == ERR_SYSTEM) {
		v->kind = VERDICT_UNKNOWN;
		add(v, EVIDENCE_FILE, true, xstrdup(err->msg ? err->msg : "unreadable"));
		err_clear(err);
		ret = 0;
	}
	return ret;
}

int verdict_queue_seen(const struct queue *q, struct fileset *fs,
		       const struct verdict_history *seen, struct verdict **v, struct err *err)
{
	struct judging j = { q, fs, seen, xcalloc(q->n, sizeof(*j.all)) };
	int ret = 0;

	*v = j.all;
	for (size_t i = 0; i < q->n && !ret; i++)
		ret = judge(&j, i, err);
	return ret;
}

int verdict_queue(const struct queue *q, struct fileset *fs, struct verdict **v,
		  struct err *err)
{
	return verdict_queue_seen(q, fs, NULL, v, err);
}

void verdicts_free(struct verdict *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++) {
		for (size_t k = 0; k < v[i].n; k++)
			free(v[i].evidence[k].detail);
		free(v[i].evidence);
	}
	free(v);
}
