// SPDX-License-Identifier: GPL-2.0-only
#include "source/provider.h"

#include <unistd.h>

#include "base/child.h"
#include "base/fs.h"

#define PATIENCE 8		/* seconds: 10 with what surrounds it */
#define LOCK_POLL_US 200000

struct source_set *source_set_of(const struct source_opts *opts,
				 const struct source_provider *const *providers)
{
	struct source_set *set = xcalloc(1, sizeof(*set));
	size_t n = 0;

	while (providers[n])
		n++;
	set->o = *opts;
	set->providers = providers;
	set->seats = xcalloc(n + 1, sizeof(*set->seats));
	return set;
}

void source_set_end(struct source_set *set)
{
	for (size_t i = 0; set->providers[i]; i++) {
		struct source_seat *seat = &set->seats[i];

		if (seat->state && set->providers[i]->close)
			set->providers[i]->close(seat->state);
		free(seat->state);
		free(seat->down);
	}
	free(set->seats);
	free(set);
}

void *source_state(struct source_set *set, const struct source_provider *p)
{
	size_t i = 0;

	while (set->providers[i] != p)
		i++;
	if (!set->seats[i].state)
		set->seats[i].state = xcalloc(1, p->state);
	return set->seats[i].state;
}

void source_add(struct strv *to, const char *branch, const struct release *r)
{
	char name[RELEASE_MAX], b[RELEASE_MAX];

	release_name(r, name);
	if (!strcmp(release_branch(r, b), branch) && !strv_has(to, name))
		strv_add(to, name);
}

void source_forget(struct source *src)
{
	free(src->path);
	free(src->desc);
	free(src->id);
	free(src->variant);
	free(src->rev);
	free(src->own);
	src->path = src->desc = src->id = src->variant = src->rev = NULL;
	src->own = NULL;
}

unsigned int source_patience(const struct source_set *set)
{
	return set->o.patience ? set->o.patience : PATIENCE;
}

int source_interrupted(struct err *err)
{
	return child_interrupted() ? err_set(err, ERR_INTERRUPTED, "stopped, as asked") : 0;
}

int source_lock(const struct source *src, const char *path, const char *what, int *fd,
		struct err *err)
{
	int ret;

	/* Not fs_lock()'s own waiting: the user may want to stop. */
	for (;;) {
		_cleanup_err_ struct err e = ERR_INIT;

		ret = fs_lock(path, false, fd, &e);
		if (ret != ERR_MISSING)
			return ret ? err_move(err, &e) : 0;
		if (src->set->o.out)
			out_status(src->set->o.out, "linux %s: waiting for another stableq, which "
				   "%s", src->name, what);
		ret = source_interrupted(err);
		if (ret)
			return ret;
		usleep(LOCK_POLL_US);
	}
}

int source_check_makefile(const struct source *src, const char *where, struct span text,
			  struct err *err)
{
	struct release r;
	char name[RELEASE_MAX];
	int ret = release_from_makefile(text.p, text.len, &r, err);

	if (ret)
		return err_prefix(err, "%s: Makefile", where);
	if (release_cmp(&r, &src->release))
		return err_set(err, ERR_INPUT, "%s: taken for linux %s, but its Makefile says %s",
			       where, src->name, release_name(&r, name));
	return 0;
}

int source_check_tree(const struct source *src, const char *dir, struct err *err)
{
	_cleanup_free_ char *path = fs_join(dir, "Makefile");
	_cleanup_str_ struct str text = STR_INIT;
	int ret = fs_read(path, (size_t)4 << 20, &text, err);

	if (ret == ERR_NOTFOUND)
		return err_set(err, ERR_INPUT, "%s: has no top Makefile, so it is not a kernel's",
			       src->desc ? src->desc : dir);
	return ret ? ret : source_check_makefile(src, src->desc ? src->desc : dir,
						 str_span(&text), err);
}
