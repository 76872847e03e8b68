// SPDX-License-Identifier: GPL-2.0-only
#include "vm/vm.h"

#include <unistd.h>

#include "base/fs.h"
#include "vm/private.h"

#define OUTPUT_DEFAULT ((size_t)16 * 1024 * 1024)
#define MEMORY_DEFAULT 512
#define ALWAYS "panic=-1 printk.devkmsg=on kasan_multi_shot=1"

struct boot {
	struct vm_run *v;
	struct host_watch *watch;
	struct child *child;
	size_t output;
	bool flood;
	bool halted;		/* done, but the machine has no power switch */
	bool refused;		/* the host has said that there is no going on */
};

static void take_ktap(void *ctx, struct span line)
{
	struct boot *b = ctx;

	ktap_line(b->v->ktap, line);
}

/* "[    1.2] reboot: Power down": how the kernel ends, if it has said so. */
static bool says_last(const struct vm_run *v, const char *how)
{
	const char *last = strstr(console_last(v->console), "] reboot: ");

	return last && strstr(last, how);
}

static int take_output(void *ctx, int fd, const char *p, size_t n)
{
	struct boot *b = ctx;
	size_t room = b->v->output_max - b->output;

	console_feed(b->v->console, p, MIN(n, room));
	b->refused = vm_host_feed(b->watch, p, MIN(n, room));
	b->output += MIN(n, room);
	b->flood = n > room;
	if (console_spoke(b->v->console))
		b->child->idle_ms = 0;
	/*
	 * reboot(2) without a way to switch off ends in a halt, and QEMU would wait for ever:
	 * "reboot: System halted", "reboot: Power off not available: System halted instead".
	 */
	if (!arch_is_um(b->v->arch) && console_done(b->v->console))
		b->halted = says_last(b->v, "System halted");
	return b->flood || b->halted || b->refused;
}

static void add_words(struct strv *argv, const char *words)
{
	struct span rest = span_of(words ? words : ""), word;

	while (span_word(&rest, &word))
		strv_addf(argv, SPAN_FMT, SPAN_ARG(word));
}

/*
 * "root" and "console" are what UML would add itself, and that at the very end, where init would
 * take them for its own arguments (arch/um/kernel/um_arch.c).
 */
static void uml_argv(const struct vm_run *v, const char *dir, struct strv *argv)
{
	/* Without a slash it would be looked for in PATH. */
	strv_addf(argv, "%s%s", strchr(v->image, '/') ? "" : "./", v->image);
	strv_addf(argv, "mem=%uM", v->memory_mib);
	strv_addf(argv, "initrd=%s/initrd", dir);
	strv_addf(argv, "uml_dir=%s/", dir);
	add_words(argv, "umid=vm con0=fd:0,fd:1 con=null root=98:0 console=tty0 " ALWAYS);
	add_words(argv, v->params);
	if (v->guest_args && *v->guest_args) {
		strv_add(argv, "--");
		add_words(argv, v->guest_args);
	}
}

static void qemu_argv(const struct vm_run *v, const char *dir, struct strv *argv)
{
	const struct arch_machine *m = &v->arch->qemu;
	bool kvm = v->accel && !strcmp(v->accel, "kvm");
	const char *sep = v->guest_args && *v->guest_args ? " -- " : "";

	strv_add(argv, m->program);
	add_words(argv, "-nodefaults -no-user-config -display none -no-reboot -serial stdio");
	strv_add(argv, "-machine");
	strv_add(argv, m->type);
	add_words(argv, kvm ? "-accel kvm -cpu" : "-accel tcg -cpu");
	strv_add(argv, kvm ? "host" : m->cpu);
	strv_add(argv, "-m");
	strv_addf(argv, "%u", v->memory_mib);
	strv_add(argv, "-smp");
	strv_addf(argv, "%u", v->cpus);
	strv_add(argv, "-kernel");
	strv_add(argv, v->image);
	strv_add(argv, "-initrd");
	strv_addf(argv, "%s/initrd", dir);
	strv_add(argv, "-append");
	strv_addf(argv, "console=%s %s " ALWAYS " %s%s%s", m->console, m->params,
		  v->params ? v->params : "", sep, *sep ? v->guest_args : "");
}

/* A kernel may well panic after its init has said that all is done. */
static bool panicked(const struct console *c)
{
	size_t n;
	const struct splat *s = console_splats(c, &n);

	for (size_t i = 0; i < n; i++)
		if (s[i].kind == SPLAT_PANIC)
			return true;
	return false;
}

/*
 * The kernel's last word. What user-mode Linux makes of its own processes then is no matter of it.
 */
