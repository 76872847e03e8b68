// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/private.h"

#include "base/fs.h"

static int parse_arch(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		      const char *what, void *to, struct err *err);
static int parse_base(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		      const char *what, void *to, struct err *err);
static int parse_releases(const struct yfill *fill, const struct yfield *f,
			  const yaml_node_t *value, const char *what, void *to, struct err *err);
static int parse_extra(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		       const char *what, void *to, struct err *err);

static const char *const toolchains[] = { "gcc", "clang", NULL };
static const char *const cell_kinds[] = {
	[CELL_FULL] = "full", [CELL_OBJECTS] = "objects", NULL,
};
static const char *const warnings[] = { "W=1", "sparse", NULL };
static const char *const kinds[] = { [CHECK_GUEST] = "guest", [CHECK_KUNIT] = "kunit", NULL };
static const char *const which_releases[] = {
	[PROFILE_BASE] = "base", [PROFILE_NEWEST] = "newest", [PROFILE_ALL] = "all", NULL,
};

#define AT(type, member) .offset = offsetof(struct matrix_##type, member)

static const struct yfield branch_fields[] = {
	{ "queue", yparse_word, AT(branch, queue), .required = true, .ref = REF_QUEUE },
	/* These two look at the branch as a whole: its name and releases. */
	{ "fuzz", yparse_uint, AT(branch, fuzz), .max = 2 },
	{ "base", parse_base, .offset = 0, .required = true },
	{ "releases", parse_releases, .offset = 0 },
};

static const struct yfield cell_fields[] = {
	{ "kind", yparse_choice, AT(cell, kind), .choices = cell_kinds },
	{ "arch", parse_arch, AT(cell, arch), .required = true },
	{ "toolchain", yparse_word, AT(cell, toolchain), .required = true, .choices = toolchains },
	{ "warnings", yparse_words, AT(cell, warnings), .choices = warnings },
	{ "configs", yparse_words, AT(cell, configs), .required = true, .ref = REF_FRAGMENT },
	/* Fills extra and nextra. */
	{ "branch-configs", parse_extra, .offset = 0 },
	{ "memory", yparse_uint, AT(cell, memory_mib), .min = 32, .max = 65536, .preset = 512 },
	{ "cpus", yparse_uint, AT(cell, cpus), .min = 1, .max = 256, .preset = 1 },
	{ "timeout", yparse_uint, AT(cell, timeout_s), .min = 1, .max = 86400, .preset = 120 },
	{ "proofs", yparse_word, AT(cell, proofs), .ref = REF_QUEUE },
	{ "fallback", yparse_word, AT(cell, fallback), .ref = REF_CELL },
};

static const struct yfield check_fields[] = {
	{ "kind", yparse_choice, AT(check, kind), .required = true, .choices = kinds },
	{ "suites", yparse_words, AT(check, suites) },
	{ "branches", yparse_words, AT(check, branches), .ref = REF_BRANCH, .all = true },
	{ "cells", yparse_words, AT(check, cells), .ref = REF_CELL, .all = true },
};

static const struct yfield profile_fields[] = {
	{ "releases", yparse_choice, AT(profile, releases), .required = true,
	  .choices = which_releases },
	{ "branches", yparse_words, AT(profile, branches), .ref = REF_BRANCH, .all = true },
	{ "cells", yparse_words, AT(profile, cells), .required = true, .ref = REF_CELL,
	  .all = true },
	{ "checks", yparse_words, AT(profile, checks), .ref = REF_CHECK, .all = true },
};

static const struct yfield splat_fields[] = {
	{ "title", yparse_word, AT(splat, title), .required = true },
	{ "text", yparse_word, AT(splat, text), .required = true },
	{ "why", yparse_word, AT(splat, why), .required = true },
	{ "branches", yparse_words, AT(splat, branches), .ref = REF_BRANCH, .all = true },
	{ "cells", yparse_words, AT(splat, cells), .ref = REF_CELL, .all = true },
};

