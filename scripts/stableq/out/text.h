/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * out/text.h - bytes that somebody else chose, as characters that can be shown
 *
 * Subjects, file names, YAML and CVE records hold any byte. What a terminal would obey or hide is
 * told apart here; out.c and json.c write it so that it can be seen.
 */
#ifndef STABLEQ_TEXT_H
#define STABLEQ_TEXT_H

#include "base/str.h"

/**
 * text_char() - the character at the beginning of some bytes
 * @s: the bytes, at least one
 * @c: the character's code point; the first byte itself when it begins no UTF-8 (Unicode 15, table
 *     3-7: no overlong form, no surrogate, nothing above U+10FFFF)
 *
 * Return: the bytes that it takes, or 0 when they are no UTF-8.
 */
size_t text_char(struct span s, uint32_t *c);

/**
 * text_hidden() - would a terminal or an editor act on a character, or not show it?
 *
 * C0, DEL, C1, what orders text from right to left or embeds such (Unicode annex 9), line and
 * paragraph separators, characters of no width, tags.
 */
bool text_hidden(uint32_t c);

/** text_columns() - how wide a terminal shows a character: 0 (it combines), 1 or 2. */
unsigned int text_columns(uint32_t c);

/**
 * text_width() - the columns that bytes take once they are made visible
 * @s: any bytes
 */
size_t text_width(struct span s);

/**
 * text_visible() - append bytes as text that can be shown
 * @to: where to
 * @s: any bytes
 * @max: columns at most; SIZE_MAX for all
 * @keep: hidden characters that stay as they are, such as "\n\t"; "" for none
 *
 * A hidden character becomes \n, \t, \xNN (below U+0080) or \uNNNN, a byte that is no UTF-8 \xNN.
 * A backslash of the text's own stays one: this is for eyes, not to be read back.
 *
 * Return: the columns that were appended.
 */
size_t text_visible(struct str *to, struct span s, size_t max, const char *keep);

#endif
