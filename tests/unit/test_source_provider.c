// SPDX-License-Identifier: GPL-2.0-only
/*
 * What source.c and tree.c know of a provider is its struct: here is a small one that has its
 * releases in memory.
 */
#include "../source/help.h"

#include "source/dir.h"
#include "source/providers.h"
#include "source/sink.h"

static const char *const files[][2] = {
	{ "Makefile", MAKEFILE("6", "6", "150") },
	{ "fs/nfsd/state.c", "int state;\n" },
};

static struct {
	int ret;		/* of find() */
	unsigned int asked, closed;
} seen;

struct memory {
	unsigned int finds;	/* in this set */
};

static int memory_find(struct source *src, bool fetch, struct err *err);

static int memory_list(struct source_set *set, const char *branch, struct strv *to,
		       struct err *err)
{
	struct release r;

	assert_int_equal(release_parse("6.6.150", &r, NULL), 0);
	source_add(to, branch, &r);
	source_add(to, branch, &r);
	return 0;
}

static int memory_read(struct source *src, const struct strv *paths, source_file_fn fn, void *ctx,
		       struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(files) && !ret; i++)
		if (strv_has(paths, files[i][0]))
			ret = fn(ctx, files[i][0], span_of(files[i][1]), MODE_FILE);
	return ret;
}

static int memory_extract(struct source *src, struct sink *sink, struct err *err)
{
	int fd, ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(files) && !ret; i++) {
		struct span text = span_of(files[i][1]);

		ret = sink_open(sink, files[i][0], &fd, err);
		ret = ret ? ret : sink_write(sink, fd, files[i][0], text.p, text.len, err);
		ret = ret ? ret : sink_close(sink, fd, files[i][0], 0644, 1700000000, err);
	}
	return ret;
}

static void memory_close(void *state)
{
	const struct memory *m = state;

	assert_true(m->finds > 0);
	seen.closed++;
}

static const struct source_provider provider_memory = {
	.name = "memory",
	.network = true,
	.every = true,
	.state = sizeof(struct memory),
	.find = memory_find,
	.list = memory_list,
	.read = memory_read,
	.extract = memory_extract,
	.close = memory_close,
};

static int memory_find(struct source *src, bool fetch, struct err *err)
{
	struct memory *m = source_state(src->set, &provider_memory);

	m->finds++;
	seen.asked++;
	if (seen.ret)
		return err_set(err, seen.ret, "the memory is full; buy more");
	src->kind = fetch ? SOURCE_STORE : SOURCE_REMOTE;
	src->desc = xstrdup("memory of 1985");
	src->id = xstrdup("memory");
	return 0;
}

typedef const struct source_provider *const provider_table[];

static provider_table after = { &provider_directory, &provider_memory, NULL };
static provider_table before = { &provider_memory, &provider_directory, NULL };

static void set_up(struct bed *b, const char *scratch, const struct source_provider *const *table)
{
	memset(&seen, 0, sizeof(seen));
	bed_open(b, scratch);
	b->opts.offline = false;
	b->set = source_set_of(&b->opts, table);
}

/* Found, listed, read and made into a tree as any other. */
static void whole_way(void **state)
{
	_cleanup_free_ char *tree = NULL, *file = NULL;
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_str_ struct str text = STR_INIT;
	struct one o = { NULL };
	struct bed b;

	set_up(&b, *state, after);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_string_equal(source_provider(b.src), "memory");
	assert_string_equal(source_describe(b.src), "memory of 1985");
	assert_ok(&b, bed_read(&b, "fs/nfsd/state.c", &o));
	assert_int_equal(o.found, 1);
	assert_string_equal(o.text.s, "int state;\n");
	assert_ok(&b, source_list(b.set, "6.6", &names, &b.err));
	assert_int_equal(names.n, 1);
	assert_string_equal(names.v[0], "6.6.150");
	assert_ok(&b, source_tree(b.src, &tree, &b.err));
	file = fs_join(tree, "fs/nfsd/state.c");
	assert_int_equal(fs_read(file, 0, &text, NULL), 0);
	assert_string_equal(text.s, "int state;\n");
	assert_ok(&b, source_verify(b.src, &b.err));
	str_free(&o.text);
	bed_close(&b);
	assert_int_equal(seen.closed, 1);
}

/* The table's order is the order of asking. */
static void in_order(void **state)
{
	struct bed b;

	set_up(&b, *state, after);
	put_file(b.search, "linux-6.6.150/Makefile", MAKEFILE("6", "6", "150"));
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_string_equal(source_provider(b.src), "directory");
	assert_int_equal(seen.asked, 0);
	bed_again(&b);
	b.set = source_set_of(&b.opts, before);
	assert_ok(&b, bed_find(&b, "6.6.150"));
	assert_string_equal(source_provider(b.src), "memory");
	bed_close(&b);
}

/* One out of reach is asked once; one with the network isn't asked offline. */
static void out_of_reach(void **state)
{
	struct bed b;

	set_up(&b, *state, after);
	seen.ret = ERR_MISSING;
	assert_fails(&b, bed_find(&b, "6.6.150"), ERR_MISSING, "(memory: the memory is full)");
	assert_fails(&b, bed_find(&b, "6.6.151"), ERR_MISSING, "memory: out of reach: the memory");
	assert_int_equal(seen.asked, 1);
	bed_again(&b);
	b.opts.offline = true;
	b.set = source_set_of(&b.opts, after);
	assert_fails(&b, bed_find(&b, "6.6.150"), ERR_MISSING, "memory: not asked: offline");
	assert_int_equal(seen.asked, 1);
	bed_close(&b);
}

/* What was located only has neither files nor a tree. */
static void located(void **state)
{
	_cleanup_free_ char *tree = NULL;
	struct one o = { NULL };
	struct release r;
	struct bed b;

	set_up(&b, *state, after);
	assert_int_equal(release_parse("6.6.150", &r, NULL), 0);
	assert_ok(&b, source_locate(b.set, &r, &b.src, &b.err));
	assert_false(source_is_local(b.src));
	assert_fails(&b, bed_read(&b, "Makefile", &o), ERR_MISSING, "memory of 1985");
	assert_fails(&b, source_tree(b.src, &tree, &b.err), ERR_MISSING, "memory of 1985");
	bed_close(&b);
}

/* Whoever reads the manual finds every provider there, in the order of asking. */
static void in_the_manual(void **state)
{
	_cleanup_str_ struct str page = STR_INIT;
	const char *at;

	assert_int_equal(fs_read("docs/stableq.1", 0, &page, NULL), 0);
	at = strstr(page.s, ".Ss source Op");
	assert_non_null(at);
	for (size_t i = 0; source_providers[i]; i++) {
		_cleanup_free_ char *item = xasprintf("\n.It Cm %s\n", source_providers[i]->name);

		at = strstr(at, item);
		if (!at)
			fail_msg("docs/stableq.1, source: lacks %s in its place",
				 source_providers[i]->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(whole_way),
		unit_test_scratch(in_order),
		unit_test_scratch(out_of_reach),
		unit_test_scratch(located),
		cmocka_unit_test(in_the_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
