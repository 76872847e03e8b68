// SPDX-License-Identifier: GPL-2.0-only
#include "base/hash.h"

#include <errno.h>
#include <openssl/evp.h>
#include <unistd.h>

struct hash {
	EVP_MD_CTX *ctx;
};

static void must(int ok)
{
	if (ok != 1) {
		fputs("stableq: SHA-256 is not available in this libcrypto\n", stderr);
		abort();
	}
}

struct hash *hash_new(void)
{
	struct hash *h = xcalloc(1, sizeof(*h));

	h->ctx = EVP_MD_CTX_new();
	must(h->ctx != NULL);
	must(EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL));
	return h;
}

void hash_add(struct hash *h, const void *p, size_t n)
{
	char len[24];
	int l = snprintf(len, sizeof(len), "%zu:", n);

	must(EVP_DigestUpdate(h->ctx, len, (size_t)l));
	must(EVP_DigestUpdate(h->ctx, p, n));
}

void hash_adds(struct hash *h, const char *s)
{
	hash_add(h, s, strlen(s));
}

static int digest_file(EVP_MD_CTX *ctx, const char *path, struct err *err)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	char buf[65536];
	size_t n;

	if (!f)
		return err_sys(err, "%s", path);
	while ((n = fread(buf, 1, sizeof(buf), f)))
		must(EVP_DigestUpdate(ctx, buf, n));
	return ferror(f) ? err_sys(err, "%s", path) : 0;
}

static void finish(EVP_MD_CTX *ctx, char hex[HASH_HEX + 1])
{
	unsigned char md[HASH_SIZE];

	must(EVP_DigestFinal_ex(ctx, md, NULL));
	hash_hex(md, hex);
	EVP_MD_CTX_free(ctx);
}

int hash_file(struct hash *h, const char *path, struct err *err)
{
	char hex[HASH_HEX + 1];
	int ret = hash_raw_file(path, hex, err);

	if (!ret)
		hash_adds(h, hex);
	return ret;
}

void hash_end(struct hash *h, char hex[HASH_HEX + 1])
{
	finish(h->ctx, hex);
	free(h);
}

int hash_raw_file(const char *path, char hex[HASH_HEX + 1], struct err *err)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int ret;

	must(ctx != NULL);
	must(EVP_DigestInit_ex(ctx, EVP_sha256(), NULL));
	ret = digest_file(ctx, path, err);
	finish(ctx, hex);
	return ret;
}

int hash_raw_fd(int fd, unsigned char digest[HASH_SIZE])
{
	static char buf[1 << 17];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	ssize_t n;

	must(ctx != NULL);
	must(EVP_DigestInit_ex(ctx, EVP_sha256(), NULL));
	while ((n = read(fd, buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			must(EVP_DigestUpdate(ctx, buf, (size_t)n));
	must(EVP_DigestFinal_ex(ctx, digest, NULL));
	EVP_MD_CTX_free(ctx);
	return n < 0 ? -1 : 0;
}

void hash_raw(const void *p, size_t n, unsigned char digest[HASH_SIZE])
{
	must(EVP_Digest(p, n, digest, NULL, EVP_sha256(), NULL));
}

void hash_hex(const unsigned char digest[HASH_SIZE], char hex[HASH_HEX + 1])
{
	for (size_t i = 0; i < HASH_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