struct reading;

static int finish_branch(struct reading *rd, void *item, const yaml_node_t *at, struct err *err);
static int finish_cell(struct reading *rd, void *item, const yaml_node_t *at, struct err *err);
static int finish_check(struct reading *rd, void *item, const yaml_node_t *at, struct err *err);

/* The sections of the file. Everything in them begins with its name. */
static const struct section {
	const char *key;
	const char *what;	/* one of them */
	size_t size;
	size_t line;		/* offset of its member "line" */
	size_t array, count;	/* offsets in struct matrix */
	const struct yfield *fields;
	size_t nfields;
	bool optional;
	/* What a table of keys can't say. */
	int (*finish)(struct reading *rd, void *item, const yaml_node_t *at, struct err *err);
} sections[] = {
#define SECTION(key, plural, type, opt, fn)                                                        \
	{ key, #type, sizeof(struct matrix_##type), offsetof(struct matrix_##type, line),          \
	  offsetof(struct matrix, plural), offsetof(struct matrix, n##plural), type##_fields,      \
	  ARRAY_SIZE(type##_fields), opt, fn }
	SECTION("branches", branches, branch, false, finish_branch),
	SECTION("cells", cells, cell, false, finish_cell),
	SECTION("checks", checks, check, false, finish_check),
	SECTION("profiles", profiles, profile, false, NULL),
	SECTION("known-splats", splats, splat, true, NULL),
};

struct reading {
	struct matrix *m;
	struct ydoc *y;
	struct yfill fill;
	const struct section *section;		/* the one being read */
	const yaml_node_t *nodes[ARRAY_SIZE(sections)];
	size_t next;				/* items of the section that were filled so far */
};

static void *section_item(const struct matrix *m, const struct section *s, size_t i)
{
	return *(char **)((char *)m + s->array) + i * s->size;
}

static size_t section_count(const struct matrix *m, const struct section *s)
{
	return *(size_t *)((char *)m + s->count);
}

static int parse_arch(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		      const char *what, void *to, struct err *err)
{
	const struct arch **arch = to;
	_cleanup_free_ char *names = arch_names();
	const char *word = "";
	int ret = ydoc_text(fill->y, value, what, &word, err);

	if (ret)
		return ret;
	*arch = arch_find(word);
	if (*arch)
		return 0;
	return ydoc_err(fill->y, value, err, "unknown architecture '%s' in %s; expected one of: %s",
			word, what, names);
}

static int read_release(const struct ydoc *y, const yaml_node_t *at, const char *text,
			const char *what, struct release *r, struct err *err)
{
	_cleanup_err_ struct err why = ERR_INIT;

	if (!release_parse(text, r, &why))
		return 0;
	return ydoc_err(y, at, err, "%s: %s", what, why.msg);
}

static int check_branch_of(const struct ydoc *y, const yaml_node_t *at,
			   const struct matrix_branch *b, const struct release *r, struct err *err)
{
	char branch[RELEASE_MAX], name[RELEASE_MAX];

	if (!strcmp(release_branch(r, branch), b->name))
		return 0;
	return ydoc_err(y, at, err, "%s is a release of branch %s, not of %s",
			release_name(r, name), branch, b->name);
}

static int parse_base(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		      const char *what, void *to, struct err *err)
{
	struct matrix_branch *b = to;
	const char *text = "";
	int ret = ydoc_text(fill->y, value, what, &text, err);

	ret = ret ? ret : read_release(fill->y, value, text, what, &b->base, err);
	return ret ? ret : check_branch_of(fill->y, value, b, &b->base, err);
}

static int parse_releases(const struct yfill *fill, const struct yfield *f,
			  const yaml_node_t *value, const char *what, void *to, struct err *err)
{
	static const struct yfield words = { .key = "releases" };
	struct matrix_branch *b = to;
	_cleanup_strv_ struct strv names = STRV_INIT;
	int ret = yparse_words(fill, &words, value, what, &names, err);

	for (size_t i = 0; i < names.n && !ret; i++) {
		const yaml_node_t *at = value;
		struct release r;

		if (value->type == YAML_SEQUENCE_NODE)
			at = ydoc_node(fill->y, value->data.sequence.items.start[i]);
		ret = read_release(fill->y, at, names.v[i], what, &r, err);
		ret = ret ? ret : check_branch_of(fill->y, at, b, &r, err);
		if (!ret)
			ARRAY_PUSH(b->releases, b->nreleases) = r;
	}
	return ret;
}

struct extra_ctx {
	const struct yfill *fill;
	struct matrix_cell *cell;
	const char *what;
};

static int extra_pair(void *ctx, const char *key, const yaml_node_t *at, const yaml_node_t *value,
		      struct err *err)
{
	static const struct yfield words = { .key = "branch-configs", .ref = REF_FRAGMENT };
	struct extra_ctx *c = ctx;
	struct matrix_extra *e;
	int ret = matrix_check_ref(c->fill, REF_BRANCH, at, key, c->what, err);

	if (ret)
		return ret;
	e = &ARRAY_PUSH(c->cell->extra, c->cell->nextra);
	e->branch = xstrdup(key);
	return yparse_words(c->fill, &words, value, c->what, &e->names, err);
}

static int parse_extra(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		       const char *what, void *to, struct err *err)
{
	struct extra_ctx c = { fill, to, what };

	return ydoc_each(fill->y, value, what, extra_pair, &c, err);
}

static int compare_releases(const void *a, const void *b)
{
	return release_cmp(a, b);
}

static int finish_branch(struct reading *rd, void *item, const yaml_node_t *at, struct err *err)
{
	struct matrix_branch *b = item;
	bool found = false;

	for (size_t i = 0; i < b->nreleases; i++)
		found |= !release_cmp(&b->releases[i], &b->base);
	if (!found)
		ARRAY_PUSH(b->releases, b->nreleases) = b->base;
	qsort(b->releases, b->nreleases, sizeof(*b->releases), compare_releases);
	return 0;
}

static int finish_cell(struct reading *rd, void *item, const yaml_node_t *at, struct err *err)
{
	struct matrix_cell *c = item;

	if (c->kind == CELL_OBJECTS && (c->proofs || c->fallback))
		return ydoc_err(rd->y, at, err,
				"cell %s: its kernels are never booted (kind: objects), so "
				"'%s' has no sense there", c->name,
				c->proofs ? "proofs" : "fallback");
	if (c->kind == CELL_FULL && !arch_boots(c->arch))
		return ydoc_err(rd->y, at, err,
				"cell %s: nothing here boots a kernel for %s; expected "
				"'kind: objects'", c->name, c->arch->name);
	if (arch_is_um(c->arch) && c->cpus > 1)
		return ydoc_err(rd->y, at, err, "cell %s: user-mode Linux has one CPU, not %u",
				c->name, c->cpus);
	return 0;
}

static int finish_check(struct reading *rd, void *item, const yaml_node_t *at, struct err *err)
{
	struct matrix_check *c = item;

	if (c->kind == CHECK_KUNIT && !c->suites.n)
		return ydoc_err(rd->y, at, err, "check %s lacks the key 'suites': which KUnit "
				"suites it consists of", c->name);
	if (c->kind != CHECK_KUNIT && c->suites.n)
		return ydoc_err(rd->y, at, err,
				"check %s: 'suites' belongs to checks of kind kunit", c->name);
	for (size_t i = 0; i < c->suites.n; i++)
		if (matrix_check_suite(rd->y, c->suites.v[i], at, err))
			return ERR_INPUT;
	return 0;
}

/* First round: the names, so that what follows may refer to what stands below it. */
static int add_name(void *ctx, const char *key, const yaml_node_t *at, const yaml_node_t *value,
		    struct err *err)
{
	struct reading *rd = ctx;
	const struct section *s = rd->section;
	size_t *n = (size_t *)((char *)rd->m + s->count);
	char **array = (char **)((char *)rd->m + s->array);
	struct release r;
	char *item;

	if (!matrix_good_name(key))
		return ydoc_err(rd->y, at, err, "%s: a %s's name is made of letters, digits and "
				". _ + -", key, s->what);
	if (!strcmp(s->what, "branch") &&
	    (release_parse(key, &r, NULL) || r.sublevel || r.rc || key[0] == 'v'))
		return ydoc_err(rd->y, at, err, "'%s' is no branch; one looks like 6.12", key);
	*array = array_grow(*array, *n, s->size);
	item = *array + (*n)++ * s->size;
	*(char **)item = xstrdup(key);
	*(unsigned int *)(item + s->line) = ydoc_line(at);
	return 0;
}

/* Second round, in the same order: what they hold. */
static int fill_item(void *ctx, const char *key, const yaml_node_t *at, const yaml_node_t *value,
		     struct err *err)
{
	struct reading *rd = ctx;
	const struct section *s = rd->section;
	_cleanup_free_ char *where = xasprintf("%s %s", s->what, key);
	void *item = section_item(rd->m, s, rd->next++);
	int ret = yfill_struct(&rd->fill, s->fields, s->nfields, value, where, at, item, err);

	return ret || !s->finish ? ret : s->finish(rd, item, at, err);
}

static int take_section(void *ctx, const char *key, const yaml_node_t *at,
			const yaml_node_t *value, struct err *err)
{
	struct reading *rd = ctx;
	const char *known[ARRAY_SIZE(sections)];

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		known[i] = sections[i].key;
		if (!strcmp(key, known[i])) {
			rd->nodes[i] = value;
			return 0;
		}
	}
	return ydoc_unknown(rd->y, at, "key", key, "the file", known, ARRAY_SIZE(known), err);
}

static int read_matrix(struct reading *rd, struct err *err)
{
	int ret = ydoc_each(rd->y, ydoc_root(rd->y), "the file", take_section, rd, err);

	for (size_t i = 0; i < ARRAY_SIZE(sections) && !ret; i++) {
		rd->section = &sections[i];
		if (!rd->nodes[i] && sections[i].optional)
			continue;
		if (!rd->nodes[i])
			return ydoc_err(rd->y, ydoc_root(rd->y), err, "the file lacks the key '%s'",
					sections[i].key);
		ret = ydoc_each(rd->y, rd->nodes[i], sections[i].key, add_name, rd, err);
		if (!ret && !section_count(rd->m, rd->section))
			return ydoc_err(rd->y, rd->nodes[i], err, "%s: there is none",
					sections[i].key);
	}
	for (size_t i = 0; i < ARRAY_SIZE(sections) && !ret; i++) {
		rd->section = &sections[i];
		rd->next = 0;
		if (rd->nodes[i])
			ret = ydoc_each(rd->y, rd->nodes[i], sections[i].key, fill_item, rd, err);
	}
	return ret ? ret : matrix_check_fallbacks(rd->m, err);
}

int matrix_load(struct matrix *m, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	struct ydoc y;
	struct reading rd = { .m = m, .y = &y };
	int ret;

	*m = (struct matrix){ .path = xstrdup(path) };
	m->dir = !slash ? xstrdup(".") : xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
	rd.fill = (struct yfill){ .y = &y, .ctx = m, .check_ref = matrix_check_ref };
	ret = ydoc_load(&y, path, MATRIX_FILE_MAX, err);
	if (!ret) {
		ret = read_matrix(&rd, err);
		ydoc_free(&y);
	}
	ret = ret ? ret : matrix_read_proofs(m, err);
	if (ret)
		matrix_free(m);
	return ret;
}
