// SPDX-License-Identifier: GPL-2.0-only
#include "gen_doc.h"

void rng_seed(struct rng *r, uint64_t seed, uint64_t stream)
{
	r->few = false;
	r->state = seed * 0x9e3779b97f4a7c15u + stream * 0xbf58476d1ce4e5b9u + 1;
}

/* SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere. */
static uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

unsigned int rng_below(struct rng *r, unsigned int n)
{
	return n ? (unsigned int)(rng_next(r) % n) : 0;
}

bool rng_chance(struct rng *r, unsigned int percent)
{
	return rng_below(r, 100) < percent;
}

struct gen_file *gen_find(struct gen_tree *t, const char *path)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->f[i].path, path))
			return &t->f[i];
	return NULL;
}

void gen_set(struct gen_tree *t, const char *path, struct span text, unsigned int mode)
{
	struct gen_file *f = gen_find(t, path);
	struct str copy = STR_INIT;

	str_add(&copy, text.p, text.len);
	if (!f) {
		t->f = xrealloc(t->f, (t->n + 1) * sizeof(*t->f));
		f = &t->f[t->n++];
		*f = (struct gen_file){ .path = xstrdup(path) };
	}
	str_free(&f->text);
	f->text = copy;
	f->mode = mode;
}

void gen_remove(struct gen_tree *t, const char *path)
{
	struct gen_file *f = gen_find(t, path);

	if (!f)
		return;
	free(f->path);
	str_free(&f->text);
	*f = t->f[--t->n];
}

void gen_tree_free(struct gen_tree *t)
{
	while (t->n)
		gen_remove(t, t->f[0].path);
	free(t->f);
	*t = (struct gen_tree){ 0 };
}

void gen_case_free(struct gen_case *c)
{
	gen_tree_free(&c->tree);
	gen_tree_free(&c->after);
	str_free(&c->patch);
}

struct maker {
	struct rng *r;
	struct gen_tree *tree;	/* what the patch will be applied to */
	struct str *patch;
	bool git, odd, drifts, exact, reverse;
	unsigned int strip;
	const char *const *paths;
};

static void emit_name(struct maker *m, const char *mark, char side, const char *path,
		      const char *date)
{
	const char *quoted = strchr(path, '\303') ? "\"" : "";
	_cleanup_str_ struct str p = STR_INIT;

	for (const char *c = path; *c; c++) {
		if (*c & 0x80)
			str_addf(&p, "\\%03o", (unsigned char)*c);
		else
			str_addc(&p, *c);
	}
	str_adds(m->patch, mark);
	str_adds(m->patch, quoted);
	if (m->strip == 2)
		str_adds(m->patch, side == 'a' ? "old/" : "new/");
	if (m->strip)
		str_addf(m->patch, "%c/", side);
	str_addf(m->patch, "%s%s%s", p.s, quoted, date);
}

static void emit_names(struct maker *m, const char *old, const char *new)
{
	static const char *const dates[] = { "", "\t2026-09-25 12:00:00.000000000 +0200",
					     "\tFri Sep 25 12:00:00 2026" };
	const char *space = strchr(old ? old : new, ' ') ? "\t" : "";
	const char *date = m->git ? space : *space ? dates[1] : dates[rng_below(m->r, 3)];
	static const char epoch[] = "\t1970-01-01 01:00:00.000000000 +0100";
	bool by_date = !m->git && rng_chance(m->r, 50);

	if (old)
		emit_name(m, "--- ", 'a', old, date);
	else if (by_date)
		emit_name(m, "--- ", 'a', new, epoch);
	else
		str_addf(m->patch, "--- /dev/null%s", m->git ? "" : epoch);
	str_addc(m->patch, '\n');
	if (new)
		emit_name(m, "+++ ", 'b', new, date);
	else if (by_date)
		emit_name(m, "+++ ", 'b', old, epoch);
	else
		str_addf(m->patch, "+++ /dev/null%s", m->git ? "" : epoch);
	str_addc(m->patch, '\n');
}

static void emit_git(struct maker *m, const char *old, const char *new)
{
	emit_name(m, "diff --git ", 'a', old, "");
	emit_name(m, " ", 'b', new, "");
	str_addc(m->patch, '\n');
}

static void put_doc(struct maker *m, const char *path, const struct doc *d, unsigned int mode)
{
	_cleanup_str_ struct str s = STR_INIT;

	doc_join(d, &s);
	gen_set(m->tree, path, str_span(&s), mode);
}

