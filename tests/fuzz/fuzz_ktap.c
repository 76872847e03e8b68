// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_ktap.c - any lines as KTAP
 */
#include "console/ktap.h"
#include "replay.h"

static size_t check(const struct ktap_node *n, int depth)
{
	size_t leaves = n->nkids ? 0 : 1;

	if (depth > 40 || !n->name || !ktap_result_name(n->result) || n->diag.len > 16384 ||
	    n->planned < -1)
		abort();
	for (size_t i = 0; i < n->nkids; i++) {
		const struct ktap_node *kid = &n->kids[i];

		/* Nothing passes when something below it did not. */
		if (n->result == KTAP_PASS &&
		    (kid->result == KTAP_FAIL || kid->result == KTAP_MISSING))
			abort();
		leaves += check(kid, depth + 1);
	}
	return leaves;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size }, line;
	struct ktap *k = ktap_new();
	const struct ktap_node *root;
	size_t count[KTAP_MISSING + 1], sum = 0;

	while (span_line(&rest, &line))
		ktap_line(k, line);
	root = ktap_end(k);
	ktap_count(root, count);
	for (size_t i = 0; i < ARRAY_SIZE(count); i++)
		sum += count[i];
	if (sum != check(root, 0))
		abort();
	if (root->nkids && ktap_find(root, root->kids[0].name) == NULL)
		abort();
	ktap_free(k);
	return 0;
}
