// SPDX-License-Identifier: GPL-2.0-only
#include "verdict/private.h"

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
				       "%s: %s on %s; stableq status --explain %s %s says why",
				       file, verdict_name(v[i].kind), release, file, release);
		strv_add(files, file);
	}
	return 0;
}

/* What a patch's probes say of a tree. */
struct probed {
	bool fixed;		/* one of the fixed probes holds */
	bool affected;		/* one of the affected probes holds */
	bool has_fixed, has_affected;
	struct str said[2];	/* by enum probe_kind: those that hold */
	enum verdict_scale scale;	/* without a fixed probe */
	char *weighed;		/* what spoke for either, or NULL */
};

static int probe(const struct queue_patch *p, struct fileset *fs, struct probed *r,
		 struct err *err)
{
	*r = (struct probed){ .scale = SCALE_IN };
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
		str_addf(&r->said[pr->kind], "%s%s has %zu x '%s'",
			 r->said[pr->kind].len ? "; " : "", pr->path, n, pr->text);
	}
	return 0;
}

static void probed_clear(struct probed *r)
{
	str_free(&r->said[PROBE_FIXED]);
	str_free(&r->said[PROBE_AFFECTED]);
	free(r->weighed);
}

/* What history and changelog say of an id, as evidence; also how much there is for it. */
static size_t add_seen(const struct verdict_history *seen, const char *id, struct verdict *v)
{
	size_t n = 0;

	for (size_t i = 0; seen && id && i < seen->n; i++) {
		const struct verdict_seen *s = &seen->v[i];

		if (s->reverted || !same_commit(s->upstream, id))
			continue;
		verdict_add(v, s->kind, false, xasprintf("%s names %s", s->where, id));
		n++;
	}
	return n;
}

/* Was it there once? Then people want to know that somebody took it back. */
static void add_reverted(const struct verdict_history *seen, const char *id, struct verdict *v)
{
	for (size_t i = 0; seen && id && i < seen->n; i++) {
		if (!seen->v[i].reverted || !same_commit(seen->v[i].upstream, id))
			continue;
		verdict_add(v, EVIDENCE_REVERTED, false,
			    xasprintf("%s named %s, and was reverted", seen->v[i].where, id));
		v->reverted = true;
	}
}

/* As the strongest evidence puts it, which comes first. */
static char *how_known(const char *what, const struct verdict *v)
{
	const char *detail = v->n ? v->evidence[0].detail : "";

	return xasprintf("%s: %.*s", what, (int)strcspn(detail, "\n"), detail);
}

static int judge_merged(const struct queue_patch *p, struct fileset *fs, struct probed *pr,
			struct verdict *v, struct err *err)
{
	bool named = v->n > 0;
	int ret;

	v->kind = VERDICT_MERGED;
	v->need = NEED_NO;
	if (pr->has_fixed && pr->said[PROBE_FIXED].len)
		verdict_add(v, EVIDENCE_PROBE_FIXED, false, str_take(&pr->said[PROBE_FIXED]));
	else if (pr->has_fixed)
		verdict_add(v, EVIDENCE_PROBE_FIXED, false,
			    xstrdup("no line tells that the fix is there"));
	if (pr->affected)
		verdict_add(v, EVIDENCE_PROBE_AFFECTED, true, str_take(&pr->said[PROBE_AFFECTED]));
	ret = verdict_landed(p, fs, v, err);
	/* Two probes against each other, and nothing stronger to decide. */
	if (pr->affected && !named) {
		v->kind = VERDICT_UNKNOWN;
		v->need = NEED_UNKNOWN;
		verdict_why(v,
			    xstrdup("its probes say both that the fix and that the bug is there"));
	}
	verdict_why(v, how_known("merged", v));
	return ret;
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

/* No probe and no history decided: what do the patch's own lines say? */
static void need_by_lines(const struct probed *pr, bool lines, struct verdict *v)
{
	bool fits = v->fit == FIT_CLEAN || v->fit == FIT_OFFSET;

	v->need = !pr->has_affected && (lines || fits) ? NEED_YES : NEED_UNKNOWN;
	if (v->need == NEED_YES && v->ambiguous)
		verdict_why(v, xstrdup(v->fit == FIT_CONFLICT ?
				       "ambiguous: it can be taken out, but not where it belongs" :
				       "ambiguous: it can be taken out as well as put in"));
	else if (v->need == NEED_YES)
		verdict_why(v, xstrdup("what it changes stands there as without it"));
	else if (pr->has_affected)
		verdict_why(v, xstrdup("no line tells that the bug is there, and none that the fix "
				       "is"));
	else
		verdict_why(v, xstrdup("not all that it changes stands there as without it"));
}

static enum verdict_kind kind_of_fit(enum verdict_fit fit)
{
	static const enum verdict_kind kinds[] = {
		[FIT_UNTRIED] = VERDICT_UNKNOWN, [FIT_CLEAN] = VERDICT_CLEAN,
		[FIT_OFFSET] = VERDICT_OFFSET, [FIT_FUZZ] = VERDICT_FUZZ,
		[FIT_NEEDS] = VERDICT_NEEDS, [FIT_CONFLICT] = VERDICT_CONFLICT,
	};

