// SPDX-License-Identifier: GPL-2.0-only
#include "run/judge.h"

#include <fnmatch.h>

#include "kbuild/kbuild.h"

bool judge_known(const struct judge_place *where, const struct splat *s)
{
	for (size_t i = 0; i < where->matrix->nsplats; i++) {
		const struct matrix_splat *k = &where->matrix->splats[i];

		if (strstr(s->title, k->title) && strstr(s->text, k->text) &&
		    (!k->branches.n || strv_has(&k->branches, where->branch)) &&
		    (!k->cells.n || strv_has(&k->cells, where->cell)))
			return true;
	}
	return false;
}

static const struct splat *find_splat(const struct judge_place *where, const struct judge_boot *b,
				      const struct matrix_check *check, size_t *nknown)
{
	const struct splat *s = b->shown.splats;

	*nknown = 0;
	for (size_t i = 0; i < b->shown.nsplats; i++) {
		/* KUnit's suites run before the guest's init: all that boot's splats are theirs. */
		if (check->kind != CHECK_KUNIT && s[i].check &&
		    strcmp(s[i].check, check->name) != 0)
			continue;
		/*
		 * What killed the guest behind a check that has answered: judge_shutdown() tells.
		 */
		if (s[i].kind == SPLAT_PANIC && !s[i].check && judge_answered(b, check))
			continue;
		if (!judge_known(where, &s[i]))
			return &s[i];
		++*nknown;
	}
	return NULL;
}

static void judge_splat(const struct splat *s, struct result *r)
{
	result_set(r, RESULT_FAIL,
		   xasprintf("%s%s", s->check ? "" : "outside any check: ", s->title),
	    xstrdup(s->text));
}

/* The names of the leaves that failed, and what they said. */
static void failures(const struct ktap_node *n, const char *prefix, struct str *names,
		     struct str *detail)
{
	_cleanup_free_ char *name = xasprintf("%s%s%s", prefix, *prefix ? "." : "", n->name);

	for (size_t i = 0; i < n->nkids; i++)
		failures(&n->kids[i], name, names, detail);
	if (n->nkids || (n->result != KTAP_FAIL && n->result != KTAP_MISSING))
		return;
	str_addf(names, "%s%s", names->len ? ", " : "", name);
	str_addf(detail, "%s: %s%s%s\n", name, ktap_result_name(n->result),
		 n->reason ? ": " : "", n->reason ? n->reason : "");
	str_add(detail, str_span(&n->diag).p, n->diag.len);
}

/* How the guest ended, if not as it should: kind and words, to be followed by where that was. */
static char *bad_end(const struct boot_fact *f, enum result_kind *kind)
{
	switch (f->end) {
	case VM_TIMEOUT:
		*kind = RESULT_TIMEOUT;
		return xasprintf("the guest was still running after %u s and was ended",
				 f->timeout_ms / 1000);
	case VM_FLOOD:
		*kind = RESULT_ERROR;
		return xasprintf("the guest printed more than %zu MiB and was ended",
				 f->output_max >> 20);
	case VM_DIED:
		*kind = RESULT_FAIL;
		return xstrdup("the guest died");
	default:
		*kind = RESULT_ERROR;
		return NULL;
	}
}

/* Why the guest said nothing (more) of a check. */
static void judge_end(const struct judge_boot *b, const struct matrix_check *check,
		      struct result *r)
{
	enum result_kind kind;
	char *end = bad_end(b->fact, &kind), *reason = end;

	if (!end)
		reason = xasprintf("the guest ended without a result of %s", check->name);
	else if (b->fact->end == VM_DIED)
		reason = xasprintf("%s before %s was done", end, check->name);
	if (end != reason)
		free(end);
	result_set(r, kind, reason, xstrdup(console_last(b->shown.console)));
}

bool judge_shutdown(const struct judge_boot *b, struct result *r)
{
	bool said = console_done(b->shown.console);
	_cleanup_free_ char *end = NULL;
	const char *panic = NULL;
	enum result_kind kind;

	end = bad_end(b->fact, &kind);
	if (!end)
		return false;
	for (size_t i = 0; i < b->shown.nsplats && !panic; i++)
		if (b->shown.splats[i].kind == SPLAT_PANIC)
			panic = b->shown.splats[i].title;
	result_set(r, kind, xasprintf("%s behind its last check%s%s%s", end,
				      said ? ", and had said that it was done" : "",
				      panic ? ": " : "", panic ? panic : ""),
		   xstrdup(console_last(b->shown.console)));
	return true;
}

static void judge_node(const struct ktap_node *n, struct result *r)
{
	struct str names = STR_INIT, detail = STR_INIT;
	size_t count[KTAP_MISSING + 1];

	ktap_count(n, count);
	failures(n, "", &names, &detail);
	if (n->result == KTAP_SKIP)
		result_set(r, RESULT_SKIP, xasprintf("skipped by the guest: %s", n->reason ?
						     n->reason : "no reason given"), NULL);
	else if (names.len || n->result == KTAP_FAIL || n->result == KTAP_MISSING)
		result_set(r, RESULT_FAIL, xasprintf("failed: %s", names.len ? names.s : n->name),
			   xstrdup(str_span(&detail).p));
	else
		result_set(r, RESULT_PASS,
			   xasprintf("%zu of %zu steps passed%s", count[KTAP_PASS],
				     count[KTAP_PASS] + count[KTAP_SKIP] + count[KTAP_TODO],
				     count[KTAP_SKIP] ? ", some skipped" : ""), NULL);
	str_free(&names);
	str_free(&detail);
}

