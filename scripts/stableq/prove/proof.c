// SPDX-License-Identifier: GPL-2.0-only
#include "prove/proof.h"

#include <ctype.h>

#include "console/replay.h"

#define EVIDENCE_LINES 14
#define TOLD_LINES 6		/* of what a case said, in a changelog */
#define CASE_INDENT 4		/* KUnit's: a suite at 0, its cases at 4, their parameters at 8 */

const char *proof_outcome_name(enum proof_outcome o)
{
	static const char *const names[] = {
		[PROOF_PASSES] = "passes",
		[PROOF_AS_CLAIMED] = "as-claimed",
		[PROOF_OTHERWISE] = "otherwise",
		[PROOF_NO_RESULT] = "no-result",
	};

	return names[o];
}

void proof_finding_clear(struct proof_finding *f)
{
	free(f->reason);
	free(f->evidence);
	free(f->function);
	free(f->told_case);
	free(f->told);
	strv_free(&f->failed);
	*f = (struct proof_finding){ .outcome = PROOF_NO_RESULT };
}

/* The console being read: which case was under way when a splat began. */
struct reading {
	struct replay boot;
	struct strv cases;	/* those with a result line, in order */
	size_t *splats;		/* how many splats had begun by then */
	size_t nsplats;
};

/* "    not ok 3 keeps_the_acl": the name, if it is a case's result. */
static bool case_line(struct span line, struct span *name)
{
	struct span rest;
	size_t indent = 0;

	while (indent < line.len && line.p[indent] == ' ')
		indent++;
	if (indent != CASE_INDENT)
		return false;
	line = span_trim(line);
	if (!span_take(&line, "not ok ") && !span_take(&line, "ok "))
		return false;
	line = span_trim(span_past(line, isdigit));
	span_take(&line, "- ");
	span_cut(line, " ", name, &rest);
	return name->len > 0;
}

static void on_ktap(void *ctx, struct span line)
{
	struct reading *rd = ctx;
	struct span name;

	if (!case_line(line, &name))
		return;
	strv_addf(&rd->cases, SPAN_FMT, SPAN_ARG(name));
	console_splats(rd->boot.console, &ARRAY_PUSH(rd->splats, rd->nsplats));
}

/* Everything a judgement looks at. */
struct trial {
	const struct matrix_proof *proof;
	const struct judge_place *where;
	enum vm_end end;
	struct reading rd;
	const struct splat *splats;
	size_t nsplats;
	const struct ktap_node *suite;
	struct proof_finding *f;
	size_t claimed;		/* claims that were met */
	int told;		/* how much the one says that is kept for the changelog */
	bool decided;		/* something failed that is not as claimed */
};

static void say(struct trial *t, enum proof_outcome outcome, char *reason, const char *evidence)
{
	struct span rest = span_of(evidence ? evidence : ""), line;
	struct str text = STR_INIT;

	free(t->f->reason);
	free(t->f->evidence);
	free(t->f->function);
	t->f->function = NULL;
	for (size_t i = 0; i < EVIDENCE_LINES && span_line(&rest, &line); i++)
		str_addf(&text, SPAN_FMT "\n", SPAN_ARG(line));
	t->f->outcome = outcome;
	t->f->reason = reason;
	t->f->evidence = str_take(&text);
}

/* Which splats began during a case that has a result. */
static void case_splats(const struct trial *t, const char *name, size_t *from, size_t *to)
{
	for (size_t i = 0; i < t->rd.cases.n; i++) {
		if (strcmp(t->rd.cases.v[i], name) != 0)
			continue;
		*from = i ? t->rd.splats[i - 1] : 0;
		*to = t->rd.splats[i];
		return;
	}
}

/* The first that isn't known to be the branch's own. */
static const struct splat *unknown_splat(const struct trial *t, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (!judge_known(t->where, &t->splats[i]))
			return &t->splats[i];
	return NULL;
}

static const struct matrix_claim *claim_of(const struct trial *t, const char *name)
{
	for (size_t i = 0; i < t->proof->nfails; i++) {
		const struct matrix_claim *c = &t->proof->fails[i];

		if (!strcmp(c->test_case, name) &&
		    (!c->branches.n || strv_has(&c->branches, t->where->branch)) &&
		    (!c->cells.n || strv_has(&c->cells, t->where->cell)))
			return c;
	}
	return NULL;
}

/* Leaves carry what parameterised cases say. */
static void diagnostics(const struct ktap_node *n, struct str *to)
{
	str_add(to, str_span(&n->diag).p, n->diag.len);
	for (size_t i = 0; i < n->nkids; i++)
		diagnostics(&n->kids[i], to);
}

