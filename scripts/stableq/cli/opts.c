// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cmd.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>

#include "base/nearest.h"

#define JOBS_MAX 1024

const struct opt opts_sources[] = {
	{ "git", OPT_STRING, offsetof(struct opts_sources, git), "REPO",
	  "repository with tags such as v6.6.150" },
	{ "offline", OPT_FLAG, offsetof(struct opts_sources, offline), NULL,
	  "only sources that are on this machine" },
};

const struct opt opts_builds[] = {
	{ "jobs", OPT_JOBS, offsetof(struct opts_builds, jobs), "N",
	  "make -jN (default: as many as CPUs)" },
	{ "again", OPT_FLAG, offsetof(struct opts_builds, again), NULL,
	  "run what is known already, too" },
};

static const struct opt *find_opt(const struct opt_set *sets, struct span name, void **value)
{
	for (; sets->opts; sets++)
		for (size_t i = 0; i < sets->n; i++)
			if (span_is(name, sets->opts[i].name)) {
				*value = (char *)sets->to + sets->opts[i].at;
				return &sets->opts[i];
			}
	return NULL;
}

static int unknown(const struct opt_set *sets, struct span name, struct err *err)
{
	_cleanup_free_ char *word = span_dup(name);
	const char *names[64], *like;
	size_t n = 0;

	for (; sets->opts; sets++)
		for (size_t i = 0; i < sets->n && n < ARRAY_SIZE(names); i++)
			names[n++] = sets->opts[i].name;
	like = nearest(word, names, n);
	if (like)
		return err_set(err, ERR_INPUT, "--%s: no such option; did you mean --%s?", word,
			       like);
	return err_set(err, ERR_INPUT, "--%s: no such option; --help lists them", word);
}

static int set_number(const struct opt *o, unsigned int *to, const char *value, struct err *err)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(value, &end, 10);
	if (!isdigit((unsigned char)value[0]) || *end || errno || n > UINT_MAX)
		return err_set(err, ERR_INPUT, "--%s %s: expected a whole number", o->name, value);
	if (o->kind == OPT_JOBS && (n < 1 || n > JOBS_MAX))
		return err_set(err, ERR_INPUT, "--%s %s: expected a number from 1 to %d", o->name,
			       value, JOBS_MAX);
	*to = (unsigned int)n;
	return 0;
}

static int set_opt(const struct opt *o, void *to, const char *value, struct err *err)
{
	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)to = true;
		return 0;
	case OPT_STRING:
		*(const char **)to = value;
		return 0;
	case OPT_LIST:
		strv_add(to, value);
		return 0;
	case OPT_NUMBER:
	case OPT_JOBS:
		return set_number(o, to, value, err);
	}
	return 0;
}

/* One "--name", "--name=value" or "--name value". @i moves on past a value of its own. */
static int take_opt(int argc, char **argv, int *i, const struct opt_set *sets, struct err *err)
{
	struct span name, value;
	bool eq = span_cut(span_of(argv[*i] + 2), "=", &name, &value);
	void *to = NULL;
	const struct opt *o = find_opt(sets, name, &to);

	if (!o)
		return unknown(sets, name, err);
	if (o->kind == OPT_FLAG && eq)
		return err_set(err, ERR_INPUT, "--%s takes no value", o->name);
	if (o->kind == OPT_FLAG || eq)
		return set_opt(o, to, value.p, err);
	if (*i + 1 >= argc)
		return err_set(err, ERR_INPUT, "--%s: expected %s after it", o->name, o->arg);
	return set_opt(o, to, argv[++*i], err);
}

int opts_parse(int *argc, char **argv, const struct opt_set *sets, bool *help, struct err *err)
{
	int n = 0, ret;

	for (int i = 0; i < *argc; i++) {
		if (!strcmp(argv[i], "--")) {
			while (++i < *argc)
				argv[n++] = argv[i];
		} else if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			*help = true;
		} else if (!strncmp(argv[i], "--", 2)) {
			ret = take_opt(*argc, argv, &i, sets, err);
			if (ret)
				return ret;
		} else if (argv[i][0] == '-' && argv[i][1]) {
			return err_set(err, ERR_INPUT, "%s: no such option; --help lists them",
				       argv[i]);
		} else {
			argv[n++] = argv[i];
		}
	}
	*argc = n;
	return 0;
}

void opts_free(const struct opt_set *sets)
{
	for (; sets->opts; sets++)
		for (size_t i = 0; i < sets->n; i++)
			if (sets->opts[i].kind == OPT_LIST)
				strv_free((void *)((char *)sets->to + sets->opts[i].at));
}

void opts_print(FILE *to, const struct opt *opts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int w = fprintf(to, "  --%s%s%s", opts[i].name, opts[i].arg ? " " : "",
				opts[i].arg ? opts[i].arg : "");

		fprintf(to, "%*s%s\n", w < 24 ? 24 - w : 1, "", opts[i].help);
	}
}
