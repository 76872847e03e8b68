// SPDX-License-Identifier: GPL-2.0-only
#include "patch/pick.h"

int pick_exists(struct applying *a, struct fileset *fs, const char *path)
{
	struct err err = ERR_INIT;
	int ret = fileset_content(fs, path, NULL, NULL, &err);

	if (ret == ERR_NOTFOUND) {
		err_clear(&err);
		return 0;
	}
	if (ret)
		return err_move(a->err, &err);
	return 1;
}

static size_t components(const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		n += *path == '/';
	return n;
}

/*
 * Of two names for one file: fewer folders, then the shorter last component, then the shorter
 * name, then the first (best_name in GNU patch's src/pch.c).
 */
const char *pick_better(const char *a, const char *b)
{
	const char *sa = strrchr(a, '/'), *sb = strrchr(b, '/');
	size_t la = strlen(sa ? sa + 1 : a), lb = strlen(sb ? sb + 1 : b);

	if (components(a) != components(b))
		return components(a) < components(b) ? a : b;
	if (la != lb)
		return la < lb ? a : b;
	return strlen(b) < strlen(a) ? b : a;
}

/* Does this patch take @path away, or make it? Renames may go round in a circle. */
bool pick_removes(const struct patch *p, const char *path)
{
	for (size_t i = 0; i < p->nfiles; i++)
		if ((p->files[i].change == FILE_RENAMED || p->files[i].change == FILE_DELETED) &&
		    !strcmp(p->files[i].old_path, path))
			return true;
	return false;
}

void pick_note(struct applying *a, unsigned int line, const char *path, const char *what)
{
	if (!a->first->code)
		err_set(a->first, ERR_FINDING, "%s:%u: %s: %s", a->p->name, line, path, what);
}

static bool below_file(struct fileset *fs, const char *path)
{
	for (const char *slash = path; (slash = strchr(slash, '/')); slash++) {
		_cleanup_free_ char *folder = xstrndup(path, (size_t)(slash - path));

		if (!fileset_content(fs, folder, NULL, NULL, NULL))
			return true;
	}
	return false;
}

const char *pick_blocked(struct applying *a, const char *path)
{
	if (fileset_folder(a->before, path) || fileset_folder(a->now, path))
		return "is a folder";
	if (below_file(a->before, path) || below_file(a->now, path))
		return "would be below a file";
	return NULL;
}
