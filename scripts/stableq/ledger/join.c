// SPDX-License-Identifier: GPL-2.0-only
/* ledger/join.c - the file and the queues' headers, brought together */
#include "ledger/ledger.h"

bool ledger_expect_merged(const struct ledger_cell *c, const struct release *r)
{
	return c->landing && release_cmp(r, &c->landing->release) >= 0;
}

char *ledger_where(const struct ledger_landing *l)
{
	char name[RELEASE_MAX], other[RELEASE_MAX];
	_cleanup_str_ struct str s = STR_INIT;

	str_addf(&s, "%s (%s", release_name(&l->release, name), ledger_sure_name(l->sure));
	if (l->commit)
		str_addf(&s, " %s", l->commit);
	if (l->not_in.version)
		str_addf(&s, "; not in %s", release_name(&l->not_in, other));
	if (l->in.version && release_cmp(&l->in, &l->release))
		str_addf(&s, "%s in %s", l->not_in.version ? "," : ";",
			 release_name(&l->in, other));
	str_adds(&s, ")");
	return str_take(&s);
}

static bool covers(const struct strv *branches, const char *branch)
{
	return !branches->n || strv_has(branches, branch);
}

/* What header and file both say has to be the same; what only one says is taken. */
static int agree(const struct ledger *l, const struct ledger_fix *fix, const struct queue_patch *p,
		 const char *what, const char *said, char **known, struct err *err)
{
	if (!said)
		return 0;
	if (!*known)
		*known = xstrdup(said);
	if (!strcmp(*known, said))
		return 0;
	return err_set(err, ERR_INPUT, "%s:%u: fix %s: %s is '%s' elsewhere, but '%s' in %s",
		       l->path, fix->line, fix->id, what, *known, said, p->patch.name);
}

/* The commit of "Fixes: 0123456789ab ("subject")". */
static char *fixes_id(const struct queue_patch *p)
{
	const char *blank = p->fixes ? strchr(p->fixes, ' ') : NULL;
	struct span id = { p->fixes, blank ? (size_t)(blank - p->fixes) : 0 };

	return blank && is_commit_id(id) ? span_dup(id) : NULL;
}

static int take_header(const struct ledger *l, struct ledger_fix *fix, const struct queue_patch *p,
		       struct err *err)
{
	_cleanup_free_ char *culprit = fixes_id(p);
	int ret = agree(l, fix, p, "its subject", p->subject, &fix->subject, err);

	ret = ret ? ret : agree(l, fix, p, "its CVE", p->cve, &fix->cve, err);
	ret = ret ? ret : agree(l, fix, p, "its score", p->cvss, &fix->cvss, err);
	if (!ret && culprit && !fix->introduced_by)
		fix->introduced_by = xstrdup(culprit);
	return ret;
}

/* What both are sure of, or neither is. */
static bool belongs(const struct queue_patch *p, const struct ledger_fix *fix)
{
	if (p->upstream)
		return fix->upstream && same_commit(fix->upstream, p->upstream);
	return fix->candidate && same_commit(fix->candidate, p->candidate);
}

static int join_queue(struct ledger *l, const struct queue *q, size_t branch, struct err *err)
{
	for (size_t i = 0; i < q->n; i++) {
		const struct queue_patch *p = &q->patches[i];
		struct ledger_fix *fix = NULL;
		int ret;

		if (!queue_patch_commit(p))
			return err_set(err, ERR_INPUT, "%s: no Upstream:, so it is in no fix of %s",
				       p->patch.name, l->path);
		for (size_t k = 0; k < l->n && !fix; k++)
			if (belongs(p, &l->fixes[k]))
				fix = &l->fixes[k];
		if (!fix)
			return err_set(err, ERR_INPUT,
				       "%s: its upstream commit %s is in no fix of %s",
				       p->patch.name, queue_patch_commit(p), l->path);
		fix->cells[branch].patch = p;
		ret = take_header(l, fix, p, err);
		if (ret)
			return ret;
	}
	return 0;
}

static void find_landing(const struct ledger_fix *fix, const char *branch, struct ledger_cell *c)
{
	char of[RELEASE_MAX];

	for (size_t i = 0; i < fix->nlandings; i++)
		if (!strcmp(release_branch(&fix->landings[i].release, of), branch))
			c->landing = &fix->landings[i];
}

static int settle(const struct ledger *l, const struct ledger_fix *fix, const char *branch,
		  struct ledger_cell *c, struct err *err)
{
	char name[RELEASE_MAX];

