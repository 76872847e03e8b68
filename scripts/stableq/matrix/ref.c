// SPDX-License-Identifier: GPL-2.0-only
/*
 * matrix/ref.c - what a word of build-matrix.yaml, or of a proof's file, may name
 */
#include "matrix/private.h"

#include <ctype.h>

#include "base/fs.h"
#include "base/nearest.h"

/* Names become parts of file names: nothing in them may lead elsewhere. */
bool matrix_good_name(const char *s)
{
	if (!isalnum((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("._-+", *s))
			return false;
	return true;
}

static bool good_path(const char *s)
{
	_cleanup_free_ char *copy = xstrdup(s);
	char *save = NULL;

	if (!*s || *s == '/' || s[strlen(s) - 1] == '/' || strstr(s, "//"))
		return false;
	for (char *part = strtok_r(copy, "/", &save); part; part = strtok_r(NULL, "/", &save))
		if (!matrix_good_name(part))
			return false;
	return true;
}

/* One of an array whose elements begin with their name. */
static int check_item(const struct yfill *fill, const char *kind, const void *array, size_t n,
		      size_t size, const yaml_node_t *at, const char *word, const char *what,
		      struct err *err)
{
	_cleanup_free_ const char **known = xcalloc(n, sizeof(*known));

	for (size_t i = 0; i < n; i++) {
		known[i] = *(const char *const *)((const char *)array + i * size);
		if (!strcmp(known[i], word))
			return 0;
	}
	return ydoc_unknown(fill->y, at, kind, word, what, known, n, err);
}

static int check_cell(const struct yfill *fill, const yaml_node_t *at, const char *word,
		      const char *what, struct err *err)
{
	const struct matrix *m = fill->ctx;

	return check_item(fill, "cell", m->cells, m->ncells, sizeof(*m->cells), at, word, what,
			  err);
}

static int bad_path(const struct yfill *fill, const yaml_node_t *at, const char *word,
		    const char *what, struct err *err)
{
	return ydoc_err(fill->y, at, err, "%s: '%s' is no relative name of letters, digits "
			"and . _ + -, parted by slashes", what, word);
}

static int check_queue(const struct yfill *fill, const yaml_node_t *at, const char *word,
		       const char *what, struct err *err)
{
	const struct matrix *m = fill->ctx;
	_cleanup_free_ char *path = fs_join(m->dir, word);

	if (!good_path(word))
		return bad_path(fill, at, word, what, err);
	if (!fs_is_dir(path))
		return ydoc_err(fill->y, at, err, "%s: there is no directory %s beside this file",
				what, word);
	return 0;
}

/* The fragments of one folder of configs, as build-matrix.yaml names them. */
static void list_fragments(const struct matrix *m, const char *folder, struct strv *names)
{
	_cleanup_free_ char *path = xasprintf("%s/configs/%s", m->dir, folder);
	_cleanup_strv_ struct strv files = STRV_INIT;

	if (fs_list(path, &files, NULL))
		return;
	for (size_t i = 0; i < files.n; i++) {
		struct span name = span_of(files.v[i]);

		if (span_take_end(&name, ".config"))
			strv_addf(names, "%s" SPAN_FMT, folder, SPAN_ARG(name));
	}
}

static int check_fragment(const struct yfill *fill, const yaml_node_t *at, const char *word,
			  const char *what, struct err *err)
{
	const struct matrix *m = fill->ctx;
	_cleanup_free_ char *path = xasprintf("%s/configs/%s.config", m->dir, word);
	_cleanup_free_ char *folder = xstrdup(word);
	_cleanup_strv_ struct strv known = STRV_INIT;
	const char *like;

	if (!good_path(word))
		return bad_path(fill, at, word, what, err);
	if (fs_exists(path))
		return 0;
	folder[strrchr(word, '/') ? strrchr(word, '/') + 1 - word : 0] = '\0';
	list_fragments(m, folder, &known);
	like = nearest(word, (const char *const *)known.v, known.n);
	return ydoc_err(fill->y, at, err, "%s: there is no fragment configs/%s.config beside this "
			"file%s%s%s", what, word, like ? "; did you mean '" : "", like ? like : "",
			like ? "'?" : "");
}

static int check_proof_cell(const struct yfill *fill, const yaml_node_t *at, const char *word,
			    const char *what, struct err *err)
{
	const struct matrix_cell *cell = matrix_cell(fill->ctx, word);

	if (cell && !cell->proofs)
		return ydoc_err(fill->y, at, err, "%s: cell %s has no proofs compiled in; its key "
				"'proofs' names their directory", what, word);
	return check_cell(fill, at, word, what, err);
}

int matrix_check_ref(const struct yfill *fill, int ref, const yaml_node_t *at, const char *word,
		     const char *what, struct err *err)
{
	const struct matrix *m = fill->ctx;

	switch ((enum matrix_ref)ref) {
	case REF_BRANCH:
		return check_item(fill, "branch", m->branches, m->nbranches, sizeof(*m->branches),
				  at, word, what, err);
	case REF_CELL:
		return check_cell(fill, at, word, what, err);
	case REF_CHECK:
		return check_item(fill, "check", m->checks, m->nchecks, sizeof(*m->checks), at,
				  word, what, err);
	case REF_PROOF_CELL:
		return check_proof_cell(fill, at, word, what, err);
	case REF_FRAGMENT:
		return check_fragment(fill, at, word, what, err);
	case REF_QUEUE:
		return check_queue(fill, at, word, what, err);
	case REF_ANY:
		break;
	}
	return 0;
}

/*
 * Patterns of suites become words of a kernel's command line, where a quote hides what follows:
 * "x ubd0=/dev/sda" is no suite's name. Blanks some have; state_params() takes care of them.
 */
int matrix_check_suite(const struct ydoc *y, const char *suite, const yaml_node_t *at,
		       struct err *err)
{
	static const char may[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				  "_-.:*?[]! ";

	if (*suite && *suite != ' ' && !suite[strspn(suite, may)])
		return 0;
	return ydoc_err(y, at, err, "'%s' can't be a KUnit suite: expected letters, digits, blanks "
			"and any of _-.:*?[]!", suite);
}
