// SPDX-License-Identifier: GPL-2.0-only
#include "run/state.h"

#include "kbuild/kbuild.h"

static int add_change(void *ctx, const struct fileset_change *c)
{
	struct hash *h = ctx;

	hash_adds(h, c->path);
	hash_add(h, &c->exists, sizeof(c->exists));
	if (c->exists) {
		hash_add(h, c->text.p, c->text.len);
		hash_add(h, &c->mode, sizeof(c->mode));
	}
	return 0;
}

int state_key(struct state *st, struct err *err)
{
	const struct matrix_cell *cell = st->cell;
	_cleanup_strv_ struct strv fragments = STRV_INIT;
	_cleanup_free_ char *toolchain = NULL, *more = NULL;
	struct hash *h;
	int ret = kbuild_toolchain_id(cell->arch, cell->toolchain, &toolchain, err);

	ret = ret ? ret : kbuild_warnings_id(&cell->warnings, &more, err);
	if (ret)
		return ret;
	matrix_fragments(st->matrix, cell, st->branch, &fragments);
	h = hash_new();
	hash_adds(h, "stableq state 2");
	hash_adds(h, st->release);
	hash_adds(h, st->source);
	hash_adds(h, cell->name);
	hash_adds(h, cell->arch->name);
	hash_adds(h, toolchain);
	if (*more)
		hash_adds(h, more);
	for (size_t i = 0; i < fragments.n && !ret; i++)
		ret = hash_file(h, fragments.v[i], err);
	if (!ret && st->fs)
		fileset_each(st->fs, add_change, h);
	for (size_t i = 0; cell->kind == CELL_OBJECTS && i < st->touched->n; i++)
		hash_adds(h, st->touched->v[i]);
	hash_end(h, st->key);
	return ret;
}

char *state_params(const char *suite)
{
	char *params;

	if (!suite)
		return xstrdup("kunit.enable=0");
	params = xasprintf("kunit.enable=1 kunit.filter_glob=%s", suite);
	/*
	 * It is a pattern: what would end the word of the command line matches itself all the same.
	 */
	for (char *p = params + strlen(params) - strlen(suite); *p; p++)
		if (*p <= ' ' || *p >= 0x7f || strchr("\"',", *p))
			*p = '?';
	return params;
}

void state_boot_key(const struct state *st, const char *guest, const char *suite,
		    char key[HASH_HEX + 1])
{
	_cleanup_free_ char *params = state_params(suite);
	struct hash *h = hash_new();

	hash_adds(h, "stableq boot 2");
	hash_adds(h, st->key);
	hash_adds(h, guest);
	hash_adds(h, params);
	hash_add(h, &st->cell->memory_mib, sizeof(st->cell->memory_mib));
	hash_add(h, &st->cell->cpus, sizeof(st->cell->cpus));
	hash_end(h, key);
}
