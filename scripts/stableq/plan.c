// SPDX-License-Identifier: GPL-2.0-only
#include "plan.h"

#include "fs.h"
#include "hash.h"
#include "nearest.h"
#include "tree.h"
#include "verdict.h"

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
		return err_set(err, ERR_INPUT, "%s: no such %s; did you mean %s?", name, what, like);
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
	static const char *const states[] = { "base", "patched" };
	struct strv profile = { .v = (char *[]){ (char *)sel->profile }, .n = 1 };
	int ret;

	ret = check_known(&sel->cells, "cell", m->cells, m->ncells, sizeof(*m->cells), err);
	if (!ret)
		ret = check_known(&sel->checks, "check", m->checks, m->nchecks,
				  sizeof(*m->checks), err);
	for (size_t i = 0; i < sel->cells.n && !ret; i++)
		if (matrix_cell(m, sel->cells.v[i])->proofs)
			ret = err_set(err, ERR_INPUT, "%s: a cell for proofs; stableq prove uses it",
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

static void add_item(const struct plan *p, struct plan_stage *st, const struct matrix_check *check)
{
	struct plan_item *it = &ARRAY_PUSH(st->items, st->n);

	it->check = check;
	it->result.release = xstrdup(p->releases[st->release].name);
	it->result.cell = xstrdup(st->cell->name);
	it->result.state = xstrdup(plan_state(st));
	it->result.check = xstrdup(check ? check->name : RESULT_BUILD);
}

static void add_stage(struct plan *p, size_t release, const struct matrix_cell *cell, bool patched,
		      const struct strv *checks)
{
	const char *branch = p->releases[release].branch->name;
	struct plan_stage *st = &ARRAY_PUSH(p->stages, p->nstages);

	st->release = release;
	st->cell = cell;
	st->patched = patched;
	add_item(p, st, NULL);
	for (size_t i = 0; i < p->matrix->nchecks; i++) {
		const struct matrix_check *c = &p->matrix->checks[i];

		if (wanted(checks, c->name) && wanted(&c->branches, branch) &&
		    wanted(&c->cells, cell->name))
			add_item(p, st, c);
	}
}

int plan_make(struct plan *p, const struct matrix *m, const struct plan_select *sel,
	      struct err *err)
{
	const struct matrix_profile *profile;
	const struct strv *cells, *checks;
	int ret;

	*p = (struct plan){ .matrix = m };
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
			/* Its kernels hold more than the queue: they are for stableq prove. */
			if (m->cells[c].proofs)
				continue;
			for (int patched = 0; wanted(cells, m->cells[c].name) && patched < 2; patched++)
				if (wanted(&sel->states, patched ? "patched" : "base"))
					add_stage(p, r, &m->cells[c], patched, checks);
		}
	return 0;
}

int plan_prepare(struct plan *p, size_t release, struct source_set *set, struct err *err)
{
	return plan_release_prepare(&p->releases[release], p->matrix, set, err);
}

const char *plan_suite(const struct matrix_check *check)
{
	if (check->kind == CHECK_GUEST)
		return NULL;
	return check->suites.n == 1 ? check->suites.v[0] : "*";
}

static void set_state(struct plan *p, struct plan_stage *st)
{
	struct plan_release *pr = &p->releases[st->release];

	st->state = (struct state){
		.matrix = p->matrix, .branch = pr->branch, .cell = st->cell, .release = pr->name,
		.source = pr->source, .pristine = pr->tree, .name = plan_state(st),
		.fs = st->patched ? pr->patched : NULL,
	};
}

static void check_key(const struct plan *p, const struct plan_stage *st,
		      const struct matrix_check *check, const char *guest, char key[HASH_HEX + 1])
{
	struct hash *h = hash_new();

	state_boot_key(&st->state, guest, plan_suite(check), key);
	hash_adds(h, key);
	hash_adds(h, check->name);
	for (size_t i = 0; i < check->suites.n; i++)
		hash_adds(h, check->suites.v[i]);
	for (size_t i = 0; i < p->matrix->nsplats; i++) {
		hash_adds(h, p->matrix->splats[i].title);
		hash_adds(h, p->matrix->splats[i].text);
	}
	hash_end(h, key);
}

int plan_keys(struct plan *p, size_t release, const char *guest, struct err *err)
{
	char digest[HASH_HEX + 1];
	int ret = hash_raw_file(guest, digest, err);

	for (size_t s = 0; s < p->nstages && !ret; s++) {
		struct plan_stage *st = &p->stages[s];

		if (st->release != release)
			continue;
		set_state(p, st);
		ret = state_key(&st->state, err);
		snprintf(st->items[0].result.key, sizeof(st->state.key), "%s", st->state.key);
		for (size_t i = 1; i < st->n && !ret; i++)
			check_key(p, st, st->items[i].check, digest, st->items[i].result.key);
	}
	return ret;
}

void plan_free(struct plan *p)
{
	for (size_t s = 0; s < p->nstages; s++) {
		for (size_t i = 0; i < p->stages[s].n; i++)
			result_clear(&p->stages[s].items[i].result);
		free(p->stages[s].items);
	}
	free(p->stages);
	for (size_t r = 0; r < p->nreleases; r++)
		plan_release_clear(&p->releases[r]);
	free(p->releases);
	*p = (struct plan){ NULL };
}