static bool meets(const struct matrix_claim *c, const struct splat *s)
{
	return !strcmp(splat_kind_name(s->kind), c->splat) && strstr(s->text, c->text) &&
	       (!c->function || splat_mentions(s, c->function));
}

static char *claim_text(const struct matrix_claim *c)
{
	if (!c->splat)
		return xasprintf("its saying '%s'", c->text);
	return xasprintf("a splat of kind %s with '%s'%s%s", c->splat, c->text,
			 c->function ? " in " : "", c->function ? c->function : "");
}

/* For the changelog: a report of KASAN's tells more than another splat, that more than words. */
static void tell(struct trial *t, const struct matrix_claim *c, const struct splat *s,
		 const char *diag)
{
	int worth = !s ? 1 : s->kind == SPLAT_KASAN ? 3 : 2;

	if (worth <= t->told)
		return;
	free(t->f->told_case);
	free(t->f->told);
	t->told = worth;
	t->f->told_case = xstrdup(c->test_case);
	t->f->told = s ? splat_digest(s, c->test_case) : splat_digest_words(diag, TOLD_LINES);
}

/* A case that failed as it had to: was it for the reason that is claimed? */
static bool check_claim(struct trial *t, const struct matrix_claim *c, const char *diag,
			size_t from, size_t to)
{
	_cleanup_free_ char *wanted = claim_text(c);
	const struct splat *s = unknown_splat(t, from, to);

	for (size_t i = from; c->splat && i < to; i++)
		if (meets(c, &t->splats[i])) {
			say(t, PROOF_AS_CLAIMED, xasprintf("%s: %s", c->test_case,
							   t->splats[i].title), t->splats[i].text);
			t->f->function = t->splats[i].function ? xstrdup(t->splats[i].function) :
					 NULL;
			tell(t, c, &t->splats[i], NULL);
			t->claimed++;
			return true;
		}
	if (!c->splat && !s && strstr(diag, c->text)) {
		say(t, PROOF_AS_CLAIMED, xasprintf("%s: %s", c->test_case, c->text), diag);
		tell(t, c, NULL, diag);
		t->claimed++;
		return true;
	}
	say(t, PROOF_OTHERWISE,
	    xasprintf("%s fails, but instead of %s came %s", c->test_case, wanted,
		      s ? s->title : "what stands below"), s ? s->text : diag);
	return false;
}

static bool judge_case(struct trial *t, const struct ktap_node *n)
{
	const struct matrix_claim *claim = claim_of(t, n->name);
	_cleanup_str_ struct str diag = STR_INIT;
	const struct splat *s;
	size_t from = 0, to = 0;

	case_splats(t, n->name, &from, &to);
	s = unknown_splat(t, from, to);
	if (n->result != KTAP_FAIL && n->result != KTAP_MISSING && !s)
		return true;
	strv_add(&t->f->failed, n->name);
	if (t->decided)
		return false;
	diagnostics(n, &diag);
	if (claim)
		return check_claim(t, claim, str_span(&diag).p, from, to);
	say(t, PROOF_OTHERWISE,
	    xasprintf("%s fails, which is no part of the claim%s%s", n->name, s ? ": " : "",
		      s ? s->title : n->reason ? n->reason : ""), s ? s->text : str_span(&diag).p);
	return false;
}

/* The case that was under way when the guest died has no line, and so no name: claims tell it. */
static bool judge_unfinished(struct trial *t)
{
	size_t from = t->rd.nsplats ? t->rd.splats[t->rd.nsplats - 1] : 0;
	const struct splat *s = unknown_splat(t, from, t->nsplats);

	for (size_t i = 0; i < t->proof->nfails; i++) {
		const struct matrix_claim *c = claim_of(t, t->proof->fails[i].test_case);

		if (c != &t->proof->fails[i] || strv_has(&t->rd.cases, c->test_case))
			continue;
		strv_add(&t->f->failed, c->test_case);
		return check_claim(t, c, "", from, t->nsplats);
	}
	say(t, PROOF_OTHERWISE, xasprintf("the guest died before the suite's end%s%s",
					  s ? ": " : "", s ? s->title : ""),
	    s ? s->text : console_last(t->rd.boot.console));
	return false;
}