static bool suite_matches(const struct matrix_check *check, const char *name)
{
	for (size_t i = 0; i < check->suites.n; i++)
		if (!fnmatch(check->suites.v[i], name, 0))
			return true;
	return false;
}

/* Planned suites that never came may be its own. */
static bool suites_answered(const struct judge_boot *b, const struct matrix_check *check)
{
	const struct ktap_node *tests = b->shown.tests;
	size_t suites = 0;

	for (size_t i = 0; i < tests->nkids; i++) {
		if (tests->kids[i].result == KTAP_MISSING)
			return false;
		suites += suite_matches(check, tests->kids[i].name);
	}
	return suites > 0;
}

bool judge_answered(const struct judge_boot *b, const struct matrix_check *check)
{
	const struct ktap_node *node;

	if (check->kind == CHECK_KUNIT)
		return suites_answered(b, check);
	node = ktap_find(b->shown.tests, check->name);
	return node && node->result != KTAP_MISSING;
}

/* All suites of a KUnit check as one: the first that failed decides, none at all is a failure. */
static void judge_kunit(const struct judge_boot *b, const struct matrix_check *check,
			struct result *r)
{
	const struct ktap_node *tests = b->shown.tests;
	size_t total[KTAP_MISSING + 1] = { 0 };

	for (size_t i = 0; i < tests->nkids; i++) {
		const struct ktap_node *n = &tests->kids[i];
		size_t count[KTAP_MISSING + 1];

		if (!suite_matches(check, n->name))
			continue;
		judge_node(n, r);
		if (r->kind != RESULT_PASS && r->kind != RESULT_SKIP)
			return;
		ktap_count(n, count);
		for (size_t k = 0; k < ARRAY_SIZE(count); k++)
			total[k] += count[k];
	}
	if (b->fact->end != VM_POWEROFF && !suites_answered(b, check))
		judge_end(b, check, r);
	else if (!total[KTAP_PASS])
		result_set(r, RESULT_FAIL, xasprintf("no KUnit suite matched %s: is it configured?",
						     check->suites.v[0]), NULL);
	else
		result_set(r, RESULT_PASS,
			   xasprintf("%zu of %zu cases passed, %zu skipped", total[KTAP_PASS],
				     total[KTAP_PASS] + total[KTAP_SKIP] + total[KTAP_TODO],
				     total[KTAP_SKIP]), NULL);
}

void judge_check(const struct judge_place *where, const struct judge_boot *b,
		 const struct matrix_check *check, struct result *r)
{
	size_t nknown;
	const struct splat *splat = find_splat(where, b, check, &nknown);

	if (splat)
		judge_splat(splat, r);
	else if (check->kind == CHECK_KUNIT)
		judge_kunit(b, check, r);
	else if (judge_answered(b, check))
		judge_node(ktap_find(b->shown.tests, check->name), r);
	else
		judge_end(b, check, r);
	if (nknown && r->kind == RESULT_PASS) {
		char *reason = xasprintf("%s; %zu known splat%s", r->reason, nknown,
					 nknown > 1 ? "s" : "");

		free(r->reason);
		r->reason = reason;
	}
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* "28 objects, 2 warnings, none new" */
static char *built(const struct build_fact *b, size_t warnings, bool compared)
{
	if (!warnings)
		return xstrdup(b->message);
	return xasprintf("%s%s%zu warning%s%s", b->message, b->message[0] ? ", " : "", warnings,
			 plural(warnings), compared ? ", none new" : "");
}

void judge_build(const struct build_fact *b, const struct build_fact *base, struct result *r)
{
	_cleanup_strv_ struct strv before = STRV_INIT, now = STRV_INIT, fresh = STRV_INIT;

	r->seconds = b->seconds;
	if (b->failed) {
		result_set(r, RESULT_FAIL, xstrdup(b->message), xstrdup(b->lines));
		return;
	}
	strv_add_lines(&now, b->lines);
	if (base && base->failed && now.n) {
		result_set(r, RESULT_ERROR,
			   xasprintf("%zu warning%s; the base doesn't build: nobody can "
						      "tell which are new", now.n, plural(now.n)),
			   xstrdup(b->lines));
		return;
	}
	strv_add_lines(&before, base ? base->lines : b->lines);
	kbuild_new_warnings(&before, &now, &fresh);
	if (fresh.n)
		result_set(r, RESULT_FAIL,
			   xasprintf("%zu new warning%s: %s", fresh.n, plural(fresh.n),
						     fresh.v[0]), strv_lines(&fresh));
	else
		result_set(r, RESULT_PASS, built(b, now.n, base != NULL), xstrdup(b->lines));
}