/* A diff that changes a file; the tree gets a file that has drifted from what it was made for. */
static void make_modify(struct maker *m, const char *path, const char *to)
{
	bool crlf = rng_chance(m->r, 6), mode = m->git && rng_chance(m->r, 8);
	struct doc old = { 0 }, new = { 0 }, have;
	struct script s = { 0 };
	struct gen_file *f = gen_find(m->tree, path);
	unsigned int perm = rng_chance(m->r, 80) ? 0644 : 0755;

	if (f && f->text.len) {
		old = doc_split(str_span(&f->text));
		perm = f->mode;
	} else {
		old = doc_some(m->r, 60, crlf);
	}
	do {
		doc_free(&new);
		script_free(&s);
		doc_edit(m->r, &old, crlf, &new, &s);
	} while (!script_sane(&s));
	if (m->git) {
		emit_git(m, path, to);
		if (mode)
			str_addf(m->patch, "old mode 100%o\nnew mode 100%o\n", perm, perm ^ 0111);
		if (path != to)
			str_addf(m->patch, "similarity index 80%%\nrename from %s\nrename to %s\n",
				 path, to);
		str_adds(m->patch, "index 1234567..89abcde");
		str_adds(m->patch, mode ? "\n" : " 100644\n");
	} else if (rng_chance(m->r, 20)) {
		str_addf(m->patch, "Index: b/%s\n%.67s\n", path,
			 "===================================================================");
	}
	emit_names(m, path, to);
	script_emit(m->r, m->patch, &s, m->odd);
	/* Now and then the file is as the patch leaves it already. */
	have = doc_copy(m->reverse != (m->drifts && rng_chance(m->r, 5)) ? &new : &old);
	if (m->drifts)
		doc_drift(m->r, &have, crlf);
	put_doc(m, m->reverse ? to : path, &have, perm);
	if (m->drifts && rng_chance(m->r, 3) && path == to)
		gen_remove(m->tree, path);
	if (m->exact) {
		if (path != to)
			gen_remove(m->tree, path);
		put_doc(m, to, &new, mode ? perm ^ 0111 : perm);
	}
	doc_free(&have);
	doc_free(&old);
	doc_free(&new);
	script_free(&s);
}

/* A file that comes (@add) or goes, whole. */
static void make_whole(struct maker *m, const char *path, bool add)
{
	bool empty = m->git && rng_chance(m->r, 15), bare = !m->git && rng_chance(m->r, 15);
	struct doc d = { 0 }, have;
	struct script s = { 0 };
	struct gen_file *f = gen_find(m->tree, path);

	if (f && !add && f->text.len) {
		d = doc_split(str_span(&f->text));
		empty = false;
	} else if (!empty) {
		d = doc_some(m->r, 12, false);
	}
	for (size_t i = 0; i < d.n; i++)
		script_add(&s, add ? '+' : '-', d.l[i]);
	if (m->git) {
		emit_git(m, path, path);
		str_addf(m->patch, "%s file mode 100%s\n", add ? "new" : "deleted",
			 rng_chance(m->r, 80) ? "644" : "755");
		str_adds(m->patch,
			 add	 ? empty ? "index 0000000..e69de29\n" : "index 0000000..1234567\n"
			 : empty ? "index e69de29..0000000\n"
				 : "index 1234567..0000000\n");
	}
	if (!empty) {
		if (bare)
			emit_names(m, path, path);
		else
			emit_names(m, add ? NULL : path, add ? path : NULL);
		script_emit(m->r, m->patch, &s, false);
	}
	have = doc_copy(&d);
	if (m->drifts && !empty && rng_chance(m->r, 10))
		doc_drift(m->r, &have, false);
	if (add == m->reverse || (m->drifts && !empty && rng_chance(m->r, 8)))
		put_doc(m, path, &have, 0644);
	else if (m->drifts && !empty && rng_chance(m->r, 5))
		gen_set(m->tree, path, span_of(""), 0644);
	if (m->drifts && add == m->reverse && !empty && rng_chance(m->r, 4))
		gen_remove(m->tree, path);
	if (m->exact && add)
		put_doc(m, path, &d, 0644);
	else if (m->exact)
		gen_remove(m->tree, path);
	doc_free(&have);
	doc_free(&d);
	script_free(&s);
}

static void make_pure(struct maker *m, const char *path, const char *to)
{
	struct doc d = doc_some(m->r, 20, false);
	/* A copy cannot be reversed. */
	unsigned int what = rng_below(m->r, m->reverse ? 2 : 3);

	if (gen_find(m->tree, path) || gen_find(m->tree, to)) {
		doc_free(&d);
		return;
	}
	emit_git(m, path, what ? to : path);
	if (!what)
		str_adds(m->patch, "old mode 100644\nnew mode 100755\n");
	else if (what == 1)
		str_addf(m->patch, "similarity index 100%%\nrename from %s\nrename to %s\n", path,
			 to);
	else
		str_addf(m->patch, "similarity index 100%%\ncopy from %s\ncopy to %s\n", path, to);
	put_doc(m, what && m->reverse ? to : path, &d, !what && m->reverse ? 0755 : 0644);
	if (m->exact) {
		if (what == 1)
			gen_remove(m->tree, path);
		put_doc(m, what ? to : path, &d, what ? 0644 : 0755);
	}
	doc_free(&d);
}

