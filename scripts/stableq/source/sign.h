/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/sign.h - a release's own signature
 */
#ifndef STABLEQ_SOURCE_SIGN_H
#define STABLEQ_SOURCE_SIGN_H

#include "source/provider.h"

/**
 * source_sign_check() - check a release's own signature
 * @keyring: for gpgv
 * @sign: the signature's file
 * @xz: the tarball, over whose uncompressed bytes it is; they are written beside it for a while
 *
 * Return: 0; also, with a warning, when the keyring lacks its key; ERR_INPUT when it isn't good.
 */
int source_sign_check(struct source *src, const char *keyring, const char *sign, const char *xz,
		      struct err *err);

#endif
