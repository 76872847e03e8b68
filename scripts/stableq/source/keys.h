/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source/keys.h - keys that are known by their fingerprints, looked up where their owners publish
 * them
 */
#ifndef STABLEQ_SOURCE_KEYS_H
#define STABLEQ_SOURCE_KEYS_H

#include "out/out.h"

struct key_pin {
	const char *from;	/* a mail address, looked up by WKD; or a URL, which gpg fetches */
	const char *fingerprint;	/* of the primary key: 40 digits, upper case */
	bool needed;		/* without it there is no keyring; the others are left out */
};

/* Ends with a NULL. The first signs sha256sums.asc, the others the releases. */
extern const struct key_pin source_kernelorg_pins[];

/**
 * source_keys_fetch() - make a keyring of the pinned keys
 * @pins: ends with a NULL
 * @work: directory in which gpg gets a home of its own for as long as this takes
 * @keyring: file that gets these keys and no others, whole or not at all
 * @patience: seconds that a server may be silent
 * @out: progress, and a warning for each key that is left out; or NULL
 *
 * Return: 0; ERR_FINDING when another key than the pinned one came, or one that has expired or was
 * revoked (the message says what was expected and what came); ERR_NOTFOUND when none came;
 * ERR_MISSING, ERR_TIMEOUT, ERR_INTERRUPTED, ERR_SYSTEM.
 */
int source_keys_fetch(const struct key_pin *pins, const char *work, const char *keyring,
		      unsigned int patience, struct out *out, struct err *err);

#endif
