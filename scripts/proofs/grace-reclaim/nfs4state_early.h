/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * On trees where "somebody has reclaimed" is a bool: an array of one has the layout of the bool,
 * and its index can be a call, see nfs4state_hooks.h.
 */
#define somebody_reclaimed somebody_reclaimed_at[1]
