// SPDX-License-Identifier: GPL-2.0-only
/*
 * matrix/proof.c - the proofs: a folder each, with a proof.yaml
 */
#include "matrix/private.h"

#include "base/commit.h"
#include "base/fs.h"
#include "console/console.h"

#define PROOF_FILE "proof.yaml"

static int parse_fails(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		       const char *what, void *to, struct err *err);
static int parse_commit(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
			const char *what, void *to, struct err *err);
static int parse_unit(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		      const char *what, void *to, struct err *err);

#define CLAIM(member) .offset = offsetof(struct matrix_claim, member)
#define PROOF(member) .offset = offsetof(struct matrix_proof, member)

static const struct yfield claim_fields[] = {
	{ "case", yparse_word, CLAIM(test_case), .required = true },
	{ "text", yparse_word, CLAIM(text), .required = true },
	{ "splat", yparse_word, CLAIM(splat), .choices = splat_kind_names },
	{ "function", yparse_word, CLAIM(function) },
	{ "branches", yparse_words, CLAIM(branches), .ref = REF_BRANCH, .all = true },
	{ "cells", yparse_words, CLAIM(cells), .ref = REF_PROOF_CELL, .all = true },
};

static const struct yfield proof_fields[] = {
	{ "upstream", parse_commit, PROOF(upstream) },
	{ "patch", yparse_word, PROOF(patch) },
	{ "unit", parse_unit, PROOF(unit) },
	{ "claims", yparse_word, PROOF(claims) },
	/* Fills fails and nfails. */
	{ "fails", parse_fails, .offset = 0 },
	{ "branches", yparse_words, PROOF(branches), .ref = REF_BRANCH, .all = true },
	{ "cell", yparse_word, PROOF(cell), .ref = REF_PROOF_CELL },
	{ "skip", yparse_word, PROOF(skip) },
};

static int parse_commit(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
			const char *what, void *to, struct err *err)
{
	const char *text = "";
	int ret = ydoc_text(fill->y, value, what, &text, err);

	if (ret)
		return ret;
	if (!is_commit_id(span_of(text)))
		return ydoc_err(fill->y, value, err, "%s: expected a commit id of 12 to 40 hex "
				"digits, found '%s'", what, text);
	*(char **)to = xstrdup(text);
	return 0;
}

/* A file of the server, which the suite is compiled with. Whether it is there, each tree tells. */
static int parse_unit(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		      const char *what, void *to, struct err *err)
{
	const char *text = "";
	int ret = ydoc_text(fill->y, value, what, &text, err);

	if (ret)
		return ret;
	if (!matrix_good_name(text) || !span_ends(span_of(text), ".c"))
		return ydoc_err(fill->y, value, err, "%s: expected the name of a C file of the "
				"server, such as nfs4state.c, found '%s'", what, text);
	*(char **)to = xstrdup(text);
	return 0;
}

/* A list of mappings, one a case. */
static int parse_fails(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		       const char *what, void *to, struct err *err)
{
	struct matrix_proof *p = to;
	int ret = 0;

	if (value->type != YAML_SEQUENCE_NODE)
		return ydoc_err(fill->y, value, err, "%s: expected a list, of mappings with the "
				"keys case and text", what);
	for (yaml_node_item_t *i = value->data.sequence.items.start;
	     i < value->data.sequence.items.top && !ret; i++) {
		const yaml_node_t *at = ydoc_node(fill->y, *i);
		struct matrix_claim *c = &ARRAY_PUSH(p->fails, p->nfails);

		ret = yfill_struct(fill, claim_fields, ARRAY_SIZE(claim_fields), at, what, at, c,
				   err);
		if (!ret && c->function && !c->splat)
			ret = ydoc_err(fill->y, at, err, "%s: 'function' is about a splat: name "
				       "its kind with the key 'splat'", what);
	}
	return ret;
}

/* What a table of keys can't say. */
static int check_keys(const struct ydoc *y, const struct matrix_proof *p, const yaml_node_t *at,
		      struct err *err)
{
	const char *lacks = !p->unit ? "unit" : !p->claims ? "claims" : !p->nfails ? "fails" : NULL;

