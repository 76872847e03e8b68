// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cmd.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>

#include "base/nearest.h"

#define JOBS_MAX 1024

static const struct opt *find(const struct opt *const *opts, const size_t *nopts, struct span name)
{
	for (; *opts; opts++, nopts++)
		for (size_t i = 0; i < *nopts; i++)
			if (span_is(name, (*opts)[i].name))
				return &(*opts)[i];
	return NULL;
}

static int unknown(const struct opt *const *opts, const size_t *nopts, struct span name,
		   struct err *err)
{
	_cleanup_free_ char *word = span_dup(name);
	const char *names[64], *like;
	size_t n = 0;

	for (; *opts; opts++, nopts++)
		for (size_t i = 0; i < *nopts && n < ARRAY_SIZE(names); i++)
			names[n++] = (*opts)[i].name;
	like = nearest(word, names, n);
	if (like)
		return err_set(err, ERR_INPUT, "--%s: no such option; did you mean --%s?", word, like);
	return err_set(err, ERR_INPUT, "--%s: no such option; --help lists them", word);
}

static int set_number(const struct opt *o, const char *value, struct err *err)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(value, &end, 10);
	if (!isdigit((unsigned char)value[0]) || *end || errno || n > UINT_MAX)
		return err_set(err, ERR_INPUT, "--%s %s: expected a whole number", o->name, value);
	if (o->kind == OPT_JOBS && (n < 1 || n > JOBS_MAX))
		return err_set(err, ERR_INPUT, "--%s %s: expected a number from 1 to %d", o->name, value,
			       JOBS_MAX);
	*(unsigned int *)o->value = (unsigned int)n;
	return 0;
}

static int set(const struct opt *o, const char *value, struct err *err)
{
	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)o->value = true;
		return 0;
	case OPT_STRING:
		*(const char **)o->value = value;
		return 0;
	case OPT_LIST:
		strv_add(o->value, value);
		return 0;
	case OPT_NUMBER:
	case OPT_JOBS:
		return set_number(o, value, err);
	}
	return 0;
}

/* One "--name", "--name=value" or "--name value". @i moves on past a value of its own. */
static int take(int argc, char **argv, int *i, const struct opt *const *opts, const size_t *nopts,
		struct err *err)
{
	const char *arg = argv[*i] + 2;
	const char *eq = strchr(arg, '=');
	struct span name = { arg, eq ? (size_t)(eq - arg) : strlen(arg) };
	const struct opt *o = find(opts, nopts, name);

	if (!o)
		return unknown(opts, nopts, name, err);
	if (o->kind == OPT_FLAG && eq)
		return err_set(err, ERR_INPUT, "--%s takes no value", o->name);
	if (o->kind == OPT_FLAG || eq)
		return set(o, eq ? eq + 1 : NULL, err);
	if (*i + 1 >= argc)
		return err_set(err, ERR_INPUT, "--%s: expected %s after it", o->name, o->arg);
	return set(o, argv[++*i], err);
}

int opts_parse(int *argc, char **argv, const struct opt *const *opts, const size_t *nopts,
	       bool *help, struct err *err)
{
	int n = 0, ret;

	for (int i = 0; i < *argc; i++) {
		if (!strcmp(argv[i], "--")) {
			while (++i < *argc)
				argv[n++] = argv[i];
		} else if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			*help = true;
		} else if (!strncmp(argv[i], "--", 2)) {
			ret = take(*argc, argv, &i, opts, nopts, err);
			if (ret)
				return ret;
		} else if (argv[i][0] == '-' && argv[i][1]) {
			return err_set(err, ERR_INPUT, "%s: no such option; --help lists them", argv[i]);
		} else {
			argv[n++] = argv[i];
		}
	}
	*argc = n;
	return 0;
}

void opts_print(FILE *to, const struct opt *opts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int w = fprintf(to, "  --%s%s%s", opts[i].name, opts[i].arg ? " " : "",
				opts[i].arg ? opts[i].arg : "");

		fprintf(to, "%*s%s\n", w < 24 ? 24 - w : 1, "", opts[i].help);
	}
}
