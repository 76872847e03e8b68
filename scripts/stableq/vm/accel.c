// SPDX-License-Identifier: GPL-2.0-only
/* KVM or emulation: only a guest that was really booted tells. */
#include "vm/vm.h"

#include <errno.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fs.h"
#include "vm/private.h"

#define VERSION_MS 10000

struct accel {
	const char *name;	/* "kvm" or "tcg" */
	bool sure;		/* the user says so, or there is no choice */
	bool proven;		/* a boot under it came to its end, here */
	char *file, *key;	/* where that is remembered; NULL when sure */
};

static void accel_clear(struct accel *a)
{
	free(a->file);
	free(a->key);
}

static char *first_line(struct str *s)
{
	struct span rest = span_trim(str_span(s)), line = { "", 0 };

	span_line(&rest, &line);
	return span_dup(span_trim(line));
}

/* What the answer depends on: this boot of this host kernel, and the emulator. */
static int make_key(const struct vm_run *v, char **key, struct err *err)
{
	struct child c = { .argv = (const char *const[]){ v->arch->qemu.program, "--version",
							  NULL } };
	_cleanup_str_ struct str boot = STR_INIT;
	_cleanup_free_ char *id = NULL, *version = NULL;
	struct utsname u;
	int ret;

	c.timeout_ms = VERSION_MS;
	ret = child_run(&c, err);
	if (ret == 0) {
		version = first_line(&c.out);
		if (fs_read("/proc/sys/kernel/random/boot_id", 0, &boot, NULL))
			str_adds(&boot, "unknown");
		id = first_line(&boot);
		uname(&u);
		*key = xasprintf("%s %s %s", u.release, id, version);
	}
	child_free(&c);
	return ret;
}

/* The file: "kvm" or "tcg", the key, why; a line each. */
static void recall(struct accel *a)
{
	_cleanup_str_ struct str text = STR_INIT;
	struct span rest, line[2];

	if (fs_read(a->file, 65536, &text, NULL))
		return;
	rest = str_span(&text);
	for (size_t i = 0; i < ARRAY_SIZE(line); i++)
		if (!span_line(&rest, &line[i]))
			return;
	if (!span_is(line[1], a->key))
		return;
	a->proven = span_is(line[0], "kvm");
	if (span_is(line[0], "tcg"))
		a->name = "tcg";
}

static int remember(const struct accel *a, const char *accel, const char *why, struct err *err)
{
	_cleanup_free_ char *text = xasprintf("%s\n%s\n%s\n", accel, a->key, why);
	int ret = fs_mkparents(a->file, err);

	return ret ? ret : fs_write(a->file, text, strlen(text), 0666, err);
}

/* Can there be KVM for such a guest at all? */
static bool kvm_is_there(const struct arch *arch)
{
	const char *device = getenv("STABLEQ_KVM");

	return arch_is_host(arch) &&
	       access(device && *device ? device : "/dev/kvm", R_OK | W_OK) == 0;
}

static int choose(const struct vm_run *v, const char *cache, struct accel *a, struct err *err)
{
	const char *wish = getenv("STABLEQ_ACCEL");

	*a = (struct accel){ .name = "tcg", .sure = true };
	if (wish && *wish) {
		if (strcmp(wish, "kvm") != 0 && strcmp(wish, "tcg") != 0)
			return err_set(err, ERR_INPUT,
				       "STABLEQ_ACCEL is '%s'; it has to be kvm or tcg", wish);
		a->name = !strcmp(wish, "kvm") ? "kvm" : "tcg";
		return 0;
	}
	if (!kvm_is_there(v->arch))
		return 0;
	*a = (struct accel){ .name = "kvm" };
	a->file = xasprintf("%s/accel-%s", cache, v->arch->name);
	if (make_key(v, &a->key, err))
		return err->code;
	recall(a);
	return 0;
}

/* Why a boot under KVM can't be believed, or NULL. */
static char *doubt(const struct accel *a, const struct vm_run *v)
{
	if (v->end == VM_POWEROFF)
		return NULL;
	if (v->host && (!console_spoke(v->console) || !strncmp(v->host, VM_HOST_KVM,
							       strlen(VM_HOST_KVM))))
		return xstrdup(v->host);
	if (v->end == VM_TIMEOUT && !console_booted(v->console))
		return xasprintf("a kernel said nothing for %.0f s", v->seconds);
	if (v->end == VM_TIMEOUT && (!console_spoke(v->console) || !a->proven))
		return xasprintf("a kernel hung and was ended after %.0f s", v->seconds);
	if (!console_spoke(v->console))
		return xstrdup("a kernel died before its init ran");
	return NULL;
}

static int boot_as(struct vm_run *v, const char *accel, struct err *err)
{
	_cleanup_free_ char *all = NULL;
	const char *params = v->params;
	bool tcg = !strcmp(accel, "tcg");
	int ret;

	all = xasprintf("%s%s%s", params ? params : "", tcg && v->tcg_params ? " " : "",
			tcg && v->tcg_params ? v->tcg_params : "");
	v->params = all;
	v->accel = accel;
	ret = vm_boot(v, err);
	v->params = params;
	return ret;
}

static void keep_log(const char *log)
{
	_cleanup_free_ char *aside = log ? xasprintf("%s.kvm", log) : NULL;

	/* It is there for people to look at; without it all goes on. */
	if (log && rename(log, aside) < 0)
		errno = 0;
}

/* What has been doubted under KVM, emulated. */
static int boot_again(struct vm_run *v, struct accel *a, const char *why, char **note,
		      struct err *err)
{
	int ret;

	keep_log(v->log);
	vm_run_free(v);
	v->quiet_ms = 0;
	ret = boot_as(v, "tcg", err);
	if (ret || !console_spoke(v->console))
		return ret;
	*note = xasprintf("KVM does not work here, guests are emulated (tcg) from now on: %s", why);
	return remember(a, "tcg", why, err);
}

int vm_boot_accel(struct vm_run *v, const char *cache, char **note, struct err *err)
{
	_cleanup_(accel_clear) struct accel a = { .name = NULL };
	_cleanup_free_ char *why = NULL;
	unsigned int quiet = v->quiet_ms;
	int ret = choose(v, cache, &a, err);

	*note = NULL;
	if (ret)
		return ret;
	v->quiet_ms = a.sure || strcmp(a.name, "kvm") != 0 ? 0 : quiet;
	ret = boot_as(v, a.name, err);
	if (!ret && !a.sure && !strcmp(a.name, "kvm")) {
		why = doubt(&a, v);
		if (why)
			ret = boot_again(v, &a, why, note, err);
		else if (v->end == VM_POWEROFF && !a.proven)
			ret = remember(&a, "kvm", "a guest came to its end under it", err);
	}
	v->quiet_ms = quiet;
	return ret;
}
