/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay.h - a main() for fuzz targets that are built without libFuzzer: runs the files it is given
 *
 * clang -fsanitize=fuzzer brings a main() of its own. For any other compiler, to look at an input
 * that was found: gcc -DSTABLEQ_REPLAY …, then `fuzz_patch crash-0123…`.
 */
#ifndef STABLEQ_TESTS_REPLAY_H
#define STABLEQ_TESTS_REPLAY_H

#include "base/fs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifdef STABLEQ_REPLAY
int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		_cleanup_str_ struct str s = STR_INIT;
		_cleanup_err_ struct err err = ERR_INIT;

		if (fs_read(argv[i], 0, &s, &err)) {
			fprintf(stderr, "%s\n", err.msg);
			return EXIT_MISSING;
		}
		LLVMFuzzerTestOneInput((const uint8_t *)(s.s ? s.s : ""), s.len);
	}
	printf("%d inputs replayed\n", argc - 1);
	return EXIT_OK;
}
#endif

#endif
