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

static int is_name(int c)
{
	return isalnum(c) || c == '_';
}

static bool number(struct span s)
{
	bool hex = span_take(&s, "0x") || span_take(&s, "0X");

	if (!hex)
		span_take(&s, "-");
	return s.len && !span_past(s, hex ? isxdigit : isdigit).len;
}

static bool good_value(struct span s)
{
	if (s.len == 1 && strchr("ymn", s.p[0]))
		return true;
	return number(s) || (s.len > 1 && s.p[0] == '"' && span_last(s) == '"');
}

/*
 * "CONFIG_NAME=value" or "# CONFIG_NAME is not set". Return: 1; 0 for a blank line or a comment;
 * -1 for anything else.
 */
static int setting(struct span line, struct span *name, struct span *value)
{
	static const char not_set[] = " is not set";

	if (span_ends(line, not_set) && span_take(&line, "# CONFIG_")) {
		*name = span_chop(line, strlen(not_set));
		*value = span_of("n");
		return name->len && !span_past(*name, is_name).len ? 1 : 0;
	}
	if (!span_trim(line).len || line.p[0] == '#')
		return 0;
	if (!span_take(&line, "CONFIG_"))
		return -1;
	*value = span_past(line, is_name);
	*name = span_chop(line, value->len);
	return name->len && span_take(value, "=") && good_value(*value) ? 1 : -1;
}

static struct kconfig_value *find_setting(struct kconfig *k, struct span name)
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
		v = find_setting(k, name);
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
