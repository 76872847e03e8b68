// SPDX-License-Identifier: GPL-2.0-only
#include "run/plan.h"

#include "base/fs.h"
#include "base/hash.h"
#include "base/nearest.h"
#include "tree/tree.h"
#include "verdict/verdict.h"
#include "vm/vm.h"

static bool wanted(const struct strv *list, const char *name)
{
	return !list->n || strv_has(list, name);
}

static int unknown(const char *what, const char *name, const char *const *names, size_t n,
		   struct err *err)
{
	const char *like = nearest(name, names, n);
	_cleanup_str_ struct str all = STR_INIT;

	if (like)
		return err_set(err, ERR_INPUT, "%s: no such %s; did you mean %s?", name, what,
			       like);
	for (size_t i = 0; i < n; i++)
		str_addf(&all, "%s%s", i ? ", " : "", names[i]);
	return err_set(err, ERR_INPUT, "%s: no such %s; there are: %s", name, what,
		       str_span(&all).p);
}

/* Every kind of thing in the matrix begins with its name. */
static const char *name_at(const void *known, size_t i, size_t stride)
{
	return *(const char *const *)((const char *)known + i * stride);
}

static int check_known(const struct strv *list, const char *what, const void *known, size_t n,
		       size_t stride, struct err *err)
{
	_cleanup_free_ const char **names = xcalloc(n, sizeof(*names));

	for (size_t i = 0; i < n; i++)
		names[i] = name_at(known, i, stride);
	for (size_t l = 0; l < list->n; l++) {
		bool found = false;

		for (size_t i = 0; i < n; i++)
			found |= !strcmp(names[i], list->v[l]);
		if (!found)
			return unknown(what, list->v[l], names, n, err);
	}
	return 0;
}

static int check_names(const struct matrix *m, const struct plan_select *sel, struct err *err)
{
	static const char *const states[] = { "base", "patched", "prefixes" };
	struct strv profile = { .v = (char *[]){ (char *)sel->profile }, .n = 1 };
	int ret;

	ret = check_known(&sel->cells, "cell", m->cells, m->ncells, sizeof(*m->cells), err);
	if (!ret)
		ret = check_known(&sel->checks, "check", m->checks, m->nchecks,
				  sizeof(*m->checks), err);
	for (size_t i = 0; i < sel->cells.n && !ret; i++)
		if (matrix_cell(m, sel->cells.v[i])->proofs)
			ret = err_set(err, ERR_INPUT,
				      "%s: a cell for proofs; stableq prove uses it",
				      sel->cells.v[i]);
	if (!ret)
		ret = check_known(&sel->states, "state", states, ARRAY_SIZE(states),
				  sizeof(*states), err);
	if (!ret)
		ret = check_known(&profile, "profile", m->profiles, m->nprofiles,
				  sizeof(*m->profiles), err);
	return ret;
}

static void add_release(struct plan *p, const struct matrix_branch *b, const struct release *r)
{
	struct plan_release *pr;

	for (size_t i = 0; i < p->nreleases; i++)
		if (!release_cmp(&p->releases[i].release, r))
			return;
	pr = &ARRAY_PUSH(p->releases, p->nreleases);
	pr->branch = b;
	pr->release = *r;
	release_name(r, pr->name);
}

static void profile_releases(struct plan *p, const struct matrix_branch *b,
			     enum profile_releases which)
{
	switch (which) {
	case PROFILE_BASE:
		add_release(p, b, &b->base);
		break;
	case PROFILE_NEWEST:
		add_release(p, b, &b->releases[b->nreleases - 1]);
		break;
	case PROFILE_ALL:
		for (size_t i = 0; i < b->nreleases; i++)
			add_release(p, b, &b->releases[i]);
	}
}

static int select_releases(struct plan *p, const struct plan_select *sel,
			   const struct matrix_profile *profile, struct err *err)
{
	const struct matrix_branch *b;
	struct release r;
	int ret;

	for (size_t i = 0; i < sel->releases.n; i++) {
		ret = release_parse(sel->releases.v[i], &r, err);
		ret = ret ? ret : matrix_branch_of(p->matrix, &r, &b, err);
		if (ret)
			return ret;
		add_release(p, b, &r);
	}
	for (size_t i = 0; !sel->releases.n && i < p->matrix->nbranches; i++) {
		b = &p->matrix->branches[i];
		if (wanted(&profile->branches, b->name))
			profile_releases(p, b, profile->releases);
	}
	return 0;
}

static const char *suite_of(const struct matrix_check *check)
{
	if (check->kind == CHECK_GUEST)
		return NULL;
	return check->suites.n == 1 ? check->suites.v[0] : "*";
}

