// SPDX-License-Identifier: GPL-2.0-only
#include "gen.h"

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
	str_free(&c->patch);
}

/* A file as lines, each with its line end; the last may lack one. */
struct doc {
	char **l;
	size_t n;
};

static void doc_insert(struct doc *d, size_t at, const char *line)
{
	d->l = xrealloc(d->l, (d->n + 1) * sizeof(*d->l));
	memmove(&d->l[at + 1], &d->l[at], (d->n - at) * sizeof(*d->l));
	d->l[at] = xstrdup(line);
	d->n++;
}

static void doc_delete(struct doc *d, size_t at)
{
	free(d->l[at]);
	memmove(&d->l[at], &d->l[at + 1], (d->n - at - 1) * sizeof(*d->l));
	d->n--;
}

static void doc_free(struct doc *d)
{
	while (d->n)
		free(d->l[--d->n]);
	free(d->l);
	*d = (struct doc){ 0 };
}

static struct doc doc_copy(const struct doc *d)
{
	struct doc c = { 0 };

	for (size_t i = 0; i < d->n; i++)
		doc_insert(&c, i, d->l[i]);
	return c;
}

static struct doc doc_split(struct span s)
{
	struct doc d = { 0 };
	struct span line;

	while (span_line(&s, &line)) {
		_cleanup_free_ char *t = xasprintf(SPAN_FMT "%s", SPAN_ARG(line),
						   line.p + line.len < s.p ? "\n" : "");

		doc_insert(&d, d.n, t);
	}
	return d;
}

static void doc_join(const struct doc *d, struct str *to)
{
	for (size_t i = 0; i < d->n; i++)
		str_adds(to, d->l[i]);
}

/* Few different lines, so that a hunk's context stands in more than one place. */
static char *some_line(struct rng *r, bool crlf)
{
	/* Hunks at both ends of a file of three lines: where context rules show. */
	static const char *const few[] = { "a", "b", "" };
	static const char *const text[] = {
		"", "}", "\t}", "\treturn 0;", "\tif (x)", "\t\tgoto out;", "{", "\tlock(&a);",
		"\tunlock(&a);", "\tx = y;",
	};
	const char *nl = crlf ? "\r\n" : "\n";

	if (r->few)
		return xasprintf("%s%s", few[rng_below(r, ARRAY_SIZE(few))], nl);
	if (rng_chance(r, 45))
		return xasprintf("%s%s", text[rng_below(r, ARRAY_SIZE(text))], nl);
	if (rng_chance(r, 2))
		return xasprintf("-- %u%s", rng_below(r, 9), nl);
	return xasprintf("\tcall_%u(%u);%s", rng_below(r, 6), rng_below(r, 30), nl);
}

static void chop_newline(struct doc *d)
{
	char *last = d->n ? d->l[d->n - 1] : NULL;
	size_t n = last ? strlen(last) : 0;

	/* An empty last line without a newline is no line. */
	if (n > 1 && last[n - 1] == '\n')
		last[n - 1] = '\0';
}

static struct doc some_doc(struct rng *r, unsigned int max, bool crlf)
{
	unsigned int n = 1 + rng_below(r, r->few || rng_chance(r, 20) ? 6 : max);
	struct doc d = { 0 };

	for (unsigned int i = 0; i < n; i++) {
		_cleanup_free_ char *l = some_line(r, crlf);

		doc_insert(&d, d.n, l);
	}
	/* A near-duplicate of a region, as kernel code has them. */
	if (rng_chance(r, 40) && d.n > 6) {
		size_t from = rng_below(r, (unsigned int)d.n - 5);
		size_t len = 2 + rng_below(r, 8);
		size_t to = rng_below(r, (unsigned int)d.n);

		for (size_t i = 0; i < len && from + i < d.n; i++) {
			_cleanup_free_ char *l = xstrdup(d.l[from + i]);

			doc_insert(&d, MIN(to + i, d.n), l);
		}
	}
	if (rng_chance(r, 15))
		chop_newline(&d);
	return d;
}

/* One line of an edit script. */
struct op {
	char kind;	/* ' ', '-', '+' */
	char *line;
};

struct script {
	struct op *v;
	size_t n;
};

static void script_add(struct script *s, char kind, const char *line)
{
	s->v = xrealloc(s->v, (s->n + 1) * sizeof(*s->v));
	s->v[s->n++] = (struct op){ kind, xstrdup(line) };
}

static void script_free(struct script *s)
{
	while (s->n)
		free(s->v[--s->n].line);
	free(s->v);
	*s = (struct script){ 0 };
}

