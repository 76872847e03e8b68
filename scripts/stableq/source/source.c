// SPDX-License-Identifier: GPL-2.0-only
#include "source/source.h"

#include "base/nearest.h"
#include "source/provider.h"
#include "source/providers.h"

struct source_set *source_set_new(const struct source_opts *opts)
{
	return source_set_of(opts, source_providers);
}

struct source_set *source_set_local(const struct source_set *set)
{
	struct source_opts opts = set->o;

	opts.offline = true;
	opts.out = NULL;
	return source_set_new(&opts);
}

void source_set_free(struct source_set *set)
{
	if (set)
		source_set_end(set);
}

/* Whether @code means that asking for another release would be no use either. */
static bool is_down(int code)
{
	return code == ERR_MISSING || code == ERR_TIMEOUT;
}

/* What to say of a provider that failed, should another have the release: else the error has it. */
static void add_warning(struct source_set *set, size_t i, const struct source *src,
			const struct err *e, struct strv *warnings)
{
	const char *name = set->providers[i]->name;
	struct source_seat *seat = &set->seats[i];

	if (!is_down(e->code))
		strv_addf(warnings, "linux %s from %s: %s", src->name, name, e->msg);
	else if (!seat->warned)
		strv_addf(warnings, "%s is out of reach: %s", name, e->msg);
	seat->warned = seat->warned || is_down(e->code);
}

/* What the providers said of one release. */
struct answers {
	struct str all;		/* a line each */
	struct strv warnings;	/* for when another one has it */
	char *why;		/* of the one that should have it, in short; or NULL */
};

static void answers_clear(struct answers *a)
{
	str_free(&a->all);
	strv_free(&a->warnings);
	free(a->why);
}

static void answer(struct answers *a, const struct source_provider *p, const char *prefix,
		   const char *text)
{
	str_addf(&a->all, "\n  %s: %s%s", p->name, prefix, text);
	/* What to do about it comes behind a semicolon, and has its place in the long list. */
	if (p->every && !a->why)
		a->why = xasprintf("%s: %s%.*s", p->name, prefix, (int)strcspn(text, ";\n"), text);
}

/* Ask one provider. Return: 0, ERR_INTERRUPTED, or ERR_NOTFOUND with its answer in @answers. */
static int ask_provider(struct source_set *set, size_t i, struct source *src, bool fetch,
			struct answers *answers, struct err *err)
{
	const struct source_provider *p = set->providers[i];
	struct source_seat *seat = &set->seats[i];
	_cleanup_err_ struct err e = ERR_INIT;
	int ret;

	if (p->network && set->o.offline) {
		answer(answers, p, "", "not asked: offline");
		return ERR_NOTFOUND;
	}
	if (seat->down) {
		answer(answers, p, "out of reach: ", seat->down);
		return ERR_NOTFOUND;
	}
	src->provider = p;
	ret = p->find(src, fetch, &e);
	if (set->o.out)
		out_status_clear(set->o.out);
	if (!ret)
		return 0;
	if (ret == ERR_INTERRUPTED)
		return err_move(err, &e);
	answer(answers, p, "", e.msg ? e.msg : "failed");
	if (ret != ERR_NOTFOUND)
		add_warning(set, i, src, &e, &answers->warnings);
	if (is_down(ret)) {
		seat->down = e.msg;
		e.msg = NULL;
	}
	/* Nothing of a half-made answer may leak into the next one's. */
	source_forget(src);
	return ERR_NOTFOUND;
}

/* "The nearest release at hand is 6.6.150.\n", or nothing. */
static void add_nearest(struct source_set *set, const struct release *r, struct str *to)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_free_ struct release *v = NULL;
	char branch[RELEASE_MAX], name[RELEASE_MAX];
	size_t n = 0, at;

	if (source_list(set, release_branch(r, branch), &names, NULL))
		return;
	v = xcalloc(names.n + 1, sizeof(*v));
	for (size_t i = 0; i < names.n; i++)
		n += !release_parse(names.v[i], &v[n], NULL) && release_cmp(&v[n], r) != 0;
	at = nearest_release(r, v, n);
	if (at < n)
		str_addf(to, "The nearest release at hand is %s. ", release_name(&v[at], name));
}

static int find_release(struct source_set *set, const struct release *r, bool fetch,
			struct source **out, struct err *err)
{
	_cleanup_(answers_clear) struct answers answers = { .why = NULL };
	struct source *src = xcalloc(1, sizeof(*src));
	int ret;

	*out = NULL;
	src->set = set;
	src->release = *r;
	release_name(r, src->name);
	for (size_t i = 0; set->providers[i]; i++) {
		ret = source_interrupted(err);
		if (!ret)
			ret = ask_provider(set, i, src, fetch, &answers, err);
		if (!ret) {
			for (size_t w = 0; set->o.out && w < answers.warnings.n; w++)
				out_warn(set->o.out, "%s", answers.warnings.v[w]);
			*out = src;
			return 0;
		}
		if (ret != ERR_NOTFOUND)
			goto fail;
	}
	str_adds(&answers.all, "\n");
	add_nearest(set, r, &answers.all);
	/* The first line alone has the reason and the remedy: warnings show no more. */
	ret = err_set(err, ERR_MISSING, "no source of linux %s (%s): put linux-%s.tar.xz into "
		      "%s/sources, or name a directory that has it in STABLEQ_SOURCES%sA git "
		      "repository with its tag can be named by --git.", src->name, answers.why,
		      src->name, set->o.cache, answers.all.s);
fail:
	source_free(src);
	return ret;
}

int source_open(struct source_set *set, const struct release *r, struct source **src,
		struct err *err)
{
	return find_release(set, r, true, src, err);
}

int source_locate(struct source_set *set, const struct release *r, struct source **src,
		  struct err *err)
{
	return find_release(set, r, false, src, err);
}

void source_free(struct source *src)
{
	if (!src)
		return;
	source_forget(src);
	free(src);
}

const struct release *source_release(const struct source *src)
{
	return &src->release;
}

const char *source_commit(const struct source *src, const char **repo)
{
	*repo = src->set->o.git;
	return src->rev;
}

const char *source_search(const struct source *src)
{
	return src->set->o.search;
}

const char *source_describe(const struct source *src)
{
	return src->desc;
}

const char *source_provider(const struct source *src)
{
	return src->as ? src->as : src->provider->name;
}

bool source_is_local(const struct source *src)
{
	return src->kind != SOURCE_REMOTE;
}

static int not_fetched(const struct source *src, struct err *err)
{
	return err_set(err, ERR_MISSING, "linux %s was located (%s), not fetched", src->name,
		       src->desc);
}

int source_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		struct err *err)
{
	if (src->kind == SOURCE_REMOTE)
		return not_fetched(src, err);
	return src->provider->read(src, paths, fn, ctx, err);
}

static int by_release(const void *a, const void *b)
{
	struct release ra, rb;

	if (release_parse(*(char *const *)a, &ra, NULL) ||
	    release_parse(*(char *const *)b, &rb, NULL))
		return strcmp(*(char *const *)a, *(char *const *)b);
	return release_cmp(&ra, &rb);
}

int source_list(struct source_set *set, const char *branch, struct strv *releases,
		struct err *err)
{
	int ret = 0;

	for (size_t i = 0; set->providers[i] && !ret; i++)
		if (set->providers[i]->list)
			ret = set->providers[i]->list(set, branch, releases, err);
	if (!ret && releases->n)
		qsort(releases->v, releases->n, sizeof(*releases->v), by_release);
	return ret;
}
