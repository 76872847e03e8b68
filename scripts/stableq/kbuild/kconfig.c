// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fragments and .config files.
 */
#include "kbuild/kconfig.h"

#include <ctype.h>

#include "base/fs.h"

#define FRAGMENT_MAX (1024UL * 1024)
#define RESULT_MAX (16UL * 1024 * 1024)

void kconfig_free(struct kconfig *k)
{
	for (size_t i = 0; i < k->n; i++) {
		free(k->v[i].name);
		free(k->v[i].value);
	}
	free(k->v);
	*k = (struct kconfig){ NULL, 0 };
}

static size_t name_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && (isalnum((unsigned char)s.p[n]) || s.p[n] == '_'))
		n++;
	return n;
}

static bool number(struct span s)
{
	size_t i = s.len && s.p[0] == '-' ? 1 : 0;
	bool hex = s.len > 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X');

	if (hex)
		i = 2;
	if (i == s.len)
		return false;
	for (; i < s.len; i++)
		if (hex ? !isxdigit((unsigned char)s.p[i]) : !isdigit((unsigned char)s.p[i]))
			return false;
	return true;
}

static bool good_value(struct span s)
{
	if (s.len == 1 && strchr("ymn", s.p[0]))
		return true;
	return number(s) || (s.len > 1 && s.p[0] == '"' && s.p[s.len - 1] == '"');
}

/*
 * "CONFIG_NAME=value" or "# CONFIG_NAME is not set". Return: 1; 0 for a blank line or a comment;
 * -1 for anything else.
 */
static int setting(struct span line, struct span *name, struct span *value)
{
	static const char not_set[] = " is not set";
	bool off = span_starts(line, "# CONFIG_") && span_ends(line, not_set);

	if (off) {
		*name = (struct span){ line.p + 9, line.len - 9 - strlen(not_set) };
		*value = span_of("n");
		return name_length(*name) == name->len && name->len ? 1 : 0;
	}
	if (!span_trim(line).len || line.p[0] == '#')
		return 0;
	if (!span_starts(line, "CONFIG_"))
		return -1;
	*name = (struct span){ line.p + 7, line.len - 7 };
	name->len = name_length(*name);
	*value = (struct span){ name->p + name->len, line.len - 7 - name->len };
	if (!name->len || !value->len || value->p[0] != '=')
		return -1;
	value->p++;
	value->len--;
	return good_value(*value) ? 1 : -1;
}

static struct kconfig_value *find(struct kconfig *k, struct span name)
{
	for (size_t i = 0; i < k->n; i++)
		if (span_is(name, k->v[i].name))
			return &k->v[i];
	return NULL;
}

int kconfig_fragment(struct kconfig *k, const char *path, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct span rest, line, name, value;
	_cleanup_err_ struct err why = ERR_INIT;
	unsigned int nr = 0;
	int ret = fs_read(path, FRAGMENT_MAX, &text, &why);

	/* What a fragment lacks is a matter of the configuration, not of this machine. */
	if (ret == ERR_NOTFOUND)
		why.code = ERR_INPUT;
	if (ret)
		return err_move(err, &why);
	for (rest = str_span(&text); span_line(&rest, &line);) {
		int is = setting(line, &name, &value);
		struct kconfig_value *v;

		nr++;
		if (is < 0)
			return err_set(err, ERR_INPUT, "%s:%u: '" SPAN_FMT "': expected "
				       "CONFIG_NAME=value, '# CONFIG_NAME is not set' or a comment",
				       path, nr, SPAN_ARG(line));
		if (!is)
			continue;
		v = find(k, name);
		if (v && v->file == path)
			return err_set(err, ERR_INPUT, "%s:%u: CONFIG_%s is set on line %u already",
				       path, nr, v->name, v->line);
		if (!v) {
			v = &ARRAY_PUSH(k->v, k->n);
			v->name = span_dup(name);
		}
		free(v->value);
		v->value = span_dup(value);
		v->file = path;
		v->line = nr;
	}
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	const struct kconfig_value *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int kconfig_result(struct kconfig *k, const char *path, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct span rest, line, name, value;
	int ret = fs_read(path, RESULT_MAX, &text, err);

	if (ret)
		return ret;
	for (rest = str_span(&text); span_line(&rest, &line);) {
		struct kconfig_value *v;

		if (setting(line, &name, &value) <= 0)
			continue;
		v = &ARRAY_PUSH(k->v, k->n);
		v->name = span_dup(name);
		v->value = span_dup(value);
	}
	if (k->n)
		qsort(k->v, k->n, sizeof(*k->v), compare_names);
	return 0;
}

const char *kconfig_get(const struct kconfig *result, const char *name)
{
	struct kconfig_value key = { .name = (char *)name }, *v;

	v = result->n ? bsearch(&key, result->v, result->n, sizeof(key), compare_names) : NULL;
	return v ? v->value : "n";
}
