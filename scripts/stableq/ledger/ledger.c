// SPDX-License-Identifier: GPL-2.0-only
/* ledger.c - ledger.yaml as structures */
#include "ledger/ledger.h"

#include <ctype.h>

#include "matrix/yaml.h"

#define FILE_MAX (1024UL * 1024)

enum ref {
	REF_ANY,
	REF_BRANCH,
	REF_COMMIT,
	REF_CVE,
	REF_SCORE,
};

static const char *const sures[] = {
	[SURE_TREE] = "tree", [SURE_RECORD] = "record", [SURE_LIST] = "list", NULL,
};

static const char *const states[] = {
	[LEDGER_UNKNOWN] = "unknown",		[LEDGER_NEEDED] = "needed",
	[LEDGER_MERGED] = "merged",		[LEDGER_NOT_AFFECTED] = "not-affected",
	[LEDGER_SUPERSEDED] = "superseded",	[LEDGER_LEFT_OUT] = "left-out",
};

const char *ledger_state_name(enum ledger_state state)
{
	return states[state];
}

const char *ledger_sure_name(enum ledger_sure sure)
{
	return sures[sure];
}

const struct ledger_fix *ledger_find(const struct ledger *l, const char *id)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->fixes[i].id, id))
			return &l->fixes[i];
	return NULL;
}

static int parse_release(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
			 const char *what, void *to, struct err *err)
{
	_cleanup_err_ struct err why = ERR_INIT;
	const char *text = "";
	int ret = ydoc_text(fill->y, value, what, &text, err);

	if (ret || !release_parse(text, to, &why))
		return ret;
	return ydoc_err(fill->y, value, err, "%s: %s", what, why.msg);
}

static int parse_facts(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		       const char *what, void *to, struct err *err)
{
	static const struct yfield words = { .key = "evidence" };
	_cleanup_strv_ struct strv list = STRV_INIT;
	struct ledger_exempt *x = to;
	int ret = yparse_words(fill, &words, value, what, &list, err);

	for (size_t i = 0; i < list.n && !ret; i++) {
		const yaml_node_t *at = value;
		struct fact fact;
		const char *why = fact_parse(&fact, span_of(list.v[i]));

		if (value->type == YAML_SEQUENCE_NODE)
			at = ydoc_node(fill->y, value->data.sequence.items.start[i]);
		if (why)
			ret = ydoc_err(fill->y, at, err, "%s: %s, found: %s", what, why, list.v[i]);
		else
			ARRAY_PUSH(x->facts, x->nfacts) = fact;
	}
	return ret;
}

#define LANDING(member) .offset = offsetof(struct ledger_landing, member)
#define EXEMPT(member) .offset = offsetof(struct ledger_exempt, member)
#define REMARK(member) .offset = offsetof(struct ledger_remark, member)
#define FIX(member) .offset = offsetof(struct ledger_fix, member)

static const struct yfield landing_fields[] = {
	{ "release", parse_release, LANDING(release), .required = true },
	{ "sure", yparse_choice, LANDING(sure), .required = true, .choices = sures },
	{ "commit", yparse_word, LANDING(commit), .ref = REF_COMMIT },
	{ "not-in", parse_release, LANDING(not_in) },
	{ "in", parse_release, LANDING(in) },
};

static const struct yfield not_affected_fields[] = {
	{ "branches", yparse_words, EXEMPT(branches), .required = true, .ref = REF_BRANCH,
	  .all = true },
	{ "why", yparse_word, EXEMPT(why), .required = true },
	{ "evidence", parse_facts, .offset = 0, .required = true },
};

static const struct yfield left_out_fields[] = {
	{ "branches", yparse_words, EXEMPT(branches), .required = true, .ref = REF_BRANCH,
	  .all = true },
	{ "why", yparse_word, EXEMPT(why), .required = true },
	{ "evidence", parse_facts, .offset = 0 },
};

