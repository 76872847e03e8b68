// SPDX-License-Identifier: GPL-2.0-only
/* verdict/evidence.c - what a verdict is put together from, and what its parts are called */
#include "verdict/private.h"

static const char *const verdict_names[] = {
	[VERDICT_CLEAN] = "clean",	 [VERDICT_OFFSET] = "offset",
	[VERDICT_FUZZ] = "fuzz",	 [VERDICT_MERGED] = "merged",
	[VERDICT_NEEDS] = "needs",	 [VERDICT_CONFLICT] = "conflict",
	[VERDICT_UNKNOWN] = "unknown",	 [VERDICT_SUPERSEDED] = "superseded",
	[VERDICT_NOT_AFFECTED] = "not-affected", [VERDICT_NOT_FIXED] = "not-fixed",
};

static const char *const evidence_names[] = {
	[EVIDENCE_BEHAVIOUR] = "behaviour",
	[EVIDENCE_HISTORY] = "history",
	[EVIDENCE_CHANGELOG] = "changelog",
	[EVIDENCE_REVERTED] = "reverted",
	[EVIDENCE_SUPERSEDED] = "superseded-by",
	[EVIDENCE_NOT_AFFECTED] = "not-affected-if",
	[EVIDENCE_PROBE_FIXED] = "probe-fixed",
	[EVIDENCE_PROBE_AFFECTED] = "probe-affected",
	[EVIDENCE_LINES] = "lines",
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

const char *verdict_need_name(enum verdict_need need)
{
	static const char *const names[] = {
		[NEED_UNKNOWN] = "unknown", [NEED_YES] = "yes", [NEED_NO] = "no",
	};

	return names[need];
}

const char *verdict_fit_name(enum verdict_fit fit)
{
	static const char *const names[] = {
		[FIT_CLEAN] = "clean", [FIT_OFFSET] = "offset", [FIT_FUZZ] = "fuzz",
		[FIT_NEEDS] = "needs", [FIT_CONFLICT] = "conflict",
	};

	return names[fit];
}

void verdict_add(struct verdict *v, enum evidence_kind kind, bool disagrees, char *detail)
{
	struct evidence *e = &ARRAY_PUSH(v->evidence, v->n);

	e->kind = kind;
	e->disagrees = disagrees;
	e->detail = detail;
	v->marked |= disagrees;
}

void verdict_why(struct verdict *v, char *why)
{
	if (v->why)
		free(why);
	else
		v->why = why;
}
