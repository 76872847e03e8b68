// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that were read from a tarball, so that a second run need not decode it again:
 * <cache>/files/<release>/<digest of the tarball's name, size and time>/<escaped path>
 *
 * Each begins with a line "100644 1234" (mode, bytes) or "absent" and is written in one step, so a
 * kill leaves whole entries or none; one that doesn't fit its first line is read again.
 */
#include "source/cache.h"

#include <sys/stat.h>

#include "base/fs.h"
#include "base/hash.h"

#define NAME_LONGEST 200	/* file systems take 255; the temporary name needs some */

struct file_cache {
	char *dir;
	bool broken;		/* cannot be written: not worth a word, it only costs time */
};

struct file_cache *file_cache_open(struct source *src)
{
	struct file_cache *c;
	struct hash *h;
	struct stat st;
	char hex[HASH_HEX + 1];
	_cleanup_free_ char *ident = NULL;

	if (stat(src->path, &st) < 0)
		return NULL;
	ident = xasprintf("%s %lld.%09ld", src->id, (long long)st.st_mtim.tv_sec,
			  st.st_mtim.tv_nsec);
	h = hash_new();
	hash_adds(h, ident);
	hash_end(h, hex);
	hex[16] = '\0';
	c = xcalloc(1, sizeof(*c));
	c->dir = xasprintf("%s/files/%s/%s", src->set->o.cache, src->name, hex);
	return c;
}

void file_cache_free(struct file_cache *c)
{
	if (!c)
		return;
	free(c->dir);
	free(c);
}

static char *entry_name(const struct file_cache *c, const char *path)
{
	_cleanup_str_ struct str name = STR_INIT;

	str_addf(&name, "%s/", c->dir);
	for (const char *p = path; *p; p++) {
		if (*p == '/')
			str_adds(&name, "%2F");
		else if (*p == '%' || (unsigned char)*p < ' ' || (*p == '.' && p == path))
			str_addf(&name, "%%%02X", (unsigned int)(unsigned char)*p);
		else
			str_addc(&name, *p);
	}
	return name.len - strlen(c->dir) > NAME_LONGEST ? NULL : str_take(&name);
}

int file_cache_get(struct file_cache *c, const char *path, struct str *text, unsigned int *mode)
{
	_cleanup_free_ char *name = c ? entry_name(c, path) : NULL;
	_cleanup_str_ struct str raw = STR_INIT;
	_cleanup_free_ char *head = NULL;
	struct span rest, line;
	size_t size;
	char *end;

	if (!name || fs_read(name, 0, &raw, NULL))
		return -1;
	rest = str_span(&raw);
	if (!span_line(&rest, &line))
		return -1;
	if (span_is(line, "absent"))
		return 1;
	head = span_dup(line);
	*mode = (unsigned int)strtoul(head, &end, 8);
	if (end == head || *end != ' ')
		return -1;
	size = strtoul(end + 1, &end, 10);
	if (*end || size != rest.len)
		return -1;
	str_add(text, rest.p, rest.len);
	return 0;
}

static void cache_put(struct file_cache *c, const char *path, struct span head, struct span text)
{
	_cleanup_free_ char *name = c && !c->broken ? entry_name(c, path) : NULL;
	_cleanup_str_ struct str raw = STR_INIT;

	if (!name)
		return;
	str_add(&raw, head.p, head.len);
	str_add(&raw, text.p, text.len);
	if (fs_mkdirs(c->dir, NULL) || fs_write(name, raw.s, raw.len, 0644, NULL))
		c->broken = true;
}

void file_cache_put(struct file_cache *c, const char *path, struct span text, unsigned int mode)
{
	char head[64];

	snprintf(head, sizeof(head), "%o %zu\n", mode, text.len);
	cache_put(c, path, span_of(head), text);
}

void file_cache_put_absent(struct file_cache *c, const char *path)
{
	cache_put(c, path, span_of("absent\n"), SPAN_EMPTY);
}
