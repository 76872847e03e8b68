// SPDX-License-Identifier: GPL-2.0-only
#include "prove/overlay.h"

#include "base/fs.h"
#include "prove/unit.h"

#define SERVER "fs/nfsd/"
#define OVERLAY SERVER "stableq/"
#define MODE_FILE 0100644

/* How the files below are put together: whenever that changes, kept boots are of something else. */
#define FORMAT "1"

/* A file of the proofs. */
struct piece {
	const struct matrix_proof *proof;	/* NULL: shared */
	char *name;		/* below the directory of proofs: "grace/kunit.c" */
	char *path;
};

struct pieces {
	struct piece *v;
	size_t n;
};

static void pieces_free(struct pieces *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->v[i].name);
		free(all->v[i].path);
	}
	free(all->v);
}

static const char *base_name(const struct piece *p)
{
	return p->proof ? p->name + strlen(p->proof->name) + 1 : p->name;
}

/* What the kernel is built from. All else there is an error: it would be passed over. */
static int check_piece(const struct piece *p, struct err *err)
{
	struct span base = span_of(base_name(p));

	if (span_is(base, "has.mk") || span_ends(base, ".h") || span_ends(base, "_helpers.c") ||
	    (p->proof && span_is(base, "kunit.c")))
		return 0;
	return err_set(err, ERR_INPUT, "%s: expected %shas.mk, a header, or FILE_helpers.c for a "
		       "FILE.c of the server; see proofs(7)", p->path, p->proof ? "kunit.c, " : "");
}

static int list_files(struct pieces *all, const char *dir, const struct matrix_proof *proof,
		      struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	int ret = fs_list(dir, &names, err);

	for (size_t i = 0; i < names.n && !ret; i++) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);
		struct piece *p;

		/* A folder among what is shared is a proof, one in a proof has its mutants. */
		if (fs_is_dir(path) || (proof && !strcmp(names.v[i], "proof.yaml")))
			continue;
		p = &ARRAY_PUSH(all->v, all->n);
		p->proof = proof;
		p->name = proof ? fs_join(proof->name, names.v[i]) : xstrdup(names.v[i]);
		p->path = xstrdup(path);
		ret = check_piece(p, err);
	}
	return ret;
}

/* Is it one of those in @dir that have a suite? */
static bool is_among(const struct matrix_proof *p, const char *dir)
{
	size_t n = strlen(dir);

	return !p->skip && !strncmp(p->dir, dir, n) && p->dir[n] == '/';
}

/* @branch: NULL for all. */
static int list_all(struct pieces *all, const struct matrix *m, const char *proofs,
		    const char *branch, struct err *err)
{
	_cleanup_free_ char *dir = fs_join(m->dir, proofs);
	bool any = false;
	int ret = list_files(all, dir, NULL, err);

	for (size_t i = 0; i < m->nproofs && !ret; i++) {
		const struct matrix_proof *p = &m->proofs[i];

		if (!is_among(p, dir))
			continue;
		any = true;
		if (!branch || !p->branches.n || strv_has(&p->branches, branch))
			ret = list_files(all, p->dir, p, err);
	}
	return ret || any ? ret : err_set(err, ERR_INPUT, "%s: there is no proof in it", dir);
}

static int add_line(struct fileset *fs, const char *path, const char *line, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	unsigned int mode;
	struct span old;
	int ret = fileset_get(fs, path, &old, &mode, err);

	if (ret)
		return ret == ERR_NOTFOUND ? err_set(err, ERR_INPUT, "%s is missing: proofs need a "
						     "kernel with an NFS server", path) : ret;
	str_add(&text, old.p, old.len);
	if (text.len && text.s[text.len - 1] != '\n')
		str_addc(&text, '\n');
	str_addf(&text, "%s\n", line);
	fileset_put(fs, path, str_span(&text), mode);
	return 0;
}

static void put_file(struct fileset *fs, const char *name, struct span text)
{
	_cleanup_free_ char *path = xasprintf(OVERLAY "%s", name);

	fileset_put(fs, path, text, MODE_FILE);
}

