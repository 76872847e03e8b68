// SPDX-License-Identifier: GPL-2.0-only
#include "base/base.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

static void *or_die(void *p)
{
	if (!p) {
		fputs("stableq: out of memory\n", stderr);
		abort();
	}
	return p;
}

void *xmalloc(size_t size)
{
	return or_die(malloc(size ? size : 1));
}

void *xcalloc(size_t n, size_t size)
{
	return or_die(calloc(n ? n : 1, size ? size : 1));
}

void *xrealloc(void *p, size_t size)
{
	return or_die(realloc(p, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return or_die(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return or_die(strndup(s, n));
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return or_die(n < 0 ? NULL : s);
}

void *array_grow(void *p, size_t n, size_t size)
{
	/* Full exactly when n is 0 or a power of two: that is when the capacity doubles. */
	if ((n & (n - 1)) == 0 || n == 0)
		p = or_die(reallocarray(p, n ? 2 * n : 1, size));
	memset((char *)p + n * size, 0, size);
	return p;
}

double mono_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}
