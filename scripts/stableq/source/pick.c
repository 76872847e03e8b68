// SPDX-License-Identifier: GPL-2.0-only
#include "source/pick.h"

int path_order_git(const char *a, const char *b)
{
	return strcmp(a, b);
}

/* A slash comes before all that a name may have. */
int path_order_names(const char *a, const char *b)
{
	unsigned char x, y;

	while (*a && *a == *b) {
		a++;
		b++;
	}
	x = *a == '/' ? 1 : (unsigned char)*a;
	y = *b == '/' ? 1 : (unsigned char)*b;
	return (x > y) - (x < y);
}

/* A directory comes without its slash. */
int path_order_lines(const char *a, const char *b)
{
	unsigned char x, y;

	while (*a && *a == *b) {
		a++;
		b++;
	}
	x = *a == '/' && !a[1] ? 0 : (unsigned char)*a;
	y = *b == '/' && !b[1] ? 0 : (unsigned char)*b;
	return (x > y) - (x < y);
}

static int by_order(const void *a, const void *b, void *order)
{
	return ((path_order_fn)order)(*(char *const *)a, *(char *const *)b);
}

void pick_reorder(struct pick *p, path_order_fn order)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (!p->seen[i])
			p->paths[n++] = p->paths[i];
	for (size_t i = 0; i < p->n; i++)
		p->seen[i] = false;
	p->n = p->left = n;
	p->order = order;
	p->unsorted = false;
	str_trunc(&p->prev, 0);
	qsort_r(p->paths, n, sizeof(*p->paths), by_order, (void *)order);
}

static bool pick_find(const struct pick *p, const char *path, size_t *at)
{
	size_t lo = 0, hi = p->n;

	while (lo < hi) {
		int c = p->order(path, p->paths[*at = lo + (hi - lo) / 2]);

		if (!c)
			return true;
		if (c < 0)
			hi = *at;
		else
			lo = *at + 1;
	}
	return false;
}

static int pick_data(struct pick *p, size_t i, const char *tarball, struct archive *a,
		     struct archive_entry *e, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	unsigned int mode = archive_entry_perm(e) & 0100 ? MODE_EXEC : MODE_FILE;
	la_int64_t size = archive_entry_size(e);

	if (archive_entry_filetype(e) == AE_IFLNK) {
		mode = MODE_LINK;
		str_adds(&text, archive_entry_symlink(e) ? archive_entry_symlink(e) : "");
	} else if (archive_entry_hardlink(e)) {
		return 0;
	} else if (archive_entry_filetype(e) != AE_IFREG) {
		mode = SOURCE_NO_FILE;
	} else if (size < 0 || (size_t)size > SOURCE_FILE_MAX) {
		return err_set(err, ERR_INPUT, "%s: entry '%s' says it has %lld bytes: refused",
			       tarball, p->paths[i], (long long)size);
	} else if (size) {
		la_ssize_t n = archive_read_data(a, str_reserve(&text, (size_t)size),
						 (size_t)size);

		if (n != size)
			return tar_damaged(a, tarball, err);
		text.len = (size_t)n;
		text.s[n] = '\0';
	}
	p->seen[i] = true;
	p->left--;
	return p->fn(p->ctx, p->paths[i], str_span(&text), mode);
}

/* Is everything that is still wanted before @path? */
static bool all_past(const struct pick *p, const char *path)
{
	size_t i = p->n;

	if (p->unsorted || !p->stop_past)
		return false;
	while (i && p->seen[i - 1])
		i--;
	return !i || p->order(path, p->paths[i - 1]) > 0;
}

int pick_entry(struct pick *p, const char *tarball, struct archive *a, struct archive_entry *e,
	       struct err *err)
{
	_cleanup_str_ struct str path = STR_INIT;
	size_t at;
	bool wanted;
	int ret = tar_path(tarball, archive_entry_pathname(e), &path, err);

	if (ret)
		return ret == ERR_NOTFOUND ? 0 : ret;
	wanted = pick_find(p, path.s, &at) && !p->seen[at];
	/* git sorts a directory as if its name ended with a slash. */
	if (archive_entry_filetype(e) == AE_IFDIR)
		str_addc(&path, '/');
	if (p->prev.len && p->order(p->prev.s, path.s) >= 0)
		p->unsorted = true;
	str_trunc(&p->prev, 0);
	str_adds(&p->prev, path.s);
	if (wanted) {
		ret = pick_data(p, at, tarball, a, e, err);
		if (ret)
			return ret;
	}
	return !p->left || all_past(p, path.s);
}