	find_landing(fix, branch, c);
	for (size_t i = 0; i < fix->nremarks; i++)
		if (covers(&fix->remarks[i].branches, branch))
			c->remark = &fix->remarks[i];
	for (size_t i = 0; i < fix->nexempts; i++) {
		const struct ledger_exempt *x = &fix->exempts[i];

		if (!covers(&x->branches, branch))
			continue;
		if (c->exempt)
			return err_set(err, ERR_INPUT,
				       "%s:%u: fix %s on %s is %s, but line %u has it %s",
				       l->path, x->line, fix->id, branch,
				       ledger_state_name(x->state),
				       c->exempt->line, ledger_state_name(c->exempt->state));
		c->exempt = x;
	}
	if (c->exempt && c->patch)
		return err_set(err, ERR_INPUT,
			       "%s:%u: fix %s on %s is %s, but there is a patch: %s",
			       l->path, c->exempt->line, fix->id, branch,
			       ledger_state_name(c->exempt->state), c->patch->patch.name);
	if (c->exempt && c->landing)
		return err_set(err, ERR_INPUT,
			       "%s:%u: fix %s on %s is %s, but line %u has it in %s",
			       l->path, c->exempt->line, fix->id, branch,
			       ledger_state_name(c->exempt->state), c->landing->line,
			       release_name(&c->landing->release, name));
	c->state = c->exempt ? c->exempt->state : c->landing ? LEDGER_MERGED :
		   c->patch ? LEDGER_NEEDED : LEDGER_UNKNOWN;
	return 0;
}

/* Trees alone leave open which of the releases between them has it. */
static bool may_be_before(const struct ledger_landing *x, const struct release *r)
{
	return x->sure == SURE_TREE && x->not_in.version && release_cmp(&x->not_in, r) < 0;
}

/*
 * A series, its range and one fix: it landed in none of the range, and is listed if it is lacking.
 */
static int check_served(const struct ledger *l, const struct ledger_fix *fix,
			const struct queue *rel,
			const struct queue_serves *s, size_t branch, struct err *err)
{
	const struct ledger_cell *c = &fix->cells[branch];
	const struct ledger_landing *x = c->landing;
	char landed[RELEASE_MAX], first[RELEASE_MAX];
	size_t at = c->patch ? queue_find_row(rel, c->patch->file) : rel->n;
	bool follow_up = at < rel->n && !belongs(&rel->patches[at], fix);

	release_name(&s->first, first);
	if (x && release_cmp(&x->release, &s->first) > 0 &&
	    release_cmp(&x->release, &s->last) <= 0 && !may_be_before(x, &s->first))
		return err_set(err, ERR_INPUT,
			       "%s:%u: serves %s and more, but %s landed in %s (%s:%u)",
			       rel->series, s->line, first, fix->id,
			       release_name(&x->release, landed), l->path, x->line);
	if (!c->patch || follow_up || (x && may_be_before(x, &s->first)))
		return 0;
	if (at < rel->n && ledger_expect_merged(c, &s->first))
		return err_set(err, ERR_INPUT, "%s:%u: %s, but %s is in %s (%s:%u)", rel->series,
			       rel->patches[at].line, rel->patches[at].file, fix->id, first,
			       l->path, x->line);
	if (at == rel->n && !ledger_expect_merged(c, &s->first))
		return err_set(err, ERR_INPUT, "%s: serves %s, but %s is not listed: expected %s",
			       rel->series, first, fix->id, c->patch->file);
	return 0;
}

/* The series of releases agree with what is known of where each fix landed. */
static int check_series(const struct ledger *l, size_t branch, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	const char *dir = l->queues[branch].dir;
	int ret = queue_series_list(dir, &names, err);

	for (size_t i = 0; i < names.n && !ret; i++) {
		struct queue rel = { NULL };
		struct queue_serves s;

		ret = queue_series_serves(dir, names.v[i], &s, err);
		ret = ret ? ret : queue_load_part(&rel, dir, names.v[i], err);
		for (size_t k = 0; k < l->n && !ret; k++)
			ret = check_served(l, &l->fixes[k], &rel, &s, branch, err);
		queue_free(&rel);
	}
	return ret;
}

int ledger_join(struct ledger *l, const struct matrix *m, const struct queue *queues,
		struct err *err)
{
	int ret = 0;

	l->matrix = m;
	l->queues = queues;
	for (size_t i = 0; i < l->n; i++)
		l->fixes[i].cells = xcalloc(m->nbranches, sizeof(*l->fixes[i].cells));
	for (size_t b = 0; b < m->nbranches && !ret; b++)
		ret = join_queue(l, &queues[b], b, err);
	for (size_t i = 0; i < l->n && !ret; i++) {
		struct ledger_fix *fix = &l->fixes[i];

		for (size_t b = 0; b < m->nbranches && !ret; b++)
			ret = settle(l, fix, m->branches[b].name, &fix->cells[b], err);
		if (!ret && !fix->subject)
			ret = err_set(err, ERR_INPUT,
				      "%s:%u: fix %s has no patch: expected a subject "
				      "here", l->path, fix->line, fix->id);
	}
	for (size_t b = 0; b < m->nbranches && !ret; b++)
		ret = check_series(l, b, err);
	return ret;
}

int ledger_complete(const struct ledger *l, struct err *err)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t b = 0; b < l->matrix->nbranches; b++)
			if (l->fixes[i].cells[b].state == LEDGER_UNKNOWN)
				return err_set(err, ERR_FINDING,
					       "%s:%u: fix %s on %s: no patch, and "
					       "nothing says why", l->path, l->fixes[i].line,
					       l->fixes[i].id, l->matrix->branches[b].name);
	return 0;
}
