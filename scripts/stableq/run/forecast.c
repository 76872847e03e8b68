// SPDX-License-Identifier: GPL-2.0-only
#include "run/forecast.h"

#include <unistd.h>

#include "base/fs.h"

#define MB 1000000u
#define PATCHED_SECONDS 60	/* what a patch touches is compiled anew, and the image linked */
#define OBJECTS_SECONDS 45	/* configured and prepared; what depends on a queue is compiled */
#define OBJECTS_PATCHED_SECONDS 15

double forecast_seconds(struct store *store, const struct matrix_cell *cell, bool boot,
			bool patched)
{
	const struct arch_needs *needs = &cell->arch->needs;
	double known = boot ? store_boot_seconds(store, cell->name) :
			      store_build_seconds(store, cell->name);
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (known >= 0)
		return known;
	if (boot)
		return needs->boot;
	if (cell->kind == CELL_OBJECTS)
		return (patched ? OBJECTS_PATCHED_SECONDS : OBJECTS_SECONDS) * 2 / (double)MAX(cpus,
											       1L);
	return (patched ? PATCHED_SECONDS : needs->build) * 2 / (double)MAX(cpus, 1L);
}

static void size_text(uint64_t bytes, char buf[32])
{
	if (bytes >= (uint64_t)1000 * MB)
		snprintf(buf, 32, "%.1f GB", (double)bytes / (1000.0 * MB));
	else
		snprintf(buf, 32, "%llu MB", (unsigned long long)((bytes + MB - 1) / MB));
}

/* The object directories of a release that aren't there, as bytes. */
static uint64_t objects(const struct plan *p, size_t release, const char *dir, uint64_t tree)
{
	const struct matrix_cell *last = NULL;
	uint64_t sum = 0;

	for (size_t s = 0; s < p->nstages; s++) {
		const struct plan_stage *st = &p->stages[s];
		_cleanup_free_ char *obj = NULL;

		/* States of a cell follow each other, and share it. */
		if (st->release != release || st->cell == last)
			continue;
		last = st->cell;
		obj = xasprintf("%s/obj-%s", dir, st->cell->name);
		if (!fs_exists(obj))
			sum += tree / 100 * st->cell->arch->needs.percent;
	}
	return sum;
}

static void add_release(struct forecast *f, const struct plan *p, size_t release,
			struct source *src, const char *cache)
{
	const char *name = p->releases[release].name;
	_cleanup_free_ char *dir = xasprintf("%s/work/%s", cache, name);
	_cleanup_free_ char *work = fs_join(dir, "src");
	uint64_t fetch = source_fetch_bytes(src), tree;
	bool have_work = fs_exists(work), have_tree = source_extracted(src);
	char size[32];

	if (fetch) {
		size_text(fetch, size);
		strv_addf(&f->fetch, "%s (%s)", name, size);
	}
	f->written += fetch;
	/* A tree isn't walked through for a run that needs no more of them. */
	if (have_work && have_tree && !objects(p, release, dir, 100))
		return;
	tree = source_tree_bytes(src);
	f->written += (have_tree ? 0 : tree) + (have_work ? 0 : tree) +
		      objects(p, release, dir, tree);
}

/* What is on this machine is told without the network, and without a word. */
static int open_source(struct source_set *local, struct source_set *set, const struct release *r,
		       struct source **src, struct err *err)
{
	_cleanup_err_ struct err e = ERR_INIT;
	int ret = source_locate(local, r, src, &e);

	if (!ret || ret == ERR_INTERRUPTED)
		return ret ? err_move(err, &e) : 0;
	return source_locate(set, r, src, err);
}

int forecast_make(const struct plan *p, struct source_set *set, struct store *store,
		  const char *cache, struct forecast *f, struct err *err)
{
	struct source_set *local = source_set_local(set);
	bool *there = xcalloc(p->nreleases + 1, sizeof(*there));
	int ret = 0;

	*f = (struct forecast){ .fetch = STRV_INIT };
	for (size_t i = 0; i < p->nreleases && ret != ERR_INTERRUPTED; i++) {
		_cleanup_err_ struct err e = ERR_INIT;
		struct source *src = NULL;

		ret = open_source(local, set, &p->releases[i].release, &src, &e);
		there[i] = !ret;
		if (!ret)
			add_release(f, p, i, src, cache);
		source_free(src);
		if (ret == ERR_INTERRUPTED)
			err_move(err, &e);
	}
	for (size_t s = 0; s < p->nstages; s++) {
		const struct plan_stage *st = &p->stages[s];

		if (!there[st->release] || !st->n)
			continue;
		f->kernels++;
		f->seconds += forecast_seconds(store, st->cell, false, st->patched) +
			      (double)st->nboots *
				      forecast_seconds(store, st->cell, true, st->patched);
	}
	free(there);
	source_set_free(local);
	return ret == ERR_INTERRUPTED ? ret : 0;
}

void forecast_clear(struct forecast *f)
{
	strv_free(&f->fetch);
}

int forecast_tell(const struct forecast *f, struct out *out, const char *cache, uint64_t free,
		  struct err *err)
{
	_cleanup_str_ struct str names = STR_INIT;
	char need[32], have[32];

	if (!f->written)
		return 0;
	for (size_t i = 0; i < f->fetch.n; i++)
		str_addf(&names, "%s%s", i ? ", " : "", f->fetch.v[i]);
	size_text(f->written, need);
	size_text(free, have);
	if (f->fetch.n)
		out_note(out, "to fetch: %s", names.s);
	out_note(out, "to write below %s: about %s%s%s%s", cache, need, free ? ", of " : "",
		 free ? have : "", free ? " that are free there" : "");
	out_note(out, "to build and check: at most %zu kernel%s, about %.0f min%s", f->kernels,
		 f->kernels == 1 ? "" : "s", MAX(f->seconds / 60, 1.0),
		 f->fetch.n ? " beside the fetching" : "");
	if (!free || f->written <= free)
		return 0;
	return err_set(err, ERR_MISSING, "%s: this run needs about %s there, and %s are free: make "
		       "room, or name another place by --cache or STABLEQ_CACHE", cache, need,
		       have);
}