static bool switched_off(const struct vm_run *v)
{
	return says_last(v, "Power down") || says_last(v, "System halted");
}

/*
 * User-mode Linux that has powered off takes its own processes down, and now and then ends with
 * another status than 0 by that (1 of 77 boots seen): what its kernel says last counts as well.
 */
static int how_it_ended(struct vm_run *v, const struct boot *b, const struct child *c,
			struct err *err)
{
	bool done = console_done(v->console) && !panicked(v->console);

	switch (c->end) {
	case CHILD_TIMEOUT:
		v->end = VM_TIMEOUT;
		break;
	case CHILD_INTERRUPTED:
		v->end = VM_INTERRUPTED;
		return err_set(err, ERR_INTERRUPTED, "interrupted");
	case CHILD_STOPPED:
		v->end = b->flood ? VM_FLOOD : done ? VM_POWEROFF : VM_DIED;
		break;
	default:
		if (done && ((c->end == CHILD_EXITED && !c->status) || switched_off(v)))
			v->end = VM_POWEROFF;
		else
			v->end = VM_DIED;
	}
	if (v->end == VM_DIED || v->end == VM_TIMEOUT)
		v->host = vm_host_verdict(b->watch, v, c);
	return 0;
}

static int run_guest(struct vm_run *v, const struct strv *argv, const char *dir, struct err *err)
{
	_cleanup_free_ char *tmp = xasprintf("TMPDIR=%s", dir), *preload = NULL;
	_cleanup_err_ struct err own = ERR_INIT;
	struct boot b = { .v = v };
	const char *env[] = { tmp, "TMP", "TEMP", NULL, NULL };
	struct child c = {
		.argv = (const char *const *)argv->v, .env = env, .timeout_ms = v->timeout_ms,
		.capture_max = 65536, .log = v->log, .merge = true, .on_data = take_output,
		.ctx = &b, .idle_ms = v->quiet_ms,
	};
	int ret;

	if (v->preload && arch_is_um(v->arch)) {
		ret = vm_um_env(v->preload, dir, &preload, err);
		if (ret)
			return ret;
		env[3] = preload;
	}
	b.child = &c;
	b.watch = vm_host_watch(v, argv->n ? argv->v[0] : "");
	v->console = console_new(take_ktap, &b);
	v->ktap = ktap_new();
	ret = child_run(&c, &own);
	console_end(v->console);
	v->tests = ktap_end(v->ktap);
	v->seconds = c.seconds;
	v->status = c.status;
	if (ret && ret != ERR_TIMEOUT && ret != ERR_INTERRUPTED)
		ret = err_move(err, &own);
	else
		ret = how_it_ended(v, &b, &c, err);
	vm_host_watch_free(b.watch);
	child_free(&c);
	return ret;
}

int vm_boot(struct vm_run *v, struct err *err)
{
	_cleanup_(vm_tmp_remove) char *dir = NULL;
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_free_ char *link = NULL, *initrd = NULL;
	bool um = arch_is_um(v->arch);
	int ret;

	if (um && v->preload && vm_um_static(v->image))
		return vm_refuse(v, "it is linked statically (CONFIG_STATIC_LINK), so that its "
				 "registers can't be completed by what would be preloaded", err);
	v->output_max = v->output_max ? v->output_max : OUTPUT_DEFAULT;
	v->memory_mib = v->memory_mib ? v->memory_mib : MEMORY_DEFAULT;
	v->cpus = v->cpus ? v->cpus : 1;
	if (access(v->image, R_OK) < 0)
		return err_set(err, ERR_MISSING, "%s: the kernel image can't be read", v->image);
	initrd = realpath(v->initramfs, NULL);
	if (!initrd || access(initrd, R_OK) < 0)
		return err_set(err, ERR_MISSING, "%s: the initramfs can't be read", v->initramfs);
	/* Room for the memory of a UML guest, whose file is a little larger than that. */
	ret = vm_tmp_make(&dir, um ? ((uint64_t)v->memory_mib + 1024) << 20 : 0, err);
	if (ret)
		return ret;
	/* By a link, since a kernel's command line has no way to quote a blank. */
	link = fs_join(dir, "initrd");
	if (symlink(initrd, link) < 0)
		return err_sys(err, "%s", link);
	if (um)
		uml_argv(v, dir, &argv);
	else
		qemu_argv(v, dir, &argv);
	return run_guest(v, &argv, dir, err);
}

void vm_run_free(struct vm_run *v)
{
	console_free(v->console);
	ktap_free(v->ktap);
	free(v->host);
	v->console = NULL;
	v->ktap = NULL;
	v->tests = NULL;
	v->host = NULL;
}
