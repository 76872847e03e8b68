// SPDX-License-Identifier: GPL-2.0-only
/*
 * run/lab_boot.c - boots a kernel that was built, by what this host has for that
 */
#include "run/lab.h"

#include "base/fs.h"

#define CONSOLE_MAX (1024UL * 1024)	/* of a boot, as it is kept */
#define QUIET_MS 20000		/* under KVM the first line comes within a second */

/* A cell's short limit (those of tests) leaves room to find out. */
static unsigned int quiet_ms(const struct matrix_cell *cell)
{
	return MIN(QUIET_MS, cell->timeout_s * 1000 / 2);
}

static int boot_qemu(const struct lab *lab, const struct lab_place *p, struct vm_run *v,
		     struct err *err)
{
	_cleanup_free_ char *note = NULL;
	int ret;

	v->tcg_params = "stableq.scale=4";
	v->quiet_ms = quiet_ms(p->state->cell);
	ret = vm_boot_accel(v, lab->cache, &note, err);
	v->tcg_params = NULL;
	if (note)
		out_note(lab->out, "%s: %s", p->label, note);
	return ret;
}

static int boot_image(const struct lab *lab, const struct lab_place *p, const char *image,
		      const struct lab_what *what, const char *log, struct vm_run *v,
		      struct err *err)
{
	const struct matrix_cell *cell = p->state->cell;
	_cleanup_free_ char *params = state_params(what->suite);
	_cleanup_free_ char *all = xasprintf("%s stableq.checks=%s", params, what->checks);
	int ret;

	*v = (struct vm_run){
		.arch = cell->arch, .image = image,
		.initramfs = lab->initramfs, .memory_mib = cell->memory_mib, .cpus = cell->cpus,
		.timeout_ms = cell->timeout_s * 1000, .log = log, .params = all,
		.preload = lab->um ? lab->um->preload : NULL,
	};
	out_status(lab->out, "%s: booting, which may take %u s", p->label, cell->timeout_s);
	if (lab->um && !vm_runs_here(lab->um, cell->arch))
		ret = vm_refuse(v, lab->um->why, err);
	else
		ret = arch_is_um(cell->arch) ? vm_boot(v, err) : boot_qemu(lab, p, v, err);
	out_status_clear(lab->out);
	v->params = NULL;
	if (!ret && v->end == VM_INTERRUPTED)
		ret = err_set(err, ERR_INTERRUPTED, "interrupted");
	return ret;
}

/* A console as it can be kept: of a long one what decides, its beginning and its end. */
static int read_console(const char *log, struct str *to, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	size_t head = CONSOLE_MAX - CONSOLE_MAX / 4, tail = CONSOLE_MAX / 4;
	int ret = fs_read(log, 0, &text, err);

	if (ret)
		return ret;
	if (text.len <= CONSOLE_MAX) {
		str_add(to, str_span(&text).p, text.len);
		return 0;
	}
	while (head && text.s[head - 1] != '\n')
		head--;
	while (tail && text.s[text.len - tail - 1] != '\n')
		tail--;
	str_add(to, text.s, head);
	str_addf(to, "(%zu bytes are left out here)\n", text.len - head - tail);
	str_add(to, text.s + text.len - tail, tail);
	return 0;
}

int lab_boot(const struct lab *lab, const struct lab_place *p, const char *image,
	     const struct lab_what *what, struct boot_fact *b, char **host, struct err *err)
{
	const struct state *st = p->state;
	_cleanup_free_ char *log = xasprintf("%s/%s.console", p->logs, what->name);
	_cleanup_(vm_run_free) struct vm_run v;
	int ret = boot_image(lab, p, image, what, log, &v, err);

	*host = NULL;
	*b = (struct boot_fact){
		.checks = xstrdup(what->checks), .suite = xstrdup(what->suite ? what->suite : ""),
		.release = xstrdup(st->release), .source = xstrdup(st->source),
		.suites = xstrdup(what->suites), .cell = xstrdup(st->cell->name),
		.state = xstrdup(st->name), .patches = xstrdup(what->patches), .end = v.end,
		.timeout_ms = v.timeout_ms, .output_max = v.output_max, .seconds = v.seconds,
		.accel = xstrdup(v.accel ? v.accel : "um"),
	};
	state_boot_key(st, lab->guest, what->suite, b->key);
	ret = ret ? ret : read_console(log, &b->console, err);
	if (!ret && v.host)
		*host = xstrdup(v.host);
	else if (!ret)
		ret = store_put_boot(lab->store, b, err);
	return ret;
}
