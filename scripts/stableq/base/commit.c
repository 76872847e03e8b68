// SPDX-License-Identifier: GPL-2.0-only
#include "base/commit.h"

#include <ctype.h>
#include <strings.h>

bool is_commit_id(struct span s)
{
	return s.len >= 12 && s.len <= 40 && span_run(s, isxdigit) == s.len;
}

bool same_commit(const char *a, const char *b)
{
	return !strncasecmp(a, b, MIN(strlen(a), strlen(b)));
}
