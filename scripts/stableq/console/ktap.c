// SPDX-License-Identifier: GPL-2.0-only
#include "console/ktap.h"

#include <ctype.h>
#include <strings.h>

#include "console/ktap_parse.h"

#define DEPTH_MAX 32		/* deeper lines count as of the deepest level */
#define NODES_MAX 200000	/* results beyond are dropped, and the root says so */
#define DIAG_MAX ((size_t)16 * 1024)

/*
 * One level of indentation that is open. What it collects becomes the kids of the result line that
 * follows on a shallower level, since KTAP names a test only after its subtests.
 */
struct frame {
	size_t indent;
	char *name;		/* from "# Subtest:", or NULL */
	char *next_name;	/* TAP 14 announces a subtest on its parent's level */
	struct ktap_node *kids;
	size_t nkids;
	/* in this document; without nodes that only stand for missing ones */
	size_t results;
	long planned;
	long number;		/* of the last result */
	struct str diag;	/* of the result that is to come */
	char *trouble;		/* what is wrong with the output on this level */
	char *skip;		/* reason after "1..0 # SKIP" */
	bool started;		/* a version, plan or result line was seen */
};

struct ktap {
	struct frame frames[DEPTH_MAX];
	size_t depth;		/* frames in use; the first is the root's and always is */
	size_t nodes;
	long planned;		/* by the documents that are closed; -1: none had a plan */
	bool bailed;
	bool ended;
	struct ktap_node root;
};

static const char *const result_names[] = {
	[KTAP_PASS] = "pass",
	[KTAP_FAIL] = "fail",
	[KTAP_SKIP] = "skip",
	[KTAP_TODO] = "todo",
	[KTAP_MISSING] = "missing",
};

const char *ktap_result_name(enum ktap_result r)
{
	return result_names[r];
}

struct ktap *ktap_new(void)
{
	struct ktap *k = xcalloc(1, sizeof(*k));

	k->depth = 1;
	k->planned = -1;
	k->frames[0].planned = -1;
	return k;
}

static struct frame *top(struct ktap *k)
{
	return &k->frames[k->depth - 1];
}

static void node_clear(struct ktap_node *n)
{
	/* No deeper than DEPTH_MAX, like every recursion here. */
	for (size_t i = 0; i < n->nkids; i++)
		node_clear(&n->kids[i]);
	free(n->kids);
	free(n->name);
	free(n->reason);
	str_free(&n->diag);
}

static void frame_clear(struct frame *f)
{
	for (size_t i = 0; i < f->nkids; i++)
		node_clear(&f->kids[i]);
	free(f->kids);
	free(f->name);
	free(f->next_name);
	free(f->trouble);
	free(f->skip);
	str_free(&f->diag);
	*f = (struct frame){ .planned = -1 };
}

void ktap_free(struct ktap *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->depth; i++)
		frame_clear(&k->frames[i]);
	node_clear(&k->root);
	free(k);
}

/* The first trouble is the telling one; what follows is mostly its consequence. */
static void trouble(char **where, char *what)
{
	if (*where)
		free(what);
	else
		*where = what;
}

static void add_diag(struct str *to, struct span text)
{
	if (to->len + text.len + 1 > DIAG_MAX)
		return;
	str_add(to, text.p, text.len);
	str_addc(to, '\n');
}

static struct ktap_node *add_node(struct ktap *k, struct frame *f, char *name,
				  enum ktap_result result)
{
	struct ktap_node *n;

	if (k->nodes >= NODES_MAX) {
		trouble(&k->frames[0].trouble,
			xasprintf("more than %d results, the rest is dropped", NODES_MAX));
		free(name);
		return NULL;
	}
	k->nodes++;
	n = &ARRAY_PUSH(f->kids, f->nkids);
	n->name = name;
	n->result = result;
	n->planned = -1;
	return n;
}

/* Results that were planned and did not come: one node for all of them. */
static void add_missing(struct ktap *k, struct frame *f)
{
	struct ktap_node *n;
	long first = (long)f->results + 1;
	char *name;

	if (f->planned < first)
		return;
	/* Which ones they are is known only where the numbers were in order. */
	if ((long)f->results != f->number)
		name = xasprintf("%ld of %ld tests", f->planned - first + 1, f->planned);
	else if (first == f->planned)
		name = xasprintf("test %ld of %ld", first, first);
	else
		name = xasprintf("tests %ld to %ld of %ld", first, f->planned, f->planned);
	n = add_node(k, f, name, KTAP_MISSING);
	if (n)
		n->reason = xstrdup("planned, but no result came");
}