static bool ends_line(const char *l)
{
	size_t n = strlen(l);

	return n && l[n - 1] == '\n';
}

/* Change @old at a few places. @new gets the result. */
static void edit(struct rng *r, const struct doc *old, bool crlf, struct doc *new,
		 struct script *s)
{
	unsigned int rate = 3 + rng_below(r, 20);
	bool first = rng_chance(r, 15), last = rng_chance(r, 15), changed = false;
	bool chop = rng_chance(r, 8);
	size_t must = rng_below(r, (unsigned int)old->n + 1);

	for (size_t i = 0; i <= old->n; i++) {
		bool here = rng_chance(r, rate) || (first && !i) || (last && i + 1 >= old->n) ||
			    (!changed && i >= must);
		bool kill = here && i < old->n && rng_chance(r, 60);
		unsigned int add = here && (!kill || rng_chance(r, 60)) ? 1 + rng_below(r, 3) : 0;

		for (unsigned int k = 0; k < add; k++) {
			_cleanup_free_ char *l = some_line(r, crlf);

			/* Behind a last line without newline nothing can be added. */
			if (i == old->n && new->n && !ends_line(new->l[new->n - 1]))
				break;
			script_add(s, '+', l);
			doc_insert(new, new->n, l);
			changed = true;
		}
		if (i == old->n)
			break;
		script_add(s, kill ? '-' : ' ', old->l[i]);
		changed |= kill;
		if (!kill)
			doc_insert(new, new->n, old->l[i]);
	}
	/* The newline at the end comes or goes: the last line changes. */
	if (chop && new->n && s->n && s->v[s->n - 1].kind != '-') {
		struct op *o = &s->v[s->n - 1];
		_cleanup_free_ char *was = xstrdup(new->l[new->n - 1]);
		size_t n = strlen(was);

		if (ends_line(was) && n > 1) {
			if (o->kind == ' ') {
				o->kind = '-';
				script_add(s, '+', was);
				o = &s->v[s->n - 1];
			}
			o->line[n - 1] = '\0';
			new->l[new->n - 1][n - 1] = '\0';
		}
	}
}

/* Only the last new line may lack its newline; an edit that breaks this is no diff. */
static bool script_sane(const struct script *s)
{
	size_t last_old = s->n, last_new = s->n;
	bool change = false;

	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].kind != '+')
			last_old = i;
		if (s->v[i].kind != '-')
			last_new = i;
		change |= s->v[i].kind != ' ';
	}
	for (size_t i = 0; i < s->n; i++) {
		if (ends_line(s->v[i].line))
			continue;
		if ((s->v[i].kind != '+' && i != last_old) || (s->v[i].kind != '-' && i != last_new))
			return false;
	}
	return change;
}

static void emit_line(struct str *to, const struct op *o)
{
	str_addc(to, o->kind);
	str_adds(to, o->line);
	if (!ends_line(o->line))
		str_adds(to, "\n\\ No newline at end of file\n");
}

static void emit_range(struct str *to, char sign, long start, size_t len)
{
	/* Of no lines, the number is that of the line before. */
	if (!len)
		start--;
	if (len == 1)
		str_addf(to, " %c%ld", sign, start);
	else
		str_addf(to, " %c%ld,%zu", sign, start, len);
}

/* Unified hunks; with @odd, of uneven context and wrong line numbers now and then. */
static void emit_hunks(struct rng *r, struct str *to, const struct script *s, bool odd)
{
	size_t i = 0, done = 0;
	long old = 1, new = 1;	/* of op @done */

	while (i < s->n) {
		size_t before = rng_chance(r, odd ? 60 : 95) ? 3 : rng_below(r, 6);
		size_t after = rng_chance(r, odd ? 70 : 100) ? before : rng_below(r, 6);
		size_t start, end, old_len = 0, new_len = 0, last;
		long shift = 0;

		while (i < s->n && s->v[i].kind == ' ')
			i++;
		if (i == s->n)
			break;
		start = i - done > before ? i - before : done;
		for (last = i, end = i; end < s->n && end - last <= before + after + 1; end++)
			if (s->v[end].kind != ' ')
				last = end;
		end = MIN(last + 1 + after, s->n);
		for (; done < start; done++) {
			old += s->v[done].kind != '+';
			new += s->v[done].kind != '-';
		}
		for (size_t k = start; k < end; k++) {
			old_len += s->v[k].kind != '+';
			new_len += s->v[k].kind != '-';
		}
		if (odd && rng_chance(r, 15) && old > 6 && old_len)
			shift = (long)rng_below(r, 9) - 4;
		str_adds(to, "@@");
		emit_range(to, '-', old + shift, old_len);
		emit_range(to, '+', new + shift, new_len);
		str_adds(to, rng_chance(r, 30) ? " @@ static int f(void)\n" : " @@\n");
		for (size_t k = start; k < end; k++)
			emit_line(to, &s->v[k]);
		for (; done < end; done++) {
			old += s->v[done].kind != '+';
			new += s->v[done].kind != '-';
		}
		i = end;
	}
}

