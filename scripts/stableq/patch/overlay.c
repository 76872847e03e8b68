// SPDX-License-Identifier: GPL-2.0-only
#include "patch/overlay.h"

#include <dirent.h>
#include <errno.h>

#include "base/fs.h"

#define OVERLAY "fs/nfsd/stableq/"
#define MODE_FILE 0100644

static int list(const char *dir, struct strv *names, struct err *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	if (!d && (errno == ENOENT || errno == ENOTDIR))
		return err_set(err, ERR_INPUT, "%s: there is no such directory of proofs", dir);
	if (!d)
		return err_sys(err, "%s", dir);
	while ((e = readdir(d)))
		if (e->d_name[0] != '.' && !span_ends(span_of(e->d_name), "~"))
			strv_add(names, e->d_name);
	closedir(d);
	return 0;
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

int overlay_add(struct fileset *fs, const char *dir, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	int ret = list(dir, &names, err);

	if (!ret && (!strv_has(&names, "rules.mk") || !strv_has(&names, "Kconfig")))
		ret = err_set(err, ERR_INPUT, "%s: no directory of proofs: it has no rules.mk and "
			      "Kconfig", dir);
	for (size_t i = 0; i < names.n && !ret; i++) {
		_cleanup_free_ char *from = fs_join(dir, names.v[i]);
		_cleanup_free_ char *to = xasprintf(OVERLAY "%s", names.v[i]);
		_cleanup_str_ struct str text = STR_INIT;

		ret = fs_read(from, 0, &text, err);
		if (!ret)
			fileset_put(fs, to, str_span(&text), MODE_FILE);
	}
	if (!ret)
		ret = add_line(fs, "fs/nfsd/Makefile", "include $(srctree)/" OVERLAY "rules.mk", err);
	if (!ret)
		ret = add_line(fs, "fs/nfsd/Kconfig", "source \"" OVERLAY "Kconfig\"", err);
	return ret;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int overlay_digest(const char *dir, char hex[HASH_HEX + 1], struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	int ret = list(dir, &names, err);
	struct hash *h;

	if (ret)
		return ret;
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), by_name);
	h = hash_new();
	for (size_t i = 0; i < names.n && !ret; i++) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);

		hash_adds(h, names.v[i]);
		ret = hash_file(h, path, err);
	}
	hash_end(h, hex);
	return ret;
}
