// SPDX-License-Identifier: GPL-2.0-only
/*
 * kbuild/objects.c - which objects a configuration has of some sources
 *
 * kbuild alone knows: it is asked for its variables, directory by directory, without running any
 * recipe. A directory that the configuration doesn't descend into says nothing.
 */
#include "kbuild/private.h"

/* A stream of make's database, of which only a few lines are kept. */
struct database {
	struct str line;	/* the one that isn't whole yet */
	struct strv objects;	/* of the directories that were read */
};

/* "real-obj-y := fs/nfsd/nfssvc.o fs/nfsd/built-in.a": the objects. */
static void take_line(struct database *db, struct span line)
{
	struct span name, word;

	if (!span_cut(line, "=", &name, &line) ||
	    (!span_starts(name, "real-obj-y ") && !span_starts(name, "real-obj-m ") &&
	     !span_starts(name, "lib-y ")))
		return;
	while (span_word(&line, &word))
		if (span_ends(word, ".o"))
			strv_addf(&db->objects, SPAN_FMT, SPAN_ARG(word));
}

static int on_data(void *ctx, int fd, const char *p, size_t n)
{
	struct database *db = ctx;
	struct span rest, line;

	if (fd != 1)
		return 0;
	str_add(&db->line, p, n);
	rest = str_span(&db->line);
	while (span_has_c(rest, '\n') && span_line(&rest, &line))
		take_line(db, line);
	memmove(db->line.s, rest.p, rest.len);
	str_trunc(&db->line, rest.len);
	return 0;
}

/* The directories of the sources, each once, as targets: "fs/nfsd/". */
static void add_dirs(const struct kbuild *b, struct strv *argv)
{
	_cleanup_free_ char *own = xasprintf("arch/%s/", b->arch->srcarch);

	for (size_t i = 0; i < b->sources->n; i++) {
		const char *path = b->sources->v[i], *slash = strrchr(path, '/');
		_cleanup_free_ char *dir = slash ? xstrndup(path, (size_t)(slash + 1 - path)) :
					   NULL;

		if (!dir || strv_has(argv, dir))
			continue;
		if (!strncmp(dir, "arch/", 5) && strncmp(dir, own, strlen(own)) != 0)
			continue;
		strv_add(argv, dir);
	}
}

/* "fs/nfsd/vfs.c" becomes "fs/nfsd/vfs.o". */
static char *object_of(const char *source)
{
	char *object = xstrdup(source);

	if (*object)
		object[strlen(object) - 1] = 'o';
	return object;
}

void kbuild_only_objects(struct kbuild *b)
{
	struct strv all = b->warnings;

	b->warnings = (struct strv)STRV_INIT;
	for (size_t i = 0; i < all.n; i++) {
		_cleanup_free_ char *file = xstrndup(all.v[i], strcspn(all.v[i], ":"));
		_cleanup_free_ char *object = object_of(file);
		bool unit = span_ends(span_of(file), ".c") || span_ends(span_of(file), ".S");

		if (!unit || strv_has(&b->objects, object))
			strv_add(&b->warnings, all.v[i]);
	}
	strv_free(&all);
}

int kbuild_objects(const struct kbuild *b, struct strv *objects, struct err *err)
{
	const char *const args[] = { "-k", "-n", "-p", NULL };
	_cleanup_strv_ struct strv argv = STRV_INIT, env = STRV_INIT;
	struct database db = { .line = STR_INIT };
	struct child c = { .timeout_ms = b->timeout_ms, .capture_max = 4096,
			   .on_data = on_data, .ctx = &db };
	size_t fixed;
	int ret = 0;

	kbuild_make_argv(b, args, &argv);
	fixed = argv.n;
	add_dirs(b, &argv);
	kbuild_env(b, &env);
	c.argv = (const char *const *)argv.v;
	c.env = (const char *const *)env.v;
	if (argv.n > fixed)
		ret = child_check(&c, err);
	for (size_t i = 0; i < b->sources->n && !ret; i++) {
		_cleanup_free_ char *object = object_of(b->sources->v[i]);

		if (strv_has(&db.objects, object) && !strv_has(objects, object))
			strv_add(objects, object);
	}
	child_free(&c);
	str_free(&db.line);
	strv_free(&db.objects);
	return ret;
}
