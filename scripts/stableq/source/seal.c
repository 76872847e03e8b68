// SPDX-License-Identifier: GPL-2.0-only
#include "source/seal.h"

#include <dirent.h>

#include "base/fs.h"
#include "source/manifest.h"

#define SEAL_HEAD "stableq tree 2"

void seal_names_clear(struct seal_names *n)
{
	free(n->trees);
	free(n->tree);
	free(n->seal);
	free(n->lock);
	free(n->tmp);
}

void seal_clear(struct seal *s)
{
	free(s->release);
	free(s->id);
	free(s->tarball);
	free(s->tree);
}

void seal_names(const struct source *src, struct seal_names *n)
{
	_cleanup_free_ char *name = src->variant ? xstrdup(src->variant) :
				    xasprintf("linux-%s", src->name);

	n->trees = fs_join(src->set->o.cache, "trees");
	n->tree = fs_join(n->trees, name);
	n->seal = xasprintf("%s/%s.seal", n->trees, name);
	n->lock = xasprintf("%s/.%s.lock", n->trees, name);
	n->tmp = xasprintf("%s/.%s.tmp", n->trees, name);
}

static bool seal_field(struct span line, const char *name, struct span *value)
{
	*value = line;
	return span_take(value, name) && span_take(value, " ");
}

static bool number(struct span line, const char *name, uint64_t *to)
{
	_cleanup_free_ char *text = NULL;
	struct span v;
	char *end;

	if (!seal_field(line, name, &v) || !v.len || v.p[0] < '0' || v.p[0] > '9')
		return false;
	text = span_dup(v);
	*to = strtoull(text, &end, 10);
	return !*end;
}

bool seal_read(const char *path, struct seal *s)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct span rest, line, v;
	int got = 0;

	if (fs_read(path, 65536, &text, NULL))
		return false;
	rest = str_span(&text);
	if (!span_line(&rest, &line) || !span_is(line, SEAL_HEAD))
		return false;
	while (span_line(&rest, &line)) {
		if (seal_field(line, "release", &v) && !s->release)
			s->release = span_dup(v);
		else if (seal_field(line, "from", &v) && !s->id)
			s->id = span_dup(v);
		else if (seal_field(line, "tarball", &v) && !s->tarball)
			s->tarball = span_dup(v);
		else if (seal_field(line, "tree", &v) && !s->tree)
			s->tree = span_dup(v);
		else
			got += number(line, "top", &s->top) ||
			       number(line, "files", &s->count.files) ||
			       number(line, "dirs", &s->count.dirs) ||
			       number(line, "bytes", &s->count.bytes) ||
			       number(line, "left-out", &s->count.left_out);
	}
	return s->release && s->id && s->tree && strlen(s->tree) == HASH_HEX && got == 5;
}

int seal_write(const char *path, const struct seal *s, struct err *err)
{
	_cleanup_free_ char *text = xasprintf(SEAL_HEAD "\nrelease %s\nfrom %s\ntarball %s\n"
		"tree %s\ntop %llu\nfiles %llu\ndirs %llu\nbytes %llu\nleft-out %llu\n",
		s->release, s->id, s->tarball, s->tree, (unsigned long long)s->top,
		(unsigned long long)s->count.files, (unsigned long long)s->count.dirs,
		(unsigned long long)s->count.bytes, (unsigned long long)s->count.left_out);

	return fs_write(path, text, strlen(text), 0644, err);
}

uint64_t seal_top(const char *dir)
{
	struct dirent *e;
	uint64_t n = 0;
	DIR *d = opendir(dir);

	if (!d)
		return 0;
	while ((e = readdir(d)))
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}

int seal_tarball(const struct source *src, char hex[HASH_HEX + 1], struct err *err)
{
	_cleanup_(manifest_free) struct manifest m = { NULL };
	_cleanup_free_ char *memory = NULL;
	struct manifest_opts o = { NULL };
	int ret;

	*hex = '\0';
	if (src->kind != SOURCE_TAR)
		return 0;
	memory = manifest_memory(src->set->o.cache, src->path);
	o.memory = memory;
	ret = manifest_of(src->path, &o, &m, err);
	if (!ret && m.n != 1)
		ret = err_set(err, ERR_INPUT, "%s: not a regular file", src->path);
	if (!ret)
		hash_hex(m.v[0].digest, hex);
	return ret;
}

/* Is it what the seal was made for? A tarball may be another by the same name, of the same size. */
static bool same_origin(const struct source *src, const struct seal *s, const char *id)
{
	char hex[HASH_HEX + 1];

	if (strcmp(s->release, src->name) != 0 || (id && strcmp(s->id, id) != 0))
		return false;
	if (!id)
		return true;
	return !seal_tarball(src, hex, NULL) && !strcmp(hex, s->tarball ? s->tarball : "");
}

bool seal_fits(const struct source *src, const struct seal_names *n, const char *id,
		       char **origin, char **why)
{
	_cleanup_(seal_clear) struct seal s = { 0 };
	_cleanup_err_ struct err e = ERR_INIT;

	if (!fs_is_dir(n->tree))
		return false;
	if (!seal_read(n->seal, &s)) {
		*why = xstrdup("it has no seal: never finished, or changed since");
		return false;
	}
	if (!same_origin(src, &s, id)) {
		*why = xasprintf("it came from %s", s.id);
		return false;
	}
	if (seal_top(n->tree) != s.top) {
		*why = xstrdup("entries were added or removed at its top");
		return false;
	}
	if (source_check_tree(src, n->tree, &e)) {
		*why = xstrdup(e.msg);
		return false;
	}
	if (origin)
		*origin = xstrdup(s.id);
	return true;
}

bool seal_find(struct source *src, const char *id, char **path, char **origin)
{
	_cleanup_(seal_names_clear) struct seal_names n = { 0 };
	_cleanup_free_ char *why = NULL;

	seal_names(src, &n);
	if (!seal_fits(src, &n, id, origin, &why))
		return false;
	*path = xstrdup(n.tree);
	return true;
}