/* The boot that serves a check too, or a new one. */
static size_t add_boot(struct plan_stage *st, const struct matrix_check *check)
{
	const char *suite = suite_of(check);
	struct plan_boot *b;
	size_t i = 0;

	while (i < st->nboots && strcmp(st->boots[i].suite ? st->boots[i].suite : "",
					suite ? suite : "") != 0)
		i++;
	if (i == st->nboots) {
		b = &ARRAY_PUSH(st->boots, st->nboots);
		b->suite = suite;
		b->name = check->name;
		b->checks = xstrdup("");
	}
	if (!suite) {
		char *more = xasprintf("%s%s%s", st->boots[i].checks,
				       st->boots[i].checks[0] ? "," : "", check->name);

		free(st->boots[i].checks);
		st->boots[i].checks = more;
	}
	return i;
}

static struct plan_item *add_item(const struct plan *p, struct plan_stage *st, const char *check)
{
	struct plan_item *it = &ARRAY_PUSH(st->items, st->n);

	it->result.release = xstrdup(p->releases[st->release].name);
	it->result.cell = xstrdup(st->cell->name);
	it->result.state = xstrdup(plan_state(st));
	it->result.check = xstrdup(check);
	return it;
}

static struct plan_stage *add_stage(struct plan *p, size_t release, const struct matrix_cell *cell,
				    bool patched)
{
	struct plan_stage *st = &ARRAY_PUSH(p->stages, p->nstages);

	st->release = release;
	st->cell = cell;
	st->patched = patched;
	st->back = patched ? 1 : 0;
	snprintf(st->name, sizeof(st->name), patched ? "patched" : "base");
	return st;
}

static void add_items(const struct plan *p, struct plan_stage *st, const struct strv *checks)
{
	const char *branch = p->releases[st->release].branch->name;

	add_item(p, st, RESULT_BUILD);
	for (size_t i = 0; st->cell->kind == CELL_FULL && i < p->matrix->nchecks; i++) {
		const struct matrix_check *c = &p->matrix->checks[i];
		struct plan_item *it;

		if (!wanted(checks, c->name) || !wanted(&c->branches, branch) ||
		    !wanted(&c->cells, st->cell->name))
			continue;
		it = add_item(p, st, c->name);
		it->check = c;
		it->boot = add_boot(st, c);
	}
	st->planned = st->n;
}

/* Without the base's build nobody can judge the other: it is there in any case. */
static void add_cell(struct plan *p, size_t release, const struct matrix_cell *cell,
		     const struct plan_select *sel, const struct strv *checks)
{
	struct plan_stage *st = add_stage(p, release, cell, false);

	if (wanted(&sel->states, "base"))
		add_items(p, st, checks);
	if (!wanted(&sel->states, "patched") && !p->prefixes)
		return;
	st = add_stage(p, release, cell, true);
	if (wanted(&sel->states, "patched"))
		add_items(p, st, checks);
}

static bool has_cell(const struct plan *p, size_t release, const struct matrix_cell *cell)
{
	for (size_t i = 0; i < p->nstages; i++)
		if (p->stages[i].release == release && p->stages[i].cell == cell)
			return true;
	return false;
}

/* What stands for a cell on this host. */
static const struct matrix_cell *cell_here(struct plan *p, const struct matrix_cell *cell,
					   const struct vm_um *um, const struct strv *checks)
{
	const struct matrix_cell *by = cell->fallback ? matrix_cell(p->matrix, cell->fallback) :
				       NULL;
	struct plan_swap *s;

	if (vm_runs_here(um, cell->arch))
		return cell;
	for (size_t i = 0; i < p->nswaps; i++)
		if (p->swaps[i].cell == cell)
			return by ? by : cell;
	s = &ARRAY_PUSH(p->swaps, p->nswaps);
	*s = (struct plan_swap){ .cell = cell, .by = by, .why = um->why };
	for (size_t i = 0; i < p->matrix->nchecks && by; i++) {
		const struct matrix_check *c = &p->matrix->checks[i];

		if (wanted(checks, c->name) && wanted(&c->cells, cell->name) &&
		    !wanted(&c->cells, by->name))
			strv_add(&s->without, c->name);
	}
	return by ? by : cell;
}

char *plan_swap_text(const struct plan_swap *s)
{
	struct str text = STR_INIT;

	str_addf(&text, "%s: user-mode Linux does not run here (%s); ", s->cell->name, s->why);
	if (!s->by)
		str_adds(&text, "it has no fallback, and its kernels can't be booted");
	else
		str_addf(&text, "%s runs in its place", s->by->name);
	for (size_t i = 0; i < s->without.n; i++)
		str_addf(&text, "%s%s", i ? ", " : ", without ", s->without.v[i]);
	return str_take(&text);
}

