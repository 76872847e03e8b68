/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/hash.h - SHA-256 content keys
 *
 * Every field goes in with its length, so that "ab","c" and "a","bc" differ.
 */
#ifndef STABLEQ_HASH_H
#define STABLEQ_HASH_H

#include "base/err.h"
#include "base/str.h"

#define HASH_HEX 64
#define HASH_SIZE 32

struct hash;

struct hash *hash_new(void);
void hash_add(struct hash *h, const void *p, size_t n);
void hash_adds(struct hash *h, const char *s);
/** hash_file() - add a file's bytes; ERR_NOTFOUND or ERR_SYSTEM if it cannot be read. */
int hash_file(struct hash *h, const char *path, struct err *err);
/** hash_end() - the digest as lower-case hex, terminated; frees @h. */
void hash_end(struct hash *h, char hex[HASH_HEX + 1]);

/** hash_raw_file() - plain SHA-256 of a file, what sha256sum prints. */
int hash_raw_file(const char *path, char hex[HASH_HEX + 1], struct err *err);

/**
 * hash_raw_fd() - plain SHA-256 of what can still be read from a descriptor
 *
 * Return: 0, or -1 with errno set.
 */
int hash_raw_fd(int fd, unsigned char digest[HASH_SIZE]);

/** hash_raw() - plain SHA-256 of @n bytes. */
void hash_raw(const void *p, size_t n, unsigned char digest[HASH_SIZE]);

/** hash_hex() - a digest as lower-case hex, terminated. */
void hash_hex(const unsigned char digest[HASH_SIZE], char hex[HASH_HEX + 1]);

#endif