	if (!p->upstream == !p->patch)
		return ydoc_err(y, at, err, "proof %s: expected one of the keys 'upstream' and "
				"'patch': whose fix it proves", p->name);
	if (p->skip && (p->unit || p->nfails))
		return ydoc_err(y, at, err, "proof %s: 'skip' says that there is none; it can't "
				"have a unit and cases as well", p->name);
	if (!p->skip && lacks)
		return ydoc_err(y, at, err, "proof %s lacks the key '%s'", p->name, lacks);
	return matrix_check_suite(y, p->suite, at, err);
}

/* In the cell that it names, or else in the first one that has it compiled in. */
static int choose_cell(const struct matrix *m, const struct ydoc *y, struct matrix_proof *p,
		       const yaml_node_t *at, const char *proofs, struct err *err)
{
	const struct matrix_cell *cell = p->cell ? matrix_cell(m, p->cell) : NULL;

	if (cell && strcmp(cell->proofs, proofs) != 0)
		return ydoc_err(y, at, err, "proof %s: cell %s has the proofs of %s compiled in, "
				"and not this one", p->name, cell->name, cell->proofs);
	for (size_t i = 0; i < m->ncells && !p->cell; i++)
		if (m->cells[i].proofs && !strcmp(m->cells[i].proofs, proofs))
			p->cell = xstrdup(m->cells[i].name);
	return 0;
}

static int fill_proof(struct matrix *m, struct ydoc *y, struct matrix_proof *p, const char *proofs,
		      struct err *err)
{
	const struct yfill fill = { .y = y, .ctx = m, .check_ref = matrix_check_ref };
	_cleanup_free_ char *where = xasprintf("proof %s", p->name);
	yaml_node_t *root = ydoc_root(y);
	int ret = yfill_struct(&fill, proof_fields, ARRAY_SIZE(proof_fields), root, where, root, p,
			       err);

	ret = ret ? ret : check_keys(y, p, root, err);
	return ret ? ret : choose_cell(m, y, p, root, proofs, err);
}

static int read_proof(struct matrix *m, const char *proofs, const char *dir, const char *name,
		      struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s/" PROOF_FILE, dir, name);
	struct matrix_proof *p;
	struct ydoc y;
	int ret;

	if (matrix_proof(m, name))
		return err_set(err, ERR_INPUT, "%s: there is a proof %s already, %s/" PROOF_FILE,
			       path, name, matrix_proof(m, name)->dir);
	if (!matrix_good_name(name))
		return err_set(err, ERR_INPUT, "%s/%s: a proof's name is made of letters, digits "
			       "and . _ + -", dir, name);
	if (!fs_exists(path))
		return err_set(err, ERR_INPUT, "%s is missing: a folder of proofs is a proof, and "
			       "says of which fix; see proofs(7)", path);
	p = &ARRAY_PUSH(m->proofs, m->nproofs);
	p->name = xstrdup(name);
	p->dir = fs_join(dir, name);
	p->suite = xasprintf("nfsd-%s", name);
	ret = ydoc_load(&y, path, MATRIX_FILE_MAX, err);
	if (ret)
		return ret;
	ret = fill_proof(m, &y, p, proofs, err);
	ydoc_free(&y);
	return ret;
}

/* What is no folder there is shared by proofs. */
static int read_folders(struct matrix *m, const char *proofs, struct err *err)
{
	_cleanup_free_ char *dir = fs_join(m->dir, proofs);
	_cleanup_strv_ struct strv names = STRV_INIT;
	int ret = fs_list(dir, &names, err);

	for (size_t i = 0; i < names.n && !ret; i++) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);

		if (fs_is_dir(path))
			ret = read_proof(m, proofs, dir, names.v[i], err);
	}
	return ret;
}

int matrix_read_proofs(struct matrix *m, struct err *err)
{
	_cleanup_strv_ struct strv seen = STRV_INIT;
	int ret = 0;

	for (size_t i = 0; i < m->ncells && !ret; i++) {
		const char *proofs = m->cells[i].proofs;

		if (!proofs || strv_has(&seen, proofs))
			continue;
		strv_add(&seen, proofs);
		ret = read_folders(m, proofs, err);
	}
	return ret;
}
