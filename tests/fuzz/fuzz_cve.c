// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_cve.c - any bytes as a CVE record
 */
#include "ledger/cve.h"
#include "replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct release some[] = { { 6, 1, 187, 0 }, { 6, 12, 0, 3 }, { 7, 0, 0, 0 } };
	struct cve_record c;
	struct err err = ERR_INIT;
	int ret = cve_parse(&c, "record", (struct span){ (const char *)data, size }, &err);

	if (ret && (ret != ERR_INPUT || strncmp(err.msg, "record:", 7) != 0))
		abort();
	for (size_t i = 0; !ret && i < ARRAY_SIZE(some); i++)
		cve_affects(&c, &some[i]);
	err_clear(&err);
	cve_free(&c);
	return 0;
}
