// SPDX-License-Identifier: GPL-2.0-only
/*
 * verdict/words.c - what the parts of a verdict come to, in words; and what behaviour makes of it
 */
#include "verdict/private.h"

/* How it fits, needed or not; and what contradicts that it is. */
static const char *words_of_fit(const struct verdict *v)
{
	static const char *const names[][5] = {
		[VERDICT_CLEAN] = { "clean", "clean, need unknown",
				    "clean, though by its facts not affected",
				    "clean, though its proof passes without it",
				     "clean, ambiguous" },
		[VERDICT_OFFSET] = { "offset", "offset, need unknown",
				     "offset, though by its facts not affected",
				     "offset, though its proof passes without it",
				     "offset, ambiguous" },
		[VERDICT_FUZZ] = { "fuzz", "fuzz, need unknown",
				   "fuzz, though by its facts not affected",
				   "fuzz, though its proof passes without it",
				     "fuzz, ambiguous" },
		[VERDICT_NEEDS] = { "needs a patch that doesn't fit, needed",
				    "needs a patch that doesn't fit, need unknown",
				    "needs a patch that doesn't fit, though by its facts not "
				    "affected",
				    "needs a patch that doesn't fit, though its proof passes",
				     "needs a patch that doesn't fit, ambiguous" },
		[VERDICT_CONFLICT] = { "conflict, needed", "conflict, need unknown",
				       "conflict, though by its facts not affected",
				       "conflict, though its proof passes without it",
				     "conflict, ambiguous" },
	};
	bool passes = v->n && v->evidence[0].kind == EVIDENCE_BEHAVIOUR && v->evidence[0].disagrees;

	return names[v->kind][!v->marked ? v->need != NEED_YES : passes ? 3 : v->ambiguous ? 4 : 2];
}

const char *verdict_words(const struct verdict *v)
{
	switch (v->kind) {
	case VERDICT_MERGED:
		return v->verified ? "merged, verified" :
		       v->marked ? "merged, but the bug's text is there" : "merged";
	case VERDICT_NOT_FIXED:
		return "merged, but not fixed";
	case VERDICT_SUPERSEDED:
		return v->verified ? "superseded, verified" :
		       v->marked ? "superseded, but the bug's text is there" : "superseded";
	case VERDICT_NOT_AFFECTED:
		return v->marked ? "not affected, but its proof fails" : "not affected";
	case VERDICT_UNKNOWN:
		return v->marked ? "unknown, its probes contradict each other" :
				   "unknown, its files aren't there or can't be read";
	default:
		return words_of_fit(v);
	}
}

/* Behaviour comes first, and one that is bad before all. */
static void put_first(struct verdict *v, bool disagrees, char *detail)
{
	struct evidence e;

	verdict_add(v, EVIDENCE_BEHAVIOUR, disagrees, detail);
	e = v->evidence[v->n - 1];
	memmove(v->evidence + 1, v->evidence, (v->n - 1) * sizeof(e));
	v->evidence[0] = e;
}

static void put_why(struct verdict *v, char *why)
{
	free(v->why);
	v->why = why;
}

static bool is_in(const struct verdict *v)
{
	return v->kind == VERDICT_MERGED || v->kind == VERDICT_SUPERSEDED ||
	       v->kind == VERDICT_NOT_FIXED;
}

/* Did a proof fail before? */
static bool failed(const struct verdict *v)
{
	return v->kind == VERDICT_NOT_FIXED ||
	       (v->n && v->evidence[0].kind == EVIDENCE_BEHAVIOUR && !v->verified);
}

/* Text that contradicts what the kernel does is outranked, not outvoted: it stays to be read. */
static void behaves_fixed(struct verdict *v, char *detail)
{
	bool before = failed(v);

	/* Its probes contradicted each other; now it is known which of them is right. */
	if (v->kind == VERDICT_UNKNOWN && v->marked) {
		v->kind = VERDICT_MERGED;
		v->need = NEED_NO;
	}
	put_first(v, v->need == NEED_YES && !before, detail);
	if (!is_in(v) || before)
		return;
	v->verified = true;
	v->marked = false;
	put_why(v, xasprintf("%s, verified: %s", verdict_name(v->kind), detail));
}

/* That the bug's text is there is no contradiction any more. */
static void agree_on_bug(struct verdict *v)
{
	v->marked = false;
	for (size_t k = 0; k < v->n; k++) {
		if (v->evidence[k].kind == EVIDENCE_PROBE_AFFECTED)
			v->evidence[k].disagrees = false;
		v->marked |= v->evidence[k].disagrees;
	}
}

static void behaves_bad(struct verdict *v, char *detail)
{
	put_first(v, v->kind == VERDICT_NOT_AFFECTED, detail);
	v->verified = false;
	if (v->kind == VERDICT_NOT_AFFECTED)
		return;
	if (is_in(v)) {
		put_why(v, xasprintf("it is %s, but %s",
				     v->kind == VERDICT_SUPERSEDED ? "superseded" : "merged",
				     detail));
		v->kind = VERDICT_NOT_FIXED;
		agree_on_bug(v);
	} else if (v->need != NEED_YES) {
		put_why(v, xasprintf("the bug is there: %s", detail));
	}
	v->need = NEED_YES;
}

void verdict_behaves(struct verdict *v, enum verdict_behaviour how, char *detail)
{
	if (how == BEHAVES_FIXED) {
		behaves_fixed(v, detail);
	} else if (how == BEHAVES_BAD) {
		behaves_bad(v, detail);
	} else {
		put_first(v, false, detail);
		if (v->verified) {
			v->verified = false;
			put_why(v, xasprintf("%s, but %s", verdict_name(v->kind), detail));
		}
	}
}