static const struct yfield superseded_fields[] = {
	{ "branches", yparse_words, EXEMPT(branches), .required = true, .ref = REF_BRANCH,
	  .all = true },
	{ "why", yparse_word, EXEMPT(why), .required = true },
	{ "by", yparse_word, EXEMPT(by), .required = true },
	{ "evidence", parse_facts, .offset = 0 },
};

static const struct yfield remark_fields[] = {
	{ "branches", yparse_words, REMARK(branches), .required = true, .ref = REF_BRANCH,
	  .all = true },
	{ "text", yparse_word, REMARK(text), .required = true },
};

/* Calls @fn with each item of a list. */
typedef int (*item_fn)(const struct yfill *fill, struct ledger_fix *fix, const yaml_node_t *item,
		       const char *what, struct err *err);

static int each_item(const struct yfill *fill, const yaml_node_t *value, const char *what,
		     item_fn fn, struct ledger_fix *fix, struct err *err)
{
	int ret = 0;

	if (value->type != YAML_SEQUENCE_NODE)
		return ydoc_err(fill->y, value, err, "%s: expected a list, found %s", what,
				value->type == YAML_MAPPING_NODE ? "a mapping" : "one value");
	for (yaml_node_item_t *i = value->data.sequence.items.start;
	     i < value->data.sequence.items.top && !ret; i++)
		ret = fn(fill, fix, ydoc_node(fill->y, *i), what, err);
	return ret;
}

static bool is_set(const struct release *r)
{
	return r->version != 0;
}

/* What the trees say must not contradict the release itself. */
static int check_landing(const struct ydoc *y, const struct ledger_fix *fix,
			 const struct ledger_landing *l, const yaml_node_t *at, const char *what,
			 struct err *err)
{
	char name[RELEASE_MAX], other[RELEASE_MAX];

	if (is_set(&l->not_in) && (!release_same_branch(&l->not_in, &l->release) ||
				   release_cmp(&l->not_in, &l->release) >= 0))
		return ydoc_err(y, at, err,
				"%s: not-in %s has to be an earlier release of %s's branch",
				what, release_name(&l->not_in, other),
				release_name(&l->release, name));
	if (is_set(&l->in) && (!release_same_branch(&l->in, &l->release) ||
			       release_cmp(&l->in, &l->release) < 0))
		return ydoc_err(y, at, err,
				"%s: in %s has to be %s or a later release of its branch",
				what, release_name(&l->in, other), release_name(&l->release, name));
	for (size_t i = 0; &fix->landings[i] < l; i++)
		if (release_same_branch(&fix->landings[i].release, &l->release))
			return ydoc_err(y, at, err, "%s: %s, but line %u has it in %s already",
					what,
					release_name(&l->release, name), fix->landings[i].line,
					release_name(&fix->landings[i].release, other));
	return 0;
}

static int landing_item(const struct yfill *fill, struct ledger_fix *fix, const yaml_node_t *item,
			const char *what, struct err *err)
{
	struct ledger_landing *l = &ARRAY_PUSH(fix->landings, fix->nlandings);
	int ret;

	l->line = ydoc_line(item);
	ret = yfill_struct(fill, landing_fields, ARRAY_SIZE(landing_fields), item, what, item, l,
			   err);
	return ret ? ret : check_landing(fill->y, fix, l, item, what, err);
}

static int parse_landed(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
			const char *what, void *to, struct err *err)
{
	return each_item(fill, value, what, landing_item, to, err);
}

static int exempt_item(const struct yfill *fill, struct ledger_fix *fix, const yaml_node_t *item,
		       const char *what, enum ledger_state state, const struct yfield *fields,
		       size_t n, struct err *err)
{
	struct ledger_exempt *x = &ARRAY_PUSH(fix->exempts, fix->nexempts);

	x->state = state;
	x->line = ydoc_line(item);
	return yfill_struct(fill, fields, n, item, what, item, x, err);
}

