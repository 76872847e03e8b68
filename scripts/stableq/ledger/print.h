/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ledger/print.h - the ledger for a terminal, for programs, and as docs/ledger.md
 */
#ifndef STABLEQ_LEDGER_PRINT_H
#define STABLEQ_LEDGER_PRINT_H

#include "ledger/ledger.h"
#include "out/out.h"

void ledger_text(struct out *out, const struct ledger *l);
void ledger_markdown(struct out *out, const struct ledger *l);

/** ledger_print_json() - {"branches": […], "fixes": […]}, see stableq(1). Return: as out_json(). */
int ledger_print_json(struct out *out, const struct ledger *l, struct err *err);

#endif
