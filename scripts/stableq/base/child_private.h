/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/child_private.h - the warden of a child; private to child.c
 *
 * The warden outlives us however we die, even by SIGKILL, and then ends the child's group. It
 * waits on a pipe: the child tells its group before it becomes another program, so there is no
 * moment at which nobody knows; then a byte means that the child has ended, end of file that we
 * have.
 */
#ifndef STABLEQ_CHILD_PRIVATE_H
#define STABLEQ_CHILD_PRIVATE_H

#include <sys/types.h>

#define GRACE_MS 2000		/* between SIGTERM and SIGKILL */

/**
 * child_warden_start() - start one
 * @hold: the pipe's end to keep open as long as we live, and to give the child
 *
 * Return: its process, or -1 with errno.
 */
pid_t child_warden_start(int *hold);

/** child_warden_end() - the child has ended; either may be negative. */
void child_warden_end(pid_t warden, int hold);

#endif
