// SPDX-License-Identifier: GPL-2.0-only
#include "vm/guest.h"

#include "base/child.h"
#include "base/nearest.h"

#define LIST_TIMEOUT_MS 20000

static int list_checks(const char *guest, struct strv *names, struct err *err)
{
	const char *const argv[] = { guest, "--list", NULL };
	struct child c = { .argv = argv, .timeout_ms = LIST_TIMEOUT_MS };
	int ret = child_check(&c, err);

	if (!ret)
		strv_add_lines(names, str_span(&c.out).p);
	child_free(&c);
	if (!ret || ret == ERR_INTERRUPTED)
		return ret;
	err_prefix(err, "the guest program can't say which checks it has; run make, or set "
		   "STABLEQ_GUEST to another");
	err->code = ERR_MISSING;
	return ERR_MISSING;
}

static int unknown(const struct matrix *m, const struct matrix_check *check,
		   const struct strv *names, struct err *err)
{
	const char *like = nearest(check->name, (const char *const *)names->v, names->n);
	_cleanup_str_ struct str all = STR_INIT;

	for (size_t i = 0; i < names->n; i++)
		str_addf(&all, "%s%s", i ? ", " : "", names->v[i]);
	if (like)
		return err_set(err, ERR_INPUT, "%s:%u: the guest has no check %s; did you mean %s?",
			       m->path, check->line, check->name, like);
	return err_set(err, ERR_INPUT, "%s:%u: the guest has no check %s; it has: %s", m->path,
		       check->line, check->name, str_span(&all).p);
}

int guest_check_names(const struct matrix *m, const char *guest, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	int ret = list_checks(guest, &names, err);

	for (size_t i = 0; i < m->nchecks && !ret; i++)
		if (m->checks[i].kind == CHECK_GUEST && !strv_has(&names, m->checks[i].name))
			ret = unknown(m, &m->checks[i], &names, err);
	return ret;
}
