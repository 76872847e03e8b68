/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vm/guest.h - what the guest's init program offers
 */
#ifndef STABLEQ_GUEST_H
#define STABLEQ_GUEST_H

#include "matrix/matrix.h"

/**
 * guest_check_names() - does the guest have every check that the matrix names?
 * @guest: its init program, which is asked for a list: it runs on this machine, too
 *
 * Return: 0; ERR_INPUT names the check, its line and the nearest that there is; ERR_MISSING when
 * the program can't say; ERR_INTERRUPTED, ERR_SYSTEM.
 */
int guest_check_names(const struct matrix *m, const char *guest, struct err *err);

#endif