static const char *const plain_paths[] = { "a.c", "fs/b.c", "fs/nfsd/c.h", "fs/nfsd/d d.c", "e" };
static const char *const git_paths[] = { "a.c", "fs/b.c", "fs/nfsd/c.h", "fs/caf\303\251.c", "e" };
static const char *const moved_paths[] = { "new/a.c", "fs/bb.c", "fs/nfsd/cc.h", "moved/x.c",
					   "ee" };

static void make_file(struct maker *m, size_t i)
{
	const char *path = (m->git ? git_paths : plain_paths)[i];
	unsigned int what = rng_below(m->r, 100);

	if (what < 70)
		make_modify(m, path, path);
	else if (what < 79)
		make_whole(m, path, true);
	else if (what < 88)
		make_whole(m, path, false);
	else if (m->git && what < 94 && i != 3)
		make_modify(m, path, moved_paths[i]);
	else if (m->git && i != 3)
		make_pure(m, path, moved_paths[i]);
	else
		make_modify(m, path, path);
}

static void make_again(struct maker *m)
{
	const char *path = m->git ? git_paths[4] : plain_paths[4];
	struct maker exact = *m;
	struct gen_tree second = { 0 };
	struct gen_file *f;
	struct doc d;

	gen_remove(m->tree, path);
	exact.tree = &second;
	exact.drifts = false;
	exact.exact = true;
	/* The second is made for what the first leaves, the tree is as before the first. */
	d = doc_some(m->r, 40, false);
	put_doc(m, path, &d, 0644);
	put_doc(&exact, path, &d, 0644);
	doc_free(&d);
	make_modify(&exact, path, path);
	f = gen_find(&second, path);
	if (f && f->text.len)
		make_modify(&exact, path, path);
	gen_tree_free(&second);
}

static const char *const twice_paths[] = { "t.c", "fs/t.c", "u", "dir/long/u.h" };

/* As git says it when no line changes. */
static void emit_pure(struct maker *m, const char *path, const char *to, bool copy)
{
	struct gen_file *f = gen_find(m->tree, path);
	struct doc d = doc_split(str_span(&f->text));
	unsigned int mode = f->mode;

	emit_git(m, path, to);
	if (path == to) {
		str_addf(m->patch, "old mode 100%o\nnew mode 100%o\n", mode, mode ^ 0111);
		mode ^= 0111;
	} else {
		str_addf(m->patch, "similarity index 100%%\n%s from %s\n%s to %s\n",
			 copy ? "copy" : "rename", path, copy ? "copy" : "rename", to);
		if (!copy)
			gen_remove(m->tree, path);
	}
	put_doc(m, to, &d, mode);
	doc_free(&d);
}

/* One commit's change, made for what the ones before it left. */
static bool make_step(struct maker *m)
{
	const char *path = twice_paths[rng_below(m->r, ARRAY_SIZE(twice_paths))];
	const char *to = twice_paths[rng_below(m->r, ARRAY_SIZE(twice_paths))];
	struct gen_file *f = gen_find(m->tree, path);
	unsigned int what = rng_below(m->r, 100);

	if (!f)
		make_whole(m, path, true);
	else if (!f->text.len)
		return false;
	else if (what < 35)
		make_modify(m, path, path);
	else if (what < 45)
		make_whole(m, path, false);
	else if (!m->git || (path != to && gen_find(m->tree, to)))
		return false;
	else if (what < 65 && path != to)
		make_modify(m, path, to);
	else
		emit_pure(m, path, to, what > 85);
	return true;
}

/* Commits one behind the other, of which some touch the same file. */
static void make_twice(struct maker *m, struct gen_tree *after)
{
	struct maker step = *m;
	unsigned int n = 2 + rng_below(m->r, 4);

	step.tree = after;
	step.drifts = step.odd = false;
	step.exact = true;
	for (size_t i = 0; i < ARRAY_SIZE(twice_paths); i++) {
		struct doc d = doc_some(m->r, 30, false);

		if (rng_chance(m->r, 60)) {
			put_doc(m, twice_paths[i], &d, 0644);
			put_doc(&step, twice_paths[i], &d, 0644);
		}
		doc_free(&d);
	}
	for (unsigned int i = 0, tries = 0; i < n && tries < 30; tries++) {
		/* Plain diffs and git's in one file. */
		step.git = m->git && !rng_chance(m->r, 5);
		if (i && rng_chance(m->r, 10))
			str_adds(m->patch, "-- \n2.43.0\n\n");
		i += make_step(&step);
	}
}

