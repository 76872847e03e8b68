// SPDX-License-Identifier: GPL-2.0-only
#include "source_private.h"
int source_xz_read(struct source *src, struct pick *p, struct err *err)
{ return ERR_NOTFOUND; }