int plan_make(struct plan *p, const struct matrix *m, const struct plan_select *sel,
	      struct err *err)
{
	const struct matrix_profile *profile;
	const struct strv *cells, *checks;
	int ret;

	*p = (struct plan){ .matrix = m, .prefixes = strv_has(&sel->states, "prefixes") };
	ret = check_names(m, sel, err);
	if (ret)
		return ret;
	profile = matrix_profile(m, sel->profile);
	ret = select_releases(p, sel, profile, err);
	if (ret)
		return ret;
	cells = sel->cells.n ? &sel->cells : &profile->cells;
	checks = sel->checks.n ? &sel->checks : &profile->checks;
	for (size_t r = 0; r < p->nreleases; r++)
		for (size_t c = 0; c < m->ncells; c++) {
			const struct matrix_cell *cell = &m->cells[c];

			/* The kernels of a cell for proofs hold more than the queue. */
			if (cell->proofs || !wanted(cells, cell->name))
				continue;
			cell = cell_here(p, cell, sel->um, checks);
			if (!has_cell(p, r, cell))
				add_cell(p, r, cell, sel, checks);
		}
	return 0;
}

int plan_prepare(struct plan *p, size_t release, struct source_set *set, struct err *err)
{
	return plan_release_prepare(&p->releases[release], p->matrix, set, err);
}

static void add_prefix(struct plan *p, const struct plan_stage *patched, size_t n)
{
	struct plan_stage *st = add_stage(p, patched->release, patched->cell, true);

	st->prefix = n;
	snprintf(st->name, sizeof(st->name), "prefix:%zu", n);
	add_item(p, st, RESULT_BUILD);
	st->planned = st->n;
}

/* Only now it is known how many patches a release needs. They go before the state that has all. */
static void add_prefixes(struct plan *p, size_t release)
{
	size_t applied = p->releases[release].applied.n, nold = p->nstages;
	struct plan_stage *old = p->stages;

	p->stages = NULL;
	p->nstages = 0;
	for (size_t s = 0; s < nold; s++) {
		bool here = old[s].release == release && old[s].patched;

		for (size_t n = 1; here && n <= applied; n++)
			add_prefix(p, &old[s], n);
		old[s].back += here ? applied : 0;
		ARRAY_PUSH(p->stages, p->nstages) = old[s];
	}
	free(old);
}

static struct fileset *fileset_of(const struct plan_release *pr, const struct plan_stage *st)
{
	if (st->prefix)
		return st->fs;
	return st->patched ? pr->patched : NULL;
}

int plan_states(struct plan *p, size_t release, struct err *err)
{
	struct plan_release *pr = &p->releases[release];
	int ret = 0;

	if (p->prefixes && !pr->broken.code)
		add_prefixes(p, release);
	for (size_t s = 0; s < p->nstages && !ret; s++) {
		struct plan_stage *st = &p->stages[s];

		if (st->release != release)
			continue;
		if (st->prefix) {
			ret = plan_release_prefix(pr, st->prefix, &st->fs, err);
			if (ret)
				break;
		}
		st->state = (struct state){
			.matrix = p->matrix, .branch = pr->branch, .cell = st->cell,
			.release = pr->name, .source = pr->source, .pristine = pr->tree,
			.name = plan_state(st), .fs = fileset_of(pr, st),
			.touched = &pr->touched, .reached = &pr->reached,
		};
		ret = state_key(&st->state, err);
	}
	return ret;
}

static void free_stage(struct plan_stage *st)
{
	for (size_t i = 0; i < st->n; i++)
		result_clear(&st->items[i].result);
	for (size_t i = 0; i < st->nboots; i++) {
		boot_fact_clear(&st->boots[i].fact);
		free(st->boots[i].checks);
		free(st->boots[i].host);
	}
	build_fact_clear(&st->build);
	if (st->fs)
		fileset_free(st->fs);
	free(st->items);
	free(st->boots);
	free(st->host);
}

void plan_free(struct plan *p)
{
	for (size_t s = 0; s < p->nstages; s++)
		free_stage(&p->stages[s]);
	free(p->stages);
	for (size_t i = 0; i < p->nswaps; i++)
		strv_free(&p->swaps[i].without);
	free(p->swaps);
	for (size_t r = 0; r < p->nreleases; r++)
		plan_release_clear(&p->releases[r]);
	free(p->releases);
	*p = (struct plan){ NULL };
}
