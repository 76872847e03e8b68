// SPDX-License-Identifier: GPL-2.0-only
#include "tree/undo.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/below.h"
#include "base/fs.h"
#include "patch/patch.h"
#include "tree/io.h"

#define JOURNAL ".pc/" UNDO_DIR "/journal"

/* "patch NAME", "new PATH", "old PATCH\tPATH": no name has control characters in it. */
int undo_write(const char *root, const char *const *patches, size_t npatches,
	       const struct undo_file *files, size_t n, struct err *err)
{
	_cleanup_str_ struct str s = STR_INIT;

	for (size_t i = 0; i < npatches; i++)
		str_addf(&s, "patch %s\n", patches[i]);
	for (size_t i = 0; i < n; i++) {
		if (files[i].patch)
			str_addf(&s, "old %s\t%s\n", files[i].patch, files[i].path);
		else
			str_addf(&s, "new %s\n", files[i].path);
	}
	return tree_write(root, JOURNAL, str_span(&s), 0600, err);
}

static int remove_new(const char *root, const char *path, struct err *err)
{
	struct err missing = ERR_INIT;
	int ret = tree_remove(root, path, &missing);

	if (!ret || ret == ERR_NOTFOUND) {
		err_clear(&missing);
		return 0;
	}
	return err_move(err, &missing);
}

/* The link in .pc is there if another file may have taken the place. */
static int restore(const char *root, const char *patch, const char *path, struct err *err)
{
	_cleanup_free_ char *backup = xasprintf(".pc/%s/%s", patch, path);
	_cleanup_close_ int top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *from_base, *base;
	_cleanup_close_ int from = below_parent(top, backup, 0, NULL, &from_base), dir = -1;

	if (from < 0 || faccessat(from, from_base, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : err_sys(err, "%s/%s", root, backup);
	dir = below_parent(top, path, 0777, NULL, &base);
	if (dir < 0 || renameat(from, from_base, dir, base) < 0)
		return err_sys(err, "%s/%s", root, path);
	return 0;
}

static int remove_patch(const char *root, const char *patch, struct err *err)
{
	_cleanup_free_ char *dir = xasprintf("%s/.pc/%s", root, patch);
	_cleanup_free_ char *mark = xasprintf("%s~refresh", dir);
	_cleanup_close_ int top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_close_ int fd = below_open(top, dir + strlen(root) + 1, O_PATH | O_DIRECTORY, 0);
	char *slash;
	int ret;

	/* Somebody else's file or link stands in the way: so it did when the push began. */
	if (fd < 0)
		return 0;
	ret = fs_remove_tree(dir, err);
	unlink(mark);
	/* The folders of "sub/foo.patch", as far as nothing else is in them. */
	for (size_t pc = strlen(root) + strlen("/.pc"); !ret && (slash = strrchr(dir, '/')); ) {
		*slash = '\0';
		if (slash <= dir + pc || rmdir(dir) < 0)
			break;
	}
	return ret;
}

enum pass { NEW_FILES, OLD_FILES, PATCHES };

static int undo_line(const char *root, struct span line, enum pass pass, struct err *err)
{
	_cleanup_free_ char *first = NULL, *second = NULL;
	struct span backup, path;

	if (span_take(&line, "patch ")) {
		first = span_dup(line);
		if (!patch_path_ok(first, NULL))
			return ERR_INPUT;
		return pass == PATCHES ? remove_patch(root, first, err) : 0;
	}
	if (span_take(&line, "new ")) {
		first = span_dup(line);
		if (!patch_path_ok(first, NULL))
			return ERR_INPUT;
		return pass == NEW_FILES ? remove_new(root, first, err) : 0;
	}
	if (!span_take(&line, "old ") || !span_cut(line, "\t", &backup, &path))
		return ERR_INPUT;
	first = span_dup(backup);
	second = span_dup(path);
	if (!patch_path_ok(first, NULL) || !patch_path_ok(second, NULL))
		return ERR_INPUT;
	return pass == OLD_FILES ? restore(root, first, second, err) : 0;
}

static int undo_pass(const char *root, struct span text, enum pass pass, struct err *err)
{
	struct span line;
	int ret = 0;

	while (!ret && span_line(&text, &line)) {
		ret = undo_line(root, line, pass, err);
		if (ret == ERR_INPUT)
			return err_set(err, ret,
				       "%s/" JOURNAL ": damaged; take the files that it names out "
				       "of .pc by hand, and remove it", root);
	}
	return ret;
}

/* A file that needn't be there. */
static int read_if_there(const char *root, const char *path, struct str *to, struct err *err)
{
	struct err missing = ERR_INIT;
	int ret = tree_read(root, path, to, NULL, &missing);

	if (ret != ERR_NOTFOUND)
		return ret ? err_move(err, &missing) : 0;
	err_clear(&missing);
	return 0;
}

static struct span last_line(struct span text, const char *word)
{
	struct span line, last = { "", 0 };

	while (span_line(&text, &line))
		if (span_take(&line, word))
			last = line;
	return last;
}

int undo_all(const char *root, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT, applied = STR_INIT;
	int ret = read_if_there(root, JOURNAL, &text, err);

	if (ret || !text.len)
		return ret;
	ret = read_if_there(root, ".pc/applied-patches", &applied, err);
	if (ret)
		return ret;
	/* Once quilt's database has them, the push is whole. */
	if (span_eq(last_line(str_span(&applied), ""), last_line(str_span(&text), "patch ")))
		return undo_forget(root, err);
	for (enum pass pass = NEW_FILES; !ret && pass <= PATCHES; pass++)
		ret = undo_pass(root, str_span(&text), pass, err);
	return ret ? ret : undo_forget(root, err);
}

int undo_forget(const char *root, struct err *err)
{
	_cleanup_free_ char *dir = xasprintf("%s/.pc/" UNDO_DIR, root);

	return fs_remove_tree(dir, err);
}