static void make_header(struct maker *m)
{
	if (rng_chance(m->r, 50))
		str_adds(m->patch,
			 "From: A U Thor <a@example.org>\nSubject: [PATCH] x: y\n\nText.\n"
			 "\n---\n a.c | 2 +-\n 1 file changed\n\n");
}

static void mangle_crlf(struct str *patch)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < patch->len; i++) {
		if (patch->s[i] == '\n' && (!i || patch->s[i - 1] != '\r'))
			str_addc(&out, '\r');
		str_addc(&out, patch->s[i]);
	}
	str_free(patch);
	*patch = out;
}

void gen_case(struct gen_case *c, uint64_t seed, uint64_t k)
{
	struct rng r;
	struct maker m = { .r = &r, .tree = &c->tree, .patch = &c->patch, .drifts = true };
	unsigned int files, at;

	*c = (struct gen_case){ 0 };
	rng_seed(&r, seed, k);
	c->fuzz = rng_below(&r, 3);
	c->strip = rng_chance(&r, 85) ? 1 : rng_below(&r, 3);
	c->reverse = rng_chance(&r, 12);
	m.strip = c->strip;
	m.reverse = c->reverse;
	r.few = rng_chance(&r, 25);
	m.git = c->strip == 1 && rng_chance(&r, 50);
	m.odd = rng_chance(&r, 50);
	files = rng_chance(&r, 70) ? 1 : 2 + rng_below(&r, 2);
	make_header(&m);
	if (!c->reverse && c->strip == 1 && rng_chance(&r, 12)) {
		c->twice = true;
		make_twice(&m, &c->after);
		return;
	}
	at = rng_below(&r, 3);
	for (unsigned int i = 0; i < files; i++)
		make_file(&m, at + i);
	/* Two diffs one behind the other that change the same file. */
	if (!c->reverse && at + files < 5 && rng_chance(&r, 5))
		make_again(&m);
	if (!m.git && rng_chance(&r, 4))
		mangle_crlf(&c->patch);
	if (rng_chance(&r, 30))
		str_adds(&c->patch, "-- \n2.43.0\n\n");
}

/* A file and a folder of one name, never both at once. */
static void make_swap(struct maker *m)
{
	static const char file[] = "swap", inside[] = "swap/in.c";
	const char *there = gen_find(m->tree, file) ? file : gen_find(m->tree, inside) ? inside :
			    NULL;
	struct gen_file *f = there ? gen_find(m->tree, there) : NULL;

	if (!f)
		make_whole(m, rng_chance(m->r, 50) ? file : inside, true);
	else if (f->text.len)
		make_whole(m, there, false);
}

void gen_queue(struct gen_tree *tree, struct str *patches, size_t n, uint64_t seed, uint64_t k)
{
	struct gen_tree now = { 0 };
	struct rng r;

	*tree = (struct gen_tree){ 0 };
	rng_seed(&r, seed, k);
	for (size_t i = 0; i < n; i++) {
		struct maker m = { .r = &r, .tree = &now, .patch = &patches[i], .exact = true,
				   .strip = 1, .git = rng_chance(&r, 50) };
		unsigned int files = 1 + rng_below(&r, 3), at = rng_below(&r, 3);

		patches[i] = (struct str)STR_INIT;
		make_header(&m);
		if (rng_chance(&r, 35))
			make_swap(&m);
		for (unsigned int f = 0; f < files; f++) {
			const char *path = (m.git ? git_paths : plain_paths)[at + f];
			bool fresh = !gen_find(&now, path);
			struct gen_file *g;

			if (fresh && rng_chance(&r, 70)) {
				struct doc d = doc_some(&r, 40, false);

				/* It stood in the base all along. */
				put_doc(&m, path, &d, 0644);
				g = gen_find(&now, path);
				gen_set(tree, path, str_span(&g->text), g->mode);
				doc_free(&d);
				make_modify(&m, path, path);
			} else if (fresh) {
				if (!gen_find(tree, path))
					make_whole(&m, path, true);
			} else if (rng_chance(&r, 15) && gen_find(&now, path)->text.len) {
				make_whole(&m, path, false);
			} else if (gen_find(&now, path)->text.len) {
				make_modify(&m, path, path);
			}
		}
		/* quilt takes a patch of no bytes, but not one of mere text. */
		if (!strstr(patches[i].s ? patches[i].s : "", "+++ ") &&
		    !strstr(patches[i].s ? patches[i].s : "", "diff --git "))
			str_free(&patches[i]);
	}
	gen_tree_free(&now);
}
