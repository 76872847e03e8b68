/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay.h - a main() for fuzz targets that are built without libFuzzer: runs the files it is given
 *
 * With libFuzzer: clang -DSTABLEQ_LIBFUZZER -fsanitize=fuzzer,address,undefined …, which brings a
 * main() of its own; then `fuzz_patch corpus/`.
 */
#ifndef STABLEQ_TESTS_REPLAY_H
#define STABLEQ_TESTS_REPLAY_H

#include "fs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifndef STABLEQ_LIBFUZZER
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
