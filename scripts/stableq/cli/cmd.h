/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cli/cmd.h - a verb is a table entry: its name, its options and the function that does it
 *
 * Options are declared once; parsing and the --help text both come from the declaration.
 */
#ifndef STABLEQ_CMD_H
#define STABLEQ_CMD_H

#include "base/err.h"
#include "out/out.h"
#include "base/str.h"

enum opt_kind {
	OPT_FLAG,	/* bool * */
	OPT_STRING,	/* const char **, borrowed from argv */
	OPT_LIST,	/* struct strv *: may be given more than once */
	OPT_NUMBER,	/* unsigned int * */
	OPT_JOBS,	/* the same, from 1 to 1024: for make -j */
};

struct opt {
	const char *name;	/* without the dashes */
	enum opt_kind kind;
	void *value;
	const char *arg;	/* what --help calls the argument; NULL for flags */
	const char *help;
};

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
	const struct opt *opts;
	size_t nopts;
	bool markdown;		/* knows --format markdown, too */
	/* @argv: what is left after the options. Return: 0 or an enum err_code with @err set. */
	int (*run)(struct ctx *ctx, int argc, char **argv, struct err *err);
};

/**
 * opts_parse() - take the options out of an argument list
 * @argc: arguments that stay behind, on return
 * @argv: reordered: operands first; "--" ends the options
 * @opts: tables, tried in order; ended by a NULL pointer
 * @nopts: their sizes
 * @help: --help or -h was seen
 *
 * Return: 0 or ERR_INPUT, which names the option and the nearest that exists.
 */
int opts_parse(int *argc, char **argv, const struct opt *const *opts, const size_t *nopts,
	       bool *help, struct err *err);

/** opts_print() - a block of --help text, one option a line. */
void opts_print(FILE *to, const struct opt *opts, size_t n);

#endif
