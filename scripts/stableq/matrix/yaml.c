// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/yaml.h"

#include <stdarg.h>

#include "base/fs.h"
#include "base/nearest.h"

int ydoc_err(const struct ydoc *y, const yaml_node_t *n, struct err *err, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = xstrdup("out of memory");
	va_end(ap);
	return err_set(err, ERR_INPUT, "%s:%u: %s", y->path, ydoc_line(n), text);
}

unsigned int ydoc_line(const yaml_node_t *n)
{
	return (unsigned int)n->start_mark.line + 1;
}

yaml_node_t *ydoc_root(struct ydoc *y)
{
	return yaml_document_get_root_node(&y->doc);
}

yaml_node_t *ydoc_node(struct ydoc *y, int index)
{
	return yaml_document_get_node(&y->doc, index);
}

void ydoc_free(struct ydoc *y)
{
	yaml_document_delete(&y->doc);
}

/* libyaml: "did not find expected ',' or ']'" with "while parsing a flow sequence" as context. */
static int syntax_error(const struct ydoc *y, const yaml_parser_t *p, const struct str *text,
			struct err *err)
{
	size_t line = p->problem_mark.line + 1;

	/* Errors of the reader (bytes that are no UTF-8) carry an offset instead of a line. */
	if (p->error == YAML_READER_ERROR) {
		line = 1;
		for (size_t i = 0; i < text->len && i < p->problem_offset; i++)
			line += str_span(text).p[i] == '\n';
		return err_set(err, ERR_INPUT, "%s:%zu: %s", y->path, line, p->problem);
	}
	if (p->context && p->context_mark.line != p->problem_mark.line)
		return err_set(err, ERR_INPUT, "%s:%zu: %s, %s that began on line %zu", y->path,
			       line, p->problem, p->context, p->context_mark.line + 1);
	return err_set(err, ERR_INPUT, "%s:%zu: %s%s%s", y->path, line,
		       p->problem ? p->problem : "not YAML", p->context ? ", " : "",
		       p->context ? p->context : "");
}

/* Only one document is wanted: what follows it would be ignored without a word. */
static int check_end(const struct ydoc *y, yaml_parser_t *p, const struct str *text,
		     struct err *err)
{
	yaml_document_t next;
	yaml_node_t *root;
	int ret = 0;

	if (!yaml_parser_load(p, &next))
		return syntax_error(y, p, text, err);
	root = yaml_document_get_root_node(&next);
	if (root)
		ret = ydoc_err(y, root, err, "a second YAML document begins here; one is expected");
	yaml_document_delete(&next);
	return ret;
}

int ydoc_load(struct ydoc *y, const char *path, size_t max, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	yaml_parser_t p;
	int ret;

	*y = (struct ydoc){ .path = path };
	ret = fs_read(path, max, &text, err);
	if (ret)
		return ret;
	if (!yaml_parser_initialize(&p))
		return err_set(err, ERR_SYSTEM, "%s: out of memory", path);
	yaml_parser_set_input_string(&p, (const unsigned char *)(text.s ? text.s : ""), text.len);
	if (!yaml_parser_load(&p, &y->doc)) {
		ret = syntax_error(y, &p, &text, err);
	} else if (!ydoc_root(y)) {
		ret = err_set(err, ERR_INPUT, "%s:1: the file is empty", path);
		ydoc_free(y);
	} else {
		ret = check_end(y, &p, &text, err);
		if (ret)
			ydoc_free(y);
	}
	yaml_parser_delete(&p);
	return ret;
}

int ydoc_text(const struct ydoc *y, const yaml_node_t *n, const char *what, const char **text,
	      struct err *err)
{
	if (n->type != YAML_SCALAR_NODE)
		return ydoc_err(y, n, err, "%s: expected one value, found a %s", what,
				n->type == YAML_SEQUENCE_NODE ? "list" : "mapping");
	*text = (const char *)n->data.scalar.value;
	if (strlen(*text) != n->data.scalar.length)
		return ydoc_err(y, n, err, "%s: a NUL byte is in the text", what);
	if (!**text)
		return ydoc_err(y, n, err, "%s: the value is empty", what);
	return 0;
}

