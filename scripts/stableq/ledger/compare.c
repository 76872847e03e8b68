// SPDX-License-Identifier: GPL-2.0-only
#include "ledger/compare.h"

#include <stdarg.h>

static void differ(struct cve_compared *d, const char *kind, const char *fmt, ...) __printf(3, 4);

static void differ(struct cve_compared *d, const char *kind, const char *fmt, ...)
{
	struct cve_difference *x = &ARRAY_PUSH(d->v, d->n);
	va_list ap;

	x->kind = kind;
	va_start(ap, fmt);
	if (vasprintf(&x->detail, fmt, ap) < 0)
		x->detail = xstrdup("out of memory");
	va_end(ap);
}

static void compare_score(struct cve_compared *d, const struct cve_record *c)
{
	const char *ours = d->fix->cvss ? d->fix->cvss : "";

	if (strcmp(ours, c->score) != 0)
		differ(d, "score", "the record says %s, the ledger %s",
		       c->score[0] ? c->score : "none", ours[0] ? ours : "none");
}

static bool among(const struct strv *list, const char *id)
{
	for (size_t i = 0; i < list->n; i++)
		if (same_commit(list->v[i], id))
			return true;
	return false;
}

static bool ledger_knows(const struct ledger_fix *fix, const char *id)
{
	if ((fix->upstream && same_commit(fix->upstream, id)) || among(&fix->folds, id))
		return true;
	for (size_t i = 0; i < fix->nlandings; i++)
		if (fix->landings[i].commit && same_commit(fix->landings[i].commit, id))
			return true;
	return false;
}

static void compare_commits(struct cve_compared *d, const struct cve_record *c)
{
	const struct ledger_fix *fix = d->fix;

	if (!c->commits.n)
		return;
	for (size_t i = 0; i < c->commits.n; i++)
		if (!ledger_knows(fix, c->commits.v[i]))
			differ(d, "commit", "the record names %.12s as a fix, the ledger does not",
			       c->commits.v[i]);
	if (fix->upstream && !among(&c->commits, fix->upstream))
		differ(d, "commit",
		       "the ledger has %.12s as the upstream commit, the record does not",
		       fix->upstream);
	for (size_t i = 0; i < fix->nlandings; i++) {
		const struct ledger_landing *x = &fix->landings[i];
		char name[RELEASE_MAX];

		if (x->commit && !among(&c->commits, x->commit))
			differ(d, "commit",
			       "the ledger has %.12s in %s, the record does not name it",
			       x->commit, release_name(&x->release, name));
	}
}

static const struct ledger_landing *landing_on(const struct ledger_fix *fix,
						const struct release *r)
{
	for (size_t i = 0; i < fix->nlandings; i++)
		if (fix->landings[i].release.version == r->version &&
		    fix->landings[i].release.patchlevel == r->patchlevel)
			return &fix->landings[i];
	return NULL;
}

/* The record's "6.12.109 to 6.12.*: unaffected" against the ledger's landing on that branch. */
static void compare_releases(struct cve_compared *d, const struct cve_record *c)
{
	for (size_t i = 0; i < c->nranges; i++) {
		const struct cve_range *v = &c->ranges[i];
		const struct ledger_landing *x = landing_on(d->fix, &v->from);
		_cleanup_free_ char *where = x ? ledger_where(x) : NULL;

		/*
		 * The end of mainline's own range has no branch: its release is no point release.
		 */
		if (v->affected || !v->one_branch)
			continue;
		if (!x)
			differ(d, "release", "the record says fixed in %s, the ledger knows of no "
			       "release there", v->text);
		else if (x->sure == SURE_TREE ? release_cmp(&v->from, &x->not_in) <= 0 ||
						release_cmp(&v->from, &x->release) > 0 :
						release_cmp(&v->from, &x->release) != 0)
			differ(d, "release", "the record says fixed in %s, the ledger in %s",
			       v->text, where);
	}
	for (size_t i = 0; i < d->fix->nlandings; i++) {
		const struct ledger_landing *x = &d->fix->landings[i];
		bool there = false;
		char name[RELEASE_MAX];

		for (size_t k = 0; k < c->nranges; k++)
			there |= !c->ranges[k].affected && c->ranges[k].one_branch &&
				 landing_on(d->fix, &c->ranges[k].from) == x;
		if (!there && c->has_releases)
			differ(d, "release",
			       "the ledger has it in %s (%s), the record names no release "
			       "there", release_name(&x->release, name), ledger_sure_name(x->sure));
	}
}

