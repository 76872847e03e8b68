/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vm/private.h - what the parts of the vm room share, and its tests use
 */
#ifndef STABLEQ_VM_PRIVATE_H
#define STABLEQ_VM_PRIVATE_H

#include "vm/vm.h"

/**
 * vm_tmp_make() - a private directory for one guest's files
 * @dir: its path, without blanks; vm_tmp_remove() removes it and all that is in it
 * @bytes: how much will be put there; memory is preferred when it has that much room
 *
 * Leftovers of runs that were killed are removed on the way.
 */
int vm_tmp_make(char **dir, uint64_t bytes, struct err *err);
void vm_tmp_remove(char **dir);

/**
 * vm_um_env() - how a shared object is preloaded
 * @object: its path
 * @dir: the guest's directory, which gets a link to it: in LD_PRELOAD nothing quotes a blank
 * @env: "LD_PRELOAD=…", with what the user preloads behind it; owned by the caller
 */
int vm_um_env(const char *object, const char *dir, char **env, struct err *err);

/**
 * vm_um_static() - is @image a program without a dynamic linker, for which nothing is preloaded?
 */
bool vm_um_static(const char *image);

struct host_watch;

/**
 * vm_host_watch() - look for what tells of the host's failures while a guest runs
 * @v: what kind of guest
 * @emulator: QEMU's name, as it begins its lines; borrowed
 */
struct host_watch *vm_host_watch(const struct vm_run *v, const char *emulator);
void vm_host_watch_free(struct host_watch *w);

/** vm_host_feed() - output as it comes. Return: whether there is no point in waiting any longer. */
bool vm_host_feed(struct host_watch *w, const char *p, size_t n);

/**
 * vm_host_verdict() - is it the host's doing that a guest did not come to its end?
 * @v: with its console
 * @c: how its process ended
 *
 * The guest's memory not to be had, a refused register state, an emulator that fails, a signal from
 * outside, an end before the kernel said anything. Return: why, with the line that says so, owned
 * by the caller; NULL: it is the guest's own.
 */
char *vm_host_verdict(struct host_watch *w, const struct vm_run *v, const struct child *c);

/* What vm_host_verdict() says begins with it when KVM gave a guest up. */
#define VM_HOST_KVM "KVM failed"

#endif