static bool judge_cases(struct trial *t)
{
	size_t count[KTAP_MISSING + 1], missing = 0;

	for (size_t i = 0; i < t->suite->nkids; i++) {
		const struct ktap_node *n = &t->suite->kids[i];

		if (n->result == KTAP_MISSING && !strv_has(&t->rd.cases, n->name)) {
			missing++;
			continue;
		}
		if (!judge_case(t, n))
			t->decided = true;
	}
	if (t->decided)
		return false;
	/*
	 * With its own line the suite is at its end; what died behind it did so of something else.
	 */
	if (missing || t->suite->result == KTAP_MISSING)
		return judge_unfinished(t);
	ktap_count(t->suite, count);
	t->f->cases = count[KTAP_PASS];
	t->f->skipped = count[KTAP_SKIP];
	return true;
}

static size_t claims_here(const struct trial *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->proof->nfails; i++)
		n += claim_of(t, t->proof->fails[i].test_case) == &t->proof->fails[i];
	return n;
}

/* The first that began behind the suite; a panic is how the guest ended, see below. */
static const struct splat *outside_splat(const struct trial *t)
{
	for (size_t i = t->rd.nsplats ? t->rd.splats[t->rd.nsplats - 1] : 0; i < t->nsplats; i++)
		if (t->splats[i].kind != SPLAT_PANIC && !judge_known(t->where, &t->splats[i]))
			return &t->splats[i];
	return NULL;
}

/*
 * A guest that didn't say that it was done, or didn't power off: of that no patch is to blame whose
 * suite is through. What was claimed to fail and did has shown itself all the same.
 */
static void judge_behind(struct trial *t)
{
	const char *what = t->end == VM_TIMEOUT ? "was still running after its time" :
			   t->end == VM_FLOOD ? "printed without end" : "died";
	char *reason;

	if (t->end == VM_POWEROFF || !t->suite || t->suite->result == KTAP_MISSING)
		return;
	reason = xasprintf("%s, but the guest %s behind the suite", t->f->reason, what);
	if (t->f->outcome == PROOF_PASSES) {
		say(t, PROOF_NO_RESULT, reason, console_last(t->rd.boot.console));
		return;
	}
	free(t->f->reason);
	t->f->reason = reason;
}

static void judge_suite(struct trial *t)
{
	const struct splat *outside;

	if (!t->suite) {
		say(t, PROOF_NO_RESULT, xasprintf("no KUnit suite %s ran: is it compiled in?",
						  t->proof->suite),
						  console_last(t->rd.boot.console));
		return;
	}
	if (t->end == VM_TIMEOUT && t->suite->result == KTAP_MISSING) {
		say(t, PROOF_NO_RESULT, xstrdup("the guest was still running after its time"),
		    console_last(t->rd.boot.console));
		return;
	}
	if (!judge_cases(t))
		return;
	outside = t->suite->result == KTAP_MISSING ? NULL : outside_splat(t);
	if (outside) {
		say(t, PROOF_OTHERWISE, xasprintf("outside every case: %s", outside->title),
		    outside->text);
		return;
	}
	if (!t->claimed) {
		size_t cases = t->f->cases, skipped = t->f->skipped;

		if (!cases) {
			say(t, PROOF_NO_RESULT,
			    xasprintf("no case of %s passed or failed: %zu skipped",
							  t->proof->suite, skipped), NULL);
			return;
		}
		say(t, PROOF_PASSES,
		    skipped ? xasprintf("%zu cases passed, %zu skipped", cases, skipped) :
					       xasprintf("%zu cases passed", cases), NULL);
		t->f->cases = cases;
		t->f->skipped = skipped;
	} else if (t->claimed != claims_here(t)) {
		say(t, PROOF_OTHERWISE,
		    xasprintf("only %zu of %zu cases fail that should: the last is %s",
						  t->claimed, claims_here(t), t->f->reason), NULL);
	}
}

bool proof_is_of(const struct matrix_proof *p, const struct queue_patch *qp, const char *branch)
{
	const char *commit = queue_patch_commit(qp);

	if (p->branches.n && !strv_has(&p->branches, branch))
		return false;
	if (p->patch)
		return !strcmp(p->patch, queue_patch_row(qp));
	return commit && same_commit(p->upstream, commit);
}

void proof_judge(const struct matrix_proof *p, const struct judge_place *where,
		 struct span console, enum vm_end end, struct proof_finding *f)
{
	struct trial t = { .proof = p, .where = where, .end = end, .f = f };

	*f = (struct proof_finding){ .outcome = PROOF_NO_RESULT };
	replay(&t.rd.boot, console, on_ktap, &t.rd);
	t.splats = t.rd.boot.splats;
	t.nsplats = t.rd.boot.nsplats;
	t.suite = ktap_find(t.rd.boot.tests, p->suite);
	judge_suite(&t);
	judge_behind(&t);
	replay_clear(&t.rd.boot);
	strv_free(&t.rd.cases);
	free(t.rd.splats);
}
