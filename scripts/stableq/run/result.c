// SPDX-License-Identifier: GPL-2.0-only
#include "run/result.h"

const char *result_name(enum result_kind kind)
{
	static const char *const names[] = {
		[RESULT_PASS] = "pass", [RESULT_FAIL] = "fail", [RESULT_ERROR] = "error",
		[RESULT_TIMEOUT] = "timeout", [RESULT_SKIP] = "skip",
		[RESULT_HOST] = "error: host",
	};

	return names[kind];
}

void result_clear(struct result *r)
{
	free(r->release);
	free(r->cell);
	free(r->state);
	free(r->check);
	free(r->reason);
	free(r->detail);
	*r = (struct result){ .kind = RESULT_PASS };
}

void result_set(struct result *r, enum result_kind kind, char *reason, char *detail)
{
	free(r->reason);
	free(r->detail);
	r->kind = kind;
	r->reason = reason;
	r->detail = detail ? detail : xstrdup("");
}
