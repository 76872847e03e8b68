// SPDX-License-Identifier: GPL-2.0-only
/*
 * lab_boot.c - boots a kernel that was built, by what this host has for that
 */
#include "lab.h"

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
	v->quiet_ms = quiet_ms(p->cell);
	ret = vm_boot_accel(v, lab->cache, &note, err);
	v->tcg_params = NULL;
	if (note)
		out_note(lab->out, "%s: %s", p->label, note);
	return ret;
}

int lab_boot(const struct lab *lab, const struct lab_place *p, const char *image,
	     const char *params, const char *checks, const char *log, struct vm_run *v,
	     struct err *err)
{
	const struct matrix_cell *cell = p->cell;
	_cleanup_free_ char *all = xasprintf("%s stableq.checks=%s", params, checks);
	bool uml = !strcmp(cell->arch, "um");
	int ret;

	*v = (struct vm_run){
		.kind = uml ? VM_UML : VM_QEMU, .arch = cell->arch, .image = image,
		.initramfs = lab->initramfs, .memory_mib = cell->memory_mib, .cpus = cell->cpus,
		.timeout_ms = cell->timeout_s * 1000, .log = log, .params = all,
		.preload = lab->um ? lab->um->preload : NULL,
	};
	out_status(lab->out, "%s: booting, which may take %u s", p->label, cell->timeout_s);
	ret = uml ? vm_boot(v, err) : boot_qemu(lab, p, v, err);
	out_status_clear(lab->out);
	v->params = NULL;
	if (!ret && v->end == VM_INTERRUPTED)
		ret = err_set(err, ERR_INTERRUPTED, "interrupted");
	return ret;
}
