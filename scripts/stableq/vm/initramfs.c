// SPDX-License-Identifier: GPL-2.0-only
/* The guest's only file system: a cpio archive that the kernel unpacks. */
#include "vm/vm.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fs.h"

struct image {
	struct archive *a;
	struct archive_entry *e;
	struct strv dirs;	/* written so far */
	int64_t inode;
	struct err *err;
};

static int fail(struct image *im, const char *path)
{
	return err_set(im->err, ERR_SYSTEM, "%s: %s", path, archive_error_string(im->a));
}

/* Everything that may differ between two machines or two runs is given a fixed value. */
static struct archive_entry *new_entry(struct image *im, const char *name, mode_t mode)
{
	archive_entry_clear(im->e);
	archive_entry_set_pathname(im->e, name);
	archive_entry_set_mode(im->e, mode);
	archive_entry_set_uid(im->e, 0);
	archive_entry_set_gid(im->e, 0);
	archive_entry_set_mtime(im->e, 0, 0);
	archive_entry_set_nlink(im->e, S_ISDIR(mode) ? 2 : 1);
	archive_entry_set_dev(im->e, 0);
	archive_entry_set_ino64(im->e, ++im->inode);
	archive_entry_set_size(im->e, 0);
	return im->e;
}

static int add_parents(struct image *im, const char *name)
{
	for (const char *p = strchr(name, '/'); p; p = strchr(p + 1, '/')) {
		_cleanup_free_ char *dir = xstrndup(name, (size_t)(p - name));

		if (strv_has(&im->dirs, dir))
			continue;
		strv_add(&im->dirs, dir);
		if (archive_write_header(im->a, new_entry(im, dir, S_IFDIR | 0755)) != ARCHIVE_OK)
			return fail(im, dir);
	}
	return 0;
}

static int add_file(struct image *im, const char *name, const char *path)
{
	_cleanup_str_ struct str text = STR_INIT;
	int ret = fs_read(path, 0, &text, im->err);
	struct archive_entry *e;
	struct stat st;

	if (ret == 0 && stat(path, &st) < 0)
		ret = err_sys(im->err, "%s", path);
	ret = ret ? ret : add_parents(im, name);
	if (ret)
		return ret;
	e = new_entry(im, name, S_IFREG | (st.st_mode & 0111 ? 0755 : 0644));
	archive_entry_set_size(e, (int64_t)text.len);
	if (archive_write_header(im->a, e) != ARCHIVE_OK ||
	    archive_write_data(im->a, text.s, text.len) != (la_ssize_t)text.len)
		return fail(im, path);
	return 0;
}

/* The kernel opens /dev/console for init before anything is mounted. */
static int add_console(struct image *im)
{
	struct archive_entry *e;
	int ret = add_parents(im, "dev/console");

	if (ret)
		return ret;
	e = new_entry(im, "dev/console", S_IFCHR | 0600);
	archive_entry_set_rdev(e, makedev(5, 1));
	return archive_write_header(im->a, e) == ARCHIVE_OK ? 0 : fail(im, "dev/console");
}

static int name_is_fine(const char *name, struct err *err)
{
	size_t n = strlen(name);

	if (n && name[0] != '/' && name[n - 1] != '/' && !strstr(name, "//") &&
	    !strstr(name, "..") && strcmp(name, "dev/console") != 0)
		return 0;
	return err_set(err, ERR_INPUT, "'%s' cannot be a file's name in an initramfs", name);
}

static int write_all(struct image *im, const char *tmp, const char *const *files)
{
	int ret = 0;

	/* gzip's header would have the time of day. */
	if (archive_write_set_format_cpio_newc(im->a) != ARCHIVE_OK ||
	    archive_write_add_filter_gzip(im->a) != ARCHIVE_OK ||
	    archive_write_set_filter_option(im->a, "gzip", "timestamp", NULL) != ARCHIVE_OK ||
	    archive_write_open_filename(im->a, tmp) != ARCHIVE_OK)
		return fail(im, tmp);
	ret = add_console(im);
	for (; *files && !ret; files += 2) {
		ret = name_is_fine(files[0], im->err);
		ret = ret ? ret : add_file(im, files[0], files[1]);
	}
	if (!ret && archive_write_close(im->a) != ARCHIVE_OK)
		ret = fail(im, tmp);
	return ret;
}

int vm_initramfs(const char *path, const char *const *files, struct err *err)
{
	_cleanup_free_ char *tmp = xasprintf("%s.%d.tmp", path, (int)getpid());
	struct image im = { .dirs = STRV_INIT, .err = err };
	int ret;

	im.a = archive_write_new();
	im.e = archive_entry_new();
	ret = im.a && im.e ? write_all(&im, tmp, files) :
			     err_set(err, ERR_SYSTEM, "%s: out of memory", path);
	archive_entry_free(im.e);
	archive_write_free(im.a);
	strv_free(&im.dirs);
	if (!ret && rename(tmp, path) < 0)
		ret = err_sys(err, "%s", path);
	if (ret)
		unlink(tmp);
	return ret;
}