/* What a point release does to a file that the patch was not made for. */
static void drift(struct rng *r, struct doc *d, bool crlf)
{
	unsigned int times = rng_chance(r, 30) ? 0 : 1 + rng_below(r, 3);

	for (unsigned int t = 0; t < times && d->n; t++) {
		size_t at = rng_below(r, (unsigned int)d->n);
		size_t len = 1 + rng_below(r, rng_chance(r, 30) ? 20 : 4);
		size_t from = rng_below(r, (unsigned int)d->n);
		unsigned int what = rng_below(r, 10);

		for (size_t i = 0; i < len; i++) {
			_cleanup_free_ char *l = what < 4 || from + i >= d->n ?
				some_line(r, crlf) : xstrdup(d->l[from + i]);

			if (what < 7 && ends_line(l)) {
				doc_insert(d, MIN(at + i, d->n), l);	/* new lines, or a copy */
			} else if (what < 8) {
				if (at < d->n && (at + 1 < d->n || d->n > 1))
					doc_delete(d, at);
			} else if (at < d->n && ends_line(d->l[at]) && ends_line(l)) {
				free(d->l[at]);			/* one changed line */
				d->l[at] = xstrdup(l);
				break;
			}
		}
	}
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
		old = some_doc(m->r, 60, crlf);
	}
	do {
		doc_free(&new);
		script_free(&s);
		edit(m->r, &old, crlf, &new, &s);
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
	emit_hunks(m->r, m->patch, &s, m->odd);
	/* Now and then the file is as the patch leaves it already. */
	have = doc_copy(m->reverse != (m->drifts && rng_chance(m->r, 5)) ? &new : &old);
	if (m->drifts)
		drift(m->r, &have, crlf);
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
		d = some_doc(m->r, 12, false);
	}
	for (size_t i = 0; i < d.n; i++)
		script_add(&s, add ? '+' : '-', d.l[i]);
	if (m->git) {
		emit_git(m, path, path);
		str_addf(m->patch, "%s file mode 100%s\n", add ? "new" : "deleted",
			 rng_chance(m->r, 80) ? "644" : "755");
		str_adds(m->patch, add ? empty ? "index 0000000..e69de29\n" : "index 0000000..1234567\n" :
			 empty ? "index e69de29..0000000\n" : "index 1234567..0000000\n");
	}
	if (!empty) {
		if (bare)
			emit_names(m, path, path);
		else
			emit_names(m, add ? NULL : path, add ? path : NULL);
		emit_hunks(m->r, m->patch, &s, false);
	}
	have = doc_copy(&d);
	if (m->drifts && !empty && rng_chance(m->r, 10))
		drift(m->r, &have, false);
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
	struct doc d = some_doc(m->r, 20, false);
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
		str_addf(m->patch, "similarity index 100%%\nrename from %s\nrename to %s\n", path, to);
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
static const char *const moved_paths[] = { "new/a.c", "fs/bb.c", "fs/nfsd/cc.h", "moved/x.c", "ee" };

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
	d = some_doc(m->r, 40, false);
	put_doc(m, path, &d, 0644);
	put_doc(&exact, path, &d, 0644);
	doc_free(&d);
	make_modify(&exact, path, path);
	f = gen_find(&second, path);
	if (f && f->text.len)
		make_modify(&exact, path, path);
	gen_tree_free(&second);
}

static void make_header(struct maker *m)
{
	if (rng_chance(m->r, 50))
		str_adds(m->patch, "From: A U Thor <a@example.org>\nSubject: [PATCH] x: y\n\nText.\n"
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
		for (unsigned int f = 0; f < files; f++) {
			const char *path = (m.git ? git_paths : plain_paths)[at + f];
			bool fresh = !gen_find(&now, path);
			struct gen_file *g;

			if (fresh && rng_chance(&r, 70)) {
				struct doc d = some_doc(&r, 40, false);

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
