/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kbuild/kconfig.h - fragments, .config files, and why a symbol isn't what was asked for
 */
#ifndef STABLEQ_KBUILD_KCONFIG_H
#define STABLEQ_KBUILD_KCONFIG_H

#include "base/err.h"
#include "base/str.h"

struct kconfig_value {
	char *name;		/* without CONFIG_ */
	char *value;		/* y, m, n, 12, 0x1f, "text" with its quotes */
	const char *file;	/* where it was asked for; borrowed */
	unsigned int line;
};

/* The settings of a file or of several; the last one of a symbol holds. */
struct kconfig {
	struct kconfig_value *v;
	size_t n;
};

void kconfig_free(struct kconfig *k);

/**
 * kconfig_fragment() - add a fragment's settings
 * @k: settings of earlier fragments; the same symbol is replaced
 * @path: the fragment; must outlive @k
 *
 * Return: 0, or ERR_INPUT with file and line for a line that kconfig would skip without a word
 * (anything but CONFIG_NAME=value, "# CONFIG_NAME is not set", comments and blank lines), and for
 * a symbol that one fragment sets twice.
 */
int kconfig_fragment(struct kconfig *k, const char *path, struct err *err);

/** kconfig_result() - read a .config; sorted, for kconfig_get(). */
int kconfig_result(struct kconfig *k, const char *path, struct err *err);

/** kconfig_get() - a symbol's value in a result; "n" when it isn't there. */
const char *kconfig_get(const struct kconfig *result, const char *name);

/**
 * kconfig_explain() - why @name doesn't have the value that was asked for
 * @tree: kernel source, whose Kconfig files are read
 * @srcarch: "um", "x86": the directory below arch/
 * @result: the configuration that came out
 * @wanted: the value
 *
 * Its conditions and what selects it are quoted from the Kconfig files, with the values that
 * @result has for the symbols in them. A condition all of whose symbols are on is left out.
 *
 * Return: "fs/nfsd/Kconfig:6: depends on FSNOTIFY (FSNOTIFY=n)", "" when nothing can be told;
 * owned by the caller.
 */
char *kconfig_explain(const char *tree, const char *srcarch, const struct kconfig *result,
		      const char *name, const char *wanted);

#endif
