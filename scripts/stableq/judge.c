// SPDX-License-Identifier: GPL-2.0-only
#include "judge.h"

#include <fnmatch.h>

static void set(struct result *r, enum result_kind kind, char *reason, char *detail)
{
	free(r->reason);
	free(r->detail);
	r->kind = kind;
	r->reason = reason;
	r->detail = detail ? detail : xstrdup("");
}

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

static const struct splat *find_splat(const struct judge_place *where, const struct vm_run *v,
				      const struct matrix_check *check, size_t *nknown)
{
	size_t n;
	const struct splat *s = console_splats(v->console, &n);

	*nknown = 0;
	for (size_t i = 0; i < n; i++) {
		/* KUnit's suites run before the guest's init: all that boot's splats are theirs. */
		if (check->kind != CHECK_KUNIT && s[i].check && strcmp(s[i].check, check->name))
			continue;
		if (!judge_known(where, &s[i]))
			return &s[i];
		++*nknown;
	}
	return NULL;
}

static void judge_splat(const struct splat *s, struct result *r)
{
	set(r, RESULT_FAIL, xasprintf("%s%s", s->check ? "" : "outside any check: ", s->title),
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

/* Why the guest said nothing (more) of a check. */
static void judge_end(const struct vm_run *v, const struct matrix_check *check, struct result *r)
{
	char *last = xstrdup(console_last(v->console));

	switch (v->end) {
	case VM_TIMEOUT:
		set(r, RESULT_TIMEOUT,
		    xasprintf("the guest was still running after %u s and was ended",
			      v->timeout_ms / 1000), last);
		break;
	case VM_FLOOD:
		set(r, RESULT_ERROR, xasprintf("the guest printed more than %zu MiB and was ended",
					       v->output_max / (1024 * 1024)), last);
		break;
	case VM_DIED:
		set(r, RESULT_FAIL, xasprintf("the guest died before %s was done", check->name), last);
		break;
	default:
		set(r, RESULT_ERROR, xasprintf("the guest ended without a result of %s", check->name),
		    last);
	}
}

static void judge_node(const struct ktap_node *n, struct result *r)
{
	struct str names = STR_INIT, detail = STR_INIT;
	size_t count[KTAP_MISSING + 1];

	ktap_count(n, count);
	failures(n, "", &names, &detail);
	if (n->result == KTAP_SKIP)
		set(r, RESULT_SKIP, xasprintf("skipped by the guest: %s",
					      n->reason ? n->reason : "no reason given"), NULL);
	else if (names.len || n->result == KTAP_FAIL || n->result == KTAP_MISSING)
		set(r, RESULT_FAIL, xasprintf("failed: %s", names.len ? names.s : n->name),
		    xstrdup(str_span(&detail).p));
	else
		set(r, RESULT_PASS, xasprintf("%zu of %zu steps passed%s", count[KTAP_PASS],
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

/* All suites of a KUnit check as one: the first that failed decides, none at all is a failure. */
static void judge_kunit(const struct vm_run *v, const struct matrix_check *check, struct result *r)
{
	size_t total[KTAP_MISSING + 1] = { 0 }, suites = 0;

	for (size_t i = 0; i < v->tests->nkids; i++) {
		const struct ktap_node *n = &v->tests->kids[i];
		size_t count[KTAP_MISSING + 1];

		if (!suite_matches(check, n->name))
			continue;
		judge_node(n, r);
		if (r->kind != RESULT_PASS && r->kind != RESULT_SKIP)
			return;
		ktap_count(n, count);
		for (size_t k = 0; k < ARRAY_SIZE(count); k++)
			total[k] += count[k];
		suites++;
	}
	/* A guest that died behind its last suite did not pass. */
	if (v->end != VM_POWEROFF || !suites || !total[KTAP_PASS]) {
		if (v->end == VM_POWEROFF)
			set(r, RESULT_FAIL, xasprintf("no KUnit suite matched %s: is it configured?",
						      check->suites.v[0]), NULL);
		else
			judge_end(v, check, r);
		return;
	}
	set(r, RESULT_PASS, xasprintf("%zu of %zu cases passed, %zu skipped", total[KTAP_PASS],
				      total[KTAP_PASS] + total[KTAP_SKIP] + total[KTAP_TODO],
				      total[KTAP_SKIP]), NULL);
}

void judge_check(const struct judge_place *where, const struct vm_run *v,
		 const struct matrix_check *check, struct result *r)
{
	size_t nknown;
	const struct splat *splat = find_splat(where, v, check, &nknown);
	const struct ktap_node *node = ktap_find(v->tests, check->name);

	if (v->host)
		set(r, RESULT_HOST, xstrdup(v->host), xstrdup(console_last(v->console)));
	else if (splat)
		judge_splat(splat, r);
	else if (check->kind == CHECK_KUNIT)
		judge_kunit(v, check, r);
	else if (node && node->result != KTAP_MISSING)
		judge_node(node, r);
	else
		judge_end(v, check, r);
	if (nknown && r->kind == RESULT_PASS) {
		char *reason = xasprintf("%s; %zu known splat%s", r->reason, nknown,
					 nknown > 1 ? "s" : "");

		free(r->reason);
		r->reason = reason;
	}
}
