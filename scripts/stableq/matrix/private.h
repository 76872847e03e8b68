/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * matrix/private.h - between the reader of build-matrix.yaml and that of the proofs' files
 */
#ifndef STABLEQ_MATRIX_PRIVATE_H
#define STABLEQ_MATRIX_PRIVATE_H

#include "matrix/matrix.h"
#include "matrix/yaml.h"

#define MATRIX_FILE_MAX (1024UL * 1024)

/* What a word of a file may have to name. */
enum matrix_ref {
	REF_ANY,
	REF_BRANCH,
	REF_CELL,
	REF_CHECK,
	REF_FRAGMENT,
	REF_PROOF_CELL,
	REF_QUEUE,
};

/** matrix_check_ref() - struct yfill's check_ref; its ctx is the matrix, with all names in it. */
int matrix_check_ref(const struct yfill *fill, int ref, const yaml_node_t *at, const char *word,
		     const char *what, struct err *err);

/** matrix_good_name() - is it fit to be a part of file names: leads nowhere else? */
bool matrix_good_name(const char *s);

/** matrix_check_suite() - ERR_INPUT at @at if @suite can't be one, or a pattern of some. */
int matrix_check_suite(const struct ydoc *y, const char *suite, const yaml_node_t *at,
		       struct err *err);

/**
 * matrix_read_proofs() - fill in the proofs: a folder each below those that cells have compiled in
 *
 * For matrix_load(), once every cell is filled in. Return: as that.
 */
int matrix_read_proofs(struct matrix *m, struct err *err);

#endif
