// SPDX-License-Identifier: GPL-2.0-only
/* What a host with larger registers than user-mode Linux knows needs to run it. */
#include "vm/vm.h"

#include <elf.h>
#include <unistd.h>

#include "base/fs.h"
#include "vm/private.h"

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
		return err_set(err, ERR_MISSING,
			       "%s: no probe and xstate.so for user-mode Linux: run "
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

bool vm_um_static(const char *image)
{
	_cleanup_fclose_ FILE *f = fopen(image, "re");
	Elf64_Ehdr head;
	Elf64_Phdr ph;

	if (!f || fread(&head, sizeof(head), 1, f) != 1 ||
	    memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
	    head.e_ident[EI_CLASS] != ELFCLASS64 || fseek(f, (long)head.e_phoff, SEEK_SET) < 0)
		return false;
	for (size_t i = 0; i < head.e_phnum; i++)
		if (fread(&ph, sizeof(ph), 1, f) != 1 || ph.p_type == PT_INTERP)
			return false;
	return true;
}

bool vm_runs_here(const struct vm_um *um, const struct arch *arch)
{
	return !um || um->runs || !arch_is_um(arch);
}

int vm_refuse(struct vm_run *v, const char *why, struct err *err)
{
	v->console = console_new(NULL, NULL);
	v->ktap = ktap_new();
	v->tests = ktap_end(v->ktap);
	v->end = VM_DIED;
	v->host = xasprintf("user-mode Linux does not run here: %s", why);
	return v->log ? fs_write(v->log, "", 0, 0666, err) : 0;
}
