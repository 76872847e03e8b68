/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cli/cmd.h - a verb is a table entry: its name, its options and the function that does it
 *
 * Options are declared once; parsing and the --help text both come from the declaration. What
 * several verbs know is a group of its own, and part of each verb's context.
 */
#ifndef STABLEQ_CMD_H
#define STABLEQ_CMD_H

#include "base/err.h"
#include "out/out.h"
#include "base/str.h"

enum opt_kind {
	OPT_FLAG,	/* bool */
	OPT_STRING,	/* const char *, borrowed from argv */
	OPT_LIST,	/* struct strv: may be given more than once */
	OPT_NUMBER,	/* unsigned int */
	OPT_JOBS,	/* the same, from 1 to 1024: for make -j */
};

struct opt {
	const char *name;	/* without the dashes */
	enum opt_kind kind;
	size_t at;		/* offset of its value in the struct that the table is about */
	const char *arg;	/* what --help calls the argument; NULL for flags */
	const char *help;
};

/* A table, and where the struct that it is about stands in a verb's context. */
struct opt_group {
	const struct opt *opts;	/* NULL: no group */
	size_t n;
	size_t at;
};

#define OPT_GROUP(table, offset) { .opts = (table), .n = ARRAY_SIZE(table), .at = (offset) }
#define OPT_GROUPS 4

/* Where kernels come from. */
struct opts_sources {
	const char *git;	/* a repository, or NULL */
	bool offline;
};

extern const struct opt opts_sources[2];

/* How kernels are built. */
struct opts_builds {
	unsigned int jobs;	/* 0: as many as CPUs */
	bool again;		/* also what is known already */
};

extern const struct opt opts_builds[2];

/* What every verb gets: the options that all verbs share, and where things are. */
struct ctx {
	struct out out;
	const char *matrix;	/* path of build-matrix.yaml */
	char *cache;		/* cache root */
	char *guest;		/* the guest's init program */
	char *um;		/* directory of what user-mode Linux needs, see vm_um_probe() */
};

struct cmd {
	const char *name;
	const char *args;	/* "[RELEASE…]" */
	const char *summary;	/* a line in --help */
	const char *about;	/* a paragraph in the verb's own --help */
	/* Each of the verdicts that it tells, from 0 on, and NULL behind them; or no function. */
	const char *(*verdict)(size_t i);
	struct opt_group groups[OPT_GROUPS];	/* its own options first */
	size_t size;		/* of its context, in which the options' values are */
	const void *preset;	/* what that is without options; NULL: zeroes */
	bool markdown;		/* knows --format markdown, too */
	/*
	 * @own: its context. @argv: what is left after the options. Return: 0 or an enum err_code
	 * with @err set.
	 */
	int (*run)(struct ctx *ctx, void *own, int argc, char **argv, struct err *err);
};

/* A table, and the struct that it is about. */
struct opt_set {
	const struct opt *opts;
	size_t n;
	void *to;
};

/**
 * opts_parse() - take the options out of an argument list
 * @argc: arguments that stay behind, on return
 * @argv: reordered: operands first; "--" ends the options
 * @sets: tried in order; ended by one without a table
 * @help: --help or -h was seen
 *
 * Return: 0 or ERR_INPUT, which names the option and the nearest that exists.
 */
int opts_parse(int *argc, char **argv, const struct opt_set *sets, bool *help, struct err *err);

/** opts_free() - the lists that opts_parse() has made. */
void opts_free(const struct opt_set *sets);

/** opts_print() - a block of --help text, one option a line. */
void opts_print(FILE *to, const struct opt *opts, size_t n);

#endif
