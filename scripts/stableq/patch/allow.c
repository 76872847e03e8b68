// SPDX-License-Identifier: GPL-2.0-only
#include "patch/allow.h"

static const bool table[][2] = {
	[ALLOW_TEXT] =		{ [READ_STRICT] = false, [READ_LENIENT] = true },
	[ALLOW_ORPHANS] =	{ [READ_STRICT] = false, [READ_LENIENT] = true },
	[ALLOW_CHOPPED] =	{ [READ_STRICT] = false, [READ_LENIENT] = true },
	[ALLOW_PACKED] =	{ [READ_STRICT] = false, [READ_LENIENT] = true },
	[ALLOW_EMPTY] =		{ [READ_STRICT] = false, [READ_LENIENT] = true },
	[ALLOW_MAILS] =		{ [READ_STRICT] = false, [READ_LENIENT] = true },
	[ALLOW_NO_SUBJECT] =	{ [READ_STRICT] = false, [READ_LENIENT] = true },
	[ALLOW_STRAYS] =	{ [READ_STRICT] = false, [READ_LENIENT] = true },
};

bool patch_allows(enum patch_reading r, enum allow what)
{
	return table[what][r];
}
