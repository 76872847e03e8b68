// SPDX-License-Identifier: GPL-2.0-only
/* What a host with larger registers than user-mode Linux knows needs to run it. */
#include "vm.h"

#include <unistd.h>

#include "fs.h"
#include "vm_private.h"

#define PROBE_MS 10000		/* milliseconds are enough; a busy host may take longer */

int vm_um_env(const char *object, const char *dir, char **env, struct err *err)
{
	const char *before = getenv("LD_PRELOAD");
	_cleanup_free_ char *link = fs_join(dir, "xstate.so"), *path = realpath(object, NULL);

	if (!path || symlink(path, link) < 0)
		return err_sys(err, "%s", object);
	*env = xasprintf("LD_PRELOAD=%s%s%s", link, before && *before ? ":" : "",
			 before ? before : "");
	return 0;
}

/* Return: 0 with @works and what the probe said, or an error. */
static int ask(const char *probe, const char *env, bool *works, char **said, struct err *err)
{
	struct child c = {
		.argv = (const char *const[]){ probe, NULL }, .timeout_ms = PROBE_MS,
		.env = env ? (const char *const[]){ env, NULL } : NULL,
	};
	int ret = child_run(&c, err);

	if (!ret) {
		*works = c.end == CHILD_EXITED && c.status == 0;
		*said = c.out.len ? span_dup(span_trim(str_span(&c.out))) :
				    xasprintf("%s %s %d", probe,
					      c.end == CHILD_EXITED ? "exited with" : "got signal",
					      c.status);
	}
	child_free(&c);
	return ret;
}

int vm_um_probe(const char *dir, struct vm_um *um, struct err *err)
{
	_cleanup_free_ char *probe = NULL, *object = NULL, *env = NULL, *with = NULL;
	_cleanup_(vm_tmp_remove) char *tmp = NULL;
	bool helps = false;
	int ret;

	*um = (struct vm_um){ .runs = true };
	if (!dir)
		return 0;
	probe = fs_join(dir, "probe");
	object = fs_join(dir, "xstate.so");
	if (access(probe, X_OK) < 0 || access(object, R_OK) < 0)
		return err_set(err, ERR_MISSING, "%s: no probe and xstate.so for user-mode Linux: run "
			       "make, or set STABLEQ_UM", dir);
	ret = ask(probe, NULL, &um->runs, &um->why, err);
	if (ret || um->runs)
		return ret;
	ret = vm_tmp_make(&tmp, 0, err);
	ret = ret ? ret : vm_um_env(object, tmp, &env, err);
	ret = ret ? ret : ask(probe, env, &helps, &with, err);
	if (!ret && helps) {
		um->runs = true;
		um->preload = xstrdup(object);
	}
	return ret;
}

void vm_um_free(struct vm_um *um)
{
	free(um->preload);
	free(um->why);
	*um = (struct vm_um){ .preload = NULL };
}