	return kinds[fit];
}

/* It can be taken out, and that wasn't enough. A probe that tells leaves nothing in doubt. */
static void add_weighed(struct probed *pr, struct verdict *v)
{
	v->ambiguous = pr->scale == SCALE_BOTH && !pr->affected;
	if (pr->weighed)
		verdict_add(v, EVIDENCE_REVERSE, v->ambiguous, pr->weighed);
	pr->weighed = NULL;
}

static int judge_fit(const struct queue *q, const struct queue_patch *p, struct fileset *fs,
		     struct probed *pr, const struct verdict *all, struct verdict *v,
		     struct err *err)
{
	const char *need = unmet(q, p, all);
	bool lines = false;
	int ret = 0;

	if (need)
		verdict_add(v, EVIDENCE_REQUIRES, false,
			    xasprintf("%s has to be there first", need));
	if (pr->affected) {
		v->need = NEED_YES;
		verdict_why(v, xasprintf("the bug is there: %s", pr->said[PROBE_AFFECTED].s));
		verdict_add(v, EVIDENCE_PROBE_AFFECTED, false, str_take(&pr->said[PROBE_AFFECTED]));
	} else {
		if (pr->has_affected)
			verdict_add(v, EVIDENCE_PROBE_AFFECTED, false,
				    xstrdup("no line tells that the bug is there"));
		/* Before it is applied, that is. */
		ret = verdict_lines(p, fs, v, &lines, err);
	}
	add_weighed(pr, v);
	ret = ret ? ret : verdict_try(p, fs, v, err);
	if (ret)
		return ret;
	if (v->need != NEED_YES)
		need_by_lines(pr, lines, v);
	if (need) {
		v->fit = FIT_NEEDS;
		v->requires = xstrdup(need);
	}
	v->kind = kind_of_fit(v->fit);
	return 0;
}

/* A tree without the subsystem, or without a part of its files: nothing can be said of either. */
static int judge_needed(const struct queue *q, const struct queue_patch *p, struct fileset *fs,
			struct probed *pr, const struct verdict *all, struct verdict *v,
			struct err *err)
{
	bool none;
	int ret = verdict_no_files(p, fs, &none, err);

	if (ret || !none)
		return ret ? ret : judge_fit(q, p, fs, pr, all, v, err);
	v->kind = VERDICT_UNKNOWN;
	verdict_why(v, xstrdup("none of the files that it changes is there"));
	verdict_add(v, EVIDENCE_FILE, false, xstrdup(v->why));
	return 0;
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
			verdict_add(v, EVIDENCE_SUPERSEDED, false,
				    xasprintf("commit %s: %s", s->id, detail));
		*superseded |= add_seen(seen, s->id, v) || holds;
		free(detail);
	}
	if (!*superseded)
		return 0;
	v->kind = VERDICT_SUPERSEDED;
	v->need = NEED_NO;
	verdict_why(v, how_known("superseded", v));
	add_seen(seen, queue_patch_commit(p), v);
	if (pr->fixed && pr->has_fixed)
		verdict_add(v, EVIDENCE_PROBE_FIXED, false, str_take(&pr->said[PROBE_FIXED]));
	if (pr->affected)
		verdict_add(v, EVIDENCE_PROBE_AFFECTED, true, str_take(&pr->said[PROBE_AFFECTED]));
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
	verdict_add(v, EVIDENCE_NOT_AFFECTED, pr->affected, str_take(&said));
	*unaffected = !pr->affected;
	if (*unaffected) {
		v->kind = VERDICT_NOT_AFFECTED;
		v->need = NEED_NO;
		verdict_why(v, xasprintf("not affected: %s", v->evidence[v->n - 1].detail));
	}
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
	int ret = pr->has_fixed ? 0 : verdict_weigh(p, j->fs, &pr->scale, &pr->weighed, err);

	pr->fixed |= !pr->has_fixed && pr->scale == SCALE_OUT;
	ret = ret ? ret : judge_superseded(p, j->fs, j->seen, pr, v, &settled_by_facts, err);
	if (ret || settled_by_facts)
		return ret;
	if (add_seen(j->seen, queue_patch_commit(p), v) || pr->fixed)
		return judge_merged(p, j->fs, pr, v, err);
	add_reverted(j->seen, queue_patch_commit(p), v);
	ret = judge_unaffected(p, j->fs, pr, v, &settled_by_facts, err);
	if (ret || settled_by_facts)
		return ret;
	return judge_needed(j->q, p, j->fs, pr, j->all, v, err);
}

static int judge_patch(const struct judging *j, size_t i, struct err *err)
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
		v->need = NEED_UNKNOWN;
		v->marked = false;
		verdict_add(v, EVIDENCE_FILE, false, xstrdup(err->msg ? err->msg : "unreadable"));
		verdict_why(v, xstrdup(v->evidence[v->n - 1].detail));
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
		ret = judge_patch(&j, i, err);
	return ret;
}

int verdict_queue(const struct queue *q, struct fileset *fs, struct verdict **v,
		  struct err *err)
{
	return verdict_queue_seen(q, fs, NULL, v, err);
}

static void verdict_clear(struct verdict *v)
{
	for (size_t k = 0; k < v->n; k++)
		free(v->evidence[k].detail);
	for (size_t k = 0; k < v->nmisfits; k++) {
		free(v->misfits[k].file);
		free(v->misfits[k].expected);
		free(v->misfits[k].found);
		free(v->misfits[k].detail);
	}
	free(v->evidence);
	free(v->misfits);
	free(v->requires);
	free(v->why);
}

void verdicts_free(struct verdict *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++)
		verdict_clear(&v[i]);
	free(v);
}