int ydoc_each(struct ydoc *y, const yaml_node_t *map, const char *what, ydoc_pair_fn fn, void *ctx,
	      struct err *err)
{
	if (map->type != YAML_MAPPING_NODE)
		return ydoc_err(y, map, err, "%s: expected a mapping (key: value), found %s", what,
				map->type == YAML_SEQUENCE_NODE ? "a list" : "one value");
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top; p++) {
		yaml_node_t *at = ydoc_node(y, p->key);
		const char *key = "", *other = "";
		int ret = ydoc_text(y, at, what, &key, err);

		if (ret)
			return ret;
		for (yaml_node_pair_t *q = map->data.mapping.pairs.start; q < p; q++) {
			yaml_node_t *first = ydoc_node(y, q->key);

			if (!ydoc_text(y, first, what, &other, NULL) && !strcmp(key, other))
				return ydoc_err(y, at, err,
						"%s: '%s' stands here twice, first on line %u",
						what, key, ydoc_line(first));
		}
		ret = fn(ctx, key, at, ydoc_node(y, p->value), err);
		if (ret)
			return ret;
	}
	return 0;
}

int ydoc_unknown(const struct ydoc *y, const yaml_node_t *at, const char *kind, const char *word,
		 const char *where, const char *const *known, size_t n, struct err *err)
{
	/* Of two releases neither is a misspelling of the other. */
	bool release = strspn(word, "0123456789.") == strlen(word);
	const char *like = release ? NULL : nearest(word, known, n);
	_cleanup_str_ struct str list = STR_INIT;

	for (size_t i = 0; i < n; i++)
		str_addf(&list, "%s%s", i ? ", " : "", known[i]);
	return ydoc_err(y, at, err, "unknown %s '%s' in %s; %s%s%sexpected one of: %s", kind, word,
			where, like ? "did you mean '" : "", like ? like : "", like ? "'? " : "",
			n ? list.s : "(there is none)");
}

/* One mapping that is being read. */
struct filling {
	const struct yfill *fill;
	const struct yfield *fields;
	size_t n;
	const char *where;
	char *to;
	bool *seen;
};

static int fill_pair(void *ctx, const char *key, const yaml_node_t *at, const yaml_node_t *value,
		     struct err *err)
{
	struct filling *m = ctx;
	_cleanup_free_ const char **known = xcalloc(m->n, sizeof(*known));

	for (size_t i = 0; i < m->n; i++) {
		const struct yfield *f = &m->fields[i];
		_cleanup_free_ char *what = NULL;

		known[i] = f->key;
		if (strcmp(f->key, key) != 0)
			continue;
		m->seen[i] = true;
		what = xasprintf("%s of %s", key, m->where);
		return f->parse(m->fill, f, value, what, m->to + f->offset, err);
	}
	return ydoc_unknown(m->fill->y, at, "key", key, m->where, known, m->n, err);
}

int yfill_struct(const struct yfill *fill, const struct yfield *fields, size_t n,
		 const yaml_node_t *map, const char *where, const yaml_node_t *at, void *to,
		 struct err *err)
{
	_cleanup_free_ bool *seen = xcalloc(n, sizeof(*seen));
	struct filling m = { fill, fields, n, where, to, seen };
	int ret = ydoc_each(fill->y, map, where, fill_pair, &m, err);

	for (size_t i = 0; i < n && !ret; i++) {
		if (seen[i])
			continue;
		if (fields[i].required)
			return ydoc_err(fill->y, at, err, "%s lacks the key '%s'", where,
					fields[i].key);
		if (fields[i].parse == yparse_uint)
			*(unsigned int *)((char *)to + fields[i].offset) = fields[i].preset;
	}
	return ret;
}