static bool is_bad(enum ktap_result r)
{
	return r == KTAP_FAIL || r == KTAP_MISSING;
}

/* Gives what a level has collected to the test that it belongs to. */
static void adopt(struct ktap *k, struct frame *f, struct ktap_node *n)
{
	size_t bad = 0;

	add_missing(k, f);
	n->kids = f->kids;
	n->nkids = f->nkids;
	n->planned = f->planned;
	f->kids = NULL;
	f->nkids = 0;
	for (size_t i = 0; i < n->nkids; i++)
		bad += is_bad(n->kids[i].result);
	if (bad && n->result == KTAP_PASS) {
		n->result = KTAP_FAIL;
		trouble(&n->reason, xasprintf("says ok, but %zu of its tests failed or are missing",
					      bad));
	}
	if (f->trouble)
		trouble(&n->reason, xstrdup(f->trouble));
	if (f->planned >= 0 && f->results > (size_t)f->planned)
		trouble(&n->reason, xasprintf("%zu results where %ld were planned", f->results,
					      f->planned));
	/* What follows a level's last result is about the whole. */
	if (f->diag.len && n->diag.len + f->diag.len <= DIAG_MAX)
		str_add(&n->diag, f->diag.s, f->diag.len);
}

/* Closes the deepest level without its parent's result line: it was cut short. */
static void close_cut(struct ktap *k, const char *why)
{
	struct frame *f = top(k), *parent = f - 1;
	struct ktap_node *n;
	char *name = f->name;

	f->name = NULL;
	n = add_node(k, parent, name ? name : xstrdup("(unnamed)"), KTAP_MISSING);
	if (n) {
		n->reason = xstrdup(why);
		adopt(k, f, n);
		/* It would have been the next one; its place in the plan is not missing twice. */
		parent->results++;
		parent->number++;
	}
	frame_clear(f);
	k->depth--;
}

static void push_frame(struct ktap *k, size_t indent)
{
	struct frame *parent = top(k), *f;

	if (k->depth == DEPTH_MAX)
		return;
	f = &k->frames[k->depth++];
	*f = (struct frame){ .indent = indent, .planned = -1 };
	f->name = parent->next_name;
	parent->next_name = NULL;
}

static const char cut_short[] = "begun, but no result came";

/* Makes the deepest level the one of @indent. */
static struct frame *level(struct ktap *k, size_t indent)
{
	while (k->depth > 1 && top(k)->indent > indent)
		close_cut(k, cut_short);
	if (top(k)->indent < indent)
		push_frame(k, indent);
	top(k)->started = true;
	return top(k);
}

static void close_document(struct ktap *k)
{
	struct frame *f = &k->frames[0];

	while (k->depth > 1)
		close_cut(k, cut_short);
	add_missing(k, f);
	if (f->planned >= 0)
		k->planned = MAX(k->planned, 0L) + f->planned;
	if (f->planned >= 0 && f->results > (size_t)f->planned)
		trouble(&f->trouble, xasprintf("%zu results where %ld were planned", f->results,
					       f->planned));
	if (f->diag.len && k->root.diag.len + f->diag.len <= DIAG_MAX)
		str_add(&k->root.diag, f->diag.s, f->diag.len);
	str_trunc(&f->diag, 0);
	f->planned = -1;
	f->results = 0;
	f->number = 0;
	f->started = false;
}

static void version_line(struct ktap *k, size_t indent)
{
	struct frame *f;

	while (k->depth > 1 && top(k)->indent > indent)
		close_cut(k, cut_short);
	f = top(k);
	if (indent == 0) {
		if (f->started)
			close_document(k);
		k->bailed = false;
	} else if (f->indent == indent && f->started) {
		/* The next subtest begins, and the last one never had its result. */
		close_cut(k, cut_short);
	}
	level(k, indent);
}

