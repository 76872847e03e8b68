/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vm_fake.h - guests and emulators that are shell scripts
 */
#ifndef STABLEQ_TESTS_VM_FAKE_H
#define STABLEQ_TESTS_VM_FAKE_H

#include "unit.h"
#include "vm/vm.h"

/* What a guest that is well prints. */
#define HELLO "echo '[    0.000000] Linux version 6.12.107'\n"
#define GOOD HELLO "echo '[    0.100000] stableq: check boot begin'\n" \
		   "echo '[    0.100000] KTAP version 1'\necho '[    0.100000] 1..1'\n" \
		   "echo '[    0.100000] ok 1 boot'\n" \
		   "echo '[    0.100000] stableq: check boot end'\n" \
		   "echo '[    0.100000] stableq: done'\n"

static inline char *script(const char *dir, const char *name, const char *body)
{
	_cleanup_free_ char *text = xasprintf("#!/bin/sh\n%s", body);
	char *path = fs_join(dir, name);

	assert_int_equal(fs_write(path, text, strlen(text), 0755, NULL), 0);
	return path;
}

/* A guest under UML whose "kernel" is a script. */
static inline struct vm_run guest(const char *dir, const char *body)
{
	char *initramfs = fs_join(dir, "initramfs");

	assert_int_equal(fs_write(initramfs, "x", 1, 0644, NULL), 0);
	return (struct vm_run){
		.arch = arch_find("um"), .image = script(dir, "linux", body),
		.initramfs = initramfs, .memory_mib = 64, .timeout_ms = 20000,
	};
}

static inline void done(struct vm_run *v)
{
	vm_run_free(v);
	free((char *)v->image);
	free((char *)v->initramfs);
}

/* PATH with only what is in @dir, and what scripts need. */
static inline void fake_path(const char *dir)
{
	_cleanup_free_ char *path = xasprintf("%s:/usr/bin:/bin", dir);

	setenv("PATH", path, 1);
}

#endif