#define EXEMPT_PARSER(name, state)                                                                 \
	static int name##_item(const struct yfill *fill, struct ledger_fix *fix,                   \
			       const yaml_node_t *item, const char *what, struct err *err)         \
	{                                                                                          \
		return exempt_item(fill, fix, item, what, state, name##_fields,                    \
				   ARRAY_SIZE(name##_fields), err);                                \
	}                                                                                          \
	static int parse_##name(const struct yfill *fill, const struct yfield *f,                  \
				const yaml_node_t *value, const char *what, void *to,              \
				struct err *err)                                                   \
	{                                                                                          \
		return each_item(fill, value, what, name##_item, to, err);                         \
	}

EXEMPT_PARSER(not_affected, LEDGER_NOT_AFFECTED)
EXEMPT_PARSER(superseded, LEDGER_SUPERSEDED)
EXEMPT_PARSER(left_out, LEDGER_LEFT_OUT)

static int remark_item(const struct yfill *fill, struct ledger_fix *fix, const yaml_node_t *item,
		       const char *what, struct err *err)
{
	return yfill_struct(fill, remark_fields, ARRAY_SIZE(remark_fields), item, what, item,
			    &ARRAY_PUSH(fix->remarks, fix->nremarks), err);
}

static int parse_remarks(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
			 const char *what, void *to, struct err *err)
{
	return each_item(fill, value, what, remark_item, to, err);
}

static const struct yfield fix_fields[] = {
	{ "upstream", yparse_word, FIX(upstream), .ref = REF_COMMIT },
	{ "candidate", yparse_word, FIX(candidate), .ref = REF_COMMIT },
	{ "subject", yparse_word, FIX(subject) },
	{ "cve", yparse_word, FIX(cve), .ref = REF_CVE },
	{ "cvss", yparse_word, FIX(cvss), .ref = REF_SCORE },
	{ "since", yparse_word, FIX(since) },
	{ "introduced-by", yparse_word, FIX(introduced_by), .ref = REF_COMMIT },
	{ "folds", yparse_words, FIX(folds), .ref = REF_COMMIT },
	/* These fill lists and their counts. */
	{ "landed", parse_landed, .offset = 0 },
	{ "not-affected", parse_not_affected, .offset = 0 },
	{ "superseded", parse_superseded, .offset = 0 },
	{ "left-out", parse_left_out, .offset = 0 },
	{ "remarks", parse_remarks, .offset = 0 },
};

struct reading {
	struct ledger *l;
	const struct matrix *m;
	struct yfill fill;
};

static bool is_score(const char *s)
{
	return !strcmp(s, "10.0") || (isdigit((unsigned char)s[0]) && s[1] == '.' &&
				      isdigit((unsigned char)s[2]) && !s[3]);
}

static bool is_cve(const char *s)
{
	return !strncmp(s, "CVE-", 4) && strspn(s + 4, "0123456789") == 4 && s[8] == '-' &&
	       strlen(s) >= 13 && strspn(s + 9, "0123456789") == strlen(s + 9);
}

static int check_branch(const struct yfill *fill, const struct matrix *m, const yaml_node_t *at,
			const char *word, const char *what, struct err *err)
{
	_cleanup_free_ const char **known = xcalloc(m->nbranches, sizeof(*known));

	if (matrix_branch(m, word))
		return 0;
	for (size_t i = 0; i < m->nbranches; i++)
		known[i] = m->branches[i].name;
	return ydoc_unknown(fill->y, at, "branch", word, what, known, m->nbranches, err);
}

static int check_ref(const struct yfill *fill, int ref, const yaml_node_t *at, const char *word,
		     const char *what, struct err *err)
{
	const struct reading *rd = fill->ctx;

	switch ((enum ref)ref) {
	case REF_BRANCH:
		return check_branch(fill, rd->m, at, word, what, err);
	case REF_COMMIT:
		return is_commit_id(span_of(word)) ? 0 :
		       ydoc_err(fill->y, at, err,
				"%s: expected a commit id of 12 to 40 hex digits, "
				"found %s", what, word);
	case REF_CVE:
		return is_cve(word) ? 0 : ydoc_err(fill->y, at, err, "%s: expected CVE-YYYY-NNNN, "
						   "found %s", what, word);
	case REF_SCORE:
		return is_score(word) ? 0 :
		       ydoc_err(fill->y, at, err, "%s: expected a score from 0.0 "
						     "to 10.0, found %s", what, word);
	case REF_ANY:
		break;
	}
	return 0;
}

static int read_fix(void *ctx, const char *key, const yaml_node_t *at, const yaml_node_t *value,
		    struct err *err)
{
	struct reading *rd = ctx;
	struct ledger_fix *fix = &ARRAY_PUSH(rd->l->fixes, rd->l->n);
	_cleanup_free_ char *what = xasprintf("fix %s", key);
	int ret;

	fix->id = xstrdup(key);
	fix->line = ydoc_line(at);
	ret = yfill_struct(&rd->fill, fix_fields, ARRAY_SIZE(fix_fields), value, what, at, fix,
			   err);
	if (!ret && fix->upstream && fix->candidate)
		ret = ydoc_err(rd->fill.y, at, err, "%s: upstream, and a candidate for it beside",
			       what);
	for (size_t i = 0; !ret && fix->upstream && i + 1 < rd->l->n; i++)
		if (rd->l->fixes[i].upstream &&
		    same_commit(rd->l->fixes[i].upstream, fix->upstream))
			ret = ydoc_err(rd->fill.y, at, err, "%s: %s is fix %s already", what,
				       fix->upstream, rd->l->fixes[i].id);
	return ret;
}

static int read_top(void *ctx, const char *key, const yaml_node_t *at, const yaml_node_t *value,
		    struct err *err)
{
	static const char *const known[] = { "fixes" };
	struct reading *rd = ctx;

	if (strcmp(key, known[0]) != 0)
		return ydoc_unknown(rd->fill.y, at, "key", key, "the file", known, 1, err);
	return ydoc_each(rd->fill.y, value, key, read_fix, rd, err);
}

/* What names another fix can be checked once all are known. */
static int check_successors(const struct ledger *l, struct err *err)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->fixes[i].nexempts; k++) {
			const struct ledger_exempt *x = &l->fixes[i].exempts[k];

			if (x->by && (!ledger_find(l, x->by) || !strcmp(x->by, l->fixes[i].id)))
				return err_set(err, ERR_INPUT, "%s:%u: superseded by %s: expected "
					       "another fix of this file", l->path, x->line, x->by);
		}
	return 0;
}