static void subtest_line(struct ktap *k, size_t indent, struct span name)
{
	struct frame *f = top(k);

	if (indent > f->indent)
		push_frame(k, indent);
	while (k->depth > 1 && top(k)->indent > indent)
		close_cut(k, cut_short);
	f = top(k);
	/* KUnit names the level that it has just opened; TAP 14 the level that will follow. */
	if (f->indent == indent && indent > 0 && !f->name && !f->nkids && f->planned < 0) {
		f->name = span_dup(name);
	} else {
		free(f->next_name);
		f->next_name = span_dup(name);
	}
	if (indent > 0)
		f->started = true;
}

static void plan_line(struct ktap *k, size_t indent, long n, struct span rest)
{
	struct span word;
	struct frame *f;

	while (k->depth > 1 && top(k)->indent > indent)
		close_cut(k, cut_short);
	f = top(k);
	/* A second plan on the same level, after a new name: a subtest whose end is missing. */
	if (f->indent == indent && f->next_name && indent > 0) {
		char *name = f->next_name;

		f->next_name = NULL;
		close_cut(k, cut_short);
		push_frame(k, indent);
		free(top(k)->name);
		top(k)->name = name;
	} else if (indent == 0 && f->planned >= 0 && f->results >= (size_t)f->planned) {
		close_document(k);
	}
	f = level(k, indent);
	if (f->planned >= 0 && f->planned != n)
		trouble(&f->trouble, xasprintf("two plans, 1..%ld and 1..%ld", f->planned, n));
	f->planned = MAX(f->planned, n);
	rest = span_trim(rest);
	if (n == 0 && span_take(&rest, "#")) {
		ktap_directive(rest, &word, &rest);
		free(f->skip);
		f->skip = span_dup(rest);
	}
}

static bool directive_is(const struct ktap_result_line *r, const char *word)
{
	return span_is_nocase(r->directive, word);
}

static enum ktap_result result_of(const struct ktap_result_line *r)
{
	if (directive_is(r, "SKIP"))
		return KTAP_SKIP;
	/* kselftest says "ok" of an expected failure, everybody else "not ok". */
	if (directive_is(r, "XFAIL") || (directive_is(r, "TODO") && !r->ok))
		return KTAP_TODO;
	if (directive_is(r, "TIMEOUT") || directive_is(r, "ERROR"))
		return KTAP_FAIL;
	return r->ok ? KTAP_PASS : KTAP_FAIL;
}

static void set_reason(struct ktap_node *n, const struct ktap_result_line *r)
{
	if (directive_is(r, "TIMEOUT") || directive_is(r, "ERROR"))
		n->reason = xasprintf(SPAN_FMT "%s" SPAN_FMT, SPAN_ARG(r->directive),
				      r->data.len ? ": " : "", SPAN_ARG(r->data));
	else if (r->data.len && (r->directive.len || n->result != KTAP_PASS))
		n->reason = span_dup(r->data);
	else if (r->data.len)
		add_diag(&n->diag, r->data);
}

/* Takes the subtests off the levels below @indent that the result line @r closes. */
static bool take_subtests(struct ktap *k, size_t indent, const struct ktap_result_line *r,
			  struct frame *sub)
{
	while (k->depth > 1 && top(k)->indent > indent) {
		bool last = k->depth < 2 || top(k)[-1].indent <= indent;
		struct frame *f = top(k);

		if (last && (!f->name || !r->name.len || span_is(r->name, f->name))) {
			*sub = *f;
			*f = (struct frame){ .planned = -1 };
			k->depth--;
			return true;
		}
		close_cut(k, cut_short);
	}
	return false;
}

static void result_line(struct ktap *k, size_t indent, const struct ktap_result_line *r)
{
	struct frame sub, *f;
	bool has_sub = take_subtests(k, indent, r, &sub);
	struct ktap_node *n;
	long number;

	f = level(k, indent);
	number = r->number < 0 ? f->number + 1 : r->number;
	n = add_node(k, f, r->name.len ? span_dup(r->name) : xasprintf("%ld", number),
		     result_of(r));
	if (n) {
		n->diag = f->diag;
		f->diag = (struct str)STR_INIT;
		set_reason(n, r);
		if (has_sub && sub.skip && n->result == KTAP_PASS && !sub.nkids) {
			n->result = KTAP_SKIP;
			trouble(&n->reason, xstrdup(sub.skip));
		}
		if (has_sub)
			adopt(k, &sub, n);
		/* A suite whose cases were all left out of the kernel would pass without one. */
		if (n->result == KTAP_PASS && n->planned == 0 && !n->nkids) {
			n->result = KTAP_FAIL;
			trouble(&n->reason, xstrdup("says ok, but its plan has no tests"));
		}
		if (number != f->number + 1)
			trouble(&n->reason, xasprintf("numbered %ld where %ld was expected", number,
						      f->number + 1));
	}
	if (has_sub)
		frame_clear(&sub);
	free(f->next_name);
	f->next_name = NULL;
	f->number = number;
	f->results++;
}

