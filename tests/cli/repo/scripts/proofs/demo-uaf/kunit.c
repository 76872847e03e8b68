/* SPDX-License-Identifier: GPL-2.0-only */
/* What a kernel says of this suite is told by fake-linux: no compiler makes a splat. */
