/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gpg.h - a throwaway key below a scratch directory, for the tests of what gpgv has to check
 */
#ifndef STABLEQ_TESTS_SOURCE_GPG_H
#define STABLEQ_TESTS_SOURCE_GPG_H

#include "help.h"

#define GPG "gpg", "--batch", "--quiet", "--no-tty", "--homedir"

static inline int gpg_run(const char *const *argv)
{
	struct child c = { .argv = argv, .timeout_ms = 30000 };
	_cleanup_err_ struct err err = ERR_INIT;
	int ret = child_check(&c, &err);

	if (ret)
		print_message("%s\n", err.msg);
	child_free(&c);
	return ret;
}

/* Tests that need a key say that they are skipped where there is no gpg. */
#define need_gpg()								\
	do {									\
		if (!child_have("gpg") || !child_have("gpgv")) {		\
			print_message("skip: no gpg here (package gnupg), "	\
				      "signatures are not tested\n");		\
			skip();							\
		}								\
	} while (0)

/* Make a key of @who in @home and export it to @keyring. */
static inline void gpg_key(const char *home, const char *who, const char *keyring)
{
	const char *make[] = { GPG, home, "--pinentry-mode", "loopback", "--passphrase", "",
			       "--quick-gen-key", who, "ed25519", "sign", "never", NULL };
	const char *export[] = { GPG, home, "--yes", "--output", keyring, "--export", who, NULL };

	if (!fs_exists(home))
		assert_int_equal(mkdir(home, 0700), 0);
	assert_int_equal(gpg_run(make), 0);
	assert_int_equal(gpg_run(export), 0);
}

static inline void gpg_clearsign(const char *home, const char *who, const char *from,
				 const char *to)
{
	const char *sign[] = { GPG, home, "--yes", "--pinentry-mode", "loopback", "--passphrase",
			       "", "--local-user", who, "--output", to, "--clearsign", from, NULL };

	assert_int_equal(gpg_run(sign), 0);
}

static inline void gpg_end(const char *home)
{
	const char *argv[] = { "gpgconf", "--homedir", home, "--kill", "all", NULL };

	gpg_run(argv);
}

#endif