int ledger_load(struct ledger *l, const char *path, const struct matrix *m, struct err *err)
{
	struct ydoc y;
	struct reading rd = { .l = l, .m = m, .fill = { &y, &rd, check_ref } };
	int ret;

	*l = (struct ledger){ .path = xstrdup(path) };
	ret = ydoc_load(&y, path, FILE_MAX, err);
	if (ret == ERR_NOTFOUND)
		return err_set(err, ERR_INPUT, "%s: no such file; it belongs beside the matrix",
			       path);
	if (ret)
		return ret;
	ret = ydoc_each(&y, ydoc_root(&y), "the file", read_top, &rd, err);
	ydoc_free(&y);
	return ret ? ret : check_successors(l, err);
}

static void fix_free(struct ledger_fix *f)
{
	for (size_t i = 0; i < f->nlandings; i++)
		free(f->landings[i].commit);
	for (size_t i = 0; i < f->nexempts; i++) {
		struct ledger_exempt *x = &f->exempts[i];

		for (size_t k = 0; k < x->nfacts; k++)
			fact_clear(&x->facts[k]);
		free(x->facts);
		strv_free(&x->branches);
		free(x->why);
		free(x->by);
	}
	for (size_t i = 0; i < f->nremarks; i++) {
		strv_free(&f->remarks[i].branches);
		free(f->remarks[i].text);
	}
	free(f->landings);
	free(f->exempts);
	free(f->remarks);
	free(f->cells);
	strv_free(&f->folds);
	free(f->id);
	free(f->upstream);
	free(f->candidate);
	free(f->subject);
	free(f->cve);
	free(f->cvss);
	free(f->since);
	free(f->introduced_by);
}

void ledger_free(struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++)
		fix_free(&l->fixes[i]);
	free(l->fixes);
	free(l->path);
	*l = (struct ledger){ NULL };
}