static size_t count_choices(const char *const *choices)
{
	size_t n = 0;

	while (choices[n])
		n++;
	return n;
}

static int find_choice(const struct yfill *fill, const struct yfield *f, const yaml_node_t *at,
		       const char *word, const char *what, size_t *index, struct err *err)
{
	for (*index = 0; f->choices[*index]; (*index)++)
		if (!strcmp(f->choices[*index], word))
			return 0;
	return ydoc_unknown(fill->y, at, "value", word, what, f->choices,
			    count_choices(f->choices), err);
}

static int check_word(const struct yfill *fill, const struct yfield *f, const yaml_node_t *at,
		      const char *word, const char *what, struct err *err)
{
	size_t index;

	if (f->choices)
		return find_choice(fill, f, at, word, what, &index, err);
	return f->ref ? fill->check_ref(fill, f->ref, at, word, what, err) : 0;
}

int yparse_word(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		const char *what, void *to, struct err *err)
{
	const char *word = "";
	int ret = ydoc_text(fill->y, value, what, &word, err);

	ret = ret ? ret : check_word(fill, f, value, word, what, err);
	if (!ret) {
		free(*(char **)to);
		*(char **)to = xstrdup(word);
	}
	return ret;
}

static int add_word(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		    const char *what, struct strv *list, struct err *err)
{
	const char *word = "";
	int ret = ydoc_text(fill->y, value, what, &word, err);

	ret = ret ? ret : check_word(fill, f, value, word, what, err);
	if (ret)
		return ret;
	if (strv_has(list, word))
		return ydoc_err(fill->y, value, err, "%s: '%s' stands there twice", what, word);
	strv_add(list, word);
	return 0;
}

int yparse_words(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		 const char *what, void *to, struct err *err)
{
	struct strv *list = to;
	int ret = 0;

	/* A list of one may be written without its brackets. */
	if (value->type == YAML_SCALAR_NODE) {
		const char *word = "";

		ret = ydoc_text(fill->y, value, what, &word, err);
		if (!ret && f->all && !strcmp(word, "all"))
			return 0;
		return ret ? ret : add_word(fill, f, value, what, list, err);
	}
	if (value->type != YAML_SEQUENCE_NODE)
		return ydoc_err(fill->y, value, err, "%s: expected a list, found a mapping", what);
	for (yaml_node_item_t *i = value->data.sequence.items.start;
	     i < value->data.sequence.items.top && !ret; i++)
		ret = add_word(fill, f, ydoc_node(fill->y, *i), what, list, err);
	if (!ret && !list->n)
		return ydoc_err(fill->y, value, err, "%s: the list is empty%s", what,
				f->all ? "; write 'all' for everything" : "");
	return ret;
}

int yparse_uint(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		const char *what, void *to, struct err *err)
{
	const char *text = "";
	unsigned long n;
	int ret = ydoc_text(fill->y, value, what, &text, err);

	if (ret)
		return ret;
	/* Plain decimal digits only: no sign, no base, no unit, and few enough not to overflow. */
	if (strspn(text, "0123456789") != strlen(text))
		return ydoc_err(fill->y, value, err, "%s: '%s' is no whole number", what, text);
	n = strlen(text) > 9 ? 1000000000 : strtoul(text, NULL, 10);
	if (n < f->min || n > f->max)
		return ydoc_err(fill->y, value, err, "%s: %s is not between %u and %u", what, text,
				f->min, f->max);
	*(unsigned int *)to = (unsigned int)n;
	return 0;
}

int yparse_choice(const struct yfill *fill, const struct yfield *f, const yaml_node_t *value,
		  const char *what, void *to, struct err *err)
{
	const char *word = "";
	size_t index = 0;
	int ret = ydoc_text(fill->y, value, what, &word, err);

	ret = ret ? ret : find_choice(fill, f, value, word, what, &index, err);
	if (!ret)
		*(unsigned int *)to = (unsigned int)index;
	return ret;
}