static void diagnostic(struct ktap *k, size_t indent, struct span text)
{
	size_t i = k->depth - 1;

	if (!k->frames[0].started && k->depth == 1)
		return;
	while (i > 0 && k->frames[i].indent > indent)
		i--;
	add_diag(&k->frames[i].diag, text);
}

static void bail_out(struct ktap *k, struct span why)
{
	_cleanup_free_ char *text = NULL;

	why = span_trim(why);
	text = xasprintf("bailed out%s" SPAN_FMT, why.len ? ": " : "", SPAN_ARG(why));
	while (k->depth > 1)
		close_cut(k, text);
	trouble(&k->frames[0].trouble, xstrdup(text));
	close_document(k);
	k->bailed = true;
}

void ktap_line(struct ktap *k, struct span line)
{
	struct ktap_result_line r;
	size_t indent = 0, i = 0;
	struct span s;
	long n;

	if (k->ended)
		return;
	for (; i < line.len && (line.p[i] == ' ' || line.p[i] == '\t'); i++)
		indent = line.p[i] == '\t' ? (indent / 8 + 1) * 8 : indent + 1;
	s = span_trim(span_skip(line, i));
	if (span_starts(s, "KTAP version ") || span_starts(s, "TAP version ")) {
		version_line(k, indent);
		return;
	}
	if (k->bailed || !s.len)
		return;
	if (span_take(&s, "Bail out!")) {
		bail_out(k, s);
		return;
	}
	if (span_take(&s, "# Subtest: ")) {
		subtest_line(k, indent, span_trim(s));
		return;
	}
	if (span_starts(s, "1..")) {
		struct span rest = span_skip(s, 3);

		if (ktap_number(&rest, &n) && (!rest.len || rest.p[0] == ' ')) {
			plan_line(k, indent, n, rest);
			return;
		}
	}
	if (ktap_parse_result(s, &r)) {
		result_line(k, indent, &r);
		return;
	}
	if (span_take(&s, "#"))
		s = span_past(s, isblank);
	else
		s = span_trim(line);
	diagnostic(k, indent, s);
}

const struct ktap_node *ktap_end(struct ktap *k)
{
	struct ktap_node *root = &k->root;
	struct frame *f = &k->frames[0];
	size_t bad = 0;

	if (k->ended)
		return root;
	close_document(k);
	k->ended = true;
	root->name = xstrdup("");
	root->kids = f->kids;
	root->nkids = f->nkids;
	root->planned = k->planned;
	root->reason = f->trouble;
	f->kids = NULL;
	f->nkids = 0;
	f->trouble = NULL;
	for (size_t i = 0; i < root->nkids; i++)
		bad += is_bad(root->kids[i].result);
	root->result = root->nkids ? bad ? KTAP_FAIL : KTAP_PASS : f->skip ? KTAP_SKIP :
		       KTAP_MISSING;
	return root;
}

const struct ktap_node *ktap_find(const struct ktap_node *root, const char *name)
{
	const struct ktap_node *found = NULL;

	for (size_t i = 0; i < root->nkids; i++) {
		const struct ktap_node *n = &root->kids[i];

		if (strcmp(n->name, name) != 0)
			continue;
		if (!found || (found->result == KTAP_PASS && n->result != KTAP_PASS))
			found = n;
	}
	return found;
}

static void count_leaves(const struct ktap_node *n, size_t *count)
{
	if (!n->nkids)
		count[n->result]++;
	for (size_t i = 0; i < n->nkids; i++)
		count_leaves(&n->kids[i], count);
}

void ktap_count(const struct ktap_node *node, size_t count[KTAP_MISSING + 1])
{
	memset(count, 0, (KTAP_MISSING + 1) * sizeof(*count));
	count_leaves(node, count);
}
