// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be asked of a matrix that was read.
 */
#include "matrix/matrix.h"

#include "base/fs.h"

/* Everything in the matrix begins with its name. */
static const void *find_named(const void *array, size_t n, size_t size, const char *name)
{
	for (const char *item = array; n--; item += size)
		if (!strcmp(*(const char *const *)item, name))
			return item;
	return NULL;
}

static void free_proof(struct matrix_proof *p)
{
	free(p->name);
	free(p->dir);
	free(p->suite);
	free(p->upstream);
	free(p->patch);
	free(p->unit);
	free(p->cell);
	free(p->claims);
	free(p->skip);
	for (size_t i = 0; i < p->nfails; i++) {
		free(p->fails[i].test_case);
		free(p->fails[i].text);
		free(p->fails[i].splat);
		free(p->fails[i].function);
		strv_free(&p->fails[i].branches);
		strv_free(&p->fails[i].cells);
	}
	free(p->fails);
	strv_free(&p->branches);
}

void matrix_free(struct matrix *m)
{
	for (size_t i = 0; i < m->nbranches; i++) {
		free(m->branches[i].name);
		free(m->branches[i].queue);
		free(m->branches[i].releases);
	}
	for (size_t i = 0; i < m->ncells; i++) {
		struct matrix_cell *c = &m->cells[i];

		free(c->name);
		free(c->proofs);
		free(c->fallback);
		free(c->toolchain);
		strv_free(&c->warnings);
		strv_free(&c->configs);
		for (size_t e = 0; e < c->nextra; e++) {
			free(c->extra[e].branch);
			strv_free(&c->extra[e].names);
		}
		free(c->extra);
	}
	for (size_t i = 0; i < m->nchecks; i++) {
		free(m->checks[i].name);
		strv_free(&m->checks[i].suites);
		strv_free(&m->checks[i].branches);
		strv_free(&m->checks[i].cells);
	}
	for (size_t i = 0; i < m->nprofiles; i++) {
		free(m->profiles[i].name);
		strv_free(&m->profiles[i].branches);
		strv_free(&m->profiles[i].cells);
		strv_free(&m->profiles[i].checks);
	}
	for (size_t i = 0; i < m->nsplats; i++) {
		free(m->splats[i].name);
		free(m->splats[i].title);
		free(m->splats[i].text);
		free(m->splats[i].why);
		strv_free(&m->splats[i].branches);
		strv_free(&m->splats[i].cells);
	}
	for (size_t i = 0; i < m->nproofs; i++)
		free_proof(&m->proofs[i]);
	free(m->proofs);
	free(m->splats);
	free(m->branches);
	free(m->cells);
	free(m->checks);
	free(m->profiles);
	free(m->path);
	free(m->dir);
	*m = (struct matrix){ NULL };
}

const struct matrix_branch *matrix_branch(const struct matrix *m, const char *name)
{
	return find_named(m->branches, m->nbranches, sizeof(*m->branches), name);
}

const struct matrix_cell *matrix_cell(const struct matrix *m, const char *name)
{
	return find_named(m->cells, m->ncells, sizeof(*m->cells), name);
}

const struct matrix_check *matrix_check(const struct matrix *m, const char *name)
{
	return find_named(m->checks, m->nchecks, sizeof(*m->checks), name);
}

const struct matrix_profile *matrix_profile(const struct matrix *m, const char *name)
{
	return find_named(m->profiles, m->nprofiles, sizeof(*m->profiles), name);
}

const struct matrix_proof *matrix_proof(const struct matrix *m, const char *name)
{
	return find_named(m->proofs, m->nproofs, sizeof(*m->proofs), name);
}

int matrix_branch_of(const struct matrix *m, const struct release *r,
		     const struct matrix_branch **b, struct err *err)
{
	char branch[RELEASE_MAX], name[RELEASE_MAX];
	_cleanup_str_ struct str list = STR_INIT;

	*b = matrix_branch(m, release_branch(r, branch));
	if (*b)
		return 0;
	for (size_t i = 0; i < m->nbranches; i++)
		str_addf(&list, "%s%s", i ? ", " : "", m->branches[i].name);
	return err_set(err, ERR_INPUT, "%s is of branch %s, which %s does not have; it has: %s",
		       release_name(r, name), branch, m->path, str_span(&list).p);
}

int matrix_check_fallbacks(const struct matrix *m, struct err *err)
{
	for (size_t i = 0; i < m->ncells; i++) {
		const struct matrix_cell *c = &m->cells[i];
		const struct matrix_cell *to = c->fallback ? matrix_cell(m, c->fallback) : NULL;
		const char *proofs = c->proofs ? c->proofs : "none";

		if (to && to->arch == c->arch)
			return err_set(err, ERR_INPUT,
				       "%s:%u: cell %s: its fallback %s is of the same "
				       "architecture, and runs no better", m->path, c->line,
				       c->name, to->name);
		if (to && strcmp(to->proofs ? to->proofs : "none", proofs) != 0)
			return err_set(err, ERR_INPUT,
				       "%s:%u: cell %s: its fallback %s has not the same "
				       "proofs (%s)", m->path, c->line, c->name, to->name, proofs);
	}
	return 0;
}

void matrix_mutants(const struct matrix_proof *p, const char *branch, struct strv *files)
{
	_cleanup_free_ char *dir = xasprintf("%s/mutants/%s", p->dir, branch);
	_cleanup_strv_ struct strv names = STRV_INIT;

	/* Most have none. */
	fs_list(dir, &names, NULL);
	for (size_t i = 0; i < names.n; i++)
		if (span_ends(span_of(names.v[i]), ".patch"))
			strv_addf(files, "%s/%s", dir, names.v[i]);
}

void matrix_fragments(const struct matrix *m, const struct matrix_cell *cell,
		      const struct matrix_branch *b, struct strv *paths)
{
	for (size_t i = 0; i < cell->configs.n; i++)
		strv_addf(paths, "%s/configs/%s.config", m->dir, cell->configs.v[i]);
	for (size_t e = 0; e < cell->nextra; e++)
		for (size_t i = 0; i < cell->extra[e].names.n &&
		     !strcmp(cell->extra[e].branch, b->name);
		     i++)
			strv_addf(paths, "%s/configs/%s.config", m->dir, cell->extra[e].names.v[i]);
}
