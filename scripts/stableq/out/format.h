/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * out/format.h - formats for eyes: what the arguments hold can't reach the terminal raw
 */
#ifndef STABLEQ_OUT_FORMAT_H
#define STABLEQ_OUT_FORMAT_H

#include <stdarg.h>

#include "out/out.h"

/** out_sequence() - what switches a colour on; OUT_PLAIN: "". Known again by its address. */
const char *out_sequence(enum out_color color);

/** out_sequence_end() - what switches it off. */
const char *out_sequence_end(void);

/**
 * out_format() - append formatted text
 * @to: where to
 * @lines: text given for %s may have lines of its own; all but the first are moved in by two blanks
 * @fmt: as printf(3) has it, conversions csdiuxXofeEgG and %
 * @ap: arguments
 *
 * The format's own characters are kept. Text given for %s is made visible (text.h), but for the
 * sequences above and, in a field without a width, tabs. Widths and precisions count columns; in
 * SPAN_FMT, %.*s without a width, the precision counts bytes.
 */
void out_format(struct str *to, bool lines, const char *fmt, va_list ap);

#endif
