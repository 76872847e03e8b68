/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/base.h - the few macros that every room uses
 */
#ifndef STABLEQ_BASE_H
#define STABLEQ_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

#define __printf(fmt, args) __attribute__((format(printf, fmt, args)))
#define __must_check __attribute__((warn_unused_result))
#define __unused __attribute__((unused))

/*
 * Cleanup by scope: `_cleanup_(str_free) struct str s = STR_INIT;` cannot leak on an error path.
 * The function gets a pointer to the variable.
 */
#define _cleanup_(fn) __attribute__((cleanup(fn)))

static inline void freep(void *p)
{
	free(*(void **)p);
}

static inline void fclosep(FILE **f)
{
	if (*f)
		fclose(*f);
}

#define _cleanup_free_ _cleanup_(freep)
#define _cleanup_fclose_ _cleanup_(fclosep)

/* Allocation that cannot be satisfied ends the program: nothing here could go on without it. */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
/**
 * size_class() - @size, or a little more, so that many large blocks have few sizes
 *
 * The C library looks through a list of the sizes that are free; with one for each file of a kernel
 * that takes longer than all else.
 */
static inline size_t size_class(size_t size)
{
	size_t step = 64;

	while (step * 16 < size)
		step *= 2;
	return (size + step - 1) / step * step;
}

char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __printf(1, 2);

/** mono_seconds() - the monotonic clock, for how long something took. */
double mono_seconds(void);

/**
 * array_grow() - make room for one more element at the end of a growing array
 * @p: the array, or NULL
 * @n: elements in use
 * @size: bytes an element
 *
 * Capacity is the next power of two of @n, so it need not be stored.
 *
 * Return: the array, perhaps moved, with room for element @n, which is zeroed.
 */
void *array_grow(void *p, size_t n, size_t size);

#define ARRAY_PUSH(arr, n) \
	(*((arr) = array_grow((arr), (n), sizeof(*(arr))), &(arr)[(n)++]))

#endif