/* Does the ledger have the bug in a release? False as well as true only where it says so. */
static bool ledger_affects(const struct ledger_cell *cell, const struct release *r, bool *known)
{
	*known = cell->state == LEDGER_NEEDED || cell->state == LEDGER_MERGED ||
		 cell->state == LEDGER_NOT_AFFECTED;
	return cell->state != LEDGER_NOT_AFFECTED && !ledger_expect_merged(cell, r);
}

static void compare_branch(const struct ledger *l, struct cve_compared *d,
			   const struct cve_record *c, size_t branch)
{
	const struct matrix_branch *b = &l->matrix->branches[branch];
	const struct ledger_cell *cell = &d->fix->cells[branch];
	struct str list[2] = { STR_INIT, STR_INIT };
	char name[RELEASE_MAX];

	for (size_t i = 0; i < b->nreleases; i++) {
		bool known, ours = ledger_affects(cell, &b->releases[i], &known);

		if (known && ours != cve_affects(c, &b->releases[i]))
			str_addf(&list[ours], "%s%s", list[ours].len ? ", " : "",
				 release_name(&b->releases[i], name));
	}
	for (size_t ours = 0; ours < 2; ours++)
		if (list[ours].len)
			differ(d, "status", "%s: the record says %saffected, the ledger %s%s%s%s",
			       str_span(&list[ours]).p, ours ? "un" : "",
			       ours ? "needed" : cell->landing ? "merged in " : "not-affected",
			       !ours &&
			       cell->landing ? release_name(&cell->landing->release, name) : "",
			       cell->remark ? "; remark: " : "",
			       cell->remark ? cell->remark->text : "");
	str_free(&list[0]);
	str_free(&list[1]);
}

/* Files that the record names and no patch of the fix touches. */
static void compare_files(const struct ledger *l, struct cve_compared *d,
			  const struct cve_record *c)
{
	_cleanup_strv_ struct strv ours = STRV_INIT;

	for (size_t b = 0; b < l->matrix->nbranches; b++) {
		const struct queue_patch *p = d->fix->cells[b].patch;

		for (size_t i = 0; p && i < p->patch.nfiles; i++) {
			if (p->patch.files[i].old_path)
				strv_add(&ours, p->patch.files[i].old_path);
			if (p->patch.files[i].new_path)
				strv_add(&ours, p->patch.files[i].new_path);
		}
	}
	for (size_t i = 0; ours.n && i < c->files.n; i++)
		if (!strv_has(&ours, c->files.v[i]))
			differ(d, "files", "the record names %s, no patch touches it",
			       c->files.v[i]);
}

void ledger_compare(const struct ledger *l, const struct cve_record *c, struct cve_compared *d)
{
	*d = (struct cve_compared){ NULL };
	for (size_t i = 0; i < l->n; i++)
		if (l->fixes[i].cve && !strcmp(l->fixes[i].cve, c->id))
			d->fix = &l->fixes[i];
	if (!d->fix) {
		differ(d, "unknown", "no fix of the ledger has this CVE");
		return;
	}
	compare_score(d, c);
	compare_commits(d, c);
	compare_releases(d, c);
	for (size_t b = 0; c->has_releases && b < l->matrix->nbranches; b++)
		compare_branch(l, d, c, b);
	compare_files(l, d, c);
}

void cve_compared_clear(struct cve_compared *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->v[i].detail);
	free(d->v);
	*d = (struct cve_compared){ NULL };
}