/* The lines that choose among units, and tell them of the tree. */
static void add_rules(struct fileset *fs, const struct units *units, const struct pieces *all)
{
	static const char dir[] =
		"# Included by fs/nfsd/Makefile: units take the place of the server's files.\n"
		"ifdef CONFIG_NFSD_STABLEQ\n\n"
		"stableq-dir := $(if $(filter $(srctree)/%,$(src)),$(src),$(srctree)/$(src))\n"
		"stableq-units :=";
	static const char swap[] =
		"\n\nstableq-unit = $(if $(filter $(1),$(stableq-units)),stableq/$(1),$(1))\n"
		"nfsd-y := $(foreach o,$(nfsd-y),$(call stableq-unit,$(o)))\n\n"
		"# $(call stableq-has,MACRO,TEXT,FILE): define MACRO when TEXT stands in FILE\n"
		"stableq-found = $(shell grep -l -e '$(1)' $(stableq-dir)/$(2) 2>/dev/null)\n"
		"stableq-has = $(if $(call stableq-found,$(2),$(3)),-D$(1))\n\n"
		"ccflags-y += -I$(stableq-dir) -I$(stableq-dir)/stableq\n";
	_cleanup_str_ struct str text = STR_INIT;

	str_adds(&text, dir);
	for (size_t i = 0; i < units->n; i++)
		str_addf(&text, " %.*s.o", (int)strlen(units->v[i].file) - 2, units->v[i].file);
	str_adds(&text, swap);
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(base_name(&all->v[i]), "has.mk"))
			str_addf(&text, "include $(stableq-dir)/stableq/%s\n", all->v[i].name);
	str_adds(&text, "\nendif\n");
	put_file(fs, "rules.mk", str_span(&text));
}

static void add_kconfig(struct fileset *fs)
{
	static const char text[] =
		"config NFSD_STABLEQ\n"
		"\tbool \"KUnit proofs of the stable queue's fixes\"\n"
		"\tdepends on NFSD=y && KUNIT=y\n"
		"\thelp\n"
		"\t  Compiles KUnit suites into the server's translation units, where they reach\n"
		"\t  its static functions. For test kernels only.\n";

	put_file(fs, "Kconfig", span_of(text));
}

static int add_units(struct fileset *fs, const struct units *units, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < units->n && !ret; i++) {
		_cleanup_free_ char *path = xasprintf(SERVER "%s", units->v[i].file);
		_cleanup_str_ struct str text = STR_INIT;
		struct span server;
		unsigned int mode;

		ret = fileset_get(fs, path, &server, &mode, err);
		if (ret == ERR_NOTFOUND)
			ret = err_set(err, ERR_INPUT, "%s is missing: %s belongs to it", path,
				      units->v[i].wants);
		ret = ret ? ret : unit_text(&units->v[i], path, server, &text, err);
		if (!ret)
			put_file(fs, units->v[i].file, str_span(&text));
	}
	return ret;
}

int overlay_add(struct fileset *fs, const struct matrix *m, const char *proofs, const char *branch,
		struct err *err)
{
	_cleanup_(pieces_free) struct pieces all = { NULL, 0 };
	_cleanup_(units_free) struct units units = { NULL, 0 };
	int ret = list_all(&all, m, proofs, branch, err);

	for (size_t i = 0; i < all.n && !ret; i++) {
		_cleanup_str_ struct str text = STR_INIT;

		ret = fs_read(all.v[i].path, 0, &text, err);
		if (ret)
			break;
		units_add(&units, all.v[i].proof, all.v[i].name, all.v[i].path, str_span(&text));
		put_file(fs, all.v[i].name, str_span(&text));
	}
	units_sort(&units);
	ret = ret ? ret : add_units(fs, &units, err);
	if (ret)
		return ret;
	add_rules(fs, &units, &all);
	add_kconfig(fs);
	ret = add_line(fs, SERVER "Makefile", "include $(srctree)/" OVERLAY "rules.mk", err);
	return ret ? ret : add_line(fs, SERVER "Kconfig", "source \"" OVERLAY "Kconfig\"", err);
}

static void hash_proof(struct hash *h, const struct matrix_proof *p)
{
	_cleanup_free_ char *branches = strv_lines(&p->branches);

	hash_adds(h, p->name);
	hash_adds(h, p->unit);
	hash_adds(h, branches);
}

int overlay_digest(const struct matrix *m, const char *proofs, char hex[HASH_HEX + 1],
		   struct err *err)
{
	_cleanup_free_ char *dir = fs_join(m->dir, proofs);
	_cleanup_(pieces_free) struct pieces all = { NULL, 0 };
	int ret = list_all(&all, m, proofs, NULL, err);
	struct hash *h = hash_new();

	hash_adds(h, FORMAT);
	for (size_t i = 0; i < m->nproofs; i++)
		if (is_among(&m->proofs[i], dir))
			hash_proof(h, &m->proofs[i]);
	for (size_t i = 0; i < all.n && !ret; i++) {
		hash_adds(h, all.v[i].name);
		ret = hash_file(h, all.v[i].path, err);
	}
	hash_end(h, hex);
	return ret;
}
