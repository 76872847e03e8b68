// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_series.c - any bytes as a series file
 */
#include "queue/queue.h"
#include "replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct queue q = { .series = xstrdup("series") };
	struct err err = ERR_INIT;
	int ret = queue_series_parse(&q, (struct span){ (const char *)data, size }, &err);

	if (ret && (ret != ERR_INPUT || strncmp(err.msg, "series:", 7) != 0))
		abort();
	for (size_t i = 0; i < q.n; i++)
		if (!patch_path_ok(q.patches[i].file, NULL) || q.patches[i].strip > 9)
			abort();
	err_clear(&err);
	queue_free(&q);
	return 0;
}
