// SPDX-License-Identifier: GPL-2.0-only
#include "source_private.h"
int source_kernelorg_find(struct source_set *set, struct source *src, bool fetch, struct err *err)
{ return err_set(err, ERR_NOTFOUND, "not supported yet"); }
